package differential.cases;

import java.util.List;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;

/** Requests about configurations. */
final class Configs {
    static final byte TOPIC = 2;
    static final byte BROKER = 4;
    static final byte LOGGER = 8;
    static final byte METRICS = 16;
    static final byte GROUP = 32;

    static final byte SET = 0;
    static final byte DELETE = 1;
    static final byte APPEND = 2;
    static final byte SUBTRACT = 3;

    /** Names of resources, right and wrong, of every type there is and some that there are not. */
    static final List<String> BROKER_NAMES = List.of("1", "", "2", "x", "01", "+1", "-1", "1 ", " 1", "99999999999");
    static final byte[] TYPES = {0, 1, 3, TOPIC, BROKER, LOGGER, METRICS, GROUP, 64, 127, -1};

    private Configs() {}

    static IncrementalAlterConfigsRequestData change(int type, String name, String key, int operation, String value) {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        return and(request, type, name, key, operation, value);
    }

    /** One more change: of the last resource if it is the same, of another one otherwise. */
    static IncrementalAlterConfigsRequestData and(IncrementalAlterConfigsRequestData request, int type, String name, String key,
                                                  int operation, String value) {
        var resource = request.resources().find((byte) type, name);
        if (resource == null) {
            resource = new IncrementalAlterConfigsRequestData.AlterConfigsResource().setResourceType((byte) type).setResourceName(name);
            request.resources().add(resource);
        }
        if (key != null) {
            resource.configs().mustAdd(new IncrementalAlterConfigsRequestData.AlterableConfig().setName(key)
                .setConfigOperation((byte) operation).setValue(value));
        }
        return request;
    }

    /** Replaces all of a resource by these `key`, `value`. */
    static AlterConfigsRequestData replace(int type, String name, String... pairs) {
        AlterConfigsResource resource = new AlterConfigsResource().setResourceType((byte) type).setResourceName(name);
        for (int at = 0; at < pairs.length; at += 2) {
            resource.configs().mustAdd(new AlterableConfig().setName(pairs[at]).setValue(pairs[at + 1]));
        }
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }

    /** Asks for these keys; for all where none is named. */
    static DescribeConfigsRequestData describe(int type, String name, String... keys) {
        DescribeConfigsResource resource = new DescribeConfigsResource().setResourceType((byte) type).setResourceName(name)
            .setConfigurationKeys(keys.length == 0 ? null : List.of(keys));
        DescribeConfigsRequestData request = new DescribeConfigsRequestData().setIncludeSynonyms(true);
        request.resources().add(resource);
        return request;
    }
}
