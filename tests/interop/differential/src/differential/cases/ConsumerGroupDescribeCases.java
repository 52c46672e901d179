package differential.cases;

import static differential.cases.ConsumerGroups.LEAVE;
import static differential.cases.ConsumerGroups.LEAVE_FOR_A_WHILE;
import static differential.cases.ConsumerGroups.alone;
import static differential.cases.ConsumerGroups.beat;
import static differential.cases.ConsumerGroups.describe;
import static differential.cases.ConsumerGroups.join;
import static differential.cases.ConsumerGroups.prepare;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;

/** ConsumerGroupDescribe. */
final class ConsumerGroupDescribeCases extends Cases {
    ConsumerGroupDescribeCases() {
        super("ConsumerGroupDescribe");
        add("no coordinator", ConsumerGroupDescribeCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> describe(named(talk, "g"), named(talk, "h")));
        add("no group", ConsumerGroupDescribeCases::noGroup);
        add("states", ConsumerGroupDescribeCases::states);
        add("several", ConsumerGroupDescribeCases::several);
        add("authorized operations", ConsumerGroupDescribeCases::operations);
        add("classic groups", ConsumerGroupDescribeCases::classic);
        add("static", ConsumerGroupDescribeCases::staticMember);
        add("topics", ConsumerGroupDescribeCases::topics);
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("one", describe("g"));
        talk.ask("several", describe("g", "h"));
        talk.ask("twice", describe("g", "g"));
        talk.ask("no name", describe(""));
        talk.ask("none", describe());
    }

    private static void noGroup(Talk talk) throws Exception {
        talk.ask("nothing", describe());
        Groups.ready(talk, "");
        talk.ask("no name", describe(""));
        talk.ask("unknown", describe(named(talk, "g")));
        talk.ask("blank", describe(" "));
    }

    private static void states(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 3);
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("stable", describe(group));
        prepare(talk, join(group, "b", topic).setRackId("r"));
        talk.ask("reconciling", describe(group));
        prepare(talk, beat(group, "a", 2));
        talk.ask("one is to give up", describe(group));
        prepare(talk, beat(group, "a", LEAVE));
        talk.ask("it leaves", describe(group));
        prepare(talk, beat(group, "b", LEAVE));
        talk.ask("empty", describe(group));
        DeleteGroupsCases.prepare(talk, group);
        talk.ask("deleted", describe(group));
    }

    private static void several(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        Groups.ready(talk, "");
        String one = named(talk, "one");
        String two = named(talk, "two");
        String none = named(talk, "none");
        alone(talk, one, topic);
        alone(talk, two, topic);
        talk.ask("three", describe(two, none, one));
        talk.ask("twice the same", describe(one, one, two));
        talk.ask("twice an unknown one", describe(none, none));
        talk.ask("with an empty name", describe("", one));
    }

    private static void operations(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        Groups.ready(talk, "");
        String group = named(talk, "g");
        alone(talk, group, topic);
        talk.ask("known and unknown", describe(group, named(talk, "none"), "").setIncludeAuthorizedOperations(true));
        talk.ask("not asked for", describe(group, named(talk, "none"), "").setIncludeAuthorizedOperations(false));
    }

    private static void classic(Talk talk) throws Exception {
        OffsetCommitCases.commitSome(talk, named(talk, "simple"));
        talk.ask("of offsets alone", describe(talk.name("simple")).setIncludeAuthorizedOperations(true));
        Member member = Member.alone(talk, named(talk, "classic"));
        talk.on("main").ask("stable", describe(member.group()));
        member.leave();
        talk.on("main").ask("empty", describe(member.group()));
    }

    private static void staticMember(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        alone(talk, group, topic, it -> it.setInstanceId("i").setServerAssignor("range"));
        talk.ask("stable", describe(group));
        prepare(talk, beat(group, "a", LEAVE_FOR_A_WHILE).setInstanceId("i"));
        talk.ask("away", describe(group));
    }

    private static void topics(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        Topic gone = ConsumerGroups.topic(talk, "gone", 1);
        String group = named(talk, "g");
        prepare(talk, join(group, "a", topic.name(), gone.name(), talk.name("never")));
        talk.ask("two", describe(group));
        gone.delete(talk);
        ConsumerGroups.showUntil(talk, "one is deleted", group,
            it -> it.members().get(0).targetAssignment().topicPartitions().size() == 1);
    }
}
