package differential.cases;

import differential.Setting;
import differential.Talk;
import differential.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/** Requests of groups of the consumer protocol, whose members name themselves, and groups that cases begin with. */
final class ConsumerGroups {
    /** The versions that preparations use. */
    static final short HEARTBEAT_VERSION = 1;
    static final short DESCRIBE_VERSION = 1;
    /** The member epochs that stand for something. */
    static final int JOIN = 0;
    static final int LEAVE = -1;
    static final int LEAVE_FOR_A_WHILE = -2;

    private ConsumerGroups() {}

    /** A member that has nothing new to say. */
    static ConsumerGroupHeartbeatRequestData beat(String group, String member, int epoch) {
        return new ConsumerGroupHeartbeatRequestData().setGroupId(group).setMemberId(member).setMemberEpoch(epoch);
    }

    /** It says what it has, too. */
    static ConsumerGroupHeartbeatRequestData beat(String group, String member, int epoch, TopicPartitions... owned) {
        return beat(group, member, epoch).setTopicPartitions(new ArrayList<>(List.of(owned)));
    }

    static TopicPartitions owned(Topic topic, Integer... partitions) {
        return new TopicPartitions().setTopicId(topic.id()).setPartitions(new ArrayList<>(List.of(partitions)));
    }

    /** All that a member must say when it joins. */
    static ConsumerGroupHeartbeatRequestData join(String group, String member, String... topics) {
        return beat(group, member, JOIN).setRebalanceTimeoutMs(Groups.LONG_MS).setSubscribedTopicNames(new ArrayList<>(List.of(topics)))
            .setTopicPartitions(new ArrayList<>());
    }

    static ConsumerGroupHeartbeatRequestData join(String group, String member, Topic topic) {
        return join(group, member, topic.name());
    }

    /** Sends a heartbeat that is expected to succeed. */
    static ConsumerGroupHeartbeatResponseData prepare(Talk talk, ConsumerGroupHeartbeatRequestData request) throws Exception {
        ConsumerGroupHeartbeatResponseData answer = talk.prepare(request, HEARTBEAT_VERSION);
        if (answer.errorCode() != Errors.NONE.code()) {
            throw new IllegalStateException("not heard: " + answer);
        }
        return answer;
    }

    /** A topic that the coordinators of all groups know of, which learn of it a moment after it is served. */
    static Topic topic(Talk talk, String suffix, int partitions) throws Exception {
        Topic topic = Topic.create(talk, suffix, partitions);
        for (int coordinator = 0; coordinator < Setting.GROUP_COORDINATORS; coordinator++) {
            String probe = probe(topic, coordinator);
            Groups.ready(talk, probe);
            talk.<ConsumerGroupHeartbeatResponseData>prepareUntil(join(probe, "m", topic), HEARTBEAT_VERSION,
                it -> it.assignment() != null && !it.assignment().topicPartitions().isEmpty());
            prepare(talk, beat(probe, "m", LEAVE));
        }
        return topic;
    }

    /** The name of a group whose coordinator is this one. */
    private static String probe(Topic topic, int coordinator) {
        return IntStream.iterate(0, it -> it + 1).mapToObj(it -> "known-" + it + "-" + topic.name())
            .filter(it -> (it.hashCode() & Integer.MAX_VALUE) % Setting.GROUP_COORDINATORS == coordinator).findFirst().orElseThrow();
    }

    /** A group of one member, `a`, at epoch 2, the first of a group, which has all of the topic. */
    static void alone(Talk talk, String group, Topic topic) throws Exception {
        alone(talk, group, topic, it -> { });
    }

    /** @param wish what its heartbeat says otherwise than {@link #join} */
    static void alone(Talk talk, String group, Topic topic, Consumer<ConsumerGroupHeartbeatRequestData> wish) throws Exception {
        ConsumerGroupHeartbeatRequestData request = join(group, "a", topic);
        wish.accept(request);
        prepare(talk, request);
    }

    static ConsumerGroupDescribeRequestData describe(String... groups) {
        return new ConsumerGroupDescribeRequestData().setGroupIds(new ArrayList<>(List.of(groups)));
    }

    /** What has become of a group, compared. */
    static void show(Talk talk, String step, String group) throws Exception {
        talk.ask(step, describe(group), DESCRIBE_VERSION);
    }

    /** Waits until the group is so. */
    static void showUntil(Talk talk, String step, String group, Predicate<ConsumerGroupDescribeResponseData.DescribedGroup> wanted)
        throws Exception {
        talk.<ConsumerGroupDescribeResponseData>eventually(step, describe(group), DESCRIBE_VERSION, it -> wanted.test(it.groups().get(0)));
    }
}
