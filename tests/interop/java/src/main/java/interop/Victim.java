package interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A member of a group in a process of its own, there to be killed: it commits once and then only reads. */
final class Victim {
    /** The offset that it commits for each partition. */
    static final long COMMITTED = 10;
    private static final String READY = "committed";

    private Victim() {}

    /** `arguments`: topic, its partitions, then each setting as KEY=VALUE. Never returns. */
    static void live(Cluster cluster, List<String> arguments) {
        String topic = arguments.get(0);
        int partitions = Integer.parseInt(arguments.get(1));
        Map<String, Object> settings = new HashMap<>();
        for (String setting : arguments.subList(2, arguments.size())) {
            settings.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        try (KafkaConsumer<String, String> consumer = cluster.consumer(settings)) {
            consumer.subscribe(List.of(topic));
            while (consumer.assignment().size() < partitions) {
                consumer.poll(Duration.ofMillis(50));
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            Cluster.partitions(topic, partitions).forEach(partition -> offsets.put(partition, new OffsetAndMetadata(COMMITTED)));
            consumer.commitSync(offsets);
            System.out.println(READY);
            while (true) {
                consumer.poll(Duration.ofMillis(50));
            }
        }
    }

    static Process start(Cluster cluster, String topic, int partitions, Map<String, Object> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp", System.getProperty("java.class.path"), "interop.Main", "victim", cluster.bootstrap, topic, "" + partitions));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        java.lang.Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Process(process);
    }

    /** The victim's process, seen from the suite. */
    record Process(java.lang.Process process) {
        void awaitCommit() throws IOException {
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            Checks.equal("the victim says", READY, output.readLine());
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
