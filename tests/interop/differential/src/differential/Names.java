package differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the ids of one server stand for: a topic id is compared by the name of its topic. Learned from answers that tell both. */
final class Names {
    private static final List<String> NAME_FIELDS = List.of("name", "topicName", "topic");

    private final Map<String, String> meanings = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    /** The meaning of an id, or null if no answer has told it. */
    synchronized String meaning(String id) {
        return meanings.get(id);
    }

    synchronized void learn(JsonNode node) {
        JsonNode id = node.get("topicId");
        if (id != null && id.isTextual()) {
            NAME_FIELDS.stream().map(node::get).filter(name -> name != null && name.isTextual() && !name.asText().isEmpty())
                .findFirst().ifPresent(name -> learn(id.asText(), name.asText()));
        }
        node.forEach(this::learn);
    }

    private void learn(String id, String name) {
        if (meanings.containsKey(id) || id.equals(Masks.ZERO_UUID)) {
            return;
        }
        // A topic that was deleted and created again has a second id.
        String meaning = "id of " + name;
        for (int nth = 2; !taken.add(meaning); nth++) {
            meaning = "id " + nth + " of " + name;
        }
        meanings.put(id, meaning);
    }
}
