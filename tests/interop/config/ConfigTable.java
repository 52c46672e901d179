import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.ConfigSynonym;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.server.metrics.ClientMetricsConfigs;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Reads the configuration keys of Apache Kafka out of its own jars and writes them as Rust tables.
 * Usage: java ConfigTable.java DIRECTORY (where the tables are written).
 */
public class ConfigTable {
    private static final String HEAD = """
        //! %s
        //!
        //! Written by tests/interop/config/write from the jars of Apache Kafka 4.3.1. Do not edit.

        use crate::key::{%s};

        #[rustfmt::skip]
        pub(crate) const %s: &[Key] = &[
        """;

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        write(directory.resolve("broker_keys.rs"), "The keys of a broker, sorted by name.", "BROKER_KEYS",
            "Default::*, Importance::*, Key, Rule::*, Unit::*, UpdateMode::*, ValueType::*",
            AbstractKafkaConfig.CONFIG_DEF.configKeys(), ConfigTable::brokerSynonyms);
        write(directory.resolve("topic_keys.rs"), "The keys of a topic, sorted by name.", "TOPIC_KEYS",
            "Default::*, Importance::*, Key, Rule::*, Unit::*, ValueType::*",
            LogConfig.configKeys(), ConfigTable::topicSynonyms);
        write(directory.resolve("group_keys.rs"), "The keys of a group, sorted by name.", "GROUP_KEYS",
            "Default::*, Importance::*, Key, Rule::*, Unit::*, ValueType::*",
            GroupConfig.CONFIG_DEF.configKeys(), ConfigTable::groupSynonyms);
        write(directory.resolve("client_metrics_keys.rs"), "The keys of a subscription to client metrics, sorted by name.",
            "CLIENT_METRICS_KEYS", "Default::*, Importance::*, Key, Rule::*, ValueType::*",
            ClientMetricsConfigs.configDef().configKeys(), name -> List.of());
    }

    private static void write(Path file, String doc, String table, String names, Map<String, ConfigDef.ConfigKey> keys,
                              Function<String, List<String>> synonyms) throws IOException {
        StringBuilder text = new StringBuilder(String.format(HEAD, doc, names, table));
        for (ConfigDef.ConfigKey key : new TreeMap<>(keys).values()) {
            text.append("    Key::new(").append(String.join(", ", quote(key.name), camel(key.type.name()),
                defaultOf(key), rule(key), camel(key.importance.name()))).append(")");
            if (key.internalConfig) {
                text.append(".internal()");
            }
            if (table.equals("BROKER_KEYS")) {
                text.append(updateMode(key.name));
            }
            List<String> found = synonyms.apply(key.name);
            if (!found.isEmpty()) {
                text.append(".synonyms(&[").append(String.join(", ", found)).append("])");
            }
            text.append(",\n");
        }
        Files.writeString(file, text.append("];\n").toString());
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        if (!key.hasDefault()) {
            return "Required";
        }
        if (key.defaultValue == null) {
            return "Null";
        }
        return "Text(" + quote(ConfigDef.convertToString(key.defaultValue, key.type)) + ")";
    }

    private static String updateMode(String name) {
        String mode = DynamicBrokerConfig.dynamicConfigUpdateModes().getOrDefault(name, "read-only");
        return switch (mode) {
            case "read-only" -> "";
            case "per-broker" -> ".dynamic(PerBroker)";
            case "cluster-wide" -> ".dynamic(ClusterWide)";
            default -> throw new IllegalStateException("unknown update mode of " + name + ": " + mode);
        };
    }

    /** The names under which a broker looks for a value, in that order, when there are several. */
    private static List<String> brokerSynonyms(String name) {
        List<String> names = DynamicBrokerConfig.brokerConfigSynonyms(name, true);
        if (names.size() < 2) {
            return List.of();
        }
        List<String> synonyms = new ArrayList<>();
        for (String synonym : names) {
            synonyms.add(pair(synonym, unitOf(synonym)));
        }
        return synonyms;
    }

    private static List<String> topicSynonyms(String name) {
        List<ConfigSynonym> found = ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.getOrDefault(name, List.of());
        return found.stream()
            .map(s -> pair(s.name(), unitOf(s)))
            .collect(Collectors.toList());
    }

    private static List<String> groupSynonyms(String name) {
        return GroupConfig.brokerSynonym(name).map(synonym -> pair(synonym, "Same")).stream().toList();
    }

    private static String pair(String name, String unit) {
        return "(" + quote(name) + ", " + unit + ")";
    }

    /** A broker synonym is converted as the topic's synonym of the same name is. */
    private static String unitOf(String brokerKey) {
        for (List<ConfigSynonym> synonyms : ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.values()) {
            for (ConfigSynonym synonym : synonyms) {
                if (synonym.name().equals(brokerKey)) {
                    return unitOf(synonym);
                }
            }
        }
        throw new IllegalStateException("no topic synonym is called " + brokerKey);
    }

    private static String unitOf(ConfigSynonym synonym) {
        Function<String, String> converter = synonym.converter();
        if (converter == ConfigSynonym.HOURS_TO_MILLISECONDS) {
            return "Hours";
        }
        return converter == ConfigSynonym.MINUTES_TO_MILLISECONDS ? "Minutes" : "Same";
    }

    private static String rule(ConfigDef.ConfigKey key) {
        ConfigDef.Validator validator = key.validator;
        if (validator == null) {
            return "Any";
        }
        String kind = validator.getClass().getSimpleName();
        return switch (kind) {
            case "Range" -> range(key.type, field(validator, "min"), field(validator, "max"));
            case "ValidString" -> "OneOf(" + sortedStrings(field(validator, "validStrings")) + ")";
            case "CaseInsensitiveValidString" ->
                "OneOfIgnoringCase(" + sortedStrings(field(validator, "validStrings")) + ")";
            case "NonEmptyString" -> "NonEmpty";
            case "NonNullValidator" -> "NonNull";
            case "ValidList" -> list(validator);
            case "ThrottledReplicaListValidator" -> "ThrottledReplicas";
            case "ControllerQuorumVotersValidator" -> "QuorumVoters";
            case "ControllerQuorumBootstrapServersValidator" -> "BootstrapServers";
            case "Validator" -> offsetReset(key);
            case "LambdaValidator" -> lambda(key);
            default -> throw new IllegalStateException("unknown validator " + kind + " of " + key.name);
        };
    }

    private static String range(ConfigDef.Type type, Object min, Object max) {
        if (type == ConfigDef.Type.DOUBLE) {
            return "DoubleRange(" + ((Number) min).doubleValue() + ", " + ((Number) max).doubleValue() + ")";
        }
        long low = min == null ? Long.MIN_VALUE : ((Number) min).longValue();
        return max == null ? "AtLeast(" + low + ")" : "Range(" + low + ", " + ((Number) max).longValue() + ")";
    }

    private static String list(ConfigDef.Validator validator) {
        Object allowed = field(field(validator, "validString"), "validStrings");
        return "ListOf { allowed: " + sortedStrings(allowed) + ", may_be_empty: "
            + field(validator, "isEmptyAllowed") + ", may_be_null: " + field(validator, "isNullAllowed") + " }";
    }

    /** Classes within others say little by their own name. */
    private static String offsetReset(ConfigDef.ConfigKey key) {
        if (key.validator.getClass().getName().contains("ShareGroupAutoOffsetResetStrategy")) {
            return "OffsetReset";
        }
        throw new IllegalStateException("unknown validator of " + key.name + ": " + key.validator.getClass());
    }

    /** Lambdas show nothing but their text; the one there is must stay the one we know. */
    private static String lambda(ConfigDef.ConfigKey key) {
        if (key.validator.toString().equals("[1,...,9] or -1")) {
            return "GzipLevel";
        }
        throw new IllegalStateException("unknown lambda validator of " + key.name + ": " + key.validator);
    }

    private static Object field(Object object, String name) {
        try {
            Field field = object.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(object);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sortedStrings(Object strings) {
        List<String> list = strings instanceof Set<?> set
            ? set.stream().map(Object::toString).toList()
            : ((List<?>) strings).stream().map(Object::toString).toList();
        return list.stream().sorted().map(ConfigTable::quote).collect(Collectors.joining(", ", "&[", "]"));
    }

    private static String camel(String constant) {
        return constant.charAt(0) + constant.substring(1).toLowerCase();
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
