//! The columns and rows of Kafka's tool.

use std::collections::BTreeSet;

use kabuki_client::{Assignment, GroupDescription, GroupMember};

use super::lag::Lag;
use crate::groups::table::{Column, MISSING, optional};

const GROUP: Column = Column::growing("GROUP", 15);

pub(super) fn lag_columns(is_verbose: bool) -> Vec<Column> {
    let mut columns = vec![GROUP, Column::growing("TOPIC", 15), Column::fixed("PARTITION", 10)];
    columns.extend(is_verbose.then_some(Column::fixed("LEADER-EPOCH", 15)));
    columns.extend([
        Column::fixed("CURRENT-OFFSET", 15),
        Column::fixed("LOG-END-OFFSET", 15),
        Column::fixed("LAG", 15),
        Column::growing("CONSUMER-ID", 15),
        Column::growing("HOST", 15),
        Column::last("CLIENT-ID"),
    ]);
    columns
}

pub(super) fn lag(group: &GroupDescription, lag: &Lag, is_verbose: bool) -> Vec<String> {
    let committed = lag.committed.as_ref();
    let reader = lag.reader.as_ref();
    let mut row = vec![group.id.clone(), lag.topic.clone(), lag.partition.to_string()];
    row.extend(is_verbose.then(|| optional(committed.and_then(|it| it.leader_epoch))));
    row.extend([
        optional(committed.map(|it| it.offset)),
        optional(lag.end),
        optional(lag.records()),
        optional(reader.map(|it| &it.id)),
        optional(reader.map(|it| &it.host)),
        optional(reader.map(|it| &it.client_id)),
    ]);
    row
}

/// Which columns there are depends on the members.
pub(super) struct MemberRows {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
}

impl MemberRows {
    pub(super) fn of(group: &GroupDescription, is_verbose: bool) -> Self {
        let with_instances = group.members.iter().any(|member| member.instance_id.is_some());
        let with_upgrades = group.members.iter().any(|member| member.is_upgraded == Some(false));
        let mut columns = vec![GROUP, Column::growing("CONSUMER-ID", 15)];
        columns.extend(with_instances.then_some(Column::growing("GROUP-INSTANCE-ID", 17)));
        columns.extend([Column::growing("HOST", 15), Column::growing("CLIENT-ID", 15)]);
        columns.push(Column::fixed("#PARTITIONS", if is_verbose { 15 } else { 16 }));
        if is_verbose {
            columns.extend([
                Column::fixed("CURRENT-EPOCH", 15),
                Column::growing("CURRENT-ASSIGNMENT", 20),
                Column::fixed("TARGET-EPOCH", 15),
                Column::growing("TARGET-ASSIGNMENT", 20),
            ]);
            columns.extend(with_upgrades.then_some(Column::last("UPGRADED")));
        }
        let row = |member: &GroupMember| {
            let mut row = vec![group.id.clone(), member.id.clone()];
            let instance = member.instance_id.clone().unwrap_or_default();
            row.extend(with_instances.then_some(instance));
            row.extend([member.host.clone(), member.client_id.clone()]);
            row.push(size(&member.assignment).to_string());
            if is_verbose {
                row.extend([
                    optional(member.epoch),
                    assignment(Some(&member.assignment)),
                    optional(group.target_epoch),
                    assignment(member.target.as_ref()),
                ]);
                row.extend(with_upgrades.then(|| optional(member.is_upgraded)));
            }
            row
        };
        Self { columns, rows: group.members.iter().map(row).collect() }
    }
}

fn size(assignment: &Assignment) -> usize {
    assignment.values().map(BTreeSet::len).sum()
}

/// `a:0,1;b:2`.
fn assignment(assignment: Option<&Assignment>) -> String {
    let topics = assignment.into_iter().flatten().filter(|(_, partitions)| !partitions.is_empty());
    let topic = |(topic, partitions): (&String, &BTreeSet<i32>)| {
        let numbers: Vec<_> = partitions.iter().map(i32::to_string).collect();
        format!("{topic}:{}", numbers.join(","))
    };
    let topics: Vec<_> = topics.map(topic).collect();
    if topics.is_empty() { MISSING.to_owned() } else { topics.join(";") }
}

pub(super) fn state_columns(is_verbose: bool) -> Vec<Column> {
    let mut columns = vec![
        GROUP,
        Column::growing("COORDINATOR (ID)", 25),
        Column::fixed("ASSIGNMENT-STRATEGY", 20),
        Column::fixed("STATE", 20),
    ];
    if is_verbose {
        columns.push(Column::fixed("GROUP-EPOCH", 15));
        columns.push(Column::fixed("TARGET-ASSIGNMENT-EPOCH", 25));
    }
    columns.push(Column::last("#MEMBERS"));
    columns
}

pub(super) fn state(group: &GroupDescription, is_verbose: bool) -> Vec<String> {
    let coordinator = group.coordinator.as_ref();
    let coordinator =
        coordinator.map(|broker| format!("{}:{}  ({})", broker.host, broker.port, broker.id));
    let assignor = Some(&group.assignor).filter(|name| !name.is_empty());
    let mut row =
        vec![group.id.clone(), optional(coordinator), optional(assignor), group.state.to_string()];
    if is_verbose {
        row.extend([optional(group.group_epoch), optional(group.target_epoch)]);
    }
    row.push(group.members.len().to_string());
    row
}

#[cfg(test)]
mod tests;
