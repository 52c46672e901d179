//! The broker's configuration as typed fields: what the rest of Kabuki reads instead of keys.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::groups::GroupsConfig;
use crate::listeners::{ListenerName, Listeners};
use crate::settings::Settings;
use crate::topic::TopicConfig;
use crate::value::entries;

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
    /// Where the metadata log is, and how it grows.
    pub metadata_log: MetadataLogConfig,
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
    /// Groups of consumers.
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
    /// `socket.send.buffer.bytes`; `None` (−1): the operating system finds it.
    pub socket_send_buffer_bytes: Option<u32>,
    /// `socket.receive.buffer.bytes`; `None` (−1, or not set): the operating system finds it.
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
    /// `listener.name.<listener>.max.connections` and `….max.connection.creation.rate` of every listener: what it does
    /// not set for itself it takes from the broker.
    pub listeners: BTreeMap<ListenerName, ListenerLimits>,
    /// `quota.window.num`, ≥ 1: samples over which rates are measured.
    pub quota_window_num: u32,
    /// `quota.window.size.seconds` of each sample, ≥ 1.
    pub quota_window_size_seconds: u32,
    /// `queued.max.request.bytes`; `None` (−1): no limit of the operator's.
    pub queued_max_request_bytes: Option<u64>,
    /// `queued.max.requests`.
    pub queued_max_requests: u32,
    /// `request.timeout.ms`.
    pub request_timeout_ms: u64,
    /// `max.request.partition.size.limit`: partitions in a response of DescribeTopicPartitions.
    pub max_request_partition_size_limit: u32,
}

/// Limits on the connections of one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerLimits {
    /// `max.connections`.
    pub max_connections: u32,
    /// `max.connection.creation.rate`, connections per second.
    pub max_connection_creation_rate: u32,
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
    /// `cordoned.log.dirs`, with `*` spelled out: those of the log dirs that take no new replicas.
    pub cordoned_log_dirs: Vec<PathBuf>,
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
    /// `kabuki.chaos.turn.delay.max.ms`: actors pause at random; `None` where chaos is not enabled, or for 0.
    pub chaos_turn_delay_max_ms: Option<u64>,
    /// `kabuki.chaos.seed`: what the pauses follow from.
    pub chaos_seed: i64,
    /// `kabuki.ignore.security`: start although keys ask for protection that is not given.
    pub ignore_security: bool,
    /// `kabuki.arbiters`; `None` (0): one per core.
    pub arbiters: Option<usize>,
    /// `kabuki.log.format`.
    pub log_format: LogFormat,
    /// `kabuki.log.level`: a level or tracing-subscriber filter directives.
    pub log_level: String,
    /// `kabuki.queued.max.response.bytes`; `None` (−1): no limit of the operator's.
    pub queued_max_response_bytes: Option<u64>,
}

const MS_PER_MINUTE: u64 = 60_000;

/// The metadata log of this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataLogConfig {
    /// `metadata.log.dir`, else the first log dir.
    pub dir: PathBuf,
    /// `metadata.log.segment.bytes`.
    pub segment_bytes: u32,
    /// `metadata.log.max.record.bytes.between.snapshots`.
    pub bytes_between_snapshots: u64,
    /// `metadata.log.max.snapshot.interval.ms`; `None` for 0: no snapshots for the time that has passed.
    pub ms_between_snapshots: Option<u64>,
}

impl MetadataLogConfig {
    fn new(settings: &Settings, first_log_dir: &Path) -> Self {
        let dir = settings.text("metadata.log.dir").filter(|dir| !dir.is_empty());
        Self {
            dir: dir.map_or_else(|| first_log_dir.to_owned(), PathBuf::from),
            segment_bytes: settings.integer("metadata.log.segment.bytes") as u32,
            bytes_between_snapshots: settings
                .integer("metadata.log.max.record.bytes.between.snapshots")
                as u64,
            ms_between_snapshots: settings
                .unsigned_opt("metadata.log.max.snapshot.interval.ms")
                .filter(|ms| *ms > 0),
        }
    }
}

impl BrokerConfig {
    /// Makes the typed configuration of settings that have passed all checks.
    pub(crate) fn new(
        settings: &Settings,
        listeners: Listeners,
        cluster_id: Option<String>,
    ) -> Self {
        let log_dirs: Vec<PathBuf> = log_dirs(settings).iter().map(PathBuf::from).collect();
        Self {
            node_id: settings.integer("node.id") as i32,
            cluster_id,
            rack: settings.text("broker.rack").map(str::to_owned),
            metadata_log: MetadataLogConfig::new(settings, &log_dirs[0]),
            log_dirs,
            network: NetworkConfig::new(settings, &listeners),
            listeners,
            topics: TopicsConfig::new(settings),
            fetch: FetchConfig::new(settings),
            log: LogConfig::new(settings),
            offsets: OffsetsConfig::new(settings),
            groups: GroupsConfig::new(settings),
            transactions: TransactionsConfig::new(settings),
            kabuki: KabukiConfig::new(settings),
        }
    }
}

impl BrokerConfig {
    /// The configuration of the same broker with other settings. Its listeners and its cluster stay: they are not
    /// changed at run time.
    pub fn following(&self, settings: &Settings) -> Self {
        Self::new(settings, self.listeners.clone(), self.cluster_id.clone())
    }
}

impl ListenerLimits {
    fn new(settings: &Settings, listener: &str) -> Self {
        let of = |key: &str| {
            let own = format!("listener.name.{}.{key}", listener.to_lowercase());
            let own = settings.integer_opt(&own).and_then(|limit| u32::try_from(limit).ok());
            own.unwrap_or_else(|| settings.unsigned32(key))
        };
        Self {
            max_connections: of("max.connections"),
            max_connection_creation_rate: of("max.connection.creation.rate"),
        }
    }
}

impl NetworkConfig {
    fn new(settings: &Settings, listeners: &Listeners) -> Self {
        let overrides = settings.text("max.connections.per.ip.overrides").unwrap_or_default();
        let buffer = |name| settings.unsigned_opt(name).map(|_| settings.unsigned32(name));
        // Kafka's default of 100 KiB would keep the system from adapting the buffer to its connection: a request larger
        // than that comes in pieces, each with a wake-up, or even a round trip, of its own.
        let set_buffer = |name| settings.get_set(name).and_then(|_| buffer(name));
        Self {
            socket_request_max_bytes: settings.unsigned32("socket.request.max.bytes"),
            socket_send_buffer_bytes: buffer("socket.send.buffer.bytes"),
            socket_receive_buffer_bytes: set_buffer("socket.receive.buffer.bytes"),
            socket_listen_backlog_size: settings.unsigned32("socket.listen.backlog.size"),
            connections_max_idle_ms: settings.unsigned_opt("connections.max.idle.ms"),
            max_connections: settings.unsigned32("max.connections"),
            max_connections_per_ip: settings.unsigned32("max.connections.per.ip"),
            max_connections_per_ip_overrides: connections_per_ip(overrides).unwrap_or_default(),
            max_connection_creation_rate: settings.unsigned32("max.connection.creation.rate"),
            listeners: (listeners.broker.iter())
                .map(|it| (it.name.clone(), ListenerLimits::new(settings, &it.name)))
                .collect(),
            quota_window_num: settings.unsigned32("quota.window.num"),
            quota_window_size_seconds: settings.unsigned32("quota.window.size.seconds"),
            queued_max_request_bytes: settings
                .unsigned_opt("queued.max.request.bytes")
                .filter(|max| *max > 0),
            queued_max_requests: settings.unsigned32("queued.max.requests"),
            request_timeout_ms: settings.unsigned("request.timeout.ms"),
            max_request_partition_size_limit: settings
                .unsigned32("max.request.partition.size.limit"),
        }
    }
}

impl TopicsConfig {
    fn new(settings: &Settings) -> Self {
        let factor = settings.integer("default.replication.factor");
        Self {
            num_partitions: settings.integer("num.partitions") as i32,
            default_replication_factor: i16::try_from(factor).unwrap_or(i16::MAX),
            auto_create_topics_enable: settings.boolean("auto.create.topics.enable"),
            delete_topic_enable: settings.boolean("delete.topic.enable"),
            defaults: TopicConfig::broker_defaults(settings),
        }
    }
}

impl FetchConfig {
    fn new(settings: &Settings) -> Self {
        let slots = "max.incremental.fetch.session.cache.slots";
        Self {
            fetch_max_bytes: settings.unsigned32("fetch.max.bytes"),
            max_incremental_fetch_session_cache_slots: settings.unsigned32(slots),
        }
    }
}

impl LogConfig {
    fn new(settings: &Settings) -> Self {
        let start_offset_interval = "log.flush.start.offset.checkpoint.interval.ms";
        let high_watermark_interval = "replica.high.watermark.checkpoint.interval.ms";
        let expiration_interval = "producer.id.expiration.check.interval.ms";
        Self {
            num_recovery_threads_per_data_dir: settings
                .unsigned32("num.recovery.threads.per.data.dir"),
            flush_scheduler_interval_ms: settings.unsigned("log.flush.scheduler.interval.ms"),
            flush_offset_checkpoint_interval_ms: settings
                .unsigned("log.flush.offset.checkpoint.interval.ms"),
            flush_start_offset_checkpoint_interval_ms: settings.unsigned(start_offset_interval),
            retention_check_interval_ms: settings.unsigned("log.retention.check.interval.ms"),
            initial_task_delay_ms: settings.unsigned("log.initial.task.delay.ms"),
            dir_failure_timeout_ms: settings.unsigned("log.dir.failure.timeout.ms"),
            high_watermark_checkpoint_interval_ms: settings.unsigned(high_watermark_interval),
            producer_id_expiration_ms: settings.unsigned("producer.id.expiration.ms"),
            producer_id_expiration_check_interval_ms: settings.unsigned(expiration_interval),
            cordoned_log_dirs: cordoned_log_dirs(settings).iter().map(PathBuf::from).collect(),
        }
    }
}

impl OffsetsConfig {
    fn new(settings: &Settings) -> Self {
        Self {
            num_partitions: settings.integer("offsets.topic.num.partitions") as i32,
            replication_factor: settings.integer("offsets.topic.replication.factor") as i16,
            segment_bytes: settings.unsigned32("offsets.topic.segment.bytes"),
            compression_codec: settings.integer("offsets.topic.compression.codec") as i32,
            retention_ms: settings.unsigned("offsets.retention.minutes") * MS_PER_MINUTE,
            retention_check_interval_ms: settings.unsigned("offsets.retention.check.interval.ms"),
            metadata_max_bytes: settings.unsigned32("offset.metadata.max.bytes"),
            commit_timeout_ms: settings.unsigned("offsets.commit.timeout.ms"),
            load_buffer_bytes: settings.unsigned32("offsets.load.buffer.size"),
        }
    }
}

impl TransactionsConfig {
    fn new(settings: &Settings) -> Self {
        let abort_interval = "transaction.abort.timed.out.transaction.cleanup.interval.ms";
        let remove_interval = "transaction.remove.expired.transaction.cleanup.interval.ms";
        Self {
            num_partitions: settings.integer("transaction.state.log.num.partitions") as i32,
            replication_factor: settings.integer("transaction.state.log.replication.factor") as i16,
            min_isr: settings.integer("transaction.state.log.min.isr") as i32,
            segment_bytes: settings.unsigned32("transaction.state.log.segment.bytes"),
            load_buffer_bytes: settings.unsigned32("transaction.state.log.load.buffer.size"),
            max_timeout_ms: settings.unsigned("transaction.max.timeout.ms"),
            transactional_id_expiration_ms: settings.unsigned("transactional.id.expiration.ms"),
            abort_timed_out_interval_ms: settings.unsigned(abort_interval),
            remove_expired_interval_ms: settings.unsigned(remove_interval),
            partition_verification_enable: settings
                .boolean("transaction.partition.verification.enable"),
            two_phase_commit_enable: settings.boolean("transaction.two.phase.commit.enable"),
        }
    }
}

impl KabukiConfig {
    fn new(settings: &Settings) -> Self {
        let ops_listener = settings.text("kabuki.ops.listener").and_then(ops_address);
        let arbiters = settings.unsigned("kabuki.arbiters") as usize;
        let is_json = settings.text("kabuki.log.format") == Some("json");
        let chaos_enabled = settings.boolean("kabuki.chaos.enabled");
        Self {
            ops_listener,
            chaos_enabled,
            chaos_turn_delay_max_ms: (Some(settings.unsigned("kabuki.chaos.turn.delay.max.ms")))
                .filter(|max| chaos_enabled && *max > 0),
            chaos_seed: settings.integer("kabuki.chaos.seed"),
            ignore_security: settings.boolean("kabuki.ignore.security"),
            arbiters: (arbiters > 0).then_some(arbiters),
            log_format: if is_json { LogFormat::Json } else { LogFormat::Text },
            log_level: settings.text("kabuki.log.level").unwrap_or("info").to_owned(),
            queued_max_response_bytes: settings.unsigned_opt("kabuki.queued.max.response.bytes"),
        }
    }
}

/// Reads `http://127.0.0.1:9180`; `None` for empty text, and for all that is no loopback address: the
/// endpoint asks nobody who they are.
pub(crate) fn ops_address(text: &str) -> Option<SocketAddr> {
    let address = text.strip_prefix("http://")?;
    let address = address.strip_suffix('/').unwrap_or(address);
    let address: SocketAddr = address.replace("localhost:", "127.0.0.1:").parse().ok()?;
    address.ip().is_loopback().then_some(address)
}

/// The directories of the logs: `log.dirs`, or else `log.dir`.
pub(crate) fn log_dirs(settings: &Settings) -> &[String] {
    settings.list("log.dirs").or_else(|| settings.list("log.dir")).unwrap_or_default()
}

fn cordoned_log_dirs(settings: &Settings) -> &[String] {
    let cordoned = settings.list("cordoned.log.dirs").unwrap_or_default();
    if cordoned == ["*"] { log_dirs(settings) } else { cordoned }
}

/// Reads `host:number,host:number`; `None` when an entry is not so.
pub(crate) fn connections_per_ip(text: &str) -> Option<BTreeMap<String, u32>> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '%');
    let limit = |entry: &String| {
        let (host, limit) = entry.rsplit_once(':')?;
        let (host, limit) = (host.trim(), limit.trim().parse::<i32>().ok()?);
        let is_valid = !host.is_empty() && host.chars().all(is_host);
        is_valid.then(|| (host.to_owned(), u32::try_from(limit).unwrap_or(0)))
    };
    entries(text).iter().map(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ops_endpoint_listens_on_loopback_only() {
        let read = |text| ops_address(text).map(|address| address.to_string());
        assert_eq!(read("http://localhost:0/").as_deref(), Some("127.0.0.1:0"));
        assert_eq!(read("http://[::1]:9180").as_deref(), Some("[::1]:9180"));
        for bad in ["", "http://0.0.0.0:1", "http://10.0.0.1:1", "https://127.0.0.1:1", "9180"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn limits_of_single_hosts() {
        let expected = BTreeMap::from([("127.0.0.1".to_owned(), 3), ("host".to_owned(), 0)]);
        assert_eq!(connections_per_ip("127.0.0.1:3, host:0"), Some(expected));
        assert_eq!(connections_per_ip(""), Some(BTreeMap::new()));
        assert_eq!(connections_per_ip("host"), None);
        assert_eq!(connections_per_ip("host:x"), None);
    }
}
