//! A line for each of Kabuki's own keys.

/// Sorted by name.
#[rustfmt::skip]
pub(super) const KABUKI_DOCS: &[(&str, &str)] = &[
    ("kabuki.arbiters", "Number of threads that serve connections and partitions; 0 for one per core."),
    ("kabuki.chaos.enabled", "Whether actors can be killed through the ops endpoint, to see that nothing is lost."),
    ("kabuki.chaos.seed", "What the random pauses of kabuki.chaos.turn.delay.max.ms follow from."),
    ("kabuki.chaos.turn.delay.max.ms", "Longest pause that actors make at random between messages, where chaos is enabled; 0 means none."),
    ("kabuki.ignore.security", "Whether to start although security is configured that is not served yet."),
    ("kabuki.log.format", "Format of log lines: `text` for people, `json` for machines."),
    ("kabuki.log.level", "What is logged, as a filter: a level, or target=level separated by commas."),
    ("kabuki.ops.listener", "Where metrics, the actor tree and health are served over HTTP; empty for nowhere."),
];
