package differential.cases;

import static differential.cases.ConsumerGroups.alone;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;

/** What the APIs of classic groups say to groups of the consumer protocol. */
final class ConsumerAsClassicCases extends Cases {
    ConsumerAsClassicCases() {
        super("ConsumerGroupHeartbeat");
        under(Setting.GROUPS);
        besideOthers();
        add("classic requests", ConsumerAsClassicCases::requests);
        add("deletion of offsets", ConsumerAsClassicCases::offsets);
    }

    private static void requests(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        alone(talk, group, topic);
        for (String member : List.of("a", "nobody")) {
            talk.ask("Heartbeat of " + member, Groups.heartbeat(group, member, 2), Groups.HEARTBEAT_VERSION);
            talk.ask("SyncGroup of " + member, Groups.sync(Groups.SYNC_VERSION, group, member, 2), Groups.SYNC_VERSION);
            talk.ask("JoinGroup of " + member, Groups.join(group, member), Groups.JOIN_VERSION);
            talk.ask("LeaveGroup of " + member, Groups.leave(Groups.LEAVE_VERSION, group, member), Groups.LEAVE_VERSION);
            ConsumerGroups.show(talk, "shown after " + member, group);
        }
        talk.ask("JoinGroup of another type", Groups.join(group, "", "connect", Groups.protocol("default")), Groups.JOIN_VERSION);
    }

    private static OffsetDeleteRequestData delete(String group, Topic... topics) {
        OffsetDeleteRequestTopicCollection collection = new OffsetDeleteRequestTopicCollection();
        for (Topic topic : topics) {
            collection.add(new OffsetDeleteRequestTopic().setName(topic.name())
                .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0))));
        }
        return new OffsetDeleteRequestData().setGroupId(group).setTopics(collection);
    }

    private static void offsets(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        Topic other = ConsumerGroups.topic(talk, "u", 1);
        OffsetCommitCases.prepare(talk, OffsetCommitCases.commit(talk, group, other, OffsetCommitCases.at(0, 5)));
        alone(talk, group, topic);
        talk.ask("subscribed and not", delete(group, topic, other), (short) 0);
        OffsetFetchCases.show(talk, "shown", group, topic);
        OffsetFetchCases.show(talk, "the other, shown", group, other);
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(group, "a", ConsumerGroups.LEAVE));
        talk.ask("empty", delete(group, topic), (short) 0);
        OffsetFetchCases.show(talk, "empty, shown", group, topic);
    }
}
