//! Keys that ask for protection. Until Kabuki gives it, a broker that is asked for it does not start: a cluster that
//! its owner believes guarded must not stand open. `kabuki.ignore.security=true` is the only way round.

use crate::error::{Problem, ProblemKind};
use crate::listeners::{Listeners, SecurityProtocol};
use crate::settings::Settings;

/// Keys that ask for protection by themselves, besides all `ssl.*` and `sasl.*`, sorted.
const KEYS: [&str; 9] = [
    "alter.config.policy.class.name",
    "authorizer.class.name",
    "client.quota.callback.class",
    "connections.max.reauth.ms",
    "create.topic.policy.class.name",
    "delegation.token.secret.key",
    "principal.builder.class",
    "security.inter.broker.protocol",
    "security.providers",
];

const REMEDY: &str =
    "remove it, or start without this protection by setting kabuki.ignore.security=true";

/// Does the key ask for protection, for the whole broker or for one listener?
pub(crate) fn is_protection(name: &str) -> bool {
    let base = match name.strip_prefix("listener.name.").and_then(|rest| rest.split_once('.')) {
        Some((_, base)) => base,
        None => name,
    };
    // A listener's key may name a SASL mechanism first: listener.name.internal.plain.sasl.jaas.config.
    let is_of_mechanism = base.len() < name.len() && base.contains(".sasl.");
    base.starts_with("ssl.")
        || base.starts_with("sasl.")
        || is_of_mechanism
        || KEYS.binary_search(&base).is_ok()
}

/// Every key that asks for protection, when it is set to something else than its default.
pub(crate) fn unmet(settings: &Settings) -> Vec<Problem> {
    let asks = settings.iter_set().filter(|(name, setting)| {
        is_protection(name) && (setting.key.is_none() || setting.differs_from_default())
    });
    asks.map(|(name, _)| problem(settings, name, what(name))).collect()
}

/// Every listener that is to be protected.
pub(crate) fn unmet_by_listeners(settings: &Settings, listeners: &Listeners) -> Vec<Problem> {
    let all = listeners.broker.iter().chain(&listeners.controller);
    let guarded = all.filter(|listener| listener.protocol != SecurityProtocol::Plaintext);
    guarded
        .map(|listener| {
            let what = format!("listener {} speaks {}", listener.name, listener.protocol);
            problem(settings, "listeners", format!("{what}, which Kabuki does not give yet"))
        })
        .collect()
}

fn problem(settings: &Settings, name: &str, what: String) -> Problem {
    settings.problem(ProblemKind::Protection, name, what, REMEDY)
}

fn what(name: &str) -> String {
    let base = name.rsplit("listener.name.").next().unwrap_or(name);
    let protection = match base {
        base if base.contains("sasl.") || base.starts_with("connections.max.reauth") => {
            "authentication"
        }
        base if base.contains("ssl.") || base.starts_with("security.") => "encryption",
        base if base.starts_with("authorizer.") => "authorization",
        base if base.starts_with("client.quota") => "quotas",
        base if base.starts_with("delegation.token") => "delegation tokens",
        base if base.contains("principal.builder") => "principals",
        _ => "a policy",
    };
    format!("asks for protection that Kabuki does not give yet ({protection})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_ask_for_protection() {
        assert!(KEYS.is_sorted());
        for name in [
            "authorizer.class.name",
            "ssl.keystore.location",
            "sasl.enabled.mechanisms",
            "listener.name.internal.ssl.keystore.location",
            "listener.name.internal.scram-sha-256.sasl.jaas.config",
            "listener.name.internal.principal.builder.class",
            "ssl.some.key.of.tomorrow",
        ] {
            assert!(is_protection(name), "{name}");
        }
        for name in ["listener.name.internal.max.connections", "listeners", "my.sasl.thing"] {
            assert!(!is_protection(name), "{name}");
        }
    }
}
