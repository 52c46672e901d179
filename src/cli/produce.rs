//! `kabuki produce`.

mod input;

use std::io::{BufWriter, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use kabuki_client::{Acks, NewRecord, Placed, Producer, ProducerOptions, RecordHeader};
use kabuki_records::codec::Codec;

use crate::broker::{BrokerArgs, Session};
use crate::error::CliError;
use input::Input;

/// Write records to a topic: the lines of standard input, or one given here
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Produce {
    #[command(flatten)]
    broker: BrokerArgs,
    /// The topic; the broker may create it
    topic: String,
    /// The value of the one record to write; nothing is read then
    #[arg(short, long, value_name = "TEXT")]
    value: Option<String>,
    /// The key of every record
    #[arg(short, long, value_name = "TEXT")]
    key: Option<String>,
    /// A header of every record; may be repeated. NAME alone has no value
    #[arg(short = 'H', long = "header", value_name = "NAME=VALUE")]
    headers: Vec<String>,
    /// The partition of every record; by the hash of its key by default
    #[arg(short, long, value_name = "NUMBER")]
    partition: Option<i32>,
    /// The time of every record, in milliseconds since 1970; now by default
    #[arg(short, long, value_name = "MS")]
    timestamp: Option<i64>,
    /// What lines are
    #[arg(long, value_enum, default_value_t = LineFormat::Text)]
    format: LineFormat,
    /// In lines of text: what stands between key and value
    #[arg(long, value_name = "TEXT", conflicts_with = "key")]
    key_separator: Option<String>,
    /// In lines of text: a key or value that is exactly this is null
    #[arg(long, value_name = "TEXT")]
    null_marker: Option<String>,
    /// Whose confirmation to wait for
    #[arg(long, value_enum, default_value_t = AcksArg::All)]
    acks: AcksArg,
    /// How batches are compressed: none, gzip, snappy, lz4, zstd
    #[arg(short = 'z', long, value_name = "CODEC", default_value = "none", value_parser = codec)]
    compression: Codec,
    /// The codec's level
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    level: Option<i32>,
    /// Do not ask for a producer id: a batch that is sent again may be written twice
    #[arg(long)]
    no_idempotence: bool,
    /// Print partition and offset of every record, when it is confirmed
    #[arg(long)]
    print_offsets: bool,
}

const EXAMPLES: &str = "\
Examples:
  echo hello | kabuki produce orders
  kabuki produce orders --key 42 --value paid --header source=shop
  kabuki produce orders --key-separator : < lines-of-key-colon-value
  kabuki produce orders --key 42 --value '' --null-marker ''          a tombstone
  kabuki consume orders --from-beginning -e --format json | kabuki produce copy --format json

A line of JSON:
  {\"key\":\"42\",\"value\":\"paid\",\"headers\":[{\"key\":\"source\",\"value\":\"shop\"}],\"timestamp\":1700000000000}
Only what differs from null, none and now must be there. Bytes that are no text: {\"base64\":\"…\"}";

/// What the lines of the input are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineFormat {
    /// A value, or key and value
    Text,
    /// A record, as `consume --format json` writes it
    Json,
}

/// Whose confirmation to wait for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum AcksArg {
    /// Nobody's
    #[value(name = "0")]
    None,
    /// The leader's
    #[value(name = "1")]
    Leader,
    /// That of all in-sync replicas
    #[value(name = "all", alias = "-1")]
    All,
}

impl From<AcksArg> for Acks {
    fn from(acks: AcksArg) -> Self {
        match acks {
            AcksArg::None => Self::None,
            AcksArg::Leader => Self::Leader,
            AcksArg::All => Self::All,
        }
    }
}

fn codec(name: &str) -> Result<Codec, String> {
    Codec::from_name(name).ok_or_else(|| "must be none, gzip, snappy, lz4 or zstd".to_owned())
}

impl Produce {
    pub(crate) fn run(self) -> Result<(), CliError> {
        let template = self.template();
        let mut session = Session::open(&self.broker, "kabuki-produce")?;
        let mut producer = Producer::new(self.options());
        let mut out = BufWriter::new(std::io::stdout().lock());
        if let Some(value) = &self.value {
            let record = NewRecord { value: self.unless_null(value.as_bytes()), ..template };
            return self.send(&mut session, &mut producer, &[record], &mut out);
        }
        let mut input = Input::new(std::io::stdin().lock());
        while let Some(lines) = input.next_lines()? {
            let mut records = Vec::with_capacity(lines.len());
            for (number, line) in lines {
                let record = self.record(&line, &template);
                records.push(
                    record.map_err(|wrong| CliError::Usage(format!("line {number}: {wrong}")))?,
                );
            }
            self.send(&mut session, &mut producer, &records, &mut out)?;
        }
        Ok(())
    }

    fn options(&self) -> ProducerOptions {
        ProducerOptions {
            acks: self.acks.into(),
            codec: self.compression,
            level: self.level,
            idempotent: !self.no_idempotence,
            ..ProducerOptions::default()
        }
    }

    fn send(
        &self,
        session: &mut Session,
        producer: &mut Producer,
        records: &[NewRecord],
        out: &mut impl Write,
    ) -> Result<(), CliError> {
        let sent =
            async |client: &mut _| producer.send(client, &self.topic, records, now_ms()).await;
        let placed = session.wait(sent)?;
        if self.print_offsets {
            for Placed { partition, offset } in placed {
                writeln!(out, "{partition}\t{offset}")?;
            }
            out.flush()?;
        }
        Ok(())
    }

    /// What every record has.
    fn template(&self) -> NewRecord {
        let header = |text: &String| {
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key, Some(value.to_owned().into())),
                None => (text.as_str(), None),
            };
            RecordHeader { key: key.to_owned().into(), value }
        };
        NewRecord {
            partition: self.partition,
            timestamp: self.timestamp,
            key: self.key.as_ref().and_then(|key| self.unless_null(key.as_bytes())),
            value: None,
            headers: self.headers.iter().map(header).collect(),
        }
    }

    /// Reads a line; what it does not say comes from the template.
    fn record(&self, line: &[u8], template: &NewRecord) -> Result<NewRecord, String> {
        match self.format {
            LineFormat::Text => self.text_record(line, template),
            LineFormat::Json => {
                let mut record = crate::json::JsonRecord::parse(line)?.into_record()?;
                record.headers.extend(template.headers.iter().cloned());
                Ok(NewRecord {
                    partition: template.partition,
                    timestamp: template.timestamp.or(record.timestamp),
                    key: template.key.clone().or(record.key.take()),
                    ..record
                })
            }
        }
    }

    fn text_record(&self, line: &[u8], template: &NewRecord) -> Result<NewRecord, String> {
        let Some(separator) = &self.key_separator else {
            return Ok(NewRecord { value: self.unless_null(line), ..template.clone() });
        };
        let missing = || format!("no key separator '{separator}'");
        let at = find(line, separator.as_bytes()).ok_or_else(missing)?;
        let (key, value) = (&line[..at], &line[at + separator.len()..]);
        Ok(NewRecord {
            key: self.unless_null(key),
            value: self.unless_null(value),
            ..template.clone()
        })
    }

    fn unless_null(&self, text: &[u8]) -> Option<bytes::Bytes> {
        let is_null = self.null_marker.as_ref().is_some_and(|marker| marker.as_bytes() == text);
        (!is_null).then(|| bytes::Bytes::copy_from_slice(text))
    }
}

/// Where `wanted` first stands in `bytes`; an empty one stands nowhere.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        produce: Produce,
    }

    fn record(arguments: &[&str], line: &str) -> Result<NewRecord, String> {
        let arguments = ["produce", "t"].iter().chain(arguments);
        let produce = Line::try_parse_from(arguments).expect("arguments").produce;
        produce.record(line.as_bytes(), &produce.template())
    }

    #[test]
    fn a_line_is_a_value_or_a_key_and_a_value() {
        assert_eq!(record(&[], "k:v"), Ok(NewRecord::of_value("k:v")));
        assert_eq!(
            record(&["--key-separator", ":"], "k:v:w"),
            Ok(NewRecord::of_key_value("k", "v:w"))
        );
        assert_eq!(
            record(&["--key-separator", "::"], "k:v"),
            Err("no key separator '::'".to_owned())
        );
        assert_eq!(record(&["--key", "k"], "v"), Ok(NewRecord::of_key_value("k", "v")));
    }

    #[test]
    fn what_equals_the_null_marker_is_null() {
        let tombstone = record(&["--key-separator", ":", "--null-marker", "NULL"], "k:NULL");
        assert_eq!(tombstone, Ok(NewRecord { value: None, ..NewRecord::of_key_value("k", "") }));
    }

    #[test]
    fn json_is_completed_by_the_arguments() {
        let read =
            record(&["--format", "json", "-H", "a=b", "-p", "3"], r#"{"key":"k","value":"v"}"#);
        let header = RecordHeader { key: "a".into(), value: Some("b".into()) };
        let expected = NewRecord {
            partition: Some(3),
            headers: vec![header],
            ..NewRecord::of_key_value("k", "v")
        };
        assert_eq!(read, Ok(expected));
    }
}
