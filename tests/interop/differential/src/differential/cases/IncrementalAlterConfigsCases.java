package differential.cases;

import static differential.cases.Configs.APPEND;
import static differential.cases.Configs.BROKER;
import static differential.cases.Configs.DELETE;
import static differential.cases.Configs.GROUP;
import static differential.cases.Configs.LOGGER;
import static differential.cases.Configs.METRICS;
import static differential.cases.Configs.SET;
import static differential.cases.Configs.SUBTRACT;
import static differential.cases.Configs.TOPIC;
import static differential.cases.Configs.and;
import static differential.cases.Configs.change;
import static differential.cases.Configs.describe;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;

/** IncrementalAlterConfigs. Brokers are changed only where nothing else of the run is. */
final class IncrementalAlterConfigsCases extends Cases {
    private static final int DESCRIBE_VERSION = 4;

    /** `key=value`, asked of one broker and of all. */
    private static final List<String> BROKER_VALUES = List.of("node.id=1", "num.partitions=3", "log.retention.hours=5", "no.such.key=5",
        "message.max.bytes= 5000 ", "message.max.bytes=", "message.max.bytes=-1", "message.max.bytes=1e6", "message.max.bytes=99999999999",
        "compression.type=GZIP", "compression.type=lz4", "log.cleanup.policy=", "log.cleanup.policy=delete,", "log.cleanup.policy=bogus",
        "log.retention.ms=0", "log.retention.ms=-2", "log.roll.ms=0", "log.roll.jitter.ms=-1", "log.segment.bytes=1",
        "log.cleaner.max.compaction.lag.ms=1", "log.local.retention.ms=-1", "log.local.retention.ms=99999999999",
        "log.local.retention.bytes=5", "ssl.keystore.location=/x", "sasl.jaas.config=x", "cordoned.log.dirs=/no/such/dir",
        "listener.name.plaintext.max.connections=5", "listener.name.plaintext.max.connections=x", "listener.name.plaintext.max.connections=0",
        "listener.name.other.max.connections=0", "listener.name.other.ssl.keystore.location=/x", "listener.name.other.no.such.key=5",
        "listener.name.other.node.id=x", "max.connections=0", "max.connection.creation.rate=0", "max.connections.per.ip=0",
        "max.connections.per.ip.overrides=127.0.0.1:7", "max.connections.per.ip.overrides=bogus", "metric.reporters=no.such.Class",
        "metric.reporters=", "principal.builder.class=java.lang.String", "num.io.threads=0", "num.io.threads=3", "num.io.threads=4",
        "num.io.threads=16", "num.io.threads=17", "background.threads=21", "num.replica.fetchers=2", "num.replica.fetchers=3",
        "num.network.threads=7", "log.cleaner.threads=2", "log.cleaner.threads=3", "remote.log.reader.threads=4",
        "group.consumer.assignment.interval.ms=15001", "unclean.leader.election.enable=yes", "unclean.leader.election.enable=TRUE",
        "leader.replication.throttled.rate=-1", "leader.replication.throttled.rate=5", "log.message.timestamp.type=Foo",
        "producer.id.expiration.ms=0", "transaction.partition.verification.enable=maybe");
    private static final List<String> GROUP_VALUES = List.of("consumer.session.timeout.ms=44999", "consumer.session.timeout.ms=60000",
        "consumer.heartbeat.interval.ms=15001", "consumer.assignment.interval.ms=0", "share.delivery.count.limit=11",
        "share.record.lock.duration.ms=14999", "share.partition.max.record.locks=10000", "share.auto.offset.reset=LATEST",
        "share.auto.offset.reset=by_duration:P1DT2H", "share.auto.offset.reset=by_duration:1h", "share.isolation.level=x",
        "streams.num.standby.replicas=3", "streams.initial.rebalance.delay.ms=99999999", "no.such.key=5");
    private static final List<String> METRICS_VALUES = List.of("interval.ms=99", "interval.ms=100", "interval.ms=3600001", "interval.ms=x",
        "metrics=a,,b", "metrics=a,a", "match=client_id=.*", "match=x=y", "match=client_id=[", "match=client_id=a=b", "match=",
        "no.such.key=5");
    private static final List<String> TOPIC_VALUES = List.of("retention.ms=", "retention.ms=-2", "retention.ms=-1", "cleanup.policy=",
        "cleanup.policy=compact,delete", "max.message.bytes=-1", "no.such.key=5", "min.insync.replicas=0", "remote.storage.enable=true",
        "compression.type=none", "segment.bytes=1");

    IncrementalAlterConfigsCases() {
        super("IncrementalAlterConfigs");
        malformed(talk -> change(TOPIC, "no-such-topic", "retention.ms", SET, "5").setValidateOnly(true));
        add("names", IncrementalAlterConfigsCases::names);
        add("values of brokers", talk -> values(talk, BROKER, BROKER_VALUES, "1", ""));
        add("values of groups", talk -> values(talk, GROUP, GROUP_VALUES, "g", ""));
        add("values of metrics", talk -> values(talk, METRICS, METRICS_VALUES, "m", ""));
        add("values of topics", talk -> values(talk, TOPIC, TOPIC_VALUES, Topic.create(talk, "t", 1).name(), "no-such-topic"));
        add("operations", IncrementalAlterConfigsCases::operations);
        add("loggers", IncrementalAlterConfigsCases::loggers);
        add("several", IncrementalAlterConfigsCases::several);
        add("a broker changes", IncrementalAlterConfigsCases::broker);
        add("a group and a subscription change", IncrementalAlterConfigsCases::others);
    }

    private static void names(Talk talk) throws Exception {
        for (String name : Configs.BROKER_NAMES) {
            talk.ask("broker " + name, change(BROKER, name, "message.max.bytes", SET, "1000000").setValidateOnly(true));
            talk.ask("logger " + name, change(LOGGER, name, "root", SET, "INFO").setValidateOnly(true));
        }
        for (byte type : Configs.TYPES) {
            talk.ask("type " + type, change(type, "7", null, SET, null).setValidateOnly(true));
        }
    }

    private static void values(Talk talk, byte type, List<String> values, String... names) throws Exception {
        for (String name : names) {
            for (String value : values) {
                String[] parts = value.split("=", 2);
                talk.ask((name.isEmpty() ? "empty " : "named ") + (name.equals("no-such-topic") ? "missing " : "") + value,
                    change(type, name, parts[0], SET, parts[1]).setValidateOnly(true));
            }
        }
    }

    private static void operations(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 1).name();
        for (byte type : new byte[] {TOPIC, BROKER, GROUP, METRICS, LOGGER}) {
            String name = type == TOPIC ? topic : type == GROUP || type == METRICS ? talk.name("any") : "1";
            // Kafka's controller steps down over an operation that there is not, and takes a second to come back.
            talk.ask(type + " unknown operation", change(type, name, "cleanup.policy", 4, "compact").setValidateOnly(true));
            for (byte operation : new byte[] {SET, DELETE, APPEND, SUBTRACT}) {
                for (String key : List.of("cleanup.policy", "log.cleanup.policy", "message.max.bytes", "metrics", "root", "no.such.key")) {
                    talk.ask(type + " " + operation + " " + key, change(type, name, key, operation, "compact").setValidateOnly(true));
                }
                talk.ask(type + " " + operation + " null", change(type, name, "cleanup.policy", operation, null).setValidateOnly(true));
            }
        }
        for (byte operation : new byte[] {127, -1}) {
            talk.ask("operation " + operation, change(TOPIC, topic, "no.such.key", operation, null).setValidateOnly(true));
        }
    }

    private static void loggers(Talk talk) throws Exception {
        for (String level : List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF", "ALL", "info", "", " INFO ")) {
            talk.ask("root to " + level, change(LOGGER, "1", "root", SET, level).setValidateOnly(true));
        }
        talk.ask("set", change(LOGGER, "1", "root", SET, "WARN"));
        talk.ask("described", describe(LOGGER, "1", "root"), (short) DESCRIBE_VERSION);
        talk.ask("all or nothing", and(change(LOGGER, "1", "root", SET, "INFO"), LOGGER, "1", "no.such.logger", SET, "INFO"));
        talk.ask("set back", change(LOGGER, "1", "root", SET, "INFO"));
        talk.ask("described again", describe(LOGGER, "1", "root"), (short) DESCRIBE_VERSION);
    }

    private static void several(Talk talk) throws Exception {
        talk.ask("nothing", new IncrementalAlterConfigsRequestData());
        var two = change(BROKER, "1", "message.max.bytes", SET, "1000000").setValidateOnly(true);
        talk.ask("one good, one bad", and(two, BROKER, "", "message.max.bytes", SET, "x"));
        var keys = change(BROKER, "1", "message.max.bytes", SET, "1000000").setValidateOnly(true);
        talk.ask("good and bad keys", and(keys, BROKER, "1", "node.id", SET, "1"));
    }

    private static void broker(Talk talk) throws Exception {
        String key = "log.cleaner.backoff.ms";
        String[] keys = {key, "log.cleaner.io.buffer.load.factor", "other.key", "listener.name.other.max.connections"};
        for (String name : List.of("", "1")) {
            var request = change(BROKER, name, key, SET, name.isEmpty() ? " 11 " : "12");
            and(request, BROKER, name, "log.cleaner.io.buffer.load.factor", SET, "0.70");
            and(request, BROKER, name, "other.key", SET, "other");
            and(request, BROKER, name, "listener.name.other.max.connections", SET, "9");
            talk.ask("set " + name, request);
            described(talk, "set " + name, name, keys, name.isEmpty() ? " 11 " : "12");
        }
        for (String name : List.of("1", "")) {
            var request = change(BROKER, name, key, DELETE, null);
            for (String other : keys) {
                if (!other.equals(key)) {
                    and(request, BROKER, name, other, DELETE, "x");
                }
            }
            talk.ask("delete " + name, request);
            described(talk, "deleted " + name, name, keys, name.isEmpty() ? null : "11");
        }
    }

    /** Brokers of Kafka follow a moment later. The first of the keys is to have this value; null: not to be there. */
    private static void described(Talk talk, String step, String name, String[] keys, String value) throws Exception {
        talk.<DescribeConfigsResponseData>eventually(step + " described", describe(BROKER, name, keys), DESCRIBE_VERSION, answer ->
            answer.results().get(0).configs().stream().filter(it -> it.name().equals(keys[0])).map(it -> it.value()).toList()
                .equals(value == null ? List.of() : List.of(value)));
    }

    private static void others(Talk talk) throws Exception {
        String name = talk.name("any");
        talk.ask("metrics", and(change(METRICS, name, "interval.ms", SET, "1000"), METRICS, name, "metrics", SET, "a,b"));
        talk.ask("group", and(change(GROUP, name, "share.delivery.count.limit", SET, "6"), GROUP, name, "share.auto.offset.reset", SET, "earliest"));
        for (byte type : new byte[] {METRICS, GROUP}) {
            String key = type == METRICS ? "interval.ms" : "share.delivery.count.limit";
            talk.<DescribeConfigsResponseData>eventually(type + " described", describe(type, name), DESCRIBE_VERSION, answer ->
                answer.results().get(0).configs().stream().anyMatch(it -> it.name().equals(key) && it.configSource() != 5));
            talk.ask(type + " deleted", change(type, name, key, DELETE, null));
        }
        talk.ask("all of it deleted", and(change(METRICS, name, "metrics", DELETE, null), GROUP, name, "share.auto.offset.reset", DELETE, null));
    }
}
