package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.that;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;

/** Every way to commit, and where a member begins that finds a commit, or none. */
final class CommitChecks {
    private static final int RECORDS = 100;

    private final Cluster cluster;
    private final Flavour flavour;

    CommitChecks(Cluster cluster, Flavour flavour) {
        this.cluster = cluster;
        this.flavour = flavour;
    }

    void addTo(Map<String, Checks.Body> all) {
        String protocol = flavour.name().split(" ")[0];
        all.put(protocol + ": auto commit, by interval and at the end", this::autoCommit);
        all.put(protocol + ": commitSync of what was polled", this::commitSync);
        all.put(protocol + ": commitAsync", this::commitAsync);
        all.put(protocol + ": offsets with metadata, forward and back", this::specificOffsets);
        all.put(protocol + ": metadata of the largest size, and larger", this::largeMetadata);
        all.put(protocol + ": auto.offset.reset earliest, latest, none", this::resets);
        all.put(protocol + ": commits of no member, beside members and without", this::withoutMembership);
        all.put(protocol + ": who polls too rarely loses its partitions", this::pollsTooRarely);
    }

    /** A topic of one partition with a hundred records. */
    private TopicPartition filled(String name) throws Exception {
        String topic = cluster.create(Cluster.unique(name), 1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        write(partition, RECORDS);
        return partition;
    }

    private void write(TopicPartition partition, int count) throws Exception {
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            for (int number = 0; number < count; number++) {
                producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, "value-" + number));
            }
            producer.flush();
        }
    }

    private KafkaConsumer<String, String> member(String group, TopicPartition partition, Map<String, Object> own) {
        Map<String, Object> settings = new HashMap<>(flavour.settings());
        settings.putAll(Map.of("group.id", group, "auto.offset.reset", "earliest", "max.poll.records", 10));
        settings.putAll(own);
        KafkaConsumer<String, String> consumer = cluster.consumer(settings);
        consumer.subscribe(List.of(partition.topic()));
        return consumer;
    }

    private static long committed(KafkaConsumer<String, String> consumer, TopicPartition partition) {
        return consumer.committed(Set.of(partition)).get(partition).offset();
    }

    /** The next member reads all that is left from `first` on, and nothing else. */
    private void goesOn(String group, TopicPartition partition, long first) {
        try (KafkaConsumer<String, String> next = member(group, partition, Map.of())) {
            List<ConsumerRecord<String, String>> read = Cluster.poll(next, (int) (RECORDS - first));
            equal("records left", RECORDS - first, (long) read.size());
            equal("first", first, read.get(0).offset());
        }
    }

    private void autoCommit() throws Exception {
        TopicPartition partition = filled("auto");
        String group = Cluster.unique("auto");
        Map<String, Object> auto = Map.of("enable.auto.commit", true, "auto.commit.interval.ms", 100);
        try (KafkaConsumer<String, String> consumer = member(group, partition, auto)) {
            equal("records", RECORDS, Cluster.poll(consumer, RECORDS).size());
            Checks.soon(() -> {
                consumer.poll(Duration.ofMillis(50));
                equal("by interval", (long) RECORDS, committed(consumer, partition));
            });
        }
        Map<String, Object> rarely = Map.of("enable.auto.commit", true, "auto.commit.interval.ms", 3_600_000);
        String other = Cluster.unique("auto");
        try (KafkaConsumer<String, String> consumer = member(other, partition, rarely)) {
            equal("records", 30, Cluster.poll(consumer, 30).size());
        }
        goesOn(other, partition, 30);
    }

    private void commitSync() throws Exception {
        TopicPartition partition = filled("sync");
        String group = Cluster.unique("sync");
        try (KafkaConsumer<String, String> consumer = member(group, partition, Map.of())) {
            Cluster.poll(consumer, 30);
            equal("nothing yet", null, consumer.committed(Set.of(partition)).get(partition));
            consumer.commitSync();
            equal("committed", 30L, committed(consumer, partition));
            Cluster.poll(consumer, 20); // read, but never committed
        }
        goesOn(group, partition, 30);
    }

    private void commitAsync() throws Exception {
        TopicPartition partition = filled("async");
        String group = Cluster.unique("async");
        try (KafkaConsumer<String, String> consumer = member(group, partition, Map.of())) {
            CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> told = new CompletableFuture<>();
            Cluster.poll(consumer, 40);
            consumer.commitAsync((offsets, error) -> {
                if (error != null) {
                    told.completeExceptionally(error);
                } else {
                    told.complete(offsets);
                }
            });
            Checks.soon(() -> {
                consumer.poll(Duration.ofMillis(50));
                that("the callback came", told.isDone());
            });
            equal("told", 40L, told.get().get(partition).offset());
            equal("committed", 40L, committed(consumer, partition));
        }
        goesOn(group, partition, 40);
    }

    private void specificOffsets() throws Exception {
        TopicPartition partition = filled("specific");
        String group = Cluster.unique("specific");
        try (KafkaConsumer<String, String> consumer = member(group, partition, Map.of())) {
            Cluster.poll(consumer, 10);
            for (OffsetAndMetadata offset : List.of(new OffsetAndMetadata(70, Optional.of(0), "a note, näher erklärt"),
                    new OffsetAndMetadata(20, "back"), new OffsetAndMetadata(25))) {
                consumer.commitSync(Map.of(partition, offset));
                equal("as committed", offset, consumer.committed(Set.of(partition)).get(partition));
                equal("to the admin client", offset, cluster.admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata().get().get(partition));
            }
        }
        goesOn(group, partition, 25);
    }

    private void largeMetadata() throws Exception {
        TopicPartition partition = filled("metadata");
        try (KafkaConsumer<String, String> consumer = member(Cluster.unique("metadata"), partition, Map.of())) {
            Cluster.poll(consumer, 10);
            String largest = "x".repeat(4096);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(1, largest)));
            fails(OffsetMetadataTooLarge.class, () ->
                    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(2, largest + "x"))));
            equal("still", new OffsetAndMetadata(1, largest), consumer.committed(Set.of(partition)).get(partition));
        }
    }

    private void resets() throws Exception {
        TopicPartition partition = filled("resets");
        goesOn(Cluster.unique("earliest"), partition, 0);
        try (KafkaConsumer<String, String> none = member(Cluster.unique("none"), partition, Map.of("auto.offset.reset", "none"))) {
            fails(NoOffsetForPartitionException.class, () -> Cluster.poll(none, 1));
        }
        try (KafkaConsumer<String, String> latest = member(Cluster.unique("latest"), partition, Map.of("auto.offset.reset", "latest"))) {
            Checks.within(Group.PATIENCE, () -> {
                equal("nothing old", 0, latest.poll(Duration.ofMillis(50)).count());
                that("assigned", !latest.assignment().isEmpty());
            });
            equal("position", (long) RECORDS, latest.position(partition));
            write(partition, 1);
            equal("only the new one", (long) RECORDS, Cluster.poll(latest, 1).get(0).offset());
        }
    }

    /** A consumer that assigns itself commits freely in an empty group, and not at all in one with members. */
    private void withoutMembership() throws Exception {
        TopicPartition partition = filled("simple");
        String group = Cluster.unique("simple");
        Map<String, Object> settings = new HashMap<>(flavour.settings());
        settings.put("group.id", group);
        try (KafkaConsumer<String, String> simple = cluster.consumer(settings)) {
            simple.assign(List.of(partition));
            simple.commitSync(Map.of(partition, new OffsetAndMetadata(5)));
            equal("committed", 5L, committed(simple, partition));
            try (KafkaConsumer<String, String> member = member(group, partition, Map.of())) {
                equal("goes on", 5L, Cluster.poll(member, 1).get(0).offset());
                fails(CommitFailedException.class, () -> simple.commitSync(Map.of(partition, new OffsetAndMetadata(6))));
                equal("still", 5L, committed(simple, partition));
            }
            simple.commitSync(Map.of(partition, new OffsetAndMetadata(7)));
            equal("alone again", 7L, committed(simple, partition));
        }
    }

    private void pollsTooRarely() throws Exception {
        TopicPartition partition = filled("rarely");
        String topic = partition.topic();
        try (Group group = new Group(cluster, "rarely", flavour.settings());
                KafkaConsumer<String, String> rare = member(group.id, partition, Map.of("max.poll.interval.ms", 2_000))) {
            equal("records", 10, Cluster.poll(rare, 10).size());
            group.join(topic);
            group.awaitShares(Map.of(topic, 1), 1); // it waits for the rare one to be late
            group.awaitRead(Map.of(partition, (long) RECORDS)); // from the start: nothing was committed
            fails(CommitFailedException.class, () -> rare.commitSync(Map.of(partition, new OffsetAndMetadata(10))));
        }
    }
}
