//! ApiVersions: what this broker serves, and which features are finalized (KIP-35, KIP-511, KIP-584).

use kabuki_metadata::features;
use kabuki_wire::messages::api_versions_response::{
    ApiVersion, FinalizedFeatureKey, SupportedFeatureKey,
};
use kabuki_wire::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use super::{Env, Piece, Refusal, Request, Step};
use crate::network::registry::{self, APIS};

/// The first version that carries features.
const FEATURES_VERSION: i16 = 3;
/// The first version whose clients understand features with a minimum of 0 (KIP-1022).
const ZERO_MINIMUM_VERSION: i16 = 4;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let served =
        registry::find(ApiKey::ApiVersions).is_some_and(|api| envelope.version <= api.last);
    if !served || envelope.version < 0 {
        env.count_errors(envelope.api, [ResponseError::UnsupportedVersion.code()]);
        let frame = kabuki_wire::encode_unsupported_api_versions(envelope.correlation_id);
        return Ok(Step::Now(vec![Piece::Bytes(frame.freeze())]));
    }
    let asked: ApiVersionsRequest = request.decode()?;
    if envelope.version >= FEATURES_VERSION && !is_named(&asked) {
        let code = ResponseError::InvalidRequest.code();
        return Ok(envelope.send(&ApiVersionsResponse::default().with_error_code(code), env));
    }
    Ok(envelope.send(&response(envelope.version, env), env))
}

/// Clients must say what they are, in letters that fit a metric's name (KIP-511).
fn is_named(request: &ApiVersionsRequest) -> bool {
    let fits = |text: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        text.chars().all(inner) && ends(text.chars().next()) && ends(text.chars().last())
    };
    fits(&request.client_software_name) && fits(&request.client_software_version)
}

fn response(version: i16, env: &Env<'_>) -> ApiVersionsResponse {
    let keys = APIS.iter().map(|api| {
        ApiVersion::default()
            .with_api_key(api.key as i16)
            .with_min_version(api.advertised_from)
            .with_max_version(api.last)
    });
    let view = env.context.view.load();
    let mut response = ApiVersionsResponse::default().with_api_keys(keys.collect());
    if version >= FEATURES_VERSION {
        let shown = features::all_served()
            .filter(|feature| feature.supported.min > 0 || version >= ZERO_MINIMUM_VERSION);
        response.supported_features = shown
            .map(|feature| {
                SupportedFeatureKey::default()
                    .with_name(StrBytes::from_static_str(feature.name))
                    .with_min_version(feature.supported.min)
                    .with_max_version(feature.supported.max)
            })
            .collect();
        response.finalized_features_epoch = view.image.position().offset;
        response.finalized_features = features::finalized(&view.image, view.kraft_version)
            .map(|(name, level)| {
                FinalizedFeatureKey::default()
                    .with_name(StrBytes::from_static_str(name))
                    .with_min_version_level(level)
                    .with_max_version_level(level)
            })
            .collect();
    }
    response
}
