package differential.cases;

import differential.Setting;
import differential.Topic;
import java.nio.file.Files;
import java.nio.file.Path;

/** `kafka-delete-records` with files of several partitions, and bad ones. */
final class RecordToolCases extends ToolCases {
    RecordToolCases() {
        super("org.apache.kafka.tools.DeleteRecordsCommand");
        tool(Setting.TOOLS, "records of several partitions", RecordToolCases::several);
        tool(Setting.TOOLS, "records refused", RecordToolCases::refused);
    }

    private static String part(String topic, int partition, long offset) {
        return "{\"topic\": \"%s\", \"partition\": %d, \"offset\": %d}".formatted(topic, partition, offset);
    }

    private static void run(Use records, String step, String json) throws Exception {
        Path file = Files.createTempFile("records", ".json");
        try {
            Files.writeString(file, json);
            records.run(step, "--offset-json-file " + file);
        } finally {
            Files.delete(file);
        }
    }

    private static void parts(Use records, String step, String... parts) throws Exception {
        run(records, step, "{\"partitions\": [" + String.join(", ", parts) + "], \"version\": 1}");
    }

    private static Topic filled(Use records) throws Exception {
        Topic topic = Topic.create(records.talk(), "t", 2);
        Requests.fill(records.talk(), topic, 0, Batches.of(Batches.records(10)));
        Requests.fill(records.talk(), topic, 1, Batches.of(Batches.records(5)));
        return topic;
    }

    private static void several(Use records) throws Exception {
        String topic = filled(records).name();
        parts(records, "some", part(topic, 0, 3), part(topic, 1, -1));
        parts(records, "fewer", part(topic, 0, 2));
        parts(records, "some well, some not", part(topic, 0, 4), part(topic, 1, 6), part(records.name("unknown"), 0, 1));
    }

    private static void refused(Use records) throws Exception {
        String topic = filled(records).name();
        parts(records, "negative", part(topic, 0, -2));
        parts(records, "none");
        parts(records, "twice the same", part(topic, 0, 1), part(topic, 0, 2));
        run(records, "no version", "{\"partitions\": [" + part(topic, 1, 1) + "]}");
        run(records, "no json", "{");
    }
}
