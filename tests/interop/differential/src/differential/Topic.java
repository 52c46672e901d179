package differential;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;

/** A topic that a case works with. Its preparation is not compared. */
public record Topic(String name, Uuid id) {
    private static final int CREATE_VERSION = 7;
    private static final int METADATA_VERSION = 12;
    private static final int DELETE_VERSION = 6;
    private static final int LIST_OFFSETS_VERSION = 7;
    private static final long EARLIEST = -2;
    private static final int TIMEOUT_MS = 30_000;

    /** Creates it, with a name of the case and version alone and these `key=value` configs, and waits until it is served. */
    public static Topic create(Talk talk, String suffix, int partitions, String... configs) throws Exception {
        Topic topic = createNamed(talk, talk.name(suffix), partitions, configs);
        waitServed(talk, topic.name, partitions);
        return topic;
    }

    /** Creates one of any name. */
    public static Topic createNamed(Talk talk, String name, int partitions, String... configs) throws Exception {
        CreatableTopic wanted = new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short) 1);
        for (String config : configs) {
            String[] parts = config.split("=", 2);
            wanted.configs().add(new CreatableTopicConfig().setName(parts[0]).setValue(parts[1]));
        }
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        request.topics().add(wanted);
        CreateTopicsResponseData answer = talk.prepare(request, CREATE_VERSION);
        var created = answer.topics().find(name);
        if (created.errorCode() != 0) {
            throw new IllegalStateException("not created: " + created);
        }
        return new Topic(name, created.topicId());
    }

    /** One of this very name, created if another case has not done it yet. */
    public static Topic ofName(Talk talk, String name, int partitions) throws Exception {
        try {
            createNamed(talk, name, partitions);
        } catch (IllegalStateException exists) {
            // found below, or the wait for it fails
        }
        return find(talk, name);
    }

    private static Topic find(Talk talk, String name) throws Exception {
        MetadataRequestData request = new MetadataRequestData().setAllowAutoTopicCreation(false)
            .setTopics(List.of(new MetadataRequestTopic().setName(name)));
        MetadataResponseData answer = talk.prepareUntil(request, METADATA_VERSION,
            (MetadataResponseData it) -> it.topics().find(name).errorCode() == 0);
        waitServed(talk, name, answer.topics().find(name).partitions().size());
        return new Topic(name, answer.topics().find(name).topicId());
    }

    /** Deletes it, and waits until it is gone. */
    public void delete(Talk talk) throws Exception {
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTimeoutMs(TIMEOUT_MS)
            .setTopics(List.of(new DeleteTopicState().setTopicId(id)));
        DeleteTopicsResponseData answer = talk.prepare(request, DELETE_VERSION);
        if (answer.responses().iterator().next().errorCode() != 0) {
            throw new IllegalStateException("not deleted: " + answer);
        }
        talk.<ListOffsetsResponseData>prepareUntil(earliest(name, 1), LIST_OFFSETS_VERSION,
            it -> it.topics().get(0).partitions().get(0).errorCode() == 3); // UNKNOWN_TOPIC_OR_PARTITION
    }

    /** Until every partition answers for itself: it is in the metadata a moment before. */
    public static void waitServed(Talk talk, String name, int partitions) throws Exception {
        talk.<ListOffsetsResponseData>prepareUntil(earliest(name, partitions), LIST_OFFSETS_VERSION,
            it -> it.topics().get(0).partitions().stream().allMatch(partition -> partition.errorCode() == 0));
    }

    private static ListOffsetsRequestData earliest(String name, int partitions) {
        List<ListOffsetsPartition> asked = new ArrayList<>();
        for (int index = 0; index < partitions; index++) {
            asked.add(new ListOffsetsPartition().setPartitionIndex(index).setTimestamp(EARLIEST));
        }
        return new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(new ListOffsetsTopic().setName(name).setPartitions(asked)));
    }
}
