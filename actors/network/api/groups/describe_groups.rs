//! DescribeGroups.

use std::collections::BTreeMap;

use kabuki_groups::classic::Described;
use kabuki_groups::state::{Answer as GroupAnswer, Request as GroupRequest};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use kabuki_wire::messages::{DescribeGroupsRequest, DescribeGroupsResponse};

use super::super::{Env, Refusal, Request, Step};
use super::{ALL_OPERATIONS, Outcome, ask, by_coordinator, misunderstood, optional_text, text};

/// The first version that says of a group that it does not exist (KIP-1043); before it is a dead one.
const NOT_FOUND_VERSION: i16 = 6;
/// The state of a group that is not there.
const DEAD: &str = "Dead";

pub(in super::super::super) fn handle(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DescribeGroupsRequest = request.decode()?;
    let names = asked.groups.iter().map(|it| it.as_str());
    let parts = by_coordinator(names, &env.context.view.load());
    let ids: Vec<Vec<String>> = parts.iter().map(|(_, ids)| ids.clone()).collect();
    let questions = parts.into_iter().map(|(it, ids)| (it, GroupRequest::Describe(ids)));
    Ok(ask(questions.collect(), envelope, env, move |outcomes, envelope, env| {
        let mut described = BTreeMap::new();
        for (ids, outcome) in ids.into_iter().zip(outcomes) {
            put(ids, outcome, envelope.version, &mut described);
        }
        let groups = asked.groups.iter().filter_map(|id| described.get(id.as_str()).cloned());
        let groups = groups.map(|mut group| {
            if asked.include_authorized_operations && group.error_code == 0 {
                group.authorized_operations = ALL_OPERATIONS;
            }
            group
        });
        envelope.send(&DescribeGroupsResponse::default().with_groups(groups.collect()), env)
    }))
}

fn put(
    ids: Vec<String>,
    outcome: Outcome,
    version: i16,
    described: &mut BTreeMap<String, DescribedGroup>,
) {
    let error = match outcome {
        Ok(GroupAnswer::Described(groups)) => {
            described.extend(groups.into_iter().map(|it| {
                let group = match it.described {
                    Ok(group) => of(group),
                    Err(message) if version >= NOT_FOUND_VERSION => DescribedGroup::default()
                        .with_error_code(ResponseError::GroupIdNotFound.code())
                        .with_error_message(Some(text(message)))
                        .with_group_state(text(DEAD)),
                    Err(_) => DescribedGroup::default().with_group_state(text(DEAD)),
                };
                (it.id.clone(), group.with_group_id(text(it.id).into()))
            }));
            return;
        }
        Ok(other) => misunderstood(kabuki_wire::ApiKey::DescribeGroups, &other),
        Err(error) => error,
    };
    described.extend(ids.into_iter().map(|id| {
        let group = DescribedGroup::default().with_error_code(error);
        (id.clone(), group.with_group_id(text(id).into()))
    }));
}

fn of(group: Described) -> DescribedGroup {
    let members = group.members.into_iter().map(|it| {
        DescribedGroupMember::default()
            .with_member_id(text(it.member_id))
            .with_group_instance_id(optional_text(it.group_instance_id))
            .with_client_id(text(it.client_id))
            .with_client_host(text(it.client_host))
            .with_member_metadata(it.metadata)
            .with_member_assignment(it.assignment)
    });
    DescribedGroup::default()
        .with_group_state(text(group.state))
        .with_protocol_type(text(group.protocol_type))
        .with_protocol_data(text(group.protocol_data))
        .with_members(members.collect())
}
