package differential;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server behind its launcher (see `server.sh`): a process of its own, with a directory of its own. */
public final class Server implements AutoCloseable {
    private static final int LAUNCH_SECONDS_MAX = 120;

    private final String launcher;
    private final Path directory;
    private final List<String> overrides;
    private Map<String, String> facts;

    private Server(String launcher, Path directory, List<String> overrides) {
        this.launcher = launcher;
        this.directory = directory;
        this.overrides = overrides;
    }

    /** Starts a fresh one, with these `key=value` beside the launcher's own. */
    static Server start(String launcher, Path directory, List<String> overrides) throws IOException {
        Server server = new Server(launcher, directory, overrides);
        Runtime.getRuntime().addShutdownHook(new Thread(server::kill));
        server.start(List.of());
        return server;
    }

    private void start(List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of("start", directory.toString()));
        Stream.concat(overrides.stream(), more.stream())
            .forEach(override -> command.addAll(List.of("--override", override.replace("{dir}", directory.toString()))));
        facts = facts(call(command));
    }

    InetSocketAddress address() {
        String[] parts = bootstrap().split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    String bootstrap() {
        return facts.get("bootstrap");
    }

    Path directory() {
        return directory;
    }

    /** What is done to the files of a server, which has its data in `data`. */
    public interface Surgery {
        void on(Path directory) throws IOException;
    }

    /** Ends it by SIGKILL and starts it again on the same directory and port, with these `key=value` beside the others. */
    void killAndStart(Surgery meanwhile, List<String> more) throws IOException {
        call(List.of("kill", directory.toString()));
        meanwhile.on(directory);
        start(more);
    }

    /** Whatever ends this process, no server outlives it. */
    private void kill() {
        try {
            call(List.of("kill", directory.toString()));
        } catch (IOException error) {
            System.err.println(error);
        }
    }

    /** Whether its process is still there. */
    boolean lives() {
        return ProcessHandle.of(Long.parseLong(facts.get("pid"))).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Lines of its log that tell of a panic. */
    List<String> panics() throws IOException {
        try (var lines = Files.lines(Path.of(facts.get("log")))) {
            return lines.filter(line -> line.contains("panicked at")).toList();
        }
    }

    @Override
    public void close() throws IOException {
        call(List.of("stop", directory.toString()));
    }

    private static Map<String, String> facts(String printed) {
        Map<String, String> facts = new HashMap<>();
        printed.lines().filter(line -> line.contains("=")).forEach(line -> {
            String[] parts = line.split("=", 2);
            facts.put(parts[0], parts[1]);
        });
        return facts;
    }

    private String call(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(arguments);
        Path output = Files.createTempFile("launcher", ".out");
        Path errors = Files.createTempFile("launcher", ".err");
        try {
            Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
            if (!process.waitFor(LAUNCH_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command + ": " + Files.readString(errors));
            }
            return Files.readString(output);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
