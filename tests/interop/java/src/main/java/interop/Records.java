package interop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;

/** The records that every suite writes and expects, by their number: see "The common records" in ../README.md. */
final class Records {
    static final int PARTITIONS = 2;
    static final int COUNT = 100;
    private static final long FIRST_TIMESTAMP_MS = 1_700_000_000_000L;

    private Records() {}

    static String key(int number) {
        return number % 5 == 0 ? null : "key-" + number;
    }

    static String value(int number) {
        int padding = number % 50 == 49 ? 20_000 : number % 100;
        return number % 10 == 3 ? null : "value-" + number + "-" + "x".repeat(padding);
    }

    static long timestamp(int number) {
        return FIRST_TIMESTAMP_MS + 1000L * number;
    }

    static List<Header> headers(String writer, int number) {
        List<Header> headers = new ArrayList<>();
        headers.add(header("writer", writer));
        if (!writer.equals("kcat")) {
            headers.add(header("number", Integer.toString(number)));
            if (number % 4 == 2) {
                headers.add(header("empty", ""));
            }
        }
        return headers;
    }

    static ProducerRecord<String, String> record(String topic, String writer, int number) {
        return new ProducerRecord<>(topic, number % PARTITIONS, timestamp(number), key(number), value(number),
                headers(writer, number));
    }

    /** Compares a record that was read with the one of its place. */
    static void compare(String writer, ConsumerRecord<String, String> read) {
        int number = (int) read.offset() * PARTITIONS + read.partition();
        String at = read.topic() + "-" + read.partition() + "@" + read.offset() + " ";
        Checks.equal(at + "key", key(number), read.key());
        Checks.equal(at + "value", value(number), read.value());
        Checks.equal(at + "headers", headers(writer, number), List.of(read.headers().toArray()));
        Checks.equal(at + "timestamp type", TimestampType.CREATE_TIME, read.timestampType());
        if (writer.equals("kcat")) {
            Checks.that(at + "timestamp is of today", read.timestamp() > FIRST_TIMESTAMP_MS);
        } else {
            Checks.equal(at + "timestamp", timestamp(number), read.timestamp());
        }
    }

    private static Header header(String key, String value) {
        return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
    }
}
