package interop;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics and records of every kind, written through whichever broker runs. */
final class Population {
    static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    /** The topic whose segments are replaced by some of old formats. */
    static final String OLD_FORMATS = "old-formats";

    /** Recent: nothing is to be deleted for its age. */
    private static final long TIME = System.currentTimeMillis() - 3_600_000;

    private final String bootstrap;
    private final Admin admin;
    private final Kcat kcat;

    Population(String bootstrap, Admin admin) {
        this.bootstrap = bootstrap;
        this.admin = admin;
        kcat = new Kcat(bootstrap);
    }

    /** The topics that Kabuki takes over, with their first records. */
    void topics() throws Exception {
        create("plain", 3, Map.of());
        create("codecs", CODECS.size(), Map.of());
        create("recompressed", 1, Map.of("compression.type", "zstd"));
        create("append-time", 2, Map.of("message.timestamp.type", "LogAppendTime"));
        create("compacted", 1, Map.of("cleanup.policy", "compact", "segment.ms", "50", "min.cleanable.dirty.ratio", "0.01"));
        create("retained", 1, Map.of("retention.ms", "604800000", "retention.bytes", "8388608", "segment.bytes", "1048576", "max.message.bytes", "2000000"));
        create("odd._-1", 1, Map.of("cleanup.policy", "compact,delete", "flush.messages", "1", "retention.ms", "-1"));
        create("transactions", 2, Map.of());
        create("consumed", 2, Map.of());
        create("doomed", 2, Map.of());
        create("gone", 2, Map.of());
        create(Load.TOPIC, Load.PARTITIONS, Map.of());
        create(OLD_FORMATS, 3, Map.of("retention.ms", "-1"));
        create("again", 3, Map.of());
        send(Map.of(), numbered("again", 2, "first", 10));
        createdAgain();
        records("first");
        deleteRecords();
        delete("gone");
    }

    /** A topic of the same name as one that was deleted: another id, none of the old records. */
    void createdAgain() throws Exception {
        delete("again");
        send(Map.of(), numbered("again", 0, "of topic " + create("again", 2, Map.of()), 10));
    }

    /** Records of every kind, told apart by the round. */
    void records(String round) throws Exception {
        for (int partition = 0; partition < CODECS.size(); partition++) {
            send(Map.of("compression.type", CODECS.get(partition), "linger.ms", 20), numbered("codecs", partition, round, 200));
            kcat.write("codecs", partition, CODECS.get(partition), 50);
        }
        send(Map.of("compression.type", "lz4"), numbered("recompressed", 0, round, 50));
        send(Map.of("enable.idempotence", false, "acks", "1"), numbered("plain", 1, round, 100));
        send(Map.of("enable.idempotence", false, "acks", "all"), numbered("plain", 2, round, 100));
        send(Map.of("compression.type", "gzip"), numbered("append-time", 0, round, 30));
        send(Map.of(), numbered("append-time", 1, round, 30));
        send(Map.of(), numbered("consumed", 0, round, 30));
        send(Map.of("max.request.size", 3_000_000), large(round));
        send(Map.of(), odd(round));
    }

    private static List<ProducerRecord<byte[], byte[]>> numbered(String topic, int partition, String round, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            var headers = new RecordHeaders().add("round", bytes(round)).add("number", bytes(Integer.toString(number)));
            records.add(new ProducerRecord<>(topic, partition, TIME + number, bytes("key-" + number % 7), bytes(round + " " + number + " " + "x".repeat(number)), headers));
        }
        return records;
    }

    /** Several segments. */
    private static List<ProducerRecord<byte[], byte[]>> large(String round) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            records.add(new ProducerRecord<>("retained", 0, null, bytes((round + number).repeat(60_000))));
        }
        return records;
    }

    /** Null, empty and not plain. */
    private static List<ProducerRecord<byte[], byte[]>> odd(String round) {
        String topic = "odd._-1";
        var headers = new RecordHeaders(List.of(new RecordHeader("", new byte[0]), new RecordHeader("null", (byte[]) null),
                new RecordHeader("ключ", bytes("値")), new RecordHeader("twice", bytes("1")), new RecordHeader("twice", bytes("2"))));
        return List.of(new ProducerRecord<>(topic, 0, 0L, bytes("🗝️ " + round), bytes("значение 🎭"), headers),
                new ProducerRecord<>(topic, 0, bytes("tombstone " + round), null),
                new ProducerRecord<>(topic, 0, bytes(""), bytes("")),
                new ProducerRecord<>(topic, 0, 9_000_000_000_000_000L % System.currentTimeMillis(), bytes("\0\1\377"), bytes("\0")));
    }

    /** Moves a log's start into its records, within the first segment: that one goes at no moment that could be known. */
    private void deleteRecords() throws Exception {
        admin.deleteRecords(Map.of(new TopicPartition("retained", 0), org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(1),
                new TopicPartition("plain", 1), org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(17))).all().get();
    }

    /** Changes of metadata, as whoever runs makes them. */
    void changes(String round) throws Exception {
        create("made-" + round, 2, Map.of("retention.ms", "1234567890"));
        send(Map.of("compression.type", "snappy"), numbered("made-" + round, 0, round, 20));
        createdAgain();
        delete("doomed");
        create("doomed", 1, Map.of("cleanup.policy", "compact"));
        int partitions = admin.describeTopics(List.of("plain")).topicNameValues().get("plain").get().partitions().size();
        admin.createPartitions(Map.of("plain", NewPartitions.increaseTo(partitions + 1))).all().get();
        alter("plain", "max.message.bytes", Integer.toString(2_000_000 + round.length()));
        alter("append-time", "retention.ms", Integer.toString(1_000_000_000 + round.length()));
        Checks.soon(() -> send(Map.of(), numbered("plain", partitions, round, 20)));
    }

    void alter(String topic, String key, String value) throws Exception {
        var operation = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(operation))).all().get();
    }

    private Uuid create(String topic, int partitions, Map<String, String> configs) throws Exception {
        return admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configs))).topicId(topic).get();
    }

    private void delete(String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
    }

    /** Sends all through a producer of their own; every one must be acknowledged. */
    private void send(Map<String, Object> settings, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", bootstrap);
        try (var producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    /** Writes a key again and again until the cleaner has left a gap among the offsets; then it is stopped there. */
    void compact() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!hasGap(Picture.of(bootstrap, "compacted"::equals))) {
            Checks.that("the log cleaner runs", System.nanoTime() < deadline);
            // with the time of now: what is older than the segment by segment.ms begins another
            send(Map.of(), List.of(new ProducerRecord<>("compacted", 0, bytes("key"), bytes("value")), new ProducerRecord<>("compacted", 0, bytes("other key"), null)));
            Thread.sleep(100);
        }
        alter("compacted", "min.compaction.lag.ms", Long.toString(Long.MAX_VALUE));
        alter("compacted", "segment.ms", "604800000");
    }

    private static boolean hasGap(Picture picture) {
        return picture.records() > 0 && !picture.lines.containsKey(String.format("record read_uncommitted compacted-0 %010d", 0));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
