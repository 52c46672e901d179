package differential.cases;

import differential.Talk;
import differential.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.record.internal.BaseRecords;

/** Requests that many cases send. */
final class Requests {
    /** The first versions in which topics go by id. */
    static final int PRODUCE_BY_ID = 13;
    static final int FETCH_BY_ID = 13;
    static final int TIMEOUT_MS = 30_000;

    private Requests() {}

    /** Records for partition 0, with acks=all; by name or by id, as the version has it. */
    static ProduceRequestData produce(int version, Topic topic, BaseRecords records) {
        return produce(version, topic, 0, records);
    }

    static ProduceRequestData produce(int version, Topic topic, int partition, BaseRecords records) {
        ProduceRequestData request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(TIMEOUT_MS);
        request.topicData().add(producedTopic(version, topic, List.of(part(partition, records))));
        return request;
    }

    static TopicProduceData producedTopic(int version, Topic topic, List<PartitionProduceData> partitions) {
        TopicProduceData data = new TopicProduceData().setPartitionData(partitions);
        return version >= PRODUCE_BY_ID ? data.setTopicId(topic.id()) : data.setName(topic.name());
    }

    static PartitionProduceData part(int partition, BaseRecords records) {
        return new PartitionProduceData().setIndex(partition).setRecords(records);
    }

    /** Puts records into partition 0, to be read by the case. */
    static void fill(Talk talk, Topic topic, BaseRecords records) throws Exception {
        fill(talk, topic, 0, records);
    }

    static void fill(Talk talk, Topic topic, int partition, BaseRecords records) throws Exception {
        ProduceResponseData answer = talk.prepare(produce(PRODUCE_BY_ID - 1, topic, partition, records), PRODUCE_BY_ID - 1);
        var answered = answer.responses().iterator().next().partitionResponses().get(0);
        if (answered.errorCode() != 0) {
            throw new IllegalStateException("not produced: " + answered);
        }
    }

    /** Everything of partition 0 from the start. */
    static FetchRequestData fetch(int version, Topic topic) {
        return fetch(version, topic, at(0, 0));
    }

    static FetchRequestData fetch(int version, Topic topic, FetchPartition... partitions) {
        return fetch(fetchedTopic(version, topic, partitions));
    }

    /** Without a session, and without waiting. */
    static FetchRequestData fetch(FetchTopic... topics) {
        return new FetchRequestData().setMaxWaitMs(0).setMinBytes(0).setMaxBytes(50_000_000).setTopics(new ArrayList<>(List.of(topics)));
    }

    static FetchTopic fetchedTopic(int version, Topic topic, FetchPartition... partitions) {
        FetchTopic data = new FetchTopic().setPartitions(new ArrayList<>(List.of(partitions)));
        return version >= FETCH_BY_ID ? data.setTopicId(topic.id()) : data.setTopic(topic.name());
    }

    static FetchPartition at(int partition, long offset) {
        return new FetchPartition().setPartition(partition).setFetchOffset(offset).setPartitionMaxBytes(1_048_576);
    }

    static Topic unknown(Talk talk) {
        return new Topic(talk.name("unknown"), new Uuid(1, 2));
    }

    /** Reads partition 0 from the start and compares every record. */
    static void read(Talk talk, String step, Topic topic) throws Exception {
        talk.ask(step, fetch(12, topic), (short) 12);
    }
}
