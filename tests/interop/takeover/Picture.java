package interop;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything that a client is shown of a broker's topics: a line a fact, such as a record or a configuration. */
final class Picture {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Fact to value. */
    final TreeMap<String, String> lines = new TreeMap<>();

    /** Of all topics that are wanted, internal ones too. */
    static Picture of(String bootstrap, Predicate<String> wanted) throws Exception {
        Picture picture = new Picture();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Set<String> names = new TreeSet<>(admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get());
            names.removeIf(wanted.negate());
            Collection<TopicDescription> topics = admin.describeTopics(names).allTopicNames().get().values();
            topics.forEach(picture::topic);
            picture.configurations(admin, names);
            List<TopicPartition> partitions = new ArrayList<>();
            topics.forEach(topic -> topic.partitions().forEach(it -> partitions.add(new TopicPartition(topic.name(), it.partition()))));
            picture.read(bootstrap, partitions, "read_uncommitted");
            picture.read(bootstrap, partitions, "read_committed");
        }
        return picture;
    }

    private void topic(TopicDescription topic) {
        lines.put("topic " + topic.name(), topic.topicId() + ", internal " + topic.isInternal() + ", partitions " + topic.partitions().size());
        topic.partitions().forEach(it -> {
            String leads = it.leader() == null ? "nobody" : it.leader().idString();
            lines.put("replicas " + topic.name() + " " + it.partition(), "leader " + leads + ", replicas " + it.replicas().size() + ", isr " + it.isr().size());
        });
    }

    private void configurations(Admin admin, Set<String> names) throws Exception {
        List<ConfigResource> resources = names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
        admin.describeConfigs(resources).all().get().forEach((resource, config) -> {
            for (ConfigEntry entry : config.entries()) {
                lines.put("config " + resource.name() + " " + entry.name(), entry.value() + " from " + entry.source());
            }
        });
    }

    private void read(String bootstrap, List<TopicPartition> partitions, String isolation) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "isolation.level", isolation,
                "auto.offset.reset", "none", "fetch.max.wait.ms", 50, "check.crcs", true);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            partitions.forEach(it -> lines.put("offsets " + isolation + " " + it, starts.get(it) + " to " + ends.get(it)));
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            Set<TopicPartition> left = new java.util.HashSet<>(partitions);
            left.removeIf(it -> starts.get(it).equals(ends.get(it)));
            while (!left.isEmpty()) {
                Checks.that("everything can be read: " + left, System.nanoTime() < deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(record -> record(isolation, record));
                left.removeIf(it -> consumer.position(it) >= ends.get(it));
                consumer.pause(partitions.stream().filter(it -> !left.contains(it)).toList());
            }
        }
    }

    private void record(String isolation, ConsumerRecord<byte[], byte[]> record) {
        StringBuilder headers = new StringBuilder();
        for (Header header : record.headers()) {
            headers.append(' ').append(header.key()).append('=').append(bytes(header.value()));
        }
        lines.put(String.format("record %s %s-%d %010d", isolation, record.topic(), record.partition(), record.offset()),
                record.timestampType() + " " + record.timestamp() + " epoch " + record.leaderEpoch().orElse(-1)
                        + " key " + bytes(record.key()) + " value " + bytes(record.value()) + " headers" + headers);
    }

    /** Short ones as they are. */
    static String bytes(byte[] bytes) {
        if (bytes == null) {
            return "null";
        }
        if (bytes.length > 40) {
            CRC32C crc = new CRC32C();
            crc.update(ByteBuffer.wrap(bytes));
            return bytes.length + " bytes, CRC " + crc.getValue();
        }
        return "'" + java.util.HexFormat.of().formatHex(bytes) + "'";
    }

    /** What kcat reads is what is in the picture, record by record, but for epochs and headers. For no time it prints 0. */
    void readBy(Kcat kcat) throws Exception {
        for (String line : lines.keySet()) {
            if (!line.startsWith("replicas ")) {
                continue;
            }
            String[] words = line.split(" ");
            String prefix = "record read_uncommitted " + words[1] + "-" + words[2] + " ";
            TreeMap<Long, String> expected = new TreeMap<>();
            lines.subMap(prefix, prefix + "~").forEach((record, value) -> expected.put(Long.parseLong(record.substring(prefix.length())),
                    value.replaceFirst("^\\w+", "").replaceFirst(" epoch -?\\d+", "").replaceFirst(" headers.*", "").replaceFirst("^ -1 ", " 0 ")));
            Checks.equal("kcat's records of " + words[1] + "-" + words[2], expected, kcat.read(words[1], Integer.parseInt(words[2])));
        }
    }

    long records() {
        return lines.keySet().stream().filter(line -> line.startsWith("record read_uncommitted")).count();
    }

    /** Only the lines that are wanted. */
    Picture only(Predicate<String> wanted) {
        Picture picture = new Picture();
        lines.forEach((line, value) -> {
            if (wanted.test(line)) {
                picture.lines.put(line, value);
            }
        });
        return picture;
    }

    /** Both are the same, line by line. */
    static void same(Picture before, Picture now) {
        contained(before, now);
        contained(now, before);
    }

    /** Every line of the first is in the second. */
    static void contained(Picture some, Picture all) {
        List<String> missing = new ArrayList<>();
        some.lines.forEach((line, value) -> {
            if (!value.equals(all.lines.get(line))) {
                missing.add(line + ": " + value + " against " + all.lines.get(line));
            }
        });
        if (!missing.isEmpty()) {
            missing.forEach(System.err::println);
            throw new AssertionError(missing.size() + " lines differ, such as " + missing.get(0));
        }
    }
}
