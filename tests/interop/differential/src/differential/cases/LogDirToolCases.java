package differential.cases;

import differential.Setting;
import differential.Topic;

/** `kafka-log-dirs` of every topic. */
final class LogDirToolCases extends ToolCases {
    LogDirToolCases() {
        super("org.apache.kafka.tools.LogDirsCommand");
        tool(Setting.TOOLS, "log dirs of several topics", LogDirToolCases::several);
    }

    private static void several(Use dirs) throws Exception {
        Topic a = Topic.create(dirs.talk(), "a", 1);
        Topic b = Topic.create(dirs.talk(), "b", 1);
        Requests.fill(dirs.talk(), a, Batches.of(Batches.records(10)));
        dirs.run("of a broker", "--describe --broker-list 1 --topic-list " + a.name() + "," + b.name() + "," + dirs.name("unknown"));
        dirs.run("broker that is no number", "--describe --broker-list one");
    }
}
