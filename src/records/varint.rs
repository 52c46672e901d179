//! Numbers of variable length as record batches and flexible messages carry them: 7 bits a byte, lowest first,
//! the top bit says that another byte follows; signed ones are zigzag encoded (0, −1, 1, −2 … become 0, 1, 2, 3 …).

use thiserror::Error;

/// Bytes of the longest 32-bit number.
pub const VARINT_MAX_BYTES: usize = 5;
/// Bytes of the longest 64-bit number.
pub const VARLONG_MAX_BYTES: usize = 10;

/// Why no number could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VarintError {
    /// The bytes end within the number.
    #[error("bytes end within a variable-length number")]
    Truncated,
    /// The last byte that a number of this width may have says that another follows.
    #[error("variable-length number is too long")]
    TooLong,
}

/// Reads an unsigned 32-bit number and tells how many bytes it took.
///
/// As in Kafka, bits that do not fit in the fifth byte are dropped, not refused.
#[inline]
pub fn read_u32(bytes: &[u8]) -> Result<(u32, usize), VarintError> {
    match bytes.first() {
        Some(&byte) if byte < 0x80 => Ok((u32::from(byte), 1)),
        _ => read_groups(bytes, VARINT_MAX_BYTES).map(|(value, size)| (value as u32, size)),
    }
}

/// Reads an unsigned 64-bit number and tells how many bytes it took.
#[inline]
pub fn read_u64(bytes: &[u8]) -> Result<(u64, usize), VarintError> {
    match bytes.first() {
        Some(&byte) if byte < 0x80 => Ok((u64::from(byte), 1)),
        _ => read_groups(bytes, VARLONG_MAX_BYTES),
    }
}

/// Reads a zigzag 32-bit number and tells how many bytes it took.
#[inline]
pub fn read_i32(bytes: &[u8]) -> Result<(i32, usize), VarintError> {
    read_u32(bytes).map(|(raw, size)| ((raw >> 1) as i32 ^ -((raw & 1) as i32), size))
}

/// Reads a zigzag 64-bit number and tells how many bytes it took.
#[inline]
pub fn read_i64(bytes: &[u8]) -> Result<(i64, usize), VarintError> {
    read_u64(bytes).map(|(raw, size)| ((raw >> 1) as i64 ^ -((raw & 1) as i64), size))
}

fn read_groups(bytes: &[u8], bytes_max: usize) -> Result<(u64, usize), VarintError> {
    let mut value = 0u64;
    for (at, &byte) in bytes.iter().take(bytes_max).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            return Ok((value, at + 1));
        }
    }
    Err(if bytes.len() < bytes_max { VarintError::Truncated } else { VarintError::TooLong })
}

/// Appends an unsigned 32-bit number.
pub fn write_u32(out: &mut Vec<u8>, value: u32) {
    write_u64(out, u64::from(value));
}

/// Appends an unsigned 64-bit number.
pub fn write_u64(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a zigzag 32-bit number.
pub fn write_i32(out: &mut Vec<u8>, value: i32) {
    write_u32(out, zigzag_32(value));
}

/// Appends a zigzag 64-bit number.
pub fn write_i64(out: &mut Vec<u8>, value: i64) {
    write_u64(out, zigzag_64(value));
}

/// Bytes that [`write_i32`] would append.
pub fn size_i32(value: i32) -> usize {
    size_u64(u64::from(zigzag_32(value)))
}

/// Bytes that [`write_i64`] would append.
pub fn size_i64(value: i64) -> usize {
    size_u64(zigzag_64(value))
}

fn size_u64(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

fn zigzag_32(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

fn zigzag_64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_encodings() {
        let encoded = |value| {
            let mut out = Vec::new();
            write_i32(&mut out, value);
            out
        };
        assert_eq!(encoded(0), [0]);
        assert_eq!(encoded(-1), [1]);
        assert_eq!(encoded(64), [0x80, 1]);
        assert_eq!(encoded(i32::MIN), [0xff, 0xff, 0xff, 0xff, 0x0f]);
    }

    #[test]
    fn truncated_and_too_long_numbers_are_told_apart() {
        assert_eq!(read_i32(&[]), Err(VarintError::Truncated));
        assert_eq!(read_i32(&[0x80; 4]), Err(VarintError::Truncated));
        assert_eq!(read_i32(&[0x80; 5]), Err(VarintError::TooLong));
        assert_eq!(read_i64(&[0x80; 9]), Err(VarintError::Truncated));
        assert_eq!(read_i64(&[0xff; 12]), Err(VarintError::TooLong));
    }

    #[test]
    fn surplus_bits_of_the_last_byte_are_dropped() {
        assert_eq!(read_u32(&[0xff, 0xff, 0xff, 0xff, 0x7f]), Ok((u32::MAX, 5)));
    }

    proptest! {
        #[test]
        fn every_number_comes_back(narrow: i32, wide: i64) {
            let mut out = Vec::new();
            write_i32(&mut out, narrow);
            prop_assert_eq!(out.len(), size_i32(narrow));
            prop_assert_eq!(read_i32(&out), Ok((narrow, out.len())));
            out.clear();
            write_i64(&mut out, wide);
            prop_assert_eq!(out.len(), size_i64(wide));
            prop_assert_eq!(read_i64(&out), Ok((wide, out.len())));
        }
    }
}
