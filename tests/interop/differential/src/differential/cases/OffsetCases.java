package differential.cases;

import static differential.cases.Batches.of;
import static differential.cases.Requests.fill;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;

/** ListOffsets: by time and by the special times -1 to -6. */
final class OffsetCases extends Cases {
    OffsetCases() {
        super("ListOffsets");
        besideOthers();
        malformed(talk -> list(FetchCases.filled(talk, "t").name(), partition(0, -1)));
        add("special times", OffsetCases::specialTimes);
        add("times", OffsetCases::times);
        add("times of other batches", OffsetCases::otherBatches);
        add("leader epochs", new Versions(4, Short.MAX_VALUE), OffsetCases::epochs);
        add("isolation", new Versions(2, Short.MAX_VALUE), OffsetCases::isolation);
        add("unknown", OffsetCases::unknown);
        add("twice the same", OffsetCases::twice);
        add("replicas", OffsetCases::replicas);
        add("timeouts", new Versions(10, Short.MAX_VALUE), OffsetCases::timeouts);
    }

    static ListOffsetsPartition partition(int index, long timestamp) {
        return new ListOffsetsPartition().setPartitionIndex(index).setTimestamp(timestamp);
    }

    private static ListOffsetsTopic topic(String name, ListOffsetsPartition... partitions) {
        return new ListOffsetsTopic().setName(name).setPartitions(List.of(partitions));
    }

    static ListOffsetsRequestData list(String name, ListOffsetsPartition... partitions) {
        return list(topic(name, partitions));
    }

    static ListOffsetsRequestData list(ListOffsetsTopic... topics) {
        return new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(topics));
    }

    private static void specialTimes(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (long time = -1; time >= -9; time--) {
            talk.ask("time " + time, list(topic.name(), partition(0, time), partition(1, time)));
        }
        talk.ask("least", list(topic.name(), partition(0, Long.MIN_VALUE)));
    }

    private static void times(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        long[] times = {0, 1, Batches.TIME - 1, Batches.TIME, Batches.TIME + 1, Batches.TIME + 2500, Batches.TIME + 3000, Batches.TIME + 14_000,
            Batches.TIME + 14_001, Long.MAX_VALUE};
        for (long time : times) {
            talk.ask("time " + time, list(topic.name(), partition(0, time), partition(1, time)));
        }
    }

    private static void otherBatches(Talk talk) throws Exception {
        Topic packed = Topic.create(talk, "packed", 1);
        fill(talk, packed, Batches.compressed("gzip", Batches.records(10)));
        Topic stamped = Topic.create(talk, "stamped", 1, "message.timestamp.type=LogAppendTime");
        fill(talk, stamped, of(Batches.records(3)));
        Topic falling = Topic.create(talk, "falling", 1);
        fill(talk, falling, of(Batches.record(9), Batches.record(5), Batches.record(9), Batches.record(1)));
        fill(talk, falling, of(Batches.record(4)));
        Topic timeless = Topic.create(talk, "timeless", 1);
        fill(talk, timeless, of(Batches.recordAt(-1), Batches.recordAt(-1)));
        for (Topic topic : List.of(packed, stamped, falling, timeless)) {
            String kind = topic.name().substring(topic.name().lastIndexOf('-') + 1);
            for (long time : new long[] {0, Batches.TIME + 4000, Batches.TIME + 4500, -3}) {
                talk.ask(kind + " at " + time, list(topic.name(), partition(0, time)));
            }
        }
    }

    private static void epochs(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int epoch : new int[] {-1, 0, 1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("epoch " + epoch, list(topic.name(), partition(0, -1).setCurrentLeaderEpoch(epoch)));
            talk.ask("epoch " + epoch + " by time", list(topic.name(), partition(0, Batches.TIME).setCurrentLeaderEpoch(epoch)));
        }
    }

    private static void isolation(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int isolation : new int[] {0, 1, 2, -1}) {
            for (long time : new long[] {-1, -2, -3, Batches.TIME + 13_000}) {
                talk.ask("isolation " + isolation + " at " + time, list(topic.name(), partition(0, time)).setIsolationLevel((byte) isolation));
            }
        }
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("topic", list(talk.name("unknown"), partition(0, -1)));
        talk.ask("partition", list(topic.name(), partition(2, -1), partition(-1, -1), partition(0, -1)));
        talk.ask("no topics", list());
        talk.ask("no partitions", list(topic(topic.name())));
        for (String name : new String[] {"", ".", "a b", "x".repeat(250), "__cluster_metadata"}) {
            talk.ask("name '" + name + "'", list(name, partition(0, -1)));
        }
        talk.ask("one known, one not", list(topic(talk.name("unknown"), partition(0, -1)), topic(topic.name(), partition(0, -2))));
    }

    private static void twice(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("partition", list(topic.name(), partition(0, -1), partition(0, -2), partition(1, -1)));
        talk.ask("topic", list(topic(topic.name(), partition(0, -1)), topic(topic.name(), partition(0, -2))));
    }

    private static void replicas(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int replica : new int[] {-1, -2, -3, 0, 1, 5}) {
            for (long time : new long[] {-1, -2, Batches.TIME}) {
                talk.ask("replica " + replica + " at " + time, list(topic.name(), partition(0, time)).setReplicaId(replica));
            }
        }
    }

    private static void timeouts(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int timeout : new int[] {0, -1, 1, Integer.MAX_VALUE}) {
            talk.ask("timeout " + timeout, list(topic.name(), partition(0, -1)).setTimeoutMs(timeout));
        }
    }
}
