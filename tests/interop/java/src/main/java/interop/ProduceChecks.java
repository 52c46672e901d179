package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.that;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;

/** Produce: every codec with every acks, idempotent and not; timestamps, limits and refusals. */
final class ProduceChecks {
    private final Checks checks;
    private final Cluster cluster;
    private final String writer;

    ProduceChecks(Checks checks, Cluster cluster, String writer) {
        this.checks = checks;
        this.cluster = cluster;
        this.writer = writer;
    }

    void run() {
        for (String codec : Cluster.CODECS) {
            for (String acks : List.of("0", "1", "all")) {
                checks.check("produce " + codec + " acks=" + acks, () -> roundTrip(codec, acks, false));
            }
            checks.check("produce " + codec + " idempotent", () -> roundTrip(codec, "all", true));
        }
        checks.check("many small idempotent batches in flight", this::manyBatches);
        checks.check("null header values and empty keys", this::nullHeaders);
        checks.check("log append time", this::logAppendTime);
        checks.check("the topic's own codec", this::topicCodec);
        checks.check("too large a record is refused", this::tooLarge);
        checks.check("a timestamp of tomorrow is refused", this::futureTimestamp);
        checks.check("a topic is made when produced to", this::autoCreate);
        checks.check("an unknown partition is refused", this::unknownPartition);
        checks.check("an invalid topic is refused", this::invalidTopic);
    }

    private void roundTrip(String codec, String acks, boolean idempotent) throws Exception {
        String topic = cluster.create(Cluster.unique(codec + acks + idempotent), Records.PARTITIONS, Cluster.KEEP);
        cluster.writeCommon(topic, writer, Map.of("compression.type", codec, "acks", acks, "enable.idempotence", idempotent));
        cluster.compareCommon(topic, writer);
        cluster.admin.deleteTopics(List.of(topic)).all().get();
    }

    private void manyBatches() throws Exception {
        int count = 3000;
        String topic = cluster.create(Cluster.unique("batches"), 1, Map.of());
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of("enable.idempotence", true, "batch.size", 200, "linger.ms", 0))) {
            for (int number = 0; number < count; number++) {
                producer.send(new ProducerRecord<>(topic, Integer.toString(number)));
            }
        }
        List<ConsumerRecord<String, String>> read = cluster.readAll(topic, 1, count);
        equal("records", count, read.size());
        for (int number = 0; number < count; number++) {
            equal("record at its offset", Integer.toString(number), read.get(number).value());
            equal("offset", (long) number, read.get(number).offset());
        }
    }

    private void nullHeaders() throws Exception {
        String topic = cluster.create(Cluster.unique("headers"), 1, Map.of());
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, 0, "", "");
        record.headers().add("null", null).add("twice", bytes("1")).add("twice", bytes("2")).add("", bytes("nameless"));
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            producer.send(record).get();
        }
        ConsumerRecord<String, String> read = cluster.readAll(topic, 1, 1).get(0);
        equal("headers", List.of(record.headers().toArray()), List.of(read.headers().toArray()));
        equal("key and value", List.of("", ""), List.of(read.key(), read.value()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void logAppendTime() throws Exception {
        for (String codec : List.of("none", "lz4")) {
            String topic = cluster.create(Cluster.unique("appendtime"), 1, Map.of("message.timestamp.type", "LogAppendTime"));
            long before = System.currentTimeMillis();
            long acknowledged;
            try (KafkaProducer<String, String> producer = cluster.producer(Map.of("compression.type", codec))) {
                acknowledged = producer.send(new ProducerRecord<>(topic, 0, Records.timestamp(0), "k", "v")).get().timestamp();
            }
            ConsumerRecord<String, String> read = cluster.readAll(topic, 1, 1).get(0);
            equal("type", TimestampType.LOG_APPEND_TIME, read.timestampType());
            that("it is the broker's time", read.timestamp() >= before && read.timestamp() <= System.currentTimeMillis());
            equal("the producer is told it", read.timestamp(), acknowledged);
        }
    }

    private void topicCodec() throws Exception {
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd", "uncompressed")) {
            String topic = cluster.create(Cluster.unique("own" + codec), Records.PARTITIONS,
                    Map.of("retention.ms", "-1", "compression.type", codec));
            cluster.writeCommon(topic, writer, Map.of("compression.type", "gzip"));
            cluster.compareCommon(topic, writer);
        }
    }

    private void tooLarge() throws Exception {
        String topic = cluster.create(Cluster.unique("small"), 1, Map.of("max.message.bytes", "1000"));
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            fails(RecordTooLargeException.class, () -> producer.send(new ProducerRecord<>(topic, "x".repeat(2000))).get());
            equal("the next is taken at offset", 0L, producer.send(new ProducerRecord<>(topic, "small")).get().offset());
        }
    }

    private void futureTimestamp() throws Exception {
        String topic = cluster.create(Cluster.unique("future"), 1, Map.of());
        long tomorrow = System.currentTimeMillis() + 86_400_000L;
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            fails(InvalidTimestampException.class, () -> producer.send(new ProducerRecord<>(topic, 0, tomorrow, "k", "v")).get());
        }
    }

    private void autoCreate() throws Exception {
        String topic = Cluster.unique("auto");
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            equal("offset", 0L, producer.send(new ProducerRecord<>(topic, "first")).get().offset());
        }
        equal("partitions", 1, VersionChecks.describe(cluster.admin, topic).partitions().size());
    }

    private void unknownPartition() throws Exception {
        String topic = cluster.create(Cluster.unique("two"), 2, Map.of());
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of("max.block.ms", 1500))) {
            fails(TimeoutException.class, () -> producer.send(new ProducerRecord<>(topic, 7, "k", "v")).get());
        }
    }

    private void invalidTopic() {
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            fails(InvalidTopicException.class, () -> producer.send(new ProducerRecord<>("not allowed", "v")).get());
        }
    }
}
