//! Zstandard frames, one or more behind each other, with or without their content's size.

use std::cell::Cell;

use zstd::zstd_safe::{DCtx, InBuffer, OutBuffer, ResetDirective, get_error_name};

use super::output::Output;
use super::{Codec, CodecError, cannot_compress, corrupt};

/// A quarter of the largest block of the format.
const PIECE_BYTES: usize = 32 * 1024;
/// A context that a thread keeps for its next batch: with a window of 2 MiB, as the default level has it, it fits.
const KEPT_BYTES_MAX: usize = 4 << 20;

thread_local! {
    /// The context of this thread's last batch. To make one takes longer than to decompress a small batch.
    static KEPT: Cell<Option<DCtx<'static>>> = const { Cell::new(None) };
}

pub(super) fn compress(level: Option<i32>, bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    let levels = Codec::Zstd.levels().expect("zstd has levels");
    let level = level.unwrap_or(levels.default).clamp(levels.min, levels.max);
    zstd::bulk::compress(bytes, level).map_err(|e| cannot_compress(Codec::Zstd, e))
}

/// The library's own bound for windows holds: frames that ask for more than 128 MiB are refused, as in Java.
///
/// No bytes at all are no frames, and give nothing.
pub(super) struct ZstdSource<'a> {
    /// Goes back to the thread in the end.
    context: Option<DCtx<'static>>,
    rest: InBuffer<'a>,
    /// A frame has begun and has not ended.
    within_frame: bool,
}

impl<'a> ZstdSource<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, CodecError> {
        let context = KEPT.take().or_else(DCtx::try_create);
        match context.is_some() {
            true => Ok(Self { context, rest: InBuffer::around(bytes), within_frame: false }),
            false => Err(corrupt(Codec::Zstd, "no memory for a context")),
        }
    }

    pub(super) fn append_next(&mut self, out: &mut Output) -> Result<(), CodecError> {
        let Some(context) = &mut self.context else { return Ok(()) };
        let mut piece = OutBuffer::around(out.room(PIECE_BYTES));
        let mut at_end = self.rest.pos() == self.rest.src.len();
        while piece.pos() == 0 && (self.within_frame || !at_end) {
            let left = context
                .decompress_stream(&mut piece, &mut self.rest)
                .map_err(|code| corrupt(Codec::Zstd, get_error_name(code)))?;
            self.within_frame = left > 0;
            if at_end && self.within_frame && piece.pos() == 0 {
                return Err(corrupt(Codec::Zstd, "data ends prematurely"));
            }
            at_end = self.rest.pos() == self.rest.src.len();
        }
        let size = piece.pos();
        out.filled(size);
        Ok(())
    }
}

impl Drop for ZstdSource<'_> {
    /// The reset ends a frame that did not come to its end.
    fn drop(&mut self) {
        if let Some(mut context) = self.context.take()
            && context.sizeof() <= KEPT_BYTES_MAX
            && context.reset(ResetDirective::SessionOnly).is_ok()
        {
            let _ = KEPT.try_with(|kept| kept.set(Some(context)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_contexts_are_not_kept() {
        let kept_after = |level| {
            let block = compress(Some(level), &vec![7; 16 << 20]).expect("compresses");
            let mut source = ZstdSource::new(&block).expect("begins");
            source.append_next(&mut Output::default()).expect("decompresses");
            drop(source);
            KEPT.take().is_some()
        };
        assert!(kept_after(3), "a window of 2 MiB");
        assert!(!kept_after(12), "a window of 4 MiB");
    }
}
