package interop;

import static interop.Checks.equal;
import static interop.Checks.that;
import static interop.Checks.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What makes a group share its partitions anew: members that crash, topics that change; and static members, who do not. */
final class MembershipChecks {
    private static final int RECORDS = 100;

    private final Cluster cluster;
    private final Flavour flavour;

    MembershipChecks(Cluster cluster, Flavour flavour) {
        this.cluster = cluster;
        this.flavour = flavour;
    }

    void addTo(Map<String, Checks.Body> all) {
        String protocol = flavour.name().split(" ")[0];
        all.put(protocol + ": a member killed, another goes on from its commit", this::crash);
        all.put(protocol + ": topics that match a pattern, made and deleted", this::pattern);
        all.put(protocol + ": partitions added", this::partitionsAdded);
        all.put(protocol + ": one of two topics deleted", this::topicDeleted);
        all.put(protocol + ": a static member comes back to what it had", this::staticMemberReturns);
        all.put(protocol + ": a static member does not come back", this::staticMemberExpires);
        all.put(protocol + ": a static member removed by the admin client", this::staticMemberRemoved);
        all.put(protocol + ": two with one instance id", this::sameInstance);
    }

    private void write(String topic, int partitions, int each) {
        try (KafkaProducer<String, String> producer = cluster.producer(Map.of())) {
            for (int number = 0; number < partitions * each; number++) {
                producer.send(new ProducerRecord<>(topic, number % partitions, null, "value-" + number));
            }
            producer.flush();
        }
    }

    /** Settings of a member whose session ends after six seconds. */
    private Map<String, Object> shortSession(Group group) throws Exception {
        VersionGroupChecks.sessionOfSixSeconds(cluster, group.id);
        Map<String, Object> settings = group.settings();
        settings.computeIfPresent("session.timeout.ms", (key, value) -> 6_000);
        return settings;
    }

    /** A session must not end early either; the last heartbeat may have been some time before this moment. */
    private static void sessionEnded(long since) {
        long milliseconds = (System.nanoTime() - since) / 1_000_000;
        that("not before the session ended, but after " + milliseconds + " ms", milliseconds > 5_000);
    }

    /** The process is killed, so nothing says goodbye: its session of six seconds has to end. */
    private void crash() throws Exception {
        int partitions = 3;
        String topic = cluster.create(Cluster.unique("crash"), partitions, Map.of());
        write(topic, partitions, RECORDS);
        try (Group group = new Group(cluster, "crash", flavour.settings())) {
            Map<String, Object> settings = shortSession(group);
            settings.put("enable.auto.commit", false);
            Victim.Process victim = Victim.start(cluster, topic, partitions, settings);
            victim.awaitCommit();
            victim.kill();
            long killed = System.nanoTime();
            group.join(topic);
            group.awaitShares(Map.of(topic, partitions), partitions);
            sessionEnded(killed);
            for (TopicPartition partition : Cluster.partitions(topic, partitions)) {
                within(Group.PATIENCE, () -> equal("read", RECORDS, group.offsets(partition).length()));
                equal("first", (int) Victim.COMMITTED, group.offsets(partition).nextSetBit(0));
            }
        }
    }

    /**
     * Settings of a member that sees a topic go. It would try to commit what it read of that topic for as long as a
     * rebalance may take, and asking for the topic would make it again.
     */
    private static Map<String, Object> seesTopicGo() {
        return Map.of("enable.auto.commit", false, "allow.auto.create.topics", false);
    }

    private void pattern() throws Exception {
        String prefix = Cluster.unique("pattern");
        cluster.create(prefix + ".a1", 2, Map.of());
        cluster.create(prefix + ".other", 2, Map.of());
        try (Group group = new Group(cluster, "pattern", flavour.settings())) {
            Pattern pattern = Pattern.compile(Pattern.quote(prefix) + "\\.a[0-9]");
            for (int member = 0; member < 2; member++) {
                group.join(seesTopicGo(), (consumer, listener) -> consumer.subscribe(pattern, listener));
            }
            group.awaitShares(Map.of(prefix + ".a1", 2), 1, 1);
            cluster.create(prefix + ".a2", 2, Map.of());
            write(prefix + ".a2", 2, RECORDS);
            group.awaitShares(Map.of(prefix + ".a1", 2, prefix + ".a2", 2), 2, 2);
            awaitReadOf(group, prefix + ".a2", 2);
            cluster.admin.deleteTopics(List.of(prefix + ".a1")).all().get();
            group.awaitShares(Map.of(prefix + ".a2", 2), 1, 1);
        }
    }

    private static void awaitReadOf(Group group, String topic, int partitions) throws Exception {
        for (TopicPartition partition : Cluster.partitions(topic, partitions)) {
            group.awaitRead(Map.of(partition, (long) RECORDS));
        }
    }

    private void partitionsAdded() throws Exception {
        String topic = cluster.create(Cluster.unique("grows"), 2, Map.of());
        try (Group group = new Group(cluster, "grows", flavour.settings())) {
            group.join(topic);
            group.join(topic);
            group.awaitShares(Map.of(topic, 2), 1, 1);
            cluster.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
            group.awaitShares(Map.of(topic, 5), 2, 3);
            write(topic, 5, RECORDS);
            awaitReadOf(group, topic, 5);
        }
    }

    private void topicDeleted() throws Exception {
        String stays = cluster.create(Cluster.unique("stays"), 2, Map.of());
        String goes = cluster.create(Cluster.unique("goes"), 2, Map.of());
        try (Group group = new Group(cluster, "deleted", flavour.settings())) {
            group.join(seesTopicGo(), stays, goes);
            group.join(seesTopicGo(), stays, goes);
            group.awaitShares(Map.of(stays, 2, goes, 2), 2, 2);
            cluster.admin.deleteTopics(List.of(goes)).all().get();
            group.awaitShares(Map.of(stays, 2), 1, 1);
            write(stays, 2, RECORDS);
            awaitReadOf(group, stays, 2);
        }
    }

    /** Within its session, a static member's share waits for it, and the other does not even notice. */
    private void staticMemberReturns() throws Exception {
        String topic = cluster.create(Cluster.unique("static"), 4, Map.of());
        write(topic, 4, RECORDS);
        try (Group group = new Group(cluster, "static", flavour.settings())) {
            Member one = group.join(Map.of("group.instance.id", "one"), topic);
            Member two = group.join(Map.of("group.instance.id", "two"), topic);
            group.awaitShares(Map.of(topic, 4), 2, 2);
            Set<TopicPartition> share = one.owned();
            int assignments = two.assignments();
            one.close();
            Member again = group.join(Map.of("group.instance.id", "one"), topic);
            group.awaitShares(Map.of(topic, 4), 2, 2);
            equal("the same share", share, again.owned());
            awaitReadOf(group, topic, 4);
            equal("assignments of the other", assignments, two.assignments());
        }
    }

    /** It goes without leaving, as static members do. */
    private void staticMemberExpires() throws Exception {
        String topic = cluster.create(Cluster.unique("expires"), 4, Map.of());
        try (Group group = new Group(cluster, "expires", flavour.settings())) {
            Map<String, Object> own = shortSession(group);
            own.put("group.instance.id", "one");
            Member one = group.join(own, topic);
            group.join(Map.of("group.instance.id", "two"), topic);
            group.awaitShares(Map.of(topic, 4), 2, 2);
            long gone = System.nanoTime();
            one.close();
            group.awaitShares(Map.of(topic, 4), 4);
            sessionEnded(gone);
        }
    }

    private void staticMemberRemoved() throws Exception {
        String topic = cluster.create(Cluster.unique("removed"), 4, Map.of());
        try (Group group = new Group(cluster, "removed", flavour.settings())) {
            Member one = group.join(Map.of("group.instance.id", "one"), topic);
            group.join(Map.of("group.instance.id", "two"), topic);
            group.awaitShares(Map.of(topic, 4), 2, 2);
            one.close();
            cluster.admin.removeMembersFromConsumerGroup(group.id,
                    new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("one")))).all().get();
            group.awaitShares(Map.of(topic, 4), 4);
        }
    }

    /** In a classic group the second fences the first; in a consumer group the second is refused while the first lives. */
    private void sameInstance() throws Exception {
        String topic = cluster.create(Cluster.unique("instance"), 2, Map.of());
        Map<String, Object> own = Map.of("group.instance.id", "the-one");
        try (Group group = new Group(cluster, "instance", flavour.settings())) {
            Member first = group.join(own, topic);
            group.awaitShares(Map.of(topic, 2), 2);
            Member second = group.join(own, topic);
            boolean classic = flavour.equals(Flavour.CLASSIC);
            Member refused = classic ? first : second;
            within(Group.PATIENCE, () -> that("one is refused", refused.failure() != null));
            equal("by", classic ? "FencedInstanceIdException" : "UnreleasedInstanceIdException",
                    refused.failure().getClass().getSimpleName());
            within(Group.PATIENCE, () -> equal("owned by the other", 2, (classic ? second : first).owned().size()));
        }
    }
}
