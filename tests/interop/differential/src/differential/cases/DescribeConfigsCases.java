package differential.cases;

import static differential.cases.Configs.BROKER;
import static differential.cases.Configs.GROUP;
import static differential.cases.Configs.LOGGER;
import static differential.cases.Configs.METRICS;
import static differential.cases.Configs.TOPIC;
import static differential.cases.Configs.describe;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;

/** DescribeConfigs. */
final class DescribeConfigsCases extends Cases {
    /** What both servers were started with alike. */
    private static final String[] BROKER_KEYS = {"message.max.bytes", "log.retention.ms", "log.retention.hours", "log.flush.interval.ms",
        "log.flush.scheduler.interval.ms", "compression.type", "node.id", "ssl.key.password", "log.cleaner.min.cleanable.ratio",
        "unclean.leader.election.enable", "sasl.jaas.config", "log.cleanup.policy", "no.such.key"};

    DescribeConfigsCases() {
        super("DescribeConfigs");
        malformed(talk -> describe(TOPIC, "no-such-topic", "retention.ms"));
        add("topics", DescribeConfigsCases::topics);
        add("brokers", DescribeConfigsCases::brokers);
        add("loggers", DescribeConfigsCases::loggers);
        add("groups and metrics", DescribeConfigsCases::others);
        add("types", DescribeConfigsCases::types);
        add("with documentation", new Versions(3, Short.MAX_VALUE), DescribeConfigsCases::documentation);
    }

    private static void topics(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1, "retention.ms=1000", "cleanup.policy=compact,delete");
        talk.ask("all", describe(TOPIC, topic.name()));
        talk.ask("some", describe(TOPIC, topic.name(), "retention.ms", "segment.bytes", "no.such.key"));
        talk.ask("none", with(describe(TOPIC, topic.name()), List.of()));
        talk.ask("without synonyms", describe(TOPIC, topic.name(), "retention.ms").setIncludeSynonyms(false));
        for (String name : List.of("no-such-topic", "bad name", "", ".", "x".repeat(250))) {
            talk.ask("name " + (name.length() > 20 ? "long" : name), describe(TOPIC, name));
        }
    }

    private static DescribeConfigsRequestData with(DescribeConfigsRequestData request, List<String> keys) {
        request.resources().get(0).setConfigurationKeys(keys);
        return request;
    }

    private static void brokers(Talk talk) throws Exception {
        for (String name : Configs.BROKER_NAMES) {
            talk.ask("name " + name, describe(BROKER, name, BROKER_KEYS));
        }
    }

    private static void loggers(Talk talk) throws Exception {
        for (String name : Configs.BROKER_NAMES) {
            talk.ask("name " + name, describe(LOGGER, name, "root", "no.such.logger"));
        }
    }

    private static void others(Talk talk) throws Exception {
        for (byte type : new byte[] {GROUP, METRICS}) {
            talk.ask(type + " any", describe(type, talk.name("any")));
            talk.ask(type + " empty", describe(type, ""));
            talk.ask(type + " a key", describe(type, talk.name("any"), "interval.ms", "consumer.session.timeout.ms", "no.such.key"));
        }
    }

    private static void types(Talk talk) throws Exception {
        for (byte type : Configs.TYPES) {
            talk.ask("type " + type, describe(type, "1", "node.id", "root", "interval.ms"));
        }
        DescribeConfigsRequestData mixed = describe(BROKER, "1", "node.id");
        mixed.resources().add(new DescribeConfigsResource().setResourceType((byte) 3).setResourceName("1"));
        talk.ask("mixed", mixed);
        talk.ask("nothing", new DescribeConfigsRequestData());
    }

    private static void documentation(Talk talk) throws Exception {
        Topic topic = Topic.create(talk, "t", 1);
        talk.ask("topic", describe(TOPIC, topic.name()).setIncludeDocumentation(true));
        talk.ask("broker", describe(BROKER, "1", BROKER_KEYS).setIncludeDocumentation(true));
        talk.ask("logger", describe(LOGGER, "1", "root").setIncludeDocumentation(true));
        talk.ask("group", describe(GROUP, "g").setIncludeDocumentation(true));
        talk.ask("metrics", describe(METRICS, "m").setIncludeDocumentation(true));
    }
}
