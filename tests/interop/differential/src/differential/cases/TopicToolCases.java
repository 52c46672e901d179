package differential.cases;

import differential.Setting;
import differential.Topic;

/** `kafka-topics`. */
final class TopicToolCases extends ToolCases {
    TopicToolCases() {
        super("org.apache.kafka.tools.TopicCommand");
        tool("topics created and described", TopicToolCases::create);
        tool("topics refused", TopicToolCases::refused);
        tool("topics of many partitions", TopicToolCases::many);
        tool(Setting.TOOLS, "topics assigned by hand", TopicToolCases::assigned);
        tool(Setting.TOOLS, "topics selected", TopicToolCases::selected);
        tool(Setting.TOOLS, "topics altered", TopicToolCases::alter);
        tool(Setting.TOOLS, "topics deleted", TopicToolCases::delete);
        tool(Setting.TOOLS, "topics listed", TopicToolCases::list);
        tool(Setting.TOOLS, "topics refused configs", TopicToolCases::refusedConfigs);
    }

    private static void create(Use topics) throws Exception {
        String name = topics.name("t");
        String create = "--create --topic " + name + " --partitions 3 --replication-factor 1 --config retention.ms=3600000"
            + " --config cleanup.policy=compact,delete";
        topics.run("create", create);
        topics.until("describe", "PartitionCount: 3", "--describe --topic " + name);
        topics.run("again", create);
        topics.run("again, if it does not exist", create + " --if-not-exists");
        topics.run("alter", "--alter --topic " + name + " --partitions 5");
        topics.until("describe five", "PartitionCount: 5", "--describe --topic " + name);
        topics.run("delete", "--delete --topic " + name);
    }

    private static void refused(Use topics) throws Exception {
        topics.run("describe unknown", "--describe --topic " + topics.name("unknown"));
        topics.run("delete unknown", "--delete --topic " + topics.name("unknown"));
        topics.run("create, bad name", "--create --topic a:b");
        topics.run("create, no partitions", "--create --topic " + topics.name("t") + " --partitions 0");
        topics.run("create, too many replicas", "--create --topic " + topics.name("t") + " --replication-factor 2");
        topics.run("create, bad config", "--create --topic " + topics.name("t") + " --config retention.ms=soon");
    }

    /** More partitions than one answer of DescribeTopicPartitions may have. */
    private static void many(Use topics) throws Exception {
        Topic topic = Topic.create(topics.talk(), "t", 5);
        topics.run("describe two by two", "--describe --partition-size-limit-per-response 2 --topic " + topic.name());
        topics.run("limit zero", "--describe --partition-size-limit-per-response 0 --topic " + topic.name());
    }

    private static void assigned(Use topics) throws Exception {
        String create = "--create --topic " + topics.name("t") + " --replica-assignment ";
        topics.run("of an unknown broker", create + "7");
        topics.run("twice the same broker", create + "1:1");
        topics.run("of unequal numbers", create + "1,1:2");
        topics.run("create", create + "1,1");
        topics.until("describe", "PartitionCount: 2", "--describe --topic " + topics.name("t"));
        topics.run("grow to an unknown broker", "--alter --partitions 3 --topic " + topics.name("t") + " --replica-assignment 1,1,7");
        topics.run("grow", "--alter --partitions 3 --topic " + topics.name("t") + " --replica-assignment 1,1,1");
        topics.until("describe three", "PartitionCount: 3", "--describe --topic " + topics.name("t"));
    }

    private static void selected(Use topics) throws Exception {
        Topic.create(topics.talk(), "a", 1, "retention.ms=1000", "compression.type=zstd");
        Topic.create(topics.talk(), "b", 2, "min.insync.replicas=2");
        Topic.create(topics.talk(), "c", 1);
        String all = topics.name("[abc]");
        topics.run("by pattern", "--describe --topic " + all);
        topics.run("with overrides", "--describe --topics-with-overrides --topic " + all);
        topics.run("under-replicated", "--describe --under-replicated-partitions --topic " + all);
        topics.run("unavailable", "--describe --unavailable-partitions --topic " + all);
        topics.run("under the least in sync", "--describe --under-min-isr-partitions --topic " + all);
        topics.run("at the least in sync", "--describe --at-min-isr-partitions --topic " + all);
        topics.run("of no topic", "--describe --topic nothing.*");
        topics.run("of no topic, if it exists", "--describe --if-exists --topic nothing.*");
        topics.run("by unknown id", "--describe --topic-id AAAAAAAAAAAAAAAAAAAACg");
        topics.run("list", "--list --topic " + all);
    }

    private static void alter(Use topics) throws Exception {
        Topic topic = Topic.create(topics.talk(), "t", 2);
        topics.run("unknown", "--alter --partitions 3 --topic " + topics.name("unknown"));
        topics.run("unknown, if it exists", "--alter --if-exists --partitions 3 --topic " + topics.name("unknown"));
        topics.run("fewer", "--alter --partitions 1 --topic " + topic.name());
        topics.run("as many", "--alter --partitions 2 --topic " + topic.name());
        topics.run("none", "--alter --partitions 0 --topic " + topic.name());
    }

    private static void delete(Use topics) throws Exception {
        Topic.create(topics.talk(), "a", 1);
        Topic.create(topics.talk(), "b", 1);
        topics.run("unknown, if it exists", "--delete --if-exists --topic " + topics.name("unknown"));
        topics.run("two", "--delete --topic " + topics.name("[ab]"));
        topics.until("gone", "does not exist", "--describe --topic " + topics.name("[ab]"));
        topics.run("again", "--delete --topic " + topics.name("[ab]"));
    }

    private static void list(Use topics) throws Exception {
        Topic.create(topics.talk(), "z", 1);
        Topic.create(topics.talk(), "a", 1);
        topics.run("all", "--list --exclude-internal");
        topics.run("all described", "--describe --exclude-internal");
    }

    private static void refusedConfigs(Use topics) throws Exception {
        String create = "--create --topic " + topics.name("t") + " --config ";
        topics.run("unknown key", create + "no.such.key=1");
        topics.run("too small", create + "segment.bytes=1");
        topics.run("no choice", create + "compression.type=rar");
        topics.run("empty", create + "cleanup.policy=");
        topics.run("tiered", create + "remote.storage.enable=true");
        topics.run("throttled replicas", create + "leader.replication.throttled.replicas=a");
    }
}
