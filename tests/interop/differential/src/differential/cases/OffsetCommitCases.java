package differential.cases;

import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;

/** OffsetCommit. What it did is read with OffsetFetch. */
final class OffsetCommitCases extends Cases {
    /** The first version in which topics go by id. */
    static final int BY_ID = 10;
    private static final short PREPARING_VERSION = 9;
    private static final Versions SINCE_STATIC = new Versions(7, Short.MAX_VALUE);

    OffsetCommitCases() {
        super("OffsetCommit");
        add("no coordinator", OffsetCommitCases::noCoordinator);
        under(Setting.GROUPS);
        add("group without a name", OffsetCommitCases::noName);
        besideOthers();
        malformed(talk -> commit(talk, named(talk, "g"), Topic.create(talk, "t", 2), at(0, 5).setCommittedMetadata("m")));
        add("without a group", OffsetCommitCases::simple);
        add("no group", OffsetCommitCases::noGroup);
        add("offsets", OffsetCommitCases::offsets);
        add("metadata", OffsetCommitCases::metadata);
        add("leader epochs", new Versions(6, Short.MAX_VALUE), OffsetCommitCases::epochs);
        add("retention", new Versions(2, 4), OffsetCommitCases::retention);
        add("unknown topics", OffsetCommitCases::unknown);
        add("twice the same", OffsetCommitCases::twice);
        add("nothing", OffsetCommitCases::nothing);
        add("a member", OffsetCommitCases::member);
        add("others than members", OffsetCommitCases::others);
        add("states", OffsetCommitCases::states);
        add("static", SINCE_STATIC, OffsetCommitCases::staticMember);
        add("large", OffsetCommitCases::large);
        add("topic of another group's offsets", OffsetCommitCases::internalTopic);
    }

    static OffsetCommitRequestPartition at(int partition, long offset) {
        return new OffsetCommitRequestPartition().setPartitionIndex(partition).setCommittedOffset(offset);
    }

    static OffsetCommitRequestTopic topic(Topic topic, OffsetCommitRequestPartition... partitions) {
        return new OffsetCommitRequestTopic().setName(topic.name()).setTopicId(topic.id())
            .setPartitions(new ArrayList<>(List.of(partitions)));
    }

    static OffsetCommitRequestData commit(String group, OffsetCommitRequestTopic... topics) {
        return new OffsetCommitRequestData().setGroupId(group).setTopics(new ArrayList<>(List.of(topics)));
    }

    static OffsetCommitRequestData commit(Talk talk, String group, Topic topic, OffsetCommitRequestPartition... partitions) {
        return commit(group, topic(topic, partitions));
    }

    private static OffsetCommitRequestData by(OffsetCommitRequestData request, String member, int generation) {
        return request.setMemberId(member).setGenerationIdOrMemberEpoch(generation);
    }

    /** Commits without a member, which is expected to succeed. */
    static void prepare(Talk talk, OffsetCommitRequestData request) throws Exception {
        OffsetCommitResponseData answer = talk.prepare(request, PREPARING_VERSION);
        boolean done = answer.topics().stream().flatMap(it -> it.partitions().stream()).allMatch(it -> it.errorCode() == 0);
        if (!done) {
            throw new IllegalStateException("not committed: " + answer);
        }
    }

    /** Makes a group that holds an offset, and has no members; returns the topic. */
    static Topic commitSome(Talk talk, String group) throws Exception {
        Topic topic = Topic.create(talk, "t" + Math.abs(group.hashCode()), 2);
        prepare(talk, commit(talk, group, topic, at(0, 5)));
        return topic;
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("nobody", commit(talk, "g", topic, at(0, 1)));
        talk.ask("a member", by(commit(talk, "g", topic, at(0, 1)), "m", 1));
        talk.ask("no name", commit(talk, "", topic, at(0, 1)));
        talk.ask("unknown topic", commit(talk, "g", Requests.unknown(talk), at(0, 1)));
        talk.ask("unknown partition", commit(talk, "g", topic, at(0, 1), at(7, 1)));
        talk.ask("nothing", commit("g"));
        talk.ask("topic twice", commit("g", topic(topic, at(0, 1)), topic(topic, at(0, 2))));
    }

    private static void simple(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 3);
        talk.ask("first", commit(talk, group, topic, at(0, 5), at(1, 6)));
        OffsetFetchCases.show(talk, "first shown", group, topic);
        Groups.show(talk, "the group", group);
        talk.ask("again", commit(talk, group, topic, at(1, 4), at(2, 0)));
        OffsetFetchCases.show(talk, "again shown", group, topic);
        talk.ask("a member that there is not", by(commit(talk, group, topic, at(0, 7)), "m", -1));
        OffsetFetchCases.show(talk, "that is not heard", group, topic);
    }

    /** There is one for all cases, so that this runs alone, and takes it away. */
    private static void noName(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        Groups.ready(talk, "");
        talk.ask("no topics", commit(""));
        talk.ask("a member", by(commit(talk, "", topic, at(0, 1)), "m", 1));
        talk.ask("nobody", commit(talk, "", topic, at(0, 1)));
        Groups.show(talk, "shown", "");
        OffsetFetchCases.show(talk, "its offsets", "", topic);
        talk.ask("not from members", by(commit(talk, "", topic, at(0, 1)), "m", 1));
        DeleteGroupsCases.prepare(talk, "");
    }

    private static void noGroup(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        String group = named(talk, "g");
        talk.ask("a member of no group", by(commit(talk, group, topic, at(0, 1)), "m", 1));
        talk.ask("a generation of no group", by(commit(talk, group, topic, at(0, 1)), "", 0));
        Groups.show(talk, "none was made", group);
        talk.ask("an id, no generation", by(commit(talk, group, topic, at(0, 1)), "m", -1));
        Groups.show(talk, "one was made", group);
        String other = named(talk, "h");
        talk.ask("least generation", by(commit(talk, other, topic, at(0, 1)), "", Integer.MIN_VALUE));
        talk.ask("a generation of a group without members", by(commit(talk, other, topic, at(0, 1)), "", 0));
        talk.ask("a member of a group without members", by(commit(talk, other, topic, at(0, 1)), "m", 0));
    }

    private static void offsets(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        for (long offset : new long[] {0, -1, -2, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000}) {
            talk.ask("offset " + offset, commit(talk, group, topic, at(0, offset)));
            OffsetFetchCases.show(talk, "shown " + offset, group, topic);
        }
    }

    private static void metadata(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 2);
        String[] each = {null, "", "x", "m".repeat(4096), "m".repeat(4097), "ü".repeat(4096), "ü".repeat(4097), "\ud83d\ude00".repeat(2048),
            "\ud83d\ude00".repeat(2048) + "x", "m".repeat(30_000)};
        for (int i = 0; i < each.length; i++) {
            talk.ask("metadata " + i, commit(talk, group, topic, at(0, i).setCommittedMetadata(each[i]), at(1, i).setCommittedMetadata("x")));
            OffsetFetchCases.show(talk, "shown " + i, group, topic);
        }
    }

    private static void epochs(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        for (int epoch : new int[] {0, -1, -2, 7, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("epoch " + epoch, commit(talk, group, topic, at(0, 1).setCommittedLeaderEpoch(epoch)));
            OffsetFetchCases.show(talk, "shown " + epoch, group, topic);
        }
    }

    private static void retention(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        for (long retention : new long[] {-1, -2, Long.MIN_VALUE, 0, 1, Long.MAX_VALUE}) {
            talk.ask("retention " + retention, commit(talk, group, topic, at(0, 1)).setRetentionTimeMs(retention));
            OffsetFetchCases.show(talk, "shown " + retention, group, topic);
        }
    }

    private static void unknown(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 2);
        Topic unknown = Requests.unknown(talk);
        talk.ask("topic", commit(talk, group, unknown, at(0, 1), at(1, 1)));
        talk.ask("partitions", commit(talk, group, topic, at(2, 1), at(-1, 1), at(Integer.MAX_VALUE, 1)));
        Groups.show(talk, "no group is made", group);
        talk.ask("no id", commit(talk, group, new Topic(topic.name(), Uuid.ZERO_UUID), at(0, 1)));
        talk.ask("known and unknown", commit(group, topic(topic, at(0, 1), at(9, 1), at(1, 2)), topic(unknown, at(0, 1))));
        talk.ask("unknown and known", commit(group, topic(unknown, at(0, 1)), topic(topic, at(9, 1), at(0, 3))));
        OffsetFetchCases.show(talk, "shown", group, topic);
        int nth = 0;
        for (String name : new String[] {"", ".", "a b", "x".repeat(250)}) {
            talk.ask("name " + nth++, commit(talk, group, new Topic(name, new Uuid(3, 4)), at(0, 1)));
        }
        talk.ask("unknown topic, unknown member", by(commit(talk, group, unknown, at(0, 1)), "m", 1));
        talk.ask("known and unknown topics, unknown member", by(commit(group, topic(unknown, at(0, 1)), topic(topic, at(0, 1))), "m", 1));
    }

    private static void twice(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 2);
        Topic other = Topic.create(talk, "u", 2);
        talk.ask("partition", commit(talk, group, topic, at(0, 1), at(0, 2)));
        OffsetFetchCases.show(talk, "partition shown", group, topic);
        talk.ask("topic", commit(group, topic(topic, at(0, 3)), topic(topic, at(1, 4))));
        talk.ask("topic and partition", commit(group, topic(topic, at(0, 5)), topic(topic, at(0, 6))));
        talk.ask("others between", commit(group, topic(topic, at(0, 7)), topic(other, at(0, 8)), topic(topic, at(1, 9))));
        OffsetFetchCases.show(talk, "shown", group, topic);
        talk.ask("unknown topic", commit(group, topic(Requests.unknown(talk), at(0, 3)), topic(Requests.unknown(talk), at(0, 4))));
        talk.ask("unknown partition", commit(group, topic(topic, at(7, 3), at(7, 4), at(0, 1))));
        talk.ask("unknown partition, topic twice", commit(group, topic(topic, at(7, 3)), topic(topic, at(8, 3)), topic(topic, at(0, 3))));
    }

    private static void nothing(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 2);
        talk.ask("no topics", commit(group));
        talk.ask("no partitions", commit(talk, group, topic));
        talk.ask("no partitions and some", commit(group, topic(topic), topic(topic, at(0, 1))));
        talk.ask("no partitions of an unknown topic", commit(group, topic(Requests.unknown(talk))));
        talk.ask("no topics, unknown member", by(commit(group), "m", 1));
        Groups.show(talk, "shown", group);
    }

    private static void member(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        Member member = Member.alone(talk, group);
        talk.on("main");
        for (int generation : new int[] {1, 0, 2, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("generation " + generation, by(commit(talk, group, topic, at(0, generation)), member.id(), generation));
        }
        OffsetFetchCases.show(talk, "shown", group, topic);
        member.leave();
        talk.on("main").ask("it has left", by(commit(talk, group, topic, at(0, 9)), member.id(), 1));
        talk.ask("it has left, no generation", by(commit(talk, group, topic, at(0, 8)), member.id(), -1));
        OffsetFetchCases.show(talk, "shown again", group, topic);
    }

    private static void others(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        Member.alone(talk, group);
        Member other = Member.alone(talk, named(talk, "h"));
        Member pending = new Member(talk, "b", group);
        pending.takeId();
        talk.on("main");
        talk.ask("nobody", commit(talk, group, topic, at(0, 1)));
        talk.ask("nobody, a generation", by(commit(talk, group, topic, at(0, 1)), "", 1));
        talk.ask("unknown", by(commit(talk, group, topic, at(0, 1)), "m", 1));
        talk.ask("unknown, no generation", by(commit(talk, group, topic, at(0, 1)), "m", -1));
        talk.ask("of another group", by(commit(talk, group, topic, at(0, 1)), other.id(), 1));
        talk.ask("pending", by(commit(talk, group, topic, at(0, 1)), pending.id(), 1));
        talk.ask("pending, no generation", by(commit(talk, group, topic, at(0, 1)), pending.id(), -1));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }

    private static void states(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        Member leader = new Member(talk, "a", group);
        leader.enter();
        leader.speaks().ask("before the sync", by(commit(talk, group, topic, at(0, 1)), leader.id(), 1));
        leader.sync();
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        leader.speaks().ask("while another joins", by(commit(talk, group, topic, at(0, 2)), leader.id(), 1));
        talk.on("main").ask("the other", by(commit(talk, group, topic, at(0, 3)), follower.id(), 1));
        leader.enter();
        follower.endJoin(waiting);
        leader.speaks().ask("generation before", by(commit(talk, group, topic, at(0, 4)), leader.id(), 1));
        leader.speaks().ask("before the second sync", by(commit(talk, group, topic, at(0, 5)), leader.id(), 2));
        Member.syncAll(leader, follower);
        follower.speaks().ask("stable", by(commit(talk, group, topic, at(0, 6)), follower.id(), 2));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }

    private static void staticMember(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        Member member = Member.aloneStatic(talk, group, "i");
        talk.on("main");
        talk.ask("with its name", by(commit(talk, group, topic, at(0, 1)), member.id(), 1).setGroupInstanceId("i"));
        talk.ask("without its name", by(commit(talk, group, topic, at(0, 2)), member.id(), 1));
        talk.ask("another name", by(commit(talk, group, topic, at(0, 3)), member.id(), 1).setGroupInstanceId("j"));
        talk.ask("another id", by(commit(talk, group, topic, at(0, 4)), "nobody", 1).setGroupInstanceId("i"));
        talk.ask("no id", by(commit(talk, group, topic, at(0, 5)), "", 1).setGroupInstanceId("i"));
        talk.ask("no id, no generation", by(commit(talk, group, topic, at(0, 6)), "", -1).setGroupInstanceId("i"));
        talk.ask("another generation", by(commit(talk, group, topic, at(0, 7)), member.id(), 3).setGroupInstanceId("i"));
        OffsetFetchCases.show(talk, "shown", group, topic);
        String none = named(talk, "none");
        talk.ask("no group", by(commit(talk, none, topic, at(0, 7)), "m", 3).setGroupInstanceId("i"));
        talk.ask("no group, a name alone", commit(talk, none, topic, at(0, 7)).setGroupInstanceId("i"));
    }

    /** More than a batch of the topic of groups can hold. */
    private static void large(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        OffsetCommitRequestPartition[] partitions = new OffsetCommitRequestPartition[300];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = at(0, i).setCommittedMetadata("m".repeat(4096));
        }
        talk.ask("1.2 MB", commit(talk, group, topic, partitions));
        OffsetFetchCases.show(talk, "shown", group, topic);
        Groups.show(talk, "the group", group);
    }

    private static void internalTopic(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.ofName(talk, "__consumer_offsets", 1);
        talk.ask("commit", commit(talk, group, topic, at(0, 1), at(3, 1)));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }
}
