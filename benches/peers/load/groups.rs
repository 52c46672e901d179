//! What all loads of groups need: names, coordinators that are there, what was committed, deletion.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use kabuki_client::Connection;
use kabuki_wire::messages::offset_fetch::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use kabuki_wire::messages::{
    DeleteGroupsRequest, FindCoordinatorRequest, GroupId, OffsetFetchRequest,
};
use kabuki_wire::{ResponseError, StrBytes};

use super::topic::{Topic, connect, topic_name};
use crate::error::{Error, Result};
use crate::server::Server;

/// Between two questions whether coordinators are there.
const PAUSE: Duration = Duration::from_millis(5);
/// How long they may take: a million commits are replayed first.
const READY_WITHIN: Duration = Duration::from_secs(180);
/// Groups in one request: keeps answers small.
const GROUPS_PER_REQUEST: usize = 100;

/// A name that no other group of this process has.
pub(super) fn new_group() -> GroupId {
    static NAMED: AtomicU32 = AtomicU32::new(0);
    let number = NAMED.fetch_add(1, Ordering::Relaxed);
    GroupId(StrBytes::from_string(format!("peers-group-{number}")))
}

/// Waits until every group has a coordinator that tells the group's offsets.
pub(crate) async fn await_coordinators(
    server: &Server,
    topic: &Topic,
    groups: &[GroupId],
) -> Result<()> {
    let deadline = Instant::now() + READY_WITHIN;
    let mut connection = connect(server.address()).await?;
    for groups in groups.chunks(GROUPS_PER_REQUEST) {
        while let Err(error) = find_coordinators(&mut connection, groups).await {
            wait_or(error, deadline).await?;
        }
        while let Err(error) = offsets(&mut connection, topic, groups, 0..1).await {
            wait_or(error, deadline).await?;
        }
    }
    Ok(())
}

/// `Err` unless each group has these offsets: what it committed for each partition from 0 on.
pub(super) async fn check_committed<'a>(
    server: &Server,
    topic: &Topic,
    expected: impl Iterator<Item = (&'a GroupId, Vec<i64>)>,
) -> Result<()> {
    let expected: Vec<_> = expected.collect();
    let mut connection = connect(server.address()).await?;
    for part in expected.chunks(GROUPS_PER_REQUEST) {
        let groups: Vec<_> = part.iter().map(|(group, _)| (*group).clone()).collect();
        let found = offsets(&mut connection, topic, &groups, 0..topic.partitions).await?;
        for (group, committed) in part {
            let found = found.get(*group).map(Vec::as_slice).unwrap_or_default();
            if found != committed {
                let group = group.0.as_str();
                let text = format!("{group} committed {committed:?}, and has {found:?}");
                return Err(Error::Failed(text));
            }
        }
    }
    Ok(())
}

/// Deletes groups that have no members.
pub(super) async fn delete_groups(server: &Server, groups: &[GroupId]) -> Result<()> {
    let mut connection = connect(server.address()).await?;
    for groups in groups.chunks(GROUPS_PER_REQUEST) {
        let request = DeleteGroupsRequest::default().with_groups_names(groups.to_vec());
        let answer = connection.request(&request).await?;
        let mut codes = answer.results.iter().map(|group| group.error_code);
        codes.try_for_each(|code| Error::check("DeleteGroups", code))?;
    }
    Ok(())
}

async fn find_coordinators(connection: &mut Connection, groups: &[GroupId]) -> Result<()> {
    let keys = groups.iter().map(|group| group.0.clone()).collect();
    let request = FindCoordinatorRequest::default().with_coordinator_keys(keys);
    let answer = connection.request(&request).await?;
    let mut codes = answer.coordinators.iter().map(|found| found.error_code);
    codes.try_for_each(|code| Error::check("FindCoordinator", code))
}

/// The offsets of these partitions, in their order, by group; −1 for none.
async fn offsets(
    connection: &mut Connection,
    topic: &Topic,
    groups: &[GroupId],
    partitions: Range<i32>,
) -> Result<BTreeMap<GroupId, Vec<i64>>> {
    let group = |group: &GroupId| OffsetFetchRequestGroup {
        group_id: group.clone(),
        topics: Some(vec![OffsetFetchRequestTopics {
            name: topic_name(&topic.name),
            topic_id: topic.id,
            partition_indexes: partitions.clone().collect(),
            ..Default::default()
        }]),
        ..Default::default()
    };
    let groups = groups.iter().map(group).collect();
    let answer = connection.request(&OffsetFetchRequest { groups, ..Default::default() }).await?;
    let mut by_group = BTreeMap::new();
    for group in answer.groups {
        Error::check("OffsetFetch", group.error_code)?;
        let mut offsets = BTreeMap::new();
        for partition in group.topics.iter().flat_map(|topic| &topic.partitions) {
            Error::check("OffsetFetch", partition.error_code)?;
            offsets.insert(partition.partition_index, partition.committed_offset);
        }
        by_group.insert(group.group_id, offsets.into_values().collect());
    }
    Ok(by_group)
}

/// Pauses, unless asking again is of no use: then the error.
async fn wait_or(error: Error, deadline: Instant) -> Result<()> {
    let passes = matches!(&error, Error::Refused { error, .. } if PASSING.contains(error));
    if !passes || Instant::now() >= deadline {
        return Err(error);
    }
    tokio::time::sleep(PAUSE).await;
    Ok(())
}

/// Errors of coordinators that are yet to come.
const PASSING: [ResponseError; 3] = [
    ResponseError::CoordinatorLoadInProgress,
    ResponseError::CoordinatorNotAvailable,
    ResponseError::NotCoordinator,
];
