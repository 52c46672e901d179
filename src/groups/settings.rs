//! The configuration of groups, as plain numbers. Which key each is read from stands beside it.

/// What may be moved between the protocols while a group has members (`group.consumer.migration.policy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationPolicy {
    /// Both directions.
    Bidirectional,
    /// From classic to consumer.
    Upgrade,
    /// From consumer to classic.
    Downgrade,
    /// None.
    Disabled,
}

impl MigrationPolicy {
    /// A classic group may become a consumer group.
    pub fn allows_upgrade(self) -> bool {
        matches!(self, Self::Bidirectional | Self::Upgrade)
    }

    /// A consumer group may become a classic group.
    pub fn allows_downgrade(self) -> bool {
        matches!(self, Self::Bidirectional | Self::Downgrade)
    }
}

/// Settings of one consumer group (KIP-848): the broker's, or the group's own where it has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSettings {
    /// `group.consumer.session.timeout.ms`, `consumer.session.timeout.ms` of the group.
    pub session_timeout_ms: u64,
    /// `group.consumer.heartbeat.interval.ms`, `consumer.heartbeat.interval.ms` of the group.
    pub heartbeat_interval_ms: u64,
    /// `group.consumer.assignment.interval.ms`, `consumer.assignment.interval.ms` of the group.
    pub assignment_interval_ms: u64,
}

/// Settings of the group coordinator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `group.min.session.timeout.ms`, of classic members.
    pub min_session_timeout_ms: u64,
    /// `group.max.session.timeout.ms`, of classic members.
    pub max_session_timeout_ms: u64,
    /// `group.initial.rebalance.delay.ms`.
    pub initial_rebalance_delay_ms: u64,
    /// `group.max.size`: most members of a classic group.
    pub max_size: usize,
    /// `group.consumer.max.size`: most members of a consumer group.
    pub consumer_max_size: usize,
    /// `group.consumer.assignors`: names, the first is the default.
    pub consumer_assignors: Vec<String>,
    /// `group.consumer.migration.policy`.
    pub migration_policy: MigrationPolicy,
    /// `group.consumer.regex.refresh.interval.ms`.
    pub regex_refresh_interval_ms: u64,
    /// `kabuki.group.consumer.rebalance.heartbeat.interval.ms`: how soon a member of a consumer group is to come again while
    /// something is still to come for it. `None` for its group's heartbeat interval, as in Kafka.
    pub rebalance_heartbeat_interval_ms: Option<u64>,
    /// The broker's, for groups without settings of their own.
    pub consumer: ConsumerSettings,
    /// `offset.metadata.max.bytes`.
    pub offset_metadata_max_bytes: usize,
    /// `offsets.retention.minutes`, in milliseconds.
    pub offsets_retention_ms: u64,
    /// `offsets.retention.check.interval.ms`.
    pub offsets_retention_check_interval_ms: u64,
}

impl Settings {
    /// Within what the session timeouts of classic members lie, in milliseconds.
    pub fn session_timeouts_ms(&self) -> std::ops::RangeInclusive<u64> {
        self.min_session_timeout_ms..=self.max_session_timeout_ms
    }
}

impl Default for Settings {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            min_session_timeout_ms: 6_000,
            max_session_timeout_ms: 1_800_000,
            initial_rebalance_delay_ms: 3_000,
            max_size: i32::MAX as usize,
            consumer_max_size: i32::MAX as usize,
            consumer_assignors: vec!["uniform".to_owned(), "range".to_owned()],
            migration_policy: MigrationPolicy::Bidirectional,
            regex_refresh_interval_ms: 600_000,
            rebalance_heartbeat_interval_ms: None,
            consumer: ConsumerSettings {
                session_timeout_ms: 45_000,
                heartbeat_interval_ms: 5_000,
                assignment_interval_ms: 1_000,
            },
            offset_metadata_max_bytes: 4_096,
            offsets_retention_ms: 7 * 24 * 3_600_000,
            offsets_retention_check_interval_ms: 600_000,
        }
    }
}
