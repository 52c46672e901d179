package differential.cases;

import static differential.cases.Batches.of;
import static differential.cases.Batches.patched;
import static differential.cases.Batches.record;
import static differential.cases.Batches.records;
import static differential.cases.Batches.spoiled;
import static differential.cases.Requests.produce;
import static differential.cases.Requests.read;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Produce: what is in the batches, and all that can be wrong with it. */
final class ProduceBatchCases extends Cases {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final long YEAR_MS = 365L * 24 * 3600 * 1000;

    ProduceBatchCases() {
        super("Produce");
        besideOthers();
        add("codecs", ProduceCases.SERVED, ProduceBatchCases::codecs);
        add("recompression", ProduceCases.SERVED, ProduceBatchCases::recompression);
        add("framing", ProduceCases.SERVED, ProduceBatchCases::framing);
        add("heads", ProduceCases.SERVED, ProduceBatchCases::heads);
        add("attributes", ProduceCases.SERVED, ProduceBatchCases::attributes);
        add("damaged records", ProduceCases.SERVED, ProduceBatchCases::damagedRecords);
        add("damaged compression", ProduceCases.SERVED, ProduceBatchCases::damagedCompression);
        add("formats before magic 2", ProduceCases.SERVED, ProduceBatchCases::oldFormats);
        add("control batches", ProduceCases.SERVED, ProduceBatchCases::control);
        add("timestamps", ProduceCases.SERVED, ProduceBatchCases::timestamps);
        add("timestamp limits", ProduceCases.SERVED, ProduceBatchCases::timestampLimits);
        add("log append time", ProduceCases.SERVED, ProduceBatchCases::appendTime);
        add("compacted topics", ProduceCases.SERVED, ProduceBatchCases::compacted);
        add("sizes", ProduceCases.SERVED, ProduceBatchCases::sizes);
    }

    private static void codecs(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        SimpleRecord[] records = {record(0), Batches.keyless(1), Batches.withHeaders(2), record(3)};
        for (String codec : CODECS) {
            talk.ask(codec, produce(talk.version(), topic, Batches.compressed(codec, records)));
        }
        talk.ask("codec 5", produce(talk.version(), topic, patched(of(record(0)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 5))));
        talk.ask("codec 7", produce(talk.version(), topic, patched(of(record(0)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 7))));
        read(talk, "what is there", topic);
    }

    private static void recompression(Talk talk) throws Exception {
        for (String wanted : List.of("uncompressed", "gzip", "snappy", "lz4", "zstd")) {
            Topic topic = Topic.create(talk, wanted, 1, "compression.type=" + wanted);
            for (String codec : CODECS) {
                talk.ask(codec + " to " + wanted, produce(talk.version(), topic, Batches.compressed(codec, records(3))));
            }
            read(talk, "what is there in " + wanted, topic);
        }
        Topic level = Topic.create(talk, "level", 1, "compression.type=gzip", "compression.gzip.level=9");
        talk.ask("with a level", produce(talk.version(), level, of(records(3))));
        read(talk, "what is there with a level", level);
    }

    /** What is around the batch. */
    private static void framing(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        byte[] batch = Batches.bytes(of(records(2)));
        talk.ask("two batches", produce(talk.version(), topic, Batches.joined(of(record(0)), of(record(1)))));
        talk.ask("a batch and one of magic 1", produce(talk.version(), topic, Batches.joined(of(record(0)), Batches.old(1, "none", record(1)))));
        for (int length : new int[] {1, 8, 11, 12, 16, 17, 21, 60, 61, batch.length - 1}) {
            byte[] cut = Arrays.copyOf(batch, length);
            talk.ask("cut to " + (length == batch.length - 1 ? "all but one" : length), produce(talk.version(), topic, of(cut)));
        }
        for (int more : new int[] {1, 11, 12, 16, 17, 61}) {
            talk.ask(more + " bytes more", produce(talk.version(), topic, of(Arrays.copyOf(batch, batch.length + more))));
        }
        for (int length : new int[] {-1, 0, 5, 13, 14, 48, 49, batch.length - 13, batch.length - 11, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            String name = "length " + (length - batch.length + 12);
            talk.ask(name, produce(talk.version(), topic, spoiled(of(batch), it -> it.putInt(Batches.LENGTH_AT, length))));
        }
        talk.ask("a right one", produce(talk.version(), topic, of(batch)));
    }

    private static void heads(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        ask(talk, topic, "base offset 7", patched(of(records(2)), it -> it.putLong(Batches.BASE_OFFSET_AT, 7)));
        ask(talk, topic, "base offset -1", patched(of(records(2)), it -> it.putLong(Batches.BASE_OFFSET_AT, -1)));
        ask(talk, topic, "leader epoch 7", patched(of(records(2)), it -> it.putInt(Batches.LEADER_EPOCH_AT, 7)));
        ask(talk, topic, "leader epoch -2", patched(of(records(2)), it -> it.putInt(Batches.LEADER_EPOCH_AT, -2)));
        for (byte magic : new byte[] {-1, 0, 1, 3, 127}) {
            ask(talk, topic, "magic " + magic, spoiled(of(records(2)), it -> it.put(Batches.MAGIC_AT, magic)));
        }
        ask(talk, topic, "wrong CRC", spoiled(of(records(2)), it -> it.putInt(Batches.CRC_AT, it.getInt(Batches.CRC_AT) + 1)));
        for (int delta : new int[] {-1, 0, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            ask(talk, topic, "last offset delta " + delta, patched(of(records(2)), it -> it.putInt(Batches.LAST_OFFSET_DELTA_AT, delta)));
        }
        for (int count : new int[] {-1, 0, 1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            ask(talk, topic, "count " + count, patched(of(records(2)), it -> it.putInt(Batches.COUNT_AT, count)));
            int delta = count - 1;
            ask(talk, topic, "count and delta " + count,
                patched(of(records(2)), it -> it.putInt(Batches.COUNT_AT, count).putInt(Batches.LAST_OFFSET_DELTA_AT, delta)));
            ask(talk, topic, "compressed, count and delta " + count, patched(Batches.compressed("gzip", records(2)),
                it -> it.putInt(Batches.COUNT_AT, count).putInt(Batches.LAST_OFFSET_DELTA_AT, delta)));
        }
        read(talk, "what is there", topic);
    }

    private static void ask(Talk talk, Topic topic, String step, MemoryRecords records) throws Exception {
        talk.ask(step, produce(talk.version(), topic, records));
    }

    private static void attributes(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        for (int bit = 3; bit < 16; bit++) {
            int attributes = 1 << bit;
            ask(talk, topic, "bit " + bit, patched(of(records(2)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) attributes)));
        }
        for (int bit = 3; bit < 8; bit++) {
            int attributes = 1 << bit;
            ask(talk, topic, "compressed, bit " + bit,
                patched(Batches.compressed("lz4", records(2)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) (attributes | 3))));
        }
        read(talk, "what is there", topic);
    }

    /** The head is right, and what it promises is not there. */
    private static void damagedRecords(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        // length, attributes, timestamp delta, offset delta, key length and key, value length and value, count of headers
        byte[][] wrong = {
            {},
            {0},
            {14, 0, 0, 0, 2, 'k', 2, 'v', 0},
            {16, 0, 0, 0, 2, 'k', 2, 'v', 0},
            {18, 0, 0, 0, 2, 'k', 2, 'v', 0},
            {16, 0, 0, 2, 2, 'k', 2, 'v', 0},
            {16, 0, 0, 1, 2, 'k', 2, 'v', 0},
            {16, 0, 0, 0, 100, 'k', 2, 'v', 0},
            {16, 0, 0, 0, 3, 'k', 2, 'v', 0},
            {16, 0, 0, 0, 2, 'k', 100, 'v', 0},
            {16, 0, 0, 0, 2, 'k', 3, 'v', 0},
            {16, 0, 0, 0, 2, 'k', 2, 'v', 1},
            {16, 0, 0, 0, 2, 'k', 2, 'v', 2},
            {16, 0, 0, 0, 2, 'k', 2, 'v', 100},
            {16, 1, 0, 0, 2, 'k', 2, 'v', 0},
            {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
            {1, 0, 0, 0, 2, 'k', 2, 'v', 0},
            {16, 0, 0, 0, 2, 'k', 2, 'v', 0, 0},
            {16, 0, 0, 0, 2, 'k', 2, 'v', 0, 16, 0, 0, 2, 2, 'k', 2, 'v', 0},
            {12, 0, 0, 0, 1, 1, 2, 1, 0},
            {16, 0, 0, 0, 1, 1, 2, 1, 0},
            {16, 0, 0, 0, 1, 1, 2, 0, 1},
            {16, 0, 0, 0, 1, 1, 2, 0, 0},
        };
        for (int i = 0; i < wrong.length; i++) {
            ask(talk, topic, "records " + i, Batches.raw(CompressionType.NONE, 1, wrong[i]));
        }
        read(talk, "what is there", topic);
    }

    private static void damagedCompression(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        for (CompressionType codec : List.of(CompressionType.GZIP, CompressionType.SNAPPY, CompressionType.LZ4, CompressionType.ZSTD)) {
            MemoryRecords right = Batches.compressed(codec.name, records(20));
            byte[] bytes = Batches.bytes(right);
            byte[] inner = Arrays.copyOfRange(bytes, Batches.RECORDS_AT, bytes.length);
            ask(talk, topic, codec + " nothing", Batches.raw(codec, 20, new byte[0]));
            ask(talk, topic, codec + " not at all", Batches.raw(codec, 20, Batches.text("this is no compressed data at all, none")));
            ask(talk, topic, codec + " cut", Batches.raw(codec, 20, Arrays.copyOf(inner, inner.length / 2)));
            ask(talk, topic, codec + " head alone", Batches.raw(codec, 20, Arrays.copyOf(inner, 4)));
            inner[inner.length / 2] ^= 0x55;
            ask(talk, topic, codec + " damaged", Batches.raw(codec, 20, inner));
        }
        read(talk, "what is there", topic);
    }

    private static void oldFormats(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        for (int magic = 0; magic < 2; magic++) {
            for (String codec : List.of("none", "gzip", "snappy", "lz4")) {
                ask(talk, topic, "magic " + magic + " " + codec, Batches.old(magic, codec, records(2)));
            }
            ask(talk, topic, "magic " + magic + " one record", Batches.old(magic, "none", record(0)));
        }
        read(talk, "what is there", topic);
    }

    private static void control(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        ask(talk, topic, "a commit marker",
            MemoryRecords.withEndTransactionMarker(5L, (short) 0, new EndTransactionMarker(ControlRecordType.COMMIT, 0)));
        ask(talk, topic, "control bit", patched(of(record(0)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 0x20)));
        ask(talk, topic, "control and transactional bit", patched(of(record(0)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 0x30)));
        ask(talk, topic, "control bit, several records", patched(of(records(3)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 0x20)));
        ask(talk, topic, "control bit, compressed",
            patched(Batches.compressed("gzip", record(0)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 0x21)));
        read(talk, "what is there", topic);
    }

    private static void timestamps(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        long now = System.currentTimeMillis();
        ask(talk, topic, "none", of(Batches.recordAt(-1)));
        ask(talk, topic, "zero", of(Batches.recordAt(0)));
        ask(talk, topic, "two hours ahead", of(Batches.recordAt(now + 2 * 3600_000)));
        ask(talk, topic, "the second record a year ahead", of(record(0), Batches.recordAt(now + YEAR_MS), record(2), Batches.recordAt(now + YEAR_MS)));
        ask(talk, topic, "compressed, the second record a year ahead", Batches.compressed(codec(talk),
            record(0), Batches.recordAt(now + YEAR_MS), record(2)));
        ask(talk, topic, "greatest", of(Batches.recordAt(Long.MAX_VALUE)));
        ask(talk, topic, "wrong greatest", patched(of(records(3)), it -> it.putLong(Batches.MAX_TIMESTAMP_AT, Batches.TIME)));
        ask(talk, topic, "wrong greatest, too late", patched(of(records(3)), it -> it.putLong(Batches.MAX_TIMESTAMP_AT, now + YEAR_MS)));
        ask(talk, topic, "compressed, wrong greatest",
            patched(Batches.compressed("gzip", records(3)), it -> it.putLong(Batches.MAX_TIMESTAMP_AT, Batches.TIME)));
        ask(talk, topic, "greatest of -1", patched(of(records(3)), it -> it.putLong(Batches.MAX_TIMESTAMP_AT, -1)));
        ask(talk, topic, "base of -5", patched(of(records(3)), it -> it.putLong(Batches.BASE_TIMESTAMP_AT, -5).putLong(Batches.MAX_TIMESTAMP_AT, 1995)));
        read(talk, "what is there", topic);
    }

    private static String codec(Talk talk) {
        return talk.version() >= 7 ? "zstd" : "gzip";
    }

    private static void timestampLimits(Talk talk) throws Exception {
        long hour = 3600_000;
        Topic strict = Topic.create(talk, "strict", 1, "message.timestamp.before.max.ms=" + hour, "message.timestamp.after.max.ms=" + hour);
        Topic lax = Topic.create(talk, "lax", 1, "message.timestamp.after.max.ms=" + Long.MAX_VALUE);
        long now = System.currentTimeMillis();
        ask(talk, strict, "old", of(records(2)));
        ask(talk, strict, "none", of(Batches.recordAt(-1)));
        ask(talk, strict, "now", of(Batches.recordAt(now)));
        ask(talk, strict, "one old", of(Batches.recordAt(now), record(0), Batches.recordAt(now)));
        ask(talk, strict, "compressed, one old", Batches.compressed("lz4", Batches.recordAt(now), record(0), Batches.recordAt(now)));
        ask(talk, lax, "a year ahead", of(Batches.recordAt(now + YEAR_MS)));
    }

    private static void appendTime(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1, "message.timestamp.type=LogAppendTime");
        ask(talk, topic, "create time", of(records(2)));
        ask(talk, topic, "compressed", Batches.compressed("gzip", records(2)));
        ask(talk, topic, "far ahead", of(Batches.recordAt(System.currentTimeMillis() + YEAR_MS)));
        ask(talk, topic, "none", of(Batches.recordAt(-1)));
        ask(talk, topic, "with the bit set", patched(of(records(2)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 8)));
        ask(talk, topic, "wrong greatest", patched(of(records(3)), it -> it.putLong(Batches.MAX_TIMESTAMP_AT, 5)));
        read(talk, "what is there", topic);
        Topic both = Topic.create(talk, "both", 1, "message.timestamp.type=LogAppendTime", "compression.type=zstd");
        ask(talk, both, "recompressed", of(records(2)));
        read(talk, "what is there, recompressed", both);
    }

    private static void compacted(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1, "cleanup.policy=compact");
        Topic both = Topic.create(talk, "both", 1, "cleanup.policy=compact,delete");
        for (Topic each : List.of(topic, both)) {
            String which = each == topic ? "compact" : "compact and delete";
            ask(talk, each, which + ": with keys", of(records(2)));
            ask(talk, each, which + ": keyless", of(Batches.keyless(0)));
            ask(talk, each, which + ": some keyless", of(record(0), Batches.keyless(1), record(2), Batches.keyless(3)));
            ask(talk, each, which + ": compressed, some keyless", Batches.compressed("gzip", record(0), Batches.keyless(1), record(2), Batches.keyless(3)));
            ask(talk, each, which + ": keyless and too late", of(Batches.keyless(1), Batches.recordAt(System.currentTimeMillis() + YEAR_MS)));
        }
        read(talk, "what is there", topic);
    }

    private static void sizes(Talk talk) throws Exception {
        Topic small = Topic.create(talk, "small", 1, "max.message.bytes=1000");
        ask(talk, small, "fits", of(Batches.large(800)));
        int over = of(Batches.large(900)).sizeInBytes() - 900;
        ask(talk, small, "fits exactly", of(Batches.large(1000 - over)));
        ask(talk, small, "one too many", of(Batches.large(1001 - over)));
        ask(talk, small, "compressed to fit", Batches.compressed("gzip", new SimpleRecord(Batches.TIME, null, new byte[5000])));
        Topic unpacked = Topic.create(talk, "unpacked", 1, "max.message.bytes=1000", "compression.type=uncompressed");
        ask(talk, unpacked, "too large when uncompressed", Batches.compressed("gzip", new SimpleRecord(Batches.TIME, null, new byte[5000])));
        Topic segment = Topic.create(talk, "segment", 1, "max.message.bytes=3000000", "segment.bytes=1048576");
        ask(talk, segment, "fits a segment", of(Batches.large(1_000_000)));
        ask(talk, segment, "more than a segment", of(Batches.large(1_100_000)));
        Topic plain = Topic.create(talk, "plain", 1);
        ask(talk, plain, "over the default", of(Batches.large(1_048_588)));
        Topic packed = Topic.create(talk, "packed", 1, "max.message.bytes=1000", "compression.type=gzip");
        ask(talk, packed, "fits when compressed by the broker", of(new SimpleRecord(Batches.TIME, null, new byte[5000])));
        read(talk, "what is there", small);
    }
}
