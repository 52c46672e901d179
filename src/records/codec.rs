//! The codecs of record batches: Kafka's names and numbers, compressing, and decompressing within a bound.
//!
//! The records of a batch are one compressed block. Bytes are written as the Java client writes them, and read
//! as the Java broker reads them, so that what passes here can be read by every client. Decompressing is done
//! step by step: memory follows the bytes that really come out, never a size that the input claims. What is costly
//! to make for a small batch, zstd's context and the memory for what comes out, each thread keeps for its next one.

mod decompressor;
mod gzip;
mod lz4;
mod output;
mod snappy;
mod xxhash;
mod zstandard;

pub use decompressor::Decompressor;
pub use output::Output;
use thiserror::Error;

/// How the records of a batch are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Codec {
    /// Not at all.
    #[default]
    None,
    /// RFC 1952, one or more members.
    Gzip,
    /// Snappy blocks, framed as the `snappy-java` library does (written so), or bare (also read).
    Snappy,
    /// An LZ4 frame of independent blocks.
    Lz4,
    /// RFC 8878 frames; clients may send them from Produce version 7 on (KIP-110).
    Zstd,
}

/// The compression levels of a codec (KIP-390).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Fastest.
    pub min: i32,
    /// Smallest output.
    pub max: i32,
    /// Used where none is configured; may lie outside of `min..=max` (gzip's −1).
    pub default: i32,
}

/// Why bytes could not be compressed or decompressed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodecError {
    /// No codec has this number.
    #[error("unknown compression codec {0}")]
    UnknownCodec(i16),
    /// The input is not what this codec writes.
    #[error("invalid {codec} data: {reason}")]
    Corrupt {
        /// The codec that was to read it.
        codec: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// More comes out than the caller allows.
    #[error("decompressed data is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The bound that was given.
        limit_bytes: usize,
    },
    /// The library refused to compress (it has no memory for its tables).
    #[error("{codec} compression failed: {reason}")]
    Compress {
        /// The codec that was to write.
        codec: &'static str,
        /// What it said.
        reason: String,
    },
}

impl Codec {
    /// All codecs, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The number in bits 0–2 of a batch's attributes.
    pub const fn id(self) -> i16 {
        match self {
            Self::None => 0,
            Self::Gzip => 1,
            Self::Snappy => 2,
            Self::Lz4 => 3,
            Self::Zstd => 4,
        }
    }

    /// The codec of a number; 5 to 7 fit in the attributes but name none.
    pub fn from_id(id: i16) -> Result<Self, CodecError> {
        Self::ALL.into_iter().find(|codec| codec.id() == id).ok_or(CodecError::UnknownCodec(id))
    }

    /// Kafka's name, as in a producer's `compression.type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// The codec of a name (lower case, as Kafka's clients require).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.name() == name)
    }

    /// The levels that Kafka allows; `None` for codecs without levels.
    pub const fn levels(self) -> Option<Levels> {
        match self {
            Self::None | Self::Snappy => None,
            Self::Gzip => Some(Levels { min: 1, max: 9, default: -1 }),
            Self::Lz4 => Some(Levels { min: 1, max: 17, default: 9 }),
            Self::Zstd => Some(Levels { min: -131_072, max: 22, default: 3 }),
        }
    }
}

impl std::fmt::Display for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Compresses `bytes` as one block.
///
/// `level` is one of [`Codec::levels`] (clamped to them); `None` is the codec's default. LZ4 levels are accepted
/// and make no difference: the library at hand has one level.
pub fn compress(codec: Codec, level: Option<i32>, bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    match codec {
        Codec::None => Ok(bytes.to_vec()),
        Codec::Gzip => gzip::compress(level, bytes),
        Codec::Snappy => snappy::compress(bytes),
        Codec::Lz4 => Ok(lz4::compress(bytes)),
        Codec::Zstd => zstandard::compress(level, bytes),
    }
}

/// Decompresses the whole block; an error when more than `limit_bytes` come out.
pub fn decompress(codec: Codec, bytes: &[u8], limit_bytes: usize) -> Result<Vec<u8>, CodecError> {
    let mut source = Decompressor::new(codec, bytes, limit_bytes)?;
    let mut out = Output::default();
    while source.append_next(&mut out)? {}
    Ok(out.into_vec())
}

/// An error of the codec `codec` with the library's own words.
fn corrupt(codec: Codec, reason: impl ToString) -> CodecError {
    CodecError::Corrupt { codec: codec.name(), reason: reason.to_string() }
}

fn cannot_compress(codec: Codec, reason: impl ToString) -> CodecError {
    CodecError::Compress { codec: codec.name(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests;
