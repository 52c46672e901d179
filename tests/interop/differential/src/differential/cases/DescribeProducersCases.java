package differential.cases;

import static differential.cases.Batches.of;
import static differential.cases.Batches.records;
import static differential.cases.Requests.fill;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;

/** DescribeProducers: what a partition remembers of producers. */
final class DescribeProducersCases extends Cases {
    DescribeProducersCases() {
        super("DescribeProducers");
        besideOthers();
        malformed(talk -> describe(topic(FetchCases.filled(talk, "t").name(), 0)));
        add("producers", DescribeProducersCases::producers);
        add("unknown", DescribeProducersCases::unknown);
        add("bad names", DescribeProducersCases::badNames);
        add("twice the same", DescribeProducersCases::twice);
    }

    static TopicRequest topic(String name, Integer... partitions) {
        return new TopicRequest().setName(name).setPartitionIndexes(List.of(partitions));
    }

    static DescribeProducersRequestData describe(TopicRequest... topics) {
        return new DescribeProducersRequestData().setTopics(List.of(topics));
    }

    private static void producers(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 2);
        talk.ask("none", describe(topic(topic.name(), 0, 1)));
        fill(talk, topic, of(records(2)));
        talk.ask("none with an id", describe(topic(topic.name(), 0, 1)));
        long id = ProducerStateCases.producerId(talk);
        fill(talk, topic, of(id, 0, 0, records(2)));
        talk.ask("one", describe(topic(topic.name(), 0, 1)));
        fill(talk, topic, of(id, 0, 2, records(5)));
        talk.ask("one, later", describe(topic(topic.name(), 0)));
        fill(talk, topic, of(id, 3, 0, records(1)));
        talk.ask("one with another epoch", describe(topic(topic.name(), 0)));
        fill(talk, topic, 1, of(id, 3, 7, records(1)));
        talk.ask("one in two partitions", describe(topic(topic.name(), 0, 1)));
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("topic", describe(topic(talk.name("unknown"), 0, 1)));
        talk.ask("partition", describe(topic(topic.name(), 2, -1, 0)));
        talk.ask("nothing", describe());
        talk.ask("no partitions", describe(topic(topic.name())));
        talk.ask("one known, one not", describe(topic(talk.name("unknown"), 0), topic(topic.name(), 0)));
    }

    private static void badNames(Talk talk) throws Exception {
        for (String name : List.of("", ".", "..", "not a name", "ä", "a/b", "x".repeat(249), "x".repeat(250))) {
            talk.ask("name of " + name.length() + " " + name.codePoints().limit(3).sum(), describe(topic(name, 0, 1)));
        }
    }

    private static void twice(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("partition", describe(topic(topic.name(), 0, 1, 0)));
        talk.ask("topic", describe(topic(topic.name(), 0), topic(topic.name(), 1)));
    }
}
