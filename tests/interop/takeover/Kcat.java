package interop;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The other client that reads all of a topic, and writes some. */
final class Kcat {
    private final String bootstrap;

    Kcat(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Writes numbered records, each with a key, with a codec. */
    void write(String topic, int partition, String codec, int count) throws Exception {
        Path input = Files.createTempFile("interop", ".records");
        try {
            StringBuilder records = new StringBuilder();
            for (int number = 0; number < count; number++) {
                records.append("key-").append(number).append('\t').append("by kcat with ").append(codec).append(' ').append("x".repeat(number)).append('\n');
            }
            Files.writeString(input, records);
            run("-P", "-t", topic, "-p", Integer.toString(partition), "-z", codec, "-K", "\t", "-H", "writer=kcat", "-X", "acks=all", "-l", input.toString());
        } finally {
            Files.delete(input);
        }
    }

    /** Every record of a partition, by its offset: timestamp, key and value, as {@link Picture} has them. */
    Map<Long, String> read(String topic, int partition) throws Exception {
        // Behind their lengths, key and value may be any bytes.
        byte[] all = run("-C", "-q", "-e", "-t", topic, "-p", Integer.toString(partition), "-o", "beginning", "-X", "fetch.wait.max.ms=50",
                "-X", "isolation.level=read_uncommitted", "-f", "%o %T %K %S\\n%k%s");
        Map<Long, String> records = new TreeMap<>();
        int at = 0;
        while (at < all.length) {
            int end = at;
            while (all[end] != '\n') {
                end++;
            }
            String[] numbers = new String(all, at, end - at, StandardCharsets.UTF_8).split(" ");
            byte[] key = slice(all, end + 1, Integer.parseInt(numbers[2]));
            at = end + 1 + (key == null ? 0 : key.length);
            byte[] value = slice(all, at, Integer.parseInt(numbers[3]));
            at += value == null ? 0 : value.length;
            records.put(Long.parseLong(numbers[0]), " " + numbers[1] + " key " + Picture.bytes(key) + " value " + Picture.bytes(value));
        }
        return records;
    }

    /** Length −1 is null. kcat prints nothing for null and for an empty one. */
    private static byte[] slice(byte[] all, int from, int length) {
        return length < 0 ? null : java.util.Arrays.copyOfRange(all, from, from + length);
    }

    private byte[] run(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("kcat", "-b", bootstrap));
        command.addAll(List.of(arguments));
        return Broker.output(command, Map.of());
    }
}
