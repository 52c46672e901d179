package interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;

/** Segments as brokers before 0.11 wrote them: magic 0, magic 1, and magic 1 with the broker's time. */
final class OldFormats {
    private static final int MESSAGES = 3;
    private static final int RECORDS_OF_MESSAGE = 10;
    /** How many records each partition has. */
    static final int RECORDS = MESSAGES * RECORDS_OF_MESSAGE;

    private OldFormats() {}

    /** Replaces the empty logs of the topic, in whichever log dir they are. */
    static void write(List<Path> logDirs) throws IOException {
        for (int partition = 0; partition < 3; partition++) {
            int index = partition;
            Path dir = logDirs.stream().map(it -> it.resolve(Population.OLD_FORMATS + "-" + index)).filter(Files::exists).findFirst().orElseThrow();
            ByteBuffer segment = segment(partition);
            byte[] bytes = new byte[segment.remaining()];
            segment.get(bytes);
            Path log = dir.resolve("00000000000000000000.log");
            Checks.equal("the log is empty", 0L, Files.size(log));
            Files.write(log, bytes);
        }
    }

    private static ByteBuffer segment(int partition) {
        List<Compression> codecs = List.of(Compression.NONE, Compression.gzip().build(), Compression.snappy().build());
        ByteBuffer segment = ByteBuffer.allocate(1 << 16);
        for (int message = 0; message < MESSAGES; message++) {
            segment.put(message(partition, codecs.get(message), (long) message * RECORDS_OF_MESSAGE).buffer());
        }
        return segment.flip();
    }

    private static MemoryRecords message(int partition, Compression codec, long offset) {
        byte magic = (byte) Math.min(partition, 1);
        TimestampType type = partition == 2 ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 14), magic, codec, type, offset, 1_400_000_000_000L + offset);
        for (int number = 0; number < RECORDS_OF_MESSAGE; number++) {
            byte[] key = number % 3 == 0 ? null : Population.bytes("key-" + number);
            builder.append(1_400_000_000_000L + number, key, Population.bytes("old " + (offset + number)));
        }
        return builder.build();
    }

}
