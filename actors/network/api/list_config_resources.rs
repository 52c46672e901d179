//! ListConfigResources: what can be described and configured (KIP-1142; before it ListClientMetricsResources, KIP-714).

use std::collections::BTreeSet;

use kabuki_metadata::ClusterImage;
use kabuki_metadata::image::ResourceType;
use kabuki_wire::messages::list_config_resources_response::ConfigResource;
use kabuki_wire::messages::{ListConfigResourcesRequest, ListConfigResourcesResponse};
use kabuki_wire::{ResponseError, StrBytes};

use super::{Env, Refusal, Request, Step};

/// From this version on other resources than subscriptions to client metrics are listed.
const ALL_RESOURCES: i16 = 1;

/// What is listed when nothing is asked for by name.
const KINDS: [ResourceType; 5] = [
    ResourceType::TOPIC,
    ResourceType::BROKER,
    ResourceType::BROKER_LOGGER,
    ResourceType::CLIENT_METRICS,
    ResourceType::GROUP,
];

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let version = request.header.version;
    let asked: ListConfigResourcesRequest = request.decode()?;
    let kinds = kinds(version, &asked.resource_types);
    let view = env.context.view.load();
    let response = match kinds.iter().all(|kind| KINDS.contains(kind)) {
        true => {
            let listed = kinds.iter().flat_map(|kind| listed(&view.image, *kind));
            ListConfigResourcesResponse::default().with_config_resources(listed.collect())
        }
        false => {
            let code = ResponseError::UnsupportedVersion.code();
            ListConfigResourcesResponse::default().with_error_code(code)
        }
    };
    Ok(envelope.send(&response, env))
}

fn kinds(version: i16, asked: &[i8]) -> BTreeSet<ResourceType> {
    match asked {
        _ if version < ALL_RESOURCES => [ResourceType::CLIENT_METRICS].into(),
        [] => KINDS.into(),
        asked => asked.iter().map(|kind| ResourceType(*kind)).collect(),
    }
}

/// Topics and brokers whether they have overrides or not, everything else that has some.
fn listed(image: &ClusterImage, kind: ResourceType) -> Vec<ConfigResource> {
    let resource = |name: String| {
        ConfigResource::default()
            .with_resource_type(kind.0)
            .with_resource_name(StrBytes::from_string(name))
    };
    match kind {
        ResourceType::TOPIC => {
            image.topics().iter().map(|it| resource(it.name.to_string())).collect()
        }
        ResourceType::BROKER | ResourceType::BROKER_LOGGER => {
            image.brokers().keys().map(|id| resource(id.to_string())).collect()
        }
        kind => {
            let of_kind = image.configs().iter().filter(|(it, _)| it.kind == kind);
            of_kind.map(|(it, _)| resource(it.name.clone())).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_images;
    use super::*;

    #[test]
    fn the_first_version_knows_client_metrics_alone() {
        assert_eq!(kinds(0, &[2]), [ResourceType::CLIENT_METRICS].into());
        assert_eq!(kinds(1, &[]).len(), 5);
        assert_eq!(kinds(1, &[2, 2, 0]), [ResourceType(0), ResourceType::TOPIC].into());
    }

    #[test]
    fn topics_and_brokers_are_listed_without_overrides_too() {
        let image = test_images::with_topics(&[("b", 1), ("a", 1)]);
        let names = |kind| {
            let listed = listed(&image, kind);
            listed.iter().map(|it| it.resource_name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(ResourceType::TOPIC), ["a", "b"]);
        assert_eq!(names(ResourceType::BROKER_LOGGER), ["1", "2"]);
        assert!(names(ResourceType::GROUP).is_empty());
    }
}
