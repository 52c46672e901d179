package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;

/** Metadata. */
final class MetadataCases extends Cases {
    MetadataCases() {
        super("Metadata");
        malformed(MetadataCases::oneTopic);
        add("unknown topic", MetadataCases::unknownTopic);
    }

    private static MetadataRequestData oneTopic(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 2);
        return new MetadataRequestData().setAllowAutoTopicCreation(true).setTopics(List.of(new MetadataRequestTopic().setName(topic.name())));
    }

    private static void unknownTopic(Talk talk) throws Exception {
        talk.ask("no creation", new MetadataRequestData().setAllowAutoTopicCreation(false)
            .setTopics(List.of(new MetadataRequestTopic().setName(talk.name("t")))));
    }
}
