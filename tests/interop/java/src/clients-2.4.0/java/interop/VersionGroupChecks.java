package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.that;
import static interop.Checks.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;

/** kafka-clients 2.4.0 knows classic groups only; its admin client asks in its own way. */
final class VersionGroupChecks {
    private final Cluster cluster;

    VersionGroupChecks(Cluster cluster) {
        this.cluster = cluster;
    }

    static List<Flavour> protocols() {
        return List.of(Flavour.CLASSIC);
    }

    static List<Flavour> flavours() {
        return Flavour.ALL_CLASSIC;
    }

    /** Classic members say themselves how long their session is. */
    static void sessionOfSixSeconds(Cluster cluster, String group) {}

    void addTo(Map<String, Checks.Body> all) {
        all.put("admin: list, describe, delete groups", this::administration);
        all.put("admin: offsets listed and deleted", this::offsets);
    }

    private boolean listed(String group) throws Exception {
        return cluster.admin.listConsumerGroups().all().get().stream().anyMatch(listing -> listing.groupId().equals(group));
    }

    private ConsumerGroupDescription describe(String group) throws Exception {
        return cluster.admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    }

    private void administration() throws Exception {
        String topic = cluster.create(Cluster.unique("admin"), 3, Map.of());
        String id;
        try (Group group = new Group(cluster, "admin", Flavour.CLASSIC.settings())) {
            id = group.id;
            group.join(Map.of("client.id", "described"), topic);
            group.awaitShares(Map.of(topic, 3), 3);
            within(Group.PATIENCE, () -> equal("state", ConsumerGroupState.STABLE, describe(id).state()));
            ConsumerGroupDescription description = describe(id);
            equal("assignor", "range", description.partitionAssignor());
            var member = description.members().iterator().next();
            equal("client", "described", member.clientId());
            equal("assignment", Set.copyOf(Cluster.partitions(topic, 3)), member.assignment().topicPartitions());
            that("it is listed", listed(id));
            fails(GroupNotEmptyException.class, () -> cluster.admin.deleteConsumerGroups(List.of(id)).all().get());
        }
        equal("state", ConsumerGroupState.EMPTY, describe(id).state());
        cluster.admin.deleteConsumerGroups(List.of(id)).all().get();
        that("it is listed no more", !listed(id));
        equal("state of an unknown group", ConsumerGroupState.DEAD, describe(id).state());
        fails(GroupIdNotFoundException.class, () -> cluster.admin.deleteConsumerGroups(List.of(id)).all().get());
    }

    private void offsets() throws Exception {
        String topic = cluster.create(Cluster.unique("offsets"), 2, Map.of());
        TopicPartition first = new TopicPartition(topic, 0);
        TopicPartition second = new TopicPartition(topic, 1);
        try (Group group = new Group(cluster, "offsets", Flavour.CLASSIC.settings())) {
            Member member = group.join(topic);
            group.awaitShares(Map.of(topic, 2), 2);
            member.call(() -> {
                member.consumer().commitSync(Map.of(first, new OffsetAndMetadata(3, "three"), second, new OffsetAndMetadata(4)));
                return null;
            });
            fails(GroupSubscribedToTopicException.class, () -> delete(group.id, first));
            member.close();
            delete(group.id, first);
            equal("left", Map.of(second, new OffsetAndMetadata(0)), cluster.admin.listConsumerGroupOffsets(group.id)
                    .partitionsToOffsetAndMetadata().get());
        }
    }

    private void delete(String group, TopicPartition partition) throws Exception {
        cluster.admin.deleteConsumerGroupOffsets(group, Set.of(partition)).partitionResult(partition).get();
    }
}
