//! Chance, drawn in one place and handed to the core as an input.

use kabuki_metadata::Chance;
use uuid::Uuid;

/// Random bits of the operating system.
pub(crate) struct OsChance;

impl Chance for OsChance {
    fn bits(&mut self) -> u128 {
        // Two ids, because six bits of each are fixed.
        let (one, other) = (Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128());
        one ^ other.rotate_left(64)
    }
}
