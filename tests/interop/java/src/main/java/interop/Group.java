package interop;

import static interop.Checks.equal;
import static interop.Checks.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A group and what its members in this process own and have read. A partition with two owners fails the next wait. */
final class Group implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final String id;
    final Cluster cluster;
    private final Map<String, Object> settings;
    private final List<Member> members = new ArrayList<>();
    private final Map<TopicPartition, Member> owners = new HashMap<>();
    private final Map<TopicPartition, BitSet> read = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    Group(Cluster cluster, String name, Map<String, Object> settings) {
        this.id = Cluster.unique(name);
        this.cluster = cluster;
        this.settings = settings;
    }

    Member join(String... topics) {
        return join(Map.of(), topics);
    }

    /** A further member with settings of its own. */
    Member join(Map<String, Object> own, String... topics) {
        return join(own, (consumer, listener) -> consumer.subscribe(List.of(topics), listener));
    }

    Member join(Map<String, Object> own, Member.Subscription subscription) {
        Map<String, Object> all = settings();
        all.putAll(own);
        Member member = new Member(this, all, subscription);
        synchronized (this) {
            members.add(member);
        }
        return member;
    }

    /** The settings of a member that this class does not watch. */
    Map<String, Object> settings() {
        Map<String, Object> all = new HashMap<>(Map.of("group.id", id, "auto.offset.reset", "earliest",
                "enable.auto.commit", true, "metadata.max.age.ms", 500));
        all.putAll(settings);
        return all;
    }

    synchronized void claim(Member member, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            if (owners.put(partition, member) != null) {
                violations.add(partition + " was assigned while it had an owner");
            }
        }
    }

    synchronized void release(Member member, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> owners.remove(partition, member));
    }

    synchronized void gone(Member member) {
        owners.values().removeIf(member::equals);
        members.remove(member);
    }

    synchronized void consumed(ConsumerRecord<String, String> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        read.computeIfAbsent(partition, unused -> new BitSet()).set((int) record.offset());
    }

    synchronized Set<TopicPartition> ownedBy(Member member) {
        return owners.keySet().stream().filter(partition -> owners.get(partition) == member).collect(Collectors.toSet());
    }

    /** The offsets of a partition that were read. */
    synchronized BitSet offsets(TopicPartition partition) {
        return (BitSet) read.getOrDefault(partition, new BitSet()).clone();
    }

    private synchronized List<Integer> shares() {
        return members.stream().map(member -> ownedBy(member).size()).sorted().collect(Collectors.toList());
    }

    private synchronized Set<TopicPartition> owned() {
        return new HashSet<>(owners.keySet());
    }

    /** Waits until exactly these topics' partitions are owned, so many by each of the members. */
    void awaitShares(Map<String, Integer> topics, Integer... shares) throws Exception {
        Set<TopicPartition> expected = new HashSet<>();
        topics.forEach((topic, count) -> expected.addAll(Cluster.partitions(topic, count)));
        Arrays.sort(shares);
        within(PATIENCE, () -> {
            equal("owned", expected, owned());
            equal("shares", List.of(shares), shares());
        });
        noViolations();
    }

    /** Waits until every record of these partitions was read by some member. */
    void awaitRead(Map<TopicPartition, Long> ends) throws Exception {
        within(PATIENCE, () -> ends.forEach((partition, end) ->
                equal("first offset of " + partition + " that nobody read", end, (long) offsets(partition).nextClearBit(0))));
        noViolations();
    }

    synchronized void noViolations() {
        equal("violations", List.of(), violations);
    }

    @Override
    public void close() {
        List<Member> left;
        synchronized (this) {
            left = List.copyOf(members);
        }
        left.forEach(Member::close);
    }
}
