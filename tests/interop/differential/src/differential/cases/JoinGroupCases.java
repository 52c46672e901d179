package differential.cases;

import static differential.cases.Groups.join;
import static differential.cases.Groups.named;
import static differential.cases.Groups.protocol;
import static differential.cases.Groups.subscription;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;

/** JoinGroup. */
final class JoinGroupCases extends Cases {
    private static final Versions SINCE_STATIC = new Versions(5, Short.MAX_VALUE);

    JoinGroupCases() {
        super("JoinGroup");
        add("no coordinator", JoinGroupCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        // Whoever has an id that the group does not know is answered at once, whatever else it says.
        malformed(talk -> join(named(talk, "g"), "nobody"));
        add("alone", JoinGroupCases::alone);
        add("without a coordinator", JoinGroupCases::emptyGroup);
        add("session timeouts", JoinGroupCases::sessionTimeouts);
        add("rebalance timeouts", JoinGroupCases::rebalanceTimeouts);
        add("unknown members", JoinGroupCases::unknownMembers);
        add("members of others", JoinGroupCases::othersId);
        add("protocols of a first member", JoinGroupCases::firstProtocols);
        add("protocols of a second member", JoinGroupCases::secondProtocols);
        add("protocols are chosen", JoinGroupCases::chosenProtocols);
        add("again", JoinGroupCases::again);
        add("two members", JoinGroupCases::two);
        add("a member that stays away", new Versions(1, Short.MAX_VALUE), JoinGroupCases::staysAway);
        add("a member that never syncs", new Versions(1, Short.MAX_VALUE), JoinGroupCases::neverSyncs);
        add("a session ends", JoinGroupCases::sessionEnds);
        add("full", JoinGroupCases::full);
        add("static", SINCE_STATIC, JoinGroupCases::staticMember);
        add("static with an id", SINCE_STATIC, JoinGroupCases::staticWithId);
        add("static leader comes back", SINCE_STATIC, JoinGroupCases::staticLeader);
        add("static follower comes back", SINCE_STATIC, JoinGroupCases::staticFollower);
        add("static with other protocols", SINCE_STATIC, JoinGroupCases::staticOtherProtocols);
        add("static among others", SINCE_STATIC, JoinGroupCases::staticFencing);
        add("instance names", SINCE_STATIC, JoinGroupCases::instanceNames);
        add("reasons", new Versions(8, Short.MAX_VALUE), JoinGroupCases::reasons);
        add("client ids", JoinGroupCases::clientIds);
        add("large", JoinGroupCases::large);
        add("in a consumer group", JoinGroupCases::consumers);
        add("while the group becomes one of consumers", JoinGroupCases::upgraded);
        add("in a full consumer group", JoinGroupCases::fullOfConsumers);
        add("static, in a consumer group", SINCE_STATIC, JoinGroupCases::staticAmongConsumers);
    }

    /** Joins without an id, and with the one that it was given if it must. */
    private static JoinGroupResponseData enter(Talk talk, String step, JoinGroupRequestData request) throws Exception {
        JoinGroupResponseData answer = talk.ask(step, request);
        if (answer.errorCode() != 79) { // MEMBER_ID_REQUIRED
            return answer;
        }
        return talk.ask(step + " with an id", request.duplicate().setMemberId(answer.memberId()));
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("new", join("g", ""));
        talk.ask("unknown", join("g", "m"));
        talk.ask("no name", join("", ""));
        talk.ask("session timeout", join("g", "").setSessionTimeoutMs(5999));
        talk.ask("session timeout too long", join("g", "").setSessionTimeoutMs(1_800_001));
        talk.ask("session timeout of no name", join("", "").setSessionTimeoutMs(0));
    }

    private static void alone(Talk talk) throws Exception {
        String group = named(talk, "g");
        enter(talk, "first", join(group, ""));
        Groups.show(talk, "shown", group);
    }

    private static void emptyGroup(Talk talk) throws Exception {
        Groups.ready(talk, "");
        talk.ask("no name", join("", ""));
        talk.ask("no name, an id", join("", "m"));
        talk.ask("no name, absurd timeout", join("", "").setSessionTimeoutMs(-1));
        String group = named(talk, " ");
        talk.ask("blank", join(" ", "m"));
        talk.ask("long", join("g".repeat(30_000), "m"));
        talk.ask("as it is", join(group, "m"));
    }

    private static void sessionTimeouts(Talk talk) throws Exception {
        String group = named(talk, "g");
        for (int timeout : new int[] {0, -1, 999, 60_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("timeout " + timeout, join(group, "").setSessionTimeoutMs(timeout));
        }
        talk.ask("and an unknown member", join(group, "m").setSessionTimeoutMs(999));
        Groups.show(talk, "not there", group);
        for (int timeout : new int[] {1000, 60_000}) {
            String within = named(talk, "g" + timeout);
            talk.ask("timeout " + timeout, join(within, "").setSessionTimeoutMs(timeout));
        }
    }

    private static void rebalanceTimeouts(Talk talk) throws Exception {
        for (int timeout : new int[] {-1, -2, Integer.MIN_VALUE, 0, Integer.MAX_VALUE}) {
            String group = named(talk, "g" + timeout);
            JoinGroupResponseData answer = talk.ask("timeout " + timeout, join(group, "").setRebalanceTimeoutMs(timeout));
            if (answer.errorCode() == 79 && timeout == Integer.MAX_VALUE) {
                talk.ask("with an id " + timeout, join(group, answer.memberId()).setRebalanceTimeoutMs(timeout));
            }
        }
    }

    private static void unknownMembers(Talk talk) throws Exception {
        String group = named(talk, "g");
        talk.ask("no group", join(group, "nobody"));
        Groups.show(talk, "none was made", group);
        Member.alone(talk, group);
        talk.ask("in a group", join(group, "nobody"));
        talk.ask("blank", join(group, " "));
        talk.ask("odd", join(group, "ümlaut-\u0000"));
        Groups.show(talk, "as before", group);
    }

    private static void othersId(Talk talk) throws Exception {
        Member here = Member.alone(talk, named(talk, "g"));
        String elsewhere = named(talk, "h");
        talk.on("main").ask("in no group", join(elsewhere, here.id()));
        Member.alone(talk, elsewhere);
        talk.on("main").ask("in another group", join(elsewhere, here.id()));
        JoinGroupResponseData pending = talk.prepare(join(here.group(), ""), Groups.JOIN_VERSION);
        talk.ask("a pending id in another group", join(elsewhere, pending.memberId()));
    }

    private static void firstProtocols(Talk talk) throws Exception {
        talk.ask("no type", join(named(talk, "a"), "", "", protocol("range")));
        talk.ask("no protocols", join(named(talk, "b"), "", "consumer"));
        talk.ask("neither", join(named(talk, "c"), "", ""));
        for (String group : List.of("a", "b", "c")) {
            Groups.showUntil(talk, "made " + group, talk.name(group), "Empty");
        }
        enter(talk, "no name", join(named(talk, "d"), "", "consumer", protocol("")));
        enter(talk, "another type", join(named(talk, "e"), "", "connect", protocol("default", (byte) 1, (byte) 2)));
        enter(talk, "garbage", join(named(talk, "f"), "", "consumer", protocol("range", (byte) 9)));
        for (String group : List.of("d", "e", "f")) {
            Groups.show(talk, "shown " + group, talk.name(group));
        }
        // A group that holds offsets alone has no type yet.
        String simple = named(talk, "simple");
        OffsetCommitCases.commitSome(talk, simple);
        talk.ask("simple, no type", join(simple, "", "", protocol("range")));
        enter(talk, "simple", join(simple, "", "consumer", protocol("range", subscription())));
        Groups.show(talk, "simple shown", simple);
    }

    private static void secondProtocols(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.alone(talk, group);
        talk.on("main");
        talk.ask("other type", join(group, "", "connect", protocol("range")));
        talk.ask("other protocol", join(group, "", "consumer", protocol("roundrobin")));
        talk.ask("no protocols", join(group, "", "consumer"));
        talk.ask("no type", join(group, "", "", protocol("range")));
        talk.ask("case", join(group, "", "consumer", protocol("Range")));
        talk.ask("the member, other type", join(group, member.id(), "connect", protocol("range")));
        talk.ask("the member, other protocol", join(group, member.id(), "consumer", protocol("roundrobin")));
        talk.ask("unknown member, other protocol", join(group, "nobody", "consumer", protocol("roundrobin")));
        Groups.show(talk, "as before", group);
        member.leave();
        enter(talk, "an empty group forgets its type", join(group, "", "connect", protocol("default")));
        Groups.show(talk, "connect", group);
    }

    /** Each votes for what it likes best among what all know. The group is none of consumers: Kafka stumbles over some of what they cannot mean. */
    private static void chosenProtocols(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member first = new Member(talk, "a", group, it -> {
            it.protocols().clear();
            it.setProtocolType("connect");
            List.of("one", "two", "three").forEach(name -> it.protocols().mustAdd(protocol(name, name.getBytes())));
        });
        Member second = new Member(talk, "b", group, it -> {
            it.protocols().clear();
            it.setProtocolType("connect");
            List.of("four", "two", "three").forEach(name -> it.protocols().mustAdd(protocol(name, ("b" + name).getBytes())));
        });
        first.enter();
        first.speaks().prepare(Groups.sync(group, first.id(), first.generation()), Groups.SYNC_VERSION - 1);
        joinTogether(talk, first, second);
        Groups.show(talk, "shown", group);
    }

    /** The second joins, the first again: both answers are compared, at the case's version. */
    private static void joinTogether(Talk talk, Member first, Member second) throws Exception {
        if (talk.version() >= 4) {
            second.takeId();
        }
        int waiting = second.speaks().send(second.joinRequest(), talk.version());
        first.awaitRebalance();
        first.speaks().ask("the first again", first.joinRequest());
        second.speaks().answerOf("the second", ApiMessageType.JOIN_GROUP, talk.version(), waiting);
    }

    private static void again(Talk talk) throws Exception {
        String group = named(talk, "g");
        List<Member> pair = Member.pair(talk, group);
        Member leader = pair.get(0);
        Member follower = pair.get(1);
        follower.speaks().ask("follower, stable", follower.joinRequest());
        follower.speaks().ask("follower, once more", follower.joinRequest());
        int waiting = leader.speaks().send(leader.joinRequest(), talk.version());
        follower.awaitRebalance();
        follower.speaks().ask("follower, the leader wanted to", follower.joinRequest());
        leader.speaks().answerOf("leader, stable", ApiMessageType.JOIN_GROUP, talk.version(), waiting);
        leader.speaks().ask("leader, before its sync", leader.joinRequest());
        follower.speaks().ask("follower, before its sync", follower.joinRequest());
        Groups.show(talk, "shown", group);
    }

    private static void two(Talk talk) throws Exception {
        String group = named(talk, "g");
        joinTogether(talk, Member.alone(talk, group), new Member(talk, "b", group));
        Groups.show(talk, "shown", group);
    }

    private static void staysAway(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member first = Member.alone(talk, group, it -> it.setRebalanceTimeoutMs(500));
        Member second = new Member(talk, "b", group, it -> it.setRebalanceTimeoutMs(500));
        if (talk.version() >= 4) {
            second.takeId();
        }
        second.speaks().ask("the second", second.joinRequest());
        first.speaks().ask("the first is gone", Groups.heartbeat(group, first.id(), 1), Groups.HEARTBEAT_VERSION);
        first.speaks().ask("the first again", first.joinRequest());
    }

    private static void neverSyncs(Talk talk) throws Exception {
        String group = named(talk, "g");
        enter(talk, "first", join(group, "").setRebalanceTimeoutMs(500));
        Groups.showUntil(talk, "gone", group, "Empty");
    }

    private static void sessionEnds(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = new Member(talk, "a", group, it -> it.setSessionTimeoutMs(1500));
        member.enter();
        Groups.showUntil(talk, "gone", group, "Empty");
        member.speaks().ask("again", member.joinRequest());
    }

    private static void full(Talk talk) throws Exception {
        String group = named(talk, "g");
        List<Member> pair = Member.pair(talk, group);
        Member third = new Member(talk, "c", group);
        int waiting = third.beginJoin();
        pair.get(0).awaitRebalance();
        int second = pair.get(1).beginJoin();
        pair.get(0).enter();
        pair.get(1).endJoin(second);
        third.endJoin(waiting);
        talk.on("main").ask("before they sync", join(group, ""));
        Member.syncAll(pair.get(0), pair.get(1), third);
        talk.on("main").ask("stable", join(group, ""));
        talk.ask("an unknown member", join(group, "nobody"));
        third.speaks().ask("a member", third.joinRequest());
        third.leave();
        talk.on("main").<JoinGroupResponseData>ask("no protocols while one has left", join(group, "", "consumer"));
        Groups.show(talk, "shown", group);
    }

    private static void staticMember(Talk talk) throws Exception {
        String group = named(talk, "g");
        JoinGroupResponseData answer = talk.ask("first", join(group, "").setGroupInstanceId("i"));
        talk.ask("the same again", join(group, answer.memberId()).setGroupInstanceId("i"));
        JoinGroupResponseData second = talk.ask("replaced before the sync", join(group, "").setGroupInstanceId("i"));
        talk.ask("the one before", join(group, answer.memberId()).setGroupInstanceId("i"));
        talk.ask("without its name", join(group, second.memberId()));
        talk.ask("the one before without its name", join(group, answer.memberId()));
        Groups.show(talk, "shown", group);
    }

    private static void staticWithId(Talk talk) throws Exception {
        String group = named(talk, "g");
        talk.ask("no group", join(group, "m").setGroupInstanceId("i"));
        Member member = Member.aloneStatic(talk, group, "i");
        talk.on("main");
        talk.ask("unknown id, unknown name", join(group, "m").setGroupInstanceId("j"));
        talk.ask("unknown id, known name", join(group, "m").setGroupInstanceId("i"));
        talk.ask("known id, unknown name", join(group, member.id()).setGroupInstanceId("j"));
        JoinGroupResponseData pending = talk.prepare(join(named(talk, "h"), ""), Groups.JOIN_VERSION);
        talk.ask("pending id, a name", join(talk.name("h"), pending.memberId()).setGroupInstanceId("i"));
        Groups.show(talk, "shown", group);
    }

    private static void staticLeader(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member member = Member.aloneStatic(talk, group, "i");
        JoinGroupResponseData answer = talk.on("main").ask("comes back", join(group, "").setGroupInstanceId("i"));
        talk.ask("the one before", Groups.heartbeat(group, member.id(), 1).setGroupInstanceId("i"), Groups.HEARTBEAT_VERSION);
        talk.ask("the one before without its name", Groups.heartbeat(group, member.id(), 1), Groups.HEARTBEAT_VERSION);
        talk.ask("the new one", Groups.heartbeat(group, answer.memberId(), 1).setGroupInstanceId("i"), Groups.HEARTBEAT_VERSION);
        Groups.show(talk, "shown", group);
        talk.ask("the new one syncs", Groups.sync(group, answer.memberId(), answer.generationId()).setGroupInstanceId("i")
            .setProtocolType("consumer").setProtocolName("range"), Groups.SYNC_VERSION);
    }

    private static void staticFollower(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.aloneStatic(talk, group, "i");
        Member follower = new Member(talk, "b", group, it -> it.setGroupInstanceId("j"));
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        leader.enter();
        follower.endJoin(waiting);
        Member.syncAll(leader, follower);
        JoinGroupResponseData answer = talk.on("main").ask("comes back", join(group, "").setGroupInstanceId("j"));
        talk.ask("syncs", Groups.sync(group, answer.memberId(), answer.generationId()).setGroupInstanceId("j")
            .setProtocolType("consumer").setProtocolName("range"), Groups.SYNC_VERSION);
        talk.ask("the one before", Groups.sync(group, follower.id(), answer.generationId()).setGroupInstanceId("j")
            .setProtocolType("consumer").setProtocolName("range"), Groups.SYNC_VERSION);
        Groups.show(talk, "shown", group);
    }

    private static void staticOtherProtocols(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member.aloneStatic(talk, group, "i");
        talk.on("main");
        talk.ask("another subscription", join(group, "", "consumer", protocol("range", subscription("t"))).setGroupInstanceId("i"));
        Groups.show(talk, "shown", group);
        talk.ask("another protocol", join(group, "", "consumer", protocol("roundrobin", subscription("t"))).setGroupInstanceId("i"));
        Groups.show(talk, "shown after another protocol", group);
        talk.ask("another type", join(group, "", "connect", protocol("range", subscription("t"))).setGroupInstanceId("i"));
        talk.ask("other timeouts", join(group, "").setGroupInstanceId("i").setSessionTimeoutMs(2000).setRebalanceTimeoutMs(1));
    }

    private static void staticFencing(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = Member.aloneStatic(talk, group, "i");
        Member follower = new Member(talk, "b", group, it -> it.setGroupInstanceId("j"));
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        leader.enter();
        follower.endJoin(waiting);
        Member.syncAll(leader, follower);
        talk.on("main");
        talk.ask("the leader's id, the follower's name", join(group, leader.id()).setGroupInstanceId("j"));
        talk.ask("the follower's id, the leader's name", join(group, follower.id()).setGroupInstanceId("i"));
        talk.ask("the follower's id without a name", join(group, follower.id()));
        Groups.show(talk, "shown", group);
    }

    private static void instanceNames(Talk talk) throws Exception {
        int nth = 0;
        for (String name : new String[] {"", " ", ".", "..", "a/b", "ümlaut", "n".repeat(249), "n".repeat(250)}) {
            talk.ask("name " + nth, join(named(talk, "g" + nth), "").setGroupInstanceId(name));
            Groups.show(talk, "shown " + nth, talk.name("g" + nth));
            nth++;
        }
    }

    private static void reasons(Talk talk) throws Exception {
        int nth = 0;
        for (String reason : new String[] {null, "", "because", "r".repeat(256), "r".repeat(30_000)}) {
            enter(talk, "reason " + nth, join(named(talk, "g" + nth), "").setReason(reason));
            nth++;
        }
    }

    private static void clientIds(Talk talk) throws Exception {
        int nth = 0;
        for (String client : new String[] {"", " ", "a:b/c", "ümlaut", "c".repeat(1000), null}) {
            enter(talk.as(client), "client " + nth, join(named(talk, "g" + nth), ""));
            Groups.show(talk, "shown " + nth, talk.name("g" + nth));
            nth++;
        }
    }

    /** What a consumer says that reads this, in versions of the metadata from 0 on. */
    private static JoinGroupRequestProtocol reads(String assignor, Topic topic, int metadataVersion) {
        byte[] metadata = subscription(topic.name());
        metadata[1] = (byte) metadataVersion;
        return protocol(assignor, metadata);
    }

    private static void consumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        talk.ask("another type", join(group, "", "connect", reads("range", topic, 3)));
        talk.ask("no protocols", join(group, "", "consumer"));
        talk.ask("garbage", join(group, "nobody", "consumer", protocol("range", (byte) 9)));
        talk.ask("cut off", join(group, "nobody", "consumer", protocol("range", (byte) 0, (byte) 0, (byte) 0)));
        talk.ask("a length that does not fit", join(group, "nobody", "consumer", protocol("range", new byte[] {0, 0, 127, 0, 0, 0, 0})));
        talk.ask("a member of the new protocol", join(group, "a", "consumer", reads("range", topic, 3)));
        talk.ask("a session timeout that is too short", join(group, "").setSessionTimeoutMs(999));
        ConsumerGroups.show(talk, "as before", group);
        JoinGroupResponseData first = enter(talk, "first", join(group, "", "consumer", reads("range", topic, 3), reads("roundrobin", topic, 3)));
        ConsumerGroups.show(talk, "first, shown", group);
        talk.ask("unknown", join(group, "nobody", "consumer", reads("sticky", topic, 3)));
        talk.ask("again with another protocol", join(group, first.memberId(), "consumer", reads("sticky", topic, 3)));
        talk.ask("again with another order", join(group, first.memberId(), "consumer", reads("roundrobin", topic, 1), reads("range", topic, 0)));
        talk.ask("again with an older version", join(group, first.memberId(), "consumer", reads("range", topic, 0)));
        talk.ask("again, reads nothing", join(group, first.memberId()));
        ConsumerGroups.show(talk, "first, shown again", group);
        Groups.show(talk, "as a classic group", group);
    }

    /** Whoever waits for the others is to join again. */
    private static void upgraded(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ClassicConsumer first = ClassicConsumer.alone(talk, group, topic, 0, 1, 2, 3);
        Member second = new Member(talk, "b", group);
        if (talk.version() >= 4) {
            second.takeId();
        }
        int waiting = second.speaks().send(second.joinRequest(), talk.version());
        first.member().awaitRebalance();
        ConsumerGroups.prepare(talk.on("main"), ConsumerGroups.join(group, "x", topic).setServerAssignor("range"));
        second.speaks().answerOf("is to join again", ApiMessageType.JOIN_GROUP, talk.version(), waiting);
        ConsumerGroups.show(talk.on("main"), "shown", group);
        enter(second.speaks(), "joins again", second.joinRequest());
        first.member().speaks().ask("so does the first", first.member().joinRequest());
        ConsumerGroups.show(talk.on("main"), "shown again", group);
    }

    private static void fullOfConsumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ConsumerGroups.prepare(talk, ConsumerGroups.join(group, "b", topic));
        ClassicConsumer third = ClassicConsumer.among(talk, "c", group, topic, null);
        talk.on("main").ask("a fourth", join(group, "", "consumer", reads("range", topic, 3)));
        talk.ask("a fourth of another protocol", join(group, "", "consumer", reads("sticky", topic, 3)));
        talk.ask("an unknown fourth", join(group, "nobody", "consumer", reads("range", topic, 3)));
        talk.ask("the third", join(group, third.id(), "consumer", reads("range", topic, 3)));
        if (talk.version() >= SINCE_STATIC.first()) {
            talk.ask("a static fourth", join(group, "", "consumer", reads("range", topic, 3)).setGroupInstanceId("i"));
        }
        ConsumerGroups.show(talk, "shown", group);
    }

    private static void staticAmongConsumers(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        JoinGroupResponseData first = talk.ask("first", join(group, "", "consumer", reads("range", topic, 3)).setGroupInstanceId("i"));
        ConsumerGroups.show(talk, "first, shown", group);
        talk.ask("again", join(group, first.memberId(), "consumer", reads("range", topic, 3)).setGroupInstanceId("i"));
        talk.ask("without its name", join(group, first.memberId(), "consumer", reads("range", topic, 3)));
        talk.ask("another name", join(group, first.memberId(), "consumer", reads("range", topic, 3)).setGroupInstanceId("j"));
        talk.ask("another id", join(group, "nobody", "consumer", reads("range", topic, 3)).setGroupInstanceId("i"));
        talk.ask("another id and name", join(group, "nobody", "consumer", reads("range", topic, 3)).setGroupInstanceId("j"));
        talk.ask("an empty name", join(group, "", "consumer", reads("range", topic, 3)).setGroupInstanceId(""));
        JoinGroupResponseData second = talk.ask("replaced", join(group, "", "consumer", reads("range", topic, 0)).setGroupInstanceId("i"));
        talk.ask("the one before", join(group, first.memberId(), "consumer", reads("range", topic, 3)).setGroupInstanceId("i"));
        ConsumerGroups.show(talk, "replaced, shown", group);
        talk.ask("replaced by one that cannot be read", join(group, "", "consumer", protocol("range", (byte) 9)).setGroupInstanceId("i"));
        talk.ask("replaced by one of another protocol", join(group, "", "consumer", reads("sticky", topic, 3)).setGroupInstanceId("i"));
        talk.ask("the second", join(group, second.memberId(), "consumer", reads("range", topic, 3)).setGroupInstanceId("i"));
        ConsumerGroups.show(talk, "shown", group);
    }

    private static void large(Talk talk) throws Exception {
        String group = named(talk, "g");
        enter(talk, "metadata of 100,000 bytes", join(group, "", "consumer", protocol("range", new byte[100_000])));
        JoinGroupRequestData many = join(named(talk, "many"), "", "consumer");
        for (int i = 0; i < 500; i++) {
            many.protocols().mustAdd(protocol("p" + i, new byte[10]));
        }
        enter(talk, "many protocols", many);
    }
}
