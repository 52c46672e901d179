package interop;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A member of a group: polls on a thread of its own and tells the group what it owns and what it reads. */
final class Member implements ConsumerRebalanceListener, AutoCloseable {
    private final Group group;
    private final KafkaConsumer<String, String> consumer;
    private final Queue<FutureTask<?>> calls = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::live, "member");
    private final Set<TopicPartition> revoked = new HashSet<>();
    private int assignments;
    private volatile Consumer<KafkaConsumer<String, String>> closing;
    private volatile Exception failure;

    /** What to subscribe to, with the listener that has to be passed. */
    interface Subscription {
        void subscribe(KafkaConsumer<String, String> consumer, ConsumerRebalanceListener listener);
    }

    Member(Group group, Map<String, Object> settings, Subscription subscription) {
        this.group = group;
        this.consumer = group.cluster.consumer(settings);
        subscription.subscribe(consumer, this);
        thread.start();
    }

    private void live() {
        try {
            while (closing == null) {
                for (FutureTask<?> call = calls.poll(); call != null; call = calls.poll()) {
                    call.run();
                }
                consumer.poll(Duration.ofMillis(50)).forEach(group::consumed);
            }
            closing.accept(consumer);
        } catch (Exception error) {
            failure = error;
            consumer.close(Duration.ZERO);
        } finally {
            group.gone(this);
        }
    }

    /** Runs on the member's thread, between two polls. */
    <T> T call(Callable<T> body) throws Exception {
        FutureTask<T> call = new FutureTask<>(body);
        calls.add(call);
        return call.get(30, TimeUnit.SECONDS);
    }

    KafkaConsumer<String, String> consumer() {
        return consumer;
    }

    /** What ended this member; null while it lives, and if it was closed. */
    Exception failure() {
        return failure;
    }

    Set<TopicPartition> owned() {
        return group.ownedBy(this);
    }

    /** How often the listener was told of an assignment. */
    synchronized int assignments() {
        return assignments;
    }

    /** What was revoked since this was last asked. */
    synchronized Set<TopicPartition> revokedSince() {
        Set<TopicPartition> since = Set.copyOf(revoked);
        revoked.clear();
        return since;
    }

    @Override
    public synchronized void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        assignments++;
        group.claim(this, partitions);
    }

    @Override
    public synchronized void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        revoked.addAll(partitions);
        group.release(this, partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        onPartitionsRevoked(partitions);
    }

    @Override
    public void close() {
        close(KafkaConsumer::close);
    }

    /** Ends the member in this way, and waits for it. */
    void close(Consumer<KafkaConsumer<String, String>> way) {
        closing = way;
        try {
            thread.join(30_000);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
        Checks.that("the member ended", !thread.isAlive());
    }
}
