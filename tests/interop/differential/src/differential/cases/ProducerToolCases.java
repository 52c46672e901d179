package differential.cases;

import differential.Setting;
import differential.Topic;

/** `kafka-transactions describe-producers`, asking a broker. */
final class ProducerToolCases extends ToolCases {
    private static final int PRODUCER = 4711;
    private static final int EPOCH = 3;

    ProducerToolCases() {
        super("org.apache.kafka.tools.TransactionsCommand");
        tool(Setting.TOOLS, "producers of a broker", ProducerToolCases::ofBroker);
    }

    private static void ofBroker(Use producers) throws Exception {
        Topic topic = Topic.create(producers.talk(), "t", 2);
        Requests.fill(producers.talk(), topic, 0, Batches.of(PRODUCER, EPOCH, 0, Batches.records(2)));
        String describe = "--bootstrap-server {bootstrap} describe-producers --broker-id 1 --topic " + topic.name();
        producers.run("one", describe + " --partition 0");
        producers.run("none", describe + " --partition 1");
        producers.run("unknown partition", describe + " --partition 2");
    }
}
