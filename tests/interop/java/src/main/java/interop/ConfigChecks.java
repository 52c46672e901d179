package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.soon;
import static interop.Checks.that;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Configurations of topics, described and altered incrementally; the broker's own, described. */
final class ConfigChecks {
    private final Checks checks;
    private final Cluster cluster;

    ConfigChecks(Checks checks, Cluster cluster) {
        this.checks = checks;
        this.cluster = cluster;
    }

    void run() {
        checks.check("topic configs: defaults and own values", this::described);
        checks.check("incremental alter: set, append, subtract, delete", this::alteredIncrementally);
        checks.check("incremental alter: refusals", this::refusals);
        checks.check("incremental alter: validate only changes nothing", this::validateOnly);
        checks.check("broker configs are described", this::broker);
        checks.check("configs of an unknown topic", () -> fails(UnknownTopicOrPartitionException.class,
                () -> describe(Cluster.unique("unknown"))));
    }

    private Config describe(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return cluster.admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }

    private void alter(String topic, AlterConfigsOptions options, AlterConfigOp... operations) throws Exception {
        Map<ConfigResource, Collection<AlterConfigOp>> change =
                Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(operations));
        cluster.admin.incrementalAlterConfigs(change, options).all().get();
    }

    private void alter(String topic, AlterConfigOp... operations) throws Exception {
        alter(topic, new AlterConfigsOptions(), operations);
    }

    private static AlterConfigOp operation(OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    private static void entry(Config config, String key, String value, ConfigSource source) {
        equal(key, value, config.get(key).value());
        equal(key + "'s source", source, config.get(key).source());
    }

    private void described() throws Exception {
        String topic = cluster.create(Cluster.unique("configs"), 1, Map.of("retention.ms", "1234567", "cleanup.policy", "compact,delete"));
        Config config = describe(topic);
        entry(config, "retention.ms", "1234567", ConfigSource.DYNAMIC_TOPIC_CONFIG);
        entry(config, "cleanup.policy", "compact,delete", ConfigSource.DYNAMIC_TOPIC_CONFIG);
        entry(config, "segment.bytes", "1073741824", ConfigSource.DEFAULT_CONFIG);
        entry(config, "max.message.bytes", "1048588", ConfigSource.DEFAULT_CONFIG);
        entry(config, "compression.type", "producer", ConfigSource.DEFAULT_CONFIG);
        that("nothing is read-only or secret", config.entries().stream().noneMatch(e -> e.isReadOnly() || e.isSensitive()));
    }

    private void alteredIncrementally() throws Exception {
        String topic = cluster.create(Cluster.unique("altered"), 1, Map.of("retention.ms", "1000000"));
        alter(topic, operation(OpType.SET, "max.message.bytes", "2000000"), operation(OpType.APPEND, "cleanup.policy", "compact"));
        soon(() -> entry(describe(topic), "max.message.bytes", "2000000", ConfigSource.DYNAMIC_TOPIC_CONFIG));
        equal("appended", "delete,compact", describe(topic).get("cleanup.policy").value());
        entry(describe(topic), "retention.ms", "1000000", ConfigSource.DYNAMIC_TOPIC_CONFIG);
        alter(topic, operation(OpType.SUBTRACT, "cleanup.policy", "delete"), operation(OpType.DELETE, "retention.ms", ""));
        soon(() -> equal("subtracted", "compact", describe(topic).get("cleanup.policy").value()));
        entry(describe(topic), "retention.ms", "604800000", ConfigSource.DEFAULT_CONFIG);
    }

    private void refusals() throws Exception {
        String topic = cluster.create(Cluster.unique("unaltered"), 1, Map.of());
        fails(InvalidConfigurationException.class, () -> alter(topic, operation(OpType.SET, "retention.ms", "soon")));
        fails(InvalidConfigurationException.class, () -> alter(topic, operation(OpType.SET, "no.such.config", "1")));
        fails(InvalidConfigurationException.class, () -> alter(topic, operation(OpType.SET, "cleanup.policy", "burn")));
        fails(InvalidConfigurationException.class, () -> alter(topic, operation(OpType.APPEND, "retention.ms", "1")));
        fails(UnknownTopicOrPartitionException.class, () -> alter(Cluster.unique("unknown"), operation(OpType.SET, "retention.ms", "1")));
    }

    private void validateOnly() throws Exception {
        String topic = cluster.create(Cluster.unique("validated"), 1, Map.of());
        alter(topic, new AlterConfigsOptions().validateOnly(true), operation(OpType.SET, "retention.ms", "5"));
        entry(describe(topic), "retention.ms", "604800000", ConfigSource.DEFAULT_CONFIG);
    }

    private void broker() throws Exception {
        String id = cluster.admin.describeCluster().nodes().get().iterator().next().idString();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, id);
        Config config = cluster.admin.describeConfigs(List.of(resource)).all().get().get(resource);
        equal("node.id", id, config.get("node.id").value());
        that("node.id is read-only", config.get("node.id").isReadOnly());
        entry(config, "num.network.threads", "3", ConfigSource.DEFAULT_CONFIG);
        that("over 200 keys", config.entries().size() > 200);
    }
}
