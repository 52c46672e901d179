package interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One directory, on which Apache Kafka and Kabuki run in turn, through their launchers; the port stays the same. */
final class Broker {
    enum Kind {
        KAFKA("kafka/kafka", List.of("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer")),
        KABUKI("kabuki", List.of());

        private final String launcher;
        /** What the other one does not serve. */
        private final List<String> overrides;

        Kind(String launcher, List<String> overrides) {
            this.launcher = launcher;
            this.overrides = overrides;
        }
    }

    private static final Path INTEROP = Path.of(System.getProperty("interop"));

    final Path directory;
    private final List<String> overrides;
    private final boolean dynamicQuorum;
    private Kind running;
    private long logFrom;

    /** With a dynamic quorum, Apache Kafka keeps its voters in the metadata log. */
    Broker(Path directory, List<String> overrides, boolean dynamicQuorum) {
        this.directory = directory;
        this.overrides = overrides;
        this.dynamicQuorum = dynamicQuorum;
    }

    void start(Kind kind) throws Exception {
        Files.createDirectories(directory);
        logFrom = Files.exists(log()) ? Files.size(log()) : 0;
        List<String> command = new ArrayList<>(List.of("start", directory.toString()));
        overrides.forEach(override -> command.addAll(List.of("--override", override)));
        kind.overrides.forEach(override -> command.addAll(List.of("--override", override)));
        running = kind;
        launch(command);
    }

    void stop() throws Exception {
        launch(List.of("stop", directory.toString()));
    }

    /** SIGKILL. */
    void kill() throws Exception {
        launch(List.of("kill", directory.toString()));
    }

    /** What ends whatever still runs here. */
    void end() throws Exception {
        if (running != null) {
            kill();
        }
    }

    String bootstrap() throws IOException {
        return Files.readAllLines(directory.resolve("server")).stream()
                .filter(line -> line.startsWith("bootstrap=")).findFirst().orElseThrow().substring("bootstrap=".length());
    }

    /** What the broker has logged since it was started last. */
    List<String> logged() throws IOException {
        byte[] all = Files.readAllBytes(log());
        return new String(all, (int) logFrom, all.length - (int) logFrom, java.nio.charset.StandardCharsets.UTF_8).lines().toList();
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private void launch(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(INTEROP.resolve(running.launcher).toString()));
        command.addAll(arguments);
        output(command, dynamicQuorum ? Map.of("KAFKA_DYNAMIC_QUORUM", "yes") : Map.of());
    }

    /** Runs a program to its end; what it printed, or an error with what it said. */
    static byte[] output(List<String> command, Map<String, String> environment) throws Exception {
        Path output = Files.createTempFile("interop", ".out");
        Path errors = Files.createTempFile("interop", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(errors.toFile()).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + code + ": " + Files.readString(output) + Files.readString(errors));
            }
            return Files.readAllBytes(output);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    /** Another suite's program. */
    static String suite(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(INTEROP.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return new String(output(command, Map.of()), java.nio.charset.StandardCharsets.UTF_8);
    }
}
