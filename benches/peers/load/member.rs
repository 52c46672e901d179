//! A member of a group of the consumer protocol (KIP-848), which asks when Kafka's own consumer would.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kabuki_wire::StrBytes;
use kabuki_wire::messages::consumer_group_heartbeat_request::TopicPartitions;
use kabuki_wire::messages::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, GroupId,
};
use tokio::sync::mpsc::UnboundedSender;

use super::caller::Caller;
use super::convergence::News;
use super::topic::{Topic, topic_name};
use crate::error::{Error, Result};

/// The epoch of a member that joins.
const JOINING: i32 = 0;
/// The epoch of a member that leaves.
const LEAVING: i32 = -1;
/// The Java consumer's `max.poll.interval.ms`, which it has as the rebalance timeout.
const REBALANCE_TIMEOUT: Duration = Duration::from_secs(300);
/// Stands for a field that has not changed.
const UNCHANGED: i32 = -1;

/// What a member knows. It takes and gives up partitions at once, as a consumer does that has nothing to commit.
#[derive(Debug)]
pub(super) struct Membership {
    group: GroupId,
    id: StrBytes,
    topic: Topic,
    epoch: i32,
    /// `None` until it was first assigned something, if only nothing: that too is acknowledged.
    owned: Option<BTreeSet<i32>>,
    /// Its partitions have changed since the coordinator last heard of them.
    is_news: bool,
}

impl Membership {
    /// Of a member that has yet to join, and reads `topic`.
    pub(super) fn new(group: &GroupId, number: usize, topic: &Topic) -> Self {
        let id = StrBytes::from_string(format!("member-{number}"));
        let (group, topic) = (group.clone(), topic.clone());
        Self { group, id, topic, epoch: JOINING, owned: None, is_news: true }
    }

    /// Everything when it joins, and afterwards only what has changed.
    fn heartbeat(&self) -> ConsumerGroupHeartbeatRequest {
        let is_joining = self.epoch == JOINING;
        let timeout = if is_joining { REBALANCE_TIMEOUT.as_millis() as i32 } else { UNCHANGED };
        let topics = is_joining.then(|| vec![topic_name(&self.topic.name)]);
        ConsumerGroupHeartbeatRequest::default()
            .with_group_id(self.group.clone())
            .with_member_id(self.id.clone())
            .with_member_epoch(self.epoch)
            .with_rebalance_timeout_ms(timeout)
            .with_subscribed_topic_names(topics)
            .with_topic_partitions(self.is_news.then(|| self.owned()))
    }

    fn owned(&self) -> Vec<TopicPartitions> {
        let some = self.owned.iter().filter(|owned| !owned.is_empty());
        let of_topic = some.map(|owned| {
            TopicPartitions::default()
                .with_topic_id(self.topic.id)
                .with_partitions(owned.iter().copied().collect())
        });
        of_topic.collect()
    }

    /// Takes an answer, and tells what has changed for those who watch: what was reported, not what is to be next.
    fn heard(
        &mut self,
        number: usize,
        answer: &ConsumerGroupHeartbeatResponse,
    ) -> Result<Option<News>> {
        Error::check("ConsumerGroupHeartbeat", answer.error_code)?;
        let has_changed = self.is_news || self.epoch != answer.member_epoch;
        self.epoch = answer.member_epoch;
        let news = News {
            member: number,
            epoch: self.epoch,
            owned: self.owned.clone().unwrap_or_default(),
        };
        self.is_news = false;
        if let Some(assignment) = &answer.assignment {
            let topics = assignment.topic_partitions.iter();
            let own = topics.filter(|topic| topic.topic_id == self.topic.id);
            let assigned = Some(own.flat_map(|topic| &topic.partitions).copied().collect());
            self.is_news = assigned != self.owned;
            self.owned = assigned;
        }
        Ok(has_changed.then_some(news))
    }

    /// What it says at its end.
    pub(super) fn leave(&self) -> ConsumerGroupHeartbeatRequest {
        ConsumerGroupHeartbeatRequest::default()
            .with_group_id(self.group.clone())
            .with_member_id(self.id.clone())
            .with_member_epoch(LEAVING)
            .with_rebalance_timeout_ms(UNCHANGED)
    }
}

/// A member and its connection.
#[derive(Debug)]
pub(super) struct Member {
    /// What tells it from others.
    pub(super) number: usize,
    /// What it knows.
    pub(super) membership: Membership,
    /// The connection to its coordinator.
    pub(super) caller: Caller,
    /// That of its requests.
    pub(super) version: i16,
}

impl Member {
    /// Joins, and lives until nobody listens to its news: its heartbeats go out in the interval that the coordinator
    /// wants, and at once when its partitions have changed.
    pub(super) async fn live(mut self, news: UnboundedSender<News>) -> Result<()> {
        loop {
            let asked = Instant::now();
            let answer = self.caller.ask(self.version, &self.membership.heartbeat()).await?;
            if let Some(heard) = self.membership.heard(self.number, &answer)?
                && news.send(heard).is_err()
            {
                return Ok(());
            }
            if !self.membership.is_news {
                let interval = Duration::from_millis(answer.heartbeat_interval_ms as u64);
                tokio::time::sleep_until((asked + interval).into()).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kabuki_wire::Uuid;
    use kabuki_wire::messages::consumer_group_heartbeat_response::{
        Assignment, TopicPartitions as Assigned,
    };

    fn answer(epoch: i32, assigned: Option<&[i32]>) -> ConsumerGroupHeartbeatResponse {
        let of_topic = |partitions: &[i32]| {
            let topic = Assigned::default().with_topic_id(Uuid::from_u128(7));
            let topic = topic.with_partitions(partitions.to_vec());
            Assignment::default().with_topic_partitions(vec![topic])
        };
        let answer = ConsumerGroupHeartbeatResponse::default().with_member_epoch(epoch);
        answer.with_assignment(assigned.map(of_topic))
    }

    fn reported(membership: &Membership) -> Option<Vec<i32>> {
        let topics = membership.heartbeat().topic_partitions?;
        Some(topics.into_iter().flat_map(|topic| topic.partitions).collect())
    }

    #[test]
    fn the_first_assignment_is_acknowledged_even_if_it_is_empty() {
        let topic = Topic { name: "t".to_owned(), id: Uuid::from_u128(7), partitions: 4 };
        let group = GroupId(StrBytes::from_static_str("g"));
        let mut member = Membership::new(&group, 0, &topic);
        for (assigned, expected) in [(None, false), (Some(&[][..]), true), (Some(&[]), false)] {
            member.heard(0, &answer(1, assigned)).expect("no error");
            assert_eq!(member.is_news, expected);
            assert_eq!(reported(&member), expected.then(Vec::new));
        }
    }

    #[test]
    fn a_change_is_reported_once_and_counts_when_it_was_heard() {
        let topic = Topic { name: "t".to_owned(), id: Uuid::from_u128(7), partitions: 4 };
        let group = GroupId(StrBytes::from_static_str("g"));
        let mut member = Membership::new(&group, 3, &topic);
        let news = |epoch, owned: &[i32]| {
            Some(News { member: 3, epoch, owned: owned.iter().copied().collect() })
        };
        assert_eq!(reported(&member), Some(vec![]));
        let joined = member.heard(3, &answer(1, Some(&[0, 1]))).expect("no error");
        assert_eq!((joined, member.is_news), (news(1, &[]), true));
        assert_eq!(reported(&member), Some(vec![0, 1]));
        let heard = member.heard(3, &answer(1, None)).expect("no error");
        assert_eq!((heard, member.is_news), (news(1, &[0, 1]), false));
        assert_eq!(reported(&member), None);
        assert_eq!(member.heard(3, &answer(1, None)).expect("no error"), None);
        assert_eq!(member.heard(3, &answer(2, None)).expect("no error"), news(2, &[0, 1]));
        let thrown_out = ConsumerGroupHeartbeatResponse::default().with_error_code(25);
        assert!(member.heard(3, &thrown_out).is_err());
    }
}
