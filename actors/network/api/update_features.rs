//! UpdateFeatures: levels of features are finalized, all that are asked for or none (KIP-584, KIP-778, KIP-1022).

use kabuki_metadata::controller::{FeatureUpdate, UpdateFeatures};
use kabuki_wire::messages::update_features_request::FeatureUpdateKey;
use kabuki_wire::messages::update_features_response::UpdatableFeatureResult;
use kabuki_wire::messages::{UpdateFeaturesRequest, UpdateFeaturesResponse};
use kabuki_wire::{ApiKey, StrBytes};

use super::admin::{self, Problem};
use super::{Env, Envelope, Refusal, Request, Step};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

/// The last version whose response repeats each feature that was updated.
const RESULTS_VERSION_MAX: i16 = 1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: UpdateFeaturesRequest = request.decode()?;
    let updates: Vec<FeatureUpdate> = asked.feature_updates.iter().map(update).collect();
    let names = asked.feature_updates.into_iter().map(|update| update.feature).collect();
    let request = UpdateFeatures { updates, validate_only: asked.validate_only };
    let request = ControllerRequest::UpdateFeatures(request);
    // Kafka gives this request all the time that it takes.
    Ok(admin::ask(ApiKey::UpdateFeatures, request, None, env, move |outcome, env| {
        let result = admin::result(outcome, |answer| match answer {
            ControllerAnswer::FeaturesUpdated(result) => Ok(result),
            other => Err(other),
        });
        respond(envelope, names, result, env)
    }))
}

/// Version 0 asks for a downgrade in a way that Kafka no longer hears: it comes out as an upgrade.
fn update(asked: &FeatureUpdateKey) -> FeatureUpdate {
    FeatureUpdate {
        name: asked.feature.to_string(),
        level: asked.max_version_level,
        upgrade_type: asked.upgrade_type,
    }
}

/// What is refused is refused as a whole; what was done is told feature by feature to old clients.
fn respond(
    envelope: Envelope,
    names: Vec<StrBytes>,
    result: Result<(), Problem>,
    env: &Env<'_>,
) -> Step {
    let (code, message) = admin::code_and_message(&result);
    let mut response =
        UpdateFeaturesResponse::default().with_error_code(code).with_error_message(message);
    if result.is_ok() && envelope.version <= RESULTS_VERSION_MAX {
        response.results = names.into_iter().map(updated).collect();
    }
    envelope.send(&response, env)
}

fn updated(name: StrBytes) -> UpdatableFeatureResult {
    // Kafka writes the name of the absent error.
    let message = Some(StrBytes::from_static_str("NONE"));
    UpdatableFeatureResult::default().with_feature(name).with_error_message(message)
}
