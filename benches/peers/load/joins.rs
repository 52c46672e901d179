//! Members of one group of the consumer protocol (KIP-848) that join all at once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kabuki_wire::messages::consumer_group_describe_response::{Assignment, DescribedGroup};
use kabuki_wire::messages::{ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest, GroupId};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::caller::{Caller, ask_all};
use super::connection::version_of;
use super::convergence::Convergence;
use super::groups::{await_coordinators, delete_groups, new_group};
use super::member::{Member, Membership};
use super::topic::{Topic, connect};
use crate::error::{Error, Result};
use crate::server::Server;

/// Far longer than any group should take.
const SETTLED_WITHIN: Duration = Duration::from_secs(120);

/// A group that is to be, each of its members with a connection of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JoinLoad {
    /// Members; a divisor of `partitions`.
    pub(crate) members: usize,
    /// Partitions of the topic that all of them read.
    pub(crate) partitions: i32,
}

/// Members that are connected and have yet to join.
#[derive(Debug)]
pub(crate) struct Joiners {
    load: JoinLoad,
    group: GroupId,
    topic: Topic,
    members: Vec<Member>,
    version: i16,
}

/// How soon a group was whole, from when the first member sent its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Each member has its share, and the coordinator knows that it has.
    pub(crate) assigned: Duration,
    /// All members are at the same epoch too: each was heard once more, which takes up to a heartbeat's interval.
    pub(crate) at_one_epoch: Duration,
}

impl JoinLoad {
    /// Creates the topic, connects every member and waits until the group has a coordinator.
    pub(crate) async fn open(&self, server: &Server) -> Result<Joiners> {
        let topic = Topic::create(server, self.partitions).await?;
        let version = version_of::<ConsumerGroupHeartbeatRequest>(server.address()).await?;
        let group = new_group();
        await_coordinators(server, &topic, std::slice::from_ref(&group)).await?;
        let mut members = vec![];
        for number in 0..self.members {
            let caller = Caller::open(server.address()).await?;
            let membership = Membership::new(&group, number, &topic);
            members.push(Member { number, membership, caller, version });
        }
        Ok(Joiners { load: *self, group, topic, members, version })
    }
}

impl Joiners {
    /// Lets all of them join, and waits until the group has settled. Nobody may be thrown out.
    pub(crate) async fn join(&mut self) -> Result<Settled> {
        let JoinLoad { members, partitions } = self.load;
        let (told, mut news) = unbounded_channel();
        let began = Instant::now();
        let mut living = JoinSet::new();
        for member in self.members.drain(..) {
            living.spawn(member.live(told.clone()));
        }
        let settling = async {
            let mut convergence = Convergence::new(members, partitions as usize);
            let mut assigned = None;
            loop {
                tokio::select! {
                    Some(heard) = news.recv() => convergence.note(heard),
                    Some(ended) = living.join_next() => ended.expect("a member does not panic")?,
                }
                match convergence.is_assigned() {
                    true => assigned = assigned.or_else(|| Some(began.elapsed())),
                    false => assigned = None,
                }
                if let Some(assigned) = assigned
                    && convergence.is_at_one_epoch()
                {
                    return Ok(Settled { assigned, at_one_epoch: began.elapsed() });
                }
            }
        };
        let late = |_| Error::Failed(format!("{members} members have not settled in time"));
        timeout(SETTLED_WITHIN, settling).await.map_err(late)?
    }

    /// `Err` unless the coordinator says of the group what its members know.
    pub(crate) async fn check(&self, server: &Server) -> Result<()> {
        let request =
            ConsumerGroupDescribeRequest::default().with_group_ids(vec![self.group.clone()]);
        let answer = connect(server.address()).await?.request(&request).await?;
        let group = answer.groups.first();
        let group = group.ok_or_else(|| Error::Failed("a group is not described".to_owned()))?;
        Error::check("ConsumerGroupDescribe", group.error_code)?;
        let is_whole = group.group_state.as_str() == "Stable"
            && group.members.len() == self.load.members
            && owned(group).len() == self.load.partitions as usize
            && group.members.iter().all(|it| count(&it.assignment) == self.share());
        match is_whole {
            true => Ok(()),
            false => Err(Error::Failed(format!(
                "the group is {} with {} members and {} partitions",
                group.group_state,
                group.members.len(),
                owned(group).len()
            ))),
        }
    }

    /// Lets every member leave, and deletes group and topic.
    pub(crate) async fn end(self, server: &Server) -> Result<()> {
        let leave = |number| Membership::new(&self.group, number, &self.topic).leave();
        let leaves = (0..self.load.members).map(leave);
        ask_all(server.address(), self.version, leaves, |answer| {
            Error::check("ConsumerGroupHeartbeat", answer.error_code)
        })
        .await?;
        delete_groups(server, std::slice::from_ref(&self.group)).await?;
        self.topic.delete(server).await
    }

    fn share(&self) -> usize {
        self.load.partitions as usize / self.load.members
    }
}

fn owned(group: &DescribedGroup) -> BTreeSet<i32> {
    let topics = group.members.iter().flat_map(|member| &member.assignment.topic_partitions);
    topics.flat_map(|topic| &topic.partitions).copied().collect()
}

fn count(assignment: &Assignment) -> usize {
    assignment.topic_partitions.iter().map(|topic| topic.partitions.len()).sum()
}
