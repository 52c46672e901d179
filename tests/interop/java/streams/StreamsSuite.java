package interop;

import static interop.Checks.equal;
import static interop.Checks.that;
import static interop.Checks.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A Kafka Streams application in two instances; one is killed and comes back; then the application is reset. */
public final class StreamsSuite {
    private static final int PARTITIONS = 4;
    private static final int LINES = 500; // each time that lines are written
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String APPLICATION = "word-count";
    private static final String INPUT = "lines";
    private static final String REPARTITION = APPLICATION + "-words-repartition";
    private static final String CHANGELOG = APPLICATION + "-lines-changelog";

    private final Checks checks = new Checks();
    private final String bootstrap;
    private final Admin admin;
    private final Path states;
    private int written;
    private Instance one;
    private Instance two;

    private StreamsSuite(Path states, String bootstrap) {
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.states = states;
    }

    /** `arguments`: a directory for the instances' states, and the bootstrap address. */
    public static void main(String[] arguments) throws Exception {
        System.exit(new StreamsSuite(Path.of(arguments[0]), arguments[1]).run());
    }

    private int run() throws Exception {
        admin.createTopics(List.of(INPUT, "counts", "counts-again").stream()
                .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1)).collect(Collectors.toList())).all().get();
        checks.check("two instances share the work", this::share);
        checks.check("the repartition topic is purged, the changelog is compacted", this::internalTopics);
        checks.check("one is killed, the other finishes its work", this::kill);
        checks.check("it comes back and restores its state", this::comesBack);
        checks.check("all offsets are committed when both have stopped", this::stop);
        checks.check("StreamsResetter tells what it would do", this::resetterDryRun);
        checks.check("StreamsResetter resets the application, which counts anew", this::resetter);
        return checks.close();
    }

    private Instance instance(String state, String output) throws Exception {
        return new Instance(bootstrap, APPLICATION, INPUT, output, states.resolve(state).toString());
    }

    private void write() {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap),
                new StringSerializer(), new StringSerializer())) {
            for (int end = written + LINES; written < end; written++) {
                producer.send(new ProducerRecord<>(INPUT, written % PARTITIONS, "" + written, WordCount.text(written)));
            }
        }
    }

    /** Waits until the last result for every word is that for all lines written; a result never exceeds it. */
    private void awaitCounts(String output) {
        Map<String, String> expected = WordCount.expected(written);
        Map<String, String> last = new HashMap<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false),
                new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = partitions(output);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!last.equals(expected) && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> last.put(record.key(), record.value()));
            }
        }
        equal("counts", expected, last);
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, PARTITIONS).mapToObj(index -> new TopicPartition(topic, index)).collect(Collectors.toList());
    }

    /** How many of the members of the application's group have partitions. */
    private long busyMembers() throws Exception {
        return admin.describeConsumerGroups(List.of(APPLICATION)).all().get().get(APPLICATION).members().stream()
                .filter(member -> !member.assignment().topicPartitions().isEmpty()).count();
    }

    private void share() throws Exception {
        one = instance("one", "counts");
        one.awaitRunning();
        two = instance("two", "counts");
        two.awaitRunning();
        within(PATIENCE, () -> equal("members with partitions", 2L, busyMembers()));
        write();
        awaitCounts("counts");
    }

    private String config(String topic, String key) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return config.get(key).value();
    }

    private void internalTopics() throws Exception {
        equal("changelog", "compact", config(CHANGELOG, "cleanup.policy"));
        equal("repartition topic", "delete", config(REPARTITION, "cleanup.policy"));
        equal("its retention", "-1", config(REPARTITION, "retention.ms"));
        within(PATIENCE, () -> equal("purged up to what is committed", sum(REPARTITION, OffsetSpec.latest()), sum(REPARTITION, OffsetSpec.earliest())));
        that("something was purged", sum(REPARTITION, OffsetSpec.earliest()) > 0);
    }

    private long sum(String topic, OffsetSpec spec) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = partitions(topic).stream().collect(Collectors.toMap(partition -> partition, unused -> spec));
        return admin.listOffsets(asked).all().get().values().stream().mapToLong(offset -> offset.offset()).sum();
    }

    private void kill() throws Exception {
        write();
        one.kill();
        write();
        awaitCounts("counts");
        within(PATIENCE, () -> equal("members with partitions", 1L, busyMembers()));
    }

    private void comesBack() throws Exception {
        one = instance("one", "counts");
        one.awaitRunning();
        within(PATIENCE, () -> equal("members with partitions", 2L, busyMembers()));
        write();
        awaitCounts("counts");
    }

    private void stop() throws Exception {
        one.stop();
        two.stop();
        within(PATIENCE, () -> equal("members", 0, admin.describeConsumerGroups(List.of(APPLICATION)).all().get().get(APPLICATION).members().size()));
        Map<TopicPartition, Long> committed = committed();
        for (String topic : List.of(INPUT, REPARTITION)) {
            equal("committed of " + topic, sum(topic, OffsetSpec.latest()),
                    partitions(topic).stream().mapToLong(committed::get).sum());
        }
    }

    private Map<TopicPartition, Long> committed() throws Exception {
        return admin.listConsumerGroupOffsets(APPLICATION).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private String reset(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("interop.tool"), "org.apache.kafka.tools.StreamsResetter",
                "--bootstrap-server", bootstrap, "--application-id", APPLICATION, "--input-topics", INPUT));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        equal("exit code", 0, process.waitFor());
        return output;
    }

    private void resetterDryRun() throws Exception {
        String output = reset("--dry-run");
        for (String topic : List.of(REPARTITION, CHANGELOG)) {
            that(topic + " is named in: " + output, output.contains(topic));
        }
        that("topics stay", admin.listTopics().names().get().containsAll(Set.of(REPARTITION, CHANGELOG)));
    }

    private void resetter() throws Exception {
        reset("--to-earliest");
        Map<TopicPartition, Long> committed = committed();
        partitions(INPUT).forEach(partition -> equal("committed", 0L, committed.get(partition)));
        within(PATIENCE, () -> {
            Set<String> topics = admin.listTopics().names().get();
            that("internal topics are gone", !topics.contains(REPARTITION) && !topics.contains(CHANGELOG));
        });
        one = instance("anew", "counts-again");
        awaitCounts("counts-again");
        one.stop();
    }
}
