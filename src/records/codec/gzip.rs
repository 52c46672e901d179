//! Gzip, one or more members behind each other.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::output::Output;
use super::{Codec, CodecError, cannot_compress, corrupt};

/// Half of deflate's window: large enough to make calls rare.
const PIECE_BYTES: usize = 16 * 1024;
/// No member is shorter: a header of 10 bytes and a trailer of 8.
const MEMBER_BYTES_MIN: usize = 18;

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

/// The members of a stream. As in Java, what follows a member and does not begin like another one is ignored.
pub(super) struct GzipSource<'a> {
    member: Option<GzDecoder<&'a [u8]>>,
    /// What ended the stream, told once everything before it has been given.
    failed: Option<CodecError>,
}

impl<'a> GzipSource<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { member: Some(GzDecoder::new(bytes)), failed: None }
    }

    /// Appends a full piece, or all that is left. What comes before an error is given first: as in Java it decides what
    /// is wrong with the content.
    pub(super) fn append_next(&mut self, out: &mut Output) -> Result<(), CodecError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let (begin, goal) = (out.len(), out.len() + PIECE_BYTES);
        while out.len() < goal
            && let Some(member) = &mut self.member
        {
            let before = out.len();
            match append_read(member, goal - before, out) {
                Ok(()) if out.len() > before => {}
                Ok(()) => self.member = self.member.take().and_then(next_member),
                Err(error) if before == begin => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn append_read(
    member: &mut GzDecoder<&[u8]>,
    bytes: usize,
    out: &mut Output,
) -> Result<(), CodecError> {
    let size = member.read(out.room(bytes)).map_err(|e| corrupt(Codec::Gzip, e))?;
    out.filled(size);
    Ok(())
}

fn next_member(through: GzDecoder<&[u8]>) -> Option<GzDecoder<&[u8]>> {
    let rest = through.into_inner();
    if rest.len() <= MEMBER_BYTES_MIN {
        return None;
    }
    let member = GzDecoder::new(rest);
    member.header().is_some().then_some(member)
}
