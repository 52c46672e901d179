//! CreatePartitions: topics grow.

use kabuki_metadata::controller::PartitionsToAdd;
use kabuki_wire::ApiKey;
use kabuki_wire::messages::create_partitions_request::{
    CreatePartitionsAssignment, CreatePartitionsTopic,
};
use kabuki_wire::messages::create_partitions_response::CreatePartitionsTopicResult;
use kabuki_wire::messages::{CreatePartitionsRequest, CreatePartitionsResponse};

use super::admin::{self, Problem, code_and_message};
use super::describing::topic_name;
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: CreatePartitionsRequest = request.decode()?;
    let topics: Vec<PartitionsToAdd> = asked.topics.iter().map(to_add).collect();
    let names: Vec<String> = topics.iter().map(|topic| topic.topic.clone()).collect();
    let validate_only = asked.validate_only;
    let request = ControllerRequest::CreatePartitions { topics, validate_only };
    let deadline = admin::deadline(asked.timeout_ms);
    Ok(admin::ask(ApiKey::CreatePartitions, request, deadline, env, move |outcome, env| {
        let results = admin::results(outcome, &names, |answer| match answer {
            ControllerAnswer::PartitionsCreated(results) => Ok(results),
            other => Err(other),
        });
        respond(envelope, results, env)
    }))
}

fn to_add(topic: &CreatePartitionsTopic) -> PartitionsToAdd {
    let brokers = |assignment: &CreatePartitionsAssignment| {
        assignment.broker_ids.iter().map(|id| id.0).collect()
    };
    PartitionsToAdd {
        topic: topic.name.to_string(),
        count: topic.count,
        assignments: topic.assignments.as_ref().map(|them| them.iter().map(brokers).collect()),
    }
}

fn respond(envelope: Envelope, results: Vec<(String, Result<(), Problem>)>, env: &Env<'_>) -> Step {
    let results: Vec<CreatePartitionsTopicResult> = results
        .into_iter()
        .map(|(name, result)| {
            let (code, message) = code_and_message(&result);
            CreatePartitionsTopicResult::default()
                .with_name(topic_name(&name))
                .with_error_code(code)
                .with_error_message(message)
        })
        .collect();
    envelope.send(&CreatePartitionsResponse::default().with_results(results), env)
}
