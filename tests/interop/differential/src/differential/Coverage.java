package differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.Errors;

/**
 * Which error codes Kafka can give, API by API and version by version, and which of them the cases have had from it.
 * `coverage.txt` is the list of what it can give; a cell is reached, or its line names what it waits for or why it cannot be
 * provoked.
 */
final class Coverage {
    /** The outcome that is no code. */
    static final String CLOSED = "(closed)";
    private static final Set<String> WAITS_FOR = Set.of("groups", "transactions", "cluster", "security", "quotas");

    /** A line: the versions in which Kafka can give the code, and why it is not reached; the reason is null where it must be. */
    private record Line(String where, String api, Versions versions, String code, String reason) {}

    private final List<Line> lines = new ArrayList<>();
    /** API, code, versions. */
    private final Map<String, Map<String, Set<Integer>>> reached = new TreeMap<>();

    static Coverage read(Path file) throws IOException {
        Coverage coverage = new Coverage();
        List<String> texts = Files.readAllLines(file);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                coverage.lines.addAll(parse(file.getFileName() + ":" + (i + 1), text));
            }
        }
        for (String api : coverage.lines.stream().filter(it -> !it.code.equals("*")).map(Line::api).distinct().toList()) {
            // Every API closes the connection on a malformed frame; a line of its own may say why not.
            coverage.lines.add(new Line("every API", api, Versions.ALL, CLOSED, null));
        }
        return coverage;
    }

    /** `API VERSIONS CODE[,CODE…] [waits WHAT | cannot WHY]` */
    private static List<Line> parse(String where, String text) {
        String[] columns = text.split("\\s+", 4);
        if (columns.length < 3) {
            throw new IllegalArgumentException(where + ": expected API, versions, codes: " + text);
        }
        String reason = columns.length == 4 ? columns[3] : null;
        if (reason != null && !reason.startsWith("cannot ") && !WAITS_FOR.contains(reason.replaceFirst("^waits ", ""))) {
            throw new IllegalArgumentException(where + ": neither `waits` for one of " + WAITS_FOR + " nor `cannot` and why: " + text);
        }
        List<Line> lines = new ArrayList<>();
        for (String code : columns[2].split(",")) {
            if (!code.equals("*") && !code.equals(CLOSED)) {
                Errors.valueOf(code);
            }
            lines.add(new Line(where, columns[0], Versions.parse(columns[1]), code, reason));
        }
        return lines;
    }

    /** Notes the codes of an answer of Kafka's. */
    void note(String api, int version, JsonNode answer) {
        if (answer.path(Answer.OUTCOME).asText().equals("connection closed")) {
            reach(api, version, CLOSED);
        }
        noteFields(api, version, answer);
    }

    private void noteFields(String api, int version, JsonNode node) {
        node.properties().forEach(field -> {
            if (field.getKey().toLowerCase().endsWith("errorcode") && field.getValue().isNumber()) {
                reach(api, version, Errors.forCode((short) field.getValue().asInt()).name());
            }
        });
        node.forEach(inner -> noteFields(api, version, inner));
    }

    private void reach(String api, int version, String code) {
        reached.computeIfAbsent(api, it -> new TreeMap<>()).computeIfAbsent(code, it -> new TreeSet<>()).add(version);
    }

    /** Codes that Kafka gave and the table lacks, or says that it cannot. */
    List<String> unexpected(Registry served) {
        List<String> faults = new ArrayList<>();
        reached.forEach((api, codes) -> codes.forEach((code, versions) -> {
            if (!served.serves(api)) {
                return;
            }
            for (int version : versions) {
                Line line = lineFor(api, version, code);
                if (!served.versions(api).has(version)) {
                    continue; // asked for on purpose, and there is no such cell
                }
                if (line == null) {
                    faults.add(api + " v" + version + " " + code + " was reached, and has no line");
                } else if (line.reason != null) {
                    faults.add(line.where + ": " + api + " v" + version + " " + code + " was reached after all");
                }
            }
        }));
        return faults;
    }

    /** Cells that no case has reached and no line explains; and APIs of Kafka's that have no line at all. */
    List<String> missing(Registry kafka, Registry served) {
        List<String> faults = new ArrayList<>();
        for (String api : kafka.apis()) {
            if (lines.stream().noneMatch(line -> line.api.equals(api))) {
                faults.add(api + " has no line");
            } else if (served.serves(api)) {
                missingOf(api, served.versions(api), faults);
            }
        }
        return faults;
    }

    private void missingOf(String api, Versions versions, List<String> faults) {
        for (Line line : lines) {
            if (!line.api.equals(api)) {
                continue;
            }
            if (line.code.equals("*")) {
                faults.add(line.where + ": " + api + " is served now, and needs its codes");
            } else if (line.reason == null) {
                Versions range = versions.and(line.versions);
                for (int version = range.first(); version <= range.last(); version++) {
                    boolean explained = lineFor(api, version, line.code).reason != null;
                    if (!explained && !isReached(api, version, line.code)) {
                        faults.add(line.where + ": " + api + " v" + version + " " + line.code + " was not reached");
                    }
                }
            }
        }
    }

    private boolean isReached(String api, int version, String code) {
        return reached.getOrDefault(api, Map.of()).getOrDefault(code, Set.of()).contains(version);
    }

    private Line lineFor(String api, int version, String code) {
        return lines.stream().filter(it -> it.api.equals(api) && it.code.equals(code) && it.versions.has(version))
            .findFirst().orElse(null);
    }

    /** The table, as Markdown: a row for each API and code, what became of it in each version. */
    String table(Registry kafka, Registry served) {
        StringBuilder text = new StringBuilder();
        for (String api : kafka.apis()) {
            if (served.serves(api)) {
                text.append(tableOf(api, served.versions(api)));
            }
        }
        text.append("## Not served yet\n\n| API | waits for |\n|---|---|\n");
        for (String api : kafka.apis()) {
            if (!served.serves(api)) {
                lines.stream().filter(line -> line.api.equals(api)).findFirst()
                    .ifPresent(line -> text.append("| ").append(api).append(" | ").append(said(line.reason)).append(" |\n"));
            }
        }
        return text.toString();
    }

    private String tableOf(String api, Versions versions) {
        StringBuilder text = new StringBuilder("## " + api + "\n\n| code |");
        StringBuilder rule = new StringBuilder("|---|");
        for (int version = versions.first(); version <= versions.last(); version++) {
            text.append(" v").append(version).append(" |");
            rule.append("---|");
        }
        text.append(" |\n").append(rule).append("---|\n");
        Set<String> codes = new TreeSet<>();
        lines.stream().filter(line -> line.api.equals(api)).forEach(line -> codes.add(line.code));
        for (String code : codes) {
            text.append(row(api, versions, code));
        }
        return text.append("\n").toString();
    }

    private String row(String api, Versions versions, String code) {
        StringBuilder row = new StringBuilder("| " + code + " |");
        Set<String> reasons = new TreeSet<>();
        for (int version = versions.first(); version <= versions.last(); version++) {
            Line line = lineFor(api, version, code);
            boolean explained = line != null && line.reason != null;
            row.append(isReached(api, version, code) ? " ✓ |" : line == null ? " · |" : explained ? " – |" : " missing |");
            if (explained) {
                reasons.add(said(line.reason));
            }
        }
        return row.append(" ").append(String.join("; ", reasons)).append(" |\n").toString();
    }

    private static String said(String reason) {
        return reason == null ? "" : reason.replaceFirst("^waits ", "waits for ").replaceFirst("^cannot ", "cannot be provoked: ");
    }
}
