package differential.cases;

import static differential.cases.Groups.heartbeat;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;

/** Heartbeat. */
final class HeartbeatCases extends Cases {
    private static final Versions SINCE_STATIC = new Versions(3, Short.MAX_VALUE);

    HeartbeatCases() {
        super("Heartbeat");
        add("no coordinator", HeartbeatCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> heartbeat(named(talk, "g"), "nobody", 1));
        add("no group", HeartbeatCases::noGroup);
        add("generations", HeartbeatCases::generations);
        add("members", HeartbeatCases::members);
        add("states", HeartbeatCases::states);
        add("static", SINCE_STATIC, HeartbeatCases::staticMember);
        add("in a consumer group", HeartbeatCases::consumers);
        add("static, in a consumer group", SINCE_STATIC, HeartbeatCases::staticAmongConsumers);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("unknown", heartbeat("g", "m", 1));
        talk.ask("no name", heartbeat("", "m", 1));
    }

    private static void noGroup(Talk talk) throws Exception {
        Groups.ready(talk, "");
        talk.ask("no name", heartbeat("", "m", 1));
        String group = named(talk, "g");
        talk.ask("unknown", heartbeat(group, "m", 1));
        talk.ask("unknown, no member", heartbeat(group, "", -1));
        OffsetCommitCases.commitSome(talk, group);
        talk.ask("without members", heartbeat(group, "m", 0));
        talk.ask("without members, nor the asker", heartbeat(group, "", 0));
    }

    private static void generations(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.pair(talk, group).get(0);
        talk.on("main");
        for (int generation : new int[] {2, 1, 3, 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("generation " + generation, heartbeat(group, member.id(), generation));
        }
    }

    private static void members(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member.alone(talk, group);
        Member other = Member.alone(talk, named(talk, "h"));
        Member pending = new Member(talk, "b", group);
        pending.takeId();
        talk.on("main");
        talk.ask("nobody", heartbeat(group, "", 1));
        talk.ask("unknown", heartbeat(group, "nobody", 1));
        talk.ask("unknown, another generation", heartbeat(group, "nobody", 7));
        talk.ask("of another group", heartbeat(group, other.id(), 1));
        talk.ask("pending", heartbeat(group, pending.id(), 1));
        talk.ask("pending, no generation", heartbeat(group, pending.id(), -1));
    }

    private static void states(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = new Member(talk, "a", group);
        leader.enter();
        leader.speaks().ask("before its sync", heartbeat(group, leader.id(), 1));
        leader.sync();
        leader.speaks().ask("stable", heartbeat(group, leader.id(), 1));
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        leader.speaks().ask("another joins", heartbeat(group, leader.id(), 1));
        leader.speaks().ask("another joins, other generation", heartbeat(group, leader.id(), 2));
        talk.on("main").ask("the other, which waits", heartbeat(group, follower.id(), 1));
        leader.enter();
        follower.endJoin(waiting);
        leader.speaks().ask("nobody has synced", heartbeat(group, leader.id(), 2));
        follower.speaks().ask("nobody has synced, the other", heartbeat(group, follower.id(), 2));
        Member.syncAll(leader, follower);
        follower.speaks().ask("all have synced", heartbeat(group, follower.id(), 2));
        leader.leave();
        follower.speaks().ask("one has left", heartbeat(group, follower.id(), 2));
        leader.speaks().ask("it has left", heartbeat(group, leader.id(), 2));
        follower.leave();
        follower.speaks().ask("both have left", heartbeat(group, follower.id(), 2));
    }

    private static void consumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ClassicConsumer member = new ClassicConsumer(talk, "b", group, topic);
        member.member().enter();
        int generation = member.member().generation();
        talk.on("main").ask("before its sync", heartbeat(group, member.id(), generation));
        member.member().speaks().prepare(member.member().syncRequest(), Groups.SYNC_VERSION);
        talk.on("main");
        for (int other : Groups.around(generation)) {
            talk.ask("generation " + other, heartbeat(group, member.id(), other));
        }
        talk.ask("unknown", heartbeat(group, "nobody", generation));
        talk.ask("nobody", heartbeat(group, "", generation));
        talk.ask("a member of the new protocol", heartbeat(group, "a", 2));
        ConsumerGroups.prepare(talk, ConsumerGroups.join(group, "c", topic));
        talk.ask("another has joined", heartbeat(group, member.id(), generation));
        talk.ask("another has joined, another generation", heartbeat(group, member.id(), generation + 1));
    }

    private static void staticAmongConsumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ClassicConsumer member = ClassicConsumer.among(talk, "b", group, topic, "i");
        int generation = member.member().generation();
        talk.on("main");
        talk.ask("with its name", heartbeat(group, member.id(), generation).setGroupInstanceId("i"));
        talk.ask("without its name", heartbeat(group, member.id(), generation));
        talk.ask("another name", heartbeat(group, member.id(), generation).setGroupInstanceId("j"));
        talk.ask("another id", heartbeat(group, "nobody", generation).setGroupInstanceId("i"));
        talk.ask("another id, another generation", heartbeat(group, "nobody", 9).setGroupInstanceId("i"));
        talk.ask("its name, another generation", heartbeat(group, member.id(), 9).setGroupInstanceId("i"));
    }

    private static void staticMember(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.aloneStatic(talk, group, "i");
        talk.on("main");
        talk.ask("with its name", heartbeat(group, member.id(), 1).setGroupInstanceId("i"));
        talk.ask("without its name", heartbeat(group, member.id(), 1));
        talk.ask("another name", heartbeat(group, member.id(), 1).setGroupInstanceId("j"));
        talk.ask("an empty name", heartbeat(group, member.id(), 1).setGroupInstanceId(""));
        talk.ask("another id", heartbeat(group, "nobody", 1).setGroupInstanceId("i"));
        talk.ask("no id", heartbeat(group, "", 1).setGroupInstanceId("i"));
        talk.ask("another id, another generation", heartbeat(group, "nobody", 9).setGroupInstanceId("i"));
        talk.ask("its name, another generation", heartbeat(group, member.id(), 9).setGroupInstanceId("i"));
        talk.ask("no group", heartbeat(named(talk, "none"), "m", 1).setGroupInstanceId("i"));
        Groups.ready(talk, "");
        talk.ask("no name of a group", heartbeat("", "m", 1).setGroupInstanceId("i"));
    }
}
