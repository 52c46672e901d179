package interop;

import static interop.Checks.equal;
import static interop.Checks.that;
import static interop.Checks.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ClassicGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Two Connect workers copy lines of two files to a topic and from there to a third; one worker is killed and comes back. */
public final class ConnectSuite {
    static final String CLUSTER = "connect-cluster";
    private static final String TOPIC = "connect-lines";
    private static final List<String> SOURCES = List.of("source-1", "source-2");
    private static final String SINK = "sink";
    private static final List<String> CONNECTORS = List.of("source-1", "source-2", SINK);
    private static final int PARTITIONS = 4;
    private static final int LINES = 200; // each time that lines are written, to each file
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Checks checks = new Checks();
    private final Set<String> written = new HashSet<>();
    private final Admin admin;
    private final Path files;
    private final Worker one;
    private final Worker two;
    /** Of the two, the one that is killed, and the one that is not. */
    private Worker lost;
    private Worker survivor;

    private ConnectSuite(Path files, String bootstrap) throws Exception {
        this.files = files;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.one = new Worker(bootstrap, files, "one");
        this.two = new Worker(bootstrap, files, "two");
    }

    /** `arguments`: a directory for files, and the bootstrap address. */
    public static void main(String[] arguments) throws Exception {
        System.exit(new ConnectSuite(Path.of(arguments[0]), arguments[1]).run());
    }

    private int run() throws Exception {
        admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
        checks.check("two workers form a cluster", this::form);
        checks.check("their topics are compacted", this::topics);
        checks.check("connectors and tasks are spread over both", this::spread);
        checks.check("lines go from files through a topic to a file", this::copy);
        checks.check("a worker is killed, the other takes its tasks", this::kill);
        checks.check("it comes back and gets tasks", this::comesBack);
        checks.check("offsets are committed and shown", this::offsets);
        checks.check("a stopped sink's offsets are taken away: it reads all again", this::resetSink);
        checks.check("the workers stop and leave their group", this::stop);
        return checks.close();
    }

    private void form() throws Exception {
        one.start();
        two.start();
        for (Worker worker : List.of(one, two)) {
            within(PATIENCE, () -> equal("version", "4.3.1", worker.get("/").get("version").asText()));
            within(PATIENCE, () -> equal("connectors", 0, worker.get("/connectors").size()));
        }
        awaitWorkers(2);
    }

    private void awaitWorkers(int count) throws Exception {
        within(PATIENCE, () -> {
            ClassicGroupDescription group = admin.describeClassicGroups(List.of(CLUSTER)).all().get().get(CLUSTER);
            equal("protocol", "connect", group.protocol());
            equal("workers", count, group.members().size());
        });
    }

    private void topics() throws Exception {
        for (String topic : List.of("connect-configs", "connect-offsets", "connect-status")) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            equal(topic, "compact", admin.describeConfigs(List.of(resource)).all().get().get(resource).get("cleanup.policy").value());
        }
    }

    private Path file(String connector) {
        return files.resolve(connector + ".txt");
    }

    private void spread() throws Exception {
        for (String source : SOURCES) {
            Files.createFile(file(source));
            one.put("/connectors/" + source + "/config", Map.of("connector.class", "FileStreamSource", "tasks.max", "1",
                    "topic", TOPIC, "file", file(source).toString()));
        }
        two.put("/connectors/" + SINK + "/config", Map.of("connector.class", "FileStreamSink", "tasks.max", "2",
                "topics", TOPIC, "file", file(SINK).toString(), "consumer.override.session.timeout.ms", "6000",
                "consumer.override.heartbeat.interval.ms", "500"));
        awaitRunning(Set.of(one.id(), two.id()), one);
    }

    /** Waits until every connector and task runs, and all of these workers have some. */
    private void awaitRunning(Set<String> workers, Worker asked) throws Exception {
        within(PATIENCE, () -> {
            Set<String> busy = new TreeSet<>();
            for (String connector : CONNECTORS) {
                JsonNode status = asked.get("/connectors/" + connector + "/status");
                equal("state of " + connector, "RUNNING", status.at("/connector/state").asText());
                equal("tasks of " + connector, connector.equals(SINK) ? 2 : 1, status.get("tasks").size());
                for (JsonNode task : status.get("tasks")) {
                    equal("state of a task of " + connector, "RUNNING", task.get("state").asText());
                    busy.add(task.get("worker_id").asText());
                }
            }
            equal("workers with tasks", new TreeSet<>(workers), busy);
        });
    }

    private void write() throws Exception {
        for (String source : SOURCES) {
            int first = written.size();
            List<String> lines = IntStream.range(first, first + LINES).mapToObj(number -> source + " " + number).collect(Collectors.toList());
            Files.write(file(source), lines, StandardOpenOption.APPEND);
            written.addAll(lines);
        }
    }

    /** Waits until every line has come; after a kill some come twice. */
    private void awaitCopied() throws Exception {
        within(PATIENCE, () -> {
            Set<String> missing = new HashSet<>(written);
            missing.removeAll(Set.copyOf(Files.readAllLines(file(SINK))));
            equal("lines that did not come", 0, missing.size());
        });
    }

    private void copy() throws Exception {
        write();
        awaitCopied();
    }

    /** The one to die is that which runs the first source's task. */
    private void kill() throws Exception {
        String busy = one.get("/connectors/source-1/status").at("/tasks/0/worker_id").asText();
        lost = busy.equals(one.id()) ? one : two;
        survivor = lost == one ? two : one;
        write();
        lost.kill();
        write();
        awaitWorkers(1);
        awaitRunning(Set.of(survivor.id()), survivor);
        awaitCopied();
    }

    private void comesBack() throws Exception {
        lost.start();
        awaitWorkers(2);
        awaitRunning(Set.of(one.id(), two.id()), survivor);
        write();
        awaitCopied();
    }

    /** The source's offset is a position in its file, the sink's that of its consumer group. */
    private void offsets() throws Exception {
        within(PATIENCE, () -> equal("position", Files.size(file("source-1")),
                one.get("/connectors/source-1/offsets").at("/offsets/0/offset/position").asLong()));
        var ends = admin.listOffsets(IntStream.range(0, PARTITIONS).mapToObj(index -> new TopicPartition(TOPIC, index))
                .collect(Collectors.toMap(partition -> partition, unused -> OffsetSpec.latest()))).all().get();
        long sum = ends.values().stream().mapToLong(end -> end.offset()).sum();
        within(PATIENCE, () -> equal("committed by the sink", sum, admin.listConsumerGroupOffsets("connect-" + SINK)
                .partitionsToOffsetAndMetadata().get().values().stream().mapToLong(offset -> offset.offset()).sum()));
        long shown = 0;
        for (JsonNode offset : one.get("/connectors/" + SINK + "/offsets").get("offsets")) {
            shown += offset.at("/offset/kafka_offset").asLong();
        }
        equal("shown", sum, shown);
    }

    private void resetSink() throws Exception {
        one.put("/connectors/" + SINK + "/stop", Map.of());
        within(PATIENCE, () -> equal("tasks", 0, one.get("/connectors/" + SINK + "/status").get("tasks").size()));
        within(PATIENCE, () -> that("taken away", one.delete("/connectors/" + SINK + "/offsets").get("message").asText().contains("successful")));
        Files.delete(file(SINK));
        one.put("/connectors/" + SINK + "/resume", Map.of());
        within(PATIENCE, () -> that("the file is made again", Files.exists(file(SINK))));
        awaitCopied();
    }

    private void stop() throws Exception {
        one.stop();
        two.stop();
        awaitWorkers(0);
    }
}
