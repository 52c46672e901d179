package differential;

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
    GROUPS(true, "group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=1000", "group.max.session.timeout.ms=60000",
        "group.max.size=3", "group.consumer.max.size=3", "group.consumer.assignment.interval.ms=0",
        "group.consumer.assignor.offload.enable=false", "kabuki.group.consumer.rebalance.heartbeat.interval.ms=0",
        "offsets.topic.num.partitions=" + Setting.GROUP_COORDINATORS, "auto.create.topics.enable=false"),
    /**
     * For tools alone, which see everything that a server has; not in the quick selection. Some static configurations beside
     * those that only one of the launchers sets.
     */
    TOOLS(false, "log.retention.hours=100", "num.partitions=2", "log.segment.bytes=10485760", "broker.heartbeat.interval.ms=500",
        "broker.session.timeout.ms=3000", "log.cleaner.dedupe.buffer.size=4194304");

    /** In {@link #GROUPS}. */
    public static final int GROUP_COORDINATORS = 3;
    private final boolean quick;
    private final List<String> overrides;

    Setting(boolean quick, String... overrides) {
        this.quick = quick;
        this.overrides = List.of(overrides);
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
