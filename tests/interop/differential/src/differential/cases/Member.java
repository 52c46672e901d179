package differential.cases;

import differential.Talk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * A member of a classic group: a client with a name and a connection of its own, so that it can be kept waiting. What it does
 * here prepares a case and is not compared.
 */
final class Member {
    private final Talk talk;
    private final String client;
    private final String group;
    private final Consumer<JoinGroupRequestData> wish;
    private String id = "";
    private int generation = Groups.NO_GENERATION;

    /** @param wish what its JoinGroup says otherwise than {@link Groups#join} */
    Member(Talk talk, String client, String group, Consumer<JoinGroupRequestData> wish) {
        this.talk = talk;
        this.client = client;
        this.group = group;
        this.wish = wish;
    }

    Member(Talk talk, String client, String group) {
        this(talk, client, group, it -> { });
    }

    /** A group of one member, stable in generation 1. */
    static Member alone(Talk talk, String group, Consumer<JoinGroupRequestData> wish) throws Exception {
        Member member = new Member(talk, "a", group, wish);
        member.enter();
        member.sync();
        return member;
    }

    static Member alone(Talk talk, String group) throws Exception {
        return alone(talk, group, it -> { });
    }

    /** A group of one static member. */
    static Member aloneStatic(Talk talk, String group, String instance) throws Exception {
        return alone(talk, group, it -> it.setGroupInstanceId(instance));
    }

    /** A stable group of two, in generation 2; the first leads. */
    static List<Member> pair(Talk talk, String group, Consumer<JoinGroupRequestData> wish) throws Exception {
        Member first = alone(talk, group, wish);
        Member second = new Member(talk, "b", group, wish);
        first.let(second);
        syncAll(first, second);
        return List.of(first, second);
    }

    static List<Member> pair(Talk talk, String group) throws Exception {
        return pair(talk, group, it -> { });
    }

    String id() {
        return id;
    }

    String group() {
        return group;
    }

    int generation() {
        return generation;
    }

    /** Later requests are this member's. */
    Talk speaks() {
        return talk.on(client).as(client);
    }

    JoinGroupRequestData joinRequest() {
        JoinGroupRequestData request = Groups.join(group, id);
        wish.accept(request);
        return request;
    }

    /** Asks for an id, if it needs one; not for a static member, which is one at once. */
    void takeId() throws Exception {
        JoinGroupResponseData answer = speaks().prepare(joinRequest(), Groups.JOIN_VERSION);
        expect(Errors.MEMBER_ID_REQUIRED, answer.errorCode());
        id = answer.memberId();
    }

    private boolean isStatic() {
        return joinRequest().groupInstanceId() != null;
    }

    /** Joins a group that lets it in without waiting for others. */
    void enter() throws Exception {
        if (id.isEmpty() && !isStatic()) {
            takeId();
        }
        joined(speaks().prepare(joinRequest(), Groups.JOIN_VERSION));
    }

    /** Sends its JoinGroup, which waits for others. */
    int beginJoin() throws Exception {
        if (id.isEmpty() && !isStatic()) {
            takeId();
        }
        return speaks().send(joinRequest(), Groups.JOIN_VERSION);
    }

    void endJoin(int correlationId) throws Exception {
        joined(speaks().preparedOf(ApiMessageType.JOIN_GROUP, Groups.JOIN_VERSION, correlationId));
    }

    private void joined(JoinGroupResponseData answer) {
        expect(Errors.NONE, answer.errorCode());
        learn(answer);
    }

    /** What it is and where, if it was let in. */
    void learn(JoinGroupResponseData answer) {
        id = answer.memberId();
        generation = answer.generationId();
    }

    /** This member notices that others want to join. */
    void awaitRebalance() throws Exception {
        speaks().<HeartbeatResponseData>prepareUntil(Groups.heartbeat(group, id, generation), Groups.HEARTBEAT_VERSION,
            it -> it.errorCode() == Errors.REBALANCE_IN_PROGRESS.code());
    }

    /** Another joins, and this one again, the leader; nobody has synced yet. */
    void let(Member other) throws Exception {
        int waiting = other.beginJoin();
        awaitRebalance();
        enter();
        other.endJoin(waiting);
    }

    SyncGroupRequestData syncRequest(SyncGroupRequestAssignment... assignments) {
        return Groups.sync(group, id, generation, assignments).setProtocolType("consumer").setProtocolName("range");
    }

    void sync() throws Exception {
        SyncGroupResponseData answer = speaks().prepare(syncRequest(Groups.assignment(id, "all of it")), Groups.SYNC_VERSION);
        expect(Errors.NONE, answer.errorCode());
    }

    /** The first is the leader. */
    static void syncAll(Member leader, Member... others) throws Exception {
        Map<Member, Integer> waiting = new TreeMap<>((one, two) -> one.client.compareTo(two.client));
        List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
        assignments.add(Groups.assignment(leader.id, "work of " + leader.client));
        for (Member other : others) {
            assignments.add(Groups.assignment(other.id, "work of " + other.client));
            waiting.put(other, other.speaks().send(other.syncRequest(), Groups.SYNC_VERSION));
        }
        SyncGroupRequestData request = leader.syncRequest(assignments.toArray(SyncGroupRequestAssignment[]::new));
        expect(Errors.NONE, leader.speaks().<SyncGroupResponseData>prepare(request, Groups.SYNC_VERSION).errorCode());
        for (Map.Entry<Member, Integer> one : waiting.entrySet()) {
            one.getKey().speaks().preparedOf(ApiMessageType.SYNC_GROUP, Groups.SYNC_VERSION, one.getValue());
        }
    }

    void leave() throws Exception {
        speaks().prepare(Groups.leave(Groups.LEAVE_VERSION, group, id), Groups.LEAVE_VERSION);
    }

    private static void expect(Errors wanted, short code) {
        if (Errors.forCode(code) != wanted) {
            throw new IllegalStateException("expected " + wanted + ", and it is " + Errors.forCode(code));
        }
    }
}
