//! What the APIs that change the cluster share: they ask the controller, wait for its one answer, and respond.

use std::time::{Duration, Instant};

use kabuki_metadata::AdminError;
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use super::{Env, InFlight, Step};
use crate::answer::Answer;
use crate::controller::{Change, ControllerAnswer, Request};
use crate::network::errors;
use crate::supervision::ReplyStage;

/// What goes wrong with one item of a request, as the response says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: i16,
    pub(super) message: StrBytes,
}

impl Problem {
    pub(super) fn new(error: ResponseError, message: impl Into<String>) -> Self {
        Self { code: error.code(), message: StrBytes::from_string(message.into()) }
    }

    pub(super) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ResponseError::InvalidRequest, message)
    }

    fn lost(api: ApiKey, stage: ReplyStage) -> Self {
        let message = match stage {
            ReplyStage::BeforeHandOver => "nothing was done",
            ReplyStage::OutcomeUnknown => "it may have been done or not",
        };
        let message = StrBytes::from_static_str(message);
        Self { code: errors::of_lost(api, stage), message }
    }

    fn unexpected(answer: &dyn std::fmt::Debug) -> Self {
        tracing::error!(?answer, "not an answer to this request");
        let message = StrBytes::from_static_str("the controller misunderstood");
        Self { code: errors::UNKNOWN_SERVER_ERROR, message }
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        Self { code: error.code(), message: StrBytes::from_string(error.message) }
    }
}

/// Code and message of a result, as responses carry them: 0 and null without a problem, and null where there is nothing
/// to say.
pub(super) fn code_and_message<T>(result: &Result<T, Problem>) -> (i16, Option<StrBytes>) {
    match result {
        Ok(_) => (errors::NONE, None),
        Err(problem) => {
            let message = Some(problem.message.clone());
            (problem.code, message.filter(|message| !message.is_empty()))
        }
    }
}

/// Makes the response from what the controller answered, or from what became of the request without an answer.
type Respond = Box<dyn FnOnce(Result<ControllerAnswer, Problem>, &Env<'_>) -> Step + Send>;

/// When a client's time is over that began now. Kafka takes what is not positive for a time that is over.
pub(super) fn deadline(timeout_ms: i32) -> Option<Instant> {
    let timeout_ms = u64::try_from(timeout_ms).unwrap_or(0);
    Some(Instant::now() + Duration::from_millis(timeout_ms))
}

/// Asks the controller for a change, which is not begun any more after the deadline. `respond` is called once.
pub(super) fn ask<R>(
    api: ApiKey,
    request: Request,
    deadline: Option<Instant>,
    env: &Env<'_>,
    respond: R,
) -> Step
where
    R: FnOnce(Result<ControllerAnswer, Problem>, &Env<'_>) -> Step + Send + 'static,
{
    env.context.controller.tell(Change { request, deadline, reply: env.token(0) });
    Step::Later(Box::new(Asked { api, respond: Some(Box::new(respond)) }))
}

struct Asked {
    api: ApiKey,
    respond: Option<Respond>,
}

impl InFlight for Asked {
    fn answered(&mut self, _part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let outcome = match answer {
            Answer::Controller(ControllerAnswer::Failed(error)) => Err(error.into()),
            Answer::Controller(answer) => Ok(answer),
            Answer::Lost { stage, .. } => Err(Problem::lost(self.api, stage)),
            other => Err(Problem::unexpected(&other)),
        };
        let respond = self.respond.take()?;
        Some(respond(outcome, env))
    }
}

/// The results of a request's items, from the answer that `pick` finds them in. Without an answer every item has the
/// problem that kept the controller from answering.
pub(super) fn results<I: Clone, T>(
    outcome: Result<ControllerAnswer, Problem>,
    items: &[I],
    pick: impl FnOnce(ControllerAnswer) -> Result<Vec<(I, Result<T, AdminError>)>, ControllerAnswer>,
) -> Vec<(I, Result<T, Problem>)> {
    let picked = outcome.and_then(|answer| pick(answer).map_err(|it| Problem::unexpected(&it)));
    match picked {
        Ok(results) => {
            results.into_iter().map(|(item, it)| (item, it.map_err(Problem::from))).collect()
        }
        Err(problem) => items.iter().map(|item| (item.clone(), Err(problem.clone()))).collect(),
    }
}

/// The one result of a request, from the answer that `pick` finds it in, or the problem that kept the controller from
/// answering.
pub(super) fn result<T>(
    outcome: Result<ControllerAnswer, Problem>,
    pick: impl FnOnce(ControllerAnswer) -> Result<Result<T, AdminError>, ControllerAnswer>,
) -> Result<T, Problem> {
    let picked = pick(outcome?).map_err(|it| Problem::unexpected(&it))?;
    picked.map_err(Problem::from)
}

/// Whether a resource's name is the id of this broker: what concerns a single broker is asked of it alone.
pub(super) fn check_node_id(name: &str, env: &Env<'_>) -> Result<(), Problem> {
    let here = env.context.live().config.node_id;
    match name.parse::<i32>() {
        Ok(id) if id == here => Ok(()),
        Ok(id) => Err(Problem::invalid_request(format!("this is broker {here}, not {id}"))),
        Err(_) => Err(Problem::invalid_request(format!("'{name}' is no broker's id"))),
    }
}

#[cfg(test)]
mod tests {
    use kabuki_metadata::ErrorKind;

    use super::*;

    fn codes(outcome: Result<ControllerAnswer, Problem>) -> Vec<(String, i16)> {
        let items = ["a".to_owned(), "b".to_owned()];
        let results = results(outcome, &items, |answer| match answer {
            ControllerAnswer::PartitionsCreated(results) => Ok(results),
            other => Err(other),
        });
        results.into_iter().map(|(item, result)| (item, code_and_message(&result).0)).collect()
    }

    fn both(code: i16) -> Vec<(String, i16)> {
        vec![("a".to_owned(), code), ("b".to_owned(), code)]
    }

    #[test]
    fn the_controllers_results_are_passed_on() {
        let refused = AdminError::new(ErrorKind::InvalidPartitions, "no");
        let results = vec![("b".to_owned(), Err(refused)), ("a".to_owned(), Ok(()))];
        let expected = vec![("b".to_owned(), 37), ("a".to_owned(), 0)];
        assert_eq!(codes(Ok(ControllerAnswer::PartitionsCreated(results))), expected);
    }

    #[test]
    fn without_an_answer_every_item_has_the_problem() {
        let api = ApiKey::CreatePartitions;
        for stage in [ReplyStage::BeforeHandOver, ReplyStage::OutcomeUnknown] {
            let timed_out = ResponseError::RequestTimedOut.code();
            assert_eq!(codes(Err(Problem::lost(api, stage))), both(timed_out));
        }
        let of_another_request = ControllerAnswer::TopicsDeleted(Vec::new());
        assert_eq!(codes(Ok(of_another_request)), both(errors::UNKNOWN_SERVER_ERROR));
    }
}
