//! DeleteTopics: by name, or (from version 6, KIP-516) by id.

use std::collections::BTreeMap;

use kabuki_metadata::controller::{DeletedTopic, TopicToDelete};
use kabuki_wire::messages::delete_topics_response::DeletableTopicResult;
use kabuki_wire::messages::{DeleteTopicsRequest, DeleteTopicsResponse};
use kabuki_wire::{ApiKey, ResponseError, Uuid};

use super::admin::{self, Problem, code_and_message};
use super::describing::topic_name;
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

/// The first version whose topics may be named by id.
const TOPIC_IDS_VERSION: i16 = 6;
/// The first version that knows an error for `delete.topic.enable=false`.
const DISABLED_VERSION: i16 = 3;

/// A topic as the request names it: by name, by id, or (which is refused) by both or neither.
type Named = (Option<String>, Uuid);

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DeleteTopicsRequest = request.decode()?;
    let topics = named(&asked, envelope.version);
    let (distinct, repeated) = match env.context.live().config.topics.delete_topic_enable {
        true => distinct(topics),
        // The controller refuses all of them.
        false => (topics, Vec::new()),
    };
    let refused: Vec<_> = repeated
        .into_iter()
        .map(|topic| (topic, Err(Problem::invalid_request("the topic is given more than once"))))
        .collect();
    let topics = distinct.iter().cloned().map(|(name, id)| TopicToDelete { name, id }).collect();
    let request = ControllerRequest::DeleteTopics(topics);
    Ok(admin::ask(ApiKey::DeleteTopics, request, env, move |outcome, env| {
        let mut results = admin::results(outcome, &distinct, |answer| match answer {
            ControllerAnswer::TopicsDeleted(results) => Ok(results
                .into_iter()
                .map(|DeletedTopic { name, id, result }| ((name, id), result))
                .collect()),
            other => Err(other),
        });
        results.extend(refused);
        respond(envelope, results, env)
    }))
}

fn named(asked: &DeleteTopicsRequest, version: i16) -> Vec<Named> {
    if version >= TOPIC_IDS_VERSION {
        let topics = asked.topics.iter();
        let name = |name: &kabuki_wire::messages::TopicName| name.to_string();
        topics.map(|topic| (topic.name.as_ref().map(name), topic.topic_id)).collect()
    } else {
        let names = asked.topic_names.iter();
        names.map(|name| (Some(name.to_string()), Uuid::nil())).collect()
    }
}

/// What is named once, in order, and what is named more often. (Who names neither name nor id is refused each time.)
fn distinct(topics: Vec<Named>) -> (Vec<Named>, Vec<Named>) {
    let mut counts: BTreeMap<Named, usize> = BTreeMap::new();
    for topic in &topics {
        *counts.entry(topic.clone()).or_default() += 1;
    }
    let is_named = |(name, id): &Named| name.is_some() == id.is_nil();
    let repeated = |topic: &Named| is_named(topic) && counts.get(topic).is_some_and(|&n| n > 1);
    let once = topics.into_iter().filter(|topic| !repeated(topic)).collect();
    let often = counts.keys().filter(|topic| repeated(topic)).cloned().collect();
    (once, often)
}

fn respond(envelope: Envelope, results: Vec<(Named, Result<(), Problem>)>, env: &Env<'_>) -> Step {
    let responses: Vec<DeletableTopicResult> = results
        .into_iter()
        .map(|((name, id), result)| {
            let (code, message) = code_and_message(&result);
            DeletableTopicResult::default()
                .with_name(name.as_deref().map(topic_name))
                .with_topic_id(id)
                .with_error_code(for_version(code, envelope.version))
                .with_error_message(message)
        })
        .collect();
    admin::count_errors(ApiKey::DeleteTopics, responses.iter().map(|it| it.error_code), env);
    envelope.send(&DeleteTopicsResponse::default().with_responses(responses))
}

fn for_version(code: i16, version: i16) -> i16 {
    let disabled = ResponseError::TopicDeletionDisabled.code();
    match code == disabled && version < DISABLED_VERSION {
        true => ResponseError::InvalidRequest.code(),
        false => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_name(name: &str) -> Named {
        (Some(name.to_owned()), Uuid::nil())
    }

    #[test]
    fn a_topic_named_twice_is_answered_once() {
        let topics = vec![by_name("b"), by_name("a"), by_name("b"), (None, Uuid::from_u128(7))];
        let expected = vec![by_name("a"), (None, Uuid::from_u128(7))];
        assert_eq!(distinct(topics), (expected, vec![by_name("b")]));
        let nameless = vec![(None, Uuid::nil()); 2];
        assert_eq!(distinct(nameless.clone()), (nameless, vec![]));
    }

    #[test]
    fn old_clients_know_no_disabled_deletion() {
        assert_eq!((for_version(73, 2), for_version(73, 3), for_version(3, 1)), (42, 73, 3));
    }
}
