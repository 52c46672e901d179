//! Groups of the classic protocol that are whole, and whose members do nothing but say that they are alive.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use kabuki_wire::StrBytes;
use kabuki_wire::messages::leave_group_request::MemberIdentity;
use kabuki_wire::messages::{
    GroupId, HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest, SyncGroupRequest,
};
use tokio::task::JoinSet;

use super::caller::{answer, ask_all, frame};
use super::classic::Group;
use super::connection::{Receiver, Sender, version_of};
use super::groups::{await_coordinators, delete_groups, new_group};
use super::pacer::{Pacer, Schedule};
use super::topic::Topic;
use crate::error::{Error, Result};
use crate::measure::Done;
use crate::server::Server;

/// The Java consumer's `heartbeat.interval.ms`.
const INTERVAL: Duration = Duration::from_secs(3);

/// Groups with members, each with a connection of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeartbeatLoad {
    /// Groups.
    pub(crate) groups: usize,
    /// Members of each; each has one partition of the topic.
    pub(crate) members: usize,
}

/// Groups that are whole.
#[derive(Debug)]
pub(crate) struct ClassicGroups {
    topic: Topic,
    groups: Vec<Identity>,
    version: i16,
    /// The heartbeat of each member of all groups, and where it goes.
    senders: Vec<(Sender, BytesMut)>,
    /// Where its answers come from.
    receivers: Vec<Receiver>,
}

/// A group, and its members.
#[derive(Debug)]
struct Identity {
    id: GroupId,
    members: Vec<StrBytes>,
}

impl HeartbeatLoad {
    /// Connects all members, lets them join, every group at once, and waits until each member has its partition.
    pub(crate) async fn open(&self, server: &Server) -> Result<ClassicGroups> {
        let address = server.address();
        let topic = Topic::create(server, self.members as i32).await?;
        let join = version_of::<JoinGroupRequest>(address).await?;
        let sync = version_of::<SyncGroupRequest>(address).await?;
        let version = version_of::<HeartbeatRequest>(address).await?;
        let ids: Vec<_> = (0..self.groups).map(|_| new_group()).collect();
        await_coordinators(server, &topic, &ids).await?;
        // Connected first: those who have joined are to be heard within their session timeout.
        let mut connected = vec![];
        for id in ids {
            connected.push(Group::open(address, id, &topic, self.members).await?);
        }
        let mut joining = JoinSet::new();
        connected.into_iter().for_each(|group| {
            joining.spawn(group.join(join, sync));
        });
        let mut groups = ClassicGroups::new(topic, version);
        while let Some(joined) = joining.join_next().await {
            groups.add(joined.expect("a group does not panic")?)?;
        }
        Ok(groups)
    }
}

impl ClassicGroups {
    fn new(topic: Topic, version: i16) -> Self {
        Self { topic, groups: vec![], version, senders: vec![], receivers: vec![] }
    }

    fn add(&mut self, mut group: Group) -> Result<()> {
        let mut members = vec![];
        for member in std::mem::take(&mut group.members) {
            let frame = frame(self.version, &group.heartbeat(&member.id))?;
            let (sender, receiver) = member.caller.into_halves();
            self.senders.push((sender, frame));
            self.receivers.push(receiver);
            members.push(member.id);
        }
        self.groups.push(Identity { id: group.id, members });
        Ok(())
    }

    /// Lets every member say so often that it is alive, once in [`INTERVAL`], all of them evenly spread. Latency counts
    /// from when a heartbeat is due.
    pub(crate) async fn beat(&mut self, beats: u64) -> Result<Done> {
        let members = self.senders.len() as u64;
        let pacer = Pacer::begin((members / INTERVAL.as_secs()).max(1) as u32)?;
        let schedule = pacer.schedule();
        let mut answers = JoinSet::new();
        for (number, receiver) in (0..).zip(std::mem::take(&mut self.receivers)) {
            let due = (number..members * beats).step_by(members as usize);
            answers.spawn(take_answers(receiver, self.version, schedule, due));
        }
        send(&mut self.senders, pacer, members * beats).await?;
        let mut done = Done::default();
        while let Some(taken) = answers.join_next().await {
            let (latencies, receiver) = taken.expect("a member does not panic")?;
            done.requests += latencies.len() as u64;
            latencies.into_iter().for_each(|latency| done.latencies.record(latency));
            // Kept: a connection that is closed now is more work for the broker.
            self.receivers.push(receiver);
        }
        Ok(done)
    }

    /// Lets every member leave, which fails for one that was thrown out, and deletes groups and topic.
    pub(crate) async fn end(self, server: &Server) -> Result<()> {
        let version = version_of::<LeaveGroupRequest>(server.address()).await?;
        let leaves = self.groups.iter().map(Identity::leave);
        ask_all(server.address(), version, leaves, |answer| {
            Error::check("LeaveGroup", answer.error_code)?;
            let mut codes = answer.members.iter().map(|member| member.error_code);
            codes.try_for_each(|code| Error::check("LeaveGroup", code))
        })
        .await?;
        let ids: Vec<_> = self.groups.into_iter().map(|group| group.id).collect();
        delete_groups(server, &ids).await?;
        self.topic.delete(server).await
    }
}

impl Identity {
    fn leave(&self) -> LeaveGroupRequest {
        let identity = |id: &StrBytes| MemberIdentity::default().with_member_id(id.clone());
        LeaveGroupRequest::default()
            .with_group_id(self.id.clone())
            .with_members(self.members.iter().map(identity).collect())
    }
}

async fn send(members: &mut [(Sender, BytesMut)], mut pacer: Pacer, beats: u64) -> Result<()> {
    let mut sent = 0;
    while sent < beats {
        let due = pacer.due_after(sent).await?.min(beats);
        while sent < due {
            let (sender, frame) = &mut members[sent as usize % members.len()];
            sender.send(frame).await?;
            sent += 1;
        }
    }
    Ok(())
}

/// A member's few latencies as they are: to merge thousands of histograms takes seconds, which would count.
async fn take_answers(
    mut receiver: Receiver,
    version: i16,
    schedule: Schedule,
    due: impl Iterator<Item = u64>,
) -> Result<(Vec<Duration>, Receiver)> {
    let mut latencies = vec![];
    for number in due {
        let answer = answer::<HeartbeatRequest>(&mut receiver, version).await?;
        latencies.push(schedule.lateness(number, Instant::now()));
        Error::check("Heartbeat", answer.error_code)?;
    }
    Ok((latencies, receiver))
}
