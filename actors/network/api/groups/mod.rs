//! What the APIs of groups share: they ask the coordinators of the groups, wait for all answers, and respond.

mod classic;
mod consumer;
mod delete_groups;
mod describe_groups;
mod list_groups;
mod offset_commit;
mod offset_delete;
mod offset_fetch;

pub(in super::super) use classic::{heartbeat, join_group, leave_group, sync_group};
pub(in super::super) use consumer::{
    describe as consumer_group_describe, heartbeat as consumer_group_heartbeat,
};
pub(in super::super) use delete_groups::handle as delete_groups;
pub(in super::super) use describe_groups::handle as describe_groups;
pub(in super::super) use list_groups::handle as list_groups;
pub(in super::super) use offset_commit::handle as offset_commit;
pub(in super::super) use offset_delete::handle as offset_delete;
pub(in super::super) use offset_fetch::handle as offset_fetch;

use std::collections::BTreeMap;

use kabuki_groups::GroupError;
use kabuki_groups::state::{Answer as GroupAnswer, Request as GroupRequest};
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use super::{Env, Envelope, InFlight, Step};
use crate::answer::Answer;
use crate::group_coordinator::{self, AskGroups, GroupCoordinator};
use crate::network::errors;
use crate::supervision::Handle;
use crate::view::View;

/// The operations that anybody may do with a group, as bits: read, delete, describe, describe and alter its configuration.
const ALL_OPERATIONS: i32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

/// A question for a coordinator; without one this broker does not coordinate what it is about.
type Question = (Option<Handle<GroupCoordinator>>, GroupRequest);
/// What came of a question: an answer, or an error code.
type Outcome = Result<GroupAnswer, i16>;
/// Makes the response from all outcomes, in the order of the questions.
type Respond = Box<dyn FnOnce(Vec<Outcome>, Envelope, &Env<'_>) -> Step + Send>;

/// The coordinator of a group, if this broker has it. The connection may ask it again and again.
fn coordinator_of(group: &str, env: &mut Env<'_>) -> Option<Handle<GroupCoordinator>> {
    let view = env.context.view.load();
    let (coordinator, arbiter) = group_coordinator::of_group(&view, group)?;
    env.homing.asked_coordinator(arbiter);
    Some(coordinator.clone())
}

/// Asks one coordinator, and responds with what it says.
fn ask_one(
    group: &str,
    request: GroupRequest,
    envelope: Envelope,
    env: &mut Env<'_>,
    respond: impl FnOnce(Outcome, Envelope, &Env<'_>) -> Step + Send + 'static,
) -> Step {
    let questions = vec![(coordinator_of(group, env), request)];
    ask(questions, envelope, env, move |mut outcomes, envelope, env| {
        let outcome = outcomes.pop().unwrap_or(Err(errors::UNKNOWN_SERVER_ERROR));
        respond(outcome, envelope, env)
    })
}

/// Asks coordinators, and responds when all have answered, which may be at once.
fn ask(
    questions: Vec<Question>,
    envelope: Envelope,
    env: &Env<'_>,
    respond: impl FnOnce(Vec<Outcome>, Envelope, &Env<'_>) -> Step + Send + 'static,
) -> Step {
    let mut asked = Asked {
        outcomes: Vec::with_capacity(questions.len()),
        awaited: 0,
        envelope,
        respond: Some(Box::new(respond)),
    };
    for (part, (coordinator, request)) in questions.into_iter().enumerate() {
        let Some(coordinator) = coordinator else {
            asked.outcomes.push(Err(ResponseError::NotCoordinator.code()));
            continue;
        };
        asked.outcomes.push(Err(errors::UNKNOWN_SERVER_ERROR));
        asked.awaited += 1;
        coordinator.tell(AskGroups { request, reply: env.token(part) });
    }
    match asked.awaited {
        0 => asked.finish(env).unwrap_or(Step::Close("a response was made twice")),
        _ => Step::Later(Box::new(asked)),
    }
}

struct Asked {
    outcomes: Vec<Outcome>,
    awaited: usize,
    envelope: Envelope,
    respond: Option<Respond>,
}

impl Asked {
    fn finish(&mut self, env: &Env<'_>) -> Option<Step> {
        let respond = self.respond.take()?;
        Some(respond(std::mem::take(&mut self.outcomes), self.envelope, env))
    }
}

impl InFlight for Asked {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let place = self.outcomes.get_mut(part as usize)?;
        *place = match answer {
            Answer::Grouped(it) => it.0.map_err(errors::of_refused),
            other => Err(errors::of_no_answer(self.envelope.api, &other)),
        };
        self.awaited -= 1;
        if self.awaited > 0 {
            return None;
        }
        self.finish(env)
    }
}

/// Groups of a request by their coordinators; those that this broker has none of, together.
fn by_coordinator<'g>(
    groups: impl IntoIterator<Item = &'g str>,
    view: &View,
) -> Vec<(Option<Handle<GroupCoordinator>>, Vec<String>)> {
    let topic = group_coordinator::offsets_topic(&view.image);
    let mut by_partition: BTreeMap<Option<i32>, Vec<String>> = BTreeMap::new();
    for group in groups {
        let partition = topic.map(|topic| group_coordinator::partition_of(group, topic));
        by_partition.entry(partition).or_default().push(group.to_owned());
    }
    let groups = by_partition.into_values();
    groups
        .map(|groups| {
            let first = groups.first().map_or("", String::as_str);
            let coordinator = group_coordinator::of_group(view, first);
            (coordinator.map(|(coordinator, _)| coordinator.clone()), groups)
        })
        .collect()
}

/// The code of an error, 0 for none.
fn code(error: Option<GroupError>) -> i16 {
    error.map_or(errors::NONE, GroupError::code)
}

fn text(text: impl Into<String>) -> StrBytes {
    StrBytes::from_string(text.into())
}

fn optional_text(it: Option<impl Into<String>>) -> Option<StrBytes> {
    it.map(text)
}

fn owned(text: &Option<StrBytes>) -> Option<String> {
    text.as_ref().map(ToString::to_string)
}

/// The code of an outcome that is no answer to what was asked.
fn no_answer(outcome: Outcome, api: ApiKey) -> i16 {
    outcome.map_or_else(|code| code, |answer| misunderstood(api, &answer))
}

/// What an answer that is one to another question comes to, which does not happen.
fn misunderstood(api: ApiKey, answer: &GroupAnswer) -> i16 {
    tracing::error!(?api, ?answer, "an answer to another question");
    errors::UNKNOWN_SERVER_ERROR
}
