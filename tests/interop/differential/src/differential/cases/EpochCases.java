package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;

/** OffsetForLeaderEpoch: where an epoch ends. */
final class EpochCases extends Cases {
    private static final int[] EPOCHS = {-1, 0, 1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE};

    EpochCases() {
        super("OffsetForLeaderEpoch");
        besideOthers();
        malformed(talk -> ask(topic(FetchCases.filled(talk, "t").name(), partition(0, -1, 0))));
        add("epochs", EpochCases::epochs);
        add("current epochs", EpochCases::currentEpochs);
        add("unknown", EpochCases::unknown);
        add("replicas", EpochCases::replicas);
        add("twice the same", EpochCases::twice);
    }

    static OffsetForLeaderPartition partition(int index, int current, int epoch) {
        return new OffsetForLeaderPartition().setPartition(index).setCurrentLeaderEpoch(current).setLeaderEpoch(epoch);
    }

    static OffsetForLeaderTopic topic(String name, OffsetForLeaderPartition... partitions) {
        return new OffsetForLeaderTopic().setTopic(name).setPartitions(List.of(partitions));
    }

    static OffsetForLeaderEpochRequestData ask(OffsetForLeaderTopic... topics) {
        OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        List.of(topics).forEach(topic -> request.topics().mustAdd(topic));
        return request;
    }

    private static void epochs(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int epoch : EPOCHS) {
            talk.ask("epoch " + epoch, ask(topic(topic.name(), partition(0, -1, epoch), partition(1, -1, epoch))));
        }
    }

    private static void currentEpochs(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int epoch : EPOCHS) {
            talk.ask("epoch " + epoch, ask(topic(topic.name(), partition(0, epoch, 0))));
        }
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("topic", ask(topic(talk.name("unknown"), partition(0, -1, 0))));
        talk.ask("partition", ask(topic(topic.name(), partition(2, -1, 0), partition(-1, -1, 0), partition(0, -1, 0))));
        talk.ask("nothing", ask());
        talk.ask("no partitions", ask(topic(topic.name())));
        talk.ask("no name", ask(topic("", partition(0, -1, 0))));
        talk.ask("one known, one not", ask(topic(talk.name("unknown"), partition(0, -1, 0)), topic(topic.name(), partition(0, -1, 0))));
    }

    private static void replicas(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (int replica : new int[] {-1, -2, -3, 0, 1, 5}) {
            talk.ask("replica " + replica, ask(topic(topic.name(), partition(0, -1, 0))).setReplicaId(replica));
        }
    }

    private static void twice(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("partition", ask(topic(topic.name(), partition(0, -1, 0), partition(0, -1, -1))));
        talk.ask("topic", ask(topic(topic.name(), partition(0, -1, 0)), topic(topic.name(), partition(1, -1, 0))));
    }
}
