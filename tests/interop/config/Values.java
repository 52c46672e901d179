import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Writes what Apache Kafka makes of single values: one line for each value, with one key for each combination of type
 * and rule. Usage: java Values FILE
 */
public class Values {
    private static final List<String> INTEGERS = List.of("", " ", "0", "-0", "1", "-1", "-2", "-3", "+5", "007", " 12 ",
        "1.0", "1e3", "0x10", "1_000", "1 2", "abc", "true", "32767", "32768", "-32769", "2147483647", "2147483648",
        "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775809");
    private static final List<String> DOUBLES = List.of("", "0", "1", "0.5", "1.5", "-0.1", "1e-4", "0.001", "1E10",
        "12345678", "9999999", "123456.789", "1.7976931348623157E308", "1e400", "1e-300", "Infinity", "-Infinity",
        "inf", "infinity", "nan", "0.5f", "0.5D", ".5", "5.", "+.5e+1", "1,5", "abc", "1f2");
    private static final List<String> BOOLEANS = List.of("", "true", "TRUE", " False ", "yes", "1", "t");
    private static final List<String> TEXTS = List.of("", "  ", " a ", "a,b");
    private static final List<String> LISTS = List.of("", " ", ",", "a", "a,b", " a , b ", "a b", "a,a", "a,A", "a,,b",
        ",a", "a,", "a\\tb", "*", "*,*", "0:1", "0:1, 1:2", "x:1", "0:", ":", "0:1,*", "0:1,", "1@host:9093", "@host:1",
        "1@[::1]:9093", "1@host", "1@host:x", "1@host:9093,2@b:1", "1@0.0.0.0:9093", "x@host:1", "host:9093",
        "[::1]:9093", "host", "host:x", "host:1,b:2", "http://host:1", "-1@host:1", "1@ho st:1");

    public static void main(String[] arguments) throws Exception {
        try (PrintWriter out = new PrintWriter(Path.of(arguments[0]).toFile())) {
            out.println("# What Apache Kafka 4.3.1 makes of values: table, key, value, and what it reads (or refused).");
            out.println("# Written by tests/interop/config/write. Do not edit.");
            write(out, "broker", AbstractKafkaConfig.CONFIG_DEF.configKeys());
            write(out, "topic", LogConfig.configKeys());
        }
    }

    private static void write(PrintWriter out, String table, Map<String, ConfigDef.ConfigKey> keys) {
        Map<String, ConfigDef.ConfigKey> representatives = new LinkedHashMap<>();
        for (ConfigDef.ConfigKey key : new TreeMap<>(keys).values()) {
            if (key.type != ConfigDef.Type.CLASS && key.type != ConfigDef.Type.PASSWORD) {
                representatives.putIfAbsent(key.type + " " + describe(key), key);
            }
        }
        for (ConfigDef.ConfigKey key : representatives.values()) {
            for (String value : candidates(key)) {
                out.println(String.join("\t", table, key.name, value, read(key, value.replace("\\t", "\t"))));
            }
        }
    }

    private static String describe(ConfigDef.ConfigKey key) {
        return key.validator == null ? "" : key.validator.getClass().getName() + " " + key.validator
            + (key.hasDefault() && key.defaultValue == null ? " null" : "");
    }

    private static List<String> candidates(ConfigDef.ConfigKey key) {
        List<String> general = switch (key.type) {
            case INT, SHORT, LONG -> INTEGERS;
            case DOUBLE -> DOUBLES;
            case BOOLEAN -> BOOLEANS;
            case LIST -> LISTS;
            default -> TEXTS;
        };
        return Stream.concat(general.stream(), atTheLimits(key).stream()).distinct().toList();
    }

    /** The numbers and names in the rule's own description, each as it is, a little more and less, and in other case. */
    private static List<String> atTheLimits(ConfigDef.ConfigKey key) {
        List<String> found = new ArrayList<>();
        for (String word : (key.validator == null ? "" : key.validator.toString()).split("[^-A-Za-z0-9_]+")) {
            if (word.matches("-?[0-9]+")) {
                long limit = Long.parseLong(word);
                Stream.of(limit - 1, limit, limit + 1).map(String::valueOf).forEach(found::add);
            } else if (!word.isEmpty()) {
                Stream.of(word, word.toUpperCase(), word.toLowerCase(), " " + word + " ", word + "," + word)
                    .forEach(found::add);
            }
        }
        return found;
    }

    private static String read(ConfigDef.ConfigKey key, String value) {
        try {
            Object parsed = new ConfigDef().define(key).parse(Map.of(key.name, value)).get(key.name);
            return "=" + ConfigDef.convertToString(parsed, key.type).replace("\t", "\\t");
        } catch (ConfigException e) {
            return "refused";
        }
    }
}
