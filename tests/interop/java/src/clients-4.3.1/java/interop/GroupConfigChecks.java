package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.soon;
import static interop.Checks.that;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** Configs of single groups: set, shown, taken away, refused. */
final class GroupConfigChecks {
    private static final String SESSION = "consumer.session.timeout.ms";
    private static final String HEARTBEAT = "consumer.heartbeat.interval.ms";

    private final Cluster cluster;

    GroupConfigChecks(Cluster cluster) {
        this.cluster = cluster;
    }

    void addTo(Map<String, Checks.Body> all) {
        all.put("group configs: defaults of a group that nobody has seen", this::defaults);
        all.put("group configs: set, described, listed, taken away", this::setAndTaken);
        all.put("group configs: refusals", this::refusals);
    }

    private static ConfigResource resource(String group) {
        return new ConfigResource(ConfigResource.Type.GROUP, group);
    }

    private ConfigEntry described(String group, String key) throws Exception {
        Config config = cluster.admin.describeConfigs(List.of(resource(group))).all().get().get(resource(group));
        return config.get(key);
    }

    private void defaults() throws Exception {
        String group = Cluster.unique("defaults");
        equal("session timeout", "45000", described(group, SESSION).value());
        that("it is nobody's own", described(group, SESSION).source() != ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG);
        equal("assignment interval", "1000", described(group, "consumer.assignment.interval.ms").value());
    }

    private void setAndTaken() throws Exception {
        String group = Cluster.unique("configured");
        VersionGroupChecks.setConfig(cluster, group, SESSION, "50000");
        VersionGroupChecks.setConfig(cluster, group, HEARTBEAT, "7000");
        soon(() -> {
            equal("session timeout", "50000", described(group, SESSION).value());
            equal("source", ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG, described(group, SESSION).source());
            equal("heartbeat interval", "7000", described(group, HEARTBEAT).value());
        });
        that("it is listed", cluster.admin.listConfigResources(Set.of(ConfigResource.Type.GROUP), new ListConfigResourcesOptions())
                .all().get().contains(resource(group)));
        AlterConfigOp taken = new AlterConfigOp(new ConfigEntry(SESSION, ""), AlterConfigOp.OpType.DELETE);
        cluster.admin.incrementalAlterConfigs(Map.of(resource(group), List.of(taken))).all().get();
        soon(() -> equal("default again", "45000", described(group, SESSION).value()));
        equal("the other stays", "7000", described(group, HEARTBEAT).value());
    }

    private void refusals() throws Exception {
        String group = Cluster.unique("refused");
        fails(InvalidConfigurationException.class, () -> VersionGroupChecks.setConfig(cluster, group, SESSION, "1"));
        fails(InvalidConfigurationException.class, () -> VersionGroupChecks.setConfig(cluster, group, SESSION, "3600000"));
        fails(InvalidConfigurationException.class, () -> VersionGroupChecks.setConfig(cluster, group, HEARTBEAT, "soon"));
        fails(InvalidConfigurationException.class, () -> VersionGroupChecks.setConfig(cluster, group, "no.such.config", "1"));
    }
}
