package interop;

import static interop.Checks.equal;
import static interop.Checks.that;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Members come and go while records are written: one owner a partition, fair shares, nothing left unread. */
final class AssignmentChecks {
    private static final int PARTITIONS = 6;

    private final Cluster cluster;
    private final Flavour flavour;

    AssignmentChecks(Cluster cluster, Flavour flavour) {
        this.cluster = cluster;
        this.flavour = flavour;
    }

    void addTo(Map<String, Checks.Body> all) {
        all.put(flavour.name() + ": members come and go, all is read", this::comingsAndGoings);
    }

    private void comingsAndGoings() throws Exception {
        String left = cluster.create(Cluster.unique("left"), PARTITIONS, Map.of());
        String right = cluster.create(Cluster.unique("right"), PARTITIONS, Map.of());
        Map<String, Integer> topics = Map.of(left, PARTITIONS, right, PARTITIONS);
        List<TopicPartition> partitions = new ArrayList<>(Cluster.partitions(left, PARTITIONS));
        partitions.addAll(Cluster.partitions(right, PARTITIONS));
        Map<TopicPartition, Long> ends;
        String id;
        try (Group group = new Group(cluster, "comings", flavour.settings()); Writer writer = new Writer(cluster, partitions)) {
            id = group.id;
            List<Member> members = new ArrayList<>(List.of(group.join(left, right)));
            group.awaitShares(topics, 12);
            keeps(members, () -> {
                members.add(group.join(left, right));
                group.awaitShares(topics, 6, 6);
            });
            keeps(members, () -> {
                members.add(group.join(left, right));
                group.awaitShares(topics, 4, 4, 4);
            });
            keeps(List.of(members.get(0), members.get(2)), () -> {
                members.get(1).close();
                group.awaitShares(topics, 6, 6);
            });
            if (flavour.range()) {
                sameIndexes(members.get(0), left, right);
            }
            ends = writer.stop();
            group.awaitRead(ends);
        }
        equal("committed when all had left", ends, committed(id));
    }

    /** Runs a step; where the protocol is cooperative, no member may lose for a while what it owns before and after. */
    private void keeps(List<Member> members, Checks.Body step) throws Exception {
        Map<Member, Set<TopicPartition>> before = new HashMap<>();
        for (Member member : members) {
            member.revokedSince();
            before.put(member, member.owned());
        }
        step.run();
        for (Member member : before.keySet()) {
            Set<TopicPartition> kept = new HashSet<>(before.get(member));
            kept.retainAll(member.owned());
            kept.retainAll(member.revokedSince());
            that("kept, and never revoked: " + kept, !flavour.cooperative() || kept.isEmpty());
        }
    }

    private static void sameIndexes(Member member, String left, String right) {
        Set<TopicPartition> owned = member.owned();
        for (int index = 0; index < PARTITIONS; index++) {
            equal("owner of " + index + " in both topics", owned.contains(new TopicPartition(left, index)),
                    owned.contains(new TopicPartition(right, index)));
        }
    }

    private Map<TopicPartition, Long> committed(String group) throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        cluster.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }
}
