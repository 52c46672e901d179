//! How much a shell takes on.

/// When records that were collected are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linger {
    /// When there is no further input (`group.coordinator.append.linger.ms=-1`, Kafka's default): few requests are not
    /// delayed, many share a write.
    UntilDrained,
    /// So many milliseconds after the first of them; 0: at once.
    Ms(u64),
}

/// How much a shell takes on. All of it may change at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the records of one write, by [`State::size_of`](crate::State::size_of): the partition's `max.message.bytes`
    /// less the head of a batch.
    pub batch_bytes_max: usize,
    /// When records that were collected are written.
    pub linger: Linger,
    /// Milliseconds that an answer is held (`offsets.commit.timeout.ms`).
    pub hold_ms_max: u64,
    /// Bytes of records that are collected while a write is under way; further requests are refused then. More than
    /// a batch, so that the next one fills while one is written.
    pub collected_bytes_max: usize,
    /// Requests that are owed an answer: those that the state has not answered, and answers that are held. Further ones are
    /// refused.
    pub owed_max: usize,
    /// Milliseconds until records are written again that the partition could not take for want of replicas.
    pub retry_ms: u64,
}

impl Default for Limits {
    /// Kafka's defaults where it has any. The others bound a coordinator to some ten megabytes beside its state.
    fn default() -> Self {
        Self {
            batch_bytes_max: 1024 * 1024,
            linger: Linger::UntilDrained,
            hold_ms_max: 5_000,
            collected_bytes_max: 8 * 1024 * 1024,
            owed_max: 100_000,
            retry_ms: 100,
        }
    }
}
