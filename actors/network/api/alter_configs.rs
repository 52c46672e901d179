//! AlterConfigs: replaces all overrides of a resource. Deprecated by Kafka in favour of IncrementalAlterConfigs.

use kabuki_metadata::controller::AlterConfigs;
use kabuki_metadata::image::{ConfigResource, ResourceType};
use kabuki_wire::messages::alter_configs_request::AlterConfigsResource;
use kabuki_wire::messages::alter_configs_response::AlterConfigsResourceResponse;
use kabuki_wire::messages::{AlterConfigsRequest, AlterConfigsResponse};
use kabuki_wire::{ApiKey, StrBytes};

use super::admin::{Problem, code_and_message};
use super::altering::{self, Alteration, Altered};
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::Request as ControllerRequest;

/// A key and its new value.
type Override = (String, Option<String>);

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: AlterConfigsRequest = request.decode()?;
    let validate_only = asked.validate_only;
    let alterations = asked.resources.iter().map(alteration).collect();
    let request =
        |resources| ControllerRequest::AlterConfigs(AlterConfigs { resources, validate_only });
    let respond = move |altered, env: &Env<'_>| respond(envelope, altered, env);
    let nothing_here = |_: &ConfigResource, _: &[Override]| None;
    Ok(altering::alter(ApiKey::AlterConfigs, alterations, env, nothing_here, request, respond))
}

fn alteration(asked: &AlterConfigsResource) -> Alteration<Override> {
    let text = |text: &StrBytes| text.to_string();
    let configs = asked.configs.iter();
    let overrides = configs.map(|config| (text(&config.name), config.value.as_ref().map(text)));
    // Log levels are out of its reach, at any broker.
    let overrides = match ResourceType(asked.resource_type) {
        ResourceType::BROKER_LOGGER => {
            Err(Problem::invalid_request("log levels can only be changed incrementally"))
        }
        _ => Ok(overrides.collect()),
    };
    (altering::resource(asked.resource_type, &asked.resource_name), overrides)
}

fn respond(envelope: Envelope, altered: Vec<Altered>, env: &Env<'_>) -> Step {
    let responses: Vec<AlterConfigsResourceResponse> = altered
        .into_iter()
        .map(|(resource, result)| {
            let (code, message) = code_and_message(&result);
            AlterConfigsResourceResponse::default()
                .with_error_code(code)
                .with_error_message(message)
                .with_resource_type(resource.kind.0)
                .with_resource_name(StrBytes::from_string(resource.name))
        })
        .collect();
    envelope.send(&AlterConfigsResponse::default().with_responses(responses), env)
}
