//! Frames: four bytes of length, then that many bytes of header and body.
//!
//! A length prefix is a claim. It is checked against the receiver's limit and then decides when a frame is whole, never
//! how much memory is taken: the buffer grows with the bytes that have arrived.

use bytes::{Buf, Bytes, BytesMut};

use crate::FrameError;

/// Bytes of the length before every frame.
pub const LENGTH_PREFIX_BYTES: usize = 4;

/// Frames up to this size share a buffer; a larger one gets its own, so that its records do not hold others in memory.
pub const SHARED_BUFFER_BYTES: usize = 8 * 1024;

/// What the first read of a large frame makes room for, if the frame is as large: most are read at once.
const GROWTH_BYTES_MIN: usize = 64 * 1024;

/// Room behind the end of a large frame: a read that does not fill its room has emptied the socket, and nobody needs to
/// try once more.
const BEHIND_BYTES: usize = 64;

/// The most that one read of a large frame makes room for.
const GROWTH_BYTES_MAX: usize = 1024 * 1024;

/// Reads a length prefix; `max` is the largest frame allowed, in bytes without the prefix.
pub fn frame_length(prefix: [u8; LENGTH_PREFIX_BYTES], max: usize) -> Result<usize, FrameError> {
    let announced = i32::from_be_bytes(prefix);
    let length = usize::try_from(announced).map_err(|_| FrameError::Negative(announced))?;
    if length > max { Err(FrameError::TooLarge { length, max }) } else { Ok(length) }
}

/// Takes the frame at the front of `buffer`, without its length prefix; `None` while it is not whole.
///
/// # Errors
/// The length prefix is negative or above `max`; the buffer is left as it is.
pub fn split_frame(buffer: &mut BytesMut, max: usize) -> Result<Option<Bytes>, FrameError> {
    let Some(prefix) = buffer.first_chunk() else { return Ok(None) };
    let length = frame_length(*prefix, max)?;
    if buffer.len() - LENGTH_PREFIX_BYTES < length {
        return Ok(None);
    }
    buffer.advance(LENGTH_PREFIX_BYTES);
    Ok(Some(buffer.split_to(length).freeze()))
}

/// Cuts a byte stream into frames: read into [`FrameReader::buffer`], then take with [`FrameReader::next_frame`].
#[derive(Debug)]
pub struct FrameReader {
    buffer: BytesMut,
    frame_bytes_max: usize,
    /// Room for the first read of a frame: the last large one would have fitted, if it was not too large.
    first_read_bytes: usize,
}

impl FrameReader {
    /// `frame_bytes_max`: the largest frame allowed, without the prefix (`socket.request.max.bytes`).
    pub fn new(frame_bytes_max: usize) -> Self {
        Self { buffer: BytesMut::new(), frame_bytes_max, first_read_bytes: SHARED_BUFFER_BYTES }
    }

    /// The buffer to append to, with room for the next read: 8 KiB, or the size of the last frame up to 64 KiB, or as much
    /// again as has already arrived of a large frame (64 KiB to 1 MiB, and hardly past its end).
    pub fn buffer(&mut self) -> &mut BytesMut {
        let room = self.room_wanted();
        if self.buffer.capacity() - self.buffer.len() < room {
            self.buffer.reserve(room);
        }
        &mut self.buffer
    }

    /// Takes the next whole frame; `None` when more bytes must be read first.
    pub fn next_frame(&mut self) -> Result<Option<Bytes>, FrameError> {
        let frame = split_frame(&mut self.buffer, self.frame_bytes_max)?;
        if let Some(frame) = &frame {
            self.first_read_bytes = SHARED_BUFFER_BYTES;
            if frame.len() > SHARED_BUFFER_BYTES {
                let whole = frame.len() + LENGTH_PREFIX_BYTES + BEHIND_BYTES;
                self.first_read_bytes = whole.min(GROWTH_BYTES_MIN);
                // What follows a large frame moves out of its buffer.
                self.buffer = BytesMut::from(&self.buffer[..]);
            }
        }
        Ok(frame)
    }

    /// Gives back room for more than a small frame while nothing has arrived: nobody knows when the next frame comes.
    pub fn rest(&mut self) {
        if self.buffer.is_empty() && self.buffer.capacity() > SHARED_BUFFER_BYTES {
            self.buffer = BytesMut::new();
        }
    }

    /// Whether [`FrameReader::next_frame`] has something to say: a frame that is whole, or that cannot be.
    pub fn has_frame(&self) -> bool {
        let Some(prefix) = self.buffer.first_chunk() else { return false };
        frame_length(*prefix, self.frame_bytes_max)
            .map_or(true, |length| self.buffer.len() - LENGTH_PREFIX_BYTES >= length)
    }

    /// Memory taken by a large frame that is not whole yet; 0 while what has arrived fits a shared buffer.
    pub fn large_frame_bytes(&self) -> usize {
        let is_large = self.is_large() || self.buffer.len() > SHARED_BUFFER_BYTES;
        if is_large { self.buffer.capacity() } else { 0 }
    }

    /// Whether the frame at the front says that it is too large to share a buffer.
    pub fn is_large(&self) -> bool {
        let prefix = self.buffer.first_chunk().copied();
        let length = prefix.and_then(|prefix| frame_length(prefix, self.frame_bytes_max).ok());
        length.is_some_and(|length| length > SHARED_BUFFER_BYTES)
    }

    /// Bytes held of frames that are not whole yet.
    pub fn buffered_bytes(&self) -> usize {
        self.buffer.len()
    }

    fn room_wanted(&self) -> usize {
        let arrived = self.buffer.len();
        let prefix = self.buffer.first_chunk().copied();
        let length = prefix.and_then(|prefix| frame_length(prefix, self.frame_bytes_max).ok());
        match length.map(|length| length + LENGTH_PREFIX_BYTES) {
            Some(whole) if whole > SHARED_BUFFER_BYTES => {
                let doubled = arrived.clamp(GROWTH_BYTES_MIN, GROWTH_BYTES_MAX);
                doubled.min(whole.saturating_sub(arrived) + BEHIND_BYTES)
            }
            _ => self.first_read_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BufMut;

    #[test]
    fn frames_come_out_whole_and_in_order_however_the_bytes_arrive() {
        let stream = b"\0\0\0\x03abc\0\0\0\0\0\0\0\x01d";
        for step in 1..stream.len() {
            let mut reader = FrameReader::new(10);
            let mut frames = vec![];
            for piece in stream.chunks(step) {
                reader.buffer().put_slice(piece);
                while reader.has_frame()
                    && let Some(frame) = reader.next_frame().expect("valid lengths")
                {
                    frames.push(frame);
                }
            }
            assert_eq!(frames, [&b"abc"[..], b"", b"d"]);
            assert_eq!(reader.buffered_bytes(), 0);
        }
    }

    #[test]
    fn the_limit_counts_the_frame_without_its_prefix() {
        assert_eq!(frame_length([0, 0, 0, 10], 10), Ok(10));
        let refused = Err(FrameError::TooLarge { length: 11, max: 10 });
        assert_eq!(frame_length([0, 0, 0, 11], 10), refused);
        assert_eq!(frame_length([0xff; 4], 10), Err(FrameError::Negative(-1)));
    }

    #[test]
    fn an_announced_length_takes_no_memory() {
        let mut reader = FrameReader::new(i32::MAX as usize);
        reader.buffer().put_slice(&i32::MAX.to_be_bytes());
        assert_eq!(reader.next_frame(), Ok(None));
        assert!(reader.buffer().capacity() <= 2 * GROWTH_BYTES_MIN);
    }

    #[test]
    fn a_large_frame_shares_its_buffer_with_no_other() {
        let mut reader = FrameReader::new(64 * 1024);
        let mut stream = vec![0, 0, 0x40, 0];
        stream.extend([1; 0x4000]);
        stream.extend(b"\0\0\0\x01d");
        reader.buffer().put_slice(&stream);
        let large = reader.next_frame().expect("valid").expect("whole");
        assert!(large.is_unique());
        assert_eq!(reader.next_frame(), Ok(Some(Bytes::from_static(b"d"))));
    }

    #[test]
    fn a_large_frame_is_told_from_its_first_bytes_on() {
        let mut reader = FrameReader::new(64 * 1024);
        reader.buffer().put_slice(&[0, 0, 0x20]);
        assert_eq!((reader.is_large(), reader.large_frame_bytes()), (false, 0));
        reader.buffer().put_slice(&[1]);
        assert!(reader.is_large() && reader.large_frame_bytes() >= 4);
        reader.buffer().put_slice(&[0; 0x2001]);
        assert!(reader.large_frame_bytes() > 0x2001);
        assert!(reader.next_frame().is_ok_and(|frame| frame.is_some()));
        assert_eq!((reader.is_large(), reader.large_frame_bytes()), (false, 0));
    }

    #[test]
    fn after_a_large_frame_there_is_room_for_another_until_nothing_comes() {
        let mut reader = FrameReader::new(1 << 20);
        let frame = |length: u32| [&length.to_be_bytes()[..], &vec![7; length as usize]].concat();
        let expected =
            [(20_000, 20_068..24 << 10), (100, 8 << 10..24 << 10), (200_000, 64 << 10..72 << 10)];
        for (length, room) in expected {
            reader.buffer().put_slice(&frame(length));
            assert!(reader.next_frame().is_ok_and(|frame| frame.is_some()));
            assert!(room.contains(&reader.buffer().capacity()), "after {length} bytes");
            reader.rest();
            assert!(reader.buffer.capacity() <= SHARED_BUFFER_BYTES);
        }
    }

    #[test]
    fn memory_stays_within_a_constant_factor_of_what_has_arrived() {
        let mut reader = FrameReader::new(64 << 20);
        reader.buffer().put_slice(&(32_i32 << 20).to_be_bytes());
        for _ in 0..1000 {
            let room = reader.buffer();
            room.put_slice(&[0; 4096]);
            let (capacity, arrived) = (room.capacity(), room.len());
            assert!(capacity <= 4 * arrived + 2 * GROWTH_BYTES_MIN, "{capacity} for {arrived}");
        }
    }
}
