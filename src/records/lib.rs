//! Record batches: views over bytes, checks, codecs, control records.
//!
//! Everything below the wire and the log builds on this crate: it knows how a batch of records looks as bytes
//! (Kafka's message format v2, magic 2) and nothing of files, sockets, clocks or actors.

pub mod batch;
pub mod builder;
pub mod codec;
pub mod control;
pub mod crc;
pub mod kafka_id;
pub mod reader;
pub mod record;
pub mod validate;
pub mod varint;

#[cfg(test)]
mod java_vectors;
