package differential.cases;

import static differential.cases.Groups.named;
import static differential.cases.Groups.protocol;
import static differential.cases.Groups.subscription;
import static differential.cases.OffsetCommitCases.at;
import static differential.cases.OffsetCommitCases.commit;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;

/** Offsets that become too old (KIP-211), and groups that have nothing any more. All cases wait for the same minute. */
final class OffsetExpiryCases extends Cases {
    private static final short FETCH_VERSION = 9;
    private static final short GROUP_ERRORS_VERSION = 6;
    private static final Duration LONGER_THAN_RETENTION = Duration.ofSeconds(100);

    OffsetExpiryCases() {
        super("OffsetCommit");
        under(Setting.OLD_OFFSETS);
        besideOthers();
        add("retention of its own ends", new Versions(2, 4), OffsetExpiryCases::own);
        add("groups without anything go", new Versions(9, Short.MAX_VALUE), OffsetExpiryCases::empty);
        add("offsets of nobody grow old", new Versions(9, Short.MAX_VALUE), OffsetExpiryCases::simple);
        add("offsets of classic groups grow old", new Versions(10, Short.MAX_VALUE), OffsetExpiryCases::classic);
        add("offsets of consumer groups grow old", new Versions(10, Short.MAX_VALUE), OffsetExpiryCases::consumers);
    }

    /** Asks for offsets of the first partitions of each topic. */
    private static OffsetFetchRequestData fetch(String group, Topic... topics) {
        List<Integer> partitions = List.of(0, 1, 2, 3, 4, 5);
        List<OffsetFetchRequestTopics> asked = Arrays.stream(topics)
            .map(it -> new OffsetFetchRequestTopics().setName(it.name()).setPartitionIndexes(partitions)).toList();
        return new OffsetFetchRequestData().setGroups(List.of(new OffsetFetchRequestGroup().setGroupId(group).setTopics(asked)));
    }

    /** Waits until the group has offsets in so many partitions and no more. */
    private static void showUntil(Talk talk, String step, String group, int partitions, Topic... topics) throws Exception {
        talk.on("main").<OffsetFetchResponseData>eventually(step, fetch(group, topics), FETCH_VERSION, it ->
            it.groups().get(0).topics().stream().flatMap(topic -> topic.partitions().stream())
                .filter(each -> each.committedOffset() >= 0).count() == partitions);
    }

    private static void showGone(Talk talk, String step, String group) throws Exception {
        talk.on("main").<DescribeGroupsResponseData>eventually(step, Groups.describe(group), GROUP_ERRORS_VERSION,
            it -> it.groups().get(0).errorCode() != 0);
    }

    private static void own(Talk talk) throws Exception {
        String group = named(talk, "g");
        long[] retentions = {0, 1, -2, Long.MIN_VALUE, 3_600_000, -1};
        Topic topic = Topic.create(talk, "t", retentions.length);
        for (int i = 0; i < retentions.length; i++) {
            talk.ask("retention " + retentions[i], commit(talk, group, topic, at(i, i)).setRetentionTimeMs(retentions[i]));
        }
        showUntil(talk, "two are left", group, 2, topic);
        talk.ask("one becomes old", commit(talk, group, topic, at(4, 7)).setRetentionTimeMs(1));
        showUntil(talk, "one is left", group, 1, topic);
        talk.ask("the last becomes old", commit(talk, group, topic, at(5, 7)).setRetentionTimeMs(1));
        showGone(talk, "nor is the group", group);
    }

    private static void empty(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        // A dynamic member asks for its id first, and its group could go in between.
        Member member = Member.aloneStatic(talk, named(talk, "classic"), "i");
        String consumers = named(talk, "consumers");
        ConsumerGroups.alone(talk, consumers, topic);
        member.leave();
        showGone(talk, "a classic group", member.group());
        member.speaks().ask("its member", Groups.heartbeat(member.group(), member.id(), 1).setGroupInstanceId("i"), Groups.HEARTBEAT_VERSION);
        ConsumerGroups.show(talk.on("main"), "a consumer group with a member", consumers);
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(consumers, "a", ConsumerGroups.LEAVE));
        ConsumerGroups.showUntil(talk, "a consumer group", consumers, it -> it.errorCode() != 0);
        talk.ask("its member beats", ConsumerGroups.beat(consumers, "a", 2), ConsumerGroups.HEARTBEAT_VERSION);
    }

    private static void simple(Talk talk) throws Exception {
        talk.within(LONGER_THAN_RETENTION);
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 3);
        talk.ask("first", commit(talk, group, topic, at(0, 1), at(1, 2)));
        showUntil(talk, "both are gone", group, 0, topic);
        showGone(talk, "so is the group", group);
        talk.ask("again", commit(talk, group, topic, at(0, 1)));
        showUntil(talk, "again, shown", group, 1, topic);
    }

    private static Member reads(Talk talk, String group, byte... said) throws Exception {
        return Member.alone(talk, group, it -> {
            it.setSessionTimeoutMs(300_000).setGroupInstanceId("i");
            it.protocols().clear();
            it.protocols().mustAdd(protocol("range", said));
        });
    }

    /** Of topics that members read they stay; they age since the group is empty. */
    private static void classic(Talk talk) throws Exception {
        talk.within(LONGER_THAN_RETENTION);
        Topic read = Topic.create(talk, "read", 1);
        Topic other = Topic.create(talk, "other", 1);
        String stable = named(talk, "stable");
        String garbage = named(talk, "garbage");
        String left = named(talk, "left");
        String nothing = named(talk, "nothing");
        List<Member> members = List.of(reads(talk, stable, subscription(read.name())), reads(talk, garbage, (byte) 9),
            reads(talk, left, subscription(read.name())),
            reads(talk, nothing, subscription()));
        for (Member member : members) {
            talk.on("main").<OffsetCommitResponseData>ask("commits in " + member.group(),
                OffsetCommitCases.commit(member.group(), OffsetCommitCases.topic(read, at(0, 1)), OffsetCommitCases.topic(other, at(0, 2)))
                    .setMemberId(member.id()).setGenerationIdOrMemberEpoch(1).setGroupInstanceId("i"));
        }
        members.get(2).leave();
        showUntil(talk, "what is read stays", stable, 1, read, other);
        showUntil(talk, "empty", left, 0, read, other);
        showGone(talk, "empty, and gone", left);
        showUntil(talk, "reads nobody knows what", garbage, 2, read, other);
        showUntil(talk, "reads nothing", nothing, 0, read, other);
        Groups.show(talk, "reads nothing, shown", nothing);
    }

    private static void consumers(Talk talk) throws Exception {
        talk.within(LONGER_THAN_RETENTION);
        Topic read = ConsumerGroups.topic(talk, "read", 1);
        Topic other = ConsumerGroups.topic(talk, "other", 1);
        for (String suffix : List.of("stable", "left")) {
            String group = named(talk, suffix);
            ConsumerGroups.alone(talk, group, read);
            talk.ask("commits in " + suffix,
                OffsetCommitCases.commit(group, OffsetCommitCases.topic(read, at(0, 1)), OffsetCommitCases.topic(other, at(0, 2)))
                    .setMemberId("a").setGenerationIdOrMemberEpoch(2));
        }
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(talk.name("left"), "a", ConsumerGroups.LEAVE));
        showUntil(talk, "what is read stays", talk.name("stable"), 1, read, other);
        showUntil(talk, "empty", talk.name("left"), 0, read, other);
        ConsumerGroups.showUntil(talk, "empty, and gone", talk.name("left"), it -> it.errorCode() != 0);
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(talk.name("stable"), "a", ConsumerGroups.LEAVE));
        showUntil(talk, "what was read is old", talk.name("stable"), 0, read, other);
        ConsumerGroups.showUntil(talk, "stable, and gone", talk.name("stable"), it -> it.errorCode() != 0);
    }
}
