package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.List;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;

/** DescribeLogDirs. All topics at once are not compared: what other cases leave behind goes at moments of each server's own. */
final class LogDirCases extends Cases {
    LogDirCases() {
        super("DescribeLogDirs");
        malformed(talk -> describe(topic(FetchCases.filled(talk, "t").name(), 0, 1)));
        add("partitions", LogDirCases::partitions);
        add("unknown", LogDirCases::unknown);
        add("twice the same", LogDirCases::twice);
    }

    static DescribableLogDirTopic topic(String name, Integer... partitions) {
        return new DescribableLogDirTopic().setTopic(name).setPartitions(List.of(partitions));
    }

    static DescribeLogDirsRequestData describe(DescribableLogDirTopic... topics) {
        DescribeLogDirsRequestData request = new DescribeLogDirsRequestData();
        List.of(topics).forEach(topic -> request.topics().mustAdd(topic));
        return request;
    }

    private static void partitions(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("one", describe(topic(topic.name(), 0)));
        talk.ask("empty", describe(topic(topic.name(), 1)));
        talk.ask("both", describe(topic(topic.name(), 0, 1)));
        Topic other = Topic.create(talk, "u", 1);
        Requests.fill(talk, other, Batches.of(Batches.large(5000)));
        talk.ask("two topics", describe(topic(topic.name(), 0, 1), topic(other.name(), 0)));
        other.delete(talk);
        talk.eventually("a deleted topic", describe(topic(topic.name(), 0), topic(other.name(), 0)), talk.version(),
            (DescribeLogDirsResponseData it) -> it.results().get(0).topics().size() == 1);
    }

    private static void unknown(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("topic", describe(topic(talk.name("unknown"), 0)));
        talk.ask("partition", describe(topic(topic.name(), 2, -1, 0)));
        talk.ask("nothing", describe());
        talk.ask("no partitions", describe(topic(topic.name())));
        talk.ask("no name", describe(topic("", 0)));
        talk.ask("the metadata log", describe(topic("__cluster_metadata", 0)));
    }

    private static void twice(Talk talk) throws Exception {
        Topic topic = FetchCases.filled(talk, "t");
        talk.ask("partition", describe(topic(topic.name(), 0, 0)));
        talk.ask("topic", describe(topic(topic.name(), 0), topic(topic.name(), 1)));
    }
}
