package differential.cases;

import static differential.cases.Requests.at;
import static differential.cases.Requests.fetch;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;

/** Segments that brokers before 0.11 wrote, found in a log dir: magic 0, magic 1, and magic 1 with the broker's time. */
final class OldFormatCases extends Cases {
    private static final short LAST_FETCH = ApiMessageType.FETCH.highestSupportedVersion(false);
    private static final int PARTITIONS = 3;
    private static final List<Compression> CODECS = List.of(Compression.NONE, Compression.gzip().build(), Compression.snappy().build());
    private static final int RECORDS_OF_MESSAGE = 5;
    private static final String SEGMENT = "00000000000000000000.log";

    OldFormatCases() {
        super("Fetch");
        // One start of the servers is enough for all versions, which the case asks itself.
        add(Setting.NARROW, "old formats", new Versions(LAST_FETCH, LAST_FETCH), OldFormatCases::oldFormats);
    }

    private static void oldFormats(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", PARTITIONS);
        talk.killServer(server -> {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                Path dir = server.resolve("data").resolve(topic.name() + "-" + partition);
                write(dir.resolve(SEGMENT), partition);
                Files.writeString(dir.resolve("leader-epoch-checkpoint"), "0\n1\n0 0\n");
            }
        });
        Topic.waitServed(talk, topic.name(), PARTITIONS);
        for (int version = ApiMessageType.FETCH.lowestSupportedVersion(); version <= LAST_FETCH; version++) {
            talk.ask("all v" + version, fetch(version, topic, at(0, 0), at(1, 0), at(2, 0)), (short) version);
        }
        for (int offset : new int[] {3, 7, 14, 15, 16}) {
            talk.ask("from " + offset, fetch(LAST_FETCH, topic, at(0, offset), at(1, offset), at(2, offset)));
        }
        for (long time : new long[] {-1, -2, -3, Batches.TIME, Batches.TIME + 3, Batches.TIME + 7, Batches.TIME + 999}) {
            talk.ask("time " + time, times(topic, time), ApiMessageType.LIST_OFFSETS.highestSupportedVersion(true));
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Requests.fill(talk, topic, partition, Batches.of(Batches.records(2)));
        }
        talk.ask("written to", fetch(LAST_FETCH, topic, at(0, 12), at(1, 12), at(2, 12)));
    }

    private static ListOffsetsRequestData times(Topic topic, long time) {
        ListOffsetsTopic asked = new ListOffsetsTopic().setName(topic.name());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            asked.partitions().add(new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(time));
        }
        return new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(asked));
    }

    private static void write(Path segment, int partition) throws IOException {
        ByteBuffer messages = ByteBuffer.allocate(1 << 16);
        for (int message = 0; message < CODECS.size(); message++) {
            messages.put(message(partition, CODECS.get(message), (long) message * RECORDS_OF_MESSAGE).buffer());
        }
        byte[] bytes = new byte[messages.flip().remaining()];
        messages.get(bytes);
        Files.write(segment, bytes);
    }

    private static MemoryRecords message(int partition, Compression codec, long offset) {
        byte magic = (byte) Math.min(partition, 1);
        TimestampType type = partition == 2 ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 14), magic, codec, type, offset, Batches.TIME + offset);
        for (int number = 0; number < RECORDS_OF_MESSAGE; number++) {
            byte[] key = number % 3 == 0 ? null : ("key-" + number).getBytes();
            builder.append(Batches.TIME + offset + number, key, ("old " + (offset + number)).getBytes());
        }
        return builder.build();
    }
}
