package differential;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What differs between two servers in what a tool prints, and says nothing about either. */
final class ToolText {
    private static final Pattern UUID = Pattern.compile("(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_(-])");
    private static final Pattern MILLISECONDS = Pattern.compile("\\b1[6-9]\\d{11}\\b");
    private static final Pattern LOG_TIME = Pattern.compile("^\\[\\d{4}-\\d\\d-\\d\\d [0-9:,]+\\]");
    private static final Pattern LOG_DIR = Pattern.compile("(?<=[\"=: ])/[^\"=: ,]*/data\\b");
    /** Each tool run makes a client of its own, which counts them. */
    private static final Pattern CLIENT_ID = Pattern.compile("clientId=[\\w-]+");
    /** The offset of the metadata log, which counts everything that was ever written to it. */
    private static final Pattern EPOCH = Pattern.compile("Epoch: \\d+$");
    /** The message of an exception is free text; its class is not. */
    private static final Pattern EXCEPTION_TEXT = Pattern.compile("((?:[a-z]+\\.)+[A-Z]\\w*(?:Exception|Error)):.+$");
    /** So are the messages that the tools print themselves; the class stands in the log. */
    private static final Pattern ERROR_TEXT =
        Pattern.compile("^(Error while executing \\w+ command.*? ?: ?|(?:Could|Can) not .*? to \\d+\\. |(?:Could|Can) not disable \\S+\\. ).+$");
    private static final Pattern FAILURE_TEXT = Pattern.compile("( failed: ).+(?= \\([\\w.]+\\)$)");
    /** A line about an API of a broker, as in `\tFetch(1): 4 to 18 [usable: 18],`. */
    private static final Pattern API = Pattern.compile("^\\s+(\\w+)\\(\\d+\\): ");
    /** `key=value`, as tools indent them. */
    private static final Pattern ASSIGNMENT = Pattern.compile("^\\s*([\\w.-]+)=");
    /** The end of a topic's line, which is in the order of the tool's hash table. */
    private static final Pattern TOPIC_CONFIGS = Pattern.compile("(?<=\tConfigs: )(.+)$");
    private static final Pattern FEATURE = Pattern.compile("^Feature: (\\S+)\\s");

    private ToolText() {}

    /** Whether the line is compared: where in the tool's code an exception came from is not. */
    static boolean says(String line) {
        return !line.isBlank() && !line.startsWith("\tat ") && !line.startsWith("\t... ");
    }

    static String masked(String line, Server server) {
        String masked = line.replace(server.bootstrap(), "{bootstrap}");
        masked = masked.replaceAll("\\b" + server.address().getPort() + "\\b", "{port}");
        masked = EXCEPTION_TEXT.matcher(masked).replaceAll("$1: (text)");
        masked = ERROR_TEXT.matcher(masked).replaceAll("$1(text)");
        masked = FAILURE_TEXT.matcher(masked).replaceAll("$1(text)");
        masked = LOG_TIME.matcher(masked).replaceAll("[(time)]");
        masked = LOG_DIR.matcher(masked).replaceAll("{logdir}");
        masked = MILLISECONDS.matcher(masked).replaceAll("(time)");
        masked = CLIENT_ID.matcher(masked).replaceAll("clientId=(id)");
        masked = EPOCH.matcher(masked).replaceAll("Epoch: (number)");
        masked = TOPIC_CONFIGS.matcher(masked).replaceFirst(found -> Matcher.quoteReplacement(sorted(found.group(1))));
        return UUID.matcher(masked).replaceAll("(uuid)");
    }

    private static String sorted(String configs) {
        return Arrays.stream(configs.split(",(?=[a-z.]+=)")).sorted().collect(Collectors.joining(","));
    }

    /** What a line is about: the key of `key=value`, which may be indented, or all of the line. */
    static String key(String line) {
        Matcher found = ASSIGNMENT.matcher(line);
        return (found.find() ? found.group(1) : line.strip()).replaceAll("\\s+", "-");
    }

    /** The line without what Kafka sets where this feature is on: a minimum of replicas in sync for all brokers. Null if nothing is left. */
    static String withoutEligibleLeaders(String line) {
        if (line.endsWith(" synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1}")) {
            return null;
        }
        return line.replace("DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1, ", "")
            .replaceFirst("(?<=Configs: )min\\.insync\\.replicas=1(,|$)|,min\\.insync\\.replicas=1(?=,|$)", "");
    }

    /** The API that the line is about; null if it is about none. */
    static String api(String line) {
        Matcher found = API.matcher(line);
        return found.find() ? found.group(1) : null;
    }

    /** The feature that the line is about; null if it is about none. */
    static String feature(String line) {
        Matcher found = FEATURE.matcher(line);
        return found.find() ? found.group(1) : null;
    }
}
