//! Where codecs write to.

use std::cell::Cell;
use std::ops::Deref;

/// Memory that a thread keeps for its next output: what clients compress as a rule fits, 4 MiB blocks of LZ4 do not.
const KEPT_BYTES_MAX: usize = 1 << 20;

thread_local! {
    /// The memory of the last output of this thread.
    static KEPT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The bytes that came out of a codec so far.
///
/// Behind them is room, which was content once or zeroed once. Codecs write over it: a batch costs neither fresh memory
/// nor zeros.
pub struct Output {
    /// The content, and from `end` on the room.
    bytes: Vec<u8>,
    end: usize,
}

impl Default for Output {
    /// Without content.
    fn default() -> Self {
        Self { bytes: KEPT.take(), end: 0 }
    }
}

impl Output {
    /// The content alone.
    pub fn into_vec(mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.truncate(self.end);
        bytes
    }

    /// Forgets the first bytes of the content.
    pub(crate) fn drop_front(&mut self, bytes: usize) {
        self.bytes.copy_within(bytes..self.end, 0);
        self.end -= bytes;
    }

    /// Room for this many bytes behind the content. What stands in it means nothing.
    pub(super) fn room(&mut self, bytes: usize) -> &mut [u8] {
        let goal = self.end + bytes;
        if self.bytes.len() < goal {
            self.bytes.resize(goal, 0);
        }
        &mut self.bytes[self.end..goal]
    }

    /// The room's first bytes have become content.
    pub(super) fn filled(&mut self, bytes: usize) {
        self.end += bytes;
    }

    /// Adds to the content.
    pub(super) fn push(&mut self, content: &[u8]) {
        self.room(content.len()).copy_from_slice(content);
        self.filled(content.len());
    }

    #[cfg(test)]
    pub(super) fn room_bytes(&self) -> usize {
        self.bytes.len() - self.end
    }
}

impl Deref for Output {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.end]
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.bytes.capacity() <= KEPT_BYTES_MAX {
            let _ = KEPT.try_with(|kept| kept.set(std::mem::take(&mut self.bytes)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_kept_unless_it_is_large() {
        let kept_after = |bytes| {
            Output::default().room(bytes).fill(7);
            KEPT.take().capacity()
        };
        assert!(kept_after(100) >= 100);
        assert_eq!(kept_after(KEPT_BYTES_MAX + 1), 0);
    }

    #[test]
    fn what_memory_held_before_is_no_content() {
        Output::default().push(b"before");
        let mut out = Output::default();
        assert!(out.is_empty());
        out.push(b"abcd");
        out.drop_front(2);
        out.push(b"e");
        assert_eq!(*out, *b"cde");
        assert_eq!(out.into_vec(), b"cde");
    }
}
