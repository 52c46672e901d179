//! Groups and their coordinators.

use std::collections::BTreeMap;

use crate::class_names::built_in;
use crate::key::group_key;
use crate::settings::Settings;
use crate::value::Value;

/// Groups of every kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupsConfig {
    /// `group.min.session.timeout.ms`.
    pub min_session_timeout_ms: u64,
    /// `group.max.session.timeout.ms`.
    pub max_session_timeout_ms: u64,
    /// `group.initial.rebalance.delay.ms`.
    pub initial_rebalance_delay_ms: u64,
    /// `group.max.size`.
    pub max_size: u32,
    /// `group.coordinator.append.linger.ms`; `None` for −1: what was collected is written when nothing more waits.
    pub append_linger_ms: Option<u64>,
    /// Groups of the consumer protocol.
    pub consumer: ConsumerGroupsConfig,
}

/// Groups of the consumer protocol (KIP-848).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerGroupsConfig {
    /// `group.coordinator.rebalance.protocols` has `consumer`.
    pub is_served: bool,
    /// `group.consumer.max.size`.
    pub max_size: u32,
    /// `group.consumer.assignors`, those that are built in, by their short names. The first is the default.
    pub assignors: Vec<&'static str>,
    /// `group.consumer.migration.policy` allows a classic group to become a consumer group.
    pub allows_upgrade: bool,
    /// The same the other way.
    pub allows_downgrade: bool,
    /// `group.consumer.regex.refresh.interval.ms`.
    pub regex_refresh_interval_ms: u64,
    /// `kabuki.group.consumer.rebalance.heartbeat.interval.ms`; `None` (0): members are never asked to come sooner.
    pub rebalance_heartbeat_interval_ms: Option<u64>,
    /// What groups without settings of their own follow.
    pub timing: ConsumerGroupTiming,
}

/// The timing of one group of the consumer protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsumerGroupTiming {
    /// `group.consumer.session.timeout.ms`, or the group's `consumer.session.timeout.ms`.
    pub session_timeout_ms: u64,
    /// `group.consumer.heartbeat.interval.ms`, or the group's `consumer.heartbeat.interval.ms`.
    pub heartbeat_interval_ms: u64,
    /// `group.consumer.assignment.interval.ms`, or the group's `consumer.assignment.interval.ms`.
    pub assignment_interval_ms: u64,
}

impl GroupsConfig {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            min_session_timeout_ms: settings.unsigned("group.min.session.timeout.ms"),
            max_session_timeout_ms: settings.unsigned("group.max.session.timeout.ms"),
            initial_rebalance_delay_ms: settings.unsigned("group.initial.rebalance.delay.ms"),
            max_size: settings.unsigned32("group.max.size"),
            append_linger_ms: settings.unsigned_opt("group.coordinator.append.linger.ms"),
            consumer: ConsumerGroupsConfig::new(settings),
        }
    }
}

impl ConsumerGroupsConfig {
    fn new(settings: &Settings) -> Self {
        let list = |name: &str| settings.list(name).unwrap_or_default().iter();
        let policy = settings.text("group.consumer.migration.policy").unwrap_or_default();
        let allows = |direction: &str| {
            ["bidirectional", direction].iter().any(|it| policy.eq_ignore_ascii_case(it))
        };
        let assignors = "group.consumer.assignors";
        Self {
            is_served: list("group.coordinator.rebalance.protocols").any(|it| it == "consumer"),
            max_size: settings.unsigned32("group.consumer.max.size"),
            assignors: list(assignors).filter_map(|it| built_in(assignors, it)).collect(),
            allows_upgrade: allows("upgrade"),
            allows_downgrade: allows("downgrade"),
            regex_refresh_interval_ms: settings
                .unsigned("group.consumer.regex.refresh.interval.ms"),
            rebalance_heartbeat_interval_ms: Some(
                settings.unsigned("kabuki.group.consumer.rebalance.heartbeat.interval.ms"),
            )
            .filter(|ms| *ms > 0),
            timing: ConsumerGroupTiming::new(settings, &BTreeMap::new()),
        }
    }
}

impl ConsumerGroupTiming {
    /// What a group with these overrides follows. One that this version does not understand counts as absent. The bounds of
    /// the broker may have become narrower since one was set: it counts as far as they reach.
    pub fn new(settings: &Settings, overrides: &BTreeMap<String, String>) -> Self {
        let value = |rest: &str| {
            let own = group_key(&format!("consumer.{rest}"));
            let own = own.and_then(|key| Value::parse(key, overrides.get(key.name)?).ok());
            let of_broker = |name: &str| settings.unsigned(&format!("group.consumer.{name}{rest}"));
            match own {
                Some(Value::Integer(own)) => {
                    let own = u64::try_from(own).unwrap_or(0);
                    own.min(of_broker("max.")).max(of_broker("min."))
                }
                _ => of_broker(""),
            }
        };
        Self {
            session_timeout_ms: value("session.timeout.ms"),
            heartbeat_interval_ms: value("heartbeat.interval.ms"),
            assignment_interval_ms: value("assignment.interval.ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LoadRequest;

    fn session_timeout_ms(broker: &[&str], own: Option<&str>) -> u64 {
        let overrides = broker.iter().map(|it| (*it).to_owned()).collect();
        let request = LoadRequest { overrides, ..LoadRequest::default() };
        let settings = Settings::load(request).expect("a good configuration").settings;
        let own = own.map(|own| ("consumer.session.timeout.ms".to_owned(), own.to_owned()));
        ConsumerGroupTiming::new(&settings, &own.into_iter().collect()).session_timeout_ms
    }

    #[test]
    fn a_group_follows_its_own_timing_as_far_as_the_broker_lets_it() {
        let min = "group.consumer.min.session.timeout.ms=40000";
        let max = "group.consumer.max.session.timeout.ms=50000";
        assert_eq!(session_timeout_ms(&[min, max], None), 45_000);
        assert_eq!(session_timeout_ms(&[min, max], Some("48000")), 48_000);
        assert_eq!(session_timeout_ms(&[min, max], Some("60000")), 50_000);
        assert_eq!(session_timeout_ms(&[min, max], Some("1000")), 40_000);
        assert_eq!(session_timeout_ms(&[min, max], Some("soon")), 45_000);
    }
}
