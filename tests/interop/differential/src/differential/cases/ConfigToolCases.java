package differential.cases;

import differential.Setting;
import differential.Topic;
import java.nio.file.Files;
import java.nio.file.Path;

/** `kafka-configs`. */
final class ConfigToolCases extends ToolCases {
    ConfigToolCases() {
        super("kafka.admin.ConfigCommand");
        tool("configs of a topic", ConfigToolCases::topic);
        tool("configs refused", ConfigToolCases::refused);
        tool(Setting.TOOLS, "every config of a topic", ConfigToolCases::whole);
        tool(Setting.TOOLS, "configs of a broker", ConfigToolCases::broker);
        tool(Setting.TOOLS, "configs of all brokers", ConfigToolCases::brokers);
        tool(Setting.TOOLS, "every config of a broker", ConfigToolCases::wholeBroker);
        tool(Setting.TOOLS, "configs that cannot change", ConfigToolCases::readOnly);
        tool(Setting.TOOLS, "configs refused to topics", ConfigToolCases::refusedTopics);
        tool(Setting.TOOLS, "configs of loggers", ConfigToolCases::loggers);
        toolOnce("ListGroups", Setting.TOOLS, "configs of groups", ConfigToolCases::groups);
        tool(Setting.TOOLS, "configs of client metrics", ConfigToolCases::clientMetrics);
    }

    private static void topic(Use configs) throws Exception {
        String of = "--entity-type topics --entity-name " + Topic.create(configs.talk(), "t", 1, "retention.ms=1000").name();
        configs.run("describe", "--describe " + of);
        configs.run("add", "--alter --add-config max.message.bytes=2000000,cleanup.policy=[compact,delete] " + of);
        configs.until("describe three", "max.message.bytes=2000000 sensitive", "--describe " + of);
        configs.run("add and delete", "--alter --add-config segment.ms=70000 --delete-config retention.ms,cleanup.policy " + of);
        configs.until("describe two", "segment.ms=70000 sensitive", "--describe " + of);
        configs.run("delete what is not set", "--alter --delete-config retention.ms " + of);
    }

    private static void refused(Use configs) throws Exception {
        String of = "--entity-type topics --entity-name " + configs.name("unknown");
        configs.run("describe unknown", "--describe " + of);
        configs.run("alter unknown", "--alter --add-config retention.ms=1 " + of);
        configs.run("delete from unknown", "--alter --delete-config retention.ms " + of);
        configs.run("broker that is no number", "--describe --entity-type brokers --entity-name one");
    }

    private static void whole(Use configs) throws Exception {
        Topic topic = Topic.create(configs.talk(), "t", 1, "compression.type=gzip", "min.insync.replicas=1");
        configs.run("describe all", "--describe --all --entity-type topics --entity-name " + topic.name());
    }

    private static void broker(Use configs) throws Exception {
        String of = "--entity-type brokers --entity-name 1";
        configs.run("describe", "--describe " + of);
        configs.run("add", "--alter --add-config log.retention.ms=500000,message.max.bytes=2000000 " + of);
        configs.until("describe two", "message.max.bytes=2000000 sensitive", "--describe " + of);
        configs.run("not valid", "--alter --add-config log.retention.ms=soon " + of);
        configs.run("delete", "--alter --delete-config log.retention.ms " + of);
        configs.untilGone("describe one", "log.retention.ms", "--describe " + of);
        configs.run("delete what is not set", "--alter --delete-config log.retention.ms " + of);
        configs.run("delete the rest", "--alter --delete-config message.max.bytes " + of);
        configs.untilGone("describe none", "message.max.bytes", "--describe " + of);
    }

    private static void brokers(Use configs) throws Exception {
        String of = "--entity-type brokers --entity-default";
        configs.run("describe", "--describe " + of);
        configs.run("add", "--alter --add-config log.retention.ms=600000,log.cleanup.policy=[delete,compact] " + of);
        configs.until("describe two", "log.retention.ms=600000 sensitive", "--describe " + of);
        configs.run("the broker's", "--describe --entity-type brokers --entity-name 1");
        configs.run("every broker's", "--describe --entity-type brokers");
        configs.run("of one broker only", "--alter --add-config listeners=PLAINTEXT://:1 " + of);
        configs.run("delete", "--alter --delete-config log.retention.ms,log.cleanup.policy " + of);
        configs.untilGone("describe none", "log.retention.ms", "--describe " + of);
    }

    /** What a dynamic config overrides is not shown as it was set, and changes a moment after the list of dynamic ones. */
    private static void wholeBroker(Use configs) throws Exception {
        String of = " --entity-type brokers --entity-name 1";
        configs.until("describe", "log.retention.hours=100 sensitive", "--describe --all" + of);
        configs.run("add", "--alter --add-config log.retention.ms=400000,compression.type=lz4" + of);
        configs.until("describe changed", "compression.type=lz4 sensitive", "--describe --all" + of);
        configs.run("delete", "--alter --delete-config log.retention.ms,compression.type" + of);
        configs.until("describe changed back", "compression.type=producer sensitive", "--describe --all" + of);
    }

    private static void readOnly(Use configs) throws Exception {
        String of = "--entity-type brokers --entity-name 1";
        configs.run("node id", "--alter --add-config node.id=2 " + of);
        configs.run("log dirs", "--alter --add-config log.dirs=/tmp " + of);
        configs.run("unknown", "--alter --add-config no.such.key=2 " + of);
        configs.run("unknown and known", "--alter --add-config no.such.key=2,log.cleaner.backoff.ms=14000 " + of);
        configs.run("delete unknown", "--alter --delete-config no.such.key,log.cleaner.backoff.ms " + of);
        configs.run("threads", "--alter --add-config num.io.threads=100 " + of);
    }

    private static void refusedTopics(Use configs) throws Exception {
        String of = " --entity-type topics --entity-name " + Topic.create(configs.talk(), "t", 1).name();
        configs.run("unknown key", "--alter --add-config no.such.key=1" + of);
        configs.run("too small", "--alter --add-config segment.bytes=1" + of);
        configs.run("no number", "--alter --add-config retention.ms=soon" + of);
        configs.run("twice", "--alter --add-config retention.ms=1,retention.ms=2" + of);
        configs.run("add and delete the same", "--alter --add-config retention.ms=1 --delete-config retention.ms" + of);
        configs.run("nothing", "--alter" + of);
        Path file = Files.createTempFile("configs", ".properties");
        try {
            Files.writeString(file, "retention.ms=77\nsegment.ms=99\n");
            configs.run("from a file", "--alter --add-config-file " + file + of);
        } finally {
            Files.delete(file);
        }
        configs.until("describe", "segment.ms=99 sensitive", "--describe" + of);
    }

    /** The loggers of the two are not the same, so their list is not compared. */
    private static void loggers(Use configs) throws Exception {
        String of = "--entity-type broker-loggers --entity-name 1";
        configs.run("no level", "--alter --add-config root=LOUD " + of);
        configs.run("unknown logger", "--alter --add-config no.such.logger=INFO " + of);
        configs.run("alter", "--alter --add-config root=INFO " + of);
        configs.run("delete the root's", "--alter --delete-config root " + of);
    }

    private static void groups(Use configs) throws Exception {
        String of = "--entity-type groups --entity-name " + configs.name("g");
        configs.run("describe", "--describe " + of);
        configs.run("add", "--alter --add-config consumer.session.timeout.ms=50000 " + of);
        configs.until("describe one", "consumer.session.timeout.ms=50000 sensitive", "--describe " + of);
        configs.run("describe all", "--describe --all " + of);
        configs.run("out of bounds", "--alter --add-config consumer.session.timeout.ms=1 " + of);
        configs.run("unknown", "--alter --add-config no.such.key=1 " + of);
        configs.run("describe every", "--describe --entity-type groups");
        configs.run("delete", "--alter --delete-config consumer.session.timeout.ms " + of);
    }

    private static void clientMetrics(Use configs) throws Exception {
        String of = "--entity-type client-metrics --entity-name " + configs.name("m");
        configs.run("describe", "--describe " + of);
        configs.run("add", "--alter --add-config interval.ms=1000,metrics=[org.apache.kafka.producer.,org.apache.kafka.consumer.] " + of);
        configs.until("describe two", "interval.ms=1000 sensitive", "--describe " + of);
        configs.run("out of bounds", "--alter --add-config interval.ms=1 " + of);
        configs.run("bad match", "--alter --add-config match=[colour=blue] " + of);
        configs.run("describe every", "--describe --entity-type client-metrics");
        configs.run("delete", "--alter --delete-config interval.ms,metrics " + of);
    }
}
