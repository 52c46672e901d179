//! Chance, passed in: new ids and starting points of placements come from the caller.

use kabuki_records::kafka_id;
use uuid::Uuid;

/// A source of random bits. A seeded one repeats a run.
pub trait Chance {
    /// The next 128 bits.
    fn bits(&mut self) -> u128;
}

/// A number below `bound`, which must be positive.
pub fn below(chance: &mut dyn Chance, bound: usize) -> usize {
    debug_assert!(bound > 0, "there is no number below zero");
    usize::try_from(chance.bits() % bound as u128).expect("a remainder is below its divisor")
}

/// A new id as Kafka draws them: a version-4 UUID whose text does not begin with `-`, so that it can stand on a
/// command line. Ids that Kafka reserves (the lowest hundred) are no version-4 UUIDs.
pub fn new_id(chance: &mut dyn Chance) -> Uuid {
    loop {
        let id = uuid::Builder::from_random_bytes(chance.bits().to_be_bytes()).into_uuid();
        if !kafka_id::to_text(id).starts_with('-') {
            return id;
        }
    }
}

/// A small generator for tests and simulations (SplitMix64): the seed decides everything.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// A generator whose numbers follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Chance for Seeded {
    fn bits(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_four_and_never_begin_with_a_dash() {
        let mut chance = Seeded::new(7);
        for _ in 0..1000 {
            let id = new_id(&mut chance);
            assert_eq!(id.get_version_num(), 4);
            assert!(!kafka_id::to_text(id).starts_with('-'));
        }
    }
}
