package differential.cases;

import differential.Setting;
import differential.Topic;

/** `kafka-get-offsets` of many partitions. */
final class OffsetToolCases extends ToolCases {
    OffsetToolCases() {
        super("org.apache.kafka.tools.GetOffsetShell");
        tool(Setting.TOOLS, "offsets of many partitions", OffsetToolCases::partitions);
    }

    private static Topic filled(Use offsets, String suffix) throws Exception {
        Topic topic = Topic.create(offsets.talk(), suffix, 3);
        Requests.fill(offsets.talk(), topic, 0, Batches.of(Batches.records(10)));
        Requests.fill(offsets.talk(), topic, 2, Batches.of(Batches.records(4)));
        return topic;
    }

    private static void partitions(Use offsets) throws Exception {
        String a = filled(offsets, "a").name();
        String b = filled(offsets, "b").name();
        offsets.run("of some partitions", "--partitions 0,2,5 --topic " + a);
        offsets.run("by pattern", "--time earliest --topic " + offsets.name("[ab]"));
        offsets.run("by specs", "--time max-timestamp --topic-partitions " + a + ":1-," + b + ":-2," + offsets.name("unknown") + ":0");
        offsets.run("unknown partition", "--topic-partitions " + a + ":9");
        offsets.run("bad spec", "--topic-partitions " + a + ":x");
        offsets.run("everything", "--exclude-internal-topics");
    }
}
