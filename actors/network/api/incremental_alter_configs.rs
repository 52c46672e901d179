//! IncrementalAlterConfigs: changes single overrides of a resource (KIP-339), and log levels (KIP-412).

use kabuki_metadata::controller::{
    IncrementalAlterConfigs, IncrementalChange, IncrementalOperation, check_changes,
};
use kabuki_metadata::image::{ConfigResource, ResourceType};
use kabuki_wire::messages::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig,
};
use kabuki_wire::messages::incremental_alter_configs_response::AlterConfigsResourceResponse;
use kabuki_wire::messages::{IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse};
use kabuki_wire::{ApiKey, StrBytes};

use super::admin::{self, Problem, code_and_message};
use super::altering::{self, Alteration, Altered};
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::Request as ControllerRequest;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: IncrementalAlterConfigsRequest = request.decode()?;
    let validate_only = asked.validate_only;
    let alterations = asked.resources.iter().map(alteration).collect();
    let request = |resources| {
        let request = IncrementalAlterConfigs { resources, validate_only };
        ControllerRequest::IncrementalAlterConfigs(request)
    };
    let respond = move |altered, env: &Env<'_>| respond(envelope, altered, env);
    let here = |resource: &ConfigResource, changes: &[IncrementalChange]| {
        alter_loggers(resource, changes, validate_only, env)
    };
    let api = ApiKey::IncrementalAlterConfigs;
    Ok(altering::alter(api, alterations, env, here, request, respond))
}

fn alteration(asked: &AlterConfigsResource) -> Alteration<IncrementalChange> {
    let changes = asked.configs.iter().map(change).collect();
    (altering::resource(asked.resource_type, &asked.resource_name), Ok(changes))
}

fn change(config: &AlterableConfig) -> IncrementalChange {
    IncrementalChange {
        key: config.name.to_string(),
        operation: IncrementalOperation::from_wire(config.config_operation),
        value: config.value.as_ref().map(StrBytes::to_string),
    }
}

/// Log levels change at once and here: they are not kept.
fn alter_loggers(
    resource: &ConfigResource,
    changes: &[IncrementalChange],
    validate_only: bool,
    env: &Env<'_>,
) -> Option<Result<(), Problem>> {
    if resource.kind != ResourceType::BROKER_LOGGER {
        return None;
    }
    let checked = check_changes(changes).map_err(Problem::from);
    let checked = checked.and_then(|()| admin::check_node_id(&resource.name, env));
    let altered = checked.and_then(|()| {
        env.context.loggers.alter(changes, validate_only).map_err(|error| error.into())
    });
    Some(altered)
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
    envelope.send(&IncrementalAlterConfigsResponse::default().with_responses(responses), env)
}
