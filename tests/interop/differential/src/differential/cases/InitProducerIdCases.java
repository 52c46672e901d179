package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Versions;
import org.apache.kafka.common.message.InitProducerIdRequestData;

/** InitProducerId without transactions. */
final class InitProducerIdCases extends Cases {
    InitProducerIdCases() {
        super("InitProducerId");
        malformed(talk -> ask());
        add("ids", InitProducerIdCases::ids);
        add("timeouts", InitProducerIdCases::timeouts);
        add("with an id", new Versions(3, Short.MAX_VALUE), InitProducerIdCases::withId);
        add("empty transactional id", InitProducerIdCases::emptyTransactionalId);
    }

    private static InitProducerIdRequestData ask() {
        return new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
    }

    private static void ids(Talk talk) throws Exception {
        ProducerStateCases.producerId(talk); // the first block of ids is there from now on
        for (int i = 0; i < 3; i++) {
            talk.ask("id " + i, ask());
        }
    }

    private static void timeouts(Talk talk) throws Exception {
        ProducerStateCases.producerId(talk);
        for (int timeout : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("timeout " + timeout, ask().setTransactionTimeoutMs(timeout));
        }
    }

    private static void withId(Talk talk) throws Exception {
        long id = ProducerStateCases.producerId(talk);
        talk.ask("id and epoch", ask().setProducerId(id).setProducerEpoch((short) 0));
        talk.ask("id alone", ask().setProducerId(id));
        talk.ask("epoch alone", ask().setProducerEpoch((short) 3));
        talk.ask("odd", ask().setProducerId(-5).setProducerEpoch((short) -5));
    }

    private static void emptyTransactionalId(Talk talk) throws Exception {
        talk.ask("empty", ask().setTransactionalId(""));
    }
}
