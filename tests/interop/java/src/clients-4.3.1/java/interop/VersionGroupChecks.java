package interop;

import static interop.Checks.equal;
import static interop.Checks.that;
import static interop.Checks.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.config.ConfigResource;

/** What only kafka-clients 4.3.1 can: the consumer protocol, its patterns, and ways to leave. */
final class VersionGroupChecks {
    static final Flavour CONSUMER = consumer("uniform", false);

    private final Cluster cluster;

    VersionGroupChecks(Cluster cluster) {
        this.cluster = cluster;
    }

    private static Flavour consumer(String assignor, boolean range) {
        return new Flavour("consumer " + assignor, Map.of("group.protocol", "consumer", "group.remote.assignor", assignor), true, range);
    }

    static List<Flavour> protocols() {
        return List.of(Flavour.CLASSIC, CONSUMER);
    }

    static List<Flavour> flavours() {
        List<Flavour> flavours = new ArrayList<>(Flavour.ALL_CLASSIC);
        flavours.addAll(List.of(CONSUMER, consumer("range", true)));
        return flavours;
    }

    /** The group's own config, which classic members do not heed: they say themselves how long their session is. */
    static void sessionOfSixSeconds(Cluster cluster, String group) throws Exception {
        setConfig(cluster, group, "consumer.session.timeout.ms", "6000");
    }

    static void setConfig(Cluster cluster, String group, String key, String value) throws Exception {
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        cluster.admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), List.of(set))).all().get();
    }

    void addTo(Map<String, Checks.Body> all) {
        all.put("consumer: topics that match an RE2J pattern", this::subscriptionPattern);
        all.put("consumer: an RE2J pattern that is none", this::badPattern);
        new MigrationChecks(cluster).addTo(all);
        for (Flavour flavour : protocols()) {
            String protocol = flavour.name().split(" ")[0];
            all.put(protocol + ": a static member leaves for good", () -> leavesForGood(flavour));
        }
        new GroupAdminChecks(cluster).addTo(all);
        new GroupConfigChecks(cluster).addTo(all);
    }

    /** The server matches; a topic made later is found when it looks again, at most ten seconds after the last time. */
    private void subscriptionPattern() throws Exception {
        String prefix = Cluster.unique("re2j");
        cluster.create(prefix + ".a1", 2, Map.of());
        cluster.create(prefix + ".other", 2, Map.of());
        try (Group group = new Group(cluster, "re2j", CONSUMER.settings())) {
            SubscriptionPattern pattern = new SubscriptionPattern(prefix.replace(".", "\\.") + "\\.a[[:digit:]]");
            for (int member = 0; member < 2; member++) {
                group.join(Map.of(), (consumer, listener) -> consumer.subscribe(pattern, listener));
            }
            group.awaitShares(Map.of(prefix + ".a1", 2), 1, 1);
            cluster.create(prefix + ".a2", 2, Map.of());
            group.awaitShares(Map.of(prefix + ".a1", 2, prefix + ".a2", 2), 2, 2);
        }
    }

    private void badPattern() throws Exception {
        try (Group group = new Group(cluster, "badpattern", CONSUMER.settings())) {
            Member member = group.join(Map.of(), (consumer, listener) -> consumer.subscribe(new SubscriptionPattern("(never closed"), listener));
            within(Group.PATIENCE, () -> that("it is refused", member.failure() != null));
            equal("by", "InvalidRegularExpression", member.failure().getClass().getSimpleName());
        }
    }

    private void leavesForGood(Flavour flavour) throws Exception {
        String topic = cluster.create(Cluster.unique("forgood"), 4, Map.of());
        try (Group group = new Group(cluster, "forgood", flavour.settings())) {
            Member one = group.join(Map.of("group.instance.id", "one"), topic);
            group.join(Map.of("group.instance.id", "two"), topic);
            group.awaitShares(Map.of(topic, 4), 2, 2);
            one.close(consumer -> consumer.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)));
            group.awaitShares(Map.of(topic, 4), 4);
        }
    }
}
