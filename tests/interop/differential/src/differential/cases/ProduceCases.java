package differential.cases;

import static differential.cases.Batches.record;
import static differential.cases.Batches.records;
import static differential.cases.Requests.part;
import static differential.cases.Requests.produce;
import static differential.cases.Requests.producedTopic;
import static differential.cases.Requests.read;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import differential.Wire;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Produce: where records go and how it is acknowledged. What is in the batches is in ProduceBatchCases. */
final class ProduceCases extends Cases {
    /** The first version that is served; those below are only advertised. */
    static final int FIRST = 3;
    static final Versions SERVED = new Versions(FIRST, Short.MAX_VALUE);
    private static final Versions BY_NAME = new Versions(FIRST, Requests.PRODUCE_BY_ID - 1);
    private static final Versions BY_ID = new Versions(Requests.PRODUCE_BY_ID, Short.MAX_VALUE);

    ProduceCases() {
        super("Produce");
        add("internal topics", SERVED, ProduceCases::internal);
        besideOthers();
        malformed(talk -> produce(talk.version(), Topic.create(talk, "t", 1), Batches.of(records(2))), "LENGTH* null at *.records",
            "LENGTH_VARINT minus two at *.records");
        add("advertised but not served", new Versions(0, FIRST - 1), ProduceCases::notServed);
        add("acks", SERVED, ProduceCases::acks);
        add("many partitions", SERVED, ProduceCases::manyPartitions);
        add("nothing", SERVED, ProduceCases::nothing);
        add("twice the same", SERVED, ProduceCases::twice);
        add("unknown", SERVED, ProduceCases::unknown);
        add("bad names", BY_NAME, ProduceCases::badNames);
        add("ids", BY_ID, ProduceCases::ids);
        add("created again", SERVED, ProduceCases::createdAgain);
        add("deleted", SERVED, ProduceCases::deleted);
        add("timeouts", SERVED, ProduceCases::timeouts);
        add("pipelined", SERVED, ProduceCases::pipelined);
    }

    private static void notServed(Talk talk) throws Exception {
        byte[] header = Wire.header((short) 0, talk.version(), (short) 1, 9);
        byte[] body = Wire.bytes(new ProduceRequestData().setAcks((short) 1), (short) FIRST);
        talk.askRaw("with the body of version 3", talk.api(), talk.version(), Wire.join(header, body), 9);
        talk.askRaw("without transactional id", talk.api(), talk.version(), Wire.join(header, new byte[] {0, 1, 0, 0, 0, 1, 0, 0, 0, 0}), 9);
    }

    private static void acks(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        for (int acks : new int[] {-1, 1, 2, -2, Short.MAX_VALUE, Short.MIN_VALUE}) {
            talk.ask("acks " + acks, produce(talk.version(), topic, Batches.of(record(0))).setAcks((short) acks));
        }
        talk.askUnanswered("acks 0", produce(talk.version(), topic, Batches.of(record(1))).setAcks((short) 0));
        read(talk, "what is there", topic);
        // An error cannot be told, so the connection is closed.
        talk.askUnanswered("acks 0 and an error", produce(talk.version(), Requests.unknown(talk), Batches.of(record(1))).setAcks((short) 0));
        talk.askUnanswered("acks 0 and a damaged batch",
            produce(talk.version(), topic, Batches.spoiled(Batches.of(record(1)), it -> it.putInt(Batches.CRC_AT, 1))).setAcks((short) 0));
        talk.askUnanswered("acks 0 and nothing", new ProduceRequestData().setAcks((short) 0).setTimeoutMs(1));
    }

    private static void manyPartitions(Talk talk) throws Exception {
        Topic one = Topic.create(talk, "one", 3);
        Topic two = Topic.create(talk, "two", 2);
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(Requests.TIMEOUT_MS);
        request.topicData().add(producedTopic(talk.version(), one, List.of(part(2, Batches.of(record(0))), part(0, Batches.of(records(5))),
            part(3, Batches.of(record(0))), part(-1, Batches.of(record(0))), part(Integer.MAX_VALUE, Batches.of(record(0))))));
        request.topicData().add(producedTopic(talk.version(), two, List.of(part(1, Batches.of(record(0))))));
        talk.ask("first", request);
        talk.ask("again", request);
    }

    private static void nothing(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("no topics", new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1));
        ProduceRequestData noPartitions = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1);
        noPartitions.topicData().add(producedTopic(talk.version(), topic, List.of()));
        talk.ask("no partitions", noPartitions);
        talk.patience(300).ask("null records", produce(talk.version(), topic, null));
        talk.patient().ask("no records", produce(talk.version(), topic, MemoryRecords.EMPTY));
    }

    private static void twice(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 2);
        ProduceRequestData partition = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1);
        partition.topicData().add(producedTopic(talk.version(), topic, List.of(part(0, Batches.of(record(0))), part(0, Batches.of(record(1))))));
        talk.ask("partition", partition);
        read(talk, "what of the partition is there", topic);
        ProduceRequestData topics = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1);
        topics.topicData().mustAdd(producedTopic(talk.version(), topic, List.of(part(0, Batches.of(record(2))))));
        topics.topicData().mustAdd(producedTopic(talk.version(), topic, List.of(part(1, Batches.of(record(3))))));
        talk.ask("topic", topics);
        read(talk, "what of the topic is there", topic);
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("topic", produce(talk.version(), Requests.unknown(talk), Batches.of(record(0))));
        talk.ask("partition", produce(talk.version(), topic, 1, Batches.of(record(0))));
        ProduceRequestData mixed = produce(talk.version(), Requests.unknown(talk), Batches.of(record(0)));
        mixed.topicData().add(producedTopic(talk.version(), topic, List.of(part(0, Batches.of(record(0))))));
        talk.ask("one known, one not", mixed);
    }

    private static void badNames(Talk talk) throws Exception {
        String[] names = {"", ".", "..", "a b", "a/b", "ä", "x".repeat(250), "__cluster_metadata"};
        for (String name : names) {
            talk.ask("name '" + name + "'", produce(talk.version(), new Topic(name, Uuid.ZERO_UUID), Batches.of(record(0))));
        }
    }

    private static void ids(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("zero", produce(talk.version(), new Topic("", Uuid.ZERO_UUID), Batches.of(record(0))));
        talk.ask("metadata topic", produce(talk.version(), new Topic("", Uuid.METADATA_TOPIC_ID), Batches.of(record(0))));
        ProduceRequestData mixed = produce(talk.version(), topic, Batches.of(record(0)));
        mixed.topicData().add(new TopicProduceData().setTopicId(new Uuid(3, 4)).setPartitionData(List.of(part(0, Batches.of(record(0))), part(7, null))));
        talk.ask("one known, one not", mixed);
    }

    private static void createdAgain(Talk talk) throws Exception {
        Topic first = Topic.create(talk, "t", 1);
        talk.ask("first", produce(talk.version(), first, Batches.of(records(3))));
        first.delete(talk);
        Topic second = Topic.create(talk, "t", 1);
        talk.ask("with what was known of the first", produce(talk.version(), first, Batches.of(record(0))));
        talk.ask("second", produce(talk.version(), second, Batches.of(record(1))));
        read(talk, "what is there", second);
    }

    private static void deleted(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        topic.delete(talk);
        talk.ask("produce", produce(talk.version(), topic, Batches.of(record(0))));
    }

    private static void timeouts(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        for (int timeout : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("timeout " + timeout, produce(talk.version(), topic, Batches.of(record(0))).setTimeoutMs(timeout));
        }
    }

    private static void pipelined(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        int[] ids = new int[10];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = talk.send(produce(talk.version(), topic, Batches.of(records(i + 1))), talk.version());
        }
        for (int i = 0; i < ids.length; i++) {
            talk.answerOf("answer " + i, talk.api(), talk.version(), ids[i]);
        }
    }

    /** Only Kafka's own administration may write to them, and it says so by its client id. */
    private static void internal(Talk talk) throws Exception {
        Topic topic = Topic.ofName(talk, "__share_group_state", 1);
        talk.ask("a client", produce(talk.version(), topic, Batches.of(record(0))));
        talk.as("__admin_client").ask("the administration", produce(talk.version(), topic, Batches.of(record(0))));
    }
}
