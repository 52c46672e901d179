package differential.cases;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;

/** DeleteTopics, by name and by id. */
final class DeleteTopicsCases extends Cases {
    private static final int BY_STATE = 6;

    DeleteTopicsCases() {
        super("DeleteTopics");
        malformed(talk -> byName(talk, "no-such-topic"));
        add("deleted", DeleteTopicsCases::deleted);
        add("unknown", DeleteTopicsCases::unknown);
        add("repeated", DeleteTopicsCases::repeated);
        add("timeouts", DeleteTopicsCases::timeouts);
        add("by id", new Versions(BY_STATE, Short.MAX_VALUE), DeleteTopicsCases::byId);
        add("id and name", new Versions(BY_STATE, Short.MAX_VALUE), DeleteTopicsCases::idAndName);
        add(Setting.NO_DELETION, "disabled", DeleteTopicsCases::disabled);
    }

    private static DeleteTopicsRequestData byName(Talk talk, String... names) {
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTimeoutMs(Requests.TIMEOUT_MS);
        if (talk.version() < BY_STATE) {
            return request.setTopicNames(List.of(names));
        }
        List<DeleteTopicState> states = new ArrayList<>();
        for (String name : names) {
            states.add(state(name, Uuid.ZERO_UUID));
        }
        return request.setTopics(states);
    }

    private static DeleteTopicState state(String name, Uuid id) {
        return new DeleteTopicState().setName(name).setTopicId(id);
    }

    private static DeleteTopicsRequestData of(DeleteTopicState... states) {
        return new DeleteTopicsRequestData().setTimeoutMs(Requests.TIMEOUT_MS).setTopics(List.of(states));
    }

    private static void deleted(Talk talk) throws Exception {
        String first = Topic.create(talk, "a", 1).name();
        String second = Topic.create(talk, "b", 2).name();
        talk.ask("both", byName(talk, first, second));
        talk.ask("again", byName(talk, first, second));
        talk.ask("nothing", byName(talk));
    }

    private static void unknown(Talk talk) throws Exception {
        String topic = Topic.create(talk, "a", 1).name();
        for (String name : new String[] {"no-such-topic", "a b", "", "__cluster_metadata"}) {
            talk.ask("name " + name, byName(talk, name));
        }
        talk.ask("beside a known one", byName(talk, "no-such-topic", topic));
    }

    private static void repeated(Talk talk) throws Exception {
        String first = Topic.create(talk, "a", 1).name();
        String second = Topic.create(talk, "b", 1).name();
        talk.ask("twice", byName(talk, first, first));
        talk.ask("beside another", byName(talk, first, second, first, "no-such-topic"));
        talk.ask("still there", byName(talk, first));
    }

    private static void timeouts(Talk talk) throws Exception {
        String topic = Topic.create(talk, "a", 1).name();
        for (int timeout : new int[] {0, -1}) {
            talk.ask("timeout " + timeout, byName(talk, topic, "no-such-topic").setTimeoutMs(timeout));
        }
        talk.ask("of repeated", byName(talk, topic, topic).setTimeoutMs(0));
        talk.ask("of nothing", byName(talk).setTimeoutMs(0));
        talk.ask("still there", byName(talk, topic));
    }

    private static void byId(Talk talk) throws Exception {
        Uuid id = Topic.create(talk, "a", 1).id();
        Uuid unknown = new Uuid(1, 2);
        talk.ask("unknown", of(state(null, unknown)));
        talk.ask("unknown twice", of(state(null, unknown), state(null, unknown)));
        talk.ask("twice", of(state(null, id), state(null, id)));
        talk.ask("known", of(state(null, id), state(null, unknown)));
        talk.ask("again", of(state(null, id)));
    }

    private static void idAndName(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "a", 1);
        talk.ask("neither", of(state(null, Uuid.ZERO_UUID), state(null, Uuid.ZERO_UUID)));
        talk.ask("both", of(state(topic.name(), topic.id())));
        talk.ask("one after the other", of(state(null, topic.id()), state(topic.name(), Uuid.ZERO_UUID)));
        talk.ask("still there", of(state(topic.name(), Uuid.ZERO_UUID)));
    }

    private static void disabled(Talk talk) throws Exception {
        String topic = Topic.create(talk, "a", 1).name();
        talk.ask("known", byName(talk, topic));
        talk.ask("unknown and repeated", byName(talk, topic, "no-such-topic", topic));
        talk.ask("late", byName(talk, topic).setTimeoutMs(0));
    }
}
