package differential.cases;

import static differential.cases.ConsumerGroups.LEAVE;
import static differential.cases.ConsumerGroups.LEAVE_FOR_A_WHILE;
import static differential.cases.ConsumerGroups.beat;
import static differential.cases.ConsumerGroups.join;
import static differential.cases.ConsumerGroups.owned;
import static differential.cases.ConsumerGroups.prepare;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;

/**
 * Groups whose members go from one protocol to the other, and that change their kind with them (KIP-848). `x` and `y` speak the
 * consumer protocol, `a` and `b` the classic one.
 */
final class MigrationCases extends Cases {
    private static final TopicPartitions[] NOTHING = {};

    MigrationCases() {
        super("ConsumerGroupHeartbeat");
        under(Setting.GROUPS);
        besideOthers();
        add("upgrade", MigrationCases::upgrade);
        add("upgrade of two", MigrationCases::upgradeOfTwo);
        add("upgrade that is refused", MigrationCases::refused);
        add("upgrade before anything was chosen", MigrationCases::unchosen);
        add("upgrade while another joins", MigrationCases::whileJoining);
        add("upgrade while others sync", MigrationCases::whileSyncing);
        add("upgrade of a full group", MigrationCases::full);
        add("upgrade by a static member", MigrationCases::staticUpgrade);
        add("downgrade", MigrationCases::downgrade);
        add("downgrade of two", MigrationCases::downgradeOfTwo);
        add("downgrade by a static member", MigrationCases::staticDowngrade);
        add("downgrade of one that is away", MigrationCases::away);
        add("all of the classic protocol leave", MigrationCases::classicLeave);
        under(Setting.NO_MIGRATION);
        add("disabled, to a consumer group", MigrationCases::notUp);
        add("disabled, to a classic group", MigrationCases::notDown);
        under(Setting.ONLY_UPGRADES);
        add("only upgrades, to a consumer group", MigrationCases::upgrade);
        add("only upgrades, to a classic group", MigrationCases::downgrade);
        add("only upgrades, by a static member", MigrationCases::staticDowngrade);
        under(Setting.ONLY_DOWNGRADES);
        add("only downgrades, to a consumer group", MigrationCases::notUp);
        add("only downgrades, to a classic group", MigrationCases::downgrade);
    }

    /** As either kind shows itself. */
    private static void show(Talk talk, String step, String group) throws Exception {
        Groups.show(talk, step, group);
        ConsumerGroups.show(talk, step + " as a consumer group", group);
    }

    /**
     * The other assignor gives to whom comes first in the order of a hash table, where nobody has anything. Whom this one gives
     * to is chance, too, where ids are drawn and no member has another name.
     */
    private static ConsumerGroupHeartbeatRequestData sorted(ConsumerGroupHeartbeatRequestData request) {
        return request.setServerAssignor("range");
    }

    private static void upgrade(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ClassicConsumer a = ClassicConsumer.alone(talk, group, topic, 0, 1, 2, 3);
        talk.on("main").ask("x joins", join(group, "x", topic));
        show(talk, "x joins, shown", group);
        a.beats("a is called");
        a.syncs("a has not joined again");
        talk.ask("a commits meanwhile", a.commit(1, 3, 1), (short) 8);
        talk.on("main").ask("x waits", beat(group, "x", 2, NOTHING));
        a.follows("a is to give up");
        show(talk, "a is to give up, shown", group);
        a.beats("a is to give up");
        a.follows("a has given up");
        a.beats("a has given up");
        talk.on("main").ask("x gets it", beat(group, "x", 2));
        talk.ask("x has it", beat(group, "x", 2, owned(topic, 2, 3)));
        show(talk, "both, shown", group);
        ListGroupsCases.show(talk, "both, listed");
        a.beats("stable");
        talk.ask("a commits", a.commit(a.member().generation(), 0, 2), (short) 8);
        talk.ask("a commits what it has not", a.commit(1, 3, 3), (short) 8);
        talk.ask("x commits", OffsetCommitCases.commit(talk, group, topic, OffsetCommitCases.at(2, 4)).setMemberId("x")
            .setGenerationIdOrMemberEpoch(2), (short) 9);
        OffsetFetchCases.show(talk, "offsets", group, topic);
        a.leaves("a leaves");
        talk.on("main").ask("x gets all", beat(group, "x", 2));
        talk.ask("x has all", beat(group, "x", 3, owned(topic, 0, 1, 2, 3)));
        show(talk, "x, shown", group);
        a.beats("a has left");
        talk.on("main").ask("x leaves", beat(group, "x", LEAVE));
        show(talk, "empty", group);
    }

    private static void upgradeOfTwo(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        List<ClassicConsumer> pair = ClassicConsumer.pair(talk, group, topic, 6);
        talk.on("main").ask("x joins", sorted(join(group, "x", topic)));
        show(talk, "x joins, shown", group);
        for (ClassicConsumer each : pair) {
            String name = each == pair.get(0) ? "a" : "b";
            each.beats(name + " is called");
            each.follows(name + " is to give up");
            each.beats(name + " is called again");
            each.follows(name + " has given up");
            each.beats(name + " has given up");
        }
        pair.get(0).follows("a again");
        talk.on("main").ask("x gets its part", beat(group, "x", 3, NOTHING));
        show(talk, "three, shown", group);
        pair.get(0).leaves("a leaves");
        talk.on("main").ask("x hears of it", beat(group, "x", 3));
        pair.get(1).beats("b hears of it");
        pair.get(1).follows("b again");
        show(talk, "two, shown", group);
    }

    private static SyncGroupRequestAssignment raw(ClassicConsumer member, byte... bytes) {
        return new SyncGroupRequestAssignment().setMemberId(member.id()).setAssignment(bytes);
    }

    /** What members of the classic protocol were assigned must be what consumers assign. */
    private static void refused(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        byte[] good = ClassicConsumer.assignment(topic, null, 0, 1);
        byte[][] assignments = {
            ClassicConsumer.assignment(topic, ByteBuffer.wrap(new byte[] {1}), 0, 1),
            {},
            {0},
            {-1, -1, 0, 0, 0, 0},
            {0, 0, 127, 127, 127, 127, 0},
            Arrays.copyOf(good, good.length - 2),
            Arrays.copyOf(good, good.length - 6),
            Arrays.copyOf(good, good.length + 3),
            {0, 9, 0, 0, 0, 0, -1, -1, -1, -1},
            ClassicConsumer.assignment(new Topic(talk.name("unknown"), topic.id()), null, 0),
            ClassicConsumer.assignment(topic, null, 7, -1),
            ClassicConsumer.assignment(topic, null),
        };
        for (int i = 0; i < assignments.length; i++) {
            ClassicConsumer a = new ClassicConsumer(talk, "a", named(talk, "g" + i), topic);
            a.member().enter();
            a.member().speaks().prepare(a.member().syncRequest(raw(a, assignments[i])), Groups.SYNC_VERSION);
            talk.on("main").ask("assignment " + i, sorted(join(a.member().group(), "x", topic)));
            show(talk, "assignment " + i + ", shown", a.member().group());
        }
        byte[] said = Groups.subscription(topic.name());
        byte[][] subscriptions = {{}, {0}, {-1, -1, 0, 0, 0, 0}, Arrays.copyOf(said, said.length - 1),
            {0, 9, 0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1}, Groups.subscription(),
            Groups.subscription(topic.name(), talk.name("unknown")), Groups.subscription(topic.name(), topic.name())};
        for (int i = 0; i < subscriptions.length; i++) {
            byte[] subscription = subscriptions[i];
            Member a = new Member(talk, "a", named(talk, "s" + i), it -> {
                it.protocols().clear();
                it.protocols().mustAdd(Groups.protocol("range", subscription));
            });
            a.enter();
            a.speaks().prepare(a.syncRequest(new SyncGroupRequestAssignment().setMemberId(a.id()).setAssignment(good)), Groups.SYNC_VERSION);
            talk.on("main").ask("subscription " + i, sorted(join(a.group(), "x", topic)));
            show(talk, "subscription " + i + ", shown", a.group());
        }
    }

    private static void unchosen(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        ClassicConsumer pending = new ClassicConsumer(talk, "a", named(talk, "pending"), topic);
        pending.member().takeId();
        Groups.awaitThere(talk, pending.member().group());
        talk.on("main").ask("a pending id", join(pending.member().group(), "x", topic));
        show(talk, "a pending id, shown", pending.member().group());
        pending.joins("the pending one");
        ClassicConsumer left = ClassicConsumer.alone(talk, named(talk, "left"), topic, 0, 1);
        left.member().leave();
        talk.on("main").ask("an empty group", join(left.member().group(), "x", topic));
        show(talk, "an empty group, shown", left.member().group());
        ClassicConsumer entered = new ClassicConsumer(talk, "a", named(talk, "entered"), topic);
        entered.member().enter();
        talk.on("main").ask("before the first sync", sorted(join(entered.member().group(), "x", topic)));
        show(talk, "before the first sync, shown", entered.member().group());
        entered.syncs("its sync");
        entered.follows("it follows");
    }

    private static void whileJoining(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ClassicConsumer a = ClassicConsumer.alone(talk, group, topic, 0, 1, 2, 3);
        ClassicConsumer b = new ClassicConsumer(talk, "b", group, topic);
        int waiting = b.member().beginJoin();
        a.member().awaitRebalance();
        talk.on("main").ask("x joins", sorted(join(group, "x", topic)));
        b.member().speaks().answerOf("b is to join again", ApiMessageType.JOIN_GROUP, Groups.JOIN_VERSION, waiting);
        show(talk, "shown", group);
        a.beats("a");
        b.joins("b");
        a.follows("a follows");
        show(talk, "shown again", group);
    }

    private static void whileSyncing(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ClassicConsumer a = ClassicConsumer.alone(talk, group, topic, 0, 1, 2, 3);
        ClassicConsumer b = new ClassicConsumer(talk, "b", group, topic);
        a.member().let(b.member());
        int waiting = b.member().speaks().send(b.member().syncRequest(), Groups.SYNC_VERSION);
        talk.on("main").ask("x joins", sorted(join(group, "x", topic)));
        b.member().speaks().answerOf("b is to join again", ApiMessageType.SYNC_GROUP, Groups.SYNC_VERSION, waiting);
        show(talk, "shown", group);
        a.syncs("a as the leader", a.isToHave(0, 1), b.isToHave(2, 3));
        a.beats("a");
        a.follows("a follows");
        b.follows("b follows");
        show(talk, "shown again", group);
    }

    private static void full(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        List<ClassicConsumer> pair = ClassicConsumer.pair(talk, group, topic, 6);
        talk.on("main").ask("x joins", join(group, "x", topic));
        talk.ask("y joins", join(group, "y", topic));
        new ClassicConsumer(talk, "c", group, topic).joins("c joins");
        pair.get(0).joins("a joins again");
        show(talk, "shown", group);
        String classic = named(talk, "h");
        List<ClassicConsumer> two = ClassicConsumer.pair(talk, classic, topic, 6);
        ClassicConsumer third = new ClassicConsumer(talk, "c", classic, topic);
        int waiting = third.member().beginJoin();
        two.get(0).member().awaitRebalance();
        int second = two.get(1).member().beginJoin();
        two.get(0).member().enter();
        two.get(1).member().endJoin(second);
        third.member().endJoin(waiting);
        talk.on("main").ask("a fourth", join(classic, "x", topic));
        show(talk, "a fourth, shown", classic);
    }

    private static void staticUpgrade(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ClassicConsumer a = ClassicConsumer.aloneStatic(talk, group, topic, "i", 0, 1, 2, 3);
        talk.on("main").ask("x takes its place", join(group, "x", topic).setInstanceId("i"));
        show(talk, "shown", group);
        a.beats("a beats");
        a.joins("a joins again");
        a.syncs("a syncs");
        a.leaves("a leaves");
        talk.ask("a commits", a.commit(1, 0, 1), (short) 8);
        talk.on("main").ask("x beats", beat(group, "x", 1, owned(topic, 0, 1, 2, 3)));
        String other = named(talk, "h");
        ClassicConsumer b = ClassicConsumer.aloneStatic(talk, other, topic, "i", 0, 1, 2, 3);
        talk.on("main").ask("y of another name", join(other, "y", topic).setInstanceId("j"));
        talk.ask("y of the name in use", join(other, "z", topic).setInstanceId("j"));
        show(talk, "both, shown", other);
        b.follows("b is to give up");
        b.follows("b has given up");
        ClassicConsumer again = new ClassicConsumer(talk, "c", other, topic, "i");
        again.joins("b comes back");
        again.syncs("b is back");
        b.beats("the one before");
        show(talk, "b is back, shown", other);
    }

    /** Until the last of the consumer protocol leaves. */
    private static void downgrade(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setMemberId("x"));
        ClassicConsumer a = new ClassicConsumer(talk, "a", group, topic);
        if (a.joins("a joins").errorCode() != 0) {
            return;
        }
        a.syncs("a syncs");
        show(talk, "a joins, shown", group);
        ListGroupsCases.show(talk, "a joins, listed");
        talk.on("main").ask("x is to give up", beat(group, "x", 2));
        a.beats("a waits");
        talk.on("main").ask("x has given up", beat(group, "x", 2, owned(topic, 0, 1)));
        a.beats("a may take more");
        a.follows("a takes it");
        a.beats("a has it");
        show(talk, "both, shown", group);
        talk.on("main").ask("x leaves", beat(group, "x", LEAVE));
        show(talk, "x leaves, shown", group);
        ListGroupsCases.show(talk, "x leaves, listed");
        a.beats("a is called");
        a.syncs("a has not joined again");
        JoinGroupResponseData answer = a.joins("a joins again");
        a.syncs("a leads", answer.leader().isEmpty() ? new SyncGroupRequestAssignment[0] :
            new SyncGroupRequestAssignment[] {a.isToHave(0, 1, 2, 3)});
        a.beats("a has all");
        show(talk, "a, shown", group);
        talk.on("main").ask("x beats", beat(group, "x", 3));
        talk.ask("x joins again", join(group, "x", topic));
        show(talk, "x joins again, shown", group);
    }

    private static void downgradeOfTwo(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setMemberId("x").setInstanceId("k"));
        ClassicConsumer a = ClassicConsumer.among(talk, "a", group, topic, "i");
        prepare(talk.on("main"), beat(group, "x", 2));
        prepare(talk, beat(group, "x", 2, owned(topic, 0, 1, 2)));
        a.follows("a takes its part");
        ClassicConsumer b = ClassicConsumer.among(talk, "b", group, topic, "j");
        show(talk, "three, shown", group);
        talk.on("main").ask("x leaves", beat(group, "x", LEAVE).setInstanceId("k"));
        show(talk, "x leaves, shown", group);
        a.beats("a is called");
        b.beats("b is called");
        // Which of them leads is chance with Kafka.
        int waiting = b.member().beginJoin();
        a.member().enter();
        b.member().endJoin(waiting);
        talk.on("main").ask("x joins in between", sorted(join(group, "x", topic).setInstanceId("k")));
        a.syncs("a syncs");
        b.syncs("b syncs");
        a.follows("a follows");
        b.follows("b follows");
        show(talk, "shown", group);
    }

    private static void staticDowngrade(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setMemberId("x").setInstanceId("i"));
        ClassicConsumer a = new ClassicConsumer(talk, "a", group, topic, "i");
        a.joins("a takes its place");
        show(talk, "shown", group);
        a.syncs("a syncs");
        a.beats("a beats");
        talk.on("main").ask("x beats", beat(group, "x", 2).setInstanceId("i"));
        talk.ask("x leaves", beat(group, "x", LEAVE).setInstanceId("i"));
        talk.ask("x joins", join(group, "x", topic).setInstanceId("i"));
        show(talk, "shown again", group);
        String other = named(talk, "h");
        ConsumerGroups.alone(talk, other, topic, it -> it.setMemberId("x").setInstanceId("i"));
        prepare(talk, join(other, "y", topic).setInstanceId("j"));
        ClassicConsumer b = new ClassicConsumer(talk, "b", other, topic, "i");
        b.joins("b takes one of two places");
        b.syncs("b syncs");
        show(talk, "two, shown", other);
        talk.on("main").ask("the other", beat(other, "y", 3));
        ClassicConsumer c = new ClassicConsumer(talk, "c", other, topic, "j");
        c.joins("c takes the other");
        c.syncs("c syncs");
        b.beats("b beats");
        show(talk, "two of the classic protocol, shown", other);
    }

    private static void away(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setMemberId("x").setInstanceId("i"));
        ClassicConsumer a = ClassicConsumer.among(talk, "a", group, topic, "j");
        talk.on("main").ask("x leaves for a while", beat(group, "x", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        show(talk, "x leaves for a while, shown", group);
        a.beats("a beats");
        ClassicConsumer b = new ClassicConsumer(talk, "b", group, topic, "i");
        b.joins("b takes its place");
        b.syncs("b syncs");
        a.beats("a is called");
        show(talk, "shown", group);
    }

    private static void classicLeave(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setMemberId("x"));
        ClassicConsumer a = ClassicConsumer.among(talk, "a", group, topic, null);
        ClassicConsumer b = ClassicConsumer.among(talk, "b", group, topic, "i");
        a.leaves("a leaves");
        show(talk, "a leaves, shown", group);
        b.leaves("b leaves");
        show(talk, "b leaves, shown", group);
        talk.on("main").ask("x beats", beat(group, "x", 2));
        a.member().speaks().ask("a comes back", a.member().joinRequest(), Groups.JOIN_VERSION);
        talk.on("main").ask("x beats again", beat(group, "x", 2));
        show(talk, "shown", group);
    }

    private static void notUp(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ClassicConsumer a = ClassicConsumer.alone(talk, group, topic, 0, 1, 2, 3);
        talk.on("main").ask("x joins", join(group, "x", topic));
        talk.ask("x joins, static", join(group, "x", topic).setInstanceId("i"));
        talk.ask("x beats", beat(group, "x", 2));
        talk.ask("x leaves", beat(group, "x", LEAVE));
        show(talk, "shown", group);
        a.beats("a beats");
        a.leaves("a leaves");
        talk.on("main").ask("x joins an empty group", join(group, "x", topic));
        show(talk, "an empty group, shown", group);
        String simple = named(talk, "simple");
        OffsetCommitCases.prepare(talk, OffsetCommitCases.commit(talk, simple, topic, OffsetCommitCases.at(0, 5)));
        talk.ask("x joins a group of offsets", join(simple, "x", topic));
    }

    private static void notDown(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic, it -> it.setMemberId("x"));
        ClassicConsumer a = new ClassicConsumer(talk, "a", group, topic);
        a.joins("a joins");
        a.member().speaks().ask("nobody joins", Groups.join(group, "nobody"), Groups.JOIN_VERSION);
        a.beats("a beats");
        show(talk, "shown", group);
        talk.on("main").ask("x beats", beat(group, "x", 2));
        talk.ask("x leaves", beat(group, "x", LEAVE));
        show(talk, "empty", group);
        a.joins("a joins an empty group");
        show(talk, "an empty group, shown", group);
    }
}
