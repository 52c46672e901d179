package interop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.support.Acknowledgment;

/** What a Spring Boot application usually has: topics that it makes at its start, and listeners that acknowledge by hand. */
@SpringBootApplication
public class Application {
    static final String ORDERS = "orders";
    static final String BATCHES = "batches";
    static final int PARTITIONS = 8;

    private final Map<String, List<String>> threads = new HashMap<>();
    private final Map<String, Set<String>> received = new HashMap<>();
    private String troubled = "";

    @Bean
    NewTopic orders() {
        return TopicBuilder.name(ORDERS).partitions(PARTITIONS).replicas(1).build();
    }

    @Bean
    NewTopic batches() {
        return TopicBuilder.name(BATCHES).partitions(PARTITIONS).replicas(1).build();
    }

    /** Acknowledges each order. One that is troubled fails the first time, and comes again. */
    @KafkaListener(id = ORDERS, topics = ORDERS, concurrency = "4")
    void order(ConsumerRecord<String, String> record, Acknowledgment acknowledgment) {
        note(ORDERS, List.of(record.value()));
        if (fails(record.value())) {
            throw new IllegalStateException("trouble with " + record.value());
        }
        acknowledgment.acknowledge();
    }

    /** Acknowledges whole batches. */
    @KafkaListener(id = BATCHES, topics = BATCHES, concurrency = "4", batch = "true")
    void batch(List<String> values, Acknowledgment acknowledgment) {
        note(BATCHES, values);
        acknowledgment.acknowledge();
    }

    private synchronized void note(String listener, List<String> values) {
        received.computeIfAbsent(listener, unused -> new TreeSet<>()).addAll(values);
        threads.computeIfAbsent(listener, unused -> new ArrayList<>()).add(Thread.currentThread().getName());
    }

    private synchronized boolean fails(String value) {
        boolean fails = troubled.equals(value);
        troubled = fails ? "" : troubled;
        return fails;
    }

    /** From now on the order with this value fails once. */
    synchronized void trouble(String value) {
        troubled = value;
    }

    synchronized boolean troubleIsOver() {
        return troubled.isEmpty();
    }

    synchronized Set<String> received(String listener) {
        return Set.copyOf(received.getOrDefault(listener, Set.of()));
    }

    /** How many threads the listener was called on. */
    synchronized int threads(String listener) {
        return Set.copyOf(threads.getOrDefault(listener, List.of())).size();
    }
}
