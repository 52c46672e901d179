//! When a member is to come again.
//!
//! Members learn what is new from the answers to their heartbeats, so that a rebalance takes as long as heartbeats are apart:
//! one until a member hears that it is to give something up, another until those that wait for it may take it. Whoever
//! something is still to come for is therefore asked to come sooner than usual; Kafka tells all the same interval, always.

use super::{ConsumerGroup, Look, Member};

impl ConsumerGroup {
    /// In how many milliseconds a member that was heard of is to come again. `joins`: it was its first heartbeat; members come
    /// in crowds, and the first of them gets everything and is soon to give it up.
    pub(super) fn heartbeat_interval_ms(
        &self,
        look: Look<'_>,
        member_id: &str,
        joins: bool,
    ) -> i32 {
        let usual_ms = look.group_settings.heartbeat_interval_ms;
        let interval_ms = match look.settings.rebalance_heartbeat_interval_ms {
            Some(sooner_ms) if joins || self.is_to_hear_more(member_id) => sooner_ms.min(usual_ms),
            _ => usual_ms,
        };
        i32::try_from(interval_ms).unwrap_or(i32::MAX)
    }

    /// The member is not yet where it shall be, or the group does not know yet where that is.
    fn is_to_hear_more(&self, member_id: &str) -> bool {
        let assignment_epoch = self.hard.assignment_epoch;
        let is_there = |member: &Member| member.is_reconciled_to(assignment_epoch);
        self.hard.epoch > assignment_epoch || !self.member(member_id).is_some_and(is_there)
    }
}
