//! Configurations of groups (KIP-848, KIP-932, KIP-1071) and of subscriptions to client metrics (KIP-714). Those of
//! consumer groups are followed; the others are kept and shown.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use thiserror::Error;

use crate::key::{self, Key, broker_key, group_key};
use crate::settings::Settings;
use crate::value::{Value, allowed};

/// How often clients may be asked for metrics, in milliseconds.
const INTERVAL_MS: RangeInclusive<i64> = 100..=3_600_000;

/// What a subscription may choose clients by.
const MATCHED: [&str; 6] = [
    "client_id",
    "client_instance_id",
    "client_software_name",
    "client_software_version",
    "client_source_address",
    "client_source_port",
];

/// Whether a group may have these overrides.
///
/// # Errors
/// What is wrong, in words; clients are told INVALID_CONFIG.
pub fn check_group(
    settings: &Settings,
    overrides: &BTreeMap<String, String>,
) -> Result<(), String> {
    let unknown = |name: &String| format!("no group has a configuration key {name}");
    let read = |(name, text): (&String, &String)| {
        let key = group_key(name).ok_or_else(|| unknown(name))?;
        Ok((key.name, parse(key, text)?))
    };
    let values = overrides.iter().map(read).collect::<Result<BTreeMap<_, _>, String>>()?;
    values.iter().try_for_each(|(name, value)| check_limits(settings, name, value))?;
    let kinds = ["consumer", "share", "streams"];
    kinds.iter().try_for_each(|kind| check_heartbeats(settings, kind, &values))
}

fn parse(key: &Key, text: &str) -> Result<Value, String> {
    Value::parse(key, text).map_err(|_| format!("{} = {text}: must be {}", key.name, allowed(key)))
}

/// The broker limits `consumer.session.timeout.ms` by `group.consumer.min.session.timeout.ms` and the same with `max`.
fn check_limits(settings: &Settings, name: &str, value: &Value) -> Result<(), String> {
    let (Value::Integer(number), Some((kind, rest))) = (value, name.split_once('.')) else {
        return Ok(());
    };
    let rest = rest.strip_prefix("num.").unwrap_or(rest);
    let limit = |which: &str| {
        let limit = format!("group.{kind}.{which}.{rest}");
        let value = broker_key(&limit).and_then(|key| settings.integer_opt(key.name))?;
        Some((limit, value))
    };
    match (limit("min"), limit("max")) {
        (Some((limit, min)), _) if *number < min => {
            Err(format!("{name} = {number}: must not be less than {limit}, which is {min}"))
        }
        (_, Some((limit, max))) if *number > max => {
            Err(format!("{name} = {number}: must not be more than {limit}, which is {max}"))
        }
        _ => Ok(()),
    }
}

/// A member that sends heartbeats in time is not taken for dead.
fn check_heartbeats(
    settings: &Settings,
    kind: &str,
    values: &BTreeMap<&'static str, Value>,
) -> Result<(), String> {
    let value = |rest: &str| match values.get(format!("{kind}.{rest}").as_str()) {
        Some(Value::Integer(own)) => *own,
        _ => settings.integer(&format!("group.{kind}.{rest}")),
    };
    let (heartbeat, session) = (value("heartbeat.interval.ms"), value("session.timeout.ms"));
    if heartbeat < session {
        return Ok(());
    }
    Err(format!("{kind}.heartbeat.interval.ms must be less than {kind}.session.timeout.ms"))
}

/// Overrides that no subscription can have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientMetricsError {
    /// A key that there is not, or an interval out of range; clients are told INVALID_REQUEST.
    #[error("{0}")]
    Request(String),
    /// A value that cannot be read; clients are told INVALID_CONFIG.
    #[error("{0}")]
    Config(String),
}

/// Whether a subscription to client metrics may have these overrides.
///
/// # Errors
/// The first of them, by name, that Kafka refuses. Kafka reads the patterns of `match` as Java does; here only what is
/// no pattern in any language is refused.
pub fn check_client_metrics(
    overrides: &BTreeMap<String, String>,
) -> Result<(), ClientMetricsError> {
    for (name, text) in overrides {
        let unknown = || format!("no subscription has a configuration key {name}");
        let key = key::client_metrics_key(name).ok_or_else(unknown);
        let value = parse(key.map_err(ClientMetricsError::Request)?, text);
        match value.map_err(ClientMetricsError::Config)? {
            Value::Integer(interval) if !INTERVAL_MS.contains(&interval) => {
                let message = format!("{name} = {interval}: must be from 100 to 3600000");
                return Err(ClientMetricsError::Request(message));
            }
            Value::List(patterns) if name == "match" => check_patterns(&patterns)?,
            _ => {}
        }
    }
    Ok(())
}

fn check_patterns(patterns: &[String]) -> Result<(), ClientMetricsError> {
    let is_pattern = |text: &&String| match text.split('=').collect::<Vec<_>>()[..] {
        [name, pattern] => MATCHED.contains(&name.trim()) && is_balanced(pattern.trim()),
        _ => false,
    };
    match patterns.iter().find(|text| !is_pattern(text)) {
        None => Ok(()),
        Some(text) => {
            Err(ClientMetricsError::Config(format!("{text} is not NAME=REGULAR EXPRESSION")))
        }
    }
}

/// A regular expression has text, and its brackets are closed.
fn is_balanced(pattern: &str) -> bool {
    let mut open = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next().is_none() => return false,
            ']' if open.last() == Some(&'[') => drop(open.pop()),
            _ if open.last() == Some(&'[') => {}
            '(' | '[' => open.push(letter),
            ')' if open.pop() != Some('(') => return false,
            _ => {}
        }
    }
    !pattern.is_empty() && open.is_empty()
}

/// Whether a text says where a share group begins to read: `earliest`, `latest`, or `by_duration:` and a span of time as
/// ISO 8601 writes it, such as `P1DT2H`.
pub(crate) fn is_offset_reset(text: &str) -> bool {
    match text.strip_prefix("by_duration:") {
        Some(duration) => is_duration(duration),
        None => ["earliest", "latest"].contains(&text),
    }
}

/// Days, hours, minutes, seconds, in this order, at least one of them, none negative.
fn is_duration(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let Some(text) = text.strip_prefix('P') else { return false };
    let (days, time) = text.split_once('T').map_or((text, None), |(days, time)| (days, Some(time)));
    let parts = |text: &str, units: &str| {
        let mut units = units.chars();
        let mut numbers = text.split_inclusive(|letter: char| letter.is_ascii_alphabetic());
        numbers.all(|part| {
            let unit = part.chars().next_back().unwrap_or('?');
            let number = part.strip_suffix(unit).unwrap_or(part);
            let is_number = match unit {
                'S' => number.parse::<f64>().is_ok_and(|seconds| seconds >= 0.0),
                _ => number.parse::<u32>().is_ok(),
            };
            is_number && units.any(|known| known == unit)
        })
    };
    let has_time = time.is_none_or(|time| !time.is_empty() && parts(time, "HMS"));
    let has_any = !days.is_empty() || time.is_some();
    has_any && has_time && parts(days, "D")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LoadRequest;

    fn overrides(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn groups_keep_to_the_limits_of_the_broker() {
        let settings = Settings::load(LoadRequest::default()).expect("a good profile").settings;
        let cases = [
            ("consumer.session.timeout.ms", "44999", false),
            ("consumer.session.timeout.ms", "60000", true),
            ("consumer.heartbeat.interval.ms", "15001", false),
            ("consumer.assignment.interval.ms", "0", true),
            ("share.record.lock.duration.ms", "14999", false),
            ("share.delivery.count.limit", "10", true),
            ("share.delivery.count.limit", "11", false),
            ("share.partition.max.record.locks", "10000", false),
            ("share.partition.max.record.locks", "100", true),
            ("streams.num.standby.replicas", "2", true),
            ("streams.num.standby.replicas", "3", false),
            ("streams.initial.rebalance.delay.ms", "99999999", true),
            ("share.isolation.level", "READ_COMMITTED", false),
            ("no.such.key", "1", false),
        ];
        for (name, text, is_accepted) in cases {
            let checked = check_group(&settings, &overrides(&[(name, text)]));
            assert_eq!(checked.is_ok(), is_accepted, "{name}={text}: {checked:?}");
        }
    }

    #[test]
    fn a_share_group_begins_somewhere() {
        let good = ["earliest", "latest", "by_duration:PT1H", "by_duration:P1D"];
        let more = ["by_duration:P1DT2H3M4.5S", "by_duration:pt1h"];
        assert!(good.iter().chain(&more).all(|text| is_offset_reset(text)));
        let bad =
            ["LATEST", "", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:1h"];
        let more =
            ["by_duration:-PT1H", "by_duration:PT1M2H", "by_duration:P1H", "by_duration:PT1"];
        for text in bad.iter().chain(&more) {
            assert!(!is_offset_reset(text), "{text}");
        }
    }

    #[test]
    fn subscriptions_are_refused_as_kafka_refuses_them() {
        use ClientMetricsError::{Config, Request};
        let check = |name, text| check_client_metrics(&overrides(&[(name, text)]));
        assert!(matches!(check("interval.ms", "99"), Err(Request(_))));
        assert!(matches!(check("no.such.key", "1"), Err(Request(_))));
        assert!(matches!(check("interval.ms", ""), Err(Config(_))));
        assert!(matches!(check("metrics", "a,"), Err(Config(_))));
        assert_eq!(check("interval.ms", " 1000 "), Ok(()));
        assert_eq!(check("match", "client_id=.*, client_source_port=1"), Ok(()));
        for text in
            ["x=y", "client_id", "client_id=", "client_id=a=b", "client_id=[", "client_id=("]
        {
            assert!(matches!(check("match", text), Err(Config(_))), "{text}");
        }
    }
}
