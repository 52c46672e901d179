package interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * One of two log dirs is lost under one broker, the other starts without it, and finds it again: what each writes of it
 * into the metadata log the other understands (KIP-858). The idempotent producer lives through all of it.
 */
final class LostDir implements AutoCloseable {
    private final Path dir;
    private final Path aside;
    private final Broker broker;
    private Admin admin;
    private Load load;
    /** The partitions that are in the dir. */
    private Set<Integer> inside;

    LostDir(Path directory) {
        dir = directory.resolve("data2");
        aside = directory.resolve("aside");
        broker = new Broker(directory, List.of("log.dirs=" + directory.resolve("data") + "," + dir,
                "log.flush.offset.checkpoint.interval.ms=1000", "log.initial.task.delay.ms=100", "super.users=User:ANONYMOUS"), false);
    }

    List<Journey.Step> steps() {
        return List.of(
                new Journey.Step("Kabuki fills both dirs", this::fill),
                new Journey.Step("Kabuki goes on with the other dir", this::lose),
                new Journey.Step("Apache Kafka starts without the dir", () -> startWithout(Broker.Kind.KAFKA)),
                new Journey.Step("Apache Kafka finds it again", () -> startWith(Broker.Kind.KAFKA)),
                new Journey.Step("Apache Kafka goes on with the other dir", this::lose),
                new Journey.Step("Kabuki starts without the dir", () -> startWithout(Broker.Kind.KABUKI)),
                new Journey.Step("Kabuki finds it again", () -> startWith(Broker.Kind.KABUKI)));
    }

    private void fill() throws Exception {
        broker.start(Broker.Kind.KABUKI);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap(), "reconnect.backoff.max.ms", 100));
        admin.createTopics(List.of(new NewTopic(Load.TOPIC, Load.PARTITIONS, (short) 1))).all().get();
        load = new Load(broker.bootstrap());
        load.awaitProgress();
        inside = new TreeSet<>();
        for (int partition = 0; partition < Load.PARTITIONS; partition++) {
            if (Files.exists(dir.resolve(Load.TOPIC + "-" + partition))) {
                inside.add(partition);
            }
        }
        Checks.equal("partitions in the dir", Load.PARTITIONS / 2, inside.size());
    }

    /** A file stands where the dir was: the next checkpoint cannot be written. */
    private void lose() throws Exception {
        Files.move(dir, aside);
        Files.createFile(dir);
        Checks.soon(() -> Checks.equal("partitions without a leader", inside, leaderless()));
    }

    private void startWithout(Broker.Kind kind) throws Exception {
        broker.stop();
        broker.start(kind);
        Checks.soon(() -> Checks.equal("partitions without a leader", inside, leaderless()));
    }

    private void startWith(Broker.Kind kind) throws Exception {
        broker.stop();
        Files.delete(dir);
        Files.move(aside, dir);
        broker.start(kind);
        Checks.soon(() -> Checks.equal("partitions without a leader", Set.of(), leaderless()));
        load.awaitProgress();
        System.out.println("lost: " + load.verify() + " records of the idempotent producer verified");
    }

    private Set<Integer> leaderless() throws Exception {
        TopicDescription topic = admin.describeTopics(List.of(Load.TOPIC)).allTopicNames().get().get(Load.TOPIC);
        return topic.partitions().stream().filter(it -> it.leader() == null || it.leader().isEmpty())
                .map(it -> it.partition()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() throws Exception {
        if (load != null) {
            load.close();
            admin.close(java.time.Duration.ZERO);
        }
        broker.end();
    }
}
