package differential.cases;

import static differential.cases.Groups.describe;
import static differential.cases.Groups.join;
import static differential.cases.Groups.named;
import static differential.cases.Groups.protocol;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import org.apache.kafka.common.message.JoinGroupResponseData;

/** DescribeGroups. */
final class DescribeGroupsCases extends Cases {
    DescribeGroupsCases() {
        super("DescribeGroups");
        add("no coordinator", DescribeGroupsCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> describe(named(talk, "g"), named(talk, "h")));
        add("states", DescribeGroupsCases::states);
        add("no group", DescribeGroupsCases::noGroup);
        add("consumer groups", DescribeGroupsCases::consumers);
        add("several", DescribeGroupsCases::several);
        add("authorized operations", new Versions(3, Short.MAX_VALUE), DescribeGroupsCases::operations);
        add("static", DescribeGroupsCases::staticMembers);
        add("another type", DescribeGroupsCases::otherType);
        add("two members", DescribeGroupsCases::two);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("one", describe("g"));
        talk.ask("several", describe("g", "h"));
        talk.ask("no name", describe(""));
        talk.ask("none", describe());
    }

    private static void states(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = new Member(talk, "a", group);
        leader.takeId();
        Groups.awaitThere(talk, group);
        talk.on("main").ask("a pending id", describe(group));
        leader.enter();
        talk.on("main").ask("before the sync", describe(group));
        leader.sync();
        talk.on("main").ask("stable", describe(group));
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        talk.on("main").ask("while another joins", describe(group));
        leader.enter();
        follower.endJoin(waiting);
        talk.on("main").ask("before the second sync", describe(group));
        leader.leave();
        talk.on("main").ask("one has left", describe(group));
        follower.leave();
        talk.on("main").ask("empty", describe(group));
        DeleteGroupsCases.prepare(talk, group);
        talk.on("main").ask("deleted", describe(group));
    }

    private static void noGroup(Talk talk) throws Exception {
        talk.ask("nothing", describe());
        Groups.ready(talk, "");
        talk.ask("no name", describe(""));
        talk.ask("unknown", describe(named(talk, "g")));
        talk.ask("blank", describe(" "));
        OffsetCommitCases.commitSome(talk, named(talk, "simple"));
        talk.ask("of offsets alone", describe(talk.name("simple")));
    }

    private static void consumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        talk.ask("stable", describe(group));
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(group, "a", ConsumerGroups.LEAVE));
        talk.ask("empty", describe(group));
    }

    private static void several(Talk talk) throws Exception {
        Groups.ready(talk, "");
        String none = named(talk, "none");
        Member.alone(talk, named(talk, "one"));
        OffsetCommitCases.commitSome(talk, named(talk, "two"));
        String one = talk.name("one");
        String two = talk.name("two");
        talk.on("main");
        talk.ask("three", describe(two, none, one));
        talk.ask("twice the same", describe(one, one, two));
        talk.ask("twice an unknown one", describe(none, none));
        talk.ask("with an empty name", describe("", one));
    }

    private static void operations(Talk talk) throws Exception {
        Groups.ready(talk, "");
        OffsetCommitCases.commitSome(talk, named(talk, "g"));
        talk.ask("known and unknown", describe(talk.name("g"), named(talk, "none"), "").setIncludeAuthorizedOperations(true));
        talk.ask("not asked for", describe(talk.name("g"), named(talk, "none"), "").setIncludeAuthorizedOperations(false));
    }

    private static void staticMembers(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member.aloneStatic(talk, group, "i");
        talk.on("main").ask("stable", describe(group));
    }

    private static void otherType(Talk talk) throws Exception {
        String group = named(talk, "g");
        JoinGroupResponseData answer = talk.prepare(join(group, "", "connect", protocol("default", (byte) 1)), Groups.JOIN_VERSION);
        talk.prepare(join(group, answer.memberId(), "connect", protocol("default", (byte) 1)), Groups.JOIN_VERSION);
        talk.ask("before the sync", describe(group));
        talk.prepare(Groups.sync(group, answer.memberId(), 1, Groups.assignment(answer.memberId(), "work")), Groups.SYNC_VERSION - 1);
        talk.ask("stable", describe(group));
        talk.prepare(Groups.leave(Groups.LEAVE_VERSION, group, answer.memberId()), Groups.LEAVE_VERSION);
        talk.ask("empty", describe(group));
    }

    private static void two(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member.pair(talk, group);
        talk.on("main").ask("stable", describe(group));
    }
}
