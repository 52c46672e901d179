//! DeleteGroups.

use kabuki_groups::state::{Answer as GroupAnswer, Request as GroupRequest};
use kabuki_wire::messages::delete_groups_response::DeletableGroupResult;
use kabuki_wire::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use super::super::{Env, Refusal, Request, Step};
use super::{ask, by_coordinator, code, misunderstood, text};

pub(in super::super::super) fn handle(
    mut request: Request<'_>,
    env: &mut Env<'_>,
) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DeleteGroupsRequest = request.decode()?;
    // A group that stands twice in a request is deleted once.
    let mut names: Vec<&str> = asked.groups_names.iter().map(|it| it.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let parts = by_coordinator(names, &env.context.view.load());
    let ids: Vec<Vec<String>> = parts.iter().map(|(_, ids)| ids.clone()).collect();
    let questions = parts.into_iter().map(|(it, ids)| (it, GroupRequest::Delete(ids)));
    Ok(ask(questions.collect(), envelope, env, move |outcomes, envelope, env| {
        let mut results = Vec::new();
        for (ids, outcome) in ids.into_iter().zip(outcomes) {
            let error = match outcome {
                Ok(GroupAnswer::Deleted(deleted)) => {
                    let each = deleted.into_iter().map(|(id, error)| result(id, code(error)));
                    results.extend(each);
                    continue;
                }
                Ok(other) => misunderstood(envelope.api, &other),
                Err(error) => error,
            };
            results.extend(ids.into_iter().map(|id| result(id, error)));
        }
        envelope.send(&DeleteGroupsResponse::default().with_results(results), env)
    }))
}

fn result(id: String, error: i16) -> DeletableGroupResult {
    DeletableGroupResult::default().with_group_id(text(id).into()).with_error_code(error)
}
