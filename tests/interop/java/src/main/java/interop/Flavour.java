package interop;

import java.util.List;
import java.util.Map;

/**
 * A way to be a group: its protocol and its assignor.
 *
 * @param settings what makes a consumer a member of such a group
 * @param cooperative whether a partition that a member keeps is never revoked from it
 * @param range whether members own the same indexes of all topics with the same number of partitions
 */
record Flavour(String name, Map<String, Object> settings, boolean cooperative, boolean range) {
    private static final String PACKAGE = "org.apache.kafka.clients.consumer.";

    static final Flavour CLASSIC = classic("range", "RangeAssignor", false, true);
    static final Flavour COOPERATIVE = classic("cooperative-sticky", "CooperativeStickyAssignor", true, false);
    static final List<Flavour> ALL_CLASSIC = List.of(CLASSIC,
            classic("roundrobin", "RoundRobinAssignor", false, false),
            classic("sticky", "StickyAssignor", false, false),
            COOPERATIVE);

    private static Flavour classic(String name, String assignor, boolean cooperative, boolean range) {
        return new Flavour("classic " + name, Map.of("partition.assignment.strategy", PACKAGE + assignor,
                "heartbeat.interval.ms", 300, "session.timeout.ms", 10_000), cooperative, range);
    }
}
