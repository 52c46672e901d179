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
    let shifted = |head| crc32c::crc32c_combine(crc_of_head(head), 0, records_bytes);
    // combine(a, b) is shift(a) ^ b: taking the old head's part out and the new one's in leaves the records' part.
    head.crc = before.crc ^ shifted(before) ^ shifted(&head);
    head
}

fn stored(batch: &[u8]) -> Option<u32> {
    batch.get(CRC_OFFSET..)?.first_chunk().map(|crc| u32::from_be_bytes(*crc))
}

fn crc_of_head(head: &BatchHead) -> u32 {
    crc32c::crc32c(&head.to_bytes()[ATTRIBUTES_OFFSET..])
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
