//! What every decision may look at.

use kabuki_coordination::{Effects, Now};
use kabuki_metadata::Chance;

use crate::settings::Settings;
use crate::topics::Topics;

/// The world of one turn: the time, chance, settings and topics as inputs, and the effects as the output.
///
/// `R` is the type of records, `A` of answers.
pub struct Cx<'a, R, A> {
    /// The time.
    pub now: Now,
    /// Ids come from here.
    pub chance: &'a mut dyn Chance,
    /// The coordinator's settings.
    pub settings: &'a Settings,
    /// The cluster's topics.
    pub topics: &'a dyn Topics,
    /// What is to be done.
    pub effects: &'a mut Effects<R, A>,
}
