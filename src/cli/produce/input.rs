//! The lines of the input, as many at a time as are there.

use std::io::{self, BufRead, BufReader, Read};

/// What is read at once, in bytes: some batches' worth.
const BUFFER_BYTES: usize = 1024 * 1024;

/// Lines that have arrived, with their numbers from 1 on.
pub(super) type Lines = Vec<(u64, Vec<u8>)>;

/// Cuts an input into lines. Lines end with `\n` or `\r\n`, which are no part of them; the last one may end without.
pub(super) struct Input<R> {
    reader: BufReader<R>,
    /// The beginning of a line whose end has not arrived.
    begun: Vec<u8>,
    number: u64,
    is_at_end: bool,
}

impl<R: Read> Input<R> {
    pub(super) fn new(input: R) -> Self {
        let reader = BufReader::with_capacity(BUFFER_BYTES, input);
        Self { reader, begun: vec![], number: 0, is_at_end: false }
    }

    /// Waits for a line and gives it with those that came with it; `None` at the end of the input.
    pub(super) fn next_lines(&mut self) -> io::Result<Option<Lines>> {
        let mut lines = vec![];
        while lines.is_empty() && !self.is_at_end {
            let arrived = self.reader.fill_buf()?;
            let count = arrived.len();
            self.is_at_end = count == 0;
            for piece in arrived.split_inclusive(|&byte| byte == b'\n') {
                self.begun.extend_from_slice(piece);
                if piece.ends_with(b"\n") {
                    self.number += 1;
                    lines.push((self.number, without_end(std::mem::take(&mut self.begun))));
                }
            }
            self.reader.consume(count);
            if self.is_at_end && !self.begun.is_empty() {
                lines.push((self.number + 1, std::mem::take(&mut self.begun)));
            }
        }
        Ok((!lines.is_empty()).then_some(lines))
    }
}

fn without_end(mut line: Vec<u8>) -> Vec<u8> {
    line.pop();
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces one read at a time, as a pipe does.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    #[test]
    fn lines_come_as_they_arrive() {
        let mut input = Input::new(Pieces(vec![b"a\r\n\nb", b"c\nd"]));
        let first = vec![(1, b"a".to_vec()), (2, b"".to_vec())];
        assert_eq!(input.next_lines().expect("readable"), Some(first));
        assert_eq!(input.next_lines().expect("readable"), Some(vec![(3, b"bc".to_vec())]));
        assert_eq!(input.next_lines().expect("readable"), Some(vec![(4, b"d".to_vec())]));
        assert_eq!(input.next_lines().expect("readable"), None);
    }
}
