package interop;

import static interop.Checks.equal;
import static interop.Checks.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/** Groups that change their protocol while records are written, member by member: nothing is skipped, nobody shares a partition. */
final class MigrationChecks {
    private static final int PARTITIONS = 6;

    private final Cluster cluster;

    MigrationChecks(Cluster cluster) {
        this.cluster = cluster;
    }

    void addTo(Map<String, Checks.Body> all) {
        for (Flavour classic : List.of(Flavour.CLASSIC, Flavour.COOPERATIVE)) {
            all.put("migration: " + classic.name() + " to consumer and back, member by member", () -> thereAndBack(classic));
        }
        all.put("migration: an empty group takes the protocol of who joins next", this::empty);
    }

    private void thereAndBack(Flavour classic) throws Exception {
        String topic = cluster.create(Cluster.unique("migrates"), PARTITIONS, Map.of());
        Map<String, Integer> topics = Map.of(topic, PARTITIONS);
        List<TopicPartition> partitions = Cluster.partitions(topic, PARTITIONS);
        try (Group group = new Group(cluster, "migrates", Map.of()); Writer writer = new Writer(cluster, partitions)) {
            Member firstOld = join(group, classic, topic);
            Member secondOld = join(group, classic, topic);
            group.awaitShares(topics, 3, 3);
            awaitMembers(group, GroupType.CLASSIC, 2, 0);

            Member firstNew = join(group, VersionGroupChecks.CONSUMER, topic);
            group.awaitShares(topics, 2, 2, 2);
            awaitMembers(group, GroupType.CONSUMER, 2, 1);
            firstOld.close();
            group.awaitShares(topics, 3, 3);
            Member secondNew = join(group, VersionGroupChecks.CONSUMER, topic);
            group.awaitShares(topics, 2, 2, 2);
            secondOld.close();
            group.awaitShares(topics, 3, 3);
            awaitMembers(group, GroupType.CONSUMER, 0, 2);

            join(group, classic, topic);
            group.awaitShares(topics, 2, 2, 2);
            awaitMembers(group, GroupType.CONSUMER, 1, 2);
            firstNew.close();
            join(group, classic, topic);
            group.awaitShares(topics, 2, 2, 2);
            secondNew.close();
            group.awaitShares(topics, 3, 3);
            awaitMembers(group, GroupType.CLASSIC, 2, 0);
            group.awaitRead(writer.stop());
        }
    }

    private static Member join(Group group, Flavour flavour, String topic) {
        return group.join(flavour.settings(), topic);
    }

    private ConsumerGroupDescription describe(Group group) throws Exception {
        return cluster.admin.describeConsumerGroups(List.of(group.id)).all().get().get(group.id);
    }

    /** Of a consumer group every member tells whether it speaks the consumer protocol; of a classic one none does. */
    private void awaitMembers(Group group, GroupType type, int classic, int consumer) throws Exception {
        within(Group.PATIENCE, () -> {
            ConsumerGroupDescription description = describe(group);
            equal("type", type, description.type());
            equal("state", GroupState.STABLE, description.groupState());
            equal("members", classic + consumer, description.members().size());
            equal("upgraded members", (long) consumer,
                    description.members().stream().filter(member -> member.upgraded().orElse(false)).collect(Collectors.counting()));
        });
    }

    private void empty() throws Exception {
        String topic = cluster.create(Cluster.unique("empty"), 2, Map.of());
        Map<String, Integer> topics = Map.of(topic, 2);
        List<TopicPartition> partitions = Cluster.partitions(topic, 2);
        try (Group group = new Group(cluster, "empty", Map.of()); Writer writer = new Writer(cluster, partitions)) {
            for (Flavour flavour : List.of(Flavour.CLASSIC, VersionGroupChecks.CONSUMER, Flavour.CLASSIC)) {
                boolean classic = flavour.equals(Flavour.CLASSIC);
                Member member = join(group, flavour, topic);
                group.awaitShares(topics, 2);
                awaitMembers(group, classic ? GroupType.CLASSIC : GroupType.CONSUMER, classic ? 1 : 0, classic ? 0 : 1);
                member.close();
                within(Group.PATIENCE, () -> equal("state", GroupState.EMPTY, describe(group).groupState()));
            }
            Map<TopicPartition, Long> ends = writer.stop();
            join(group, VersionGroupChecks.CONSUMER, topic);
            group.awaitRead(ends);
        }
    }
}
