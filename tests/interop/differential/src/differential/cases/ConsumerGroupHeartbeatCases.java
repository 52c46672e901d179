package differential.cases;

import static differential.cases.ConsumerGroups.JOIN;
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
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;

/** ConsumerGroupHeartbeat: what one request does. Lives of groups are {@link ConsumerLifeCases}. */
final class ConsumerGroupHeartbeatCases extends Cases {
    private static final Versions WITH_PATTERNS = new Versions(1, Short.MAX_VALUE);

    ConsumerGroupHeartbeatCases() {
        super("ConsumerGroupHeartbeat");
        add("no coordinator", ConsumerGroupHeartbeatCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> join(named(talk, "g"), "m", "t").setMemberEpoch(7).setInstanceId("i").setRackId("r").setServerAssignor("range")
            .setTopicPartitions(List.of(new TopicPartitions().setTopicId(new Uuid(1, 2)).setPartitions(List.of(0)))));
        add("joins", ConsumerGroupHeartbeatCases::joins);
        add("without an id", ConsumerGroupHeartbeatCases::nameless);
        add("cannot be meant", ConsumerGroupHeartbeatCases::invalid);
        add("empty fields", ConsumerGroupHeartbeatCases::empty);
        add("several things wrong", ConsumerGroupHeartbeatCases::wrongTwice);
        add("joins that lack something", ConsumerGroupHeartbeatCases::incomplete);
        add("rebalance timeouts", ConsumerGroupHeartbeatCases::timeouts);
        add("assignors", ConsumerGroupHeartbeatCases::assignors);
        add("patterns", WITH_PATTERNS, ConsumerGroupHeartbeatCases::patterns);
        add("no group", ConsumerGroupHeartbeatCases::noGroup);
        add("unknown members", ConsumerGroupHeartbeatCases::unknown);
        add("epochs", ConsumerGroupHeartbeatCases::epochs);
        add("joins again", ConsumerGroupHeartbeatCases::again);
        add("static", ConsumerGroupHeartbeatCases::staticMember);
        add("static leaves", ConsumerGroupHeartbeatCases::staticLeaves);
        add("full", ConsumerGroupHeartbeatCases::full);
        add("classic groups", ConsumerGroupHeartbeatCases::classic);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("join", join("g", "m", "t"));
        talk.ask("beat", beat("g", "m", 1));
        talk.ask("leave", beat("g", "m", LEAVE));
        talk.ask("no name", join("", "m", "t"));
        talk.ask("no member", beat("g", "", 1));
    }

    private static void joins(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 3);
        String[][] topics = {{}, {topic.name()}, {talk.name("unknown")}, {topic.name(), talk.name("unknown")}, {topic.name(), topic.name()}, {""},
            {"no such name!"}, {"x".repeat(250)}};
        for (int i = 0; i < topics.length; i++) {
            String group = named(talk, "g" + i);
            talk.ask("join " + i, join(group, "m", topics[i]));
            show(talk, "shown " + i, group);
        }
        String rack = named(talk, "rack");
        talk.ask("with a rack", join(rack, "m", topic).setRackId("r"));
        show(talk, "with a rack, shown", rack);
    }

    /** Up to version 0 the coordinator draws an id. */
    private static void nameless(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        ConsumerGroupHeartbeatResponseData answer = talk.ask("join", join(group, "", topic));
        show(talk, "shown", group);
        if (answer.errorCode() == 0) {
            talk.ask("beat", beat(group, answer.memberId(), answer.memberEpoch(), owned(topic, 0, 1)));
            talk.ask("leave", beat(group, answer.memberId(), LEAVE));
        }
        talk.ask("join, static", join(group, "", topic).setInstanceId("i"));
        talk.ask("join, static, again", join(group, "", topic).setInstanceId("i"));
        talk.ask("beat without", beat(group, "", 1));
        talk.ask("leave without", beat(group, "", LEAVE));
        talk.ask("static leave without", beat(group, "", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        talk.ask("blank", join(group, " ", topic));
        talk.ask("blank, beats", beat(group, " ", 1));
        talk.ask("long", join(group, "m".repeat(1000), topic));
    }

    private static void invalid(Talk talk) throws Exception {
        String group = named(talk, "g");
        Groups.ready(talk, "");
        for (int epoch : new int[] {-2, -3, -4, Integer.MIN_VALUE}) {
            talk.ask("epoch " + epoch, beat(group, "m", epoch));
            talk.ask("epoch " + epoch + ", static", beat(group, "m", epoch).setInstanceId("i"));
            talk.ask("epoch " + epoch + ", of a join", join(group, "m", "t").setMemberEpoch(epoch));
        }
        talk.ask("no name of a group", join("", "m", "t"));
        talk.ask("no name of a group, beats", beat("", "m", 1));
        talk.ask("no name of a group, leaves", beat("", "m", LEAVE));
        talk.ask("no name of a group, leaves for a while", beat("", "m", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        String blank = "  ";
        Groups.ready(talk, blank);
        talk.ask("a blank name of a group", join(blank, "m", "t"));
    }

    private static void empty(Talk talk) throws Exception {
        String group = named(talk, "g");
        int nth = 0;
        for (String text : new String[] {"", " ", "\t"}) {
            for (int epoch : new int[] {JOIN, 1, LEAVE, LEAVE_FOR_A_WHILE}) {
                String of = " " + nth + " at " + epoch;
                talk.ask("instance id" + of, join(group, "m", "t").setMemberEpoch(epoch).setInstanceId(text));
                talk.ask("rack" + of, join(group, "m", "t").setMemberEpoch(epoch).setInstanceId("i").setRackId(text));
                talk.ask("member id" + of, join(group, text, "t").setMemberEpoch(epoch).setInstanceId("i"));
                talk.ask("assignor" + of, join(group, "m", "t").setMemberEpoch(epoch).setInstanceId("i").setServerAssignor(text));
            }
            nth++;
        }
    }

    /** Of two errors it matters which is told. */
    private static void wrongTwice(Talk talk) throws Exception {
        String group = named(talk, "g");
        Groups.ready(talk, "");
        talk.ask("assignor and timeout", join(group, "m", "t").setServerAssignor("none").setRebalanceTimeoutMs(-1));
        talk.ask("assignor and epoch", beat(group, "m", -3).setServerAssignor("none"));
        talk.ask("assignor and group that there is not", beat(group, "m", 2).setServerAssignor("none"));
        talk.ask("assignor, leaves", beat(group, "m", LEAVE).setServerAssignor("none"));
        talk.ask("member and group", beat("", "", 1));
        talk.ask("all but names", new ConsumerGroupHeartbeatRequestData());
    }

    private static void incomplete(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        talk.ask("no topics", join(group, "m", topic).setSubscribedTopicNames(null));
        talk.ask("nothing of partitions", join(group, "m", topic).setTopicPartitions(null));
        talk.ask("owns partitions", join(group, "m", topic).setTopicPartitions(List.of(owned(topic, 0))));
        talk.ask("owns no partitions of a topic", join(group, "m", topic).setTopicPartitions(List.of(owned(topic))));
        talk.ask("owns unknown partitions", join(group, "m", topic).setTopicPartitions(List.of(owned(Requests.unknown(talk), 3))));
        talk.ask("nothing but an epoch", beat(group, "m", JOIN));
        show(talk, "no group was made", group);
    }

    private static void timeouts(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        int nth = 0;
        for (int timeout : new int[] {-1, 0, -2, Integer.MIN_VALUE, 1, Integer.MAX_VALUE}) {
            String group = named(talk, "g" + nth++);
            talk.ask("join, " + timeout, join(group, "m", topic).setRebalanceTimeoutMs(timeout));
            talk.ask("beat, " + timeout, beat(group, "m", 2).setRebalanceTimeoutMs(timeout));
            show(talk, "shown, " + timeout, group);
        }
    }

    private static void assignors(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        int nth = 0;
        for (String name : new String[] {"uniform", "range", "Range", "roundrobin", "cooperative-sticky", "", " range", "org.apache.kafka.Any"}) {
            String group = named(talk, "g" + nth++);
            talk.ask("join, " + name, join(group, "m", topic).setServerAssignor(name));
            show(talk, "shown, " + name, group);
        }
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("another later", beat(group, "a", 2).setServerAssignor("range"));
        show(talk, "another later, shown", group);
        talk.ask("none such later", beat(group, "a", 2).setServerAssignor("none"));
        talk.ask("leaves with none such", beat(group, "a", LEAVE).setServerAssignor("none"));
        show(talk, "which is not heard, or is", group);
    }

    private static void patterns(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String[] wrong = {"(", "[a", "*", "a{2,1}", "\\", "(?<n", "a(?=b)", "\\1"};
        for (int i = 0; i < wrong.length; i++) {
            String group = named(talk, "w" + i);
            talk.ask("wrong " + i, join(group, "m").setSubscribedTopicNames(null).setSubscribedTopicRegex(wrong[i]));
            talk.ask("wrong, with names " + i, join(group, "m", topic).setSubscribedTopicRegex(wrong[i]));
        }
        String[] right = {"", topic.name(), talk.name("t").replace("t", ".") + "*", "no-such-topic", " ", ".{3,5}nothing"};
        for (int i = 0; i < right.length; i++) {
            String group = named(talk, "r" + i);
            talk.ask("right " + i, join(group, "m").setSubscribedTopicNames(null).setSubscribedTopicRegex(right[i]));
        }
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("wrong later", beat(group, "a", 2).setSubscribedTopicRegex("("));
        talk.ask("empty later", beat(group, "a", 2).setSubscribedTopicRegex(""));
        show(talk, "shown", group);
    }

    private static void noGroup(Talk talk) throws Exception {
        String group = named(talk, "g");
        talk.ask("beat", beat(group, "m", 2));
        talk.ask("leave", beat(group, "m", LEAVE));
        talk.ask("leave for a while", beat(group, "m", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        talk.ask("beat, static", beat(group, "m", 2).setInstanceId("i"));
        show(talk, "none was made", group);
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        String other = named(talk, "h");
        alone(talk, group, topic);
        prepare(talk, join(other, "b", topic));
        for (int epoch : new int[] {1, 2, 3, Integer.MAX_VALUE, LEAVE}) {
            talk.ask("nobody at " + epoch, beat(group, "nobody", epoch));
            talk.ask("of another group at " + epoch, beat(group, "b", epoch));
        }
        talk.ask("static", beat(group, "nobody", 2).setInstanceId("i"));
        talk.ask("static leaves", beat(group, "nobody", LEAVE).setInstanceId("i"));
        talk.ask("static leaves for a while", beat(group, "nobody", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        show(talk, "shown", group);
    }

    private static void epochs(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("nothing new", beat(group, "a", 2));
        talk.ask("all that it has", beat(group, "a", 2, owned(topic, 0, 1)));
        talk.ask("some of it", beat(group, "a", 2, owned(topic, 1)));
        talk.ask("none of it", beat(group, "a", 2, new TopicPartitions[0]));
        talk.ask("more than that", beat(group, "a", 2, owned(topic, 0, 1, 2)));
        talk.ask("of an unknown topic", beat(group, "a", 2, owned(Requests.unknown(talk), 0)));
        talk.ask("twice", beat(group, "a", 2, owned(topic, 0), owned(topic, 0, 0, 1)));
        talk.ask("another instance id", beat(group, "a", 2).setInstanceId("i"));
        talk.ask("epoch after", beat(group, "a", 3));
        talk.ask("greatest epoch", beat(group, "a", Integer.MAX_VALUE));
        talk.ask("new topics", beat(group, "a", 2).setSubscribedTopicNames(List.of(talk.name("unknown"))));
        show(talk, "new topics, shown", group);
        talk.ask("epoch before", beat(group, "a", 2));
        talk.ask("epoch before, nothing owned", beat(group, "a", 2, new TopicPartitions[0]));
        talk.ask("epoch before, all owned", beat(group, "a", 2, owned(topic, 0, 1)));
        talk.ask("epoch now", beat(group, "a", 3, new TopicPartitions[0]));
        talk.ask("the topics again", beat(group, "a", 3).setSubscribedTopicNames(List.of(topic.name())));
        talk.ask("two epochs before", beat(group, "a", 2));
        talk.ask("two epochs before, nothing owned", beat(group, "a", 2, new TopicPartitions[0]));
        talk.ask("epoch before, some owned", beat(group, "a", 3, owned(topic, 0)));
        talk.ask("a rack", beat(group, "a", 4).setRackId("r"));
        show(talk, "a rack, shown", group);
    }

    private static void again(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        Topic other = ConsumerGroups.topic(talk, "u", 1);
        String group = named(talk, "g");
        talk.ask("first", join(group, "m", topic));
        talk.ask("the same", join(group, "m", topic));
        talk.ask("owns some", join(group, "m", topic).setTopicPartitions(List.of(owned(topic, 0))));
        talk.ask("other topics", join(group, "m", other));
        show(talk, "shown", group);
        talk.ask("another instance id", join(group, "m", other).setInstanceId("i"));
        show(talk, "shown again", group);
    }

    private static void staticMember(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        talk.ask("joins", join(group, "a", topic).setInstanceId("i"));
        talk.ask("with its name", beat(group, "a", 2).setInstanceId("i"));
        talk.ask("without its name", beat(group, "a", 2));
        talk.ask("another name", beat(group, "a", 2).setInstanceId("j"));
        talk.ask("another id", beat(group, "b", 2).setInstanceId("i"));
        talk.ask("another epoch", beat(group, "a", 3).setInstanceId("i"));
        talk.ask("another id, another epoch", beat(group, "b", 3).setInstanceId("i"));
        talk.ask("another joins", join(group, "b", topic).setInstanceId("i"));
        talk.ask("the same joins", join(group, "a", topic).setInstanceId("i"));
        talk.ask("the same joins without its name", join(group, "a", topic));
        show(talk, "shown", group);
        talk.ask("another leaves", beat(group, "b", LEAVE).setInstanceId("i"));
        talk.ask("another leaves for a while", beat(group, "b", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        show(talk, "still shown", group);
    }

    private static void staticLeaves(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        String group = named(talk, "g");
        alone(talk, group, topic, it -> it.setInstanceId("i"));
        talk.ask("for a while", beat(group, "a", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        show(talk, "for a while, shown", group);
        talk.ask("again for a while", beat(group, "a", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        talk.ask("beats", beat(group, "a", 2).setInstanceId("i"));
        talk.ask("is back", join(group, "b", topic).setInstanceId("i"));
        show(talk, "is back, shown", group);
        talk.ask("the one before beats", beat(group, "a", 2).setInstanceId("i"));
        talk.ask("the one before joins", join(group, "a", topic).setInstanceId("i"));
        talk.ask("for a while, without its name", beat(group, "b", LEAVE_FOR_A_WHILE));
        talk.ask("for a while, other topics meanwhile", beat(group, "b", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        talk.ask("is back, other topics", join(group, "c", talk.name("unknown")).setInstanceId("i"));
        show(talk, "is back, other topics, shown", group);
        talk.ask("leaves", beat(group, "c", LEAVE).setInstanceId("i"));
        show(talk, "empty", group);
        talk.ask("beats when gone", beat(group, "c", 2).setInstanceId("i"));
    }

    private static void full(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 3);
        String group = named(talk, "g");
        for (String member : List.of("a", "b", "c", "d")) {
            talk.ask("joins " + member, join(group, member, topic));
        }
        talk.ask("the third again", join(group, "c", topic));
        talk.ask("static", join(group, "e", topic).setInstanceId("i"));
        talk.ask("one leaves", beat(group, "a", LEAVE));
        talk.ask("static, again", join(group, "e", topic).setInstanceId("i"));
        show(talk, "shown", group);
    }

    private static void classic(Talk talk) throws Exception {
        String simple = named(talk, "simple");
        Topic topic = OffsetCommitCases.commitSome(talk, simple);
        talk.ask("offsets alone, beat", beat(simple, "m", 2));
        talk.ask("offsets alone, leave", beat(simple, "m", LEAVE));
        talk.ask("offsets alone, join", join(simple, "m", topic));
        show(talk, "offsets alone, shown", simple);
        OffsetFetchCases.show(talk, "its offsets", simple, topic);
        String connect = named(talk, "connect");
        JoinGroupResponseData answer = talk.prepare(Groups.join(connect, "", "connect", Groups.protocol("default")), Groups.JOIN_VERSION);
        talk.prepare(Groups.join(connect, answer.memberId(), "connect", Groups.protocol("default")), Groups.JOIN_VERSION);
        talk.ask("another type, beat", beat(connect, "m", 2));
        talk.ask("another type, join", join(connect, "m", topic));
        String stable = named(talk, "stable");
        Member member = Member.alone(talk, stable);
        talk.on("main");
        talk.ask("stable, beat", beat(stable, member.id(), 2));
        talk.ask("stable, leave", beat(stable, member.id(), LEAVE));
        talk.ask("stable, join; its assignment is none of the protocol", join(stable, "m", topic));
        member.leave();
        talk.on("main").ask("empty, join", join(stable, "m", topic));
        show(talk, "empty, shown", stable);
    }
}
