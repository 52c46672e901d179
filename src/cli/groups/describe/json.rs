//! A group as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use kabuki_client::{GroupDescription, GroupMember};
use serde::Serialize;

use super::lag::Lag;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    group: &'a str,
    r#type: &'static str,
    state: &'static str,
    coordinator: Option<Coordinator<'a>>,
    assignor: &'a str,
    group_epoch: Option<i32>,
    target_assignment_epoch: Option<i32>,
    members: Vec<Member<'a>>,
    offsets: Vec<Offset<'a>>,
}

#[derive(Debug, Serialize)]
struct Coordinator<'a> {
    id: i32,
    host: &'a str,
    port: i32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    consumer_id: &'a str,
    instance_id: Option<&'a str>,
    client_id: &'a str,
    host: &'a str,
    epoch: Option<i32>,
    assignment: &'a BTreeMap<String, BTreeSet<i32>>,
    target_assignment: Option<&'a BTreeMap<String, BTreeSet<i32>>>,
    upgraded: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Offset<'a> {
    topic: &'a str,
    partition: i32,
    committed: Option<i64>,
    leader_epoch: Option<i32>,
    metadata: Option<&'a str>,
    log_end: Option<i64>,
    lag: Option<i64>,
    consumer_id: Option<&'a str>,
}

pub(super) fn write(
    group: &GroupDescription,
    lags: &[Lag],
    out: &mut impl Write,
) -> io::Result<()> {
    let coordinator = group.coordinator.as_ref();
    let described = Group {
        group: &group.id,
        r#type: group.kind.name(),
        state: group.state.name(),
        coordinator: coordinator.map(|broker| Coordinator {
            id: broker.id,
            host: &broker.host,
            port: broker.port,
        }),
        assignor: &group.assignor,
        group_epoch: group.group_epoch,
        target_assignment_epoch: group.target_epoch,
        members: group.members.iter().map(member).collect(),
        offsets: lags.iter().map(offset).collect(),
    };
    serde_json::to_writer(&mut *out, &described)?;
    writeln!(out)
}

fn member(member: &GroupMember) -> Member<'_> {
    Member {
        consumer_id: &member.id,
        instance_id: member.instance_id.as_deref(),
        client_id: &member.client_id,
        host: &member.host,
        epoch: member.epoch,
        assignment: &member.assignment,
        target_assignment: member.target.as_ref(),
        upgraded: member.is_upgraded,
    }
}

fn offset(lag: &Lag) -> Offset<'_> {
    let committed = lag.committed.as_ref();
    Offset {
        topic: &lag.topic,
        partition: lag.partition,
        committed: committed.map(|it| it.offset),
        leader_epoch: committed.and_then(|it| it.leader_epoch),
        metadata: committed.map(|it| it.metadata.as_str()),
        log_end: lag.end,
        lag: lag.records(),
        consumer_id: lag.reader.as_ref().map(|it| it.id.as_str()),
    }
}
