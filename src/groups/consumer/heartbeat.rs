//! ConsumerGroupHeartbeat: what a member says, decided and done.

use std::collections::BTreeMap;
use std::sync::Arc;

use kabuki_coordination::{Now, Ticket};
use kabuki_metadata::Chance;
use kabuki_metadata::chance::new_id;
use kabuki_records::kafka_id;

use super::api::{
    Answer, HeartbeatAnswer, HeartbeatRequest, JOIN_EPOCH, LEAVE_EPOCH, LEAVE_FOR_A_WHILE_EPOCH,
    Partitions, Refusal,
};
use super::member::{Member, MemberState, Owned};
use super::reconcile::Reconcile;
use super::target::Change;
use super::{ConsumerGroup, Look, METADATA_REFRESH_MS, Successor, Target, Timer, hash, records};
use crate::cx::Cx;
use crate::error::GroupError;
use crate::records::GroupRecord;

/// What a heartbeat comes to. Nothing of it has happened yet.
pub(super) struct Turn {
    pub(super) records: Vec<GroupRecord>,
    /// Without the interval, which depends on what comes of the records.
    pub(super) answer: HeartbeatAnswer,
    /// The answer says nothing that the member does not know: it depends on no record.
    pub(super) no_news: bool,
    /// The member that was heard of, if it stays.
    pub(super) heard: Option<Heard>,
    /// The classic group that takes the place of this one.
    pub(super) successor: Option<Successor>,
}

/// What follows for a member, beside the records.
pub(super) struct Heard {
    pub(super) member_id: String,
    /// After so long without a sign of life it is gone.
    pub(super) session_ms: u64,
    /// Its next step changed the time that it has to give partitions up: a deadline, or none any more.
    pub(super) rebalance: Option<Option<u64>>,
    /// The topics that the group reads were looked at.
    pub(super) metadata_refreshed: bool,
    /// The patterns of the group are to be resolved.
    pub(super) resolve: bool,
}

/// What a request may bring about, as far as the group as a whole is concerned.
pub(super) struct Epoch {
    pub(super) epoch: i32,
    pub(super) homogeneous: bool,
    pub(super) refreshed: bool,
}

impl ConsumerGroup {
    /// A member says that it is there, what it reads and what it has, and is told what it may have.
    ///
    /// A group without records knows no members: all that can be done there is to join. Refusals leave it as it is, without
    /// records. `false` for a refusal.
    pub fn heartbeat<A: From<Answer>>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        ticket: Ticket,
        request: &HeartbeatRequest,
    ) -> bool {
        let group_settings = self.group_settings(cx.settings).clone();
        let look = Look::of(cx, &group_settings);
        let before = cx.effects.records.len();
        let turn = self.decide(look, cx.chance, request);
        match turn.and_then(|turn| self.carry_out(cx, look, request, turn)) {
            Err(refusal) => {
                cx.effects.answer_at_once(ticket, Answer::Heartbeat(Err(refusal)));
                false
            }
            Ok((answer, no_news)) => {
                let answer = Answer::Heartbeat(Ok(answer));
                if no_news && cx.effects.records.len() == before {
                    cx.effects.answer_at_once(ticket, answer);
                } else {
                    cx.effects.answer(ticket, answer);
                }
                true
            }
        }
    }

    /// Does what was decided, and says the answer and whether it is no news.
    fn carry_out<A>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        look: Look<'_>,
        request: &HeartbeatRequest,
        turn: Turn,
    ) -> Result<(HeartbeatAnswer, bool), Refusal> {
        let Turn { records, mut answer, no_news, heard, successor } = turn;
        let settled = self.settle(cx, records, successor);
        if let Some(heard) = heard {
            if settled.is_ok() {
                self.hear(cx, look, heard);
                let joins = request.member_epoch == JOIN_EPOCH;
                answer.heartbeat_interval_ms =
                    self.heartbeat_interval_ms(look, &answer.member_id, joins);
            } else if self.member(&heard.member_id).is_some() {
                // A member is alive though what it asks for cannot be done.
                self.begin_session(look.now, heard.member_id, heard.session_ms);
            }
        }
        settled.map(|()| (answer, no_news))
    }

    fn decide(
        &self,
        look: Look<'_>,
        chance: &mut dyn Chance,
        request: &HeartbeatRequest,
    ) -> Result<Turn, Refusal> {
        request.check(&look.settings.consumer_assignors)?;
        let joins = request.member_epoch == JOIN_EPOCH;
        if !joins && !self.is_present() {
            let message = format!("there is no consumer group {}", self.id);
            return Err(Refusal::new(GroupError::GroupIdNotFound, message));
        }
        if matches!(request.member_epoch, LEAVE_EPOCH | LEAVE_FOR_A_WHILE_EPOCH) {
            return self.decide_leave(look, request);
        }
        self.check_size(look.settings, &request.member_id)?;
        let member_id = match request.member_id.as_str() {
            "" => kafka_id::to_text(new_id(chance)),
            given => given.to_owned(),
        };
        let (member, mut out) = self.asking_member(request, &member_id)?;
        let updated = tell(&member, request);
        if updated != member {
            out.push(records::member(&self.id, &updated));
        }
        let names_changed = updated.subscribed_topic_names != member.subscribed_topic_names;
        let patterns = self.propose_patterns(look, &member, &updated, &mut out)?;
        let bump = names_changed || patterns.resolved;
        let epoch = self.propose_epoch(look, bump, &member, &updated, &mut out);
        let change = Change {
            member: &member,
            updated: &updated,
            epoch: epoch.epoch,
            homogeneous: epoch.homogeneous,
        };
        let target = self.propose_target(look, &change, &mut out)?;
        let subscription_changed = names_changed || patterns.changed;
        let owned = request.topic_partitions.as_ref();
        let next = self.propose_step(look, &updated, &target, subscription_changed, owned)?;
        let mut rebalance = None;
        if let Some(next) = &next {
            out.push(records::current(&self.id, next));
            let deadline = look.now.monotonic_ms.saturating_add(next.rebalance_timeout_ms());
            rebalance = Some((next.state == MemberState::UnrevokedPartitions).then_some(deadline));
        }
        let next = next.unwrap_or(updated);
        let wants_all = joins || is_full(request) || next.assigned != member.assigned;
        Ok(Turn {
            records: out,
            no_news: !wants_all && next.epoch == request.member_epoch,
            answer: HeartbeatAnswer {
                member_id: member_id.clone(),
                member_epoch: next.epoch,
                assignment: wants_all.then(|| partitions(&next.assigned)),
                ..HeartbeatAnswer::default()
            },
            heard: Some(Heard {
                member_id,
                session_ms: look.group_settings.session_timeout_ms,
                rebalance,
                metadata_refreshed: epoch.refreshed,
                resolve: patterns.resolve,
            }),
            successor: None,
        })
    }

    /// The group epoch: one more if what members read changed, or the topics that they read did.
    pub(super) fn propose_epoch(
        &self,
        look: Look<'_>,
        bump: bool,
        member: &Member,
        updated: &Member,
        out: &mut Vec<GroupRecord>,
    ) -> Epoch {
        let hard = &self.hard;
        let expired = look.now.monotonic_ms >= self.metadata_expires_ms;
        if !bump && !expired {
            let homogeneous = hard.subscriptions.are_homogeneous(hard.members.len());
            return Epoch { epoch: hard.epoch, homogeneous, refreshed: false };
        }
        let mut after = hard.subscriptions.clone();
        after.change(Some(member), Some(updated));
        let left = member.pattern().filter(|pattern| updated.pattern() != Some(pattern));
        if let Some(left) = left.filter(|left| hard.subscriptions.members_by(left) == 1) {
            after.resolve(left, None);
        }
        let metadata_hash = hash::of_group(after.topics(), look.topics);
        let replaces =
            updated.instance_id.as_ref().is_some_and(|id| hard.static_members.contains_key(id));
        let is_new = !hard.members.contains_key(&updated.id) && !replaces;
        let homogeneous = after.are_homogeneous(hard.members.len() + usize::from(is_new));
        let mut epoch = hard.epoch;
        if bump || metadata_hash != hard.metadata_hash {
            epoch = epoch.saturating_add(1);
            out.push(records::group_epoch(&self.id, epoch, metadata_hash));
        }
        if hard.partition_metadata {
            out.push(records::partition_metadata_gone(&self.id));
        }
        Epoch { epoch, homogeneous, refreshed: true }
    }

    /// The member after its next step towards its target, if it changes.
    pub(super) fn propose_step(
        &self,
        look: Look<'_>,
        member: &Member,
        (assignment_epoch, target): &(i32, Target),
        subscription_changed: bool,
        owned: Option<&Partitions>,
    ) -> Result<Option<Member>, Refusal> {
        if !subscription_changed && member.is_reconciled_to(*assignment_epoch) {
            return Ok(None);
        }
        let subscriptions = &self.hard.subscriptions;
        let reads = |topic| {
            let name = look.topics.name_of(topic);
            name.is_some_and(|name| subscriptions.of(member).any(|read| read == name))
        };
        let next = Reconcile {
            assignment_epoch: *assignment_epoch,
            target,
            reads_any: subscriptions.of(member).next().is_some(),
            reads: &reads,
            subscription_changed,
            owned,
            is_owned: &|topic, partition| self.hard.partition_epochs.is_owned(topic, partition),
        }
        .next(member)?;
        Ok((next != *member).then_some(next))
    }

    /// What follows for a member once the records of its request are settled.
    pub(super) fn hear<A>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        look: Look<'_>,
        heard: Heard,
    ) {
        self.begin_session(look.now, heard.member_id.clone(), heard.session_ms);
        let rebalance = Timer::Rebalance(heard.member_id);
        match heard.rebalance {
            Some(Some(deadline)) => self.timers.set(rebalance, deadline),
            Some(None) => self.timers.cancel(&rebalance),
            None => {}
        }
        if heard.metadata_refreshed {
            self.metadata_expires_ms = look.now.monotonic_ms.saturating_add(METADATA_REFRESH_MS);
        }
        if heard.resolve {
            self.resolve_patterns(cx, look);
        }
    }

    pub(super) fn begin_session(&mut self, now: Now, member_id: String, session_ms: u64) {
        let deadline = now.monotonic_ms.saturating_add(session_ms);
        self.timers.set(Timer::Session(member_id), deadline);
    }
}

/// The member with what it said of itself.
fn tell(member: &Member, request: &HeartbeatRequest) -> Member {
    let mut updated = member.clone();
    let keep = |said: &Option<String>, before: Option<String>| said.clone().or(before);
    updated.instance_id = keep(&request.instance_id, updated.instance_id);
    updated.rack_id = keep(&request.rack_id, updated.rack_id);
    updated.server_assignor = keep(&request.server_assignor, updated.server_assignor);
    updated.subscribed_topic_regex =
        keep(&request.subscribed_topic_regex, updated.subscribed_topic_regex);
    if let Some(names) = &request.subscribed_topic_names {
        let names = names.iter().cloned().collect();
        if *updated.subscribed_topic_names != names {
            updated.subscribed_topic_names = Arc::new(names);
        }
    }
    if request.rebalance_timeout_ms != -1 {
        updated.rebalance_timeout = request.rebalance_timeout_ms;
    }
    updated.client_id.clone_from(&request.client_id);
    updated.client_host.clone_from(&request.client_host);
    updated.classic = None;
    updated
}

/// The member says everything, as a client does that does not know what the coordinator knows.
fn is_full(request: &HeartbeatRequest) -> bool {
    let reads =
        request.subscribed_topic_names.is_some() || request.subscribed_topic_regex.is_some();
    request.rebalance_timeout_ms != -1 && reads && request.topic_partitions.is_some()
}

fn partitions(owned: &Owned) -> Partitions {
    let numbers = |epochs: &BTreeMap<i32, i32>| epochs.keys().copied().collect();
    owned.iter().map(|(topic, epochs)| (*topic, numbers(epochs))).collect()
}
