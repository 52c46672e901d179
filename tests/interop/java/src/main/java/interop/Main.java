package interop;

import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * `check BOOTSTRAP` runs every check without groups, `groups BOOTSTRAP` those with; `write` and `read` are this client's part
 * of the cross-reading suite; `victim` is a member of a group that waits to be killed.
 */
public final class Main {
    private static final String WRITER = "java-" + AppInfoParser.getVersion();

    private Main() {}

    public static void main(String[] args) throws Exception {
        Checks checks = new Checks();
        try (Cluster cluster = new Cluster(args[1])) {
            switch (args[0]) {
                case "check" -> checkAll(checks, cluster);
                case "groups" -> GroupSuite.run(checks, cluster);
                case "victim" -> Victim.live(cluster, Arrays.asList(args).subList(2, args.length));
                case "write" -> write(cluster);
                case "read" -> read(checks, cluster, Arrays.copyOfRange(args, 2, args.length));
                default -> throw new IllegalArgumentException("unknown command " + args[0]);
            }
        }
        System.exit(args[0].equals("write") ? 0 : checks.close());
    }

    private static void checkAll(Checks checks, Cluster cluster) {
        new TopicChecks(checks, cluster).run();
        new ConfigChecks(checks, cluster).run();
        new ProduceChecks(checks, cluster, WRITER).run();
        new ConsumeChecks(checks, cluster, WRITER).run();
        new VersionChecks(checks, cluster).run();
    }

    private static void write(Cluster cluster) throws Exception {
        for (String codec : Cluster.CODECS) {
            String topic = cluster.create("cross." + WRITER + "." + codec, Records.PARTITIONS, Cluster.KEEP);
            cluster.writeCommon(topic, WRITER, Map.of("compression.type", codec));
            System.out.println("wrote " + topic);
        }
    }

    /** The writer is the part of the topic's name between the first and the last full stop. */
    private static void read(Checks checks, Cluster cluster, String[] topics) {
        for (String topic : topics) {
            String writer = topic.substring(topic.indexOf('.') + 1, topic.lastIndexOf('.'));
            checks.check(WRITER + " reads " + topic, () -> cluster.compareCommon(topic, writer));
        }
    }
}
