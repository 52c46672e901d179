package differential.cases;

import static differential.cases.Batches.of;
import static differential.cases.Batches.record;
import static differential.cases.Batches.records;
import static differential.cases.Requests.at;
import static differential.cases.Requests.fetch;
import static differential.cases.Requests.fetchedTopic;
import static differential.cases.Requests.fill;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Fetch without sessions: offsets, limits, epochs, isolation, what is unknown. */
final class FetchCases extends Cases {
    private static final Versions BY_NAME = new Versions(4, Requests.FETCH_BY_ID - 1);
    private static final Versions BY_ID = new Versions(Requests.FETCH_BY_ID, Short.MAX_VALUE);
    private static final int BATCHES = 5;

    FetchCases() {
        super("Fetch");
        besideOthers();
        malformed(talk -> fetch(talk.version(), filled(talk, "t")));
        add("offsets", FetchCases::offsets);
        add("codecs", FetchCases::codecs);
        add("partition limits", FetchCases::partitionLimits);
        add("request limits", FetchCases::requestLimits);
        add("waiting", FetchCases::waiting);
        add("leader epochs", FetchCases::leaderEpochs);
        add("last fetched epochs", new Versions(12, Short.MAX_VALUE), FetchCases::lastFetchedEpochs);
        add("isolation", FetchCases::isolation);
        add("unknown", FetchCases::unknown);
        add("bad names", BY_NAME, FetchCases::badNames);
        add("ids", BY_ID, FetchCases::ids);
        add("twice the same", FetchCases::twice);
        add("nothing", FetchCases::nothing);
        add("created again", FetchCases::createdAgain);
        add("replicas", new Versions(4, 14), FetchCases::replicas);
        add("replica states", new Versions(15, Short.MAX_VALUE), FetchCases::replicaStates);
        add("racks", new Versions(11, Short.MAX_VALUE), FetchCases::racks);
    }

    /** Five batches of three records each. */
    static Topic filled(Talk talk, String suffix) throws Exception {
        Topic topic = Topic.create(talk, suffix, 2);
        fillBatches(talk, topic, 0);
        return topic;
    }

    static void fillBatches(Talk talk, Topic topic, int partition) throws Exception {
        for (int batch = 0; batch < BATCHES; batch++) {
            fill(talk, topic, partition, of(record(3 * batch), record(3 * batch + 1), record(3 * batch + 2)));
        }
    }

    private static void offsets(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        long[] offsets = {0, 1, 2, 3, 14, 15, 16, 1000, -1, -2, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long offset : offsets) {
            talk.ask("offset " + offset, fetch(talk.version(), topic, at(0, offset)));
        }
        talk.ask("empty partition", fetch(talk.version(), topic, at(1, 0)));
        talk.ask("beyond an empty partition", fetch(talk.version(), topic, at(1, 1)));
    }

    private static void codecs(Talk talk) throws Exception {
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
            Topic topic = Topic.create(talk, codec, 1);
            fill(talk, topic, Batches.compressed(codec, records(4)));
            talk.ask(codec, fetch(talk.version(), topic));
            talk.ask(codec + " from within", fetch(talk.version(), topic, at(0, 2)));
        }
        // What is read of it cannot be: consumers before version 10 do not know zstd.
        Topic declared = Topic.create(talk, "declared", 1, "compression.type=zstd");
        fill(talk, declared, of(records(4)));
        talk.ask("declared zstd", fetch(talk.version(), declared));
    }

    private static void partitionLimits(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        for (int limit : new int[] {0, 1, 12, 60, 150, 151, 200, 300, 450, 100_000, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("limit " + limit, fetch(talk.version(), topic, at(0, 0).setPartitionMaxBytes(limit)));
            talk.ask("limit " + limit + " from within", fetch(talk.version(), topic, at(0, 4).setPartitionMaxBytes(limit)));
        }
    }

    private static void requestLimits(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        fillBatches(talk, topic, 1);
        for (int limit : new int[] {0, 1, 12, 100, 200, 500, 600, 700, 900, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            FetchRequestData request = fetch(talk.version(), topic, at(0, 0), at(1, 0)).setMaxBytes(limit);
            talk.ask("limit " + limit, request);
            talk.ask("limit " + limit + ", other order", fetch(talk.version(), topic, at(1, 3), at(0, 3)).setMaxBytes(limit));
        }
        talk.ask("the first has nothing", fetch(talk.version(), topic, at(0, 15), at(1, 0)).setMaxBytes(1));
        talk.ask("the first has an error", fetch(talk.version(), topic, at(0, 99), at(1, 0)).setMaxBytes(1));
        talk.ask("the first has no room", fetch(talk.version(), topic, at(0, 0).setPartitionMaxBytes(0), at(1, 0)).setMaxBytes(1));
    }

    private static void waiting(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        talk.ask("enough at once", fetch(talk.version(), topic).setMaxWaitMs(60_000).setMinBytes(1));
        talk.ask("nothing comes", fetch(talk.version(), topic, at(0, 15)).setMaxWaitMs(50).setMinBytes(1));
        talk.ask("not enough comes", fetch(talk.version(), topic, at(0, 12)).setMaxWaitMs(50).setMinBytes(1_000_000));
        talk.ask("an error does not wait", fetch(talk.version(), topic, at(0, 99), at(1, 0)).setMaxWaitMs(60_000).setMinBytes(1));
        talk.ask("negative", fetch(talk.version(), topic, at(0, 15)).setMaxWaitMs(-1).setMinBytes(-1));
        int id = talk.on("waits").send(fetch(talk.version(), topic, at(0, 15)).setMaxWaitMs(60_000).setMinBytes(1), talk.version());
        fill(talk.on("main"), topic, of(record(15)));
        talk.on("waits").answerOf("woken by a record", talk.api(), talk.version(), id);
    }

    private static void leaderEpochs(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        for (int epoch : new int[] {-1, 0, 1, 7, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("epoch " + epoch, fetch(talk.version(), topic, at(0, 0).setCurrentLeaderEpoch(epoch)));
        }
    }

    private static void lastFetchedEpochs(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        for (int epoch : new int[] {-1, 0, 1, 7, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("epoch " + epoch, fetch(talk.version(), topic, at(0, 3).setLastFetchedEpoch(epoch)));
            talk.ask("epoch " + epoch + " at the end", fetch(talk.version(), topic, at(0, 15).setLastFetchedEpoch(epoch)));
            talk.ask("epoch " + epoch + " beyond the end", fetch(talk.version(), topic, at(0, 99).setLastFetchedEpoch(epoch)));
            talk.ask("epoch " + epoch + ", empty", fetch(talk.version(), topic, at(1, 0).setLastFetchedEpoch(epoch)));
        }
        talk.ask("with the leader's epoch", fetch(talk.version(), topic, at(0, 3).setLastFetchedEpoch(0).setCurrentLeaderEpoch(0)));
    }

    private static void isolation(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        for (int isolation : new int[] {0, 1, 2, -1, 127}) {
            talk.ask("isolation " + isolation, fetch(talk.version(), topic).setIsolationLevel((byte) isolation));
        }
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        talk.ask("topic", fetch(talk.version(), Requests.unknown(talk)));
        talk.ask("partition", fetch(talk.version(), topic, at(2, 0), at(-1, 0), at(Integer.MAX_VALUE, 0)));
        talk.ask("one known, one not", fetch(fetchedTopic(talk.version(), Requests.unknown(talk), at(0, 0), at(1, 0)),
            fetchedTopic(talk.version(), topic, at(0, 0))));
    }

    private static void badNames(Talk talk) throws Exception {
        for (String name : new String[] {"", ".", "a b", "ä", "x".repeat(250), "__cluster_metadata"}) {
            talk.ask("name '" + name + "'", fetch(talk.version(), new Topic(name, Uuid.ZERO_UUID)));
        }
    }

    private static void ids(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        talk.ask("zero", fetch(talk.version(), new Topic("", Uuid.ZERO_UUID)));
        talk.ask("metadata topic", fetch(talk.version(), new Topic("", Uuid.METADATA_TOPIC_ID)));
        talk.ask("several unknown", fetch(new FetchTopic().setTopicId(new Uuid(1, 1)).setPartitions(List.of(at(0, 0))),
            new FetchTopic().setTopicId(new Uuid(2, 2)).setPartitions(List.of(at(0, 0), at(5, 0))), fetchedTopic(talk.version(), topic, at(0, 0))));
    }

    private static void twice(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        talk.ask("partition", fetch(talk.version(), topic, at(0, 0), at(0, 3)));
        talk.ask("topic", fetch(fetchedTopic(talk.version(), topic, at(0, 0)), fetchedTopic(talk.version(), topic, at(1, 0), at(0, 6))));
    }

    private static void nothing(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        talk.ask("no topics", fetch());
        talk.ask("no partitions", fetch(fetchedTopic(talk.version(), topic)));
        talk.ask("no topics, but patience", fetch().setMaxWaitMs(60_000).setMinBytes(1));
    }

    private static void createdAgain(Talk talk) throws Exception {
        Topic first = filled(talk, "t");
        first.delete(talk);
        talk.ask("deleted", fetch(talk.version(), first));
        Topic second = Topic.create(talk, "t", 1);
        fill(talk, second, of(record(1)));
        talk.ask("with what was known of the first", fetch(talk.version(), first));
        talk.ask("second", fetch(talk.version(), second));
    }

    private static void replicas(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        for (int replica : new int[] {-1, -2, -3, 0, 1, 5, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("replica " + replica, fetch(talk.version(), topic).setReplicaId(replica));
        }
    }

    private static void replicaStates(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        for (int replica : new int[] {-1, -2, -3, 0, 1, 5}) {
            for (long epoch : new long[] {-1, 0, 1_000_000}) {
                ReplicaState state = new ReplicaState().setReplicaId(replica).setReplicaEpoch(epoch);
                talk.ask("replica " + replica + " of epoch " + epoch, fetch(talk.version(), topic).setReplicaState(state));
            }
        }
    }

    private static void racks(Talk talk) throws Exception {
        Topic topic = filled(talk, "t");
        talk.ask("a rack", fetch(talk.version(), topic).setRackId("rack"));
        talk.ask("a cluster id", fetch(talk.version(), topic).setClusterId("another"));
    }
}
