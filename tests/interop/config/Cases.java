import java.nio.file.Files;
import java.nio.file.Path;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import kafka.server.KafkaConfig;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Asks Apache Kafka whether it accepts whole configurations. A file of cases holds blocks of properties, separated by
 * blank lines; the last line of a block is its verdict, "# accepted" or "# refused". Usage: java Cases broker|topic
 * FILE OUT, where OUT gets the file with Kafka's verdicts and, on standard output, its reasons.
 */
public class Cases {
    /** What every broker case stands on. */
    private static final Map<String, String> BASE = Map.of(
        "node.id", "1",
        "process.roles", "broker,controller",
        "controller.listener.names", "CONTROLLER",
        "controller.quorum.voters", "1@localhost:9093",
        "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093");

    public static void main(String[] arguments) throws Exception {
        boolean isTopic = arguments[0].equals("topic");
        List<String> answered = new ArrayList<>();
        for (String block : Files.readString(Path.of(arguments[1])).strip().split("\n\n+")) {
            List<String> lines = block.lines().filter(line -> !line.equals("# accepted") && !line.equals("# refused")).toList();
            String text = String.join("\n", lines);
            boolean isComment = lines.stream().allMatch(line -> line.startsWith("#"));
            answered.add(isComment ? text : text + "\n# " + verdict(isTopic, text));
        }
        Files.writeString(Path.of(arguments[2]), String.join("\n\n", answered) + "\n");
    }

    private static String verdict(boolean isTopic, String text) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        Map<String, String> all = new HashMap<>(isTopic ? Map.of() : BASE);
        properties.forEach((key, value) -> all.put(key.toString(), value.toString()));
        try {
            if (isTopic) {
                LogConfig.validate(Map.of(), all, new KafkaConfig(BASE).extractLogConfigMap(), false);
            } else {
                LogConfig.validateBrokerLogConfigValues(new KafkaConfig(all, false).extractLogConfigMap(), false);
            }
            return "accepted";
        } catch (RuntimeException e) {
            System.out.println(text.replace("\n", " ") + " ==> " + e.getMessage());
            return "refused";
        }
    }
}
