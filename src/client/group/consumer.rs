//! A member of a group of the consumer protocol (KIP-848), as a plain state machine.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_wire::messages::consumer_group_heartbeat_request::TopicPartitions;
use kabuki_wire::messages::{ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse};
use kabuki_wire::{ResponseError, Uuid};

use super::{GroupOptions, Membership, milliseconds};
use crate::client::{text, topic_name};
use crate::coordinator::group_id;
use crate::error::BrokerError;
use crate::groups::TopicPartition;

/// The epochs with which a member joins, leaves, and leaves to come back under its own id.
const JOINING: i32 = 0;
const LEAVING: i32 = -1;
const LEAVING_FOR_A_WHILE: i32 = -2;
/// In this version the coordinator gives the member its id.
const ID_BY_COORDINATOR: i16 = 0;

/// What follows from an answer, or from what was heard before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing has changed.
    Nothing,
    /// These partitions are to be given up.
    Release(BTreeSet<TopicPartition>),
    /// These are the member's partitions now; the coordinator is to hear so at once.
    Assigned(BTreeSet<TopicPartition>),
    /// The coordinator does not know this member any more, which is to join again.
    Lost,
}

/// The member.
#[derive(Debug)]
pub(crate) struct ConsumerMember {
    member_id: String,
    /// 0 until it has joined.
    epoch: i32,
    /// What it reads, and as the coordinator names it.
    owned: BTreeSet<TopicPartition>,
    owned_by_id: BTreeMap<Uuid, BTreeSet<i32>>,
    /// What it is to read, while that is something else.
    target: Option<BTreeMap<Uuid, BTreeSet<i32>>>,
    /// What the user was told to give up.
    released: BTreeSet<TopicPartition>,
    /// The coordinator does not know yet what is owned.
    is_news: bool,
    /// The user was told of `owned`.
    is_told: bool,
}

impl ConsumerMember {
    /// `member_id`: unique; the member keeps it for its life.
    pub(crate) fn new(member_id: String) -> Self {
        Self {
            member_id,
            epoch: JOINING,
            owned: BTreeSet::new(),
            owned_by_id: BTreeMap::new(),
            target: None,
            released: BTreeSet::new(),
            is_news: true,
            is_told: false,
        }
    }

    pub(crate) fn membership(&self, options: &GroupOptions) -> Membership {
        Membership {
            member_id: self.member_id.clone(),
            epoch: self.epoch,
            instance_id: options.instance_id.clone(),
        }
    }

    /// Everything when it joins, and afterwards only what has changed.
    pub(crate) fn heartbeat_request(
        &self,
        options: &GroupOptions,
        version: i16,
    ) -> ConsumerGroupHeartbeatRequest {
        let is_joining = self.epoch == JOINING;
        let is_nameless = is_joining && version <= ID_BY_COORDINATOR;
        let member_id = if is_nameless { "" } else { &self.member_id };
        let topic = |(id, partitions): (&Uuid, &BTreeSet<i32>)| {
            TopicPartitions::default()
                .with_topic_id(*id)
                .with_partitions(partitions.iter().copied().collect())
        };
        let owned = || self.owned_by_id.iter().map(topic).collect();
        let topics = || options.topics.iter().map(|name| topic_name(name)).collect();
        let rebalance_timeout = milliseconds(options.rebalance_timeout);
        ConsumerGroupHeartbeatRequest::default()
            .with_group_id(group_id(&options.group))
            .with_member_id(text(member_id))
            .with_member_epoch(self.epoch)
            .with_instance_id(options.instance_id.as_deref().map(text))
            .with_rebalance_timeout_ms(if is_joining { rebalance_timeout } else { -1 })
            .with_subscribed_topic_names(is_joining.then(topics))
            .with_topic_partitions((is_joining || self.is_news).then(owned))
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// The coordinator does not take this member, or is not ready.
    pub(crate) fn heard(
        &mut self,
        answer: &ConsumerGroupHeartbeatResponse,
    ) -> Result<Next, BrokerError> {
        match BrokerError::check(answer.error_code, answer.error_message.as_deref()) {
            Ok(()) => {}
            Err(error) if is_lost(error.error) => {
                self.start_anew();
                return Ok(Next::Lost);
            }
            Err(error) => return Err(error),
        }
        if let Some(id) = answer.member_id.as_ref().filter(|id| !id.is_empty()) {
            self.member_id = id.to_string();
        }
        self.epoch = answer.member_epoch;
        self.is_news = false;
        if let Some(assignment) = &answer.assignment {
            let topics = assignment.topic_partitions.iter();
            let partitions =
                topics.map(|it| (it.topic_id, it.partitions.iter().copied().collect()));
            self.target = Some(partitions.collect());
        }
        Ok(Next::Nothing)
    }

    /// The ids of topics whose names [`Self::reconcile`] needs.
    pub(crate) fn target_ids(&self) -> Vec<Uuid> {
        self.target.iter().flatten().map(|(id, _)| *id).collect()
    }

    /// One step towards what the coordinator wants. Topics whose names are unknown wait until they are known.
    pub(crate) fn reconcile(&mut self, names: &BTreeMap<Uuid, String>) -> Next {
        let Some(target) = &self.target else { return Next::Nothing };
        let known = target.iter().filter(|(id, _)| names.contains_key(id));
        let by_id: BTreeMap<Uuid, BTreeSet<i32>> =
            known.map(|(id, partitions)| (*id, partitions.clone())).collect();
        let wanted = by_id.iter().flat_map(|(id, partitions)| {
            partitions.iter().map(|&partition| (names[id].clone(), partition))
        });
        let wanted: BTreeSet<TopicPartition> = wanted.collect();
        let released: BTreeSet<_> = self.owned.difference(&wanted).cloned().collect();
        if !released.is_subset(&self.released) {
            self.released = released.clone();
            return Next::Release(released);
        }
        self.released.clear();
        if by_id.len() == target.len() {
            self.target = None;
        }
        if self.is_told && wanted == self.owned {
            return Next::Nothing;
        }
        (self.owned, self.owned_by_id) = (wanted, by_id);
        (self.is_news, self.is_told) = (true, true);
        Next::Assigned(self.owned.clone())
    }

    /// An answer was lost: the coordinator is told again what is owned.
    pub(crate) fn tell_again(&mut self) {
        self.is_news = true;
    }

    /// Whether the coordinator waits for something that it has not been told.
    pub(crate) fn has_news(&self) -> bool {
        self.is_news
    }

    /// `None` when it has not joined.
    pub(crate) fn leave_request(
        &self,
        options: &GroupOptions,
    ) -> Option<ConsumerGroupHeartbeatRequest> {
        let is_back = options.instance_id.is_some();
        (self.epoch > JOINING).then(|| {
            ConsumerGroupHeartbeatRequest::default()
                .with_group_id(group_id(&options.group))
                .with_member_id(text(&self.member_id))
                .with_member_epoch(if is_back { LEAVING_FOR_A_WHILE } else { LEAVING })
                .with_instance_id(options.instance_id.as_deref().map(text))
                .with_rebalance_timeout_ms(-1)
        })
    }

    fn start_anew(&mut self) {
        let member_id = std::mem::take(&mut self.member_id);
        *self = Self::new(member_id);
    }
}

fn is_lost(error: ResponseError) -> bool {
    matches!(error, ResponseError::UnknownMemberId | ResponseError::FencedMemberEpoch)
}

#[cfg(test)]
mod tests;
