package differential.cases;

import static differential.cases.Groups.join;
import static differential.cases.Groups.named;
import static differential.cases.Groups.protocol;
import static differential.cases.Groups.subscription;
import static differential.cases.OffsetCommitCases.at;
import static differential.cases.OffsetCommitCases.commit;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;

/** OffsetDelete. */
final class OffsetDeleteCases extends Cases {
    OffsetDeleteCases() {
        super("OffsetDelete");
        add("no coordinator", OffsetDeleteCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> {
            String group = named(talk, "g");
            return delete(group, topic(OffsetCommitCases.commitSome(talk, group).name(), 0));
        });
        add("offsets", OffsetDeleteCases::offsets);
        add("no group", OffsetDeleteCases::noGroup);
        add("unknown topics", OffsetDeleteCases::unknown);
        add("twice the same", OffsetDeleteCases::twice);
        add("nothing", OffsetDeleteCases::nothing);
        add("of topics that members read", OffsetDeleteCases::subscribed);
        add("of a group of another type", OffsetDeleteCases::otherType);
        add("of members whose subscription is garbage", OffsetDeleteCases::garbage);
        add("deleted topic", OffsetDeleteCases::deletedTopic);
    }

    private static OffsetDeleteRequestTopic topic(String name, int... partitions) {
        OffsetDeleteRequestTopic topic = new OffsetDeleteRequestTopic().setName(name);
        for (int partition : partitions) {
            topic.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(partition));
        }
        return topic;
    }

    private static OffsetDeleteRequestData delete(String group, OffsetDeleteRequestTopic... topics) {
        OffsetDeleteRequestData request = new OffsetDeleteRequestData().setGroupId(group);
        for (OffsetDeleteRequestTopic topic : topics) {
            request.topics().mustAdd(topic);
        }
        return request;
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("a topic", delete("g", topic(topic.name(), 0)));
        talk.ask("no name", delete("", topic(topic.name(), 0)));
        talk.ask("unknown topic", delete("g", topic(talk.name("unknown"), 0)));
        talk.ask("nothing", delete("g"));
        talk.ask("nothing of no name", delete(""));
    }

    private static void offsets(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 3);
        OffsetCommitCases.prepare(talk, commit(talk, group, topic, at(0, 5), at(1, 6)));
        talk.ask("one and one that there is not", delete(group, topic(topic.name(), 0, 2)));
        OffsetFetchCases.show(talk, "one is left", group, topic);
        talk.ask("again", delete(group, topic(topic.name(), 0)));
        talk.ask("the last", delete(group, topic(topic.name(), 1)));
        OffsetFetchCases.show(talk, "none is left", group, topic);
        Groups.show(talk, "the group", group);
        talk.ask("none is left to delete", delete(group, topic(topic.name(), 1)));
    }

    private static void noGroup(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        Groups.ready(talk, "");
        talk.ask("no name", delete("", topic(topic.name(), 0)));
        talk.ask("unknown", delete(named(talk, "g"), topic(topic.name(), 0)));
        talk.ask("unknown, unknown topic", delete(talk.name("g"), topic(talk.name("unknown"), 0)));
        talk.ask("unknown, nothing", delete(talk.name("g")));
        talk.ask("no name, nothing", delete(""));
    }

    private static void unknown(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("topic", delete(group, topic(talk.name("unknown"), 0, 1)));
        talk.ask("partitions", delete(group, topic(topic.name(), 7, -1, Integer.MAX_VALUE, 1)));
        talk.ask("unknown and known", delete(group, topic(talk.name("unknown"), 0), topic(topic.name(), 0, 9)));
        int nth = 0;
        for (String name : new String[] {"", ".", "a b", "x".repeat(250)}) {
            talk.ask("name " + nth++, delete(group, topic(name, 0)));
        }
        OffsetFetchCases.show(talk, "shown", group, topic);
    }

    private static void twice(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("partition", delete(group, topic(topic.name(), 0, 0)));
        talk.ask("topic", delete(group, topic(topic.name(), 0), topic(topic.name(), 1)));
        talk.ask("unknown topic", delete(group, topic(talk.name("u"), 0), topic(talk.name("u"), 0)));
        talk.ask("unknown partition", delete(group, topic(topic.name(), 7, 7)));
    }

    private static void nothing(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("no topics", delete(group));
        talk.ask("no partitions", delete(group, topic(topic.name())));
        talk.ask("no partitions of an unknown topic", delete(group, topic(talk.name("unknown"))));
    }

    private static void subscribed(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic read = Topic.create(talk, "read", 2);
        Topic other = Topic.create(talk, "other", 1);
        OffsetCommitCases.prepare(talk, commit(group, OffsetCommitCases.topic(read, at(0, 5)), OffsetCommitCases.topic(other, at(0, 6))));
        Member member = new Member(talk, "a", group, it -> {
            it.protocols().clear();
            it.protocols().mustAdd(protocol("range", subscription(read.name())));
        });
        member.enter();
        talk.on("main").ask("before the sync", delete(group, topic(read.name(), 0)));
        member.sync();
        talk.on("main").ask("stable", delete(group, topic(read.name(), 0, 1, 9), topic(other.name(), 0), topic(talk.name("unknown"), 0)));
        OffsetFetchCases.show(talk, "shown", group, read);
        member.leave();
        talk.on("main").ask("it has left", delete(group, topic(read.name(), 0)));
        OffsetFetchCases.show(talk, "shown again", group, read);
    }

    private static void otherType(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        JoinGroupResponseData answer = talk.prepare(join(group, "", "connect", protocol("default")), Groups.JOIN_VERSION);
        talk.prepare(join(group, answer.memberId(), "connect", protocol("default")), Groups.JOIN_VERSION);
        talk.ask("with members", delete(group, topic(topic.name(), 0)));
        talk.ask("with members, unknown topic", delete(group, topic(talk.name("unknown"), 0)));
        talk.ask("with members, both", delete(group, topic(topic.name(), 0), topic(talk.name("unknown"), 0)));
        talk.ask("with members, nothing", delete(group));
        talk.prepare(Groups.leave(Groups.LEAVE_VERSION, group, answer.memberId()), Groups.LEAVE_VERSION);
        talk.ask("without", delete(group, topic(topic.name(), 0)));
    }

    private static void garbage(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        Member member = new Member(talk, "a", group, it -> {
            it.protocols().clear();
            it.protocols().mustAdd(protocol("range", (byte) 9));
        });
        member.enter();
        talk.on("main").ask("before the sync", delete(group, topic(topic.name(), 0)));
        member.sync();
        talk.on("main").ask("stable", delete(group, topic(topic.name(), 0)));
    }

    private static void deletedTopic(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        topic.delete(talk);
        talk.ask("deleted", delete(group, topic(topic.name(), 0)));
    }
}
