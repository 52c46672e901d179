//! The hash by which Kafka's Java client spreads keys over partitions.

/// Seed and multipliers of the 32-bit MurmurHash2 as Kafka uses it.
const SEED: u32 = 0x9747_b28c;
const M: u32 = 0x5bd1_e995;
const R: u32 = 24;

/// MurmurHash2 (32 bits) of a key, as Kafka's default partitioner computes it.
pub fn murmur2(key: &[u8]) -> u32 {
    let mut words = key.chunks_exact(4);
    // Lengths over 32 bits wrap, as they would in Java.
    let mut hash = SEED ^ key.len() as u32;
    for word in words.by_ref() {
        let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]).wrapping_mul(M);
        let word = (word ^ (word >> R)).wrapping_mul(M);
        hash = hash.wrapping_mul(M) ^ word;
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |last, &byte| (last << 8) | u32::from(byte));
        hash = (hash ^ last).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::murmur2;

    /// The figures are what the Java client computes.
    #[test]
    fn hashes_are_those_of_the_java_client() {
        let figures: [(&[u8], i32); 6] = [
            (b"21", -973_932_308),
            (b"foobar", -790_332_482),
            (b"a-little-bit-long-string", -985_981_536),
            (b"a-little-bit-longer-string", -1_486_304_829),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            (b"abc", 479_470_107),
        ];
        for (key, hash) in figures {
            assert_eq!(murmur2(key) as i32, hash, "{key:?}");
        }
    }
}
