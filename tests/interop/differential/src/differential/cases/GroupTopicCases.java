package differential.cases;

import static differential.cases.Configs.TOPIC;
import static differential.cases.Configs.describe;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;

/** The topic in which groups are kept, which whoever looks for a coordinator creates. */
final class GroupTopicCases extends Cases {
    private static final String NAME = "__consumer_offsets";

    GroupTopicCases() {
        super("FindCoordinator");
        under(Setting.GROUPS);
        besideOthers();
        add("the topic of groups", new Versions(6, 6), GroupTopicCases::topic);
    }

    private static void topic(Talk talk) throws Exception {
        Groups.named(talk, "g");
        Topic topic = Topic.ofName(talk, NAME, 1);
        talk.ask("metadata", new MetadataRequestData().setAllowAutoTopicCreation(false)
            .setTopics(List.of(new MetadataRequestTopic().setName(NAME))), (short) 13);
        talk.ask("configs", describe(TOPIC, NAME), (short) 4);
        for (int version : new int[] {Requests.PRODUCE_BY_ID - 1, Requests.PRODUCE_BY_ID}) {
            talk.ask("produce " + version, Requests.produce(version, topic, Batches.of(Batches.records(1))), (short) version);
        }
        CreatePartitionsRequestData more = new CreatePartitionsRequestData().setTimeoutMs(Requests.TIMEOUT_MS).setValidateOnly(true);
        more.topics().add(new CreatePartitionsTopic().setName(NAME).setCount(9).setAssignments(null));
        talk.ask("more partitions", more, (short) 3);
    }
}
