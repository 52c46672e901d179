//! One broker of the simulation.

use super::witness::{Account, Shared, Watched};
use crate::shell::{Limits, Shell};
use crate::state::State;

/// How far a log is replayed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Replay {
    pub(super) next: usize,
    /// Where the log ended when the replay began.
    pub(super) end: Option<usize>,
}

/// A broker, from its start to its crash.
pub(super) struct Broker<S: State> {
    pub(super) shell: Shell<Watched<S>>,
    /// What the shell's present state did.
    pub(super) account: Shared<S::Record>,
    /// How often it has crashed.
    pub(super) life: u64,
    /// The newest leader epoch that it has heard of.
    pub(super) epoch: i32,
    /// It leads, by all that it has heard.
    pub(super) leads: bool,
    pub(super) replay: Option<Replay>,
    /// Its state was thrown away.
    pub(super) wants_reload: bool,
}

impl<S: State> Broker<S>
where
    S::Record: PartialEq,
{
    pub(super) fn new(limits: Limits, life: u64) -> Self {
        Self {
            shell: Shell::new(limits),
            account: Account::new(),
            life,
            epoch: -1,
            leads: false,
            replay: None,
            wants_reload: false,
        }
    }
}
