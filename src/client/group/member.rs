//! A member of a group that asks and answers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kabuki_records::kafka_id;
use kabuki_wire::messages::{
    ConsumerGroupHeartbeatRequest, HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest,
    SyncGroupRequest,
};
use kabuki_wire::{ResponseError, Uuid};
use tokio::time::Instant;

use super::classic::{ClassicMember, Heard, Joined};
use super::consumer::{ConsumerMember, Next};
use super::range;
use super::{GroupEvent, GroupOptions, GroupProtocol, Membership};
use crate::client::Client;
use crate::coordinator::group_what;
use crate::error::{BrokerError, ClientError};
use crate::groups::{Assignment, PartitionOutcomes, TopicPartition};

/// After this long the leader of a classic group looks whether topics have grown: Kafka's `metadata.max.age.ms`.
const TOPICS_AGE: Duration = Duration::from_secs(300);

/// A consumer's membership of a group.
///
/// It runs within the calls of its user, who calls [`Self::poll`] at least as often as [`Self::until_due`] says, reads
/// the partitions that it was told of, and commits. Positions are the user's.
#[derive(Debug)]
pub struct GroupConsumer {
    options: GroupOptions,
    member: Member,
    /// When the coordinator is to hear from the member again.
    due: Instant,
    /// Since when the coordinator has not been of use.
    failing_since: Option<Instant>,
}

#[derive(Debug)]
enum Member {
    Classic { member: ClassicMember, stage: Stage, leads: Option<Leading> },
    Consumer(ConsumerMember),
}

/// Where a classic member stands.
#[derive(Debug)]
enum Stage {
    /// It is to join.
    Outside,
    /// It has these partitions.
    Inside(BTreeSet<TopicPartition>),
}

/// What the leader of a classic group has seen.
#[derive(Debug)]
struct Leading {
    counts: BTreeMap<String, i32>,
    looked: Instant,
}

impl GroupConsumer {
    /// A member that joins with the first [`Self::poll`].
    pub fn new(options: GroupOptions) -> Self {
        let member = match options.protocol {
            GroupProtocol::Classic => {
                Member::Classic { member: ClassicMember::new(), stage: Stage::Outside, leads: None }
            }
            GroupProtocol::Consumer => {
                Member::Consumer(ConsumerMember::new(kafka_id::to_text(Uuid::new_v4())))
            }
        };
        Self { options, member, due: Instant::now(), failing_since: None }
    }

    /// For how long the group can do without a [`Self::poll`].
    pub fn until_due(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// Does what is due: joins, shows that the member lives, and tells what has changed.
    ///
    /// A coordinator that cannot be reached, or is not ready, is asked again by later calls, for
    /// `ClientConfig::api_timeout`.
    ///
    /// # Errors
    /// The group does not take this member, or its coordinator has been out of reach for too long.
    pub async fn poll(&mut self, client: &mut Client) -> Result<GroupEvent, ClientError> {
        if !self.until_due().is_zero() {
            return Ok(GroupEvent::Unchanged);
        }
        let event = match &self.member {
            Member::Classic { stage: Stage::Outside, .. } => self.join(client).await,
            Member::Classic { .. } => self.show_life(client).await,
            Member::Consumer(_) => self.reconcile(client).await,
        };
        match event {
            Ok(event) => {
                self.failing_since = None;
                Ok(event)
            }
            Err(error) => self.later(client, error),
        }
    }

    /// Commits how far partitions were read; tells of each whether it was. Refusals that say that the group has gone on
    /// are followed up by the next [`Self::poll`].
    pub async fn commit(
        &mut self,
        client: &mut Client,
        offsets: &BTreeMap<TopicPartition, i64>,
    ) -> Result<PartitionOutcomes, ClientError> {
        let membership = self.membership();
        let outcomes =
            client.commit_offsets(&self.options.group, offsets, Some(&membership)).await?;
        let is_stale = |outcome: &Result<(), BrokerError>| matches!(outcome, Err(error) if is_of_membership(error.error));
        if outcomes.values().any(is_stale) {
            self.due = Instant::now();
        }
        Ok(outcomes)
    }

    /// Leaves the group, so that others need not wait for the end of the session. Tries once.
    pub async fn leave(mut self, client: &mut Client) -> Result<(), ClientError> {
        let group = self.options.group.clone();
        let options = &self.options;
        let error_code = match &mut self.member {
            Member::Classic { member, .. } => {
                if member.leave_request(options, 0).is_none() {
                    return Ok(());
                }
                let make = |version| member.leave_request(options, version).unwrap_or_default();
                let asked =
                    client.ask_coordinator_of::<LeaveGroupRequest>(&group, make, Duration::ZERO);
                let answer = asked.await?;
                let of_member = answer.members.first().map_or(0, |member| member.error_code);
                if answer.error_code != 0 { answer.error_code } else { of_member }
            }
            Member::Consumer(member) => {
                let Some(request) = member.leave_request(options) else { return Ok(()) };
                let asked = client.ask_coordinator_of::<ConsumerGroupHeartbeatRequest>(
                    &group,
                    |_| request,
                    Duration::ZERO,
                );
                asked.await?.error_code
            }
        };
        BrokerError::check(error_code, None)
            .map_err(|error| ClientError::broker(group_what(&group), error))
    }

    fn membership(&self) -> Membership {
        match &self.member {
            Member::Classic { member, .. } => member.membership(&self.options),
            Member::Consumer(member) => member.membership(&self.options),
        }
    }

    /// Puts off what failed, unless it failed for good or for too long.
    fn later(
        &mut self,
        client: &mut Client,
        error: ClientError,
    ) -> Result<GroupEvent, ClientError> {
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        if !error.is_retriable() || since.elapsed() >= client.config.api_timeout {
            return Err(error);
        }
        match error.code() {
            Some(code) => client.unless_loading(&self.options.group, code),
            None => client.forget_coordinator(&self.options.group),
        }
        if let Member::Consumer(member) = &mut self.member {
            member.tell_again();
        }
        self.due = Instant::now() + client.config.retry_backoff;
        Ok(GroupEvent::Unchanged)
    }

    /// Joins a classic group and waits until it is settled who reads what.
    async fn join(&mut self, client: &mut Client) -> Result<GroupEvent, ClientError> {
        let group = self.options.group.clone();
        let options = &self.options;
        let Member::Classic { member, stage, leads } = &mut self.member else {
            return Ok(GroupEvent::Unchanged);
        };
        let refused = |error| ClientError::broker(group_what(&group), error);
        // Others may take as long to give up their partitions.
        let waits = options.rebalance_timeout;
        loop {
            let make = |version| member.join_request(options, version);
            let answer = client.ask_coordinator_of::<JoinGroupRequest>(&group, make, waits).await?;
            *leads = None;
            let assignments = match member.joined(&answer).map_err(refused)? {
                Joined::Again => continue,
                Joined::Follows => BTreeMap::new(),
                Joined::Leads(members) => {
                    let topics: BTreeSet<&str> = members
                        .iter()
                        .flat_map(|it| it.topics.iter().map(String::as_str))
                        .collect();
                    let counts = partition_counts(client, &topics).await?;
                    let assignments = range::assign(&members, &counts);
                    *leads = Some(Leading { counts, looked: Instant::now() });
                    assignments
                }
            };
            let make = |version| member.sync_request(options, &assignments, version);
            let answer = client.ask_coordinator_of::<SyncGroupRequest>(&group, make, waits).await?;
            if let Some(assignment) = member.synced(&answer).map_err(refused)? {
                let assigned = flat(assignment);
                *stage = Stage::Inside(assigned.clone());
                self.due = Instant::now() + options.heartbeat_interval;
                return Ok(GroupEvent::Assigned(assigned));
            }
        }
    }

    /// Sends a classic member's heartbeat.
    async fn show_life(&mut self, client: &mut Client) -> Result<GroupEvent, ClientError> {
        let group = self.options.group.clone();
        let options = &self.options;
        let Member::Classic { member, stage, leads } = &mut self.member else {
            return Ok(GroupEvent::Unchanged);
        };
        let make = |version| member.heartbeat_request(options, version);
        let asked = client.ask_coordinator_of::<HeartbeatRequest>(&group, make, Duration::ZERO);
        let answer = asked.await?;
        let heard = member.heard(answer.error_code);
        let heard = heard.map_err(|error| ClientError::broker(group_what(&group), error))?;
        let has_grown = match leads {
            Some(leading) if heard == Heard::Fine => leading.have_topics_changed(client).await?,
            _ => false,
        };
        if heard == Heard::Fine && !has_grown {
            self.due = Instant::now() + options.heartbeat_interval;
            return Ok(GroupEvent::Unchanged);
        }
        let before = std::mem::replace(stage, Stage::Outside);
        Ok(match (heard, before) {
            (Heard::Lost, _) => GroupEvent::Lost,
            (_, Stage::Inside(owned)) => GroupEvent::Release(owned),
            (_, Stage::Outside) => GroupEvent::Unchanged,
        })
    }

    /// Goes one step towards the coordinator's assignment, or else sends a heartbeat of the consumer protocol.
    async fn reconcile(&mut self, client: &mut Client) -> Result<GroupEvent, ClientError> {
        let group = self.options.group.clone();
        let options = &self.options;
        let Member::Consumer(member) = &mut self.member else {
            return Ok(GroupEvent::Unchanged);
        };
        // What is known before the heartbeat comes first: it may be what the heartbeat is to tell.
        if let Some(event) = step(client, member, options).await? {
            return Ok(event);
        }
        let make = |version| member.heartbeat_request(options, version);
        let asked = client.ask_coordinator_of::<ConsumerGroupHeartbeatRequest>(
            &group,
            make,
            Duration::ZERO,
        );
        let answer = asked.await?;
        let heard = member.heard(&answer);
        if heard.map_err(|error| ClientError::broker(group_what(&group), error))? == Next::Lost {
            return Ok(GroupEvent::Lost);
        }
        let interval = u64::try_from(answer.heartbeat_interval_ms).unwrap_or(0);
        if !member.has_news() {
            self.due = Instant::now() + Duration::from_millis(interval);
        }
        let event = step(client, member, options).await?;
        if event.is_some() {
            // The coordinator is to hear of it as soon as it is done.
            self.due = Instant::now();
        }
        Ok(event.unwrap_or(GroupEvent::Unchanged))
    }
}

/// One step towards the coordinator's assignment, if there is one to take.
async fn step(
    client: &mut Client,
    member: &mut ConsumerMember,
    options: &GroupOptions,
) -> Result<Option<GroupEvent>, ClientError> {
    let names = names_of(client, &member.target_ids(), &options.topics).await?;
    Ok(match member.reconcile(&names) {
        Next::Release(partitions) => Some(GroupEvent::Release(partitions)),
        Next::Assigned(partitions) => Some(GroupEvent::Assigned(partitions)),
        Next::Nothing | Next::Lost => None,
    })
}

impl Leading {
    /// Whether topics have more partitions, or are new or gone, since the assignment was made.
    async fn have_topics_changed(&mut self, client: &mut Client) -> Result<bool, ClientError> {
        if self.looked.elapsed() < TOPICS_AGE {
            return Ok(false);
        }
        self.looked = Instant::now();
        let topics = self.counts.keys().map(String::as_str).collect();
        Ok(partition_counts(client, &topics).await? != self.counts)
    }
}

/// Whether a refused commit says that the member is no longer what it takes itself for.
fn is_of_membership(error: ResponseError) -> bool {
    matches!(
        error,
        ResponseError::UnknownMemberId
            | ResponseError::IllegalGeneration
            | ResponseError::RebalanceInProgress
            | ResponseError::StaleMemberEpoch
            | ResponseError::FencedMemberEpoch
    )
}

fn flat(assignment: Assignment) -> BTreeSet<TopicPartition> {
    let topics = assignment.into_iter();
    topics.flat_map(|(topic, these)| these.into_iter().map(move |it| (topic.clone(), it))).collect()
}

/// How many partitions these topics have; those that do not exist have none.
async fn partition_counts(
    client: &mut Client,
    topics: &BTreeSet<&str>,
) -> Result<BTreeMap<String, i32>, ClientError> {
    let names: Vec<&str> = topics.iter().copied().collect();
    let mut counts = BTreeMap::new();
    for (name, topic) in client.metadata_of(&names).await? {
        let count = match topic {
            Ok(topic) => topic.partitions.len() as i32,
            Err(error) if error.error == ResponseError::UnknownTopicOrPartition => 0,
            Err(error) => return Err(ClientError::broker(name, error)),
        };
        counts.insert(name, count);
    }
    Ok(counts)
}

/// The names of the topics with these ids, as far as they are among `topics` and exist.
async fn names_of(
    client: &mut Client,
    ids: &[Uuid],
    topics: &[String],
) -> Result<BTreeMap<Uuid, String>, ClientError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let known = |client: &Client| -> BTreeMap<Uuid, String> {
        let found = topics.iter().filter_map(|name| client.cluster().topics.get(name));
        found.map(|topic| (topic.id, topic.name.clone())).collect()
    };
    let names = known(client);
    if ids.iter().all(|id| names.contains_key(id)) {
        return Ok(names);
    }
    let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
    client.metadata_of(&topics).await?;
    Ok(known(client))
}

#[cfg(test)]
mod tests;
