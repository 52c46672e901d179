package differential;

import java.util.ArrayList;
import java.util.List;

/** How both servers are configured. Each setting that has cases costs a start of both, so there are few. */
public enum Setting {
    /** The defaults. */
    PLAIN(true),
    /** Topics are not deleted. */
    NO_DELETION(true, "delete.topic.enable=false"),
    /** A place for a session in each of the eight shards; topics are not created on first use. */
    NARROW(true, "max.incremental.fetch.session.cache.slots=8", "auto.create.topics.enable=false"),
    /** Two log dirs, of which one will fail; that it has is noticed at the next checkpoint. `{dir}` is the server's directory. */
    TWO_DIRS(true, "log.dirs={dir}/data,{dir}/data2", "log.flush.offset.checkpoint.interval.ms=1000"),
    /**
     * Groups: founders wait for nobody, sessions may be short, three members fill a group, a few coordinators share all
     * groups, and targets are computed before the heartbeat that asks for them is answered. Ours tells members of the
     * consumer protocol the interval that Kafka tells; Kafka does not know that key.
     */
    GROUPS(true, groups("group.min.session.timeout.ms=1000", "group.max.session.timeout.ms=60000", "group.max.size=3",
        "group.consumer.max.size=3", "group.consumer.min.session.timeout.ms=1000", "group.consumer.min.heartbeat.interval.ms=100")),
    /** Groups that keep their kind. */
    NO_MIGRATION(true, groups("group.consumer.migration.policy=disabled")),
    /** Groups that may become consumer groups, and never classic ones. */
    ONLY_UPGRADES(false, groups("group.consumer.migration.policy=upgrade")),
    /** Groups that may become classic ones, and never consumer groups. */
    ONLY_DOWNGRADES(false, groups("group.consumer.migration.policy=downgrade")),
    /** Offsets are kept for a minute, the least there is; members live longer. Not in the quick selection, since it takes that minute. */
    OLD_OFFSETS(false, groups("offsets.retention.minutes=1", "offsets.retention.check.interval.ms=500",
        "group.max.session.timeout.ms=300000", "group.consumer.max.session.timeout.ms=300000", "group.consumer.session.timeout.ms=300000")),
    /**
     * For tools alone, which see everything that a server has; not in the quick selection. Some static configurations beside
     * those that only one of the launchers sets.
     */
    TOOLS(false, "log.retention.hours=100", "num.partitions=2", "log.segment.bytes=10485760", "broker.heartbeat.interval.ms=500",
        "broker.session.timeout.ms=3000", "log.cleaner.dedupe.buffer.size=4194304");

    /** In all settings for groups. */
    public static final int GROUP_COORDINATORS = 3;
    private final boolean quick;
    private final List<String> overrides;

    Setting(boolean quick, String... overrides) {
        this.quick = quick;
        this.overrides = List.of(overrides);
    }

    /** What all settings for groups have in common. */
    private static String[] groups(String... more) {
        List<String> overrides = new ArrayList<>(List.of("group.initial.rebalance.delay.ms=0", "group.consumer.assignment.interval.ms=0",
            "group.consumer.assignor.offload.enable=false", "kabuki.group.consumer.rebalance.heartbeat.interval.ms=0",
            "offsets.topic.num.partitions=" + GROUP_COORDINATORS, "auto.create.topics.enable=false"));
        overrides.addAll(List.of(more));
        return overrides.toArray(String[]::new);
    }

    /** Whether its cases are in the quick selection. */
    boolean quick() {
        return quick;
    }

    /** `key=value`, as the launchers take them. */
    List<String> overrides() {
        return overrides;
    }
}
