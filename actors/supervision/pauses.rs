//! Pauses that actors make at random between messages, so that tests see what other orders of events do.
//!
//! A pause keeps the order of an actor's messages; what comes from several actors comes in another order.

use std::time::Duration;

/// How long actors pause (`kabuki.chaos.turn.delay.max.ms`, `kabuki.chaos.seed`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pauses {
    /// The longest pause.
    pub(crate) max: Duration,
    /// What all pauses follow from, with the path of the actor.
    pub(crate) seed: u64,
}

/// One actor's pauses.
#[derive(Debug)]
pub(super) struct Dice {
    max: Duration,
    state: u64,
}

impl Pauses {
    /// The pauses of the actor at `path`.
    pub(super) fn dice(self, path: &str) -> Dice {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Dice { max: self.max, state: path.bytes().fold(self.seed, hash) }
    }
}

impl Dice {
    /// The pause after this turn; after every other turn there is none.
    pub(super) fn roll(&mut self) -> Option<Duration> {
        let random = self.next();
        (random & 1 == 1).then(|| {
            let part = (random >> 32) as f64 / f64::from(u32::MAX);
            self.max.mul_f64(part)
        })
    }

    /// SplitMix64: small, and good enough for this.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_follow_from_the_seed_and_the_path() {
        let pauses = Pauses { max: Duration::from_millis(3), seed: 7 };
        let rolled = |path: &str| {
            let mut dice = pauses.dice(path);
            (0..100).map(|_| dice.roll()).collect::<Vec<_>>()
        };
        assert_eq!(rolled("broker/a"), rolled("broker/a"));
        assert_ne!(rolled("broker/a"), rolled("broker/b"));
        let some: Vec<_> = rolled("broker/a").into_iter().flatten().collect();
        assert!(some.len() > 20 && some.len() < 80, "{}", some.len());
        assert!(some.iter().all(|pause| *pause <= pauses.max));
    }
}
