//! Snappy: the chunked framing of the `snappy-java` library ("xerial"), and bare blocks.
//!
//! Java, Python and Go clients send a 16-byte header and then chunks, each a length and a Snappy block;
//! librdkafka sends one bare block. Both are read, by the rules of the Java library; the framing is written.

use snap::raw::{Decoder, Encoder, decompress_len, max_compress_len};

use super::output::Output;
use super::{Codec, CodecError, cannot_compress, corrupt};

const MAGIC: [u8; 8] = *b"\x82SNAPPY\0";
/// Magic, version and oldest compatible version, 4 bytes each (big endian).
const HEADER_BYTES: usize = 16;
const VERSION: i32 = 1;
/// What the Java library compresses at once by default.
const WRITTEN_CHUNK_BYTES: usize = 32 * 1024;
/// No Snappy block grows by more: the best element copies 64 bytes and takes three.
const EXPANSION_MAX: usize = 64 / 3 + 1;

pub(super) fn compress(bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(HEADER_BYTES + bytes.len() / 2 + 64);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION.to_be_bytes());
    out.extend_from_slice(&VERSION.to_be_bytes());
    let mut encoder = Encoder::new();
    for chunk in bytes.chunks(WRITTEN_CHUNK_BYTES) {
        write_chunk(&mut encoder, chunk, &mut out)?;
    }
    Ok(out)
}

fn write_chunk(encoder: &mut Encoder, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
    let size_at = out.len();
    let data_at = size_at + 4;
    out.resize(data_at + max_compress_len(chunk.len()), 0);
    let size = encoder
        .compress(chunk, &mut out[data_at..])
        .map_err(|e| cannot_compress(Codec::Snappy, e))?;
    out.truncate(data_at + size);
    out[size_at..data_at].copy_from_slice(&(size as u32).to_be_bytes());
    Ok(())
}

/// The chunks of a framed stream, or one bare block.
pub(super) struct SnappySource<'a> {
    rest: &'a [u8],
    framed: bool,
}

impl<'a> SnappySource<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, CodecError> {
        if bytes.is_empty() {
            return Err(truncated());
        }
        let framed = bytes.len() >= HEADER_BYTES && bytes.starts_with(&MAGIC);
        Ok(Self { rest: bytes, framed })
    }

    /// Appends the next chunk that is not empty.
    pub(super) fn append_next(&mut self, out: &mut Output) -> Result<(), CodecError> {
        let before = out.len();
        while !self.rest.is_empty() && out.len() == before {
            let block =
                if self.framed { self.next_chunk()? } else { std::mem::take(&mut self.rest) };
            append_block(block, out)?;
        }
        Ok(())
    }

    /// The next chunk. Headers before it are passed over: there are several where streams were written one behind
    /// the other. Fewer bytes than a length behind the last chunk are ignored, as in Java.
    fn next_chunk(&mut self) -> Result<&'a [u8], CodecError> {
        while self.rest.starts_with(&MAGIC) {
            self.skip_header()?;
        }
        let Some((&size, rest)) = self.rest.split_first_chunk() else {
            self.rest = &[];
            return Ok(&[]);
        };
        let size = usize::try_from(i32::from_be_bytes(size))
            .map_err(|_| corrupt(Codec::Snappy, "chunk has a negative length"))?;
        let (chunk, rest) = rest.split_at_checked(size).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(chunk)
    }

    fn skip_header(&mut self) -> Result<(), CodecError> {
        let (header, rest) = self.rest.split_at_checked(HEADER_BYTES).ok_or_else(truncated)?;
        let (_, version) = header.split_at(MAGIC.len());
        let (version, _) = version.split_first_chunk().expect("8 bytes follow the magic");
        if i32::from_be_bytes(*version) < VERSION {
            return Err(corrupt(Codec::Snappy, "version of the framing is too old"));
        }
        self.rest = rest;
        Ok(())
    }
}

fn append_block(block: &[u8], out: &mut Output) -> Result<(), CodecError> {
    if block.is_empty() {
        return Ok(());
    }
    let size = decompress_len(block).map_err(|e| corrupt(Codec::Snappy, e))?;
    if size > block.len().saturating_mul(EXPANSION_MAX) {
        return Err(corrupt(Codec::Snappy, "block claims more than it can hold"));
    }
    let size =
        Decoder::new().decompress(block, out.room(size)).map_err(|e| corrupt(Codec::Snappy, e))?;
    out.filled(size);
    Ok(())
}

fn truncated() -> CodecError {
    corrupt(Codec::Snappy, "data ends prematurely")
}
