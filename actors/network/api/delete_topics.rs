//! DeleteTopics: by name, or (from version 6, KIP-516) by id.

use kabuki_metadata::controller::{DeletedTopic, TopicToDelete};
use kabuki_wire::messages::delete_topics_response::DeletableTopicResult;
use kabuki_wire::messages::{DeleteTopicsRequest, DeleteTopicsResponse, TopicName};
use kabuki_wire::{ApiKey, ResponseError, Uuid};

use super::admin::{self, Problem, code_and_message};
use super::describing::topic_name;
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

/// The first version whose topics may be named by id.
const TOPIC_IDS_VERSION: i16 = 6;
/// The first version that knows an error for `delete.topic.enable=false`.
const DISABLED_VERSION: i16 = 3;

/// A topic as the response names it: by name, by id, or by both or neither, as the request had it.
type Named = (Option<String>, Uuid);

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DeleteTopicsRequest = request.decode()?;
    let topics = topics(&asked, envelope.version);
    let deadline = admin::deadline(asked.timeout_ms);
    let request = ControllerRequest::DeleteTopics(topics.clone());
    let items: Vec<Named> = topics.into_iter().map(|topic| (topic.name, topic.id)).collect();
    Ok(admin::ask(ApiKey::DeleteTopics, request, deadline, env, move |outcome, env| {
        let results = admin::results(outcome, &items, |answer| match answer {
            ControllerAnswer::TopicsDeleted(results) => Ok(results
                .into_iter()
                .map(|DeletedTopic { name, id, result }| ((name, id), result))
                .collect()),
            other => Err(other),
        });
        respond(envelope, results, env)
    }))
}

fn topics(asked: &DeleteTopicsRequest, version: i16) -> Vec<TopicToDelete> {
    if version >= TOPIC_IDS_VERSION {
        let topics = asked.topics.iter().map(|topic| TopicToDelete {
            name: topic.name.as_ref().map(|name| name.to_string()),
            id: topic.topic_id,
        });
        topics.collect()
    } else {
        let names = asked.topic_names.iter();
        let by_name = |name: &TopicName| Some(name.to_string());
        names.map(|name| TopicToDelete { name: by_name(name), id: Uuid::nil() }).collect()
    }
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
    envelope.send(&DeleteTopicsResponse::default().with_responses(responses), env)
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

    #[test]
    fn old_clients_know_no_disabled_deletion() {
        assert_eq!((for_version(73, 2), for_version(73, 3), for_version(3, 1)), (42, 73, 3));
    }
}
