package differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The text files beside the suite: lines of columns, then ` -- ` and a reason. `#` opens a comment. */
final class Rules {
    private Rules() {}

    /** One line; whether it was of use is known at the end of a run. */
    static final class Line {
        private final String where;
        private final String[] columns;
        private final String reason;
        private boolean used;

        private Line(String where, String[] columns, String reason) {
            this.where = where;
            this.columns = columns;
            this.reason = reason;
        }

        String[] columns() {
            return columns;
        }

        String reason() {
            return reason;
        }

        void use() {
            used = true;
        }

        boolean used() {
            return used;
        }

        String text() {
            return where + ": " + String.join(" ", columns);
        }
    }

    /** All lines of so many columns, each with a reason. */
    static List<Line> read(Path file, int columns) throws IOException {
        List<Line> lines = new ArrayList<>();
        List<String> texts = Files.readAllLines(file);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String where = file.getFileName() + ":" + (i + 1);
            String[] parts = text.split("\\s+--\\s+", 2);
            String[] found = parts[0].split("\\s+", columns);
            if (found.length != columns || parts.length != 2 || parts[1].isBlank()) {
                throw new IllegalArgumentException(where + ": expected " + columns + " columns, ` -- ` and a reason: " + text);
            }
            lines.add(new Line(where, found, parts[1]));
        }
        return lines;
    }

    /** Whether the text is what the pattern says; `*` stands for any text, everything else for itself. */
    static boolean matches(String glob, String text) {
        if (!glob.contains("*")) {
            return glob.equals(text);
        }
        StringBuilder pattern = new StringBuilder();
        for (String part : glob.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return text.matches(pattern.toString());
    }
}
