package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.that;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;

/** What only kafka-clients 4.3.1 can: topic ids, pages of topics, offsets by the admin client, features. */
final class VersionChecks {
    private final Checks checks;
    private final Cluster cluster;

    VersionChecks(Checks checks, Cluster cluster) {
        this.checks = checks;
        this.cluster = cluster;
    }

    static TopicDescription describe(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    }

    void run() {
        checks.check("topic ids: created, described, deleted by", this::topicIds);
        checks.check("an unknown topic id", () -> fails(UnknownTopicIdException.class, () -> cluster.admin
                .describeTopics(TopicCollection.ofTopicIds(List.of(Uuid.randomUuid()))).allTopicIds().get()));
        checks.check("topics described page by page", this::pages);
        checks.check("admin offsets: earliest, latest, max timestamp, by time", this::offsets);
        checks.check("finalized features", this::features);
        checks.check("fenced brokers asked for", () -> equal("nodes", 1, cluster.admin
                .describeCluster(new DescribeClusterOptions().includeFencedBrokers(true)).nodes().get().size()));
        checks.check("a topic made again under a producer", this::madeAgainUnderProducer);
    }

    private void topicIds() throws Exception {
        String topic = Cluster.unique("ids");
        Uuid id = cluster.admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).topicId(topic).get();
        equal("id by name", id, describe(cluster.admin, topic).topicId());
        var byId = cluster.admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get();
        equal("name by id", topic, byId.get(id).name());
        cluster.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
        fails(UnknownTopicIdException.class,
                () -> cluster.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get());
    }

    private void pages() throws Exception {
        List<String> topics = List.of(Cluster.unique("page1"), Cluster.unique("page2"), Cluster.unique("page3"));
        for (String topic : topics) {
            cluster.create(topic, 5, Map.of());
        }
        var described = cluster.admin.describeTopics(topics, new DescribeTopicsOptions().partitionSizeLimitPerResponse(3)).allTopicNames().get();
        for (String topic : topics) {
            equal("partitions", 5, described.get(topic).partitions().size());
        }
    }

    private void offsets() throws Exception {
        String topic = cluster.create(Cluster.unique("adminoffsets"), Records.PARTITIONS, Cluster.KEEP);
        cluster.writeCommon(topic, "java", Map.of("compression.type", "zstd", "batch.size", 1000));
        TopicPartition partition = new TopicPartition(topic, 1);
        equal("earliest", 0L, offset(partition, OffsetSpec.earliest()).offset());
        equal("earliest local", 0L, offset(partition, OffsetSpec.earliestLocal()).offset());
        equal("latest", 50L, offset(partition, OffsetSpec.latest()).offset());
        equal("latest tiered", -1L, offset(partition, OffsetSpec.latestTiered()).offset());
        equal("by time", 40L, offset(partition, OffsetSpec.forTimestamp(Records.timestamp(81))).offset());
        ListOffsetsResultInfo max = offset(partition, OffsetSpec.maxTimestamp());
        equal("max timestamp", Records.timestamp(99), max.timestamp());
        equal("its offset", 49L, max.offset());
        equal("leader epoch is told", true, offset(partition, OffsetSpec.latest()).leaderEpoch().isPresent());
    }

    private ListOffsetsResultInfo offset(TopicPartition partition, OffsetSpec spec) throws Exception {
        return cluster.admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get();
    }

    private void features() throws Exception {
        var features = cluster.admin.describeFeatures().featureMetadata().get();
        that("metadata.version is finalized", features.finalizedFeatures().containsKey("metadata.version"));
        that("metadata.version is supported", features.supportedFeatures().containsKey("metadata.version"));
    }

    /** The old incarnation's id is refused; the producer learns the new one and goes on. */
    private void madeAgainUnderProducer() throws Exception {
        String topic = cluster.create(Cluster.unique("underproducer"), 1, Map.of());
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, "old")).get();
            cluster.admin.deleteTopics(List.of(topic)).all().get();
            cluster.create(topic, 1, Map.of());
            equal("offset in the new topic", 0L, producer.send(new ProducerRecord<>(topic, "new")).get().offset());
        }
        equal("only the new record", "new", cluster.readAll(topic, 1, 1).get(0).value());
    }
}
