package interop;

import static interop.Checks.equal;
import static interop.Checks.fails;
import static interop.Checks.soon;
import static interop.Checks.that;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics: created, described, listed, grown, deleted, and everything that must be refused. */
final class TopicChecks {
    private final Checks checks;
    private final Cluster cluster;

    TopicChecks(Checks checks, Cluster cluster) {
        this.checks = checks;
        this.cluster = cluster;
    }

    void run() {
        checks.check("describe cluster", this::describeCluster);
        checks.check("create and describe a topic", this::createAndDescribe);
        checks.check("create with default partitions and replication", this::createWithDefaults);
        checks.check("create with an assignment", this::createAssigned);
        checks.check("create several, list, delete", this::createListDelete);
        checks.check("validate only creates nothing", this::validateOnly);
        checks.check("create: refusals", this::refusals);
        checks.check("create: one refused, the other made", this::partlyRefused);
        checks.check("names that differ in . and _ only collide", this::collisions);
        checks.check("grow partitions", this::grow);
        checks.check("delete an unknown topic", () -> fails(UnknownTopicOrPartitionException.class,
                () -> cluster.admin.deleteTopics(List.of(Cluster.unique("unknown"))).all().get()));
        checks.check("describe an unknown topic", () -> fails(UnknownTopicOrPartitionException.class,
                () -> VersionChecks.describe(cluster.admin, Cluster.unique("unknown"))));
        checks.check("a topic made again is empty", this::madeAgain);
    }

    private void describeCluster() throws Exception {
        var result = cluster.admin.describeCluster();
        equal("nodes", 1, result.nodes().get().size());
        Node node = result.nodes().get().iterator().next();
        equal("address", cluster.bootstrap, node.host() + ":" + node.port());
        equal("controller", node.id(), result.controller().get().id());
        equal("cluster id length", 22, result.clusterId().get().length());
    }

    private void createAndDescribe() throws Exception {
        String topic = Cluster.unique("described");
        var result = cluster.admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1)
                .configs(Map.of("max.message.bytes", "123456"))));
        equal("created partitions", 3, result.numPartitions(topic).get());
        equal("created replication", 1, result.replicationFactor(topic).get());
        equal("created config", "123456", result.config(topic).get().get("max.message.bytes").value());
        TopicDescription description = cluster.describe(topic);
        that("not internal", !description.isInternal());
        equal("partitions", List.of(0, 1, 2),
                description.partitions().stream().map(p -> p.partition()).collect(Collectors.toList()));
        int node = cluster.admin.describeCluster().nodes().get().iterator().next().id();
        for (var partition : description.partitions()) {
            equal("leader", node, partition.leader().id());
            equal("replicas", List.of(partition.leader()), partition.replicas());
            equal("in-sync replicas", List.of(partition.leader()), partition.isr());
        }
    }

    private void createWithDefaults() throws Exception {
        String topic = Cluster.unique("defaults");
        cluster.admin.createTopics(List.of(new NewTopic(topic, java.util.Optional.empty(), java.util.Optional.empty()))).all().get();
        equal("partitions", 1, cluster.describe(topic).partitions().size());
    }

    private void createAssigned() throws Exception {
        String topic = Cluster.unique("assigned");
        int node = cluster.admin.describeCluster().nodes().get().iterator().next().id();
        cluster.admin.createTopics(List.of(new NewTopic(topic, Map.of(0, List.of(node), 1, List.of(node))))).all().get();
        equal("partitions", 2, cluster.describe(topic).partitions().size());
    }

    private void createListDelete() throws Exception {
        List<String> topics = List.of(Cluster.unique("one"), Cluster.unique("two"), Cluster.unique("three"));
        cluster.admin.createTopics(topics.stream().map(t -> new NewTopic(t, 2, (short) 1)).collect(Collectors.toList())).all().get();
        soon(() -> that("all are listed", names().containsAll(topics)));
        cluster.admin.deleteTopics(topics).all().get();
        soon(() -> that("none is listed any more", names().stream().noneMatch(topics::contains)));
    }

    private List<String> names() throws Exception {
        return cluster.admin.listTopics().listings().get().stream().map(TopicListing::name).collect(Collectors.toList());
    }

    private void validateOnly() throws Exception {
        String topic = Cluster.unique("validated");
        cluster.admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1)), new CreateTopicsOptions().validateOnly(true)).all().get();
        that("it is not listed", !names().contains(topic));
    }

    private void refusals() throws Exception {
        String topic = Cluster.unique("refused");
        cluster.create(topic, 1, Map.of());
        refuse(TopicExistsException.class, new NewTopic(topic, 1, (short) 1));
        refuse(InvalidTopicException.class, new NewTopic("not/allowed", 1, (short) 1));
        refuse(InvalidTopicException.class, new NewTopic("n".repeat(250), 1, (short) 1));
        refuse(InvalidTopicException.class, new NewTopic("..", 1, (short) 1));
        refuse(InvalidPartitionsException.class, new NewTopic(topic + "0", 0, (short) 1));
        refuse(InvalidReplicationFactorException.class, new NewTopic(topic + "3", 1, (short) 3));
        refuse(InvalidConfigurationException.class, new NewTopic(topic + "c", 1, (short) 1).configs(Map.of("retention.ms", "abc")));
        refuse(InvalidConfigurationException.class, new NewTopic(topic + "u", 1, (short) 1).configs(Map.of("no.such.config", "1")));
    }

    private void refuse(Class<? extends Throwable> error, NewTopic topic) {
        fails(error, () -> cluster.admin.createTopics(List.of(topic)).all().get());
    }

    private void partlyRefused() throws Exception {
        String good = Cluster.unique("good");
        var values = cluster.admin.createTopics(List.of(new NewTopic(good, 1, (short) 1), new NewTopic("bad name", 1, (short) 1))).values();
        values.get(good).get();
        fails(InvalidTopicException.class, () -> values.get("bad name").get());
    }

    private void collisions() throws Exception {
        String topic = Cluster.unique("collides");
        cluster.create(topic, 1, Map.of());
        refuse(InvalidTopicException.class, new NewTopic(topic.replace('.', '_'), 1, (short) 1));
    }

    private void grow() throws Exception {
        String topic = cluster.create(Cluster.unique("grows"), 2, Map.of());
        cluster.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
        soon(() -> equal("partitions", 5, VersionChecks.describe(cluster.admin, topic).partitions().size()));
        for (int count : new int[] {5, 1}) {
            fails(InvalidPartitionsException.class,
                    () -> cluster.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all().get());
        }
        fails(UnknownTopicOrPartitionException.class, () -> cluster.admin
                .createPartitions(Map.of(Cluster.unique("unknown"), NewPartitions.increaseTo(2))).all().get());
    }

    private void madeAgain() throws Exception {
        String topic = cluster.create(Cluster.unique("again"), Records.PARTITIONS, Cluster.KEEP);
        cluster.writeCommon(topic, "java", Map.of());
        cluster.admin.deleteTopics(List.of(topic)).all().get();
        cluster.create(topic, Records.PARTITIONS, Cluster.KEEP);
        cluster.writeCommon(topic, "java", Map.of());
        cluster.compareCommon(topic, "java");
    }
}
