package differential.cases;

import static differential.cases.Configs.METRICS;
import static differential.cases.Configs.SET;
import static differential.cases.Configs.change;

import differential.Cases;
import differential.Talk;
import differential.Versions;
import java.util.List;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;

/** ListConfigResources. */
final class ListConfigResourcesCases extends Cases {
    private static final int ALTER_VERSION = 1;

    ListConfigResourcesCases() {
        super("ListConfigResources");
        malformed(talk -> new ListConfigResourcesRequestData());
        add("a subscription", ListConfigResourcesCases::subscription);
        add("types", new Versions(1, Short.MAX_VALUE), ListConfigResourcesCases::types);
    }

    private static void subscription(Talk talk) throws Exception {
        String name = talk.name("m");
        talk.prepare(change(METRICS, name, "interval.ms", SET, "1000"), ALTER_VERSION);
        talk.<ListConfigResourcesResponseData>eventually("listed", new ListConfigResourcesRequestData(), talk.version(),
            answer -> answer.configResources().stream().anyMatch(it -> it.resourceName().equals(name)));
    }

    private static void types(Talk talk) throws Exception {
        for (byte type : Configs.TYPES) {
            talk.ask("type " + type, new ListConfigResourcesRequestData().setResourceTypes(List.of(type)));
        }
        talk.ask("all", new ListConfigResourcesRequestData());
        talk.ask("twice", new ListConfigResourcesRequestData().setResourceTypes(List.of(Configs.BROKER, Configs.BROKER)));
        talk.ask("one bad", new ListConfigResourcesRequestData().setResourceTypes(List.of(Configs.BROKER, (byte) 1)));
    }
}
