package differential.cases;

import differential.Talk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.Errors;

/** Requests of groups, and groups that cases begin with. */
final class Groups {
    /** Within the limits of {@link differential.Setting#GROUPS}, and longer than any case. */
    static final int LONG_MS = 60_000;
    /** The versions that preparations use. */
    static final short FIND_VERSION = 6;
    static final short DESCRIBE_VERSION = 5;
    static final short JOIN_VERSION = 9;
    static final short SYNC_VERSION = 5;
    static final short HEARTBEAT_VERSION = 4;
    static final short LEAVE_VERSION = 5;
    static final int NO_GENERATION = -1;
    private static final Set<Errors> NOT_YET =
        Set.of(Errors.COORDINATOR_NOT_AVAILABLE, Errors.NOT_COORDINATOR, Errors.COORDINATOR_LOAD_IN_PROGRESS);

    private Groups() {}

    /** The name of a group of this case, whose coordinator is there. */
    static String named(Talk talk, String suffix) throws Exception {
        String group = talk.name(suffix);
        ready(talk, group);
        return group;
    }

    /** Waits until the coordinators of these groups answer. */
    static void ready(Talk talk, String... groups) throws Exception {
        FindCoordinatorRequestData find = new FindCoordinatorRequestData().setCoordinatorKeys(List.of(groups));
        talk.<FindCoordinatorResponseData>prepareUntil(find, FIND_VERSION,
            it -> it.coordinators().stream().allMatch(found -> found.errorCode() == 0));
        DescribeGroupsRequestData describe = new DescribeGroupsRequestData().setGroups(List.of(groups));
        talk.<DescribeGroupsResponseData>prepareUntil(describe, DESCRIBE_VERSION,
            it -> it.groups().stream().noneMatch(group -> NOT_YET.contains(Errors.forCode(group.errorCode()))));
    }

    /** JoinGroup of a consumer that subscribes to nothing. */
    static JoinGroupRequestData join(String group, String memberId) {
        return join(group, memberId, "consumer", protocol("range", subscription()));
    }

    static JoinGroupRequestData join(String group, String memberId, String type, JoinGroupRequestProtocol... protocols) {
        JoinGroupRequestData request = new JoinGroupRequestData().setGroupId(group).setMemberId(memberId).setProtocolType(type)
            .setSessionTimeoutMs(LONG_MS).setRebalanceTimeoutMs(LONG_MS);
        for (JoinGroupRequestProtocol protocol : protocols) {
            request.protocols().mustAdd(protocol);
        }
        return request;
    }

    static JoinGroupRequestProtocol protocol(String name, byte... metadata) {
        return new JoinGroupRequestProtocol().setName(name).setMetadata(metadata);
    }

    /** What a consumer says of itself. */
    static byte[] subscription(String... topics) {
        ByteBuffer bytes = ConsumerProtocol.serializeSubscription(new Subscription(List.of(topics)));
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    static SyncGroupRequestData sync(String group, String memberId, int generation, SyncGroupRequestAssignment... assignments) {
        return new SyncGroupRequestData().setGroupId(group).setMemberId(memberId).setGenerationId(generation)
            .setAssignments(new ArrayList<>(List.of(assignments)));
    }

    /** The same as its version has it: version 5 must say the protocol. */
    static SyncGroupRequestData sync(int version, String group, String memberId, int generation, SyncGroupRequestAssignment... assignments) {
        SyncGroupRequestData request = sync(group, memberId, generation, assignments);
        return version < SYNC_VERSION ? request : request.setProtocolType("consumer").setProtocolName("range");
    }

    static SyncGroupRequestAssignment assignment(String memberId, String what) {
        return new SyncGroupRequestAssignment().setMemberId(memberId).setAssignment(what.getBytes());
    }

    /** The generation, or member epoch, those next to it, and those that mean something else or nothing. */
    static int[] around(int generation) {
        return new int[] {generation, generation - 1, generation + 1, 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
    }

    static HeartbeatRequestData heartbeat(String group, String memberId, int generation) {
        return new HeartbeatRequestData().setGroupId(group).setMemberId(memberId).setGenerationId(generation);
    }

    /** LeaveGroup of one member, as the version has it. */
    static LeaveGroupRequestData leave(int version, String group, String memberId) {
        return version < 3 ? new LeaveGroupRequestData().setGroupId(group).setMemberId(memberId) : leave(group, identity(memberId, null));
    }

    static LeaveGroupRequestData leave(String group, MemberIdentity... members) {
        return new LeaveGroupRequestData().setGroupId(group).setMembers(new ArrayList<>(List.of(members)));
    }

    static MemberIdentity identity(String memberId, String instanceId) {
        return new MemberIdentity().setMemberId(memberId).setGroupInstanceId(instanceId);
    }

    static DescribeGroupsRequestData describe(String... groups) {
        return new DescribeGroupsRequestData().setGroups(List.of(groups));
    }

    /** What has become of a group, compared; all of it is in the answer, which says more than the errors do. */
    static void show(Talk talk, String step, String group) throws Exception {
        talk.on("main").ask(step, describe(group), DESCRIBE_VERSION);
    }

    /** Waits until a group is there: whoever gets an id, and no more, is answered before the group is written down. */
    static void awaitThere(Talk talk, String group) throws Exception {
        talk.on("main").<DescribeGroupsResponseData>prepareUntil(describe(group), DESCRIBE_VERSION,
            it -> !it.groups().get(0).groupState().equals("Dead"));
    }

    /** Waits until it has come to this state. */
    static void showUntil(Talk talk, String step, String group, String state) throws Exception {
        talk.on("main").<DescribeGroupsResponseData>eventually(step, describe(group), DESCRIBE_VERSION,
            it -> it.groups().get(0).groupState().equals(state));
    }
}
