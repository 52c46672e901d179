package differential.cases;

import static differential.cases.ConsumerGroups.LEAVE;
import static differential.cases.ConsumerGroups.LEAVE_FOR_A_WHILE;
import static differential.cases.ConsumerGroups.alone;
import static differential.cases.ConsumerGroups.beat;
import static differential.cases.ConsumerGroups.join;
import static differential.cases.ConsumerGroups.owned;
import static differential.cases.ConsumerGroups.prepare;
import static differential.cases.ConsumerGroups.show;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;

/** Groups of the consumer protocol, from their first member to their last. */
final class ConsumerLifeCases extends Cases {
    private static final TopicPartitions[] NOTHING = {};

    ConsumerLifeCases() {
        super("ConsumerGroupHeartbeat");
        under(Setting.GROUPS);
        besideOthers();
        add("life of two", talk -> two(talk, null));
        add("life of two, range", talk -> two(talk, "range"));
        add("life without giving up", ConsumerLifeCases::slow);
        add("leaves", ConsumerLifeCases::leaves);
        add("topics change", ConsumerLifeCases::topics);
        add("topics come and grow", ConsumerLifeCases::growth);
        add("a session ends", ConsumerLifeCases::sessionEnds);
        add("nothing is given up in time", ConsumerLifeCases::late);
        add("pattern", new Versions(1, Short.MAX_VALUE), ConsumerLifeCases::pattern);
    }

    /** What a member has after an answer, or had before, if it says nothing of it. */
    private static TopicPartitions[] after(ConsumerGroupHeartbeatResponseData answer, TopicPartitions... before) {
        if (answer == null || answer.assignment() == null) {
            return before;
        }
        return answer.assignment().topicPartitions().stream()
            .map(it -> new TopicPartitions().setTopicId(it.topicId()).setPartitions(new ArrayList<>(it.partitions())))
            .toArray(TopicPartitions[]::new);
    }

    private static void two(Talk talk, String assignor) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 5);
        String group = named(talk, "g");
        talk.as("one");
        TopicPartitions[] ofA = after(talk.ask("a joins", join(group, "a", topic).setServerAssignor(assignor)));
        show(talk, "a joins, shown", group);
        talk.ask("a has it", beat(group, "a", 2, ofA));
        talk.as("two");
        TopicPartitions[] ofB = after(talk.ask("b joins", join(group, "b", topic).setServerAssignor(assignor)));
        show(talk, "b joins, shown", group);
        ofB = after(talk.ask("b waits", beat(group, "b", 3, ofB)), ofB);
        ofA = after(talk.ask("a is to give up", beat(group, "a", 2)), ofA);
        show(talk, "a is to give up, shown", group);
        talk.ask("a has not yet", beat(group, "a", 2));
        talk.ask("a is ahead", beat(group, "a", 3));
        ofA = after(talk.ask("a has given up", beat(group, "a", 2, ofA)), ofA);
        show(talk, "a has given up, shown", group);
        talk.ask("a did not hear it", beat(group, "a", 2, ofA));
        talk.ask("a did not hear it, all of it", beat(group, "a", 2, owned(topic, 0, 1, 2, 3, 4)));
        ofB = after(talk.ask("b gets it", beat(group, "b", 3)), ofB);
        show(talk, "b gets it, shown", group);
        talk.ask("b has it", beat(group, "b", 3, ofB));
        show(talk, "stable", group);
        talk.ask("a leaves", beat(group, "a", LEAVE));
        show(talk, "a leaves, shown", group);
        talk.ask("a beats", beat(group, "a", 3));
        ofB = after(talk.ask("b gets all", beat(group, "b", 3)), ofB);
        talk.ask("b has all", beat(group, "b", 4, ofB));
        show(talk, "b has all, shown", group);
        talk.ask("b leaves", beat(group, "b", LEAVE));
        show(talk, "empty", group);
        talk.ask("b leaves again", beat(group, "b", LEAVE));
        talk.ask("c joins", join(group, "c", topic));
        show(talk, "c joins, shown", group);
        prepare(talk, beat(group, "c", LEAVE));
        DeleteGroupsCases.prepare(talk, group);
        show(talk, "deleted", group);
        talk.ask("c joins again", join(group, "c", topic));
    }

    private static void slow(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 4);
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("b joins", join(group, "b", topic));
        talk.ask("a is to give up", beat(group, "a", 2));
        talk.ask("c joins", join(group, "c", topic));
        show(talk, "three, shown", group);
        talk.ask("a beats", beat(group, "a", 2, owned(topic, 0, 1, 2, 3)));
        talk.ask("b beats", beat(group, "b", 3, NOTHING));
        talk.ask("a gives all up", beat(group, "a", 2, NOTHING));
        show(talk, "a gives all up, shown", group);
        talk.ask("b beats again", beat(group, "b", 4));
        talk.ask("c beats", beat(group, "c", 4));
        show(talk, "end, shown", group);
    }

    private static void leaves(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        alone(talk, group, topic);
        prepare(talk, join(group, "b", topic));
        talk.ask("says more when it leaves", join(group, "b", topic).setMemberEpoch(LEAVE));
        show(talk, "one, shown", group);
        talk.ask("once more", beat(group, "b", LEAVE));
        talk.ask("the other", beat(group, "a", 2));
        talk.ask("the other leaves", beat(group, "a", LEAVE));
        show(talk, "empty", group);
        talk.ask("beats in an empty group", beat(group, "a", 2));
        talk.ask("joins an empty group", join(group, "a", topic));
        show(talk, "made again", group);
    }

    private static void topics(Talk talk) throws Exception {
        Topic first = ConsumerGroups.topic(talk, "first", 2);
        Topic second = ConsumerGroups.topic(talk, "second", 2);
        String group = named(talk, "g");
        alone(talk, group, first);
        talk.ask("another", beat(group, "a", 2).setSubscribedTopicNames(List.of(second.name())));
        show(talk, "another, shown", group);
        talk.ask("gave up", beat(group, "a", 2, NOTHING));
        talk.ask("both", beat(group, "a", 3).setSubscribedTopicNames(List.of(second.name(), first.name())));
        show(talk, "both, shown", group);
        talk.ask("the same in another order", beat(group, "a", 4).setSubscribedTopicNames(List.of(first.name(), second.name())));
        talk.ask("none", beat(group, "a", 4).setSubscribedTopicNames(List.of()));
        talk.ask("none, gave up", beat(group, "a", 4, NOTHING));
        show(talk, "none, shown", group);
    }

    /** Until the group's own settings are followed, with a member that leaves again. */
    private static void configure(Talk talk, String group, String... settings) throws Exception {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            Configs.and(request, Configs.GROUP, group, parts[0], Configs.SET, parts[1]);
        }
        talk.prepare(Configs.and(request, Configs.GROUP, group, "consumer.heartbeat.interval.ms", Configs.SET, "400"), 1);
        talk.<ConsumerGroupHeartbeatResponseData>prepareUntil(join(group, "probe"), ConsumerGroups.HEARTBEAT_VERSION,
            it -> it.heartbeatIntervalMs() == 400);
        prepare(talk, beat(group, "probe", LEAVE));
    }

    private static void sessionEnds(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        configure(talk, group, "consumer.session.timeout.ms=1000");
        alone(talk, group, topic);
        alone(talk, group, topic, it -> it.setMemberId("b").setInstanceId("i"));
        ConsumerGroups.showUntil(talk, "both are gone", group, it -> it.members().isEmpty());
        talk.ask("one beats", beat(group, "a", 2));
        talk.ask("the other beats", beat(group, "b", 3).setInstanceId("i"));
        talk.ask("the other joins again", join(group, "c", topic).setInstanceId("i"));
        prepare(talk, beat(group, "c", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        ConsumerGroups.showUntil(talk, "one that is away is gone, too", group, it -> it.members().isEmpty());
        String mixed = named(talk, "mixed");
        configure(talk, mixed, "consumer.session.timeout.ms=1000");
        alone(talk, mixed, topic);
        ClassicConsumer classic = ClassicConsumer.among(talk, "d", mixed, topic, null);
        Groups.showUntil(talk, "only the classic one is left", mixed, "PreparingRebalance");
        classic.beats("the classic one");
        talk.on("main").ask("the other", beat(mixed, "a", 2));
    }

    private static void late(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        alone(talk, group, topic, it -> it.setRebalanceTimeoutMs(300));
        prepare(talk, join(group, "b", topic));
        talk.ask("is to give up", beat(group, "a", 2));
        ConsumerGroups.showUntil(talk, "is gone", group, it -> it.members().size() == 1);
        talk.ask("beats", beat(group, "a", 2));
        talk.ask("the other", beat(group, "b", 3, NOTHING));
    }

    private static void growth(Talk talk) throws Exception {
        String name = talk.name("later");
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        prepare(talk, join(group, "a", topic.name(), name));
        ConsumerGroups.topic(talk, "later", 2);
        show(talk, "not before a member is heard", group);
        talk.<ConsumerGroupHeartbeatResponseData>prepareUntil(beat(group, "a", 2), ConsumerGroups.HEARTBEAT_VERSION, it -> it.assignment() != null);
        show(talk, "a topic came, shown", group);
        CreatePartitionsRequestData more = new CreatePartitionsRequestData().setTimeoutMs(Requests.TIMEOUT_MS);
        more.topics().add(new CreatePartitionsTopic().setName(topic.name()).setCount(3).setAssignments(null));
        talk.prepare(more, 3);
        talk.<ConsumerGroupHeartbeatResponseData>prepareUntil(beat(group, "a", 3), ConsumerGroups.HEARTBEAT_VERSION, it -> it.assignment() != null);
        show(talk, "a topic grew, shown", group);
        topic.delete(talk);
        talk.<ConsumerGroupHeartbeatResponseData>prepareUntil(beat(group, "a", 4), ConsumerGroups.HEARTBEAT_VERSION, it -> it.assignment() != null);
        show(talk, "a topic is gone, shown", group);
    }

    private static void pattern(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        String pattern = topic.name() + ".*";
        talk.prepare(join(group, "a").setSubscribedTopicNames(null).setSubscribedTopicRegex(pattern), talk.version());
        talk.<ConsumerGroupHeartbeatResponseData>prepareUntil(
            join(group, "a").setSubscribedTopicNames(null).setSubscribedTopicRegex(pattern), talk.version(),
            it -> it.assignment() != null && !it.assignment().topicPartitions().isEmpty());
        ConsumerGroups.showUntil(talk, "resolved", group, it -> it.groupState().equals("Stable"));
        talk.ask("the same to a second", join(group, "b").setSubscribedTopicNames(null).setSubscribedTopicRegex(pattern));
        show(talk, "two, shown", group);
        talk.ask("no pattern any more", beat(group, "b", 4).setSubscribedTopicRegex(""));
        talk.ask("the second leaves", beat(group, "b", LEAVE));
        show(talk, "one again", group);
    }
}
