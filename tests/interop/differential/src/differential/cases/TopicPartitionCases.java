package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;

/** DescribeTopicPartitions: topics in pages. */
final class TopicPartitionCases extends Cases {
    TopicPartitionCases() {
        super("DescribeTopicPartitions");
        malformed(talk -> ask(Topic.create(talk, "t", 2).name()).setCursor(new Cursor().setTopicName("a").setPartitionIndex(0)));
        add("topics", TopicPartitionCases::topics);
        add("limits", TopicPartitionCases::limits);
        add("cursors", TopicPartitionCases::cursors);
    }

    static DescribeTopicPartitionsRequestData ask(String... names) {
        List<TopicRequest> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(new TopicRequest().setName(name));
        }
        return new DescribeTopicPartitionsRequestData().setTopics(topics);
    }

    private static void topics(Talk talk) throws Exception {
        String one = Topic.create(talk, "one", 3).name();
        String two = Topic.create(talk, "two", 1).name();
        talk.ask("one", ask(one));
        talk.ask("both, backwards", ask(two, one));
        talk.ask("twice", ask(one, one));
        talk.ask("unknown", ask(talk.name("unknown"), one));
        for (String name : new String[] {"", ".", "a b", "x".repeat(250), "__cluster_metadata", "__consumer_offsets"}) {
            talk.ask("name '" + name + "'", ask(name));
        }
        Topic gone = Topic.create(talk, "gone", 1);
        gone.delete(talk);
        talk.ask("deleted", ask(gone.name()));
    }

    private static void limits(Talk talk) throws Exception {
        String one = Topic.create(talk, "one", 3).name();
        String two = Topic.create(talk, "two", 3).name();
        for (int limit : new int[] {-1, 0, 1, 2, 3, 4, 5, 6, 7, 2000, 2001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("limit " + limit, ask(one, two).setResponsePartitionLimit(limit));
        }
        talk.ask("unknown ones count", ask(one, talk.name("other"), two).setResponsePartitionLimit(4));
    }

    private static void cursors(Talk talk) throws Exception {
        String one = Topic.create(talk, "one", 3).name();
        String two = Topic.create(talk, "two", 3).name();
        String[] names = {one, two, talk.name("o"), talk.name("onf"), talk.name("zzz"), "", "a b"};
        for (String name : names) {
            for (int index : new int[] {0, 2, 3, -1, Integer.MAX_VALUE}) {
                Cursor cursor = new Cursor().setTopicName(name).setPartitionIndex(index);
                talk.ask("from '" + name + "' " + index, ask(one, two).setCursor(cursor));
                talk.ask("two from '" + name + "' " + index, ask(one, two).setCursor(cursor).setResponsePartitionLimit(2));
            }
        }
    }
}
