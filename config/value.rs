//! Values: text read by its key's type and rule, and written again the way Kafka writes it.

use std::fmt;

use crate::broker::ops_address;
use crate::group::is_offset_reset;
use crate::key::{Key, Rule, ValueType};
use crate::quorum;

/// A value that its key's type and rule accept.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a `Boolean` key.
    Boolean(bool),
    /// Of an `Int`, `Short` or `Long` key; within the range of that type.
    Integer(i64),
    /// Of a `Double` key.
    Double(f64),
    /// Of a `String` or `Class` key, and of a `Password` key, which is why `Display` is for keys that are not
    /// [sensitive](Key::is_sensitive) only.
    Text(String),
    /// Of a `List` key.
    List(Vec<String>),
}

impl Value {
    /// Reads `text` as a value of `key`.
    ///
    /// # Errors
    /// What a value must be, in words that follow "must be", e.g. `a number from 1 to 17`.
    pub fn parse(key: &Key, text: &str) -> Result<Self, String> {
        let value =
            typed(key.value_type, trim(text)).map(|value| without_repetitions(key.rule, value));
        value.filter(|value| accepts(key.rule, value)).ok_or_else(|| allowed(key))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Double(value) => f.write_str(&java_double(*value)),
            Self::Text(value) => f.write_str(value),
            Self::List(entries) => f.write_str(&entries.join(",")),
        }
    }
}

/// What a value of this key must be, in words that follow "must be".
pub fn allowed(key: &Key) -> String {
    match key.rule {
        Rule::Any | Rule::NonNull => of_type(key.value_type),
        Rule::AtLeast(min) => format!("a number from {min} to {}", maximum(key.value_type)),
        Rule::Range(min, max) => format!("a number from {min} to {max}"),
        Rule::DoubleRange(min, max) => format!("a number from {min} to {max}"),
        Rule::OneOf(texts) => format!("one of {}", texts.join(", ")),
        Rule::OneOfIgnoringCase(texts) => format!("one of {}, in any case", texts.join(", ")),
        Rule::NonEmpty => "some text".to_owned(),
        Rule::ListOf { allowed, may_be_empty, .. } => list_of(allowed, may_be_empty),
        Rule::GzipLevel => "a number from 1 to 9, or -1".to_owned(),
        Rule::ThrottledReplicas => "* or a list of partition:broker".to_owned(),
        Rule::QuorumVoters => "a list of id@host:port".to_owned(),
        Rule::BootstrapServers => "a list of host:port".to_owned(),
        Rule::OffsetReset => "earliest, latest, or by_duration: and a span like PT1H".to_owned(),
        Rule::LoopbackUrl => "http://address:port with a loopback address, or empty".to_owned(),
    }
}

fn of_type(value_type: ValueType) -> String {
    match value_type {
        ValueType::Boolean => "true or false".to_owned(),
        ValueType::String | ValueType::Password => "text".to_owned(),
        ValueType::Class => "the name of a class".to_owned(),
        ValueType::List => "a list, separated by commas".to_owned(),
        ValueType::Double => "a number".to_owned(),
        ValueType::Int | ValueType::Short | ValueType::Long => {
            let max = maximum(value_type);
            format!("a number from {} to {max}", -max - 1)
        }
    }
}

fn list_of(allowed: &[&str], may_be_empty: bool) -> String {
    let entries = match allowed {
        [] => "a list, separated by commas".to_owned(),
        _ => format!("a list of {}", allowed.join(", ")),
    };
    let emptiness = if may_be_empty { "" } else { "not empty, " };
    format!("{entries}: {emptiness}no entry empty")
}

fn maximum(value_type: ValueType) -> i64 {
    match value_type {
        ValueType::Short => i64::from(i16::MAX),
        ValueType::Int => i64::from(i32::MAX),
        _ => i64::MAX,
    }
}

fn typed(value_type: ValueType, text: &str) -> Option<Value> {
    Some(match value_type {
        ValueType::Boolean if text.eq_ignore_ascii_case("true") => Value::Boolean(true),
        ValueType::Boolean if text.eq_ignore_ascii_case("false") => Value::Boolean(false),
        ValueType::Boolean => return None,
        ValueType::String | ValueType::Class | ValueType::Password => Value::Text(text.to_owned()),
        ValueType::Int => Value::Integer(text.parse::<i32>().ok()?.into()),
        ValueType::Short => Value::Integer(text.parse::<i16>().ok()?.into()),
        ValueType::Long => Value::Integer(text.parse().ok()?),
        ValueType::Double => Value::Double(double(text)?),
        ValueType::List => Value::List(entries(text)),
    })
}

fn accepts(rule: Rule, value: &Value) -> bool {
    match (rule, value) {
        (Rule::AtLeast(min), Value::Integer(number)) => *number >= min,
        (Rule::Range(min, max), Value::Integer(number)) => (min..=max).contains(number),
        (Rule::GzipLevel, Value::Integer(number)) => *number == -1 || (1..=9).contains(number),
        (Rule::DoubleRange(min, max), Value::Double(number)) => (min..=max).contains(number),
        (Rule::OneOf(texts), Value::Text(text)) => texts.contains(&text.as_str()),
        (Rule::OneOfIgnoringCase(texts), Value::Text(text)) => {
            texts.iter().any(|allowed| allowed.eq_ignore_ascii_case(text))
        }
        (Rule::NonEmpty, Value::Text(text)) => !text.is_empty(),
        (Rule::ListOf { allowed, may_be_empty, .. }, Value::List(entries)) => {
            accepts_list(allowed, may_be_empty, entries)
        }
        (Rule::ThrottledReplicas, Value::List(entries)) => accepts_throttled_replicas(entries),
        (Rule::QuorumVoters, Value::List(entries)) => quorum::parse_voters(entries).is_some(),
        (Rule::BootstrapServers, Value::List(entries)) => quorum::parse_servers(entries).is_some(),
        (Rule::OffsetReset, Value::Text(text)) => is_offset_reset(text),
        (Rule::LoopbackUrl, Value::Text(text)) => text.is_empty() || ops_address(text).is_some(),
        _ => true,
    }
}

/// Of entries that such a list has twice only the first counts.
fn without_repetitions(rule: Rule, value: Value) -> Value {
    match (rule, value) {
        (Rule::ListOf { .. }, Value::List(entries)) => {
            let mut distinct: Vec<String> = Vec::with_capacity(entries.len());
            for entry in entries {
                if !distinct.contains(&entry) {
                    distinct.push(entry);
                }
            }
            Value::List(distinct)
        }
        (_, value) => value,
    }
}

fn accepts_list(allowed: &[&str], may_be_empty: bool, entries: &[String]) -> bool {
    (may_be_empty || !entries.is_empty())
        && entries.iter().all(|entry| !entry.is_empty())
        && entries.iter().all(|entry| allowed.is_empty() || allowed.contains(&entry.as_str()))
}

fn accepts_throttled_replicas(entries: &[String]) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_pair = |entry: &String| match entry.split_once(':') {
        Some((partition, broker)) => is_number(partition) && is_number(broker),
        None => entry.is_empty(),
    };
    entries.iter().all(is_pair) || matches!(entries, [only] if only == "*")
}

/// What Java calls white space around a value: everything up to the blank.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// The entries of a list: split at commas, white space around them dropped; empty text is the empty list.
pub(crate) fn entries(text: &str) -> Vec<String> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
    match trim(text) {
        "" => Vec::new(),
        text => text.split(',').map(|entry| entry.trim_matches(is_space).to_owned()).collect(),
    }
}

/// A number as Java reads it: with an optional `f` or `d` behind it, infinity only as `Infinity`.
/// Not-a-number is refused: no key has a use for it.
fn double(text: &str) -> Option<f64> {
    let number = text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text);
    let digits = number.trim_start_matches(['+', '-']);
    match digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') || digits == "Infinity" {
        true => number.parse().ok(),
        false => None,
    }
}

/// A number as Java writes it: `0.5`, `1.0`, `1.7976931348623157E308`.
fn java_double(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    let size = number.abs();
    if size == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{number:?}");
    }
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{broker_key, broker_keys, topic_key, topic_keys};

    fn parse(name: &str, text: &str) -> Result<String, String> {
        let key = topic_key(name).or_else(|| broker_key(name)).expect("a known key");
        Value::parse(key, text).map(|value| value.to_string())
    }

    #[test]
    fn every_default_satisfies_its_own_rule_and_is_written_unchanged() {
        for key in broker_keys().chain(topic_keys()) {
            let Some(text) = key.default_text() else { continue };
            assert_eq!(Value::parse(key, text).map(|value| value.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn numbers_keep_to_their_type_and_range() {
        assert_eq!(parse("num.partitions", " +7 "), Ok("7".into()));
        assert_eq!(parse("num.partitions", "0"), Err("a number from 1 to 2147483647".into()));
        assert_eq!(
            parse("num.partitions", "2147483648"),
            Err("a number from 1 to 2147483647".into())
        );
        assert_eq!(parse("broker.id", "x"), Err("a number from -2147483648 to 2147483647".into()));
        assert_eq!(parse("compression.zstd.level", "-131072"), Ok("-131072".into()));
        assert_eq!(parse("compression.gzip.level", "0"), Err("a number from 1 to 9, or -1".into()));
        assert_eq!(parse("compression.gzip.level", "-1"), Ok("-1".into()));
        assert_eq!(parse("offsets.topic.replication.factor", "32768").ok(), None);
        assert_eq!(
            parse("retention.bytes", "9223372036854775807"),
            Ok("9223372036854775807".into())
        );
    }

    #[test]
    fn doubles_are_read_and_written_as_java_does() {
        assert_eq!(parse("min.cleanable.dirty.ratio", "1"), Ok("1.0".into()));
        assert_eq!(parse("min.cleanable.dirty.ratio", "5e-1f"), Ok("0.5".into()));
        assert_eq!(parse("min.cleanable.dirty.ratio", "0.0001"), Ok("1.0E-4".into()));
        assert_eq!(parse("min.cleanable.dirty.ratio", "1.1").ok(), None);
        assert_eq!(parse("min.cleanable.dirty.ratio", "NaN").ok(), None);
        assert_eq!(
            parse("log.cleaner.io.max.bytes.per.second", "12345678"),
            Ok("1.2345678E7".into())
        );
        assert_eq!(parse("log.cleaner.io.max.bytes.per.second", "Infinity"), Ok("Infinity".into()));
        assert_eq!(parse("log.cleaner.io.max.bytes.per.second", "inf").ok(), None);
    }

    #[test]
    fn lists_are_split_at_commas_and_checked_entry_by_entry() {
        assert_eq!(parse("cleanup.policy", " delete , compact "), Ok("delete,compact".into()));
        assert_eq!(parse("cleanup.policy", ""), Ok("".into()));
        assert_eq!(parse("cleanup.policy", "delete,compact,delete"), Ok("delete,compact".into()));
        assert_eq!(parse("cleanup.policy", "delete,").ok(), None);
        assert_eq!(parse("cleanup.policy", "forget").ok(), None);
        assert_eq!(parse("log.dirs", "").ok(), None);
        assert_eq!(
            parse("leader.replication.throttled.replicas", "0:1, 1:2"),
            Ok("0:1,1:2".into())
        );
        assert_eq!(parse("leader.replication.throttled.replicas", "*"), Ok("*".into()));
        assert_eq!(parse("leader.replication.throttled.replicas", "*,0:1").ok(), None);
        assert_eq!(parse("leader.replication.throttled.replicas", "1").ok(), None);
    }

    #[test]
    fn texts_and_booleans() {
        assert_eq!(parse("preallocate", "TRUE"), Ok("true".into()));
        assert_eq!(parse("preallocate", "yes"), Err("true or false".into()));
        assert_eq!(parse("compression.type", "zstd"), Ok("zstd".into()));
        assert_eq!(parse("compression.type", "ZSTD").ok(), None);
        assert_eq!(parse("group.consumer.migration.policy", "upgrade"), Ok("upgrade".into()));
        assert_eq!(parse("kabuki.log.format", "xml"), Err("one of json, text".into()));
    }
}
