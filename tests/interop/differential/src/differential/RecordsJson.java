package differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.TimestampType;

/** Record batches, field by field, where the generated converters give only their size. */
final class RecordsJson {
    private RecordsJson() {}

    static void addTo(ObjectNode answer, FetchResponseData fetched) {
        for (int t = 0; t < fetched.responses().size(); t++) {
            var partitions = fetched.responses().get(t).partitions();
            for (int p = 0; p < partitions.size(); p++) {
                ObjectNode json = (ObjectNode) answer.get("responses").get(t).get("partitions").get(p);
                if (partitions.get(p).records() instanceof MemoryRecords records) {
                    json.remove("recordsSizeInBytes");
                    json.set("batches", batches(records));
                    json.put("cutBatch", records.sizeInBytes() > records.validBytes());
                }
            }
        }
    }

    private static ArrayNode batches(MemoryRecords records) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (MutableRecordBatch batch : records.batches()) {
            all.add(batch(batch));
        }
        return all;
    }

    private static ObjectNode batch(MutableRecordBatch batch) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        boolean stamped = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        json.put("batchAt", batch.baseOffset()).put("magic", batch.magic()).put("lastOffset", batch.lastOffset());
        json.put("codec", batch.compressionType().name).put("timestampType", batch.timestampType().name);
        json.put(stamped ? "appendTime" : "maxTimestamp", batch.maxTimestamp());
        json.put("leaderEpoch", batch.partitionLeaderEpoch()).put("producerId", batch.producerId());
        json.put("producerEpoch", batch.producerEpoch()).put("baseSequence", batch.baseSequence());
        json.put("transactional", batch.isTransactional()).put("control", batch.isControlBatch()).put("valid", batch.isValid());
        // Two libraries compress the same records to different bytes.
        if (batch.compressionType() == CompressionType.NONE) {
            json.put("sizeInBytes", batch.sizeInBytes());
        }
        ArrayNode records = json.putArray("records");
        for (Record record : batch) {
            records.add(record(record, stamped));
        }
        return json;
    }

    private static ObjectNode record(Record record, boolean stamped) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("recordAt", record.offset()).put("sequence", record.sequence());
        json.put(stamped ? "appendTime" : "timestamp", record.timestamp());
        json.set("key", bytes(record.key()));
        json.set("value", bytes(record.value()));
        ArrayNode headers = json.putArray("headers");
        for (Header header : record.headers()) {
            ObjectNode one = headers.addObject();
            one.put("key", header.key()).set("value", bytes(header.value() == null ? null : ByteBuffer.wrap(header.value())));
        }
        return json;
    }

    private static JsonNode bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(copy));
    }
}
