package differential;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** Requests to bytes and bytes to answers, by the classes that kafka-clients generates from Kafka's schemas. */
public final class Wire {
    /** What the cases call themselves. */
    public static final String CLIENT_ID = "differential";

    private Wire() {}

    /**
     * A whole request without its length prefix.
     *
     * @throws org.apache.kafka.common.errors.UnsupportedVersionException if the version lacks a field that is set
     */
    static byte[] request(ApiMessage body, short version, int correlationId, String clientId) {
        ApiMessageType api = ApiMessageType.fromApiKey(body.apiKey());
        byte[] header = header(body.apiKey(), version, api.requestHeaderVersion(version), correlationId, clientId);
        return join(header, bytes(body, version));
    }

    /** A request header of any key and version, right or wrong. */
    public static byte[] header(short key, short version, short headerVersion, int correlationId) {
        return header(key, version, headerVersion, correlationId, CLIENT_ID);
    }

    private static byte[] header(short key, short version, short headerVersion, int correlationId, String clientId) {
        RequestHeaderData header = new RequestHeaderData().setRequestApiKey(key).setRequestApiVersion(version)
            .setCorrelationId(correlationId).setClientId(clientId);
        return bytes(header, headerVersion);
    }

    /** A message without any header. */
    public static byte[] bytes(Message message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        return buffer.array();
    }

    public static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }

    /** Decodes an answer; what cannot be decoded is an answer too, told apart by its reason. */
    static Answer answer(ApiMessageType api, short version, int correlationId, byte[] frame) {
        try {
            ByteBufferAccessor reader = new ByteBufferAccessor(ByteBuffer.wrap(frame));
            short readVersion = answerVersion(api, version, frame);
            ResponseHeaderData header = new ResponseHeaderData(reader, api.responseHeaderVersion(readVersion));
            if (header.correlationId() != correlationId) {
                return Answer.other("correlation id is " + (header.correlationId() - correlationId) + " off");
            }
            ApiMessage body = api.newResponse();
            body.read(reader, readVersion);
            return Answer.of(body, readVersion, reader.remaining());
        } catch (RuntimeException unreadable) {
            return Answer.other("unreadable: " + unreadable);
        }
    }

    /** ApiVersions is answered in version 0 when the version asked for is not known (KIP-511). */
    private static short answerVersion(ApiMessageType api, short version, byte[] frame) {
        boolean unknown = version < api.lowestSupportedVersion() || version > api.highestSupportedVersion(true);
        boolean refused = frame.length >= 6 && ByteBuffer.wrap(frame).getShort(4) == 35; // UNSUPPORTED_VERSION
        return api == ApiMessageType.API_VERSIONS && (unknown || refused) ? 0 : version;
    }
}
