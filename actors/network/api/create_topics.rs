//! CreateTopics: the controller decides; the response shows what each new topic follows (KIP-525).

use kabuki_metadata::controller::{CreateTopics, CreatedTopic, NewTopic};
use kabuki_wire::messages::create_topics_request::CreatableTopic;
use kabuki_wire::messages::create_topics_response::{CreatableTopicConfigs, CreatableTopicResult};
use kabuki_wire::messages::{CreateTopicsRequest, CreateTopicsResponse};
use kabuki_wire::{ApiKey, StrBytes};

use super::admin::{self, Problem, code_and_message};
use super::describing::topic_name;
use super::{Env, Envelope, Refusal, Request, Step, described};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

/// The first version that tells partitions, replicas and configuration of what it created.
const DETAILS_VERSION: i16 = 5;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: CreateTopicsRequest = request.decode()?;
    let topics: Vec<NewTopic> = asked.topics.iter().map(new_topic).collect();
    let names: Vec<String> = topics.iter().map(|topic| topic.name.clone()).collect();
    let request = CreateTopics { topics, validate_only: asked.validate_only };
    let request = ControllerRequest::CreateTopics(request);
    let deadline = admin::deadline(asked.timeout_ms);
    Ok(admin::ask(ApiKey::CreateTopics, request, deadline, env, move |outcome, env| {
        let results = admin::results(outcome, &names, |answer| match answer {
            ControllerAnswer::TopicsCreated(results) => Ok(results),
            other => Err(other),
        });
        respond(envelope, results, env)
    }))
}

fn new_topic(topic: &CreatableTopic) -> NewTopic {
    let brokers = |ids: &[kabuki_wire::messages::BrokerId]| ids.iter().map(|id| id.0).collect();
    let text = |text: &StrBytes| text.to_string();
    NewTopic {
        name: topic.name.to_string(),
        partitions: topic.num_partitions,
        replication_factor: topic.replication_factor,
        assignments: topic
            .assignments
            .iter()
            .map(|it| (it.partition_index, brokers(&it.broker_ids)))
            .collect(),
        configs: topic
            .configs
            .iter()
            .map(|config| (text(&config.name), config.value.as_ref().map(text)))
            .collect(),
    }
}

fn respond(
    envelope: Envelope,
    results: Vec<(String, Result<CreatedTopic, Problem>)>,
    env: &Env<'_>,
) -> Step {
    let topics: Vec<CreatableTopicResult> = results
        .into_iter()
        .map(|(name, result)| topic_result(&name, result, envelope.version, env))
        .collect();
    envelope.send(&CreateTopicsResponse::default().with_topics(topics), env)
}

fn topic_result(
    name: &str,
    result: Result<CreatedTopic, Problem>,
    version: i16,
    env: &Env<'_>,
) -> CreatableTopicResult {
    let (code, message) = code_and_message(&result);
    let response = CreatableTopicResult::default()
        .with_name(topic_name(name))
        .with_error_code(code)
        .with_error_message(message);
    match result {
        Ok(created) if version >= DETAILS_VERSION => response
            .with_topic_id(created.topic_id)
            .with_num_partitions(created.partitions)
            .with_replication_factor(created.replication_factor)
            .with_configs(Some(configs(&created, env))),
        _ => response,
    }
}

fn configs(created: &CreatedTopic, env: &Env<'_>) -> Vec<CreatableTopicConfigs> {
    let configs = described::topic(env, &created.configs).into_iter().map(|config| {
        // What the request has set is repeated letter by letter.
        let value = created.configs.get(&config.name).cloned().or(config.value);
        CreatableTopicConfigs::default()
            .with_name(StrBytes::from_string(config.name))
            .with_value(value.map(StrBytes::from_string))
            .with_read_only(config.read_only)
            .with_config_source(config.source as i8)
            .with_is_sensitive(config.sensitive)
    });
    configs.collect()
}
