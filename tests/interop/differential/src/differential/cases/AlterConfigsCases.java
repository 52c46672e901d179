package differential.cases;

import static differential.cases.Configs.BROKER;
import static differential.cases.Configs.GROUP;
import static differential.cases.Configs.LOGGER;
import static differential.cases.Configs.METRICS;
import static differential.cases.Configs.TOPIC;
import static differential.cases.Configs.describe;
import static differential.cases.Configs.replace;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;

/** AlterConfigs. */
final class AlterConfigsCases extends Cases {
    private static final int DESCRIBE_VERSION = 4;

    AlterConfigsCases() {
        super("AlterConfigs");
        malformed(talk -> replace(TOPIC, "no-such-topic", "retention.ms", "5").setValidateOnly(true));
        add("names", AlterConfigsCases::names);
        add("values", AlterConfigsCases::values);
        add("a topic", AlterConfigsCases::topic);
    }

    private static void names(Talk talk) throws Exception {
        for (String name : Configs.BROKER_NAMES) {
            // What Kafka's storage is formatted with must stay for all brokers, and cannot be set for one.
            AlterConfigsRequestData request = name.isEmpty()
                ? replace(BROKER, name, "message.max.bytes", "1000000", "min.insync.replicas", "1")
                : replace(BROKER, name, "message.max.bytes", "1000000");
            talk.ask("broker " + name, request.setValidateOnly(true));
            talk.ask("logger " + name, replace(LOGGER, name, "root", "INFO").setValidateOnly(true));
        }
        for (byte type : Configs.TYPES) {
            talk.ask("type " + type, replace(type, "7").setValidateOnly(true));
        }
        talk.ask("nothing", new AlterConfigsRequestData());
    }

    private static void values(Talk talk) throws Exception {
        talk.ask("read-only", replace(BROKER, "1", "node.id", "1").setValidateOnly(true));
        talk.ask("null", replace(BROKER, "1", "message.max.bytes", null).setValidateOnly(true));
        talk.ask("blank", replace(BROKER, "1", "message.max.bytes", "").setValidateOnly(true));
        talk.ask("threads", replace(BROKER, "1", "num.io.threads", "17").setValidateOnly(true));
        talk.ask("group", replace(GROUP, "g", "consumer.session.timeout.ms", "1").setValidateOnly(true));
        talk.ask("metrics", replace(METRICS, "m", "interval.ms", "1").setValidateOnly(true));
        talk.ask("unknown of group", replace(GROUP, "g", "no.such.key", "1").setValidateOnly(true));
        talk.ask("unknown of metrics", replace(METRICS, "m", "no.such.key", "1").setValidateOnly(true));
    }

    private static void topic(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 1, "retention.ms=1000").name();
        talk.ask("bad", replace(TOPIC, topic, "retention.ms", "x"));
        talk.ask("null", replace(TOPIC, topic, "retention.ms", null));
        talk.ask("unknown", replace(TOPIC, topic, "no.such.key", "x"));
        talk.ask("replaced", replace(TOPIC, topic, "segment.ms", "100000"));
        talk.<DescribeConfigsResponseData>eventually("described", describe(TOPIC, topic, "retention.ms", "segment.ms"), DESCRIBE_VERSION,
            answer -> answer.results().get(0).configs().stream().anyMatch(it -> it.name().equals("segment.ms") && it.configSource() == 1));
    }
}
