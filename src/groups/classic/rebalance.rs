//! From one generation to the next.

use kabuki_coordination::bugs::seeded;

use super::api::Answer;
use super::members::Member;
use super::{ClassicGroup, ClassicGroupState, InitialDelay, TimerKey, protocols, refuse_sync};
use crate::bugs;
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

impl ClassicGroup {
    /// Members join a group that was empty: it waits for more of them.
    pub(crate) fn is_initial_rebalance(&self) -> bool {
        self.state == ClassicGroupState::PreparingRebalance
            && self.previous_state == ClassicGroupState::Empty
    }

    fn all_have_joined(&self) -> bool {
        self.members.len() == self.members.awaiting_join() && self.pending.is_empty()
    }

    /// Begins a rebalance, or ends the one that is running if this was all it waited for.
    pub(crate) fn rebalance_or_complete<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        reason: &str,
    ) {
        match self.state {
            ClassicGroupState::Empty
            | ClassicGroupState::CompletingRebalance
            | ClassicGroupState::Stable => self.prepare_rebalance(cx, reason),
            ClassicGroupState::PreparingRebalance => self.complete_join_if_all_have_joined(cx),
            ClassicGroupState::Dead => {}
        }
    }

    /// The delay of the first rebalance is waited for in any case.
    pub(crate) fn complete_join_if_all_have_joined<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
    ) {
        if self.state == ClassicGroupState::PreparingRebalance
            && !self.is_initial_rebalance()
            && self.all_have_joined()
        {
            self.complete_join(cx);
        }
    }

    /// Asks all members to join again.
    pub(crate) fn prepare_rebalance<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        reason: &str,
    ) {
        if self.state == ClassicGroupState::CompletingRebalance {
            self.members.assign(|_| Default::default());
            for id in self.members.ids() {
                if let Some(ticket) = self.members.take_sync_ticket(&id) {
                    refuse_sync(cx, ticket, GroupError::RebalanceInProgress);
                    self.begin_session(cx.now, &id);
                }
            }
        }
        self.pending_sync.clear();
        self.timers.cancel(&TimerKey::Sync);
        let was_empty = self.state == ClassicGroupState::Empty;
        tracing::info!(
            group = %self.id,
            generation = self.generation_id,
            state = self.state.name(),
            reason,
            "rebalance of a group begins"
        );
        self.transition(cx.now, ClassicGroupState::PreparingRebalance);
        let rebalance_timeout_ms = self.members.rebalance_timeout_ms();
        if was_empty {
            let delay_ms = cx.settings.initial_rebalance_delay_ms;
            let remaining_ms = rebalance_timeout_ms.saturating_sub(delay_ms);
            self.initial_delay = Some(InitialDelay { delay_ms, remaining_ms });
            self.set_timer(cx.now, TimerKey::Join, delay_ms);
        } else if self.all_have_joined() {
            self.complete_join(cx);
        } else {
            self.set_timer(cx.now, TimerKey::Join, rebalance_timeout_ms);
        }
    }

    /// The first rebalance waits once more if a member came meanwhile and time is left; any other one goes on with
    /// those who have joined.
    pub(crate) fn join_time_is_up<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        let extended = self.initial_delay.filter(|delay| delay.remaining_ms > 0);
        if let Some(InitialDelay { delay_ms, remaining_ms }) = extended
            && self.new_member_added
        {
            self.new_member_added = false;
            let next_ms = cx.settings.initial_rebalance_delay_ms.min(remaining_ms);
            self.initial_delay = Some(InitialDelay {
                delay_ms: next_ms,
                remaining_ms: remaining_ms.saturating_sub(delay_ms),
            });
            self.set_timer(cx.now, TimerKey::Join, next_ms);
        } else {
            self.complete_join(cx);
        }
    }

    /// Ends the phase of joining: whoever has not joined is out, static members excepted.
    fn complete_join<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        self.timers.cancel(&TimerKey::Join);
        self.initial_delay = None;
        let absent = self.members.iter().filter(|member| !member.is_awaiting_join());
        let absent = absent.filter(|member| !member.is_static()).map(|member| member.id.clone());
        for id in absent.collect::<Vec<_>>() {
            tracing::info!(group = %self.id, member = %id, "a member did not join again");
            self.remove(cx, &id);
        }
        if !self.elect_leader() && !self.members.is_empty() {
            // Only static members are left and none of them has come: their sessions end this. A timeout of nothing
            // would be due for ever.
            let again_ms = self.members.rebalance_timeout_ms().max(1);
            self.set_timer(cx.now, TimerKey::Join, again_ms);
            return;
        }
        self.begin_generation(cx);
    }

    /// A leader that has not joined is replaced by the first member that has. `false` if nobody has joined.
    fn elect_leader(&mut self) -> bool {
        let leader = self.leader_id.as_deref().and_then(|id| self.members.get(id));
        if leader.is_some_and(|leader| leader.is_awaiting_join()) {
            return true;
        }
        match self.members.iter().find(|member| member.is_awaiting_join()) {
            Some(member) => {
                self.leader_id = Some(member.id.clone());
                true
            }
            None => false,
        }
    }

    fn begin_generation<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        if !seeded(bugs::SAME_GENERATION) {
            self.generation_id = self.generation_id.wrapping_add(1);
        }
        self.pending_sync.clear();
        self.protocol_name = protocols::select(&self.members);
        self.subscribed_topics = self.compute_subscribed_topics();
        tracing::info!(
            group = %self.id,
            generation = self.generation_id,
            members = self.members.len(),
            "a group has a new generation"
        );
        if self.members.is_empty() {
            self.transition(cx.now, ClassicGroupState::Empty);
            self.propose(cx);
            return;
        }
        self.transition(cx.now, ClassicGroupState::CompletingRebalance);
        for id in self.members.ids() {
            if let Some(ticket) = self.members.take_join_ticket(&id) {
                self.answer_join(cx, ticket, &id, self.is_leader(&id));
            }
            self.members.mark_known(&id);
            self.begin_session(cx.now, &id);
            self.pending_sync.insert(id);
        }
        let sync_ms = self.members.rebalance_timeout_ms();
        self.set_timer(cx.now, TimerKey::Sync, sync_ms);
    }

    /// Members that have joined and do not ask for their share are out.
    pub(crate) fn sync_time_is_up<A: From<Answer>>(&mut self, cx: &mut Cx<'_, GroupRecord, A>) {
        let synced = matches!(
            self.state,
            ClassicGroupState::CompletingRebalance | ClassicGroupState::Stable
        );
        if !synced || self.pending_sync.is_empty() {
            return;
        }
        for id in std::mem::take(&mut self.pending_sync) {
            tracing::info!(group = %self.id, member = %id, "a member did not sync in time");
            self.remove(cx, &id);
        }
        self.prepare_rebalance(cx, "members did not sync in time");
    }

    /// Nothing was heard of the member for as long as its session lasts.
    pub(crate) fn session_is_over<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        member_id: &str,
    ) {
        let was_pending = self.pending.contains(member_id);
        let waits = self.members.get(member_id).map(Member::has_satisfied_heartbeat);
        if waits.unwrap_or(!was_pending) || seeded(bugs::ENDLESS_SESSION) {
            return;
        }
        tracing::info!(group = %self.id, member = %member_id, "the session of a member is over");
        self.remove(cx, member_id);
        match self.state {
            ClassicGroupState::CompletingRebalance | ClassicGroupState::Stable if !was_pending => {
                self.prepare_rebalance(cx, "the session of a member is over");
            }
            // Unlike a member that leaves, it ends even the first rebalance if all others have joined.
            ClassicGroupState::PreparingRebalance if self.all_have_joined() => {
                self.complete_join(cx);
            }
            _ => {}
        }
    }
}
