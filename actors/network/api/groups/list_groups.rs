//! ListGroups.

use kabuki_groups::state::{Answer as GroupAnswer, ListAsk, Request as GroupRequest};
use kabuki_wire::ResponseError;
use kabuki_wire::messages::list_groups_response::ListedGroup;
use kabuki_wire::messages::{ListGroupsRequest, ListGroupsResponse};

use super::super::{Env, Refusal, Request, Step};
use super::{ask, misunderstood, text};
use crate::group_coordinator;

pub(in super::super::super) fn handle(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: ListGroupsRequest = request.decode()?;
    let filter = ListAsk {
        states: asked.states_filter.iter().map(ToString::to_string).collect(),
        types: asked.types_filter.iter().map(ToString::to_string).collect(),
    };
    let view = env.context.view.load();
    let questions = group_coordinator::all(&view)
        .map(|it| (Some(it.clone()), GroupRequest::List(filter.clone())))
        .collect();
    Ok(ask(questions, envelope, env, |outcomes, envelope, env| {
        let mut response = ListGroupsResponse::default();
        for outcome in outcomes {
            match outcome {
                Ok(GroupAnswer::Listed(listed)) => {
                    response.groups.extend(listed.into_iter().map(|it| {
                        ListedGroup::default()
                            .with_group_id(text(it.id).into())
                            .with_protocol_type(text(it.protocol_type))
                            .with_group_state(text(it.state))
                            .with_group_type(text(it.group_type))
                    }));
                }
                Ok(other) => response.error_code = misunderstood(envelope.api, &other),
                // Another broker has it now, and lists it.
                Err(error) if error == ResponseError::NotCoordinator.code() => {}
                Err(error) => response.error_code = error,
            }
        }
        if response.error_code != 0 {
            response.groups.clear();
        }
        envelope.send(&response, env)
    }))
}
