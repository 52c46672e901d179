package interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The log dirs of a broker that does not run: looked into, and damaged as a crash may do. */
final class DataDirs {
    private static final int TORN_BYTES = 40;

    private final List<Path> dirs;

    DataDirs(List<Path> dirs) {
        this.dirs = dirs;
    }

    /** Every segment of a topic's partition, by `topic-partition/file`, with its bytes. */
    Map<String, byte[]> segments() {
        Map<String, byte[]> segments = new TreeMap<>();
        files(".log").filter(file -> !partition(file).startsWith("__cluster_metadata"))
                .forEach(file -> segments.put(partition(file) + "/" + file.getFileName(), content(file)));
        return segments;
    }

    /** Every directory that a broker has put aside because it knew no topic for it. */
    List<String> strays() {
        return partitions().map(dir -> dir.getFileName().toString()).filter(name -> name.endsWith("-stray")).toList();
    }

    /** The lines of a checkpoint of offsets, of all dirs. */
    List<String> checkpoint(String name) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path dir : dirs) {
            Path file = dir.resolve(name);
            lines.addAll(Files.exists(file) ? Files.readAllLines(file) : List.of());
        }
        return lines;
    }

    /** What a machine that lost its power leaves: a batch that was begun behind each log's end, and no indexes. */
    void tear(Random random) throws IOException {
        for (Path file : files(".log").toList()) {
            if (isLast(file) && !partition(file).startsWith("__cluster_metadata")) {
                byte[] torn = new byte[TORN_BYTES];
                random.nextBytes(torn);
                Files.write(file, random.nextBoolean() ? torn : new byte[TORN_BYTES], StandardOpenOption.APPEND);
            }
        }
        for (String suffix : List.of(".index", ".timeindex", ".snapshot")) {
            for (Path file : files(suffix).toList()) {
                if (random.nextBoolean()) {
                    Files.delete(file);
                }
            }
        }
    }

    private boolean isLast(Path segment) {
        return list(segment.getParent()).filter(it -> it.toString().endsWith(".log")).max(Path::compareTo).orElseThrow().equals(segment);
    }

    /** All segments from before are there unchanged, some with more behind; those of `untouched` topics have not grown. */
    static void grown(Map<String, byte[]> before, Map<String, byte[]> now, List<String> deleted, List<String> untouched) {
        before.forEach((name, bytes) -> {
            String topic = name.substring(0, name.lastIndexOf('-', name.indexOf('/')));
            if (deleted.contains(topic)) {
                return;
            }
            byte[] after = now.get(name);
            Checks.that(name + " is still there", after != null);
            int length = untouched.contains(topic) ? after.length : Math.min(bytes.length, after.length);
            Checks.that(name + " has the bytes that it had", Arrays.equals(bytes, 0, bytes.length, after, 0, length));
        });
    }

    private Stream<Path> files(String suffix) {
        return partitions().filter(dir -> !dir.toString().endsWith("-delete")).flatMap(DataDirs::list)
                .filter(file -> file.toString().endsWith(suffix));
    }

    private Stream<Path> partitions() {
        return dirs.stream().flatMap(DataDirs::list).filter(Files::isDirectory);
    }

    private static String partition(Path file) {
        return file.getParent().getFileName().toString();
    }

    private static Stream<Path> list(Path dir) {
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.sorted().toList().stream();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
