//! Groups that commit offsets as fast as they are answered.

use std::time::{Duration, Instant};

use kabuki_wire::StrBytes;
use kabuki_wire::messages::offset_commit::{
    OffsetCommitRequestPartition, OffsetCommitRequestTopic, OffsetCommitResponse,
};
use kabuki_wire::messages::{GroupId, OffsetCommitRequest};
use tokio::task::JoinSet;

use super::caller::Caller;
use super::connection::version_of;
use super::groups::{await_coordinators, check_committed, delete_groups, new_group};
use super::topic::{Topic, topic_name};
use crate::error::{Error, Result};
use crate::measure::Done;
use crate::server::{Peer, Server};

/// Simple consumers: each commits for a group of its own that has no members, over a connection of its own, one request
/// at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommitLoad {
    /// Groups.
    pub(crate) groups: usize,
    /// Partitions of the topic; each commit is of all of them.
    pub(crate) partitions: i32,
}

/// Groups that are ready to commit.
#[derive(Debug)]
pub(crate) struct Committers {
    topic: Topic,
    committers: Vec<Committer>,
}

/// What was committed.
#[derive(Debug)]
pub(crate) struct Committed {
    /// The topic that the offsets are of.
    pub(crate) topic: Topic,
    /// The groups.
    pub(crate) groups: Vec<GroupId>,
    /// Commits of each group; all were acknowledged.
    commits: Vec<u64>,
    /// All of them together.
    pub(crate) done: Done,
}

impl CommitLoad {
    /// Connects, and waits until every group has its coordinator.
    pub(crate) async fn open(&self, server: &Server) -> Result<Committers> {
        let topic = Topic::create(server, self.partitions).await?;
        let version = version_of::<OffsetCommitRequest>(server.address()).await?;
        let mut committers = vec![];
        for _ in 0..self.groups {
            let caller = Caller::open(server.address()).await?;
            let (group, topic) = (new_group(), topic.clone());
            committers.push(Committer { caller, version, group, topic, commits: 0 });
        }
        let groups: Vec<_> = committers.iter().map(|committer| committer.group.clone()).collect();
        if server.peer() != Peer::Floor {
            await_coordinators(server, &topic, &groups).await?;
        }
        Ok(Committers { topic, committers })
    }
}

impl Committers {
    /// Commits for so long, and at most so often for each group.
    pub(crate) async fn run(self, time: Duration, commits_max: u64) -> Result<Committed> {
        let deadline = Instant::now() + time;
        let mut running = JoinSet::new();
        for committer in self.committers {
            running.spawn(committer.run(deadline, commits_max));
        }
        let (mut done, mut groups, mut commits) = (Done::default(), vec![], vec![]);
        while let Some(finished) = running.join_next().await {
            let (its, committer) = finished.expect("a committer does not panic")?;
            done.add(&its);
            groups.push(committer.group);
            commits.push(committer.commits);
        }
        Ok(Committed { topic: self.topic, groups, commits, done })
    }
}

impl Committed {
    /// `Err` unless the server has the last commit of every group. The floor keeps nothing that could be asked for.
    pub(crate) async fn check(&self, server: &Server) -> Result<()> {
        if server.peer() == Peer::Floor {
            return Ok(());
        }
        let offsets = |commits: &u64| {
            let offset = |partition| offset(*commits, partition, &self.topic);
            (0..self.topic.partitions).map(offset).collect()
        };
        let expected = self.groups.iter().zip(self.commits.iter().map(offsets));
        check_committed(server, &self.topic, expected).await
    }

    /// Deletes groups and topic.
    pub(crate) async fn delete(self, server: &Server) -> Result<()> {
        if server.peer() != Peer::Floor {
            delete_groups(server, &self.groups).await?;
        }
        self.topic.delete(server).await
    }
}

/// What the commit of this number, from 1, commits for a partition: no other commit or partition has it.
fn offset(commit: u64, partition: i32, topic: &Topic) -> i64 {
    commit as i64 * i64::from(topic.partitions) + i64::from(partition)
}

/// One group.
#[derive(Debug)]
struct Committer {
    caller: Caller,
    version: i16,
    group: GroupId,
    topic: Topic,
    commits: u64,
}

impl Committer {
    async fn run(mut self, deadline: Instant, commits_max: u64) -> Result<(Done, Self)> {
        let mut done = Done::default();
        while self.commits < commits_max && Instant::now() < deadline {
            let request = self.request(self.commits + 1);
            let asked = Instant::now();
            let answer = self.caller.ask(self.version, &request).await?;
            done.latencies.record(asked.elapsed());
            check_each(&answer)?;
            self.commits += 1;
            done.requests += 1;
        }
        Ok((done, self))
    }

    fn request(&self, commit: u64) -> OffsetCommitRequest {
        let partition = |index| {
            OffsetCommitRequestPartition::default()
                .with_partition_index(index)
                .with_committed_offset(offset(commit, index, &self.topic))
                .with_committed_leader_epoch(0)
                .with_committed_metadata(Some(StrBytes::default()))
        };
        let topic = OffsetCommitRequestTopic {
            name: topic_name(&self.topic.name),
            topic_id: self.topic.id,
            partitions: (0..self.topic.partitions).map(partition).collect(),
            ..Default::default()
        };
        let group_id = self.group.clone();
        OffsetCommitRequest { group_id, topics: vec![topic], ..Default::default() }
    }
}

/// `Err` unless every partition's offset was taken.
fn check_each(answer: &OffsetCommitResponse) -> Result<()> {
    let mut partitions = answer.topics.iter().flat_map(|topic| &topic.partitions);
    partitions.try_for_each(|partition| Error::check("OffsetCommit", partition.error_code))
}
