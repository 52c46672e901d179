package differential.cases;

import static differential.cases.Groups.assignment;
import static differential.cases.Groups.named;
import static differential.cases.OffsetCommitCases.at;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;

/** Small lives of groups of two, at the versions of clients that lived together: JoinGroup's is the case's. */
final class GroupLifeCases extends Cases {
    GroupLifeCases() {
        super("JoinGroup");
        under(Setting.GROUPS);
        add("over a kill", new Versions(9, 9), GroupLifeCases::kill);
        besideOthers();
        add("a life of two", GroupLifeCases::life);
    }

    /** What is written down is there again, with the sessions of members. */
    private static void kill(Talk talk) throws Exception {
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 3);
        List<Member> pair = Member.pair(talk, group);
        for (int i = 0; i < 2; i++) {
            OffsetCommitRequestData commit = OffsetCommitCases.commit(talk, group, topic, at(i, 10 + i).setCommittedMetadata("m"));
            OffsetCommitCases.prepare(talk, commit.setMemberId(pair.get(i).id()).setGenerationIdOrMemberEpoch(2));
        }
        String simple = named(talk, "simple");
        OffsetCommitCases.prepare(talk, OffsetCommitCases.commit(talk, simple, topic, at(2, 30).setCommittedLeaderEpoch(0)));
        String left = named(talk, "left");
        Member.aloneStatic(talk, left, "i").leave();
        String completing = named(talk, "completing");
        new Member(talk, "a", completing).enter();
        String gone = named(talk, "gone");
        OffsetCommitCases.commitSome(talk, gone);
        DeleteGroupsCases.prepare(talk, gone);
        talk.killServer(directory -> { });
        for (String each : List.of(group, simple, left, completing, gone)) {
            Groups.ready(talk, each);
            Groups.show(talk, each.substring(each.lastIndexOf('-') + 1), each);
        }
        OffsetFetchCases.show(talk, "offsets", group, topic);
        OffsetFetchCases.show(talk, "offsets without members", simple, topic);
        pair.get(1).speaks().ask("a member beats", Groups.heartbeat(group, pair.get(1).id(), 2), Groups.HEARTBEAT_VERSION);
        pair.get(1).speaks().ask("and syncs", pair.get(1).syncRequest(), Groups.SYNC_VERSION);
        pair.get(0).speaks().ask("the leader leaves", Groups.leave(group, Groups.identity(pair.get(0).id(), null)), Groups.LEAVE_VERSION);
        pair.get(1).speaks().ask("the other joins again", pair.get(1).joinRequest());
        Groups.show(talk, "shown", group);
    }

    private static short upTo(Talk talk, int most) {
        return (short) Math.min(talk.version(), most);
    }

    private static JoinGroupResponseData enter(Talk talk, String step, Member member) throws Exception {
        JoinGroupResponseData answer = member.speaks().ask(step, member.joinRequest());
        return answer.errorCode() == 0 ? answer :
            member.speaks().ask(step + " with an id", member.joinRequest().setMemberId(answer.memberId()));
    }

    private static void life(Talk talk) throws Exception {
        short sync = upTo(talk, Groups.SYNC_VERSION);
        short beat = upTo(talk, Groups.HEARTBEAT_VERSION);
        short leave = upTo(talk, Groups.LEAVE_VERSION);
        short commit = (short) Math.max(2, upTo(talk, 9));
        String group = named(talk, "g");
        Topic topic = Topic.create(talk, "t", 2);
        Member one = new Member(talk, "a", group);
        Member two = new Member(talk, "b", group);
        JoinGroupResponseData first = enter(talk, "one joins", one);
        one.speaks().ask("one syncs", Groups.sync(sync, group, first.memberId(), 1, assignment(first.memberId(), "all")), sync);
        one.speaks().ask("one beats", Groups.heartbeat(group, first.memberId(), 1), beat);

        String secondId = "";
        if (talk.version() >= 4) {
            secondId = two.speaks().<JoinGroupResponseData>ask("two asks", two.joinRequest()).memberId();
        }
        int joining = two.speaks().send(two.joinRequest().setMemberId(secondId), talk.version());
        one.speaks().eventually("one is called", Groups.heartbeat(group, first.memberId(), 1), beat,
            (HeartbeatResponseData it) -> it.errorCode() == 27); // REBALANCE_IN_PROGRESS
        one.speaks().ask("one joins again", one.joinRequest().setMemberId(first.memberId()));
        JoinGroupResponseData second = two.speaks().answerOf("two joins", ApiMessageType.JOIN_GROUP, talk.version(), joining);
        int syncing = two.speaks().send(Groups.sync(sync, group, second.memberId(), 2), sync);
        one.speaks().ask("one syncs again", Groups.sync(sync, group, first.memberId(), 2, assignment(first.memberId(), "p0"),
            assignment(second.memberId(), "p1")), sync);
        two.speaks().answerOf("two syncs", ApiMessageType.SYNC_GROUP, sync, syncing);

        one.speaks().ask("one commits", OffsetCommitCases.commit(talk, group, topic, at(0, 10)).setMemberId(first.memberId())
            .setGenerationIdOrMemberEpoch(2), commit);
        two.speaks().ask("two commits", OffsetCommitCases.commit(talk, group, topic, at(1, 20)).setMemberId(second.memberId())
            .setGenerationIdOrMemberEpoch(2), commit);
        OffsetFetchCases.show(talk, "offsets", group, topic);
        Groups.show(talk, "stable", group);
        one.speaks().ask("one leaves", Groups.leave(leave, group, first.memberId()), leave);
        two.speaks().ask("two is called", Groups.heartbeat(group, second.memberId(), 2), beat);
        two.speaks().ask("two commits late", OffsetCommitCases.commit(talk, group, topic, at(1, 21)).setMemberId(second.memberId())
            .setGenerationIdOrMemberEpoch(2), commit);
        two.speaks().ask("two joins again", two.joinRequest().setMemberId(second.memberId()));
        two.speaks().ask("two leaves", Groups.leave(leave, group, second.memberId()), leave);
        Groups.show(talk, "empty", group);
        OffsetFetchCases.show(talk, "offsets stay", group, topic);
        talk.ask("deleted", new DeleteGroupsRequestData().setGroupsNames(List.of(group)), upTo(talk, 2));
        OffsetFetchCases.show(talk, "offsets are gone", group, topic);
        Groups.show(talk, "dead", group);
    }
}
