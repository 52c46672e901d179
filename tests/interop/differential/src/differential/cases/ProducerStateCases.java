package differential.cases;

import static differential.cases.Batches.of;
import static differential.cases.Batches.patched;
import static differential.cases.Batches.record;
import static differential.cases.Batches.records;
import static differential.cases.Requests.produce;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Produce: idempotent producers, their sequences and epochs. */
final class ProducerStateCases extends Cases {
    ProducerStateCases() {
        super("Produce");
        besideOthers();
        add("sequences", ProduceCases.SERVED, ProducerStateCases::sequences);
        add("five batches remembered", ProduceCases.SERVED, ProducerStateCases::duplicates);
        add("producer epochs", ProduceCases.SERVED, ProducerStateCases::epochs);
        add("unknown producers", ProduceCases.SERVED, ProducerStateCases::unknownProducers);
        add("sequences that wrap", ProduceCases.SERVED, ProducerStateCases::wrapping);
        add("odd producer fields", ProduceCases.SERVED, ProducerStateCases::oddFields);
        add("transactional batches", ProduceCases.SERVED, ProducerStateCases::transactional);
    }

    /** Never 0, which a mask would leave as it is. */
    static long producerId(Talk talk) throws Exception {
        InitProducerIdResponseData answer = talk.prepareUntil(new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000), 4,
            (InitProducerIdResponseData it) -> it.errorCode() == 0 && it.producerId() > 0);
        return answer.producerId();
    }

    private static void ask(Talk talk, Topic topic, String step, MemoryRecords records) throws Exception {
        talk.ask(step, produce(talk.version(), topic, records));
    }

    private static void sequences(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 2);
        long id = producerId(talk);
        ask(talk, topic, "first", of(id, 0, 0, records(2)));
        ask(talk, topic, "second", of(id, 0, 2, records(2)));
        ask(talk, topic, "same again", of(id, 0, 2, records(2)));
        ask(talk, topic, "same start, other length", of(id, 0, 2, records(3)));
        ask(talk, topic, "same end, other start", of(id, 0, 3, record(0)));
        ask(talk, topic, "inside", of(id, 0, 1, record(0)));
        ask(talk, topic, "gap", of(id, 0, 5, record(0)));
        ask(talk, topic, "third", of(id, 0, 4, record(0)));
        ask(talk, topic, "start again", of(id, 0, 0, record(0)));
        talk.ask("another partition", produce(talk.version(), topic, 1, of(id, 0, 0, record(0))));
        talk.ask("another partition, not from zero", produce(talk.version(), topic, 1, of(producerId(talk), 0, 3, record(0))));
        ask(talk, topic, "compressed", MemoryRecords.withIdempotentRecords(Compression.gzip().build(), id, (short) 0, 5, records(3)));
        Requests.read(talk, "what is there", topic);
    }

    private static void duplicates(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        long id = producerId(talk);
        for (int i = 0; i < 7; i++) {
            ask(talk, topic, "batch " + i, of(id, 0, 2 * i, records(2)));
        }
        for (int i = 6; i >= 0; i--) {
            ask(talk, topic, "batch " + i + " again", of(id, 0, 2 * i, records(2)));
        }
        Requests.read(talk, "what is there", topic);
    }

    private static void epochs(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        long id = producerId(talk);
        ask(talk, topic, "epoch 1", of(id, 1, 0, records(2)));
        ask(talk, topic, "epoch 0", of(id, 0, 2, record(0)));
        ask(talk, topic, "epoch 0 from zero", of(id, 0, 0, record(0)));
        ask(talk, topic, "epoch 0, the first again", of(id, 0, 0, records(2)));
        ask(talk, topic, "epoch 2, not from zero", of(id, 2, 2, record(0)));
        ask(talk, topic, "epoch 2", of(id, 2, 0, record(0)));
        ask(talk, topic, "epoch 1 once more", of(id, 1, 2, record(0)));
        ask(talk, topic, "last epoch", of(id, Short.MAX_VALUE, 0, record(0)));
        Requests.read(talk, "what is there", topic);
    }

    /** Who is not remembered begins where it likes. */
    private static void unknownProducers(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        ask(talk, topic, "not from zero", of(producerId(talk), 0, 100, record(0)));
        ask(talk, topic, "of an id that nobody gave out", of(987_654_321L, 3, 0, record(0)));
        ask(talk, topic, "greatest id", of(Long.MAX_VALUE, 0, 0, record(0)));
    }

    private static void wrapping(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        long id = producerId(talk);
        int last = Integer.MAX_VALUE;
        ask(talk, topic, "near the end", of(id, 0, last - 2, records(2)));
        ask(talk, topic, "across the end", of(id, 0, last, records(3)));
        ask(talk, topic, "across the end again", of(id, 0, last, records(3)));
        ask(talk, topic, "after it", of(id, 0, 2, record(0)));
        Requests.read(talk, "what is there", topic);
    }

    private static void oddFields(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        long id = producerId(talk);
        MemoryRecords right = of(id, 0, 0, records(2));
        ask(talk, topic, "sequence -1", patched(right, it -> it.putInt(Batches.BASE_SEQUENCE_AT, -1)));
        ask(talk, topic, "sequence -2", patched(right, it -> it.putInt(Batches.BASE_SEQUENCE_AT, -2)));
        ask(talk, topic, "epoch -1", patched(right, it -> it.putShort(Batches.PRODUCER_EPOCH_AT, (short) -1)));
        ask(talk, topic, "epoch -2", patched(right, it -> it.putShort(Batches.PRODUCER_EPOCH_AT, (short) -2)));
        ask(talk, topic, "id -2", patched(right, it -> it.putLong(Batches.PRODUCER_ID_AT, -2)));
        ask(talk, topic, "id -1 with epoch and sequence", patched(right, it -> it.putLong(Batches.PRODUCER_ID_AT, -1)));
        ask(talk, topic, "no id, epoch 0", patched(of(records(2)), it -> it.putShort(Batches.PRODUCER_EPOCH_AT, (short) 0)));
        ask(talk, topic, "no id, sequence 0", patched(of(records(2)), it -> it.putInt(Batches.BASE_SEQUENCE_AT, 0)));
        ask(talk, topic, "two batches", Batches.joined(of(id, 0, 0, record(0)), of(id, 0, 1, record(1))));
        Requests.read(talk, "what is there", topic);
    }

    private static void transactional(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        long id = producerId(talk);
        MemoryRecords batch = MemoryRecords.withTransactionalRecords(Compression.NONE, id, (short) 0, 0, record(0));
        ask(talk, topic, "without a transactional id", batch);
        ask(talk, topic, "transactional bit alone", patched(of(record(0)), it -> it.putShort(Batches.ATTRIBUTES_AT, (short) 0x10)));
        talk.ask("a transactional id and plain records", produce(talk.version(), topic, of(record(0))).setTransactionalId(talk.name("x")));
        talk.ask("an empty transactional id", produce(talk.version(), topic, of(record(0))).setTransactionalId(""));
        Requests.read(talk, "what is there", topic);
    }
}
