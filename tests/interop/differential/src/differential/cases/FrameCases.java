package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;

/** What is wrong before any API is asked: lengths, headers, unknown keys. An ApiVersions request stands for all. */
final class FrameCases extends Cases {
    private static final ApiMessageType API = ApiMessageType.API_VERSIONS;
    private static final int CORRELATION_ID = 5;
    private static final short[] UNKNOWN_KEYS = {-1, 93, 999, Short.MAX_VALUE, Short.MIN_VALUE};
    /** Kafka's broker listener has none of them: the quorum's and the controller's own, and those taken out in 4.0. */
    private static final short[] KEYS_NOT_FOR_CLIENTS = {4, 5, 6, 7, 52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 73, 82};

    FrameCases() {
        super("Frames");
        besideOthers();
        add("lengths", FrameCases::lengths);
        add("headers", FrameCases::headers);
        add("tags in the header", FrameCases::headerTags);
        add("keys", FrameCases::keys);
        add("many in one packet", FrameCases::pipelined);
    }

    private static byte[] valid() {
        return Wire.join(Wire.header(API.apiKey(), (short) 0, (short) 1, CORRELATION_ID), new byte[0]);
    }

    private static byte[] behindLength(int length, byte[] bytes) {
        return Wire.join(ByteBuffer.allocate(4).putInt(length).array(), bytes);
    }

    private static void lengths(Talk talk) throws Exception {
        byte[] frame = valid();
        bare(talk, "right", behindLength(frame.length, frame));
        bare(talk, "one less", behindLength(frame.length - 1, frame));
        bare(talk, "one more", behindLength(frame.length + 1, frame));
        bare(talk, "zero", behindLength(0, frame));
        bare(talk, "minus one", behindLength(-1, frame));
        bare(talk, "least", behindLength(Integer.MIN_VALUE, frame));
        bare(talk, "over socket.request.max.bytes", behindLength(104_857_601, frame));
        bare(talk, "greatest", behindLength(Integer.MAX_VALUE, frame));
        bare(talk, "half a length", new byte[] {0, 0});
        bare(talk, "nothing", new byte[0]);
        bare(talk, "an HTTP request", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
        bare(talk, "a TLS greeting", new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0});
    }

    private static void bare(Talk talk, String step, byte[] bytes) throws Exception {
        talk.askBare(step, API, (short) 0, bytes, CORRELATION_ID);
    }

    private static void headers(Talk talk) throws Exception {
        byte[] frame = valid();
        for (int length = 0; length < frame.length; length++) {
            talk.askRaw("cut to " + length, API, (short) 0, Arrays.copyOf(frame, length), CORRELATION_ID);
        }
        short[] lengths = {-1, -2, Short.MIN_VALUE, Short.MAX_VALUE, 0};
        for (short length : lengths) {
            talk.askRaw("client id of " + length, API, (short) 0, clientId(length, new byte[0]), CORRELATION_ID);
        }
        talk.askRaw("client id of no UTF-8", API, (short) 0, clientId((short) 2, new byte[] {(byte) 0xff, (byte) 0xfe}), CORRELATION_ID);
        talk.askRaw("client id with a zero", API, (short) 0, clientId((short) 3, new byte[] {'a', 0, 'b'}), CORRELATION_ID);
        talk.askRaw("long client id", API, (short) 0, clientId(Short.MAX_VALUE, new byte[Short.MAX_VALUE]), CORRELATION_ID);
        talk.askRaw("negative correlation id", API, (short) 0, Wire.header(API.apiKey(), (short) 0, (short) 1, -3), -3);
    }

    private static byte[] clientId(short length, byte[] bytes) {
        ByteBuffer frame = ByteBuffer.allocate(10 + bytes.length);
        return frame.putShort(API.apiKey()).putShort((short) 0).putInt(CORRELATION_ID).putShort(length).put(bytes).array();
    }

    private static void headerTags(Talk talk) throws Exception {
        byte[] body = Wire.bytes(new ApiVersionsRequestData().setClientSoftwareName("a").setClientSoftwareVersion("1"), (short) 3);
        byte[] header = Wire.header(API.apiKey(), (short) 3, (short) 1, CORRELATION_ID);
        byte[][] tags = {{0}, {1, 9, 2, 7, 7}, {2, 9, 0, 10, 0}, {2, 10, 0, 9, 0}, {2, 9, 0, 9, 0}, {1, 9, 100, 7}, {-1, -1, -1, -1, 15},
            {-1, -1, -1, -1, -1, -1}, {}};
        for (int i = 0; i < tags.length; i++) {
            talk.askRaw("tags " + i, API, (short) 3, Wire.join(header, tags[i], body), CORRELATION_ID);
        }
    }

    private static void keys(Talk talk) throws Exception {
        for (short key : UNKNOWN_KEYS) {
            talk.askRaw("unknown key " + key, API, (short) 0, Wire.header(key, (short) 0, (short) 1, CORRELATION_ID), CORRELATION_ID);
        }
        for (short key : KEYS_NOT_FOR_CLIENTS) {
            for (short headerVersion = 1; headerVersion <= 2; headerVersion++) {
                byte[] frame = Wire.join(Wire.header(key, (short) 0, headerVersion, CORRELATION_ID), new byte[64]);
                talk.askRaw("key " + key + " with header " + headerVersion, API, (short) 0, frame, CORRELATION_ID);
            }
        }
    }

    /** Answers come in the order of the requests, and one that closes the connection comes after those before it. */
    private static void pipelined(Talk talk) throws Exception {
        int[] ids = new int[20];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = talk.send(new ApiVersionsRequestData(), (short) (i % 3));
        }
        for (int i = 0; i < ids.length; i++) {
            talk.answerOf("answer " + i, API, (short) (i % 3), ids[i]);
        }
    }
}
