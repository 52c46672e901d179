package differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Two answers, field by field. Elements of a list are matched by what names them; that their order differs is a difference too. */
final class Compare {
    /** Fields that say which element of a list this is. */
    private static final List<String> KEYS = List.of("batchAt", "recordAt", "name", "topicName", "topic", "topicId", "resourceType", "resourceName",
        "configName", "partitionIndex", "partition", "index", "apiKey", "nodeId", "brokerId", "feature", "logDir", "producerId",
        "key", "groupId", "memberId", "groupInstanceId");
    private static final int SHOWN_CHARACTERS_MAX = 200;

    /** Takes path, Kafka's value, our value. */
    interface Sink {
        void differs(String path, String kafka, String ours);
    }

    private final Sink sink;

    Compare(Sink sink) {
        this.sink = sink;
    }

    void compare(String path, JsonNode kafka, JsonNode ours) {
        if (kafka.isObject() && ours.isObject()) {
            compareObjects(path, kafka, ours);
        } else if (kafka.isArray() && ours.isArray()) {
            compareArrays(path, kafka, ours);
        } else if (!kafka.equals(ours)) {
            sink.differs(path, shown(kafka), shown(ours));
        }
    }

    private void compareObjects(String path, JsonNode kafka, JsonNode ours) {
        if (kafka.has(Answer.OUTCOME) != ours.has(Answer.OUTCOME)) {
            sink.differs(Answer.OUTCOME, shown(kafka), shown(ours));
            return;
        }
        if (!Objects.equals(kafka.get("errorCode"), ours.get("errorCode"))) {
            compareMissing(inner(path, "errorCode"), kafka.get("errorCode"), ours.get("errorCode"));
            return; // whatever else differs follows from it
        }
        TreeSet<String> fields = new TreeSet<>();
        kafka.fieldNames().forEachRemaining(fields::add);
        ours.fieldNames().forEachRemaining(fields::add);
        for (String field : fields) {
            compareMissing(inner(path, field), kafka.get(field), ours.get(field));
        }
    }

    private static String inner(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private void compareMissing(String path, JsonNode kafka, JsonNode ours) {
        if (kafka == null || ours == null) {
            sink.differs(path, shown(kafka), shown(ours));
        } else {
            compare(path, kafka, ours);
        }
    }

    private void compareArrays(String path, JsonNode kafka, JsonNode ours) {
        boolean text = isText(kafka) && isText(ours);
        Map<String, JsonNode> kafkaByKey = text ? byText(kafka) : byKey(kafka);
        Map<String, JsonNode> oursByKey = text ? byText(ours) : byKey(ours);
        if (kafkaByKey == null || oursByKey == null) {
            compareInOrder(path, kafka, ours);
            return;
        }
        TreeSet<String> keys = new TreeSet<>(kafkaByKey.keySet());
        keys.addAll(oursByKey.keySet());
        for (String key : keys) {
            compareMissing(path + "[" + key + "]", kafkaByKey.get(key), oursByKey.get(key));
        }
        compareOrder(path, List.copyOf(kafkaByKey.keySet()), List.copyOf(oursByKey.keySet()));
    }

    private void compareOrder(String path, List<String> kafka, List<String> ours) {
        List<String> kafkaShared = kafka.stream().filter(ours::contains).toList();
        List<String> oursShared = ours.stream().filter(kafka::contains).toList();
        if (!kafkaShared.equals(oursShared)) {
            sink.differs(path + ".order", shortened(kafkaShared.toString()), shortened(oursShared.toString()));
        }
    }

    private void compareInOrder(String path, JsonNode kafka, JsonNode ours) {
        for (int i = 0; i < Math.max(kafka.size(), ours.size()); i++) {
            compareMissing(path + "[" + i + "]", kafka.get(i), ours.get(i));
        }
    }

    /** The elements by what names them, in their order; null where some have no name, or the same. */
    private static Map<String, JsonNode> byKey(JsonNode array) {
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (JsonNode element : array) {
            String key = key(element);
            if (key == null || elements.put(key, element) != null) {
                return null;
            }
        }
        return elements;
    }

    /** Of a line `key=value` its key, of another line all of it. A line that comes again is numbered. */
    private static Map<String, JsonNode> byText(JsonNode lines) {
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (JsonNode line : lines) {
            String key = ToolText.key(line.asText());
            String numbered = key;
            for (int nth = 2; elements.containsKey(numbered); nth++) {
                numbered = key + "#" + nth;
            }
            elements.put(numbered, line);
        }
        return elements;
    }

    private static boolean isText(JsonNode array) {
        return array.valueStream().allMatch(JsonNode::isTextual);
    }

    private static String key(JsonNode element) {
        List<String> parts = new ArrayList<>();
        for (String field : KEYS) {
            JsonNode value = element.get(field);
            if (value != null && value.isValueNode() && !value.isNull()) {
                parts.add(value.asText());
            }
        }
        return parts.isEmpty() ? null : String.join(" ", parts);
    }

    private static String shown(JsonNode node) {
        return node == null ? "(missing)" : shortened(node.toString());
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_CHARACTERS_MAX ? text : text.substring(0, SHOWN_CHARACTERS_MAX) + "…";
    }
}
