//! The cluster image, its records, and the decisions of the controller.
//!
//! ```text
//! request ▶ controller (pure decision over the image) ▶ records ▶ MetadataLog ▶ committed ▶ image ▶ everyone
//! ```
//!
//! * [`generated`]: codecs of Kafka's metadata records, one struct per schema.
//! * [`image`]: what the cluster looks like after a prefix of the log; immutable, cheap to clone, swapped whole.
//! * [`replay`]: turns committed batches into images, metadata transactions (KIP-868) included.
//! * [`controller`]: one function per decision: the image and a request in, answers and records out.
//! * [`log_format`]: records as batches, snapshots and the quorum's own files, in Kafka's bytes.
//! * [`metadata_log`]: the trait behind which the log stands, and its double for tests.
//! * [`one_voter`]: the log of a quorum of one, over files.
//! * [`describe`]: what the describing APIs read from an image.
//!
//! Nothing here knows the time or draws a random number: both are passed in.

pub mod chance;
pub mod controller;
pub mod describe;
pub mod directories;
pub mod error;
pub mod features;
pub mod generated;
pub mod image;
pub mod log_format;
pub mod metadata_log;
pub mod one_voter;
pub mod replay;

pub use chance::Chance;
pub use controller::Decision;
pub use error::{AdminError, ErrorKind};
pub use generated::MetadataRecord;
pub use image::{ClusterImage, Delta, LogPosition};
pub use metadata_log::{MetadataLog, MetadataLogError};
