//! JoinGroup at a consumer group: a member of the classic protocol joins, or joins again to come to the newest target.
//!
//! It goes the way of a heartbeat of the new protocol, and never waits: nobody leads, and the answer is at once.

use std::sync::Arc;

use kabuki_metadata::chance::new_id;
use kabuki_records::kafka_id;

use super::api::Partitions;
use super::heartbeat::Heard;
use super::member::Member;
use super::target::Change;
use super::upgrade::said_in_classic;
use super::{ConsumerGroup, Look, Successor, Timer, records};
use crate::classic::{CONSUMER_PROTOCOL_TYPE, JoinAnswer, JoinRequest};
use crate::cx::Cx;
use crate::embedded::{self, NamedPartitions, Subscription};
use crate::error::GroupError;
use crate::records::GroupRecord;
use crate::settings::MigrationPolicy;
use crate::topics::Topics;

/// What a JoinGroup comes to. Nothing of it has happened yet.
struct Turn {
    records: Vec<GroupRecord>,
    answer: JoinAnswer,
    heard: Heard,
    successor: Option<Successor>,
}

impl ConsumerGroup {
    /// JoinGroup, checked by itself already, at a group with members. Refusals leave it as it is, without records.
    pub fn join_classic<A>(
        &mut self,
        cx: &mut Cx<'_, GroupRecord, A>,
        request: &JoinRequest,
    ) -> JoinAnswer {
        let group_settings = self.group_settings(cx.settings).clone();
        let look = Look::of(cx, &group_settings);
        let is_nameless = request.member_id.is_empty();
        let member_id = match is_nameless {
            true => kafka_id::to_text(new_id(cx.chance)),
            false => request.member_id.clone(),
        };
        if let Err(error) = self.check_classic_join(look, &member_id, request) {
            return JoinAnswer::refusal("", error);
        }
        let is_dynamic = request.group_instance_id.is_none();
        if is_nameless && is_dynamic && request.requires_known_member_id() {
            return JoinAnswer::refusal(&member_id, GroupError::MemberIdRequired);
        }
        let turn = self.decide_classic_join(look, &member_id, request);
        let Turn { records, answer, heard, successor } = match turn {
            Err(error) => return JoinAnswer::refusal("", error),
            Ok(turn) => turn,
        };
        let stays = successor.is_none();
        if let Err(refusal) = self.settle(cx, records, successor) {
            return JoinAnswer::refusal("", refusal.error);
        }
        self.timers.cancel(&Timer::Join(member_id.clone()));
        if stays {
            self.hear(cx, look, heard);
            let sync_ms = u64::try_from(request.rebalance_timeout_ms()).unwrap_or(0);
            let deadline = look.now.monotonic_ms.saturating_add(sync_ms);
            self.timers.set(Timer::Sync(member_id), deadline);
        }
        answer
    }

    fn check_classic_join(
        &self,
        look: Look<'_>,
        member_id: &str,
        request: &JoinRequest,
    ) -> Result<(), GroupError> {
        if look.settings.migration_policy == MigrationPolicy::Disabled {
            return Err(GroupError::InconsistentGroupProtocol);
        }
        self.check_size(look.settings, member_id).map_err(|refusal| refusal.error)?;
        if !self.supports(request) {
            return Err(GroupError::InconsistentGroupProtocol);
        }
        Ok(())
    }

    /// The member knows a protocol that all members of the classic protocol know.
    fn supports(&self, request: &JoinRequest) -> bool {
        let classic = || self.hard.members.values().filter_map(|member| member.classic.as_ref());
        request.protocol_type == CONSUMER_PROTOCOL_TYPE
            && request.protocols.iter().any(|asked| {
                classic().all(|said| {
                    said.supported_protocols.iter().any(|known| known.name == asked.name)
                })
            })
    }

    fn decide_classic_join(
        &self,
        look: Look<'_>,
        member_id: &str,
        request: &JoinRequest,
    ) -> Result<Turn, GroupError> {
        let (member, mut out) = self.joining_member(member_id, request)?;
        let instance_id = request.group_instance_id.as_ref();
        let replaced = instance_id
            .and_then(|name| self.static_member(name))
            .filter(|replaced| self.may_downgrade_by_replacing(look, replaced));
        let first = request.protocols.first().ok_or(GroupError::InconsistentGroupProtocol)?;
        let subscription =
            embedded::subscription(&first.metadata).map_err(|_| GroupError::UnknownServerError)?;
        let owned = by_id(&subscription.owned, look.topics);
        let updated = tell(&member, request, subscription);
        if updated != member {
            out.push(records::member(&self.id, &updated));
        }
        let names_changed = updated.subscribed_topic_names != member.subscribed_topic_names;
        let patterns = self
            .propose_patterns(look, &member, &updated, &mut out)
            .map_err(|refusal| refusal.error)?;
        let changed = names_changed || patterns.changed;
        let epoch = self.propose_epoch(look, changed, &member, &updated, &mut out);
        let change = Change {
            member: &member,
            updated: &updated,
            epoch: epoch.epoch,
            homogeneous: epoch.homogeneous,
        };
        let is_behind = self.hard.assignment_epoch < epoch.epoch;
        let target = match replaced {
            Some(_) if is_behind => None,
            Some(_) => Some((self.hard.assignment_epoch, self.last_target(&updated))),
            None => Some(
                self.propose_target(look, &change, &mut out).map_err(|refusal| refusal.error)?,
            ),
        };
        let mut next = None;
        if let Some(target) = target {
            next = self
                .propose_step(look, &updated, &target, changed, Some(&owned))
                .map_err(|refusal| refusal.error)?;
        }
        if let Some(next) = &next {
            out.push(records::current(&self.id, next));
        }
        let next = next.unwrap_or(updated);
        let successor = match replaced {
            Some(replaced) => {
                let reason = "a member of the classic protocol takes the last other one's place";
                let rebalance = is_behind.then_some(reason);
                let successor =
                    self.propose_successor_with(look, &replaced.id, &next, rebalance, &mut out);
                Some(successor.ok_or(GroupError::GroupIdNotFound)?)
            }
            None => None,
        };
        Ok(Turn {
            records: out,
            answer: JoinAnswer {
                error: None,
                generation_id: next.epoch,
                protocol_type: Some(CONSUMER_PROTOCOL_TYPE.to_owned()),
                protocol_name: Some(first.name.clone()),
                leader: String::new(),
                skip_assignment: false,
                member_id: member_id.to_owned(),
                members: Vec::new(),
            },
            heard: Heard {
                member_id: member_id.to_owned(),
                session_ms: u64::try_from(request.session_timeout_ms).unwrap_or(0),
                rebalance: None,
                metadata_refreshed: epoch.refreshed,
                resolve: patterns.resolve,
            },
            successor,
        })
    }

    /// The member that joins, as the group knows it; a new one if it is not known. A static member that comes without its id
    /// is a copy of the one that it replaces, whatever protocol that speaks, and then there are the records of the change.
    fn joining_member(
        &self,
        member_id: &str,
        request: &JoinRequest,
    ) -> Result<(Member, Vec<GroupRecord>), GroupError> {
        let known = || {
            let known = self.hard.members.get(member_id).cloned();
            known.unwrap_or_else(|| Member::new(member_id))
        };
        let Some(name) = &request.group_instance_id else { return Ok((known(), Vec::new())) };
        if !request.member_id.is_empty() {
            return Ok((self.known(member_id, Some(name))?.clone(), Vec::new()));
        }
        let Some(before) = self.static_member(name) else { return Ok((known(), Vec::new())) };
        let mut member = before.clone();
        member.id = member_id.to_owned();
        member.epoch = 0;
        member.previous_epoch = 0;
        let mut replaced = Vec::new();
        self.propose_replacement(before, &member, &mut replaced);
        Ok((member, replaced))
    }
}

/// The member with what it said of itself. Patterns are not known to the classic protocol.
fn tell(member: &Member, request: &JoinRequest, subscription: Subscription) -> Member {
    let mut updated = member.clone();
    updated.instance_id = request.group_instance_id.clone().or(updated.instance_id);
    updated.rack_id = subscription.rack_id.or(updated.rack_id);
    if request.rebalance_timeout_ms() != -1 {
        updated.rebalance_timeout = request.rebalance_timeout_ms();
    }
    updated.subscribed_topic_names = Arc::new(subscription.topics.into_iter().collect());
    updated.subscribed_topic_regex = Some(String::new());
    updated.client_id.clone_from(&request.client_id);
    updated.client_host.clone_from(&request.client_host);
    updated.classic = Some(said_in_classic(request.session_timeout_ms, &request.protocols));
    updated
}

/// Topics that do not exist are left out.
fn by_id(named: &NamedPartitions, topics: &dyn Topics) -> Partitions {
    let mut partitions = Partitions::new();
    for (name, numbers) in named {
        if let Some(topic) = topics.by_name(name) {
            partitions.entry(topic.id).or_default().extend(numbers);
        }
    }
    partitions
}
