//! Record batches: views over bytes, checks, codecs, control records.
//!
//! Everything below the wire and the log builds on this crate: it knows how a batch of records looks as bytes
//! (Kafka's message format v2, magic 2) and nothing of files, sockets, clocks or actors.
//!
//! | to | see |
//! |---|---|
//! | look at a batch's head | [`batch`] |
//! | check what a producer sent | [`validate`] |
//! | read records out of batches | [`reader`], [`record`] |
//! | make a batch | [`builder`] |
//! | compress and decompress | [`codec`] |
//! | check or set a CRC | [`crc`] |
//! | read and write control records | [`control`] |
//! | read logs from before Kafka 0.11 | [`legacy`] |

pub mod batch;
pub mod builder;
pub mod codec;
pub mod control;
pub mod crc;
pub mod kafka_id;
pub mod legacy;
pub mod reader;
pub mod record;
pub mod validate;
pub mod varint;

#[cfg(test)]
mod java_vectors;
