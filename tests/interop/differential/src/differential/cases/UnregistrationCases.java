package differential.cases;

import differential.Cases;
import differential.Talk;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;

/** UnregisterBroker, of brokers that do not exist. */
final class UnregistrationCases extends Cases {
    UnregistrationCases() {
        super("UnregisterBroker");
        malformed(talk -> new UnregisterBrokerRequestData().setBrokerId(4711));
        add("unknown", UnregistrationCases::unknown);
    }

    private static void unknown(Talk talk) throws Exception {
        for (int id : new int[] {0, 2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            talk.ask("id " + id, new UnregisterBrokerRequestData().setBrokerId(id));
        }
    }
}
