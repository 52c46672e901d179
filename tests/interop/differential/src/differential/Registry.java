package differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsResponseData;

/**
 * What a server says that it serves, by its own answer to ApiVersions, which is generated from its registry. What we do not
 * serve is taken out of Kafka's answers before they are compared; what we serve must have Kafka's versions.
 */
final class Registry {
    private static final String ELIGIBLE_LEADERS = "eligible.leader.replicas.version";

    private final Map<String, Versions> apis = new TreeMap<>();
    private final Set<String> features = new TreeSet<>();

    static Registry of(ApiVersionsResponseData answer) {
        Registry registry = new Registry();
        for (var api : answer.apiKeys()) {
            registry.apis.put(ApiMessageType.fromApiKey(api.apiKey()).name, new Versions(api.minVersion(), api.maxVersion()));
        }
        answer.supportedFeatures().forEach(feature -> registry.features.add(feature.name()));
        return registry;
    }

    boolean serves(String api) {
        return apis.containsKey(api);
    }

    /** The advertised versions; null if the API is not served. */
    Versions versions(String api) {
        return apis.get(api);
    }

    Collection<String> apis() {
        return apis.keySet();
    }

    /** Takes APIs and features that are not served out of an answer to ApiVersions, or out of what a tool printed. */
    JsonNode strip(JsonNode answer) {
        if (answer.get("output") instanceof ArrayNode lines) {
            stripLines(lines);
        }
        if (answer.get("apiKeys") instanceof ArrayNode keys) {
            removeIf(keys, key -> !serves(ApiMessageType.fromApiKey((short) key.get("apiKey").asInt()).name));
        }
        for (String field : List.of("supportedFeatures", "finalizedFeatures")) {
            if (answer.get(field) instanceof ArrayNode named) {
                removeIf(named, feature -> !features.contains(feature.get("name").asText()));
                if (named.isEmpty()) {
                    ((ObjectNode) answer).remove(field); // a tagged field without elements is not sent
                }
            }
        }
        return answer;
    }

    private void stripLines(ArrayNode lines) {
        List<String> kept = new ArrayList<>();
        for (JsonNode line : lines) {
            String text = features.contains(ELIGIBLE_LEADERS) ? line.asText() : ToolText.withoutEligibleLeaders(line.asText());
            if (text != null && !isOfUnserved(text)) {
                kept.add(text);
            }
        }
        lines.removeAll();
        kept.forEach(lines::add);
    }

    private boolean isOfUnserved(String line) {
        String api = ToolText.api(line);
        String feature = ToolText.feature(line);
        return api != null && !serves(api) || feature != null && !features.contains(feature);
    }

    private static void removeIf(ArrayNode array, java.util.function.Predicate<JsonNode> unwanted) {
        for (Iterator<JsonNode> elements = array.elements(); elements.hasNext();) {
            if (unwanted.test(elements.next())) {
                elements.remove();
            }
        }
    }
}
