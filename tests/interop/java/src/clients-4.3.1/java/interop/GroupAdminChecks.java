package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.that;
import static interop.Checks.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.ClassicGroupDescription;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ClassicGroupState;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** The admin client's view of groups, and what it may change. */
final class GroupAdminChecks {
    private final Cluster cluster;

    GroupAdminChecks(Cluster cluster) {
        this.cluster = cluster;
    }

    void addTo(Map<String, Checks.Body> all) {
        all.put("admin: groups listed by type, state and protocol", this::lists);
        all.put("admin: a consumer group described", this::describesConsumer);
        all.put("admin: a classic group described, in both ways", this::describesClassic);
        all.put("admin: offsets altered, listed of several groups, deleted", this::offsets);
        for (Flavour flavour : VersionGroupChecks.protocols()) {
            String protocol = flavour.name().split(" ")[0];
            all.put("admin: offsets of a " + protocol + " group with members are protected", () -> protectedOffsets(flavour));
            all.put("admin: a " + protocol + " group deleted once it is empty", () -> deletes(flavour));
        }
    }

    /** Of our groups those that are listed under these options, by the part of their names that tells them. */
    private Set<String> listed(String prefix, ListGroupsOptions options) throws Exception {
        Set<String> names = new TreeSet<>();
        for (GroupListing listing : cluster.admin.listGroups(options).all().get()) {
            if (listing.groupId().startsWith(prefix)) {
                names.add(listing.groupId().substring(prefix.length()));
            }
        }
        return names;
    }

    private void lists() throws Exception {
        String topic = cluster.create(Cluster.unique("listed"), 1, Map.of());
        String prefix = Cluster.unique("listed") + ".";
        Map<TopicPartition, OffsetAndMetadata> offset = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0));
        cluster.admin.alterConsumerGroupOffsets(prefix + "simple", offset).all().get();
        try (Group group = new Group(cluster, "listed", Map.of())) {
            member(group, Flavour.CLASSIC, prefix + "classic", topic);
            member(group, VersionGroupChecks.CONSUMER, prefix + "consumer", topic);
            member(group, VersionGroupChecks.CONSUMER, prefix + "left", topic).close();
            within(Group.PATIENCE, () -> equal("stable", Set.of("classic", "consumer"),
                    listed(prefix, new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE)))));
            equal("all", Set.of("classic", "consumer", "left", "simple"), listed(prefix, new ListGroupsOptions()));
            equal("empty", Set.of("left", "simple"), listed(prefix, new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY))));
            equal("classic", Set.of("classic", "simple"), listed(prefix, new ListGroupsOptions().withTypes(Set.of(GroupType.CLASSIC))));
            equal("consumer", Set.of("consumer", "left"), listed(prefix, new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER))));
            equal("both filters", Set.of("left"), listed(prefix, new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER))
                    .inGroupStates(Set.of(GroupState.EMPTY))));
            equal("share", Set.of(), listed(prefix, ListGroupsOptions.forShareGroups()));
            equal("of the protocol of consumers", Set.of("classic", "consumer", "left", "simple"),
                    listed(prefix, ListGroupsOptions.forConsumerGroups()));
            equal("without a protocol", Set.of("simple"), listed(prefix, new ListGroupsOptions().withProtocolTypes(Set.of(""))));
        }
    }

    /** A member of a group of another name, once it owns its partition. */
    private static Member member(Group watch, Flavour flavour, String id, String topic) throws Exception {
        Map<String, Object> own = new HashMap<>(flavour.settings());
        own.put("group.id", id);
        Member member = watch.join(own, (consumer, listener) -> consumer.subscribe(List.of(topic)));
        within(Group.PATIENCE, () -> that("assigned", member.call(() -> !member.consumer().assignment().isEmpty())));
        return member;
    }

    private ConsumerGroupDescription described(String group) throws Exception {
        return cluster.admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    }

    private void describesConsumer() throws Exception {
        String topic = cluster.create(Cluster.unique("described"), 3, Map.of());
        try (Group group = new Group(cluster, "described", VersionGroupChecks.CONSUMER.settings())) {
            group.join(Map.of("client.id", "client", "client.rack", "rack", "group.instance.id", "instance"), topic);
            group.awaitShares(Map.of(topic, 3), 3);
            within(Group.PATIENCE, () -> equal("state", GroupState.STABLE, described(group.id).groupState()));
            ConsumerGroupDescription description = described(group.id);
            equal("type", GroupType.CONSUMER, description.type());
            equal("assignor", "uniform", description.partitionAssignor());
            equal("coordinator", cluster.bootstrap, description.coordinator().host() + ":" + description.coordinator().port());
            equal("target assignment of this epoch", description.groupEpoch(), description.targetAssignmentEpoch());
            equal("members", 1, description.members().size());
            MemberDescription member = description.members().iterator().next();
            equal("client", "client", member.clientId());
            equal("rack", Optional.of("rack"), member.rackId());
            equal("instance", Optional.of("instance"), member.groupInstanceId());
            equal("host", "/127.0.0.1", member.host());
            equal("epoch", description.groupEpoch(), member.memberEpoch());
            equal("speaks the consumer protocol", Optional.of(true), member.upgraded());
            equal("assignment", Set.copyOf(Cluster.partitions(topic, 3)), member.assignment().topicPartitions());
            equal("target", Optional.of(member.assignment()), member.targetAssignment());
        }
        fails(GroupIdNotFoundException.class, () -> described(Cluster.unique("unknown")));
    }

    private void describesClassic() throws Exception {
        String topic = cluster.create(Cluster.unique("described"), 3, Map.of());
        try (Group group = new Group(cluster, "described", Flavour.CLASSIC.settings())) {
            group.join(Map.of("client.id", "client", "group.instance.id", "instance"), topic);
            group.awaitShares(Map.of(topic, 3), 3);
            within(Group.PATIENCE, () -> equal("state", GroupState.STABLE, described(group.id).groupState()));
            ConsumerGroupDescription description = described(group.id);
            equal("type", GroupType.CLASSIC, description.type());
            equal("assignor", "range", description.partitionAssignor());
            that("not simple", !description.isSimpleConsumerGroup());
            MemberDescription member = description.members().iterator().next();
            equal("client", "client", member.clientId());
            equal("instance", Optional.of("instance"), member.groupInstanceId());
            equal("host", "/127.0.0.1", member.host());
            equal("assignment", Set.copyOf(Cluster.partitions(topic, 3)), member.assignment().topicPartitions());
            ClassicGroupDescription classic = cluster.admin.describeClassicGroups(List.of(group.id)).all().get().get(group.id);
            equal("protocol", "consumer", classic.protocol());
            equal("its data", "range", classic.protocolData());
            equal("classic state", ClassicGroupState.STABLE, classic.state());
            equal("members", 1, classic.members().size());
        }
        fails(GroupIdNotFoundException.class,
                () -> cluster.admin.describeClassicGroups(List.of(Cluster.unique("unknown"))).all().get());
    }

    private void offsets() throws Exception {
        String topic = cluster.create(Cluster.unique("altered"), 3, Map.of());
        List<TopicPartition> partitions = Cluster.partitions(topic, 3);
        Map<TopicPartition, OffsetAndMetadata> first = Map.of(partitions.get(0), new OffsetAndMetadata(5, Optional.of(0), "five"),
                partitions.get(1), new OffsetAndMetadata(6));
        Map<TopicPartition, OffsetAndMetadata> second = Map.of(partitions.get(2), new OffsetAndMetadata(7));
        String one = Cluster.unique("altered");
        String two = Cluster.unique("altered");
        cluster.admin.alterConsumerGroupOffsets(one, first).all().get();
        cluster.admin.alterConsumerGroupOffsets(two, second).all().get();
        var both = cluster.admin.listConsumerGroupOffsets(Map.of(one, new ListConsumerGroupOffsetsSpec(),
                two, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)), new ListConsumerGroupOffsetsOptions().requireStable(true));
        equal("of the first group", first, both.partitionsToOffsetAndMetadata(one).get());
        Map<TopicPartition, OffsetAndMetadata> asked = new HashMap<>(second);
        asked.put(partitions.get(0), null);
        asked.put(partitions.get(1), null);
        equal("asked for by partition", asked, both.partitionsToOffsetAndMetadata(two).get());
        that("both are simple", described(one).isSimpleConsumerGroup());
        cluster.admin.deleteConsumerGroupOffsets(one, Set.of(partitions.get(0))).all().get();
        equal("left", Map.of(partitions.get(1), new OffsetAndMetadata(6)),
                cluster.admin.listConsumerGroupOffsets(one).partitionsToOffsetAndMetadata().get());
        fails(GroupIdNotFoundException.class,
                () -> cluster.admin.deleteConsumerGroupOffsets(Cluster.unique("unknown"), Set.of(partitions.get(0))).all().get());
    }

    private void protectedOffsets(Flavour flavour) throws Exception {
        String topic = cluster.create(Cluster.unique("protected"), 1, Map.of());
        String other = cluster.create(Cluster.unique("protected"), 1, Map.of());
        TopicPartition subscribed = new TopicPartition(topic, 0);
        TopicPartition unsubscribed = new TopicPartition(other, 0);
        try (Group group = new Group(cluster, "protected", flavour.settings())) {
            cluster.admin.alterConsumerGroupOffsets(group.id,
                    Map.of(subscribed, new OffsetAndMetadata(0), unsubscribed, new OffsetAndMetadata(0))).all().get();
            group.join(topic);
            group.awaitShares(Map.of(topic, 1), 1);
            fails(UnknownMemberIdException.class, () ->
                    cluster.admin.alterConsumerGroupOffsets(group.id, Map.of(subscribed, new OffsetAndMetadata(0))).all().get());
            fails(GroupSubscribedToTopicException.class, () ->
                    cluster.admin.deleteConsumerGroupOffsets(group.id, Set.of(subscribed)).all().get());
            cluster.admin.deleteConsumerGroupOffsets(group.id, Set.of(unsubscribed)).all().get();
            equal("left", Set.of(subscribed), cluster.admin.listConsumerGroupOffsets(group.id).partitionsToOffsetAndMetadata().get().keySet());
        }
    }

    private void deletes(Flavour flavour) throws Exception {
        String topic = cluster.create(Cluster.unique("deleted"), 1, Map.of());
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, 0, null, "value")).get();
        }
        String id;
        try (Group group = new Group(cluster, "deleted", flavour.settings())) {
            id = group.id;
            group.join(topic);
            group.awaitShares(Map.of(topic, 1), 1);
            group.awaitRead(Map.of(new TopicPartition(topic, 0), 1L)); // who has read commits as it leaves
            fails(GroupNotEmptyException.class, () -> cluster.admin.deleteConsumerGroups(List.of(id)).all().get());
        }
        equal("committed", 1, cluster.admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata().get().size());
        cluster.admin.deleteConsumerGroups(List.of(id)).all().get();
        equal("committed offsets went along", Map.of(), cluster.admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata().get());
        fails(GroupIdNotFoundException.class, () -> cluster.admin.deleteConsumerGroups(List.of(id)).all().get());
    }
}
