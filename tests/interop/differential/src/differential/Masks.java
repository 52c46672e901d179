package differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of an answer is not compared as it is: ids, times, ports, free text. One line each in `masks.txt`, with its reason.
 * A line that is never used fails the whole run.
 */
final class Masks {
    /** 1 January 2025; the cases' records are older. */
    private static final long PAST_BEFORE = 1_735_689_600_000L;
    /** Member ids are what the client calls itself and a random UUID. */
    private static final Pattern DRAWN_MEMBER = Pattern.compile("(.*-)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");
    /** Those of the consumer protocol are a Kafka UUID alone. */
    private static final Pattern DRAWN_CONSUMER = Pattern.compile("[A-Za-z0-9_-]{22}");
    static final String ZERO_UUID = "AAAAAAAAAAAAAAAAAAAAAA";

    /** What becomes of a field. */
    enum Kind {
        /** Free text: absent, empty or there. */
        TEXT,
        /** A Kafka UUID: the name of its topic, or which one of those seen in this run of the case. */
        UUID,
        /** A number that stands for something: which one of those seen in this run of the case; -1 and 0 are kept. */
        NUMBER,
        /** A moment or a duration: there, 0 or -1. */
        TIME,
        /** A moment: now, or as it is where it lies in the past that the cases' records are of. */
        STAMP,
        /** A member id: the random part that the coordinator drew becomes which one of those seen with the same beginning. */
        MEMBER,
        /** The server's own port, or another. */
        PORT,
        /** Any value at all. */
        ANY
    }

    private record Line(String glob, Kind kind, Rules.Line source) {}

    private final List<Line> lines = new ArrayList<>();

    static Masks read(Path file) throws IOException {
        Masks masks = new Masks();
        for (Rules.Line line : Rules.read(file, 2)) {
            masks.lines.add(new Line(line.columns()[0], Kind.valueOf(line.columns()[1].toUpperCase()), line));
        }
        return masks;
    }

    List<String> unused() {
        return lines.stream().map(Line::source).filter(line -> !line.used()).map(Rules.Line::text).toList();
    }

    /** The masking of one run of a case against one server; it remembers which ids it has seen. */
    Masking masking(Names names, int port) {
        return new Masking(names, port);
    }

    private Line lineFor(String api, String field) {
        for (Line line : lines) {
            if (Rules.matches(line.glob, line.glob.contains(".") ? api + "." + field : field)) {
                return line;
            }
        }
        return null;
    }

    final class Masking {
        private final Names names;
        private final int port;
        private final Map<String, String> seen = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();

        private Masking(Names names, int port) {
            this.names = names;
            this.port = port;
        }

        JsonNode apply(String api, String field, JsonNode node) {
            if (node.isObject()) {
                ObjectNode masked = JsonNodeFactory.instance.objectNode();
                node.properties().forEach(it -> masked.set(it.getKey(), apply(api, it.getKey(), it.getValue())));
                return masked;
            }
            if (node.isArray()) {
                ArrayNode masked = JsonNodeFactory.instance.arrayNode();
                node.forEach(element -> masked.add(apply(api, field, element)));
                return masked;
            }
            Line line = lineFor(api, field);
            if (line == null) {
                return node;
            }
            line.source.use();
            String value = masked(line.kind, field, node);
            return value == null ? node : JsonNodeFactory.instance.textNode(value);
        }

        /** What to show instead, or null to leave it. */
        private String masked(Kind kind, String field, JsonNode node) {
            return switch (kind) {
                case ANY -> "(some value)";
                case TEXT -> node.isNull() ? null : node.asText().isEmpty() ? "(empty)" : "(text)";
                case TIME -> node.asLong() == 0 || node.asLong() == -1 ? null : "(time)";
                case STAMP -> node.asLong() < PAST_BEFORE ? null : "(now)";
                case MEMBER -> member(node.asText());
                case PORT -> node.asInt() == port ? "(own port)" : null;
                case NUMBER -> node.asLong() == 0 || node.asLong() == -1 ? null : nth(field, node.asText());
                case UUID -> uuid(node.asText());
            };
        }

        private String uuid(String id) {
            if (id.equals(ZERO_UUID)) {
                return null;
            }
            String meaning = names.meaning(id);
            return meaning != null ? meaning : nth("uuid", id);
        }

        private String member(String id) {
            if (DRAWN_CONSUMER.matcher(id).matches()) {
                return nth("member", id);
            }
            Matcher drawn = DRAWN_MEMBER.matcher(id);
            return drawn.matches() ? nth(drawn.group(1), drawn.group(2)) : null;
        }

        private String nth(String of, String value) {
            return seen.computeIfAbsent(of + "=" + value, it -> of + "#" + counts.merge(of, 1, Integer::sum));
        }
    }
}
