package differential.cases;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;

/** Metadata: by name, by id, null and empty lists. */
final class MetadataCases extends Cases {
    /** From here on a topic may be asked for by its id. */
    private static final Versions BY_ID = new Versions(10, Short.MAX_VALUE);
    private static final Versions CREATION_IS_A_CHOICE = new Versions(4, Short.MAX_VALUE);

    MetadataCases() {
        super("Metadata");
        malformed(talk -> ask(Topic.create(talk, "t", 2).name()));
        add("topics", MetadataCases::topics);
        add("unknown topic", CREATION_IS_A_CHOICE, MetadataCases::unknown);
        add("all and none", MetadataCases::allAndNone);
        add("bad names", MetadataCases::badNames);
        add("creation", MetadataCases::creation);
        add(Setting.NARROW, "no creation", MetadataCases::noCreation);
        add("ids", BY_ID, MetadataCases::ids);
        add("topic operations", new Versions(8, Short.MAX_VALUE), MetadataCases::topicOperations);
        add("cluster operations", new Versions(8, 10), MetadataCases::clusterOperations);
    }

    private static MetadataRequestTopic named(String name) {
        return new MetadataRequestTopic().setName(name);
    }

    static MetadataRequestData ask(String... names) {
        List<MetadataRequestTopic> topics = new ArrayList<>();
        for (String name : names) {
            topics.add(named(name));
        }
        return new MetadataRequestData().setTopics(topics);
    }

    private static void topics(Talk talk) throws Exception {
        String one = Topic.create(talk, "one", 3).name();
        String two = Topic.create(talk, "two", 1).name();
        talk.ask("one", ask(one));
        talk.ask("two", ask(two, one));
        talk.ask("twice the same", ask(one, one));
    }

    private static void unknown(Talk talk) throws Exception {
        String known = Topic.create(talk, "known", 1).name();
        talk.ask("no creation", ask(talk.name("t")).setAllowAutoTopicCreation(false));
        talk.ask("one known, one not", ask(talk.name("t"), known).setAllowAutoTopicCreation(false));
        talk.ask("internal", ask("__consumer_offsets", "__transaction_state").setAllowAutoTopicCreation(false));
        talk.ask("twice the same", ask(talk.name("t"), talk.name("t")).setAllowAutoTopicCreation(false));
        Topic gone = Topic.create(talk, "gone", 1);
        gone.delete(talk);
        talk.ask("deleted", ask(gone.name()).setAllowAutoTopicCreation(false));
    }

    private static void allAndNone(Talk talk) throws Exception {
        Topic.create(talk, "t", 1);
        talk.ask("empty list", new MetadataRequestData().setTopics(List.of()));
        if (talk.version() >= 1) {
            talk.ask("no list", new MetadataRequestData().setTopics(null));
        }
    }

    private static void badNames(Talk talk) throws Exception {
        for (String name : new String[] {"", " ", ".", "..", "a b", "a/b", "ä", "x".repeat(249) + "y", "a\u0000b", "__cluster_metadata"}) {
            talk.ask("name '" + name + "'", ask(name));
        }
    }

    /** Created when asked for; the answer that tells of it comes a moment later. */
    private static void creation(Talk talk) throws Exception {
        String name = talk.name("created");
        talk.ask("first", ask(name));
        Topic.waitServed(talk, name, 1);
        talk.ask("later", ask(name));
    }

    private static void noCreation(Talk talk) throws Exception {
        String known = Topic.create(talk, "t", 1).name();
        talk.ask("one known, one not", ask(talk.name("unknown"), known));
        talk.ask("still", ask(talk.name("unknown")));
        talk.ask("internal", ask("__consumer_offsets", "__transaction_state"));
        talk.ask("bad name", ask("a b"));
    }

    private static MetadataRequestTopic identified(Uuid id) {
        return new MetadataRequestTopic().setTopicId(id).setName(null);
    }

    private static void ids(Talk talk) throws Exception {
        Topic one = Topic.create(talk, "one", 2);
        Topic two = Topic.create(talk, "two", 1);
        askTopics(talk, "one", identified(one.id()));
        askTopics(talk, "two", identified(two.id()), identified(one.id()));
        askTopics(talk, "twice the same", identified(one.id()), identified(one.id()));
        askTopics(talk, "unknown", identified(new Uuid(1, 2)));
        askTopics(talk, "one known, one not", identified(new Uuid(1, 2)), identified(one.id()));
        askTopics(talk, "neither id nor name", identified(Uuid.ZERO_UUID));
        askTopics(talk, "id and name", identified(one.id()).setName(one.name()));
        askTopics(talk, "id and another name", identified(one.id()).setName(two.name()));
        askTopics(talk, "one by id, one by name", identified(one.id()), named(two.name()));
        askTopics(talk, "one by name, one by id", named(two.name()), identified(one.id()));
        askTopics(talk, "metadata topic", identified(Uuid.METADATA_TOPIC_ID));
        two.delete(talk);
        askTopics(talk, "deleted", identified(two.id()));
    }

    private static void askTopics(Talk talk, String step, MetadataRequestTopic... topics) throws Exception {
        talk.ask(step, new MetadataRequestData().setTopics(List.of(topics)).setAllowAutoTopicCreation(false));
    }

    private static void topicOperations(Talk talk) throws Exception {
        String name = Topic.create(talk, "t", 1).name();
        talk.ask("known", ask(name).setIncludeTopicAuthorizedOperations(true));
        talk.ask("unknown", ask(talk.name("u")).setIncludeTopicAuthorizedOperations(true).setAllowAutoTopicCreation(false));
        talk.ask("bad name", ask("a b").setIncludeTopicAuthorizedOperations(true).setAllowAutoTopicCreation(false));
    }

    private static void clusterOperations(Talk talk) throws Exception {
        talk.ask("asked for", ask().setIncludeClusterAuthorizedOperations(true));
        talk.ask("not asked for", ask());
    }
}
