//! A group of the classic protocol, from its first member to the one generation that all of them are in.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use kabuki_wire::messages::join_group_request::JoinGroupRequestProtocol;
use kabuki_wire::messages::sync_group_request::SyncGroupRequestAssignment;
use kabuki_wire::messages::{
    ConsumerProtocolAssignment, ConsumerProtocolSubscription, GroupId, HeartbeatRequest,
    JoinGroupRequest, SyncGroupRequest, consumer_protocol_assignment,
};
use kabuki_wire::{Encodable, ResponseError, StrBytes};

use super::caller::Caller;
use super::topic::{Topic, topic_name};
use crate::error::{Error, Result};

/// The Java consumer's `session.timeout.ms`.
const SESSION_TIMEOUT: Duration = Duration::from_secs(45);
/// Its `max.poll.interval.ms`, which it has as the rebalance timeout.
const REBALANCE_TIMEOUT: Duration = Duration::from_secs(300);
const PROTOCOL_TYPE: &str = "consumer";
const PROTOCOL: &str = "range";
/// Of what members tell each other, the newest.
const SUBSCRIPTION_VERSION: i16 = 3;

/// A group that forms, each of its members with a connection of its own.
#[derive(Debug)]
pub(super) struct Group {
    /// Its name.
    pub(super) id: GroupId,
    topic: Topic,
    generation: i32,
    /// Its members.
    pub(super) members: Vec<Member>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Member {
    /// The connection to its coordinator.
    pub(super) caller: Caller,
    /// Empty until it was given one.
    pub(super) id: StrBytes,
    is_leader: bool,
}

impl Group {
    /// Connects every member. The topic has a partition for each.
    pub(super) async fn open(
        address: &str,
        id: GroupId,
        topic: &Topic,
        members: usize,
    ) -> Result<Self> {
        let mut group = Self { id, topic: topic.clone(), generation: -1, members: vec![] };
        for _ in 0..members {
            let caller = Caller::open(address).await?;
            group.members.push(Member { caller, id: StrBytes::default(), is_leader: false });
        }
        Ok(group)
    }

    /// All members ask for an id, then all join, then all hear what is theirs.
    pub(super) async fn join(mut self, join_version: i16, sync_version: i16) -> Result<Self> {
        let nameless = self.join_request(&StrBytes::default())?;
        for member in &mut self.members {
            let answer = member.caller.ask(join_version, &nameless).await?;
            if answer.error_code != ResponseError::MemberIdRequired.code() {
                Error::check("JoinGroup", answer.error_code)?;
                return Err(Error::Failed("a member joined without an id".to_owned()));
            }
            member.id = answer.member_id;
        }
        self.join_with_ids(join_version).await?;
        self.sync(sync_version).await?;
        Ok(self)
    }

    async fn join_with_ids(&mut self, version: i16) -> Result<()> {
        let ids = self.members.iter().map(|member| self.join_request(&member.id));
        let requests = ids.collect::<Result<Vec<_>>>()?;
        for (member, request) in self.members.iter_mut().zip(&requests) {
            member.caller.send(version, request).await?;
        }
        let expected = self.members.len();
        for member in &mut self.members {
            let answer = member.caller.answer::<JoinGroupRequest>(version).await?;
            Error::check("JoinGroup", answer.error_code)?;
            member.is_leader = answer.leader == member.id;
            if member.is_leader && answer.members.len() != expected {
                let found = answer.members.len();
                return Err(Error::Failed(format!("{found} of {expected} members joined at once")));
            }
            self.generation = answer.generation_id;
        }
        Ok(())
    }

    async fn sync(&mut self, version: i16) -> Result<()> {
        let requests: Vec<_> =
            self.members.iter().map(|member| self.sync_request(member)).collect();
        for (member, request) in self.members.iter_mut().zip(requests) {
            member.caller.send(version, &request?).await?;
        }
        for member in &mut self.members {
            let answer = member.caller.answer::<SyncGroupRequest>(version).await?;
            Error::check("SyncGroup", answer.error_code)?;
            if answer.assignment.is_empty() {
                return Err(Error::Failed("a member was assigned nothing".to_owned()));
            }
        }
        Ok(())
    }

    fn join_request(&self, member: &StrBytes) -> Result<JoinGroupRequest> {
        let subscription = ConsumerProtocolSubscription::default()
            .with_topics(vec![StrBytes::from_string(self.topic.name.clone())]);
        let protocol = JoinGroupRequestProtocol::default()
            .with_name(StrBytes::from_static_str(PROTOCOL))
            .with_metadata(told(&subscription)?);
        Ok(JoinGroupRequest::default()
            .with_group_id(self.id.clone())
            .with_member_id(member.clone())
            .with_session_timeout_ms(SESSION_TIMEOUT.as_millis() as i32)
            .with_rebalance_timeout_ms(REBALANCE_TIMEOUT.as_millis() as i32)
            .with_protocol_type(StrBytes::from_static_str(PROTOCOL_TYPE))
            .with_protocols(vec![protocol]))
    }

    /// The leader's says what each member has.
    fn sync_request(&self, member: &Member) -> Result<SyncGroupRequest> {
        let assignments: Result<_> = match member.is_leader {
            true => (0..).zip(&self.members).map(|it| self.assignment(it)).collect(),
            false => Ok(vec![]),
        };
        Ok(SyncGroupRequest::default()
            .with_group_id(self.id.clone())
            .with_generation_id(self.generation)
            .with_member_id(member.id.clone())
            .with_protocol_type(Some(StrBytes::from_static_str(PROTOCOL_TYPE)))
            .with_protocol_name(Some(StrBytes::from_static_str(PROTOCOL)))
            .with_assignments(assignments?))
    }

    fn assignment(
        &self,
        (partition, member): (i32, &Member),
    ) -> Result<SyncGroupRequestAssignment> {
        let assigned = consumer_protocol_assignment::TopicPartition::default()
            .with_topic(topic_name(&self.topic.name))
            .with_partitions(vec![partition]);
        let assigned =
            ConsumerProtocolAssignment::default().with_assigned_partitions(vec![assigned]);
        Ok(SyncGroupRequestAssignment::default()
            .with_member_id(member.id.clone())
            .with_assignment(told(&assigned)?))
    }

    /// A member's heartbeat, in the generation that all of them have joined.
    pub(super) fn heartbeat(&self, member: &StrBytes) -> HeartbeatRequest {
        HeartbeatRequest::default()
            .with_group_id(self.id.clone())
            .with_generation_id(self.generation)
            .with_member_id(member.clone())
    }
}

/// What members tell each other: the version, then the message.
fn told(message: &impl Encodable) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    bytes.put_i16(SUBSCRIPTION_VERSION);
    let encoded = message.encode(&mut bytes, SUBSCRIPTION_VERSION);
    encoded.map_err(|error| Error::Failed(format!("a member's message: {error}")))?;
    Ok(bytes.freeze())
}
