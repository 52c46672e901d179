//! Records as JSON, a line each: what `consume --format json` writes is what `produce --format json` reads.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kabuki_client::{FetchedRecord, NewRecord, RecordHeader};
use serde::{Deserialize, Serialize};

/// Bytes: text where they are UTF-8, else `{"base64": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum JsonBytes {
    Text(String),
    Binary { base64: String },
}

/// A header of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonHeader {
    key: JsonBytes,
    value: Option<JsonBytes>,
}

/// A record. What a producer does not decide (topic and offset) is read over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JsonRecord {
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    partition: Option<i32>,
    #[serde(default)]
    offset: Option<i64>,
    /// Milliseconds since the epoch.
    #[serde(default)]
    timestamp: Option<i64>,
    #[serde(default)]
    key: Option<JsonBytes>,
    #[serde(default)]
    value: Option<JsonBytes>,
    #[serde(default)]
    headers: Vec<JsonHeader>,
}

impl JsonBytes {
    fn of(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Binary { base64: STANDARD.encode(bytes) },
        }
    }

    fn into_bytes(self) -> Result<Bytes, String> {
        match self {
            Self::Text(text) => Ok(text.into()),
            Self::Binary { base64 } => STANDARD
                .decode(&base64)
                .map(Bytes::from)
                .map_err(|error| format!("'{base64}' is not base64: {error}")),
        }
    }
}

impl JsonRecord {
    pub(crate) fn of(topic: &str, partition: i32, record: &FetchedRecord) -> Self {
        let header = |header: &RecordHeader| JsonHeader {
            key: JsonBytes::of(&header.key),
            value: header.value.as_deref().map(JsonBytes::of),
        };
        Self {
            topic: Some(topic.to_owned()),
            partition: Some(partition),
            offset: Some(record.offset),
            timestamp: (record.timestamp >= 0).then_some(record.timestamp),
            key: record.key.as_deref().map(JsonBytes::of),
            value: record.value.as_deref().map(JsonBytes::of),
            headers: record.headers.iter().map(header).collect(),
        }
    }

    /// Reads a line.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| error.to_string())
    }

    /// The record to be produced; its partition is left to the producer.
    pub(crate) fn into_record(self) -> Result<NewRecord, String> {
        let bytes = |bytes: Option<JsonBytes>| bytes.map(JsonBytes::into_bytes).transpose();
        let header = |header: JsonHeader| {
            Ok(RecordHeader { key: header.key.into_bytes()?, value: bytes(header.value)? })
        };
        Ok(NewRecord {
            partition: None,
            timestamp: self.timestamp,
            key: bytes(self.key)?,
            value: bytes(self.value)?,
            headers: self.headers.into_iter().map(header).collect::<Result<_, String>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_consumed_can_be_produced_again() {
        let header = |value: Option<&'static [u8]>| RecordHeader {
            key: "h".into(),
            value: value.map(Bytes::from_static),
        };
        let fetched = FetchedRecord {
            offset: 7,
            timestamp: 1_700_000_000_000,
            is_log_append_time: false,
            key: None,
            value: Some(Bytes::from_static(b"\xff\x00")),
            headers: vec![header(None), header(Some(b"v"))],
        };
        let line = serde_json::to_vec(&JsonRecord::of("t", 3, &fetched)).expect("plain data");
        let text = str::from_utf8(&line).expect("JSON is UTF-8");
        assert!(text.contains(r#""value":{"base64":"/wA="}"#), "{text}");
        let read = JsonRecord::parse(&line)
            .and_then(JsonRecord::into_record)
            .expect("it was just written");
        assert_eq!(
            (read.key, read.value, read.headers),
            (fetched.key, fetched.value, fetched.headers)
        );
        assert_eq!((read.timestamp, read.partition), (Some(fetched.timestamp), None));
    }

    #[test]
    fn little_is_needed_and_mistakes_are_named() {
        let read = JsonRecord::parse(br#"{"value":"v"}"#).and_then(JsonRecord::into_record);
        assert_eq!(read, Ok(NewRecord::of_value("v")));
        assert!(
            JsonRecord::parse(br#"{"values":"v"}"#).expect_err("no such field").contains("values")
        );
        let garbled =
            JsonRecord::parse(br#"{"value":{"base64":"?"}}"#).and_then(JsonRecord::into_record);
        assert!(garbled.expect_err("no base64").contains("not base64"));
    }
}
