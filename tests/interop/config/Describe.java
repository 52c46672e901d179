import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Writes how a broker describes itself, what all brokers share, and two topics, one of them with overrides, a line for each key: resource, name,
 * value, source, type, read-only or not, sensitive or not, and the synonyms. Usage: java Describe BOOTSTRAP FILE
 */
public class Describe {
    private static final Map<String, String> OVERRIDES = Map.of(
        "retention.ms", "1000",
        "cleanup.policy", "compact, delete",
        "min.cleanable.dirty.ratio", "0.250",
        "compression.type", "zstd",
        "internal.segment.bytes", "1000",
        "leader.replication.throttled.replicas", "0:1, 1:1",
        "preallocate", "TRUE",
        "segment.bytes", "1073741824");

    /** Set at run time for all brokers, and for the only one. */
    private static final Map<String, String> FOR_ALL_BROKERS =
        Map.of("log.retention.ms", "86400000", "message.max.bytes", "2000000");
    private static final Map<String, String> FOR_THIS_BROKER =
        Map.of("log.cleaner.min.cleanable.ratio", "0.70", "message.max.bytes", "3000000");

    public static void main(String[] arguments) throws Exception {
        ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        ConfigResource plain = new ConfigResource(ConfigResource.Type.TOPIC, "plain");
        ConfigResource own = new ConfigResource(ConfigResource.Type.TOPIC, "own");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]));
             PrintWriter out = new PrintWriter(Path.of(arguments[1]).toFile())) {
            NewTopic topic = new NewTopic("own", Optional.empty(), Optional.empty()).configs(OVERRIDES);
            admin.createTopics(List.of(new NewTopic("plain", Optional.empty(), Optional.empty()), topic)).all().get();
            admin.incrementalAlterConfigs(Map.of(brokers, set(FOR_ALL_BROKERS), broker, set(FOR_THIS_BROKER))).all().get();
            awaitChange(admin, broker);
            Map<ConfigResource, Config> described = admin.describeConfigs(List.of(brokers, broker, plain, own),
                new DescribeConfigsOptions().includeSynonyms(true)).all().get();
            out.println("# How Apache Kafka 4.3.1 describes what described.properties configures.");
            out.println("# Written by tests/interop/config/write. Do not edit.");
            write(out, "brokers", described.get(brokers).entries());
            write(out, "broker", described.get(broker).entries());
            write(out, "plain", described.get(plain).entries());
            write(out, "own", described.get(own).entries());
        }
    }

    private static Collection<AlterConfigOp> set(Map<String, String> configs) {
        return configs.entrySet().stream()
            .map(entry -> new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
            .toList();
    }

    /** The broker hears of the change from the metadata log, a little after the controller has answered. */
    private static void awaitChange(Admin admin, ConfigResource broker) throws Exception {
        Config config;
        do {
            config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
        } while (!config.get("message.max.bytes").value().equals("3000000")
            || config.get("log.retention.ms").value() == null);
    }

    private static void write(PrintWriter out, String resource, Collection<ConfigEntry> entries) {
        entries.stream().sorted(Comparator.comparing(ConfigEntry::name)).forEach(entry -> out.println(String.join("\t",
            resource, entry.name(), String.valueOf(entry.value()), entry.source().name(), entry.type().name(),
            String.valueOf(entry.isReadOnly()), String.valueOf(entry.isSensitive()),
            entry.synonyms().stream().map(s -> s.name() + "=" + s.value() + " (" + s.source() + ")")
                .collect(Collectors.joining("; ")))));
    }
}
