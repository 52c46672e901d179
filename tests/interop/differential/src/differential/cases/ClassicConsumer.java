package differential.cases;

import static differential.cases.Groups.protocol;

import differential.Talk;
import differential.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * A member of the classic protocol that reads a topic: it says what it reads and has as consumers do, and has what it is told.
 * What it does step by step is compared.
 */
final class ClassicConsumer {
    private final Topic topic;
    private final String instance;
    private final Member member;
    private List<Integer> owned = List.of();

    /** @param instance the name of a static member; null for none */
    ClassicConsumer(Talk talk, String client, String group, Topic topic, String instance) {
        this.topic = topic;
        this.instance = instance;
        this.member = new Member(talk, client, group, this::say);
    }

    ClassicConsumer(Talk talk, String client, String group, Topic topic) {
        this(talk, client, group, topic, null);
    }

    /** A stable classic group of one, `a`, that has these partitions. */
    static ClassicConsumer alone(Talk talk, String group, Topic topic, Integer... partitions) throws Exception {
        return found(new ClassicConsumer(talk, "a", group, topic), partitions);
    }

    /** The same of a static member. */
    static ClassicConsumer aloneStatic(Talk talk, String group, Topic topic, String instance, Integer... partitions) throws Exception {
        return found(new ClassicConsumer(talk, "a", group, topic, instance), partitions);
    }

    private static ClassicConsumer found(ClassicConsumer founder, Integer... partitions) throws Exception {
        founder.member.enter();
        founder.member.speaks().prepare(founder.member.syncRequest(founder.isToHave(partitions)), Groups.SYNC_VERSION);
        founder.owned = List.of(partitions);
        return founder;
    }

    /** A stable classic group of two, `a` and `b`; the first leads. Each has half of the topic. */
    static List<ClassicConsumer> pair(Talk talk, String group, Topic topic, int partitions) throws Exception {
        Integer[] all = new Integer[partitions];
        Arrays.setAll(all, it -> it);
        ClassicConsumer one = alone(talk, group, topic, all);
        ClassicConsumer two = new ClassicConsumer(talk, "b", group, topic);
        one.member.let(two.member);
        one.owned = List.of(all).subList(0, partitions / 2);
        two.owned = List.of(all).subList(partitions / 2, partitions);
        int waiting = two.member.speaks().send(two.member.syncRequest(), Groups.SYNC_VERSION);
        SyncGroupRequestAssignment[] work = {one.isToHave(one.owned.toArray(Integer[]::new)), two.isToHave(two.owned.toArray(Integer[]::new))};
        one.member.speaks().prepare(one.member.syncRequest(work), Groups.SYNC_VERSION);
        two.member.speaks().preparedOf(ApiMessageType.SYNC_GROUP, Groups.SYNC_VERSION, waiting);
        return List.of(one, two);
    }

    /** Has joined a consumer group, whose members need not wait for it, and knows what it has. */
    static ClassicConsumer among(Talk talk, String client, String group, Topic topic, String instance) throws Exception {
        ClassicConsumer joined = new ClassicConsumer(talk, client, group, topic, instance);
        joined.member.enter();
        joined.told(joined.member.speaks().prepare(joined.member.syncRequest(), Groups.SYNC_VERSION));
        return joined;
    }

    Member member() {
        return member;
    }

    String id() {
        return member.id();
    }

    private void say(JoinGroupRequestData request) {
        request.setGroupInstanceId(instance);
        request.protocols().clear();
        request.protocols().mustAdd(protocol("range", subscription()));
    }

    private byte[] subscription() {
        List<TopicPartition> has = owned.stream().map(it -> new TopicPartition(topic.name(), it)).toList();
        return array(ConsumerProtocol.serializeSubscription(
            new Subscription(List.of(topic.name()), null, has, member.generation(), Optional.empty())));
    }

    /** As a leader of the classic protocol assigns it. */
    SyncGroupRequestAssignment isToHave(Integer... partitions) {
        return new SyncGroupRequestAssignment().setMemberId(member.id()).setAssignment(assignment(topic, null, partitions));
    }

    static byte[] assignment(Topic topic, ByteBuffer userData, Integer... partitions) {
        List<TopicPartition> has = Arrays.stream(partitions).map(it -> new TopicPartition(topic.name(), it)).toList();
        return array(ConsumerProtocol.serializeAssignment(new Assignment(has, userData)));
    }

    private static byte[] array(ByteBuffer bytes) {
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    /** Joins, with an id if it must have one, and learns where the group is if it is let in. */
    JoinGroupResponseData joins(String step) throws Exception {
        return joins(step, Groups.JOIN_VERSION);
    }

    JoinGroupResponseData joins(String step, short version) throws Exception {
        JoinGroupResponseData answer = member.speaks().ask(step, member.joinRequest(), version);
        if (answer.errorCode() == Errors.MEMBER_ID_REQUIRED.code()) {
            member.learn(answer);
            answer = member.speaks().ask(step + " with an id", member.joinRequest(), version);
        }
        if (answer.errorCode() == Errors.NONE.code()) {
            member.learn(answer);
        }
        return answer;
    }

    /** Syncs, as a leader if it says who is to have what. */
    void syncs(String step, SyncGroupRequestAssignment... assignments) throws Exception {
        told(member.speaks().ask(step, member.syncRequest(assignments), Groups.SYNC_VERSION));
    }

    private void told(SyncGroupResponseData answer) {
        if (answer.errorCode() == Errors.NONE.code() && answer.assignment().length > 0) {
            owned = new ArrayList<>(ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(answer.assignment())).partitions().stream()
                .map(TopicPartition::partition).toList());
        }
    }

    /** Comes to the newest target: gives up what it must not have, and takes what it is given. */
    void follows(String step) throws Exception {
        joins(step + ", joins");
        syncs(step + ", syncs");
    }

    void beats(String step) throws Exception {
        member.speaks().ask(step, Groups.heartbeat(member.group(), member.id(), member.generation()).setGroupInstanceId(instance),
            Groups.HEARTBEAT_VERSION);
    }

    void leaves(String step) throws Exception {
        member.speaks().ask(step, Groups.leave(member.group(), Groups.identity(member.id(), instance)), Groups.LEAVE_VERSION);
    }

    /** Of the partition, by this generation. */
    OffsetCommitRequestData commit(int generation, int partition, long offset) {
        return OffsetCommitCases.commit(member.group(), OffsetCommitCases.topic(topic, OffsetCommitCases.at(partition, offset)))
            .setMemberId(member.id()).setGenerationIdOrMemberEpoch(generation).setGroupInstanceId(instance);
    }
}
