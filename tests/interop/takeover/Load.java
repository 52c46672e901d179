package interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * One idempotent producer that lives through every change of brokers: its producer id and its sequences begin with
 * Apache Kafka, go on with Kabuki, and go on with Apache Kafka again. Whatever was acknowledged must be there, once.
 */
final class Load implements AutoCloseable {
    static final String TOPIC = "load";
    static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrap;
    private final KafkaProducer<String, String> producer;
    private final Thread thread = new Thread(this::run, "load");
    /** Partition and number to offset. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean stopped;

    Load(String bootstrap) {
        this.bootstrap = bootstrap;
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        settings.put("linger.ms", 2);
        settings.put("delivery.timeout.ms", 600_000);
        settings.put("request.timeout.ms", 5_000);
        settings.put("max.block.ms", 600_000);
        settings.put("retry.backoff.ms", 20);
        settings.put("retry.backoff.max.ms", 100);
        settings.put("reconnect.backoff.max.ms", 100);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        thread.start();
    }

    private void run() {
        for (int number = 0; !stopped; number++) {
            int partition = number % PARTITIONS;
            String value = partition + "/" + number / PARTITIONS;
            producer.send(new ProducerRecord<>(TOPIC, partition, null, value), (metadata, error) -> {
                if (error != null) {
                    failure.compareAndSet(null, error);
                } else {
                    acknowledged.put(value, metadata.offset());
                    count.incrementAndGet();
                }
            });
            try {
                Thread.sleep(1);
            } catch (InterruptedException error) {
                return;
            }
        }
    }

    /** Waits for more acknowledgements than there were. */
    void awaitProgress() throws Exception {
        long wanted = count.get() + 200;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (count.get() < wanted) {
            check();
            Checks.that("the idempotent producer goes on", System.nanoTime() < deadline);
            Thread.sleep(5);
        }
    }

    private void check() throws Exception {
        if (failure.get() != null) {
            throw new IllegalStateException("the idempotent producer failed", failure.get());
        }
    }

    /** Reads everything back: all that is acknowledged by now is there, in order, and nothing is there twice. */
    int verify() throws Exception {
        check();
        Map<String, Long> expected = new HashMap<>(acknowledged);
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "none", "fetch.max.wait.ms", 50);
        List<TopicPartition> partitions = new ArrayList<>();
        int[] next = new int[PARTITIONS];
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                partitions.add(new TopicPartition(TOPIC, partition));
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!partitions.stream().allMatch(it -> consumer.position(it) >= ends.get(it))) {
                Checks.that("the load can be read", System.nanoTime() < deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    Checks.equal("record at " + record.offset(), record.partition() + "/" + next[record.partition()]++, record.value());
                    Long offset = expected.remove(record.value());
                    Checks.that(record.value() + " is at offset " + record.offset() + ", acknowledged at " + offset, offset == null || offset < 0 || offset == record.offset());
                });
            }
        }
        Checks.that(expected.size() + " acknowledged records are lost, such as " + expected.keySet().stream().sorted().findFirst(), expected.isEmpty());
        return next[0] + next[1] + next[2] + next[3];
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(1));
    }
}
