package differential.cases;

import static differential.cases.Groups.named;
import static differential.cases.OffsetCommitCases.at;
import static differential.cases.OffsetCommitCases.commit;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;

/** OffsetFetch, of one group (up to version 7) and of several. */
final class OffsetFetchCases extends Cases {
    private static final int SEVERAL_GROUPS = 8;
    private static final short SHOWING_VERSION = 9;
    private static final Versions OF_SEVERAL = new Versions(SEVERAL_GROUPS, Short.MAX_VALUE);
    private static final Versions OF_ALL_TOPICS = new Versions(2, Short.MAX_VALUE);
    private static final Versions WITH_MEMBERS = new Versions(9, Short.MAX_VALUE);

    /** A topic and partitions of it. */
    private record Part(Topic topic, Integer... partitions) {}

    OffsetFetchCases() {
        super("OffsetFetch");
        add("no coordinator", OffsetFetchCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> {
            String group = named(talk, "g");
            return fetch(talk, group, new Part(OffsetCommitCases.commitSome(talk, group), 0, 1));
        });
        add("offsets", OffsetFetchCases::offsets);
        add("no group", OffsetFetchCases::noGroup);
        add("unknown topics", OffsetFetchCases::unknown);
        add("twice the same", OffsetFetchCases::twice);
        add("nothing", OffsetFetchCases::nothing);
        add("all topics", OF_ALL_TOPICS, OffsetFetchCases::all);
        add("several groups", OF_SEVERAL, OffsetFetchCases::several);
        add("require stable", new Versions(7, Short.MAX_VALUE), OffsetFetchCases::requireStable);
        add("members", WITH_MEMBERS, OffsetFetchCases::members);
        add("while members join", OffsetFetchCases::states);
        add("deleted topic", OffsetFetchCases::deletedTopic);
        add("deleted group", OffsetFetchCases::deletedGroup);
    }

    private static OffsetFetchRequestGroup group(String group, Part... parts) {
        return new OffsetFetchRequestGroup().setGroupId(group).setTopics(new ArrayList<>(Arrays.stream(parts)
            .map(part -> new OffsetFetchRequestTopics().setName(part.topic.name()).setTopicId(part.topic.id())
                .setPartitionIndexes(new ArrayList<>(List.of(part.partitions))))
            .toList()));
    }

    private static OffsetFetchRequestData fetch(OffsetFetchRequestGroup... groups) {
        return new OffsetFetchRequestData().setGroups(new ArrayList<>(List.of(groups)));
    }

    private static OffsetFetchRequestData fetch(Talk talk, String group, Part... parts) {
        if (talk.version() >= SEVERAL_GROUPS) {
            return fetch(group(group, parts));
        }
        return new OffsetFetchRequestData().setGroupId(group).setTopics(new ArrayList<>(Arrays.stream(parts)
            .map(part -> new OffsetFetchRequestTopic().setName(part.topic.name())
                .setPartitionIndexes(new ArrayList<>(List.of(part.partitions))))
            .toList()));
    }

    private static OffsetFetchRequestData fetchAll(Talk talk, String group) {
        return talk.version() >= SEVERAL_GROUPS ? fetch(group(group).setTopics(null)) :
            new OffsetFetchRequestData().setGroupId(group).setTopics(null);
    }

    /** What the group has committed, compared. */
    static void show(Talk talk, String step, String group, Topic topic) throws Exception {
        talk.on("main").ask(step, fetch(group(group, new Part(topic, 0, 1, 2)), group(group).setTopics(null)), SHOWING_VERSION);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("a topic", fetch(talk, "g", new Part(topic, 0, 1)));
        talk.ask("no name", fetch(talk, "", new Part(topic, 0)));
        talk.ask("unknown topic", fetch(talk, "g", new Part(Requests.unknown(talk), 0)));
        talk.ask("nothing", fetch(talk, "g"));
        if (talk.version() >= OF_ALL_TOPICS.first()) {
            talk.ask("all", fetchAll(talk, "g"));
            talk.ask("all of no name", fetchAll(talk, ""));
        }
    }

    private static void offsets(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 3);
        OffsetCommitCases.prepare(talk, commit(talk, group, topic, at(0, 5).setCommittedMetadata("m").setCommittedLeaderEpoch(3),
            at(1, 6).setCommittedMetadata("")));
        talk.ask("all three", fetch(talk, group, new Part(topic, 0, 1, 2)));
        talk.ask("backwards", fetch(talk, group, new Part(topic, 2, 1, 0)));
        talk.ask("one", fetch(talk, group, new Part(topic, 1)));
    }

    private static void noGroup(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        Groups.ready(talk, "");
        talk.ask("no name", fetch(talk, "", new Part(topic, 0)));
        String group = named(talk, "g");
        talk.ask("unknown", fetch(talk, group, new Part(topic, 0, 1)));
        Member member = Member.alone(talk, group);
        talk.on("main").ask("without offsets", fetch(talk, group, new Part(topic, 0)));
        member.leave();
        talk.on("main").ask("empty", fetch(talk, group, new Part(topic, 0)));
    }

    private static void unknown(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        Topic unknown = Requests.unknown(talk);
        talk.ask("topic", fetch(talk, group, new Part(unknown, 0, 1)));
        talk.ask("partitions", fetch(talk, group, new Part(topic, 7, -1, Integer.MAX_VALUE, 0)));
        talk.ask("no id", fetch(talk, group, new Part(new Topic(topic.name(), Uuid.ZERO_UUID), 0)));
        talk.ask("known and unknown", fetch(talk, group, new Part(topic, 0), new Part(unknown, 0)));
        talk.ask("unknown and known", fetch(talk, group, new Part(unknown, 0), new Part(topic, 0)));
        int nth = 0;
        for (String name : new String[] {"", ".", "a b", "x".repeat(250)}) {
            talk.ask("name " + nth++, fetch(talk, group, new Part(new Topic(name, new Uuid(3, 4)), 0)));
        }
        talk.ask("in an unknown group", fetch(talk, named(talk, "h"), new Part(unknown, 0)));
    }

    private static void twice(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("partition", fetch(talk, group, new Part(topic, 0, 0, 1, 0)));
        talk.ask("topic", fetch(talk, group, new Part(topic, 0), new Part(topic, 1)));
        talk.ask("both", fetch(talk, group, new Part(topic, 0), new Part(topic, 0)));
        talk.ask("unknown", fetch(talk, group, new Part(Requests.unknown(talk), 0), new Part(Requests.unknown(talk), 0)));
    }

    private static void nothing(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("no topics", fetch(talk, group));
        talk.ask("no partitions", fetch(talk, group, new Part(topic)));
        talk.ask("no partitions of an unknown topic", fetch(talk, group, new Part(Requests.unknown(talk))));
        talk.ask("no topics of an unknown group", fetch(talk, named(talk, "h")));
    }

    private static void all(Talk talk) throws Exception {
        String group = named(talk, "g");
        talk.ask("unknown group", fetchAll(talk, group));
        Groups.ready(talk, "");
        talk.ask("no name", fetchAll(talk, ""));
        Topic one = Topic.create(talk, "one", 2);
        OffsetCommitCases.prepare(talk, commit(talk, group, one, at(1, 5)));
        talk.ask("one partition", fetchAll(talk, group));
        Topic two = Topic.create(talk, "two", 1);
        OffsetCommitCases.prepare(talk, commit(talk, group, two, at(0, 6).setCommittedMetadata("m").setCommittedLeaderEpoch(2)));
        OffsetCommitCases.prepare(talk, commit(talk, group, one, at(0, 7)));
        talk.ask("two topics", fetchAll(talk, group));
        Member member = Member.alone(talk, named(talk, "h"));
        talk.on("main").ask("without offsets", fetchAll(talk, member.group()));
    }

    private static void several(Talk talk) throws Exception {
        List<String> groups = new ArrayList<>();
        for (String suffix : List.of("a", "b", "c", "d")) {
            groups.add(named(talk, suffix));
        }
        Groups.ready(talk, "");
        Topic topic = Topic.create(talk, "t", 2);
        Topic unknown = Requests.unknown(talk);
        OffsetCommitCases.prepare(talk, commit(talk, groups.get(0), topic, at(0, 1), at(1, 2)));
        OffsetCommitCases.prepare(talk, commit(talk, groups.get(1), topic, at(0, 3)));
        talk.ask("three", fetch(group(groups.get(2), new Part(topic, 0)), group(groups.get(1), new Part(topic, 1, 0)),
            group(groups.get(0), new Part(topic, 0, 1))));
        talk.ask("none", fetch());
        talk.ask("some of all topics", fetch(group(groups.get(0)).setTopics(null), group(groups.get(1), new Part(topic, 0)),
            group(groups.get(3)).setTopics(null)));
        talk.ask("unknown topics", fetch(group(groups.get(0), new Part(unknown, 0), new Part(topic, 0)), group(groups.get(1), new Part(unknown, 0))));
        talk.ask("twice the same", fetch(group(groups.get(0), new Part(topic, 0)), group(groups.get(0), new Part(topic, 1))));
        talk.ask("with an empty name", fetch(group("", new Part(topic, 0)), group(groups.get(0), new Part(topic, 1)), group("").setTopics(null)));
    }

    private static void requireStable(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("offsets", fetch(talk, group, new Part(topic, 0, 1)).setRequireStable(true));
        talk.ask("all", fetchAll(talk, group).setRequireStable(true));
        talk.ask("unknown group", fetch(talk, named(talk, "h"), new Part(topic, 0)).setRequireStable(true));
    }

    private static void members(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        String none = named(talk, "none");
        Member member = Member.alone(talk, named(talk, "h"));
        talk.on("main");
        int nth = 0;
        for (String id : new String[] {null, "", "nobody", member.id()}) {
            for (int epoch : new int[] {-1, 0, 1, 2, -2, Integer.MAX_VALUE}) {
                nth++;
                for (String asked : List.of(group, member.group(), none)) {
                    String step = "asker " + nth + " of " + asked.substring(asked.lastIndexOf('-') + 1);
                    talk.ask(step, fetch(group(asked, new Part(topic, 0)).setMemberId(id).setMemberEpoch(epoch)));
                    talk.ask(step + " all", fetch(group(asked).setTopics(null).setMemberId(id).setMemberEpoch(epoch)));
                }
            }
        }
    }

    private static void states(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        Member leader = new Member(talk, "a", group);
        leader.enter();
        talk.on("main").ask("before the sync", fetch(talk, group, new Part(topic, 0)));
        leader.sync();
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        talk.on("main").ask("while another joins", fetch(talk, group, new Part(topic, 0)));
        leader.enter();
        follower.endJoin(waiting);
    }

    private static void deletedTopic(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 1);
        Topic kept = Topic.create(talk, "kept", 1);
        OffsetCommitCases.prepare(talk, commit(talk, group, topic, at(0, 5)));
        OffsetCommitCases.prepare(talk, commit(talk, group, kept, at(0, 6)));
        topic.delete(talk);
        talk.<OffsetFetchResponseData>eventually("its offsets go", fetch(group(group, new Part(topic, 0))), SHOWING_VERSION,
            it -> it.groups().get(0).topics().get(0).partitions().get(0).committedOffset() == -1);
        talk.ask("deleted", fetch(talk, group, new Part(topic, 0), new Part(kept, 0)));
        talk.ask("all", talk.version() < 2 ? fetch(talk, group, new Part(kept, 0)) : fetchAll(talk, group));
        Topic again = Topic.create(talk, "t", 1);
        talk.ask("made again", fetch(talk, group, new Part(again, 0)));
        OffsetCommitCases.prepare(talk, commit(talk, group, again, at(0, 7)));
        talk.ask("committed again", fetch(talk, group, new Part(again, 0)));
        talk.ask("the one before", fetch(talk, group, new Part(topic, 0)));
    }

    private static void deletedGroup(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        DeleteGroupsCases.prepare(talk, group);
        talk.ask("deleted", fetch(talk, group, new Part(topic, 0)));
        OffsetCommitCases.prepare(talk, commit(talk, group, topic, at(1, 5)));
        talk.ask("made again", fetch(talk, group, new Part(topic, 0, 1)));
    }
}
