package differential.cases;

import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;

/** DeleteGroups. */
final class DeleteGroupsCases extends Cases {
    private static final int PREPARING_VERSION = 2;

    DeleteGroupsCases() {
        super("DeleteGroups");
        add("no coordinator", DeleteGroupsCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        malformed(talk -> delete(named(talk, "g"), named(talk, "h")));
        add("no group", DeleteGroupsCases::noGroup);
        add("offsets alone", DeleteGroupsCases::simple);
        add("states", DeleteGroupsCases::states);
        add("consumer groups", DeleteGroupsCases::consumers);
        add("several", DeleteGroupsCases::several);
        add("twice the same", DeleteGroupsCases::twice);
    }

    private static DeleteGroupsRequestData delete(String... groups) {
        return new DeleteGroupsRequestData().setGroupsNames(List.of(groups));
    }

    /** Deletes groups, which is expected to succeed. */
    static void prepare(Talk talk, String... groups) throws Exception {
        DeleteGroupsResponseData answer = talk.on("main").prepare(delete(groups), PREPARING_VERSION);
        if (answer.results().stream().anyMatch(it -> it.errorCode() != 0)) {
            throw new IllegalStateException("not deleted: " + answer);
        }
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("one", delete("g"));
        talk.ask("several", delete("g", "h"));
        talk.ask("twice", delete("g", "g"));
        talk.ask("no name", delete(""));
        talk.ask("none", delete());
    }

    private static void noGroup(Talk talk) throws Exception {
        talk.ask("nothing", delete());
        Groups.ready(talk, "");
        talk.ask("no name", delete(""));
        talk.ask("unknown", delete(named(talk, "g")));
        talk.ask("blank", delete(" "));
    }

    private static void simple(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        talk.ask("first", delete(group));
        Groups.show(talk, "gone", group);
        OffsetFetchCases.show(talk, "its offsets too", group, topic);
        talk.ask("again", delete(group));
    }

    private static void states(Talk talk) throws Exception {
        String group = named(talk, "g");
        Member leader = new Member(talk, "a", group);
        leader.enter();
        talk.on("main").ask("before the sync", delete(group));
        leader.sync();
        talk.on("main").ask("stable", delete(group));
        Member follower = new Member(talk, "b", group);
        int waiting = follower.beginJoin();
        leader.awaitRebalance();
        talk.on("main").ask("while another joins", delete(group));
        leader.enter();
        follower.endJoin(waiting);
        leader.leave();
        follower.leave();
        Groups.show(talk, "shown", group);
        talk.on("main").ask("empty", delete(group));
        leader.speaks().ask("a member of before", Groups.heartbeat(group, leader.id(), 2), Groups.HEARTBEAT_VERSION);
        leader.speaks().ask("joins again", leader.joinRequest(), Groups.JOIN_VERSION);
        Member.alone(talk, group);
        Groups.show(talk, "made again", group);
        String pending = named(talk, "pending");
        new Member(talk, "c", pending).takeId();
        talk.on("main").ask("with a pending id", delete(pending));
        Groups.show(talk, "of a pending id", pending);
    }

    private static void consumers(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = OffsetCommitCases.commitSome(talk, group);
        ConsumerGroups.alone(talk, group, topic);
        talk.ask("stable", delete(group));
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(group, "a", ConsumerGroups.LEAVE));
        ConsumerGroups.show(talk, "shown", group);
        talk.ask("empty", delete(group));
        ConsumerGroups.show(talk, "gone", group);
        OffsetFetchCases.show(talk, "its offsets too", group, topic);
        talk.ask("again", delete(group));
        Member.alone(talk, group);
        Groups.show(talk, "made again, a classic one", group);
    }

    private static void several(Talk talk) throws Exception {
        Groups.ready(talk, "");
        String none = named(talk, "none");
        OffsetCommitCases.commitSome(talk, named(talk, "one"));
        OffsetCommitCases.commitSome(talk, named(talk, "two"));
        Member.alone(talk, named(talk, "three"));
        talk.on("main").ask("all", delete(talk.name("two"), none, talk.name("three"), "", talk.name("one")));
    }

    private static void twice(Talk talk) throws Exception {
        String group = named(talk, "g");
        OffsetCommitCases.commitSome(talk, group);
        talk.ask("known", delete(group, group));
        talk.ask("unknown", delete(talk.name("g"), named(talk, "h"), talk.name("g")));
    }
}
