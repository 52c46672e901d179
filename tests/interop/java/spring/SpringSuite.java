package interop;

import static interop.Checks.equal;
import static interop.Checks.that;
import static interop.Checks.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;

/** Starts the application, sends through its template, and asks the server what its listeners have come to. */
public final class SpringSuite {
    private static final int ORDERS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Checks checks = new Checks();
    private final String bootstrap;
    private Admin admin;
    private ConfigurableApplicationContext context;
    private int sent;

    private SpringSuite(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    public static void main(String[] arguments) {
        System.exit(new SpringSuite(arguments[0]).run());
    }

    private int run() {
        for (String protocol : List.of("classic", "consumer")) {
            checks.check(protocol + ": the application starts and makes its topics", () -> start(protocol));
            checks.check(protocol + ": four threads of a listener share eight partitions", this::concurrency);
            checks.check(protocol + ": KafkaTemplate sends, @KafkaListener acknowledges each record", () -> receive(Application.ORDERS));
            checks.check(protocol + ": @KafkaListener acknowledges batches", () -> receive(Application.BATCHES));
            checks.check(protocol + ": what failed is delivered again", this::redelivery);
            checks.check(protocol + ": a listener stopped and started goes on where it was", this::stopAndStart);
            checks.check(protocol + ": the application ends and leaves its groups", this::end);
        }
        return checks.close();
    }

    private void start(String protocol) throws Exception {
        context = new SpringApplicationBuilder(Application.class).run("--spring.kafka.bootstrap-servers=" + bootstrap,
                "--spring.kafka.listener.ack-mode=manual", "--spring.kafka.consumer.auto-offset-reset=earliest",
                "--spring.kafka.consumer.enable-auto-commit=false", "--spring.kafka.consumer.properties.group.protocol=" + protocol,
                "--spring.main.web-application-type=none");
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap)); // not before: only now it logs as the application says
        equal("partitions", Application.PARTITIONS,
                admin.describeTopics(List.of(Application.ORDERS)).allTopicNames().get().get(Application.ORDERS).partitions().size());
    }

    private Application application() {
        return context.getBean(Application.class);
    }

    private ConsumerGroupDescription group(String listener) throws Exception {
        return admin.describeConsumerGroups(List.of(listener)).all().get().get(listener);
    }

    private void concurrency() throws Exception {
        for (String listener : List.of(Application.ORDERS, Application.BATCHES)) {
            within(PATIENCE, () -> equal("shares of " + listener, List.of(2, 2, 2, 2), group(listener).members().stream()
                    .map(member -> member.assignment().topicPartitions().size()).sorted().collect(Collectors.toList())));
        }
    }

    @SuppressWarnings("unchecked")
    private Set<String> send(String topic, int count) throws Exception {
        KafkaTemplate<String, String> template = context.getBean(KafkaTemplate.class);
        List<String> values = IntStream.range(sent, sent + count).mapToObj(number -> "value-" + number).collect(Collectors.toList());
        List<CompletableFuture<SendResult<String, String>>> results = new ArrayList<>();
        for (String value : values) {
            results.add(template.send(topic, sent++ % Application.PARTITIONS, null, value));
        }
        for (CompletableFuture<SendResult<String, String>> result : results) {
            that("it has an offset", result.get().getRecordMetadata().hasOffset());
        }
        return Set.copyOf(values);
    }

    private void awaitReceived(String listener, Set<String> values) throws Exception {
        within(PATIENCE, () -> that("all came", application().received(listener).containsAll(values)));
    }

    /** Waits until all is committed that was sent. */
    private void awaitCommitted(String listener) throws Exception {
        within(PATIENCE, () -> {
            var committed = admin.listConsumerGroupOffsets(listener).partitionsToOffsetAndMetadata().get();
            var ends = admin.listOffsets(committed.keySet().stream().collect(Collectors.toMap(partition -> partition,
                    partition -> OffsetSpec.latest()))).all().get();
            equal("partitions", Application.PARTITIONS, committed.size());
            for (TopicPartition partition : ends.keySet()) {
                equal("committed of " + partition, ends.get(partition).offset(), committed.get(partition).offset());
            }
        });
    }

    private void receive(String listener) throws Exception {
        Set<String> values = send(listener, ORDERS);
        awaitReceived(listener, values);
        awaitCommitted(listener);
        equal("threads that were called", 4, application().threads(listener));
    }

    private void redelivery() throws Exception {
        application().trouble("value-" + (sent + 10));
        Set<String> values = send(Application.ORDERS, 20);
        awaitReceived(Application.ORDERS, values);
        awaitCommitted(Application.ORDERS);
        that("it failed once", application().troubleIsOver());
    }

    private void stopAndStart() throws Exception {
        var container = context.getBean(KafkaListenerEndpointRegistry.class).getListenerContainer(Application.ORDERS);
        container.stop();
        within(PATIENCE, () -> equal("members", 0, group(Application.ORDERS).members().size()));
        Set<String> values = send(Application.ORDERS, ORDERS);
        that("nothing comes while it is stopped", application().received(Application.ORDERS).stream().noneMatch(values::contains));
        container.start();
        awaitReceived(Application.ORDERS, values);
        awaitCommitted(Application.ORDERS);
    }

    private void end() throws Exception {
        context.close();
        for (String listener : List.of(Application.ORDERS, Application.BATCHES)) {
            within(PATIENCE, () -> equal("members of " + listener, 0, group(listener).members().size()));
        }
        admin.close();
    }
}
