package interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;

/** One data directory's way: Apache Kafka, Kabuki, Apache Kafka, Kabuki, Apache Kafka. */
final class Journey implements AutoCloseable {
    private record OnDisk(Map<String, byte[]> segments, Set<String> metadata) {}

    record Step(String name, Checks.Body body) {}

    /** What Apache Kafka writes for itself. */
    private static final List<String> INTERNAL = List.of("__consumer_offsets", "__transaction_state");
    /** What is deleted, or deleted and made again, on the way. */
    private static final List<String> DELETED = List.of("doomed", "again");

    /** In Apache Kafka's log. */
    private static final Pattern WRONG = Pattern.compile(" ERROR | FATAL |Exception|[Ss]tray");
    /** Not wrong: a slow machine, and a producer that goes on while a partition comes to be led: it sends again in order. */
    private static final Pattern NOT_WRONG = Pattern.compile("EventPerformanceMonitor|append operation on partition .*:" + Load.TOPIC + "-|OutOfOrderSequenceException.* in partition " + Load.TOPIC + "-");
    /** After a crash it tells of everything that it repairs, and of races at its start, as errors. */
    private static final Pattern WRONG_AFTER_CRASH = Pattern.compile(" FATAL |[Ss]tray| ERROR .*(ASSIGN_REPLICAS|AssignmentsManager|Snapshot|MetadataLoader|fault)");

    private final String name;
    private final boolean killed;
    private final List<Path> logDirs;
    private final Broker broker;
    private final DataDirs files;
    private final Random random;

    private Admin admin;
    private Population population;
    private KafkaOnly kafkaOnly;
    private Load load;
    /** Topics that franz-go wrote, with the records that every client knows. */
    private final List<String> common = new ArrayList<>();
    private Picture topics;
    private Picture others;
    /** What was on disk when a broker ended the last time, and the time before. */
    private OnDisk now;
    private OnDisk before;

    Journey(String name, Path directory, boolean killed, List<String> logDirs) {
        this.name = name;
        this.killed = killed;
        this.logDirs = logDirs.stream().map(directory::resolve).toList();
        long seed = System.nanoTime();
        random = new Random(seed);
        if (killed) {
            System.out.println("seed of the damage " + seed);
        }
        broker = new Broker(directory, overrides(), killed);
        files = new DataDirs(this.logDirs);
    }

    private List<String> overrides() {
        List<String> overrides = new ArrayList<>(List.of("offsets.topic.num.partitions=5", "transaction.state.log.num.partitions=5",
                "super.users=User:ANONYMOUS", "log.cleaner.backoff.ms=200", "group.initial.rebalance.delay.ms=0",
                "log.initial.task.delay.ms=1000", "log.flush.start.offset.checkpoint.interval.ms=100", "metadata.log.max.record.bytes.between.snapshots=20000"));
        overrides.add("log.dirs=" + String.join(",", logDirs.stream().map(Path::toString).toList()));
        return overrides;
    }

    String name() {
        return name;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>(there());
        steps.addAll(back(""));
        if (!killed) {
            steps.addAll(again());
            steps.addAll(back(" again"));
        }
        return steps;
    }

    private List<Step> there() {
        return List.of(
                new Step("Apache Kafka fills the directory", this::fill),
                new Step("Apache Kafka ends", this::endBeforeOldFormats),
                new Step("Kabuki starts on it", () -> broker.start(Broker.Kind.KABUKI)),
                new Step("Kabuki shows what Apache Kafka showed", this::sameButOldFormats),
                new Step("segments of old formats are read", this::oldFormatsRead),
                new Step("other clients read it from Kabuki", this::otherClientsRead),
                new Step("the idempotent producer goes on with Kabuki", this::loadGoesOn),
                new Step("Kabuki writes, makes, deletes and alters", () -> work("kabuki")));
    }

    private List<Step> back(String again) {
        return List.of(
                new Step("Kabuki ends" + again, this::end),
                new Step("Kabuki has only added" + again, this::onlyAdded),
                new Step("Apache Kafka goes on" + again, () -> broker.start(Broker.Kind.KAFKA)),
                new Step("Apache Kafka shows what Kabuki showed" + again, this::sameTopics),
                new Step("Apache Kafka shows users, quotas, groups and transactions as before" + again, this::sameOthers),
                new Step("groups and transactions go on" + again, this::groupsGoOn),
                new Step("the idempotent producer goes on with Apache Kafka" + again, this::loadGoesOn),
                new Step("Apache Kafka found nothing wrong" + again, this::nothingWrong));
    }

    private List<Step> again() {
        return List.of(
                new Step("Apache Kafka writes, makes, deletes and alters", () -> work("kafka")),
                new Step("Apache Kafka ends again", this::end),
                new Step("Kabuki takes over again", () -> broker.start(Broker.Kind.KABUKI)),
                new Step("Kabuki shows what Apache Kafka showed again", this::sameTopics),
                new Step("the idempotent producer goes on with Kabuki again", this::loadGoesOn),
                new Step("Kabuki writes again", () -> work("kabuki-2")));
    }

    private void fill() throws Exception {
        broker.start(Broker.Kind.KAFKA);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap(), "reconnect.backoff.max.ms", 100));
        population = new Population(broker.bootstrap(), admin);
        kafkaOnly = new KafkaOnly(broker.bootstrap(), admin);
        population.topics();
        population.compact();
        Broker.suite("go/run", "write", broker.bootstrap()).lines().filter(it -> it.startsWith("wrote "))
                .forEach(it -> common.add(it.substring("wrote ".length())));
        // Apache Kafka writes log starts down now and then.
        Checks.soon(() -> Checks.that("the log start is written down", files.checkpoint("log-start-offset-checkpoint").contains("plain 1 17")));
        kafkaOnly.fill();
        load = new Load(broker.bootstrap());
        load.awaitProgress();
        others = kafkaOnly.picture();
        topics = picture().only(line -> !line.contains(Population.OLD_FORMATS));
    }

    private Picture picture() throws Exception {
        return Picture.of(broker.bootstrap(), topic -> !topic.equals(Load.TOPIC));
    }

    private void endBeforeOldFormats() throws Exception {
        endBroker();
        OldFormats.write(logDirs);
        damage();
    }

    private void end() throws Exception {
        endBroker();
        damage();
    }

    private void endBroker() throws Exception {
        if (killed) {
            broker.kill();
        } else {
            broker.stop();
        }
    }

    private void damage() throws Exception {
        before = now;
        now = new OnDisk(files.segments(), new ClusterMetadata(logDirs.get(0)).steady());
        if (killed) {
            files.tear(random);
        }
    }

    private void sameButOldFormats() throws Exception {
        Picture.same(topics, picture().only(line -> !line.contains(Population.OLD_FORMATS)));
    }

    private void sameTopics() throws Exception {
        Predicate<String> ofUsers = line -> INTERNAL.stream().noneMatch(line::contains);
        Picture.same(topics.only(ofUsers), picture().only(ofUsers));
    }

    private void oldFormatsRead() throws Exception {
        Picture old = Picture.of(broker.bootstrap(), Population.OLD_FORMATS::equals);
        Checks.equal("records", 3L * OldFormats.RECORDS, old.records());
        topics.lines.putAll(old.lines);
    }

    private void otherClientsRead() throws Exception {
        topics.readBy(new Kcat(broker.bootstrap()));
        List<String> arguments = new ArrayList<>(List.of("read", broker.bootstrap()));
        arguments.addAll(common);
        Broker.suite("go/run", arguments.toArray(String[]::new));
    }

    private void loadGoesOn() throws Exception {
        load.awaitProgress();
        System.out.println(name + ": " + load.verify() + " records of the idempotent producer verified");
    }

    private void work(String round) throws Exception {
        population.records(round);
        population.changes(round);
        topics = picture();
    }

    private void onlyAdded() throws Exception {
        DataDirs.grown(before.segments, now.segments, DELETED, INTERNAL);
        Checks.equal("what the metadata log keeps", String.join("\n", before.metadata), String.join("\n", now.metadata));
        Checks.equal("stray directories", List.of(), files.strays());
    }

    private void sameOthers() throws Exception {
        Picture.same(others, kafkaOnly.picture());
    }

    private void groupsGoOn() throws Exception {
        kafkaOnly.goOn();
        others = kafkaOnly.picture();
    }

    private void nothingWrong() throws Exception {
        Pattern pattern = killed ? WRONG_AFTER_CRASH : WRONG;
        List<String> wrong = broker.logged().stream().filter(line -> pattern.matcher(line).find() && !NOT_WRONG.matcher(line).find()).toList();
        Checks.that("nothing is wrong: " + wrong, wrong.isEmpty());
        Checks.equal("stray directories", List.of(), files.strays());
    }

    @Override
    public void close() throws Exception {
        if (load != null) {
            load.close();
            kafkaOnly.close();
            admin.close(java.time.Duration.ZERO);
        }
        broker.end();
    }
}
