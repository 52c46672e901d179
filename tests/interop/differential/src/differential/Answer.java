package differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * What came of a request.
 *
 * @param message the decoded answer; null where the outcome is another
 * @param json what is compared: the answer's fields, or a single field `outcome`
 */
public record Answer(ApiMessage message, JsonNode json) {
    static final String OUTCOME = "outcome";
    static final Answer CLOSED = other("connection closed");
    static final Answer SILENCE = other("silence");

    static Answer other(String outcome) {
        return new Answer(null, JsonNodeFactory.instance.objectNode().put(OUTCOME, outcome));
    }

    static Answer of(ApiMessage message, short version, int trailingBytes) {
        ObjectNode json = (ObjectNode) toJson(message, version);
        if (message instanceof FetchResponseData fetched) {
            RecordsJson.addTo(json, fetched);
        }
        if (trailingBytes > 0) {
            json.put("trailingBytes", trailingBytes);
        }
        return new Answer(message, json);
    }

    boolean closed() {
        return this == CLOSED;
    }

    /** By the message's own converter, `XDataJsonConverter.write(XData, short)`, which gives exactly the version's fields. */
    private static JsonNode toJson(ApiMessage message, short version) {
        try {
            Class<?> converter = Class.forName(message.getClass().getName() + "JsonConverter");
            Method write = converter.getMethod("write", message.getClass(), short.class);
            return (JsonNode) write.invoke(null, message, version);
        } catch (InvocationTargetException error) {
            throw new IllegalStateException(error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }
}
