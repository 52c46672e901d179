//! Decompressing step by step, within a bound.

use super::gzip::GzipSource;
use super::lz4::Lz4Source;
use super::output::Output;
use super::snappy::SnappySource;
use super::zstandard::ZstdSource;
use super::{Codec, CodecError};

/// A compressed block that gives its content piece by piece.
///
/// A piece is what the codec yields at once: a block of LZ4 or Snappy, some ten kilobytes of the others.
pub struct Decompressor<'a> {
    source: Source<'a>,
    left_bytes: usize,
    limit_bytes: usize,
}

enum Source<'a> {
    Plain(&'a [u8]),
    Gzip(Box<GzipSource<'a>>),
    Snappy(SnappySource<'a>),
    Lz4(Lz4Source<'a>),
    Zstd(ZstdSource<'a>),
}

impl<'a> Decompressor<'a> {
    /// Begins to decompress `bytes`; at most `limit_bytes` may come out of it.
    pub fn new(codec: Codec, bytes: &'a [u8], limit_bytes: usize) -> Result<Self, CodecError> {
        let source = match codec {
            Codec::None => Source::Plain(bytes),
            Codec::Gzip => Source::Gzip(Box::new(GzipSource::new(bytes))),
            Codec::Snappy => Source::Snappy(SnappySource::new(bytes)?),
            Codec::Lz4 => Source::Lz4(Lz4Source::new(bytes, false)?),
            Codec::Zstd => Source::Zstd(ZstdSource::new(bytes)?),
        };
        Ok(Self { source, left_bytes: limit_bytes, limit_bytes })
    }

    /// Begins to decompress a message of format 0, whose LZ4 frames have a wrong checksum in their head.
    pub(crate) fn of_format_0(
        codec: Codec,
        bytes: &'a [u8],
        limit_bytes: usize,
    ) -> Result<Self, CodecError> {
        if codec != Codec::Lz4 {
            return Self::new(codec, bytes, limit_bytes);
        }
        let source = Source::Lz4(Lz4Source::new(bytes, true)?);
        Ok(Self { source, left_bytes: limit_bytes, limit_bytes })
    }

    /// Appends the next piece to `out`; `false` when there is none left. After an error, what was appended is
    /// undefined and the rest is lost.
    pub fn append_next(&mut self, out: &mut Output) -> Result<bool, CodecError> {
        let before = out.len();
        match &mut self.source {
            Source::Plain(bytes) => out.push(std::mem::take(bytes)),
            Source::Gzip(source) => source.append_next(out)?,
            Source::Snappy(source) => source.append_next(out)?,
            Source::Lz4(source) => source.append_next(out)?,
            Source::Zstd(source) => source.append_next(out)?,
        }
        let appended = out.len() - before;
        let left = self.left_bytes.checked_sub(appended);
        self.left_bytes = left.ok_or(CodecError::TooLarge { limit_bytes: self.limit_bytes })?;
        Ok(appended > 0)
    }
}
