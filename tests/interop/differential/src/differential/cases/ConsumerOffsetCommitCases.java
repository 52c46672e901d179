package differential.cases;

import static differential.cases.ConsumerGroups.LEAVE;
import static differential.cases.ConsumerGroups.LEAVE_FOR_A_WHILE;
import static differential.cases.ConsumerGroups.alone;
import static differential.cases.ConsumerGroups.beat;
import static differential.cases.ConsumerGroups.join;
import static differential.cases.ConsumerGroups.owned;
import static differential.cases.ConsumerGroups.prepare;
import static differential.cases.Groups.named;
import static differential.cases.OffsetCommitCases.at;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import org.apache.kafka.common.message.OffsetCommitRequestData;

/** OffsetCommit in groups of the consumer protocol, by member epochs. */
final class ConsumerOffsetCommitCases extends Cases {
    /** From the last version before members of the protocol may use it. */
    private static final Versions AROUND = new Versions(8, Short.MAX_VALUE);

    ConsumerOffsetCommitCases() {
        super("OffsetCommit");
        under(Setting.GROUPS);
        besideOthers();
        add("member epochs", ConsumerOffsetCommitCases::epochs);
        add("others than members of a consumer group", AROUND, ConsumerOffsetCommitCases::others);
        add("epoch before", AROUND, ConsumerOffsetCommitCases::before);
        add("empty consumer group", AROUND, ConsumerOffsetCommitCases::empty);
        add("static member of a consumer group", AROUND, ConsumerOffsetCommitCases::staticMember);
        add("member of the classic protocol in a consumer group", ConsumerOffsetCommitCases::classicMember);
    }

    private static OffsetCommitRequestData commit(String group, Topic topic, String member, int epoch, int partition, long offset) {
        return OffsetCommitCases.commit(group, OffsetCommitCases.topic(topic, at(partition, offset))).setMemberId(member)
            .setGenerationIdOrMemberEpoch(epoch);
    }

    private static void epochs(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        alone(talk, group, topic);
        for (int epoch : new int[] {2, 1, 3, 0, -1, -2, -3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("epoch " + epoch, commit(group, topic, "a", epoch, 0, epoch & 0xffff));
        }
        OffsetFetchCases.show(talk, "shown", group, topic);
        talk.ask("unknown topic", commit(group, Requests.unknown(talk), "a", 2, 0, 1));
        talk.ask("unknown partition", commit(group, topic, "a", 2, 7, 1));
        talk.ask("unknown topic, epoch after", commit(group, Requests.unknown(talk), "a", 3, 0, 1));
    }

    private static void others(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("nobody", commit(group, topic, "", -1, 0, 1));
        talk.ask("nobody, an epoch", commit(group, topic, "", 2, 0, 1));
        talk.ask("unknown", commit(group, topic, "m", 2, 0, 1));
        talk.ask("unknown, no epoch", commit(group, topic, "m", -1, 0, 1));
        talk.ask("a name", commit(group, topic, "a", 2, 0, 1).setGroupInstanceId("i"));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }

    private static void before(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        Topic other = ConsumerGroups.topic(talk, "u", 1);
        String group = named(talk, "g");
        alone(talk, group, topic);
        prepare(talk, join(group, "b", topic));
        talk.ask("before the other is noticed", commit(group, topic, "a", 2, 3, 1));
        var kept = prepare(talk, beat(group, "a", 2)).assignment().topicPartitions().get(0);
        talk.ask("one that is given up", commit(group, topic, "a", 2, 3, 2));
        prepare(talk, beat(group, "a", 2, owned(topic, kept.partitions().toArray(Integer[]::new))));
        for (int partition = 0; partition < 4; partition++) {
            talk.ask("epoch before, partition " + partition, commit(group, topic, "a", 2, partition, 3));
        }
        talk.ask("epoch now, one that was given up", commit(group, topic, "a", 3, 3, 4));
        talk.ask("epoch before, another topic", commit(group, other, "a", 2, 0, 3));
        talk.ask("epoch before, unknown topic", commit(group, Requests.unknown(talk), "a", 2, 0, 3));
        talk.ask("epoch now, another topic", commit(group, other, "a", 3, 0, 3));
        prepare(talk, beat(group, "b", 3));
        talk.ask("the other, epoch before", commit(group, topic, "b", 2, 3, 5));
        talk.ask("the other", commit(group, topic, "b", 3, 3, 6));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }

    private static void empty(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        alone(talk, group, topic);
        prepare(talk, beat(group, "a", LEAVE));
        talk.ask("the one that left", commit(group, topic, "a", 2, 0, 1));
        talk.ask("a name and no epoch", commit(group, topic, "a", -1, 0, 2));
        talk.ask("nobody", commit(group, topic, "", -1, 0, 3));
        talk.ask("nobody, an epoch", commit(group, topic, "", 1, 0, 4));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }

    /** Generations are member epochs; what is wrong is told in the words of the classic protocol. */
    private static void classicMember(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 6);
        String group = named(talk, "g");
        ConsumerGroups.alone(talk, group, topic);
        ClassicConsumer member = ClassicConsumer.among(talk, "b", group, topic, null);
        int generation = member.member().generation();
        talk.on("main");
        for (int other : Groups.around(generation)) {
            talk.ask("generation " + other, commit(group, topic, member.id(), other, 0, 1));
        }
        prepare(talk, beat(group, "a", 2));
        prepare(talk, beat(group, "a", 2, owned(topic, 0, 1, 2)));
        member.member().enter();
        talk.on("main").ask("has partitions", commit(group, topic, member.id(), member.member().generation(), 3, 2));
        prepare(talk, beat(group, "a", LEAVE));
        talk.ask("after the other has left", commit(group, topic, member.id(), generation, 2, 3));
        talk.ask("after the other has left, nobody", commit(group, topic, "", -1, 2, 4));
        OffsetFetchCases.show(talk, "shown", group, topic);
        Groups.show(talk, "a classic group", group);
        String mixed = named(talk, "mixed");
        ConsumerGroups.alone(talk, mixed, topic);
        ClassicConsumer first = ClassicConsumer.among(talk, "b", mixed, topic, null);
        prepare(talk.on("main"), beat(mixed, "a", 2));
        prepare(talk, beat(mixed, "a", 2, owned(topic, 0, 1, 2)));
        first.member().enter();
        int before = first.member().generation();
        prepare(talk.on("main"), join(mixed, "c", topic));
        first.member().enter();
        int now = first.member().generation();
        for (int partition = 0; partition < 6; partition++) {
            talk.on("main").ask("generation before, partition " + partition, commit(mixed, topic, first.id(), before, partition, 5));
            talk.ask("generation now, partition " + partition, commit(mixed, topic, first.id(), now, partition, 6));
        }
        OffsetFetchCases.show(talk, "mixed, shown", mixed, topic);
    }

    private static void staticMember(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        alone(talk, group, topic, it -> it.setInstanceId("i"));
        talk.ask("with its name", commit(group, topic, "a", 2, 0, 1).setGroupInstanceId("i"));
        talk.ask("without its name", commit(group, topic, "a", 2, 0, 2));
        talk.ask("another name", commit(group, topic, "a", 2, 0, 3).setGroupInstanceId("j"));
        talk.ask("another id", commit(group, topic, "b", 2, 0, 4).setGroupInstanceId("i"));
        prepare(talk, beat(group, "a", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        talk.ask("away", commit(group, topic, "a", 2, 0, 5).setGroupInstanceId("i"));
        talk.ask("away, its epoch", commit(group, topic, "a", -2, 0, 6).setGroupInstanceId("i"));
        OffsetFetchCases.show(talk, "shown", group, topic);
    }
}
