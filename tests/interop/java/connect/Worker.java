package interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A Connect worker in a process of its own, and its REST interface on a loopback port. */
final class Worker {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path properties;
    private final String address;
    private Process process;

    Worker(String bootstrap, Path directory, String name) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + free.getLocalPort();
        }
        properties = directory.resolve(name + ".properties");
        Files.write(properties, List.of("bootstrap.servers=" + bootstrap, "group.id=" + ConnectSuite.CLUSTER,
                "listeners=http://" + address, "plugin.discovery=service_load",
                "key.converter=org.apache.kafka.connect.storage.StringConverter",
                "value.converter=org.apache.kafka.connect.storage.StringConverter",
                "config.storage.topic=connect-configs", "config.storage.replication.factor=1",
                "offset.storage.topic=connect-offsets", "offset.storage.replication.factor=1", "offset.storage.partitions=5",
                "status.storage.topic=connect-status", "status.storage.replication.factor=1", "status.storage.partitions=2",
                "offset.flush.interval.ms=500", "session.timeout.ms=6000", "heartbeat.interval.ms=500",
                "scheduled.rebalance.max.delay.ms=1000")); // how long the tasks of a lost worker wait for it: five minutes by default
    }

    /** Starts it, also anew under the same name. */
    void start() throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx256m", "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
                "-Dinterop.log.level=error", "-cp", System.getProperty("java.class.path"),
                "org.apache.kafka.connect.cli.ConnectDistributed", properties.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    }

    /** The name by which it is known to the others. */
    String id() {
        return address;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    JsonNode get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).GET().build());
    }

    JsonNode put(String path, Object body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build());
    }

    JsonNode delete(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).DELETE().build());
    }

    private URI uri(String path) {
        return URI.create("http://" + address + path);
    }

    private JsonNode send(HttpRequest request) throws Exception {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        Checks.that(request + " is answered with " + response.statusCode() + " " + response.body(), response.statusCode() < 300);
        return JSON.readTree(response.body());
    }
}
