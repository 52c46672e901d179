package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.that;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Consume by assignment: from the beginning, the end, an offset, a timestamp; sessions, limits and waiting. */
final class ConsumeChecks {
    private static final long PER_PARTITION = Records.COUNT / Records.PARTITIONS;

    private final Checks checks;
    private final Cluster cluster;
    private final String writer;

    ConsumeChecks(Checks checks, Cluster cluster, String writer) {
        this.checks = checks;
        this.cluster = cluster;
        this.writer = writer;
    }

    void run() {
        checks.check("beginning and end offsets", this::bounds);
        checks.check("consume from an offset", this::fromOffset);
        checks.check("consume from a timestamp", this::fromTimestamp);
        checks.check("timestamps before, between, after", this::timestamps);
        checks.check("consume from the end", this::fromEnd);
        checks.check("an offset out of range", this::outOfRange);
        checks.check("out of range resets to the earliest", this::outOfRangeResets);
        checks.check("forty partitions in one session", this::manyPartitions);
        checks.check("small fetches make progress", this::smallFetches);
        checks.check("partitions paused, resumed, added", this::sessionChanges);
        checks.check("a waiting fetch is answered by a new record", this::waiting);
        checks.check("partitions of a topic", this::partitionsFor);
        checks.check("read_committed sees plain records", this::readCommitted);
    }

    private String filled(String name, String codec) throws Exception {
        String topic = cluster.create(Cluster.unique(name), Records.PARTITIONS, Cluster.KEEP);
        cluster.writeCommon(topic, writer, Map.of("compression.type", codec, "batch.size", 1000));
        return topic;
    }

    private void bounds() throws Exception {
        List<TopicPartition> partitions = Cluster.partitions(filled("bounds", "none"), 2);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
            equal("beginning", Map.of(partitions.get(0), 0L, partitions.get(1), 0L), consumer.beginningOffsets(partitions));
            equal("end", Map.of(partitions.get(0), PER_PARTITION, partitions.get(1), PER_PARTITION), consumer.endOffsets(partitions));
        }
    }

    /** The codec matters: the offset lies inside a compressed batch, and the client skips what comes before. */
    private void fromOffset() throws Exception {
        for (String codec : List.of("none", "zstd")) {
            TopicPartition partition = new TopicPartition(filled("offset", codec), 1);
            try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, 33);
                rest(consumer, 33);
                equal("position", PER_PARTITION, consumer.position(partition));
            }
        }
    }

    /** Reads and compares from `first` to the end of the one assigned partition. */
    private void rest(KafkaConsumer<String, String> consumer, long first) {
        List<ConsumerRecord<String, String>> read = Cluster.poll(consumer, (int) (PER_PARTITION - first));
        equal("records", PER_PARTITION - first, (long) read.size());
        long next = first;
        for (ConsumerRecord<String, String> record : read) {
            equal("offset", next++, record.offset());
            Records.compare(writer, record);
        }
    }

    private void fromTimestamp() throws Exception {
        TopicPartition partition = new TopicPartition(filled("time", "lz4"), 0);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, Records.timestamp(61))).get(partition);
            equal("offset", 31L, found.offset());
            equal("timestamp", Records.timestamp(62), found.timestamp());
            consumer.seek(partition, found.offset());
            rest(consumer, found.offset());
        }
    }

    private void timestamps() throws Exception {
        for (String codec : List.of("none", "gzip")) {
            TopicPartition partition = new TopicPartition(filled("times", codec), 0);
            try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
                equal("before all", 0L, consumer.offsetsForTimes(Map.of(partition, 0L)).get(partition).offset());
                for (int number = 0; number < Records.COUNT; number += 2) {
                    OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, Records.timestamp(number))).get(partition);
                    equal("exactly", number / 2L, found.offset());
                }
                equal("after all", null, consumer.offsetsForTimes(Map.of(partition, Records.timestamp(Records.COUNT))).get(partition));
            }
        }
    }

    private void fromEnd() throws Exception {
        String topic = filled("end", "snappy");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            equal("position", PER_PARTITION, consumer.position(partition));
            equal("nothing yet", 0, consumer.poll(Duration.ofMillis(200)).count());
            send(topic, 0, "after the end");
            List<ConsumerRecord<String, String>> read = Cluster.poll(consumer, 1);
            equal("records", 1, read.size());
            equal("offset and value", PER_PARTITION + "after the end", read.get(0).offset() + read.get(0).value());
        }
    }

    private void send(String topic, int partition, String value) throws Exception {
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
        }
    }

    private void outOfRange() throws Exception {
        TopicPartition partition = new TopicPartition(filled("range", "none"), 0);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 1000);
            fails(OffsetOutOfRangeException.class, () -> Cluster.poll(consumer, 1));
        }
    }

    private void outOfRangeResets() throws Exception {
        TopicPartition partition = new TopicPartition(filled("reset", "none"), 0);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 1000);
            rest(consumer, 0);
        }
    }

    /** Each round writes to a few partitions only: an incremental fetch session must bring exactly those. */
    private void manyPartitions() throws Exception {
        int count = 40;
        String topic = cluster.create(Cluster.unique("session"), count, Map.of());
        List<TopicPartition> partitions = Cluster.partitions(topic, count);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of());
                KafkaProducer<String, String> producer = cluster.producer(Map.of("linger.ms", 0))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (int round = 0; round < 5; round++) {
                Set<String> expected = new HashSet<>();
                for (int partition = round; partition < count; partition += 7) {
                    String value = round + "/" + partition;
                    producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
                    expected.add(partition + "=" + value);
                }
                Set<String> read = new HashSet<>();
                Cluster.poll(consumer, expected.size()).forEach(r -> read.add(r.partition() + "=" + r.value()));
                equal("round " + round, expected, read);
            }
        }
    }

    /** Batches larger than max.partition.fetch.bytes are returned whole, one at a time. */
    private void smallFetches() throws Exception {
        String topic = filled("smallfetches", "none");
        List<TopicPartition> partitions = Cluster.partitions(topic, Records.PARTITIONS);
        Map<String, Object> settings = Map.of("max.partition.fetch.bytes", 100, "fetch.max.bytes", 150, "max.poll.records", 7);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(settings)) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<Integer, Long> next = new HashMap<>();
            List<ConsumerRecord<String, String>> read = Cluster.poll(consumer, Records.COUNT);
            equal("records", Records.COUNT, read.size());
            for (ConsumerRecord<String, String> record : read) {
                equal("offset", next.merge(record.partition(), 1L, Long::sum) - 1, record.offset());
                Records.compare(writer, record);
            }
        }
    }

    private void sessionChanges() throws Exception {
        String topic = cluster.create(Cluster.unique("changes"), 3, Map.of());
        List<TopicPartition> partitions = Cluster.partitions(topic, 3);
        for (int partition = 0; partition < 3; partition++) {
            send(topic, partition, "first-" + partition);
        }
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of("auto.offset.reset", "earliest"))) {
            consumer.assign(partitions.subList(0, 2));
            equal("two of three", Set.of("first-0", "first-1"), values(Cluster.poll(consumer, 2)));
            consumer.pause(partitions.subList(0, 1));
            send(topic, 0, "second-0");
            send(topic, 1, "second-1");
            equal("the one not paused", Set.of("second-1"), values(Cluster.poll(consumer, 1)));
            consumer.resume(partitions.subList(0, 1));
            equal("the one resumed", Set.of("second-0"), values(Cluster.poll(consumer, 1)));
            consumer.assign(partitions.subList(2, 3));
            equal("the one added", Set.of("first-2"), values(Cluster.poll(consumer, 1)));
        }
    }

    private static Set<String> values(List<ConsumerRecord<String, String>> records) {
        Set<String> values = new HashSet<>();
        records.forEach(record -> values.add(record.value()));
        return values;
    }

    /** With a wait of 30 s per fetch, only an answer on arrival comes within the patience of the poll. */
    private void waiting() throws Exception {
        String topic = cluster.create(Cluster.unique("waiting"), 1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(
                Map.of("fetch.max.wait.ms", 25_000, "request.timeout.ms", 40_000, "auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(partition));
            equal("nothing yet", 0, consumer.poll(Duration.ofMillis(500)).count());
            send(topic, 0, "woken");
            equal("woken", Set.of("woken"), values(Cluster.poll(consumer, 1)));
            consumer.close(Duration.ZERO); // an orderly close would wait for the next fetch
        }
    }

    private void partitionsFor() throws Exception {
        String topic = cluster.create(Cluster.unique("partitions"), 3, Map.of());
        try (KafkaConsumer<String, String> consumer = cluster.consumer(Map.of())) {
            equal("partitions", 3, consumer.partitionsFor(topic).size());
            that("it is listed", consumer.listTopics().containsKey(topic));
        }
    }

    private void readCommitted() throws Exception {
        TopicPartition partition = new TopicPartition(filled("committed", "none"), 1);
        try (KafkaConsumer<String, String> consumer = cluster.consumer(
                Map.of("isolation.level", "read_committed", "auto.offset.reset", "earliest"))) {
            consumer.assign(List.of(partition));
            rest(consumer, 0);
            equal("end", PER_PARTITION, consumer.endOffsets(List.of(partition)).get(partition));
        }
    }
}
