//! The log of a partition: segments, indexes, recovery, producer state, leader epochs.
//!
//! A [`Log`] is a plain struct over files behind two small traits ([`Dir`], [`LogFile`]); the time is an
//! argument. One owner appends, rolls, truncates and deletes; what may block for long (syncing, unlinking) is
//! handed out as jobs ([`FlushPlan`], [`Removal`]) that run anywhere.
//!
//! All files are byte for byte Apache Kafka's, so that a directory can change hands between the two.
//!
//! ```text
//! log.rs            the struct and its offsets;  append.rs  read.rs  timestamps.rs  retention.rs  truncate.rs
//! open.rs           opening: leftovers, segments, recovery, producer state
//! segment.rs        one segment: batches, offset index, time index, index of aborted transactions
//! index.rs          sparse indexes;  mapping.rs: sealed ones in memory
//! producers.rs      idempotence: what each producer sent last;  snapshot.rs: its file
//! leader_epochs.rs  which epoch began where
//! dir.rs            the two traits;  real.rs: a disk;  sim.rs: a simulated one that crashes
//! log_dir.rs        what belongs to a whole log dir: lock, meta.properties, checkpoints, clean marker
//! ```

pub mod checkpoint;
pub mod dir;
mod flush;
mod fuzz;
mod index;
pub mod leader_epochs;
mod leftovers;
mod log;
pub mod log_dir;
mod mapping;
mod marker;
pub mod names;
mod old_format;
pub mod partition_metadata;
mod producers;
pub mod real;
mod removal;
mod scan;
mod segment;
pub mod sim;
mod snapshot;
mod types;

pub use dir::{Dir, LogFile, Volume, is_exhaustion};
pub use flush::{FlushPlan, Flushed};
pub use fuzz::fuzz_open_segment;
pub use leader_epochs::{EpochEnd, EpochStart, LeaderEpochs};
pub use log::{AbortedTransaction, Log};
pub use log_dir::{LogDir, LogDirError, MetaProperties, PartitionDir};
pub use mapping::Mapping;
pub use producers::{Producer, SentBatch};
pub use real::RealDir;
pub use removal::Removal;
pub use types::{
    AppendBatch, AppendError, AppendOutcome, Appended, FoundOffset, LogOptions, Now, OffsetQuery,
    OpenError, Origin, ReadError, ReadSlice, Recovery, RecoveryProgress, RecoveryReport, Trust,
};
