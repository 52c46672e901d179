//! The broker's configuration as typed fields: what the rest of Kabuki reads instead of keys.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::listeners::Listeners;
use crate::topic::TopicConfig;

/// What a broker needs to know to run. Built once from [`crate::Settings`]; immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerConfig {
    /// `node.id`, ≥ 0.
    pub node_id: i32,
    /// `CLUSTER_ID` of the environment, 22 characters of base64; `None`: generate one for an empty dir.
    pub cluster_id: Option<String>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// What to bind and to advertise.
    pub listeners: Listeners,
    /// `log.dirs`, else `log.dir`; at least one, without duplicates.
    pub log_dirs: Vec<PathBuf>,
    /// `metadata.log.dir`, else the first log dir.
    pub metadata_log_dir: PathBuf,
    /// Sockets and request limits.
    pub network: NetworkConfig,
    /// What new topics get, and who may create and delete them.
    pub topics: TopicsConfig,
    /// Fetch limits.
    pub fetch: FetchConfig,
    /// Recovery, checkpoints and retention of all logs.
    pub log: LogConfig,
    /// `__consumer_offsets`.
    pub offsets: OffsetsConfig,
    /// Classic consumer groups.
    pub groups: GroupsConfig,
    /// Transactions and `__transaction_state`.
    pub transactions: TransactionsConfig,
    /// Kabuki's own keys.
    pub kabuki: KabukiConfig,
}

/// Sockets, connections and requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkConfig {
    /// `socket.request.max.bytes`: larger frames close the connection.
    pub socket_request_max_bytes: u32,
    /// `socket.send.buffer.bytes`; `None` (−1): the operating system's default.
    pub socket_send_buffer_bytes: Option<u32>,
    /// `socket.receive.buffer.bytes`; `None` (−1): the operating system's default.
    pub socket_receive_buffer_bytes: Option<u32>,
    /// `socket.listen.backlog.size`.
    pub socket_listen_backlog_size: u32,
    /// `connections.max.idle.ms`; `None` (negative): never closed for idleness.
    pub connections_max_idle_ms: Option<u64>,
    /// `max.connections` of the broker.
    pub max_connections: u32,
    /// `max.connections.per.ip`.
    pub max_connections_per_ip: u32,
    /// `max.connections.per.ip.overrides`: host name or address → limit.
    pub max_connections_per_ip_overrides: BTreeMap<String, u32>,
    /// `max.connection.creation.rate`, connections per second.
    pub max_connection_creation_rate: u32,
    /// `queued.max.request.bytes`; `None` (−1): no limit.
    pub queued_max_request_bytes: Option<u64>,
    /// `queued.max.requests`.
    pub queued_max_requests: u32,
    /// `request.timeout.ms`.
    pub request_timeout_ms: u64,
    /// `max.request.partition.size.limit`: partitions in a response of DescribeTopicPartitions.
    pub max_request_partition_size_limit: u32,
}

/// Creation and deletion of topics.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicsConfig {
    /// `num.partitions`, ≥ 1.
    pub num_partitions: i32,
    /// `default.replication.factor`.
    pub default_replication_factor: i16,
    /// `auto.create.topics.enable`.
    pub auto_create_topics_enable: bool,
    /// `delete.topic.enable`.
    pub delete_topic_enable: bool,
    /// What a topic without own settings has.
    pub defaults: TopicConfig,
}

/// Fetch limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchConfig {
    /// `fetch.max.bytes` of one response.
    pub fetch_max_bytes: u32,
    /// `max.incremental.fetch.session.cache.slots`, broker-wide; 0: no sessions.
    pub max_incremental_fetch_session_cache_slots: u32,
}

/// Recovery, checkpoints and retention of all logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// `num.recovery.threads.per.data.dir`, ≥ 1.
    pub num_recovery_threads_per_data_dir: u32,
    /// `log.flush.scheduler.interval.ms`; 2⁶³−1: never.
    pub flush_scheduler_interval_ms: u64,
    /// `log.flush.offset.checkpoint.interval.ms`.
    pub flush_offset_checkpoint_interval_ms: u64,
    /// `log.flush.start.offset.checkpoint.interval.ms`.
    pub flush_start_offset_checkpoint_interval_ms: u64,
    /// `log.retention.check.interval.ms`.
    pub retention_check_interval_ms: u64,
    /// `log.initial.task.delay.ms`: how long after the start retention and checkpoints begin.
    pub initial_task_delay_ms: u64,
    /// `log.dir.failure.timeout.ms`.
    pub dir_failure_timeout_ms: u64,
    /// `replica.high.watermark.checkpoint.interval.ms`.
    pub high_watermark_checkpoint_interval_ms: u64,
    /// `producer.id.expiration.ms`.
    pub producer_id_expiration_ms: u64,
    /// `producer.id.expiration.check.interval.ms`.
    pub producer_id_expiration_check_interval_ms: u64,
}

/// `__consumer_offsets`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetsConfig {
    /// `offsets.topic.num.partitions`.
    pub num_partitions: i32,
    /// `offsets.topic.replication.factor`.
    pub replication_factor: i16,
    /// `offsets.topic.segment.bytes`.
    pub segment_bytes: u32,
    /// `offsets.topic.compression.codec`: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
    pub compression_codec: i32,
    /// `offsets.retention.minutes`, in milliseconds.
    pub retention_ms: u64,
    /// `offsets.retention.check.interval.ms`.
    pub retention_check_interval_ms: u64,
    /// `offset.metadata.max.bytes`.
    pub metadata_max_bytes: u32,
    /// `offsets.commit.timeout.ms`.
    pub commit_timeout_ms: u64,
    /// `offsets.load.buffer.size`.
    pub load_buffer_bytes: u32,
}

/// Classic consumer groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupsConfig {
    /// `group.min.session.timeout.ms`.
    pub min_session_timeout_ms: u64,
    /// `group.max.session.timeout.ms`.
    pub max_session_timeout_ms: u64,
    /// `group.initial.rebalance.delay.ms`.
    pub initial_rebalance_delay_ms: u64,
    /// `group.max.size`.
    pub max_size: u32,
}

/// Transactions and `__transaction_state`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionsConfig {
    /// `transaction.state.log.num.partitions`.
    pub num_partitions: i32,
    /// `transaction.state.log.replication.factor`.
    pub replication_factor: i16,
    /// `transaction.state.log.min.isr`.
    pub min_isr: i32,
    /// `transaction.state.log.segment.bytes`.
    pub segment_bytes: u32,
    /// `transaction.state.log.load.buffer.size`.
    pub load_buffer_bytes: u32,
    /// `transaction.max.timeout.ms`.
    pub max_timeout_ms: u64,
    /// `transactional.id.expiration.ms`.
    pub transactional_id_expiration_ms: u64,
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
    pub abort_timed_out_interval_ms: u64,
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
    pub remove_expired_interval_ms: u64,
    /// `transaction.partition.verification.enable`.
    pub partition_verification_enable: bool,
    /// `transaction.two.phase.commit.enable`.
    pub two_phase_commit_enable: bool,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object per line.
    Json,
}

/// Kabuki's own keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KabukiConfig {
    /// `kabuki.ops.listener`: a loopback address; `None` when the key is empty: no ops endpoint.
    pub ops_listener: Option<SocketAddr>,
    /// `kabuki.chaos.enabled`: the ops endpoint may kill actors.
    pub chaos_enabled: bool,
    /// `kabuki.ignore.security`: start although keys ask for protection that is not given.
    pub ignore_security: bool,
    /// `kabuki.arbiters`; `None` (0): one per core.
    pub arbiters: Option<usize>,
    /// `kabuki.log.format`.
    pub log_format: LogFormat,
    /// `kabuki.log.level`: a level or tracing-subscriber filter directives.
    pub log_level: String,
}
