package interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.writer.ImageWriterOptions;
import org.apache.kafka.image.writer.RecordListWriter;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.server.common.ApiMessageAndVersion;

/** What Apache Kafka's own classes make of the metadata log in a log dir that no broker uses. */
final class ClusterMetadata {
    /** These change at every start, or with the work that is done. */
    private static final Set<MetadataRecordType> LIVELY = Set.of(MetadataRecordType.REGISTER_BROKER_RECORD,
            MetadataRecordType.REGISTER_CONTROLLER_RECORD, MetadataRecordType.PARTITION_RECORD,
            MetadataRecordType.PRODUCER_IDS_RECORD, MetadataRecordType.TOPIC_RECORD);

    private final Path directory;

    ClusterMetadata(Path logDir) {
        directory = logDir.resolve("__cluster_metadata-0");
    }

    /** The records that a snapshot would hold of what no broker changes by running, as text, in order. */
    Set<String> steady() throws IOException {
        MetadataImage image = image();
        RecordListWriter writer = new RecordListWriter();
        image.write(writer, new ImageWriterOptions.Builder(image).build());
        return writer.records().stream().filter(it -> !LIVELY.contains(type(it)) && !isOfTopic(it)).map(ApiMessageAndVersion::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** From the newest snapshot, and what follows it in the log; or from the log alone, if it has all. */
    private MetadataImage image() throws IOException {
        List<Path> snapshots = files("\\d{20}-\\d{10}\\.checkpoint");
        MetadataDelta delta = new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        long next = 0;
        if (!snapshots.isEmpty()) {
            Path newest = snapshots.get(snapshots.size() - 1);
            next = Long.parseLong(newest.getFileName().toString().substring(0, 20));
            replay(newest, delta, -1);
        }
        for (Path segment : files("\\d{20}\\.log")) {
            replay(segment, delta, next);
        }
        return delta.apply(new MetadataProvenance(next, 1, 0, true));
    }

    int snapshots() throws IOException {
        return files("\\d{20}-\\d{10}\\.checkpoint").size();
    }

    private static void replay(Path file, MetadataDelta delta, long from) throws IOException {
        try (FileRecords records = FileRecords.open(file.toFile(), false)) {
            for (RecordBatch batch : records.batches()) {
                batch.ensureValid();
                if (batch.isControlBatch()) {
                    continue;
                }
                for (Record record : batch) {
                    ApiMessageAndVersion message = MetadataRecordSerde.INSTANCE.read(new ByteBufferAccessor(record.value()), record.valueSize());
                    if (record.offset() >= from && !isMark(message)) {
                        delta.replay(message.message());
                    }
                }
            }
        }
    }

    /** No transaction of the metadata log is aborted here. */
    private static boolean isMark(ApiMessageAndVersion message) {
        return Set.of(MetadataRecordType.BEGIN_TRANSACTION_RECORD, MetadataRecordType.END_TRANSACTION_RECORD).contains(type(message));
    }

    private static boolean isOfTopic(ApiMessageAndVersion message) {
        return message.message() instanceof ConfigRecord config && config.resourceType() == ConfigResource.Type.TOPIC.id();
    }

    private static MetadataRecordType type(ApiMessageAndVersion message) {
        return MetadataRecordType.fromId(message.message().apiKey());
    }

    private List<Path> files(String pattern) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(it -> it.getFileName().toString().matches(pattern)).sorted().toList();
        }
    }
}
