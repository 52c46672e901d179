package differential.cases;

import static differential.cases.Batches.of;
import static differential.cases.Batches.record;
import static differential.cases.Requests.at;
import static differential.cases.Requests.fetch;
import static differential.cases.Requests.fetchedTopic;
import static differential.cases.Requests.fill;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;

/** Fetch sessions (KIP-227): what is sent the second time, and what is answered. */
final class FetchSessionCases extends Cases {
    private static final Versions WITH_SESSIONS = new Versions(7, Short.MAX_VALUE);
    private static final int REPLICA_STATES = 15;
    private static final int PLACES = 8;

    FetchSessionCases() {
        super("Fetch");
        add(Setting.NARROW, "sessions and few places", WITH_SESSIONS, FetchSessionCases::fewPlaces);
        besideOthers();
        add("session", WITH_SESSIONS, FetchSessionCases::session);
        add("session changed", WITH_SESSIONS, FetchSessionCases::changed);
        add("session epochs", WITH_SESSIONS, FetchSessionCases::epochs);
        add("session closed", WITH_SESSIONS, FetchSessionCases::closed);
        add("session unknown", WITH_SESSIONS, FetchSessionCases::unknown);
        add("session with errors", WITH_SESSIONS, FetchSessionCases::errors);
        add("session and deletion", WITH_SESSIONS, FetchSessionCases::deletion);
        add("session of nothing", WITH_SESSIONS, FetchSessionCases::ofNothing);
        add("session from another connection", WITH_SESSIONS, FetchSessionCases::elsewhere);
        add("session of the other kind", new Versions(Requests.FETCH_BY_ID, Short.MAX_VALUE), FetchSessionCases::otherKind);
        add("session rotates", WITH_SESSIONS, FetchSessionCases::rotation);
    }

    private static int begin(Talk talk, String step, FetchTopic... topics) throws Exception {
        FetchResponseData answer = talk.ask(step, fetch(topics).setSessionEpoch(0));
        return answer.sessionId();
    }

    private static FetchRequestData next(int session, int epoch, FetchTopic... topics) {
        return fetch(topics).setSessionId(session).setSessionEpoch(epoch);
    }

    private static ForgottenTopic forgotten(int version, Topic topic, Integer... partitions) {
        ForgottenTopic forgotten = new ForgottenTopic().setPartitions(List.of(partitions));
        return version >= Requests.FETCH_BY_ID ? forgotten.setTopicId(topic.id()) : forgotten.setTopic(topic.name());
    }

    private static void session(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        int session = begin(talk, "begin", fetchedTopic(talk.version(), topic, at(0, 0), at(1, 0)));
        talk.ask("the same once more", next(session, 1));
        talk.ask("from where it was read to", next(session, 2, fetchedTopic(talk.version(), topic, at(0, 15))));
        talk.ask("nothing new", next(session, 3));
        fill(talk, topic, 1, of(record(0)));
        talk.ask("news in one", next(session, 4));
        talk.ask("read", next(session, 5, fetchedTopic(talk.version(), topic, at(1, 1))));
        talk.ask("nothing new again", next(session, 6));
    }

    private static void changed(Talk talk) throws Exception {
        Topic one = FetchCases.filled(talk, "one");
        Topic two = FetchCases.filled(talk, "two");
        int session = begin(talk, "begin", fetchedTopic(talk.version(), one, at(0, 0)));
        talk.ask("one more", next(session, 1, fetchedTopic(talk.version(), two, at(0, 3))));
        talk.ask("one less", next(session, 2).setForgottenTopicsData(List.of(forgotten(talk.version(), one, 0))));
        talk.ask("one that was not there forgotten", next(session, 3).setForgottenTopicsData(List.of(forgotten(talk.version(), one, 0, 1, 7))));
        talk.ask("added and forgotten at once", next(session, 4, fetchedTopic(talk.version(), one, at(0, 0)))
            .setForgottenTopicsData(List.of(forgotten(talk.version(), one, 0))));
        talk.ask("what is left", next(session, 5));
        talk.ask("another limit", next(session, 6, fetchedTopic(talk.version(), two, at(0, 3).setPartitionMaxBytes(1))));
        talk.ask("all forgotten", next(session, 7).setForgottenTopicsData(List.of(forgotten(talk.version(), two, 0), forgotten(talk.version(), one, 0))));
        talk.ask("after that", next(session, 8));
    }

    private static void epochs(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        FetchTopic all = fetchedTopic(talk.version(), topic, at(0, 0));
        int session = begin(talk, "begin", all);
        talk.ask("skipped", next(session, 2));
        talk.ask("right after it", next(session, 1));
        talk.ask("the same", next(session, 1));
        talk.ask("negative", next(session, -2));
        talk.ask("greatest", next(session, Integer.MAX_VALUE));
        talk.ask("right still", next(session, 2));
        talk.ask("begun again in its place", next(session, 0, all));
        talk.ask("the old one", next(session, 3));
        talk.ask("no session, epoch 1", next(0, 1, all));
        talk.ask("no session, epoch -1", next(0, -1, all));
        talk.ask("no session, least epoch", next(0, Integer.MIN_VALUE, all));
    }

    private static void closed(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        FetchTopic all = fetchedTopic(talk.version(), topic, at(0, 0));
        int session = begin(talk, "begin", all);
        talk.ask("closed", next(session, -1, all));
        talk.ask("after that", next(session, 1));
        talk.ask("closed again", next(session, -1));
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        FetchTopic all = fetchedTopic(talk.version(), topic, at(0, 0));
        for (int session : new int[] {-1, Integer.MIN_VALUE}) {
            talk.ask("session " + session, next(session, 1, all));
            talk.ask("session " + session + " from the start", next(session, 0, all));
            talk.ask("session " + session + " to be closed", next(session, -1, all));
        }
    }

    private static void errors(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        int session = begin(talk, "begin", fetchedTopic(talk.version(), topic, at(0, 99), at(1, 0), at(7, 0)),
            fetchedTopic(talk.version(), Requests.unknown(talk), at(0, 0)));
        talk.ask("errors stay", next(session, 1));
        talk.ask("one is right now", next(session, 2, fetchedTopic(talk.version(), topic, at(0, 15))));
        talk.ask("the others stay", next(session, 3));
        talk.ask("an epoch to come", next(session, 4, fetchedTopic(talk.version(), topic, at(0, 15).setCurrentLeaderEpoch(9))));
        talk.ask("without it", next(session, 5, fetchedTopic(talk.version(), topic, at(0, 15).setCurrentLeaderEpoch(-1))));
    }

    private static void deletion(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        int session = begin(talk, "begin", fetchedTopic(talk.version(), topic, at(0, 15)));
        topic.delete(talk);
        talk.ask("deleted", next(session, 1));
        talk.ask("still", next(session, 2));
        Topic again = Topic.create(talk, "t", 2);
        fill(talk, again, of(record(1)));
        talk.ask("created again", next(session, 3));
        talk.ask("the new one", next(session, 4, fetchedTopic(talk.version(), again, at(0, 0))));
    }

    private static void ofNothing(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        int session = begin(talk, "begin");
        talk.ask("something added", next(session, 1, fetchedTopic(talk.version(), topic, at(0, 0))));
    }

    private static void elsewhere(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        int session = begin(talk, "begin", fetchedTopic(talk.version(), topic, at(0, 0)));
        talk.on("other").ask("another connection", next(session, 1));
    }

    /** Begun with names, gone on with ids; and the other way round. */
    private static void otherKind(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        short byName = Requests.FETCH_BY_ID - 1;
        FetchResponseData named = talk.ask("begin with names", fetch(fetchedTopic(byName, topic, at(0, 0))).setSessionEpoch(0), byName);
        talk.ask("go on with ids", next(named.sessionId(), 1, fetchedTopic(talk.version(), topic, at(1, 0))));
        int session = begin(talk, "begin with ids", fetchedTopic(talk.version(), topic, at(0, 0)));
        talk.ask("go on with names", next(session, 1, fetchedTopic(byName, topic, at(1, 0))), byName);
    }

    /** A follower takes the place of a consumer, a consumer does not. All sessions end, so that the next version finds places. */
    private static void fewPlaces(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        FetchTopic one = fetchedTopic(talk.version(), topic, at(0, 0));
        FetchTopic two = fetchedTopic(talk.version(), topic, at(0, 0), at(1, 0));
        List<Integer> sessions = new ArrayList<>();
        for (int place = 0; place < PLACES; place++) {
            sessions.add(begin(talk, "place " + place, one));
        }
        begin(talk, "no place", one);
        begin(talk, "no place for a larger one", two);
        FetchRequestData follower = fetch(one).setSessionEpoch(0);
        if (talk.version() >= REPLICA_STATES) {
            follower.setReplicaState(new ReplicaState().setReplicaId(5));
        } else {
            follower.setReplicaId(5);
        }
        FetchResponseData answer = talk.ask("a follower", follower);
        for (int place = 0; place < PLACES; place++) {
            talk.ask("place " + place + " after it", next(sessions.get(place), 1));
        }
        sessions.add(answer.sessionId());
        for (int session : sessions) {
            talk.prepare(next(session, -1, one), talk.version());
        }
        int again = begin(talk, "a place again", two);
        talk.ask("and its end", next(again, -1, one));
    }

    /** With room for one partition, each has its turn. */
    private static void rotation(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 4);
        for (int partition = 0; partition < 4; partition++) {
            FetchCases.fillBatches(talk, topic, partition);
        }
        int session = begin(talk, "begin", fetchedTopic(talk.version(), topic, at(0, 0), at(1, 0), at(2, 0), at(3, 0)));
        for (int epoch = 1; epoch < 9; epoch++) {
            talk.ask("turn " + epoch, next(session, epoch).setMaxBytes(1));
        }
    }
}
