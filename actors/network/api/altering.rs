//! What AlterConfigs and IncrementalAlterConfigs share. Topics and brokers are changed by the controller.

use std::collections::{BTreeMap, BTreeSet};

use kabuki_metadata::image::{ConfigResource, ResourceType};
use kabuki_wire::{ApiKey, StrBytes};

use super::admin::{self, Problem};
use super::{Env, Step};
use crate::controller::{ControllerAnswer, Request as ControllerRequest};

/// A resource of a request, with its changes or with what is wrong with them.
pub(super) type Alteration<C> = (ConfigResource, Result<Vec<C>, Problem>);
/// A resource, and what came of its changes.
pub(super) type Altered = (ConfigResource, Result<(), Problem>);

/// The resource that a request names.
pub(super) fn resource(kind: i8, name: &StrBytes) -> ConfigResource {
    ConfigResource { kind: ResourceType(kind), name: name.to_string() }
}

/// Has the controller change what can be changed, but for what is changed `here`. `respond` gets the resources in their order.
pub(super) fn alter<C, R>(
    api: ApiKey,
    alterations: Vec<Alteration<C>>,
    env: &Env<'_>,
    here: impl Fn(&ConfigResource, &[C]) -> Option<Result<(), Problem>>,
    request: impl FnOnce(Vec<(ConfigResource, Vec<C>)>) -> ControllerRequest,
    respond: R,
) -> Step
where
    R: FnOnce(Vec<Altered>, &Env<'_>) -> Step + Send + 'static,
{
    let mut accepted = Vec::new();
    let mut altered: Vec<Altered> = Vec::with_capacity(alterations.len());
    for (resource, changes) in refuse_repeated(alterations) {
        if let Some(done) = changes.as_ref().ok().and_then(|changes| here(&resource, changes)) {
            altered.push((resource, done));
            continue;
        }
        let changes = changes.and_then(|changes| {
            check_resource(&resource, env)?;
            Ok(changes)
        });
        altered.push((resource.clone(), changes.as_ref().map(drop).map_err(Problem::clone)));
        if let Ok(changes) = changes {
            accepted.push((resource, changes));
        }
    }
    if accepted.is_empty() {
        return respond(altered, env);
    }
    let resources: Vec<_> = accepted.iter().map(|(resource, _)| resource.clone()).collect();
    admin::ask(api, request(accepted), None, env, move |outcome, env| {
        let results = admin::results(outcome, &resources, |answer| match answer {
            ControllerAnswer::ConfigsAltered(results) => Ok(results),
            other => Err(other),
        });
        respond(merged(altered, results), env)
    })
}

/// Puts the controller's results in their places; a resource that was refused before keeps its problem.
fn merged(altered: Vec<Altered>, results: Vec<Altered>) -> Vec<Altered> {
    let mut results: BTreeMap<_, _> = results.into_iter().collect();
    let merged = altered.into_iter().map(|(resource, before)| {
        let result = results.remove(&resource).unwrap_or(before);
        (resource, result)
    });
    merged.collect()
}

fn refuse_repeated<C>(mut alterations: Vec<Alteration<C>>) -> Vec<Alteration<C>> {
    let mut seen = BTreeSet::new();
    let resources = alterations.iter().map(|(resource, _)| resource.clone());
    let repeated: BTreeSet<_> = resources.filter(|it| !seen.insert(it.clone())).collect();
    for (_, changes) in alterations.iter_mut().filter(|(it, _)| repeated.contains(it)) {
        *changes = Err(Problem::invalid_request("the resource comes more than once"));
    }
    alterations
}

/// Whether the resource can be changed here at all.
fn check_resource(resource: &ConfigResource, env: &Env<'_>) -> Result<(), Problem> {
    match resource.kind {
        ResourceType::BROKER if !resource.name.is_empty() => {
            admin::check_node_id(&resource.name, env)
        }
        kind if kind.is_known() => Ok(()),
        ResourceType(kind) => {
            Err(Problem::invalid_request(format!("there is no resource type {kind}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str) -> ConfigResource {
        ConfigResource::topic(name)
    }

    #[test]
    fn a_resource_that_comes_twice_is_refused_each_time() {
        let alterations =
            vec![(topic("a"), Ok(vec![1])), (topic("b"), Ok(vec![])), (topic("a"), Ok(vec![]))];
        let refused: Vec<bool> =
            refuse_repeated(alterations).iter().map(|(_, changes)| changes.is_err()).collect();
        assert_eq!(refused, [true, false, true]);
    }

    #[test]
    fn results_find_their_places() {
        let problem = || Problem::invalid_request("no");
        let altered = vec![
            (topic("a"), Ok(())),
            (ConfigResource::broker(1), Err(problem())),
            (topic("b"), Ok(())),
        ];
        let merged = merged(altered, vec![(topic("b"), Err(problem())), (topic("a"), Ok(()))]);
        let refused: Vec<bool> = merged.iter().map(|(_, result)| result.is_err()).collect();
        assert_eq!(refused, [false, true, true]);
    }
}
