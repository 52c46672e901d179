//! Zstandard frames, one or more behind each other, with or without their content's size.

use zstd::stream::read::Decoder;

use super::decompressor::append_read;
use super::{Codec, CodecError, cannot_compress, corrupt};

/// A quarter of the largest block of the format.
const PIECE_BYTES: usize = 32 * 1024;

pub(super) fn compress(level: Option<i32>, bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    let levels = Codec::Zstd.levels().expect("zstd has levels");
    let level = level.unwrap_or(levels.default).clamp(levels.min, levels.max);
    zstd::bulk::compress(bytes, level).map_err(|e| cannot_compress(Codec::Zstd, e))
}

/// The library's own bound for windows holds: frames that ask for more than 128 MiB are refused, as in Java.
///
/// No bytes at all are no frames, and give nothing.
pub(super) struct ZstdSource<'a> {
    decoder: Option<Decoder<'static, &'a [u8]>>,
}

impl<'a> ZstdSource<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, CodecError> {
        if bytes.is_empty() {
            return Ok(Self { decoder: None });
        }
        let decoder = Decoder::with_buffer(bytes).map_err(|e| corrupt(Codec::Zstd, e))?;
        Ok(Self { decoder: Some(decoder) })
    }

    pub(super) fn append_next(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        append_read(decoder, PIECE_BYTES, out).map_err(|e| corrupt(Codec::Zstd, e))
    }
}
