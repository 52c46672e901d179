//! DescribeConfigs: what topics, brokers, their loggers, groups and subscriptions to client metrics follow, and where
//! each value comes from.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use kabuki_config::{ConfigSource, ConfigSynonym, DescribedConfig};
use kabuki_metadata::controller::check_topic_name;
use kabuki_metadata::image::ResourceType;
use kabuki_wire::messages::describe_configs_request::DescribeConfigsResource;
use kabuki_wire::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym,
};
use kabuki_wire::messages::{DescribeConfigsRequest, DescribeConfigsResponse};
use kabuki_wire::{ResponseError, StrBytes};

use super::admin::{self, Problem};
use super::{Env, Refusal, Request, Step, described};

/// Keys described in one response: those of 10,000 topics. A group is described whether it exists or not, so that a
/// small request could make a response of any size; Kafka has no bound.
const ENTRIES_MAX: usize = 400_000;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DescribeConfigsRequest = request.decode()?;
    let is_known = |it: &DescribeConfigsResource| ResourceType(it.resource_type).is_known();
    // One resource of a kind that nobody knows spoils the whole request.
    let shown = Shown { synonyms: asked.include_synonyms, docs: asked.include_documentation };
    let all_known = asked.resources.iter().all(is_known);
    let mut entries = 0;
    let mut results = Vec::new();
    for wanted in distinct(&asked.resources) {
        let configs = match all_known {
            true => configs(wanted.resource, env),
            false => Err(Problem::invalid_request("there is no such type of resource")),
        };
        let result = result(&wanted, configs, shown);
        entries += result.configs.len();
        if entries > ENTRIES_MAX {
            return Err(Refusal::TooMuchAsked { asked: entries, limit: ENTRIES_MAX });
        }
        results.push(result);
    }
    Ok(envelope.send(&DescribeConfigsResponse::default().with_results(results), env))
}

/// What is shown of a key beside its value.
#[derive(Clone, Copy)]
struct Shown {
    synonyms: bool,
    docs: bool,
}

/// What is wanted of one resource.
struct Wanted<'r> {
    resource: &'r DescribeConfigsResource,
    /// The keys; empty: all of them.
    keys: BTreeSet<&'r str>,
}

/// Each resource once, with all that is wanted of it: Kafka answers repetitions one by one, but then a small request
/// would make a response of any size.
fn distinct(resources: &[DescribeConfigsResource]) -> Vec<Wanted<'_>> {
    let mut places = BTreeMap::new();
    let mut distinct: Vec<Wanted<'_>> = Vec::new();
    for resource in resources {
        let keys = resource.configuration_keys.iter().flatten().map(|key| key.as_str());
        let keys: BTreeSet<&str> = keys.collect();
        match places.entry((resource.resource_type, resource.resource_name.as_str())) {
            Entry::Vacant(place) => {
                place.insert(distinct.len());
                distinct.push(Wanted { resource, keys });
            }
            Entry::Occupied(place) => {
                let wanted = &mut distinct[*place.get()].keys;
                match wanted.is_empty() || keys.is_empty() {
                    true => wanted.clear(),
                    false => wanted.extend(keys),
                }
            }
        }
    }
    distinct
}

fn configs(
    resource: &DescribeConfigsResource,
    env: &Env<'_>,
) -> Result<Vec<DescribedConfig>, Problem> {
    let name = resource.resource_name.as_str();
    match ResourceType(resource.resource_type) {
        ResourceType::TOPIC => topic(name, env),
        ResourceType::BROKER if name.is_empty() => Ok(described::all_brokers(env)),
        ResourceType::BROKER => admin::check_node_id(name, env).map(|()| described::broker(env)),
        ResourceType::BROKER_LOGGER => {
            admin::check_node_id(name, env).map(|()| described::loggers(env))
        }
        _ if name.is_empty() => Err(Problem::invalid_request("the resource has no name")),
        ResourceType::GROUP => Ok(described::group(env, name)),
        _ => Ok(described::client_metrics(env, name)),
    }
}

fn topic(name: &str, env: &Env<'_>) -> Result<Vec<DescribedConfig>, Problem> {
    check_topic_name(name)?;
    let view = env.context.view.load();
    if view.image.topics().by_name(name).is_none() {
        return Err(Problem::new(ResponseError::UnknownTopicOrPartition, ""));
    }
    Ok(described::topic(env, view.image.configs().of_topic(name)))
}

fn result(
    wanted: &Wanted<'_>,
    configs: Result<Vec<DescribedConfig>, Problem>,
    shown: Shown,
) -> DescribeConfigsResult {
    // Kafka's message is empty, not null, where there is no error.
    let (code, message) = admin::code_and_message(&configs);
    let Wanted { resource, keys } = wanted;
    let is_wanted =
        |config: &DescribedConfig| keys.is_empty() || keys.contains(config.name.as_str());
    let configs = configs.unwrap_or_default().into_iter().filter(is_wanted);
    let Shown { synonyms, docs } = shown;
    DescribeConfigsResult::default()
        .with_error_code(code)
        .with_error_message(Some(message.unwrap_or_default()))
        .with_resource_type(resource.resource_type)
        .with_resource_name(resource.resource_name.clone())
        .with_configs(configs.map(|config| entry(config, synonyms, docs)).collect())
}

fn entry(
    config: DescribedConfig,
    with_synonyms: bool,
    with_docs: bool,
) -> DescribeConfigsResourceResult {
    let synonyms = config.synonyms.into_iter().filter(|_| with_synonyms);
    let documentation = match config.source {
        // Kafka leaves that of loggers alone.
        ConfigSource::BrokerLogger => config.doc,
        _ => config.doc.filter(|_| with_docs),
    };
    let documentation = documentation.map(StrBytes::from_static_str);
    DescribeConfigsResourceResult::default()
        .with_name(StrBytes::from_string(config.name))
        .with_value(config.value.map(StrBytes::from_string))
        .with_read_only(config.read_only)
        .with_config_source(config.source as i8)
        .with_is_sensitive(config.sensitive)
        .with_synonyms(synonyms.map(synonym).collect())
        .with_config_type(config.config_type as i8)
        .with_documentation(documentation)
}

fn synonym(synonym: ConfigSynonym) -> DescribeConfigsSynonym {
    DescribeConfigsSynonym::default()
        .with_name(StrBytes::from_string(synonym.name))
        .with_value(synonym.value.map(StrBytes::from_string))
        .with_source(synonym.source as i8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(name: &'static str, keys: Option<&[&'static str]>) -> DescribeConfigsResource {
        let keys = keys.map(|keys| keys.iter().copied().map(StrBytes::from_static_str).collect());
        DescribeConfigsResource::default()
            .with_resource_type(2)
            .with_resource_name(StrBytes::from_static_str(name))
            .with_configuration_keys(keys)
    }

    #[test]
    fn a_repeated_resource_is_answered_once_with_all_that_was_asked_for() {
        let resources = [
            resource("b", Some(&["x"])),
            resource("a", Some(&["x"])),
            resource("b", Some(&["y", "x"])),
            resource("a", None),
        ];
        let distinct = distinct(&resources);
        let seen: Vec<_> = distinct
            .iter()
            .map(|wanted| {
                let keys: Vec<&str> = wanted.keys.iter().copied().collect();
                (wanted.resource.resource_name.as_str(), keys)
            })
            .collect();
        assert_eq!(seen, [("b", vec!["x", "y"]), ("a", vec![])]);
    }

    #[test]
    fn synonyms_are_shown_when_asked_for() {
        let config = || DescribedConfig {
            name: "retention.ms".to_owned(),
            value: Some("5".to_owned()),
            source: ConfigSource::Topic,
            config_type: kabuki_config::ConfigType::Long,
            read_only: false,
            sensitive: false,
            synonyms: vec![ConfigSynonym {
                name: "retention.ms".to_owned(),
                value: Some("5".to_owned()),
                source: ConfigSource::Topic,
            }],
            doc: Some("What is kept."),
        };
        let shown = entry(config(), true, true);
        assert_eq!(
            (shown.synonyms.len(), shown.documentation.as_deref()),
            (1, Some("What is kept."))
        );
        let entry = entry(config(), false, false);
        assert_eq!(entry.documentation, None);
        assert_eq!((entry.synonyms.len(), entry.config_source, entry.config_type), (0, 1, 5));
    }
}
