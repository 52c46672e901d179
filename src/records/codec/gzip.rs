//! Gzip, one or more members behind each other.

use std::io::Write;

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::decompressor::append_read;
use super::{Codec, CodecError, cannot_compress, corrupt};

/// Half of deflate's window: large enough to make calls rare.
const PIECE_BYTES: usize = 16 * 1024;

pub(super) fn compress(level: Option<i32>, bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    let level = match level {
        Some(level) if level > 0 => Compression::new(level.min(9).unsigned_abs()),
        _ => Compression::default(),
    };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|e| cannot_compress(Codec::Gzip, e))
}

pub(super) struct GzipSource<'a> {
    decoder: MultiGzDecoder<&'a [u8]>,
}

impl<'a> GzipSource<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { decoder: MultiGzDecoder::new(bytes) }
    }

    pub(super) fn append_next(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        append_read(&mut self.decoder, PIECE_BYTES, out).map_err(|e| corrupt(Codec::Gzip, e))
    }
}
