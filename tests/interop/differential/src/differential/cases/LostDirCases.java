package differential.cases;

import static differential.cases.Configs.BROKER;
import static differential.cases.Configs.DELETE;
import static differential.cases.Configs.SET;
import static differential.cases.Configs.change;
import static differential.cases.Requests.at;
import static differential.cases.Requests.fetch;
import static differential.cases.Requests.produce;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/** One of two log dirs fails: what is said of a partition in it, by every API and version. */
final class LostDirCases extends Cases {
    private static final String KEPT = "data";
    private static final String LOST = "data2";
    private static final short DESCRIBE_DIRS = ApiMessageType.DESCRIBE_LOG_DIRS.highestSupportedVersion(false);
    private static final int STORAGE_ERROR = 56;
    private static final int NO_LEADER = -1;

    LostDirCases() {
        super("DescribeLogDirs");
        // One broken dir is enough for all versions, which the case asks itself.
        add(Setting.TWO_DIRS, "a lost dir", new Versions(DESCRIBE_DIRS, DESCRIBE_DIRS), LostDirCases::lostDir);
    }

    private static void lostDir(Talk talk) throws Exception {
        Topic lost = createdIn(talk, LOST, KEPT);
        Topic kept = createdIn(talk, KEPT, LOST);
        talk.prepare(change(BROKER, "1", "cordoned.log.dirs", DELETE, null), 1);
        Requests.fill(talk, lost, Batches.of(Batches.records(3)));
        Requests.fill(talk, kept, Batches.of(Batches.records(3)));
        talk.operate(server -> {
            Files.move(server.resolve(LOST), server.resolve("aside"));
            Files.createFile(server.resolve(LOST));
        });
        talk.<ListOffsetsResponseData>prepareUntil(OffsetCases.list(lost.name(), OffsetCases.partition(0, -1)), 7,
            it -> it.topics().get(0).partitions().get(0).errorCode() == STORAGE_ERROR);
        talk.<MetadataResponseData>prepareUntil(MetadataCases.ask(lost.name()), 12,
            it -> it.topics().find(lost.name()).partitions().get(0).leaderId() == NO_LEADER);
        askAll(talk, "lost", lost);
        askAll(talk, "kept", kept);
        talk.killServer(server -> { });
        Topic.waitServed(talk, kept.name(), 1);
        askAll(talk, "kept at a start", kept); // of the other one Kafka says now this, now that
    }

    /** Where the other dir takes no new replicas. */
    private static Topic createdIn(Talk talk, String dir, String cordoned) throws Exception {
        talk.prepare(change(BROKER, "1", "cordoned.log.dirs", SET, talk.logDir(cordoned)), 1);
        talk.<DescribeLogDirsResponseData>prepareUntil(LogDirCases.describe(), DESCRIBE_DIRS,
            it -> it.results().stream().allMatch(one -> one.isCordoned() == one.logDir().endsWith("/" + cordoned)));
        Topic topic = Topic.create(talk, "in-" + dir, 1);
        talk.operate(server -> {
            Path made = server.resolve(dir).resolve(topic.name() + "-0");
            if (!Files.exists(made)) {
                throw new IllegalStateException(made + " is not there");
            }
        });
        return topic;
    }

    /** What clients and tools ask of a partition, in every version. */
    private static void askAll(Talk talk, String what, Topic topic) throws Exception {
        String name = topic.name();
        each(talk, what, ApiMessageType.PRODUCE, ProduceCases.FIRST, version -> produce(version, topic, Batches.of(Batches.records(1))));
        each(talk, what, ApiMessageType.FETCH, 4, version -> fetch(version, topic, at(0, 0)));
        each(talk, what, ApiMessageType.LIST_OFFSETS, 1, version -> OffsetCases.list(name, OffsetCases.partition(0, -1)));
        each(talk, what, ApiMessageType.OFFSET_FOR_LEADER_EPOCH, 2,
            version -> EpochCases.ask(EpochCases.topic(name, EpochCases.partition(0, -1, 0))));
        each(talk, what, ApiMessageType.DELETE_RECORDS, 0,
            version -> DeleteRecordsCases.delete(DeleteRecordsCases.topic(name, DeleteRecordsCases.partition(0, 1))).setTimeoutMs(1000));
        each(talk, what, ApiMessageType.DESCRIBE_PRODUCERS, 0,
            version -> DescribeProducersCases.describe(DescribeProducersCases.topic(name, 0)));
        each(talk, what, ApiMessageType.METADATA, 0, version -> MetadataCases.ask(name));
        each(talk, what, ApiMessageType.DESCRIBE_TOPIC_PARTITIONS, 0, version -> TopicPartitionCases.ask(name));
        each(talk, what, ApiMessageType.DESCRIBE_LOG_DIRS, 1, version -> LogDirCases.describe(LogDirCases.topic(name, 0)));
    }

    private interface Request {
        ApiMessage at(int version) throws Exception;
    }

    private static void each(Talk talk, String what, ApiMessageType api, int first, Request request) throws Exception {
        for (int version = first; version <= api.highestSupportedVersion(false); version++) {
            talk.ask(what + " " + api.name + " v" + version, request.at(version), (short) version);
        }
    }
}
