//! The CRC-32C of a batch: it covers everything from the attributes on.

use crate::batch::{ATTRIBUTES_OFFSET, BatchHead, CRC_OFFSET, HEAD, LOG_OVERHEAD};

/// Whether the stored CRC fits the bytes. `batch` is one whole batch; fewer bytes than a head are never intact.
pub fn is_intact(batch: &[u8]) -> bool {
    match stored(batch) {
        Some(crc) if batch.len() >= HEAD => crc == crc32c::crc32c(&batch[ATTRIBUTES_OFFSET..]),
        _ => false,
    }
}

/// The head with its length and CRC set for the (compressed) records that follow it.
///
/// # Panics
/// When head and records are longer than the format's 2³¹−1 bytes; whoever builds batches keeps below.
pub fn seal(mut head: BatchHead, records: &[u8]) -> BatchHead {
    let length = HEAD - LOG_OVERHEAD + records.len();
    head.length = i32::try_from(length).expect("batches are kept below 2 GiB");
    head.crc = crc32c::crc32c_append(crc_of_head(&head), records);
    head
}

/// The head with its CRC set anew after fields of the head changed, without reading the records again.
///
/// `before` is the head as it was, with a CRC that was found to fit.
pub fn reseal(mut head: BatchHead, before: &BatchHead) -> BatchHead {
    let records_bytes = head.size().map_or(0, |size| size - HEAD);
    // The CRC of two parts is shift(first) ^ second, and shifting is linear: what changes in the first part's CRC,
    // shifted past the second part, changes in the whole.
    head.crc = before.crc ^ shift(crc_of_head(before) ^ crc_of_head(&head), records_bytes);
    head
}

fn stored(batch: &[u8]) -> Option<u32> {
    batch.get(CRC_OFFSET..)?.first_chunk().map(|crc| u32::from_be_bytes(*crc))
}

fn crc_of_head(head: &BatchHead) -> u32 {
    crc32c::crc32c(&head.to_bytes()[ATTRIBUTES_OFFSET..])
}

/// CRC-32C's polynomial, lowest power in the highest bit as all numbers below.
const POLYNOMIAL: u32 = 0x82f6_3b78;
/// The polynomial "1".
const ONE: u32 = 1 << 31;
/// The polynomial "x": one bit further.
const X: u32 = ONE >> 1;
/// x to the powers 1, 2, 4, 8 …, enough of them to count the bits of 2³² − 1 bytes.
const X_POWERS: [u32; 35] = x_powers();

/// What a CRC becomes when that many bytes follow, but for what these bytes themselves add: its product with
/// x to the power of their bits. (The crc32c crate's own `crc32c_combine` takes 13 µs; this, less than one.)
fn shift(crc: u32, bytes: usize) -> u32 {
    let bits_set = (0..32).filter(|bit| bytes >> bit & 1 == 1);
    bits_set.fold(crc, |crc, bit| product(X_POWERS[bit + 3], crc))
}

const fn x_powers() -> [u32; 35] {
    let mut powers = [X; 35];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = product(powers[at - 1], powers[at - 1]);
        at += 1;
    }
    powers
}

/// The product of two polynomials over bits, modulo [`POLYNOMIAL`].
const fn product(a: u32, b: u32) -> u32 {
    let (mut sum, mut shifted, mut bit) = (0, b, ONE);
    while bit != 0 {
        if a & bit != 0 {
            sum ^= shifted;
        }
        shifted = (shifted >> 1) ^ if shifted & 1 == 1 { POLYNOMIAL } else { 0 };
        bit >>= 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head() -> BatchHead {
        BatchHead::read(&[2; HEAD]).expect("61 bytes are a head")
    }

    #[test]
    fn too_few_bytes_are_not_intact() {
        let batch = seal(head(), &[]).to_bytes();
        assert!(is_intact(&batch));
        assert!((0..HEAD).all(|end| !is_intact(&batch[..end])));
    }

    proptest! {
        #[test]
        fn resealing_equals_sealing(records: Vec<u8>, attributes: i16, max_timestamp: i64) {
            let before = seal(head(), &records);
            let changed = BatchHead { attributes, max_timestamp, ..before };
            prop_assert_eq!(reseal(changed, &before), seal(changed, &records));
        }

        #[test]
        fn shifting_is_what_combining_does(crc: u32, bytes in 0usize..1 << 31) {
            prop_assert_eq!(shift(crc, bytes), crc32c::crc32c_combine(crc, 0, bytes));
        }

        #[test]
        fn any_changed_byte_is_noticed(records: Vec<u8>, at: prop::sample::Index, bits in 1u8..) {
            let mut batch = seal(head(), &records).to_bytes().to_vec();
            batch.extend_from_slice(&records);
            prop_assert!(is_intact(&batch));
            let at = CRC_OFFSET + at.index(batch.len() - CRC_OFFSET);
            batch[at] ^= bits;
            prop_assert!(!is_intact(&batch));
        }
    }
}
