package interop;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * An instance of the application, in a process of its own: counts the lines that each word is in. It remembers which lines
 * they are: what is processed at least once counts once, so results are exact whatever was killed.
 */
final class WordCount {
    /** Printed when the instance has its tasks and their stores are restored. */
    static final String RUNNING = "running";

    private WordCount() {}

    /** `arguments`: bootstrap address, application id, input topic, output topic, directory of the state. Runs until it is ended. */
    public static void main(String[] arguments) {
        Properties settings = new Properties();
        settings.putAll(Map.of("bootstrap.servers", arguments[0], "application.id", arguments[1], "state.dir", arguments[4],
                "processing.guarantee", "at_least_once", "commit.interval.ms", 200, "statestore.cache.max.bytes", 0,
                "repartition.purge.interval.ms", 1000, "session.timeout.ms", 6000, "heartbeat.interval.ms", 500));
        settings.put("auto.offset.reset", "earliest");
        KafkaStreams streams = new KafkaStreams(topology(arguments[2], arguments[3]), settings);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                System.out.println(RUNNING);
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    /** Lines are keyed by their number; grouping by word needs a repartition topic, the store a changelog. */
    private static Topology topology(String input, String output) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(input, Consumed.with(Serdes.String(), Serdes.String()))
                .flatMap((line, text) -> Arrays.stream(text.split(" ")).map(word -> KeyValue.pair(word, line)).collect(Collectors.toList()))
                .groupByKey(Grouped.with("words", Serdes.String(), Serdes.String()))
                .aggregate(() -> new byte[0], (word, line, lines) -> with(lines, Integer.parseInt(line)),
                        Materialized.<String, byte[], KeyValueStore<Bytes, byte[]>>as("lines").withKeySerde(Serdes.String())
                                .withValueSerde(Serdes.ByteArray()))
                .toStream()
                .mapValues(lines -> "" + BitSet.valueOf(lines).cardinality())
                .to(output, Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    private static byte[] with(byte[] lines, int line) {
        BitSet all = BitSet.valueOf(lines);
        all.set(line);
        return all.toByteArray();
    }

    /** What the application must come to for lines `0..count`. */
    static Map<String, String> expected(int count) {
        Map<String, BitSet> lines = new HashMap<>();
        for (int line = 0; line < count; line++) {
            for (String word : text(line).split(" ")) {
                lines.computeIfAbsent(word, unused -> new BitSet()).set(line);
            }
        }
        return lines.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> "" + entry.getValue().cardinality()));
    }

    /** Three words, of which the first are in many lines and the last in few. */
    static String text(int line) {
        return "a" + line % 3 + " b" + line % 17 + " c" + line % 101;
    }
}
