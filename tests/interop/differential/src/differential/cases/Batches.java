package differential.cases;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Crc32C;

/** Record batches, right ones and wrong ones; the same bytes each time. */
final class Batches {
    /** Where the fields of a batch of magic 2 begin. */
    static final int BASE_OFFSET_AT = 0;
    static final int LENGTH_AT = 8;
    static final int LEADER_EPOCH_AT = 12;
    static final int MAGIC_AT = 16;
    static final int CRC_AT = 17;
    static final int ATTRIBUTES_AT = 21;
    static final int LAST_OFFSET_DELTA_AT = 23;
    static final int BASE_TIMESTAMP_AT = 27;
    static final int MAX_TIMESTAMP_AT = 35;
    static final int PRODUCER_ID_AT = 43;
    static final int PRODUCER_EPOCH_AT = 51;
    static final int BASE_SEQUENCE_AT = 53;
    static final int COUNT_AT = 57;
    static final int RECORDS_AT = 61;

    /** In the past, as `message.timestamp.after.max.ms` wants it: 14 November 2023. */
    static final long TIME = 1_700_000_000_000L;

    private Batches() {}

    /** A record with key and value, so many seconds after {@link #TIME}. */
    static SimpleRecord record(int seconds) {
        return new SimpleRecord(TIME + 1000L * seconds, text("key-" + seconds), text("value-" + seconds));
    }

    static SimpleRecord recordAt(long timestamp) {
        return new SimpleRecord(timestamp, text("key"), text("value"));
    }

    static SimpleRecord keyless(int seconds) {
        return new SimpleRecord(TIME + 1000L * seconds, null, text("value-" + seconds));
    }

    static SimpleRecord withHeaders(int seconds) {
        Header[] headers = {new RecordHeader("one", text("1")), new RecordHeader("one", text("again")), new RecordHeader("empty", new byte[0]),
            new RecordHeader("null", (byte[]) null)};
        return new SimpleRecord(TIME + 1000L * seconds, text("key"), null, headers);
    }

    /** A record whose value has so many bytes that no codec makes small. */
    static SimpleRecord large(int bytes) {
        byte[] value = new byte[bytes];
        new java.util.Random(1).nextBytes(value);
        return new SimpleRecord(TIME, text("key"), value);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static SimpleRecord[] records(int count) {
        SimpleRecord[] records = new SimpleRecord[count];
        Arrays.setAll(records, Batches::record);
        return records;
    }

    static MemoryRecords of(SimpleRecord... records) {
        return MemoryRecords.withRecords(Compression.NONE, records);
    }

    static MemoryRecords compressed(String codec, SimpleRecord... records) {
        return MemoryRecords.withRecords(Compression.of(codec).build(), records);
    }

    /** Of an idempotent producer. */
    static MemoryRecords of(long producerId, int epoch, int sequence, SimpleRecord... records) {
        return MemoryRecords.withIdempotentRecords(Compression.NONE, producerId, (short) epoch, sequence, records);
    }

    /** In the formats before magic 2. */
    static MemoryRecords old(int magic, String codec, SimpleRecord... records) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(10_000), (byte) magic, Compression.of(codec).build(),
            magic == 0 ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME, 0L);
        for (SimpleRecord record : records) {
            builder.append(record);
        }
        return builder.build();
    }

    static byte[] bytes(MemoryRecords records) {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        return bytes;
    }

    static MemoryRecords of(byte[] bytes) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
    }

    /** One after the other in one partition. */
    static MemoryRecords joined(MemoryRecords... all) {
        return of(differential.Wire.join(Arrays.stream(all).map(Batches::bytes).toArray(byte[][]::new)));
    }

    /** The batch with other fields; the CRC is right again afterwards. */
    static MemoryRecords patched(MemoryRecords records, Patch patch) {
        MemoryRecords patched = spoiled(records, patch);
        ByteBuffer bytes = patched.buffer();
        bytes.putInt(CRC_AT, (int) Crc32C.compute(bytes, ATTRIBUTES_AT, bytes.limit() - ATTRIBUTES_AT));
        return patched;
    }

    /** The batch with other fields, and the CRC left as it was. */
    static MemoryRecords spoiled(MemoryRecords records, Patch patch) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(records));
        patch.apply(bytes);
        return MemoryRecords.readableRecords(bytes);
    }

    interface Patch {
        void apply(ByteBuffer batch);
    }

    /** A batch whose head fits these bytes, compressed or not, as its records. */
    static MemoryRecords raw(CompressionType codec, int count, byte[] records) {
        ByteBuffer batch = ByteBuffer.allocate(RECORDS_AT + records.length);
        batch.position(RECORDS_AT);
        batch.put(records);
        batch.position(0);
        DefaultRecordBatch.writeHeader(batch, 0, count - 1, batch.capacity(), (byte) 2, codec, TimestampType.CREATE_TIME, TIME, TIME, -1L,
            (short) -1, -1, false, false, false, -1, count);
        batch.clear();
        return MemoryRecords.readableRecords(batch);
    }
}
