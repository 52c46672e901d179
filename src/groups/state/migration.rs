//! Groups that change their kind while members are in them.

use kabuki_coordination::{Now, Ticket};

use super::{Group, GroupState, Wanted, cx};
use crate::consumer::{self, ConsumerGroup, HeartbeatRequest, Successor};
use crate::error::GroupError;

impl GroupState {
    /// A member of the consumer protocol joins where there is no consumer group: it begins one, unless it is refused. A classic
    /// group with members becomes that group, and one without gives way, whose offsets stay.
    pub(super) fn begin_consumers(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: &HeartbeatRequest,
        wanted: &mut Wanted,
    ) {
        let id = &request.group_id;
        let mut group = self.new_consumer_group(id);
        let mut classic = match self.groups.get_mut(id) {
            Some(Group::Classic(classic)) => Some(classic),
            _ => None,
        };
        let before = wanted.records.len();
        let mut cx = cx(&self.world, &mut *self.chance, now, wanted);
        let checked = request.check(&self.world.settings.consumer_assignors);
        let begun = checked.and_then(|()| match &classic {
            None => Ok(()),
            Some(emptied) if emptied.validate_delete().is_ok() => {
                cx.effects.records.push(emptied.tombstone());
                Ok(())
            }
            Some(classic) => ConsumerGroup::check_upgrade(classic, &self.world.settings)
                .and_then(|()| group.upgrade(&mut cx, classic)),
        });
        if let Err(refusal) = begun {
            let answer = consumer::Answer::Heartbeat(Err(refusal));
            return cx.effects.answer_at_once(ticket, answer);
        }
        if !group.heartbeat(&mut cx, ticket, request) {
            cx.effects.records.truncate(before);
            return;
        }
        if let Some(classic) = &mut classic {
            // Whoever waits is to join again, and finds the other group.
            classic.refuse_all(&mut cx, GroupError::RebalanceInProgress);
            tracing::info!(group = id, "a classic group has become a consumer group");
        }
        self.groups.insert(id.clone(), Group::Consumer(Box::new(group)));
        self.set_deadline(id);
    }

    /// Puts the classic group that follows a consumer group in its place.
    pub(super) fn let_succeed(&mut self, now: Now, id: &str, wanted: &mut Wanted) {
        let Some(Group::Consumer(group)) = self.groups.get_mut(id) else { return };
        let Some(Successor { mut group, rebalance }) = group.take_successor() else { return };
        for member in group.members.ids() {
            group.begin_session(now, &member);
        }
        if let Some(reason) = rebalance {
            let mut cx = cx(&self.world, &mut *self.chance, now, wanted);
            group.prepare_rebalance(&mut cx, reason);
        }
        tracing::info!(group = id, "a consumer group has become a classic group");
        self.groups.insert(id.to_owned(), Group::Classic(Box::new(group)));
    }
}
