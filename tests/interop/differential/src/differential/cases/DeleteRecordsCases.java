package differential.cases;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;

/** DeleteRecords: the first offsets of partitions are moved up. */
final class DeleteRecordsCases extends Cases {
    private static final short LIST_OFFSETS = 11;
    private static final short EPOCHS = 4;
    private static final short FETCH = 12;

    DeleteRecordsCases() {
        super("DeleteRecords");
        besideOthers();
        malformed(talk -> delete(topic(FetchCases.filled(talk, "t").name(), partition(0, 4))));
        add("offsets", DeleteRecordsCases::offsets);
        add("what is left", DeleteRecordsCases::whatIsLeft);
        add("unknown", DeleteRecordsCases::unknown);
        add("policies", DeleteRecordsCases::policies);
        add("twice the same", DeleteRecordsCases::twice);
        add("timeouts", DeleteRecordsCases::timeouts);
        under(Setting.GROUPS);
        add("the topic of groups", DeleteRecordsCases::groups);
    }

    static DeleteRecordsPartition partition(int index, long before) {
        return new DeleteRecordsPartition().setPartitionIndex(index).setOffset(before);
    }

    static DeleteRecordsTopic topic(String name, DeleteRecordsPartition... partitions) {
        return new DeleteRecordsTopic().setName(name).setPartitions(List.of(partitions));
    }

    static DeleteRecordsRequestData delete(DeleteRecordsTopic... topics) {
        return new DeleteRecordsRequestData().setTimeoutMs(Requests.TIMEOUT_MS).setTopics(List.of(topics));
    }

    private static void groups(Talk talk) throws Exception {
        Groups.named(talk, "g");
        talk.ask("nothing", delete(topic("__consumer_offsets", partition(0, 0), partition(9, 0))));
        talk.ask("all", delete(topic("__consumer_offsets", partition(0, -1))));
    }

    private static void offsets(Talk talk) throws Exception {
        String name = FetchCases.filled(talk, "t").name();
        for (long before : new long[] {0, 4, 3, 1000, -2, Long.MIN_VALUE, Long.MAX_VALUE, 7, -1}) {
            talk.ask("before " + before, delete(topic(name, partition(0, before))));
        }
        talk.ask("all again", delete(topic(name, partition(0, -1))));
        talk.ask("an empty partition", delete(topic(name, partition(1, 0))));
        talk.ask("an empty partition, all", delete(topic(name, partition(1, -1))));
        talk.ask("an empty partition, more", delete(topic(name, partition(1, 1))));
    }

    private static void whatIsLeft(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        for (long before : new long[] {4, -1}) {
            talk.ask("before " + before, delete(topic(topic.name(), partition(0, before))));
            for (long time : new long[] {-1, -2, -3, -4, 0, Batches.TIME, Batches.TIME + 5000}) {
                talk.ask("before " + before + ", offset at " + time, new ListOffsetsRequestData().setReplicaId(-1)
                    .setTopics(List.of(new ListOffsetsTopic().setName(topic.name())
                        .setPartitions(List.of(new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(time))))), LIST_OFFSETS);
            }
            for (int epoch : new int[] {-2, -1, 0}) {
                OffsetForLeaderTopic asked = new OffsetForLeaderTopic().setTopic(topic.name())
                    .setPartitions(List.of(new OffsetForLeaderPartition().setPartition(0).setLeaderEpoch(epoch)));
                OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
                request.topics().mustAdd(asked);
                talk.ask("before " + before + ", end of epoch " + epoch, request, EPOCHS);
            }
            talk.ask("before " + before + ", from the start", Requests.fetch(FETCH, topic), FETCH);
        }
    }

    private static void unknown(Talk talk) throws Exception {
        String name = FetchCases.filled(talk, "t").name();
        talk.ask("topic", delete(topic(talk.name("unknown"), partition(0, 1))));
        talk.ask("partition", delete(topic(name, partition(2, 1))));
        talk.ask("partition below zero", delete(topic(name, partition(-1, 1))));
        talk.ask("no name", delete(topic("", partition(0, 1))));
        talk.ask("no topic's name", delete(topic("not a name", partition(0, 1))));
        talk.ask("nothing", delete());
        talk.ask("no partitions", delete(topic(name)));
        talk.ask("one known, one not", delete(topic(talk.name("unknown"), partition(0, 1)), topic(name, partition(0, 1))));
        talk.ask("the metadata log", delete(topic("__cluster_metadata", partition(0, 1))));
    }

    private static void policies(Talk talk) throws Exception {
        for (String policy : List.of("compact", "delete", "compact,delete", "")) {
            Topic topic = Topic.create(talk, policy.isEmpty() ? "none" : policy.replace(',', '-'), 1, "cleanup.policy=" + policy);
            Requests.fill(talk, topic, Batches.of(Batches.records(3)));
            talk.ask("policy " + policy, delete(topic(topic.name(), partition(0, 2))));
        }
    }

    private static void twice(Talk talk) throws Exception {
        String name = FetchCases.filled(talk, "t").name();
        talk.ask("partition", delete(topic(name, partition(0, 2), partition(0, 1))));
        talk.ask("partition, first in vain", delete(topic(name, partition(0, 1000), partition(0, 3))));
        talk.ask("partition, last in vain", delete(topic(name, partition(0, 4), partition(0, 1000))));
        talk.ask("topic", delete(topic(name, partition(0, 5)), topic(name, partition(1, 0))));
    }

    private static void timeouts(Talk talk) throws Exception {
        String name = FetchCases.filled(talk, "t").name();
        int before = 0;
        for (int timeout : new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("timeout " + timeout, delete(topic(name, partition(0, ++before))).setTimeoutMs(timeout));
        }
    }
}
