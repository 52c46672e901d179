package differential.cases;

import static differential.cases.Groups.identity;
import static differential.cases.Groups.leave;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;

/** LeaveGroup. */
final class LeaveGroupCases extends Cases {
    private static final Versions SEVERAL = new Versions(3, Short.MAX_VALUE);

    LeaveGroupCases() {
        super("LeaveGroup");
        add("no coordinator", LeaveGroupCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> leave(talk.version(), named(talk, "g"), "nobody"));
        add("no group", LeaveGroupCases::noGroup);
        add("members", LeaveGroupCases::members);
        add("one after the other", LeaveGroupCases::oneAfterTheOther);
        add("while members join", LeaveGroupCases::whileJoining);
        add("before the sync", LeaveGroupCases::beforeSync);
        add("nobody", SEVERAL, LeaveGroupCases::nobody);
        add("several", SEVERAL, LeaveGroupCases::several);
        add("static", SEVERAL, LeaveGroupCases::staticMember);
        add("static, fenced", SEVERAL, LeaveGroupCases::staticFenced);
        add("in a consumer group", LeaveGroupCases::consumers);
        add("several, in a consumer group", SEVERAL, LeaveGroupCases::severalAmongConsumers);
        add("reasons", new Versions(5, Short.MAX_VALUE), LeaveGroupCases::reasons);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("unknown", leave(talk.version(), "g", "m"));
        talk.ask("no name", leave(talk.version(), "", "m"));
    }

    private static void noGroup(Talk talk) throws Exception {
        Groups.ready(talk, "");
        talk.ask("no name", leave(talk.version(), "", "m"));
        String group = named(talk, "g");
        talk.ask("unknown", leave(talk.version(), group, "m"));
        talk.ask("unknown, no member", leave(talk.version(), group, ""));
        OffsetCommitCases.commitSome(talk, group);
        talk.ask("without members", leave(talk.version(), group, "m"));
        talk.ask("without members, nor the asker", leave(talk.version(), group, ""));
    }

    private static void members(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.alone(talk, group);
        Member other = Member.alone(talk, named(talk, "h"));
        Member pending = new Member(talk, "b", group);
        pending.takeId();
        talk.on("main");
        talk.ask("nobody", leave(talk.version(), group, ""));
        talk.ask("unknown", leave(talk.version(), group, "nobody"));
        talk.ask("of another group", leave(talk.version(), group, other.id()));
        talk.ask("pending", leave(talk.version(), group, pending.id()));
        talk.ask("pending, again", leave(talk.version(), group, pending.id()));
        Groups.show(talk, "shown", group);
        talk.ask("the member", leave(talk.version(), group, member.id()));
        Groups.show(talk, "empty", group);
        talk.ask("again", leave(talk.version(), group, member.id()));
    }

    private static void oneAfterTheOther(Talk talk) throws Exception {
        String group = named(talk, "g");
        List<Member> pair = Member.pair(talk, group);
        pair.get(0).speaks().ask("the leader", leave(talk.version(), group, pair.get(0).id()));
        Groups.show(talk, "one is left", group);
        pair.get(1).speaks().ask("joins again", pair.get(1).joinRequest(), Groups.JOIN_VERSION);
        Groups.show(talk, "and leads", group);
        pair.get(1).speaks().ask("the other", leave(talk.version(), group, pair.get(1).id()));
        Groups.show(talk, "empty", group);
    }

    private static void whileJoining(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.alone(talk, group);
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        leader.speaks().ask("the leader", leave(talk.version(), group, leader.id()));
        follower.speaks().answerOf("which lets the other in", ApiMessageType.JOIN_GROUP, Groups.JOIN_VERSION, waiting);
        Groups.show(talk, "shown", group);
    }

    private static void beforeSync(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.alone(talk, group);
        Member follower = new Member(talk, "b", group);
        leader.let(follower);
        int waiting = follower.speaks().send(follower.syncRequest(), Groups.SYNC_VERSION);
        leader.speaks().ask("the leader", leave(talk.version(), group, leader.id()));
        follower.speaks().answerOf("the other", ApiMessageType.SYNC_GROUP, Groups.SYNC_VERSION, waiting);
        Groups.show(talk, "shown", group);
    }

    private static void nobody(Talk talk) throws Exception {
        String group = named(talk, "g");
        talk.ask("no group", leave(group));
        Member.alone(talk, group);
        talk.on("main").ask("a group", leave(group));
        Groups.show(talk, "shown", group);
        Groups.ready(talk, "");
        talk.ask("no name", leave(""));
    }

    private static void several(Talk talk) throws Exception {
        String group = named(talk, "g");
        List<Member> pair = Member.pair(talk, group);
        String first = pair.get(0).id();
        String second = pair.get(1).id();
        talk.on("main");
        talk.ask("all unknown", leave(group, identity("x", null), identity("", null), identity("y", "i"), identity("", "i")));
        Groups.show(talk, "as before", group);
        talk.ask("one and unknown ones", leave(group, identity("x", null), identity(first, null), identity("y", null), identity(first, null)));
        Groups.show(talk, "one is left", group);
        talk.ask("twice", leave(group, identity(second, null), identity(second, null)));
        Groups.show(talk, "empty", group);
        List<Member> others = Member.pair(talk, named(talk, "h"));
        talk.on("main").ask("both", leave(talk.name("h"), identity(others.get(1).id(), null), identity(others.get(0).id(), null)));
        Groups.show(talk, "both are gone", talk.name("h"));
    }

    private static void consumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ClassicConsumer member = ClassicConsumer.among(talk, "b", group, topic, null);
        talk.on("main");
        talk.ask("nobody", leave(talk.version(), group, ""));
        talk.ask("unknown", leave(talk.version(), group, "nobody"));
        talk.ask("a member of the new protocol", leave(talk.version(), group, "a"));
        ConsumerGroups.show(talk, "as before", group);
        talk.ask("the member", leave(talk.version(), group, member.id()));
        ConsumerGroups.show(talk, "shown", group);
        talk.ask("again", leave(talk.version(), group, member.id()));
    }

    private static void severalAmongConsumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setInstanceId("k"));
        ClassicConsumer one = ClassicConsumer.among(talk, "b", group, topic, "i");
        ClassicConsumer two = ClassicConsumer.among(talk, "c", group, topic, "j");
        talk.on("main");
        talk.ask("none", leave(group));
        talk.ask("all wrong", leave(group, identity("nobody", "i"), identity(one.id(), "j"), identity("nobody", null), identity("", "x"),
            identity("", null), identity("a", null)));
        talk.ask("the other protocol's, by its name", leave(group, identity("", "k")));
        talk.ask("the other protocol's, by both", leave(group, identity("a", "k")));
        ConsumerGroups.show(talk, "shown", group);
        talk.ask("some", leave(group, identity("", "i"), identity("nobody", null), identity(two.id(), null), identity("", "i")));
        ConsumerGroups.show(talk, "some have left", group);
    }

    private static void staticMember(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member.aloneStatic(talk, group, "i");
        talk.on("main");
        talk.ask("by another name", leave(group, identity("", "j")));
        talk.ask("by an empty name", leave(group, identity("", "")));
        talk.ask("by its name", leave(group, identity("", "i")));
        talk.ask("again", leave(group, identity("", "i")));
        Groups.show(talk, "empty", group);
        Member member = Member.aloneStatic(talk, named(talk, "h"), "i");
        talk.on("main").ask("by its id", leave(talk.name("h"), identity(member.id(), null)));
        Groups.show(talk, "empty too", talk.name("h"));
        member = Member.aloneStatic(talk, named(talk, "k"), "i");
        talk.on("main").ask("by both", leave(talk.name("k"), identity(member.id(), "i")));
        Groups.show(talk, "empty as well", talk.name("k"));
    }

    private static void staticFenced(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.aloneStatic(talk, group, "i");
        Member dynamic = Member.alone(talk, named(talk, "h"));
        talk.on("main");
        talk.ask("another's id", leave(group, identity("nobody", "i")));
        talk.ask("another's name", leave(group, identity(member.id(), "j")));
        talk.ask("a name that it has not", leave(talk.name("h"), identity(dynamic.id(), "i")));
        talk.ask("all at once", leave(group, identity("nobody", "i"), identity(member.id(), "j"), identity("", "i"), identity("nobody", "i")));
        Groups.show(talk, "shown", group);
    }

    private static void reasons(Talk talk) throws Exception {
        int nth = 0;
        for (String reason : new String[] {null, "", "because", "r".repeat(30_000)}) {
            Member member = Member.alone(talk, named(talk, "g" + nth));
            talk.on("main").ask("reason " + nth, leave(talk.name("g" + nth), identity(member.id(), null).setReason(reason)));
            nth++;
        }
    }
}
