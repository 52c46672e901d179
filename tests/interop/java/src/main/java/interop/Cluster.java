package interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The server under test, and clients for it. */
final class Cluster implements AutoCloseable {
    static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    /** Records with timestamps of 2023 would fall to the default retention of a week. */
    static final Map<String, String> KEEP = Map.of("retention.ms", "-1");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final String bootstrap;
    final Admin admin;

    Cluster(String bootstrap) {
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", 20_000));
    }

    /** A topic name that no other run uses. */
    static String unique(String name) {
        return "java." + name + "." + UUID.randomUUID().toString().substring(0, 8);
    }

    String create(String name, int partitions, Map<String, String> configs) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs))).all().get();
        describe(name);
        return name;
    }

    /** Describes a topic that was made a moment ago. */
    TopicDescription describe(String topic) throws Exception {
        Checks.soon(() -> VersionChecks.describe(admin, topic));
        return VersionChecks.describe(admin, topic);
    }

    /**
     * Waits until the leaders answer. Before that the records of acks=0 would be lost silently; and an idempotent
     * producer's first batch may be refused while its second, sent with it, is taken: then the first is never accepted.
     */
    void awaitLeaders(Collection<TopicPartition> partitions) {
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            consumer.endOffsets(partitions);
        }
    }

    /** Without idempotence a retried batch would fall behind the next one: those have one request in flight. */
    KafkaProducer<String, String> producer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "linger.ms", 20,
                "enable.idempotence", false, "acks", "all"));
        all.putAll(settings);
        all.putIfAbsent("max.in.flight.requests.per.connection", all.get("enable.idempotence").equals(true) ? 5 : 1);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    KafkaConsumer<String, String> consumer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false,
                "auto.offset.reset", "none", "fetch.max.wait.ms", 50)); // closing waits for the fetch under way
        all.putAll(settings);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(index -> new TopicPartition(topic, index)).collect(Collectors.toList());
    }

    /** Polls until `count` records have come; more than that in the last poll is returned too, so that it is noticed. */
    static List<ConsumerRecord<String, String>> poll(KafkaConsumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> read = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (read.size() < count && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
        }
        return read;
    }

    /** Reads all of the topic's partitions from the beginning; polls once more so that a surplus is noticed. */
    List<ConsumerRecord<String, String>> readAll(String topic, int partitions, int count) {
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            Collection<TopicPartition> assigned = partitions(topic, partitions);
            consumer.assign(assigned);
            consumer.seekToBeginning(assigned);
            List<ConsumerRecord<String, String>> read = poll(consumer, count);
            consumer.poll(Duration.ofMillis(100)).forEach(read::add);
            return read;
        }
    }

    /** Writes the common records; `acks=0` tells no offset, so only the others' are compared. */
    void writeCommon(String topic, String writer, Map<String, Object> settings) throws Exception {
        awaitLeaders(partitions(topic, Records.PARTITIONS));
        try (KafkaProducer<String, String> producer = producer(settings)) {
            List<java.util.concurrent.Future<org.apache.kafka.clients.producer.RecordMetadata>> sent = new ArrayList<>();
            for (int number = 0; number < Records.COUNT; number++) {
                sent.add(producer.send(Records.record(topic, writer, number)));
            }
            producer.flush();
            for (int number = 0; number < Records.COUNT; number++) {
                long expected = "0".equals(settings.get("acks")) ? -1 : number / Records.PARTITIONS;
                Checks.equal("acknowledged offset", expected, sent.get(number).get().offset());
            }
        }
    }

    /** Reads the common records and compares every field; each partition's offsets must be dense. */
    void compareCommon(String topic, String writer) {
        List<ConsumerRecord<String, String>> read = readAll(topic, Records.PARTITIONS, Records.COUNT);
        Checks.equal("records in " + topic, Records.COUNT, read.size());
        long[] next = new long[Records.PARTITIONS];
        for (ConsumerRecord<String, String> record : read) {
            Checks.equal("offset", next[record.partition()]++, record.offset());
            Records.compare(writer, record);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
