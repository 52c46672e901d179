//! LZ4 frames as Kafka writes and reads them: independent blocks, 64 KiB each when written.
//!
//! Read is what the Java broker and clients read: blocks of up to 4 MiB, with or without content size, block
//! checksums (verified) and content checksum (passed over, as in Java). Frames of linked blocks are refused
//! because no Java consumer could read them; what stands behind the end mark is ignored.

use lz4_flex::block;

use super::output::Output;
use super::xxhash::xxh32;
use super::{Codec, CodecError, corrupt};

const FRAME_MAGIC: [u8; 4] = 0x184d_2204u32.to_le_bytes();
/// Version 1, independent blocks, no checksums, no content size.
const WRITTEN_FLAGS: u8 = 0b0110_0000;
/// Blocks of at most 64 KiB.
const WRITTEN_BLOCK_DESCRIPTOR: u8 = 4 << 4;
const WRITTEN_BLOCK_BYTES: usize = 64 * 1024;
/// Set in a block's size when the block is stored, not compressed.
const STORED: u32 = 1 << 31;
/// No LZ4 block grows by more than this: a byte of the input says at most "255 more bytes".
const EXPANSION_MAX: usize = 255;

const VERSION_MASK: u8 = 0b1100_0000;
const VERSION_1: u8 = 0b0100_0000;
const INDEPENDENT_BLOCKS: u8 = 0b0010_0000;
const BLOCK_CHECKSUM: u8 = 0b0001_0000;
const CONTENT_SIZE: u8 = 0b0000_1000;
const RESERVED_FLAGS: u8 = 0b0000_0011;
const RESERVED_BLOCK_DESCRIPTOR: u8 = 0b1000_1111;

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    out.extend_from_slice(&FRAME_MAGIC);
    let descriptor = [WRITTEN_FLAGS, WRITTEN_BLOCK_DESCRIPTOR];
    out.extend_from_slice(&descriptor);
    out.push(descriptor_checksum(&descriptor));
    bytes.chunks(WRITTEN_BLOCK_BYTES).for_each(|block| write_block(block, &mut out));
    out.extend_from_slice(&0u32.to_le_bytes());
    out
}

fn write_block(block: &[u8], out: &mut Vec<u8>) {
    let size_at = out.len();
    let data_at = size_at + 4;
    out.resize(data_at + block::get_maximum_output_size(block.len()), 0);
    let compressed = block::compress_into(block, &mut out[data_at..])
        .expect("the output has room for the worst case");
    let size = if compressed < block.len() {
        out.truncate(data_at + compressed);
        compressed as u32
    } else {
        out.truncate(data_at);
        out.extend_from_slice(block);
        block.len() as u32 | STORED
    };
    out[size_at..data_at].copy_from_slice(&size.to_le_bytes());
}

/// The second byte of the hash of the frame's descriptor.
fn descriptor_checksum(descriptor: &[u8]) -> u8 {
    xxh32(descriptor).to_le_bytes()[1]
}

/// The blocks of one frame.
pub(super) struct Lz4Source<'a> {
    rest: &'a [u8],
    block_bytes_max: usize,
    has_block_checksums: bool,
    finished: bool,
}

impl<'a> Lz4Source<'a> {
    /// Reads the frame's head. Clients of message format 0 wrote a wrong checksum of it, which then does not count.
    pub(super) fn new(bytes: &'a [u8], format_0: bool) -> Result<Self, CodecError> {
        let rest = bytes.strip_prefix(&FRAME_MAGIC).ok_or_else(|| invalid("no frame magic"))?;
        let &[flags, block_descriptor, ..] = rest else {
            return Err(truncated());
        };
        check_flags(flags)?;
        let block_bytes_max = block_bytes_max(block_descriptor)?;
        let descriptor_bytes = if flags & CONTENT_SIZE != 0 { 10 } else { 2 };
        let (descriptor, rest) = rest.split_at_checked(descriptor_bytes).ok_or_else(truncated)?;
        let (&checksum, rest) = rest.split_first().ok_or_else(truncated)?;
        if !format_0 && checksum != descriptor_checksum(descriptor) {
            return Err(invalid("checksum of the frame descriptor does not match"));
        }
        let has_block_checksums = flags & BLOCK_CHECKSUM != 0;
        Ok(Self { rest, block_bytes_max, has_block_checksums, finished: false })
    }

    /// Appends the next block that is not empty.
    pub(super) fn append_next(&mut self, out: &mut Output) -> Result<(), CodecError> {
        let before = out.len();
        while !self.finished && out.len() == before {
            self.append_block(out)?;
        }
        Ok(())
    }

    fn append_block(&mut self, out: &mut Output) -> Result<(), CodecError> {
        let field = self.take_u32()?;
        let size = (field & !STORED) as usize;
        if size == 0 {
            self.finished = true;
            return Ok(());
        }
        if size > self.block_bytes_max {
            return Err(invalid("block is larger than the frame allows"));
        }
        let block = self.take(size)?;
        if self.has_block_checksums && self.take_u32()? != xxh32(block) {
            return Err(invalid("block checksum does not match"));
        }
        if field & STORED != 0 {
            out.push(block);
            return Ok(());
        }
        self.append_decompressed(block, out)
    }

    fn append_decompressed(&self, block: &[u8], out: &mut Output) -> Result<(), CodecError> {
        let room = out.room(self.block_bytes_max.min(block.len() * EXPANSION_MAX));
        let size = block::decompress_into(block, room).map_err(invalid)?;
        out.filled(size);
        Ok(())
    }

    fn take_u32(&mut self) -> Result<u32, CodecError> {
        let (&bytes, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(bytes))
    }

    fn take(&mut self, size: usize) -> Result<&'a [u8], CodecError> {
        let (bytes, rest) = self.rest.split_at_checked(size).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}

fn check_flags(flags: u8) -> Result<(), CodecError> {
    if flags & VERSION_MASK != VERSION_1 {
        return Err(invalid("unsupported version of the frame format"));
    }
    if flags & INDEPENDENT_BLOCKS == 0 {
        return Err(invalid("frames of dependent blocks are not supported"));
    }
    if flags & RESERVED_FLAGS != 0 {
        return Err(invalid("reserved bits of the frame descriptor are set"));
    }
    Ok(())
}

/// 64 KiB, 256 KiB, 1 MiB or 4 MiB.
fn block_bytes_max(descriptor: u8) -> Result<usize, CodecError> {
    let code = descriptor >> 4;
    if descriptor & RESERVED_BLOCK_DESCRIPTOR != 0 || code < 4 {
        return Err(invalid("block descriptor is not valid"));
    }
    Ok(1 << (2 * code + 8))
}

fn invalid(reason: impl ToString) -> CodecError {
    corrupt(Codec::Lz4, reason)
}

fn truncated() -> CodecError {
    invalid("data ends prematurely")
}
