package differential.cases;

import static differential.cases.ConsumerGroups.LEAVE;
import static differential.cases.ConsumerGroups.alone;
import static differential.cases.ConsumerGroups.beat;
import static differential.cases.ConsumerGroups.join;
import static differential.cases.ConsumerGroups.prepare;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;

/** OffsetFetch in groups of the consumer protocol, by member epochs. */
final class ConsumerOffsetFetchCases extends Cases {
    private static final Versions WITH_MEMBERS = new Versions(9, Short.MAX_VALUE);

    ConsumerOffsetFetchCases() {
        super("OffsetFetch");
        under(Setting.GROUPS);
        besideOthers();
        add("member epochs", WITH_MEMBERS, ConsumerOffsetFetchCases::epochs);
        add("epoch before", WITH_MEMBERS, ConsumerOffsetFetchCases::before);
        add("empty consumer group", WITH_MEMBERS, ConsumerOffsetFetchCases::empty);
        add("member of the classic protocol in a consumer group", WITH_MEMBERS, ConsumerOffsetFetchCases::classicMember);
    }

    private static OffsetFetchRequestData fetch(String group, Topic topic, String member, int epoch) {
        OffsetFetchRequestTopics topics = new OffsetFetchRequestTopics().setName(topic.name()).setTopicId(topic.id())
            .setPartitionIndexes(List.of(0, 1));
        return new OffsetFetchRequestData().setGroups(List.of(new OffsetFetchRequestGroup().setGroupId(group).setTopics(List.of(topics))
            .setMemberId(member).setMemberEpoch(epoch)));
    }

    private static OffsetFetchRequestData fetchAll(String group, String member, int epoch) {
        return new OffsetFetchRequestData().setGroups(List.of(new OffsetFetchRequestGroup().setGroupId(group).setTopics(null)
            .setMemberId(member).setMemberEpoch(epoch)));
    }

    private static void epochs(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        alone(talk, group, topic);
        int nth = 0;
        for (String member : new String[] {null, "", "nobody", "a"}) {
            for (int epoch : new int[] {-1, 0, 1, 2, 3, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                nth++;
                talk.ask("asker " + nth, fetch(group, topic, member, epoch));
                talk.ask("asker " + nth + " all", fetchAll(group, member, epoch));
                talk.ask("asker " + nth + " stable", fetch(group, topic, member, epoch).setRequireStable(true));
            }
        }
        talk.ask("unknown topic", fetch(group, Requests.unknown(talk), "a", 2));
        talk.ask("unknown topic, another epoch", fetch(group, Requests.unknown(talk), "a", 3));
    }

    private static void before(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        alone(talk, group, topic);
        prepare(talk, join(group, "b", topic));
        talk.ask("a has not noticed", fetch(group, topic, "a", 2));
        talk.ask("a is ahead", fetch(group, topic, "a", 3));
        talk.ask("b", fetch(group, topic, "b", 3));
        talk.ask("b is behind", fetch(group, topic, "b", 2));
    }

    private static void classicMember(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        alone(talk, group, topic);
        ClassicConsumer member = ClassicConsumer.among(talk, "b", group, topic, null);
        int generation = member.member().generation();
        talk.on("main");
        for (int other : new int[] {generation, generation - 1, generation + 1, 0, -1}) {
            talk.ask("generation " + other, fetch(group, topic, member.id(), other));
            talk.ask("generation " + other + ", all", fetchAll(group, member.id(), other));
        }
        talk.ask("nobody", fetch(group, topic, null, -1));
        prepare(talk, beat(group, "a", LEAVE));
        talk.ask("in a classic group", fetch(group, topic, member.id(), generation));
        talk.ask("in a classic group, another generation", fetch(group, topic, member.id(), generation + 5));
    }

    private static void empty(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        alone(talk, group, topic);
        prepare(talk, beat(group, "a", LEAVE));
        talk.ask("nobody", fetch(group, topic, null, -1));
        talk.ask("the one that left", fetch(group, topic, "a", 2));
        talk.ask("the one that left, no epoch", fetch(group, topic, "a", -1));
        talk.ask("an empty name", fetch(group, topic, "", -1));
    }
}
