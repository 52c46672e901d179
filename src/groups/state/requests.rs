//! What a group coordinator is asked, and what it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::classic::{self, Described, HeartbeatRequest, JoinRequest, LeaveRequest, SyncRequest};
use crate::consumer;
use crate::error::GroupError;
use crate::offsets::{CommitRequest, FetchedOffset, PartitionOutcome, Topic};
use crate::settings::{ConsumerSettings, Settings};
use crate::topics::Topics;

/// What the groups know of the world.
#[derive(Clone)]
pub struct World {
    /// How groups are to behave.
    pub settings: Arc<Settings>,
    /// What single consumer groups have set for themselves, by id.
    pub group_settings: Arc<BTreeMap<String, ConsumerSettings>>,
    /// The topics there are.
    pub topics: Arc<dyn Topics + Send + Sync>,
}

/// What is asked.
#[derive(Debug)]
pub enum Request {
    /// JoinGroup.
    Join(JoinRequest),
    /// SyncGroup.
    Sync(SyncRequest),
    /// Heartbeat.
    Heartbeat(HeartbeatRequest),
    /// LeaveGroup.
    Leave(LeaveRequest),
    /// OffsetCommit.
    Commit(CommitAsk),
    /// OffsetFetch, of one group.
    Fetch(FetchAsk),
    /// OffsetDelete.
    DeleteOffsets {
        /// The group.
        group: String,
        /// Of which partitions.
        topics: Vec<Topic<i32>>,
    },
    /// ListGroups.
    List(ListAsk),
    /// DescribeGroups.
    Describe(Vec<String>),
    /// DeleteGroups.
    Delete(Vec<String>),
    /// ConsumerGroupHeartbeat.
    ConsumerHeartbeat(consumer::HeartbeatRequest),
    /// ConsumerGroupDescribe.
    ConsumerDescribe(Vec<String>),
}

/// A commit, and who asks for it.
#[derive(Debug)]
pub struct CommitAsk {
    /// The version of the request.
    pub version: i16,
    /// The member, empty for none.
    pub member_id: String,
    /// The name of a static member.
    pub group_instance_id: Option<String>,
    /// The generation of a classic group, the member's epoch of a consumer group, −1 for neither.
    pub generation_or_epoch: i32,
    /// What is committed.
    pub commit: CommitRequest,
}

/// A fetch of committed offsets, and who asks for it.
#[derive(Debug)]
pub struct FetchAsk {
    /// The group.
    pub group: String,
    /// The member of a consumer group.
    pub member_id: Option<String>,
    /// Its epoch, −1 for none.
    pub member_epoch: i32,
    /// Of which partitions; `None` for all.
    pub topics: Option<Vec<Topic<i32>>>,
    /// Nothing that an open transaction may change.
    pub require_stable: bool,
}

/// Which groups are listed: those in one of the states and of one of the types; an empty list lets all pass. Texts are
/// compared without regard to case.
#[derive(Debug, Clone, Default)]
pub struct ListAsk {
    /// Names of states.
    pub states: Vec<String>,
    /// Names of types.
    pub types: Vec<String>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To members of classic groups.
    Classic(classic::Answer),
    /// To OffsetCommit: every partition, or why none was committed.
    Committed(Result<Vec<Topic<PartitionOutcome>>, GroupError>),
    /// To OffsetFetch.
    Fetched(Result<Vec<Topic<FetchedOffset>>, GroupError>),
    /// To OffsetDelete.
    OffsetsDeleted(Result<Vec<Topic<PartitionOutcome>>, GroupError>),
    /// To ListGroups.
    Listed(Vec<ListedGroup>),
    /// To DescribeGroups, in the order of the request.
    Described(Vec<DescribedGroup>),
    /// To DeleteGroups, in the order of the request.
    Deleted(Vec<(String, Option<GroupError>)>),
    /// To members of consumer groups.
    Consumer(consumer::Answer),
    /// To ConsumerGroupDescribe, in the order of the request.
    ConsumerDescribed(Vec<DescribedConsumerGroup>),
}

impl From<consumer::Answer> for Answer {
    fn from(answer: consumer::Answer) -> Self {
        Self::Consumer(answer)
    }
}

impl From<classic::Answer> for Answer {
    fn from(answer: classic::Answer) -> Self {
        Self::Classic(answer)
    }
}

/// One group of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedGroup {
    /// Its id.
    pub id: String,
    /// Its protocol type, empty for none.
    pub protocol_type: String,
    /// Its state, by Kafka's name.
    pub state: &'static str,
    /// Its type, by Kafka's name.
    pub group_type: &'static str,
}

/// A group as DescribeGroups shows it; `Err` says, for people, why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedGroup {
    /// Its id.
    pub id: String,
    /// What it is.
    pub described: Result<Described, String>,
}

/// A group as ConsumerGroupDescribe shows it; `Err` says, for people, why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedConsumerGroup {
    /// Its id.
    pub id: String,
    /// What it is.
    pub described: Result<consumer::DescribedGroup, String>,
}

/// What happens in the world.
#[derive(Clone)]
pub enum Event {
    /// It is so from now on.
    WorldChanged {
        /// So.
        world: World,
        /// Topics that came, went, grew or moved.
        topics: BTreeSet<String>,
        /// Some of them came.
        created: bool,
    },
    /// These topics are gone, by name and id.
    TopicsDeleted(Vec<(String, Uuid)>),
}
