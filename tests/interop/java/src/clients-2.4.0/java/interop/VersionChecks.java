package interop;

import static interop.Checks.equal;
import static interop.Checks.soon;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/** What kafka-clients 2.4.0 does its own way, and what later clients no longer can. */
final class VersionChecks {
    private final Checks checks;
    private final Cluster cluster;

    VersionChecks(Checks checks, Cluster cluster) {
        this.checks = checks;
        this.cluster = cluster;
    }

    static TopicDescription describe(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).all().get().get(topic);
    }

    void run() {
        checks.check("whole alter replaces all of a topic's configs", this::alterWhole);
    }

    @SuppressWarnings("deprecation")
    private void alterWhole() throws Exception {
        String topic = cluster.create(Cluster.unique("whole"), 1, Map.of("retention.ms", "1000000"));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config replacement = new Config(List.of(new ConfigEntry("max.message.bytes", "77777")));
        cluster.admin.alterConfigs(Map.of(resource, replacement)).all().get();
        soon(() -> {
            Config read = cluster.admin.describeConfigs(List.of(resource)).all().get().get(resource);
            equal("set", "77777", read.get("max.message.bytes").value());
            equal("back to its default", "604800000", read.get("retention.ms").value());
        });
    }
}
