package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;

/** CreateTopics. */
final class CreateTopicsCases extends Cases {
    CreateTopicsCases() {
        super("CreateTopics");
        malformed(talk -> request(topic("a b", 1, 1)));
        add("created", CreateTopicsCases::created);
        add("asked only", CreateTopicsCases::askedOnly);
        add("names", CreateTopicsCases::names);
        add("numbers", CreateTopicsCases::numbers);
        add("assignments", CreateTopicsCases::assignments);
        add("configs", CreateTopicsCases::configs);
        add("repeated", CreateTopicsCases::repeated);
        add("too many", CreateTopicsCases::tooMany);
        add("timeouts", CreateTopicsCases::timeouts);
    }

    private static CreateTopicsRequestData request(CreatableTopic... topics) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(Requests.TIMEOUT_MS);
        request.topics().addAll(List.of(topics));
        return request;
    }

    private static CreatableTopic topic(String name, int partitions, int replicas) {
        return new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short) replicas);
    }

    private static CreatableTopic assigned(String name, int[]... brokersOfPartitions) {
        CreatableTopic topic = topic(name, -1, -1);
        for (int partition = 0; partition < brokersOfPartitions.length; partition++) {
            assign(topic, partition, brokersOfPartitions[partition]);
        }
        return topic;
    }

    private static void assign(CreatableTopic topic, int partition, int... brokers) {
        List<Integer> ids = java.util.Arrays.stream(brokers).boxed().toList();
        topic.assignments().add(new CreatableReplicaAssignment().setPartitionIndex(partition).setBrokerIds(ids));
    }

    private static CreatableTopic configured(String name, String key, String value) {
        CreatableTopic topic = topic(name, 1, 1);
        topic.configs().add(new CreatableTopicConfig().setName(key).setValue(value));
        return topic;
    }

    private static void created(Talk talk) throws Exception {
        talk.ask("numbers", request(topic(talk.name("a"), 2, 1)));
        talk.ask("defaults", request(topic(talk.name("b"), -1, -1)));
        talk.ask("exists", request(topic(talk.name("a"), 2, 1), topic(talk.name("c"), 1, 1)));
        talk.ask("exists and wrong", request(topic(talk.name("a"), 0, 0)));
        talk.ask("nothing", request());
    }

    private static void askedOnly(Talk talk) throws Exception {
        talk.ask("fits", request(topic(talk.name("a"), 3, 1)).setValidateOnly(true));
        talk.ask("is not there", request(topic(talk.name("a"), 3, 1)).setValidateOnly(true));
        talk.ask("does not fit", request(topic(talk.name("b"), 0, 1)).setValidateOnly(true));
    }

    private static void names(Talk talk) throws Exception {
        for (String name : new String[] {"", ".", "..", "a b", "a/b", "é", "x".repeat(250), "__cluster_metadata"}) {
            talk.ask("name " + name.length() + " " + Integer.toHexString(name.hashCode()), request(topic(name, 1, 1)));
        }
        Topic.create(talk, "a.b_c", 1);
        talk.ask("collides", request(topic(talk.name("a_b.c"), 1, 1)));
        talk.ask("some are wrong", request(topic(talk.name("d"), 1, 1), topic("a b", 1, 1), topic("__cluster_metadata", 1, 1)));
    }

    private static void numbers(Talk talk) throws Exception {
        for (int number : new int[] {0, -2, Integer.MIN_VALUE}) {
            talk.ask("partitions " + number, request(topic(talk.name("p"), number, 1)));
        }
        for (int number : new int[] {0, -2, 2, Short.MAX_VALUE, Short.MIN_VALUE}) {
            talk.ask("replicas " + number, request(topic(talk.name("r"), 1, number)));
        }
    }

    private static void assignments(Talk talk) throws Exception {
        int[] one = {1};
        talk.ask("fits", request(assigned(talk.name("a"), one, one)));
        talk.ask("with partitions", request(assigned(talk.name("b"), one).setNumPartitions(1)));
        talk.ask("with replicas", request(assigned(talk.name("b"), one).setReplicationFactor((short) 1)));
        talk.ask("unknown broker", request(assigned(talk.name("b"), new int[] {7})));
        talk.ask("broker twice", request(assigned(talk.name("b"), new int[] {1, 1})));
        talk.ask("no broker", request(assigned(talk.name("b"), new int[] {})));
        talk.ask("uneven", request(assigned(talk.name("b"), one, new int[] {1, 2})));
        CreatableTopic gap = assigned(talk.name("b"), one);
        assign(gap, 2, 1);
        talk.ask("gap", request(gap));
        CreatableTopic negative = topic(talk.name("b"), -1, -1);
        assign(negative, -1, 1);
        talk.ask("negative", request(negative));
    }

    private static void configs(Talk talk) throws Exception {
        talk.ask("fits", request(configured(talk.name("a"), "retention.ms", "5000")));
        talk.ask("blanks", request(configured(talk.name("b"), "retention.ms", " 6000 ")));
        talk.ask("null", request(configured(talk.name("c"), "retention.ms", null)));
        talk.ask("no number", request(configured(talk.name("c"), "retention.ms", "x")));
        talk.ask("out of range", request(configured(talk.name("c"), "min.insync.replicas", "0")));
        talk.ask("unknown key", request(configured(talk.name("c"), "no.such.key", "1")));
        talk.ask("with wrong numbers", request(configured(talk.name("c"), "retention.ms", "x").setNumPartitions(0)));
    }

    private static void repeated(Talk talk) throws Exception {
        talk.ask("one twice", request(topic(talk.name("a"), 1, 1), topic(talk.name("b"), 1, 1), topic(talk.name("a"), 2, 1)));
        talk.ask("nothing else", request(topic(talk.name("c"), 1, 1), topic(talk.name("c"), 1, 1)));
    }

    private static void tooMany(Talk talk) throws Exception {
        talk.ask("in one", request(topic(talk.name("a"), 10_001, 1)).setValidateOnly(true));
        talk.ask("in two", request(topic(talk.name("a"), 5_001, 1), topic(talk.name("b"), 5_001, 1)).setValidateOnly(true));
        talk.ask("records", request(topic(talk.name("a"), 10_000, 1)).setValidateOnly(true));
    }

    private static void timeouts(Talk talk) throws Exception {
        for (int timeout : new int[] {0, -1, Integer.MIN_VALUE}) {
            talk.ask("timeout " + timeout, request(topic(talk.name("a"), 1, 1)).setTimeoutMs(timeout));
        }
        talk.ask("of nothing", request().setTimeoutMs(0));
        talk.ask("of repeated", request(topic(talk.name("a"), 1, 1), topic(talk.name("a"), 1, 1)).setTimeoutMs(0));
        talk.ask("nothing was done", request(topic(talk.name("a"), 1, 1)).setValidateOnly(true));
    }
}
