package differential;

import differential.Layout.Mark;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.ByteUtils;

/** Takes a valid request apart: every way in which its bytes can be wrong, one frame each. */
public final class Malformed {
    private static final int CORRELATION_ID = 77;
    /** An answer that comes later is taken for silence, where silence is what is expected. */
    private static final int KNOWN_SILENCE_MS = 300;
    /** What Kafka accepts and we do not goes last, so that it cannot change what else is answered. */
    private static final List<String> ACCEPTED_BY_KAFKA_ALONE = List.of("* minus *", "* least *", "* no UTF-8 *");
    /** A count that no frame can hold. */
    private static final int ABSURD = Integer.MAX_VALUE;

    private Malformed() {}

    public static void run(Talk talk, ApiMessage request, List<String> unanswered) throws Exception {
        short version = talk.version();
        ApiMessageType api = ApiMessageType.fromApiKey(request.apiKey());
        if (version < api.lowestSupportedVersion()) {
            return; // advertised, yet not served: runVersions has it
        }
        byte[] header = Wire.header(api.apiKey(), version, api.requestHeaderVersion(version), CORRELATION_ID);
        byte[] body = body(request, version);
        List<Mark> marks = Layout.of(api.requestSchemas()[version], body);
        for (Map.Entry<String, byte[]> wrong : wrongBodies(body, marks).entrySet()) {
            boolean silent = unanswered.stream().anyMatch(glob -> Rules.matches(glob, wrong.getKey()));
            talk.patience(silent ? KNOWN_SILENCE_MS : Connection.PATIENCE_MS);
            talk.askRaw(wrong.getKey(), api, version, Wire.join(header, wrong.getValue()), CORRELATION_ID);
        }
    }

    /** Versions that do not exist, around those that do. They need no version loop: they are sent when it is at its end. */
    static void runVersions(Talk talk) throws Exception {
        ApiMessageType api = talk.api();
        if (talk.version() != api.highestSupportedVersion(false)) {
            return;
        }
        short highest = talk.version();
        int[] versions = {-1, Short.MIN_VALUE, Short.MAX_VALUE, highest + 1, highest + 2, api.lowestSupportedVersion() - 1};
        for (int version : Arrays.stream(versions).distinct().toArray()) {
            byte[] header = Wire.header(api.apiKey(), (short) version, api.requestHeaderVersion(highest), CORRELATION_ID);
            byte[] body = new byte[16];
            talk.askRaw("version " + version, api, (short) version, Wire.join(header, body), CORRELATION_ID);
        }
    }

    private static byte[] body(ApiMessage request, short version) throws Talk.NoSuchVersion {
        try {
            return Wire.bytes(request, version);
        } catch (UnsupportedVersionException lacking) {
            throw new Talk.NoSuchVersion(lacking);
        }
    }

    /** Each by what is wrong with it. */
    private static Map<String, byte[]> wrongBodies(byte[] body, List<Mark> marks) {
        Map<String, byte[]> wrong = new LinkedHashMap<>();
        wrong.put("nothing wrong", body);
        wrong.put("one byte more", Arrays.copyOf(body, body.length + 1));
        wrong.put("many bytes more", Wire.join(body, "something else entirely".getBytes()));
        for (Mark mark : marks) {
            wrong.put(mark.kind() + " cut before " + mark.path(), Arrays.copyOf(body, mark.offset()));
            if (mark.size() > 1) {
                wrong.put(mark.kind() + " cut within " + mark.path(), Arrays.copyOf(body, mark.offset() + mark.size() / 2));
            }
            values(body, mark).forEach((what, bytes) ->
                wrong.put(mark.kind() + " " + what + " at " + mark.path(), replaced(body, mark, bytes)));
        }
        for (String name : List.copyOf(wrong.keySet())) {
            if (ACCEPTED_BY_KAFKA_ALONE.stream().anyMatch(glob -> Rules.matches(glob, name))) {
                wrong.put(name, wrong.remove(name));
            }
        }
        return wrong;
    }

    /** What to put in the place of a mark, by name. */
    private static Map<String, byte[]> values(byte[] body, Mark mark) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        ByteBuffer at = ByteBuffer.wrap(body, mark.offset(), mark.size());
        switch (mark.kind()) {
            case BOOLEAN -> values.put("two", new byte[] {2});
            case TEXT -> values.put("no UTF-8", withFirst(body, mark, (byte) 0xff));
            case STRUCT_MARKER -> {
                values.put("two", new byte[] {2});
                values.put("minus two", new byte[] {-2});
            }
            case LENGTH16 -> {
                short length = at.getShort();
                for (short value : new short[] {Short.MAX_VALUE, (short) (length + 1), -1, -2, Short.MIN_VALUE}) {
                    values.put(lengthName(value, length), ByteBuffer.allocate(2).putShort(value).array());
                }
            }
            case LENGTH32 -> {
                int length = at.getInt();
                for (int value : new int[] {ABSURD, length + 1, -1, -2, Integer.MIN_VALUE}) {
                    values.put(lengthName(value, length), ByteBuffer.allocate(4).putInt(value).array());
                }
            }
            case LENGTH_VARINT -> {
                int length = ByteUtils.readUnsignedVarint(at);
                for (int value : new int[] {ABSURD, length + 1, 0, -1}) {
                    values.put(lengthName(value - 1, length - 1), varint(value));
                }
                values.put("least varint", varint(Integer.MIN_VALUE)); // one less of it is the greatest number
                values.put("varint too long", new byte[] {-1, -1, -1, -1, -1, -1});
            }
            case TAG_COUNT -> {
                values.put("many", varint(ABSURD));
                values.put("minus one", varint(-1));
                if (at.get() == 0) {
                    values.put("an unknown tag", Wire.join(varint(1), varint(9999), varint(3), new byte[3]));
                    values.put("an unknown tag twice", Wire.join(varint(2), varint(9999), varint(0), varint(9999), varint(0)));
                    values.put("unknown tags backwards", Wire.join(varint(2), varint(9999), varint(0), varint(9998), varint(0)));
                    values.put("a tag of absurd size", Wire.join(varint(1), varint(9999), varint(ABSURD)));
                }
            }
            case TAG_SIZE -> {
                int size = ByteUtils.readUnsignedVarint(at);
                values.put("one more", varint(size + 1));
                values.put("many", varint(ABSURD));
                values.put("none", varint(0));
            }
            case FIXED, BYTES, TAG -> { }
        }
        return values;
    }

    private static String lengthName(int value, int length) {
        return value == length + 1 ? "one more" : value == -1 ? "null" : value == -2 ? "minus two" : value < 0 ? "least" : "many";
    }

    private static byte[] withFirst(byte[] body, Mark mark, byte first) {
        byte[] bytes = Arrays.copyOfRange(body, mark.offset(), mark.offset() + mark.size());
        bytes[0] = first;
        return bytes;
    }

    private static byte[] varint(int value) {
        ByteBuffer buffer = ByteBuffer.allocate(5);
        ByteUtils.writeUnsignedVarint(value, buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static byte[] replaced(byte[] body, Mark mark, byte[] bytes) {
        byte[] before = Arrays.copyOf(body, mark.offset());
        byte[] after = Arrays.copyOfRange(body, mark.offset() + mark.size(), body.length);
        return Wire.join(before, bytes, after);
    }
}
