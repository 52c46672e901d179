package interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What only Apache Kafka serves, and Kabuki keeps for it: groups, transactions, users, access control, quotas. */
final class KafkaOnly implements AutoCloseable {
    private static final List<String> TRANSACTIONS = List.of("committed", "aborted", "ongoing");
    private static final List<String> GROUPS = List.of("classic-group", "consumer-group");

    private final String bootstrap;
    private final Admin admin;
    /** Its transaction is begun before Kabuki takes over, and committed when Apache Kafka is back. */
    private KafkaProducer<String, String> ongoing;

    KafkaOnly(String bootstrap, Admin admin) {
        this.bootstrap = bootstrap;
        this.admin = admin;
    }

    void fill() throws Exception {
        configurations();
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("alice",
                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "secret"), new UserScramCredentialUpsertion("bob",
                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 8192), "secret"))).all().get();
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(Map.of("user", "alice", "client-id", "app")),
                List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1_000_000.0))), new ClientQuotaAlteration(
                new ClientQuotaEntity(defaultUser()), List.of(new ClientQuotaAlteration.Op("request_percentage", 250.0))))).all().get();
        admin.createAcls(List.of(acl(ResourceType.TOPIC, "plain", PatternType.LITERAL, AclPermissionType.ALLOW),
                acl(ResourceType.GROUP, "team-", PatternType.PREFIXED, AclPermissionType.DENY))).all().get();
        for (String group : GROUPS) {
            consume(group, 5);
        }
        transactions();
    }

    private static Map<String, String> defaultUser() {
        Map<String, String> entity = new TreeMap<>();
        entity.put("user", null);
        return entity;
    }

    private static AclBinding acl(ResourceType type, String name, PatternType pattern, AclPermissionType permission) {
        return new AclBinding(new ResourcePattern(type, name, pattern), new AccessControlEntry("User:alice", "*", AclOperation.READ, permission));
    }

    private void configurations() throws Exception {
        set(ConfigResource.Type.BROKER, "", "log.retention.ms", "700000000");
        set(ConfigResource.Type.BROKER, "1", "num.io.threads", "9");
        set(ConfigResource.Type.CLIENT_METRICS, "subscription", "interval.ms", "123456");
        set(ConfigResource.Type.GROUP, "consumer-group", "consumer.session.timeout.ms", "50000");
    }

    private void set(ConfigResource.Type type, String name, String key, String value) throws Exception {
        var operation = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name), List.of(operation))).all().get();
    }

    private void transactions() throws Exception {
        for (String id : TRANSACTIONS) {
            KafkaProducer<String, String> producer = transactional(id);
            producer.initTransactions();
            producer.beginTransaction();
            for (int number = 0; number < 10; number++) {
                producer.send(new ProducerRecord<>("transactions", number % 2, id, id + " " + number));
            }
            producer.flush();
            switch (id) {
                case "committed" -> producer.commitTransaction();
                case "aborted" -> producer.abortTransaction();
                default -> ongoing = producer;
            }
            if (producer != ongoing) {
                producer.close();
            }
        }
    }

    private KafkaProducer<String, String> transactional(String id) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "transactional.id", id, "transaction.timeout.ms", 600_000,
                "delivery.timeout.ms", 600_000, "max.block.ms", 60_000), new StringSerializer(), new StringSerializer());
    }

    /** The transaction that was begun before ends well, and another producer's too. */
    void goOn() throws Exception {
        if (ongoing != null) {
            ongoing.send(new ProducerRecord<>("transactions", 0, "ongoing", "and on")).get();
            ongoing.commitTransaction();
            ongoing.close();
            ongoing = null;
        }
        try (KafkaProducer<String, String> producer = transactional("aborted")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("transactions", 1, "aborted", "once more"));
            producer.commitTransaction();
        }
    }

    /** A member of the group takes so many records, from where the group was. Returns their offsets. */
    List<Long> consume(String group, int count) {
        Map<String, Object> settings = new TreeMap<>(Map.of("bootstrap.servers", bootstrap, "group.id", group, "enable.auto.commit", false,
                "auto.offset.reset", "earliest", "max.poll.records", count, "group.protocol", group.split("-")[0]));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("consumed"));
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (true) {
                Checks.that("the group " + group + " is served", System.nanoTime() < deadline);
                var records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) {
                    consumer.commitSync();
                    List<Long> offsets = new java.util.ArrayList<>();
                    for (ConsumerRecord<String, String> record : records) {
                        offsets.add(record.offset());
                    }
                    return offsets;
                }
            }
        }
    }

    /** All of it, as Apache Kafka's administrator sees it. */
    Picture picture() throws Exception {
        Picture picture = new Picture();
        admin.describeUserScramCredentials().all().get().forEach((user, it) -> picture.lines.put("user " + user, it.toString()));
        admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get().forEach((entity, it) -> picture.lines.put("quota " + entity, it.toString()));
        admin.describeAcls(AclBindingFilter.ANY).values().get().forEach(it -> picture.lines.put("acl " + it, ""));
        for (String group : GROUPS) {
            picture.lines.put("group " + group, new TreeMap<>(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .collect(Collectors.toMap(it -> it.getKey().toString(), it -> it.getValue().toString()))).toString());
        }
        admin.describeTransactions(TRANSACTIONS).all().get().forEach((id, it) -> picture.lines.put("transaction " + id,
                it.state() + ", producer " + it.producerId() + ":" + it.producerEpoch() + ", partitions " + sorted(it.topicPartitions())));
        admin.listTransactions().all().get().forEach(it -> picture.lines.put("listed transaction " + it.transactionalId(), it.toString()));
        var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
        features.forEach((name, it) -> picture.lines.put("feature " + name, it.toString()));
        dynamic(picture, new ConfigResource(ConfigResource.Type.BROKER, ""), new ConfigResource(ConfigResource.Type.BROKER, "1"),
                new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "subscription"), new ConfigResource(ConfigResource.Type.GROUP, "consumer-group"));
        return picture;
    }

    private void dynamic(Picture picture, ConfigResource... resources) throws Exception {
        admin.describeConfigs(List.of(resources)).all().get().forEach((resource, config) -> config.entries().stream()
                .filter(it -> it.source().name().startsWith("DYNAMIC"))
                .forEach(it -> picture.lines.put(resource + " " + it.name(), it.value() + " from " + it.source())));
    }

    private static Set<String> sorted(Set<?> partitions) {
        return partitions.stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() {
        if (ongoing != null) {
            ongoing.close(Duration.ZERO);
        }
    }
}
