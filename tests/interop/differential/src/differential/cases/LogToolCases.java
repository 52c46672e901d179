package differential.cases;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kafka's tools that look into logs and shorten them. */
final class LogToolCases extends Cases {
    private static final String TOOLS = "org.apache.kafka.tools.";

    LogToolCases() {
        super("Tools");
        add("kafka-delete-records", LogToolCases::deleteRecords);
        add(Setting.TOOLS, "kafka-delete-records waits", LogToolCases::deleteUnknown);
        add("kafka-log-dirs", LogToolCases::logDirs);
        add("kafka-get-offsets", LogToolCases::offsets);
        add("kafka-transactions describe-producers", LogToolCases::producers);
    }

    private static void deleteRecords(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        Topic compacted = Topic.create(talk, "compacted", 1, "cleanup.policy=compact");
        delete(talk, "half", topic.name(), 0, 4);
        delete(talk, "all", topic.name(), 0, -1);
        delete(talk, "beyond the end", topic.name(), 0, 1000);
        delete(talk, "of a compacted topic", compacted.name(), 0, 0);
    }

    /** For a minute: its client asks again and again. */
    private static void deleteUnknown(Talk talk) throws Exception {
        delete(talk, "an unknown partition", Topic.create(talk, "t", 1).name(), 9, 1);
    }

    private static void delete(Talk talk, String step, String topic, int partition, long before) throws Exception {
        Path file = Files.createTempFile("offsets", ".json");
        try {
            Files.writeString(file, "{\"partitions\":[{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d}],\"version\":1}".formatted(topic, partition, before));
            talk.tool(step, TOOLS + "DeleteRecordsCommand", "--bootstrap-server", "{bootstrap}", "--offset-json-file", file.toString());
        } finally {
            Files.delete(file);
        }
    }

    private static void logDirs(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        String[] describe = {"--bootstrap-server", "{bootstrap}", "--describe", "--topic-list", topic.name()};
        talk.tool("one topic", TOOLS + "LogDirsCommand", describe);
        describe[4] = talk.name("unknown");
        talk.tool("an unknown topic", TOOLS + "LogDirsCommand", describe);
        talk.tool("an unknown broker", TOOLS + "LogDirsCommand", "--bootstrap-server", "{bootstrap}", "--describe", "--broker-list", "1,77");
    }

    private static void offsets(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        String[] times = {"-1", "-2", "-3", "-4", "-5", "-6", "-7", "earliest", "latest", "max-timestamp", "earliest-local", "latest-tiered",
            "earliest-pending-upload", String.valueOf(Batches.TIME + 3000)};
        for (String time : times) {
            talk.tool("time " + time, TOOLS + "GetOffsetShell", "--bootstrap-server", "{bootstrap}",
                "--topic-partitions", topic.name() + ":0", "--time", time);
        }
        talk.tool("an unknown topic", TOOLS + "GetOffsetShell", "--bootstrap-server", "{bootstrap}", "--topic", talk.name("unknown"));
    }

    private static void producers(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        String[] describe = {"--bootstrap-server", "{bootstrap}", "describe-producers", "--topic", topic.name(), "--partition", "0"};
        talk.tool("none", TOOLS + "TransactionsCommand", describe);
        Requests.fill(talk, topic, Batches.of(77, 1, 5, Batches.records(2)));
        talk.tool("one", TOOLS + "TransactionsCommand", describe);
    }
}
