package differential;

import java.util.regex.Pattern;

/** What differs between two servers in what a tool prints, and says nothing about either. */
final class ToolText {
    private static final Pattern UUID = Pattern.compile("(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])");
    private static final Pattern MILLISECONDS = Pattern.compile("\\b1[6-9]\\d{11}\\b");
    private static final Pattern LOG_TIME = Pattern.compile("^\\[\\d{4}-\\d\\d-\\d\\d [0-9:,]+\\]");
    private static final Pattern LOG_DIR = Pattern.compile("(?<=[\"=: ])/[^\"=: ,]*/data\\b");
    /** The message of an exception is free text; its class is not. */
    private static final Pattern EXCEPTION_TEXT = Pattern.compile("((?:[a-z]+\\.)+[A-Z]\\w*(?:Exception|Error)):.+$");

    private ToolText() {}

    static String masked(String line, String bootstrap) {
        String masked = line.replace(bootstrap, "{bootstrap}");
        masked = EXCEPTION_TEXT.matcher(masked).replaceAll("$1: (text)");
        masked = LOG_TIME.matcher(masked).replaceAll("[(time)]");
        masked = LOG_DIR.matcher(masked).replaceAll("{logdir}");
        masked = MILLISECONDS.matcher(masked).replaceAll("(time)");
        return UUID.matcher(masked).replaceAll("(uuid)");
    }
}
