package interop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes to partitions in turn until it is stopped, one record every two milliseconds. */
final class Writer implements AutoCloseable {
    private final Thread thread = new Thread(this::live, "writer");
    private final KafkaProducer<String, String> producer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private volatile boolean stopping;
    private volatile Exception failure;

    Writer(Cluster cluster, List<TopicPartition> partitions) {
        this.producer = cluster.producer(Map.of("enable.idempotence", true));
        this.partitions = partitions;
        cluster.awaitLeaders(partitions);
        thread.start();
    }

    private void live() {
        try {
            for (int number = 0; !stopping; number++) {
                TopicPartition partition = partitions.get(number % partitions.size());
                producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, "value-" + number),
                        (metadata, error) -> acknowledged(partition, error));
                Thread.sleep(2);
            }
            producer.flush();
        } catch (Exception error) {
            failure = error;
        }
    }

    private synchronized void acknowledged(TopicPartition partition, Exception error) {
        if (error != null) {
            failure = error;
        } else {
            ends.merge(partition, 1L, Long::sum);
        }
    }

    /** Stops and tells the end offset of each partition. */
    Map<TopicPartition, Long> stop() throws Exception {
        stopping = true;
        thread.join();
        if (failure != null) {
            throw failure;
        }
        synchronized (this) {
            return Map.copyOf(ends);
        }
    }

    @Override
    public void close() throws Exception {
        stopping = true;
        thread.join();
        producer.close();
    }
}
