package differential.cases;

import static differential.cases.Groups.assignment;
import static differential.cases.Groups.named;
import static differential.cases.Groups.sync;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;

/** SyncGroup. */
final class SyncGroupCases extends Cases {
    private static final Versions SINCE_STATIC = new Versions(3, Short.MAX_VALUE);
    private static final Versions SINCE_PROTOCOLS = new Versions(5, Short.MAX_VALUE);

    SyncGroupCases() {
        super("SyncGroup");
        add("no coordinator", SyncGroupCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> ask(talk, named(talk, "g"), "nobody", 1, assignment("nobody", "work")));
        add("alone", SyncGroupCases::alone);
        add("no group", SyncGroupCases::noGroup);
        add("generations", SyncGroupCases::generations);
        add("members", SyncGroupCases::members);
        add("protocols", SINCE_PROTOCOLS, SyncGroupCases::protocols);
        add("two members", SyncGroupCases::two);
        add("while members join", SyncGroupCases::whileJoining);
        add("assignments", SyncGroupCases::assignments);
        add("too large for the log", SyncGroupCases::tooLarge);
        add("static", SINCE_STATIC, SyncGroupCases::staticMember);
        add("in a consumer group", SyncGroupCases::consumers);
        add("static, in a consumer group", SINCE_STATIC, SyncGroupCases::staticAmongConsumers);
    }

    private static SyncGroupRequestData ask(Talk talk, String group, String member, int generation,
            SyncGroupRequestAssignment... assignments) {
        return sync(talk.version(), group, member, generation, assignments);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("unknown", ask(talk, "g", "m", 1));
        talk.ask("no name", ask(talk, "", "m", 1));
    }

    private static void alone(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = new Member(talk, "a", group);
        member.enter();
        talk.ask("first", ask(talk, group, member.id(), 1, assignment(member.id(), "work")));
        talk.ask("again", ask(talk, group, member.id(), 1));
        talk.ask("again with another assignment", ask(talk, group, member.id(), 1, assignment(member.id(), "rest")));
        Groups.show(talk, "shown", group);
        member.leave();
        talk.ask("after it has left", ask(talk, group, member.id(), 1));
    }

    private static void noGroup(Talk talk) throws Exception {
        Groups.ready(talk, "");
        talk.ask("no name", ask(talk, "", "m", 1));
        String group = named(talk, "g");
        talk.ask("unknown", ask(talk, group, "m", 1));
        talk.ask("unknown, no member", ask(talk, group, "", -1));
        OffsetCommitCases.commitSome(talk, group);
        talk.ask("without members", ask(talk, group, "m", 0));
        talk.ask("without members, nor the asker", ask(talk, group, "", 0));
    }

    private static void generations(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.pair(talk, group).get(0);
        talk.on("main");
        for (int generation : new int[] {2, 1, 3, 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("generation " + generation, ask(talk, group, member.id(), generation));
        }
    }

    private static void members(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.alone(talk, group);
        Member other = Member.alone(talk, named(talk, "h"));
        talk.on("main");
        talk.ask("nobody", ask(talk, group, "", 1));
        talk.ask("unknown", ask(talk, group, "nobody", 1));
        talk.ask("unknown, another generation", ask(talk, group, "nobody", 7));
        talk.ask("of another group", ask(talk, group, other.id(), 1));
        talk.ask("the same in upper case", ask(talk, group, member.id().toUpperCase(), 1));
        Member pending = new Member(talk, "b", group);
        pending.takeId();
        talk.on("main").ask("pending", ask(talk, group, pending.id(), 1));
    }

    private static void protocols(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.alone(talk, group);
        talk.on("main");
        String[][] protocols = {{null, null}, {"consumer", null}, {null, "range"}, {"", ""}, {"consumer", ""}, {"", "range"},
            {"connect", "range"}, {"consumer", "roundrobin"}, {"Consumer", "range"}, {"consumer", "range"}};
        int nth = 0;
        for (String[] each : protocols) {
            talk.ask("protocol " + nth++, sync(group, member.id(), 1).setProtocolType(each[0]).setProtocolName(each[1]));
        }
        talk.ask("unknown member, other protocol", sync(group, "nobody", 1).setProtocolType("connect").setProtocolName("range"));
        talk.ask("unknown member, no protocol", sync(group, "nobody", 1));
        talk.ask("no group, no protocol", sync("", "nobody", 1));
        talk.ask("other generation, other protocol", sync(group, member.id(), 7).setProtocolType("connect").setProtocolName("x"));
    }

    private static void two(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.alone(talk, group);
        Member follower = new Member(talk, "b", group);
        leader.let(follower);
        int waiting = follower.speaks().send(ask(talk, group, follower.id(), 2), talk.version());
        leader.speaks().ask("leader", ask(talk, group, leader.id(), 2, assignment(leader.id(), "one"), assignment(follower.id(), "two")));
        follower.speaks().answerOf("follower", ApiMessageType.SYNC_GROUP, talk.version(), waiting);
        Groups.show(talk, "shown", group);
        // What a follower says of assignments is not heard.
        follower.speaks().ask("follower again", ask(talk, group, follower.id(), 2, assignment(leader.id(), "none")));
        Groups.show(talk, "shown again", group);
    }

    private static void whileJoining(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.alone(talk, group);
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        leader.speaks().ask("another wants to join", ask(talk, group, leader.id(), 1));
        Groups.show(talk, "shown while joining", group);
        leader.enter();
        follower.endJoin(waiting);
        Groups.show(talk, "shown before the sync", group);
        int syncing = follower.speaks().send(ask(talk, group, follower.id(), 2), talk.version());
        Member third = new Member(talk, "c", group);
        waiting = third.beginJoin();
        follower.speaks().answerOf("a third joins while it waits", ApiMessageType.SYNC_GROUP, talk.version(), syncing);
        leader.awaitRebalance();
        int again = follower.beginJoin();
        leader.enter();
        follower.endJoin(again);
        third.endJoin(waiting);
        Groups.show(talk, "three", group);
    }

    private static void consumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ClassicConsumer member = new ClassicConsumer(talk, "b", group, topic);
        member.member().enter();
        int generation = member.member().generation();
        talk.on("main");
        for (int other : Groups.around(generation)) {
            talk.ask("generation " + other, ask(talk, group, member.id(), other));
        }
        talk.ask("says what it is to have", ask(talk, group, member.id(), generation, assignment(member.id(), "work")));
        talk.ask("unknown", ask(talk, group, "nobody", generation));
        talk.ask("nobody", ask(talk, group, "", generation));
        talk.ask("a member of the new protocol", ask(talk, group, "a", 2));
        if (talk.version() >= SINCE_PROTOCOLS.first()) {
            talk.ask("no protocol", sync(group, member.id(), generation));
            talk.ask("another protocol", sync(group, member.id(), generation).setProtocolType("consumer").setProtocolName("sticky"));
            talk.ask("another type", sync(group, member.id(), generation).setProtocolType("connect").setProtocolName("range"));
            talk.ask("another protocol, another generation", sync(group, member.id(), 9).setProtocolType("consumer").setProtocolName("x"));
        }
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(group, "a", 2));
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(group, "a", 2, ConsumerGroups.owned(topic, 0, 1)));
        talk.ask("before it has joined again", ask(talk, group, member.id(), generation));
        member.member().enter();
        talk.on("main").ask("has joined again", ask(talk, group, member.id(), generation));
        talk.ask("once more", ask(talk, group, member.id(), generation));
        ConsumerGroups.prepare(talk, ConsumerGroups.join(group, "c", topic));
        talk.ask("another has joined", ask(talk, group, member.id(), generation));
    }

    private static void staticAmongConsumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ClassicConsumer member = new ClassicConsumer(talk, "b", group, topic, "i");
        member.member().enter();
        int generation = member.member().generation();
        talk.on("main");
        talk.ask("another name", ask(talk, group, member.id(), generation).setGroupInstanceId("j"));
        talk.ask("an empty name", ask(talk, group, member.id(), generation).setGroupInstanceId(""));
        talk.ask("another id", ask(talk, group, "nobody", generation).setGroupInstanceId("i"));
        talk.ask("another id, another generation", ask(talk, group, "nobody", 9).setGroupInstanceId("i"));
        talk.ask("with its name", ask(talk, group, member.id(), generation).setGroupInstanceId("i"));
        talk.ask("without its name", ask(talk, group, member.id(), generation));
    }

    private static void assignments(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = new Member(talk, "a", group);
        member.enter();
        talk.on("main").ask("odd", ask(talk, group, member.id(), 1, assignment("nobody", "x"), assignment(member.id(), "first"),
            assignment(member.id(), "second"), assignment("", "y")));
        Groups.show(talk, "shown", group);
        for (int i = 0; i < 2; i++) {
            String other = named(talk, "h" + i);
            Member forgotten = new Member(talk, "a", other);
            forgotten.enter();
            talk.on("main").ask("forgotten " + i, i == 0 ? ask(talk, other, forgotten.id(), 1) :
                ask(talk, other, forgotten.id(), 1, assignment("nobody", "x")));
            Groups.show(talk, "shown " + i, other);
        }
    }

    private static void tooLarge(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.alone(talk, group);
        Member follower = new Member(talk, "b", group);
        leader.let(follower);
        SyncGroupRequestAssignment work = new SyncGroupRequestAssignment().setMemberId(leader.id()).setAssignment(new byte[1_100_000]);
        leader.speaks().ask("an assignment", ask(talk, group, leader.id(), 2, work));
        Groups.show(talk, "shown", group);
        follower.speaks().ask("the other", ask(talk, group, follower.id(), 2));
        int waiting = follower.beginJoin();
        leader.enter();
        follower.endJoin(waiting);
        leader.speaks().ask("a better one", ask(talk, group, leader.id(), 3, assignment(leader.id(), "work")));
        Groups.show(talk, "stable", group);
    }

    private static void staticMember(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.aloneStatic(talk, group, "i");
        talk.on("main");
        talk.ask("with its name", ask(talk, group, member.id(), 1).setGroupInstanceId("i"));
        talk.ask("without its name", ask(talk, group, member.id(), 1));
        talk.ask("another name", ask(talk, group, member.id(), 1).setGroupInstanceId("j"));
        talk.ask("an empty name", ask(talk, group, member.id(), 1).setGroupInstanceId(""));
        talk.ask("another id", ask(talk, group, "nobody", 1).setGroupInstanceId("i"));
        talk.ask("no id", ask(talk, group, "", 1).setGroupInstanceId("i"));
        talk.ask("another id, another generation", ask(talk, group, "nobody", 9).setGroupInstanceId("i"));
        Member other = Member.alone(talk, named(talk, "h"));
        talk.on("main").ask("a name that it has not", ask(talk, other.group(), other.id(), 1).setGroupInstanceId("i"));
        talk.ask("no group", ask(talk, named(talk, "none"), "m", 1).setGroupInstanceId("i"));
        talk.ask("no such group's name", ask(talk, "", "m", 1).setGroupInstanceId("i"));
        Groups.show(talk, "shown", group);
    }
}
