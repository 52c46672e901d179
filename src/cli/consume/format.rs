//! How records are printed.

use std::io::{self, Write};

use clap::Args;
use kabuki_client::{FetchedRecord, RecordHeader};

use crate::error::CliError;
use crate::json::JsonRecord;

/// How records are printed.
#[derive(Debug, Args)]
pub(super) struct FormatArgs {
    /// 'text', 'json', or a pattern: %t topic, %p partition, %o offset, %T timestamp, %k key, %s value, %h headers
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    format: String,
    /// In text: the time of a record and where it comes from
    #[arg(long)]
    print_timestamp: bool,
    /// In text: the partition
    #[arg(long)]
    print_partition: bool,
    /// In text: the offset
    #[arg(long)]
    print_offset: bool,
    /// In text: the headers
    #[arg(long)]
    print_headers: bool,
    /// In text: the key
    #[arg(short = 'k', long)]
    print_key: bool,
    /// In text: what stands between the parts; a tab by default
    #[arg(long, value_name = "TEXT", default_value = "\t", hide_default_value = true)]
    separator: String,
}

impl FormatArgs {
    pub(super) fn format(&self) -> Result<Format, CliError> {
        match self.format.as_str() {
            "text" => Ok(self.text()),
            "json" => Ok(Format::Json),
            pattern if pattern.contains('%') => parse(pattern).map(Format::Pattern),
            other => Err(CliError::Usage(format!(
                "'{other}' is no format: text, json, or a pattern with %"
            ))),
        }
    }

    /// The order is that of Kafka's console consumer.
    fn text(&self) -> Format {
        let prefixes = [
            (self.print_timestamp, Part::NamedTimestamp),
            (self.print_partition, Part::NamedPartition),
            (self.print_offset, Part::NamedOffset),
            (self.print_headers, Part::NamedHeaders),
            (self.print_key, Part::Key),
        ];
        let separator = || Part::Literal(self.separator.clone().into_bytes());
        let wanted = prefixes.into_iter().filter_map(|(is_wanted, part)| is_wanted.then_some(part));
        let mut parts: Vec<_> = wanted.flat_map(|part| [part, separator()]).collect();
        parts.extend([Part::Value, Part::Literal(b"\n".to_vec())]);
        Format::Pattern(parts)
    }
}

/// How a record is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    /// An object per line.
    Json,
    /// One part after the other.
    Pattern(Vec<Part>),
}

/// A piece of what is printed of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(Vec<u8>),
    Topic,
    Partition,
    Offset,
    Timestamp,
    Key,
    Value,
    Headers,
    NamedTimestamp,
    NamedPartition,
    NamedOffset,
    NamedHeaders,
}

/// Reads a pattern: `%` and a letter, `\n`, `\t`, `\r`, `\0` and `\\`; everything else stands for itself.
fn parse(pattern: &str) -> Result<Vec<Part>, CliError> {
    let mut parts = vec![];
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let part = match letter {
            '%' => placeholder(letters.next()),
            '\\' => escape(letters.next()),
            other => Some(literal(other)),
        };
        let unknown = || {
            CliError::Usage(format!("'{pattern}' is no format: what follows a {letter} is unknown"))
        };
        match (parts.last_mut(), part.ok_or_else(unknown)?) {
            (Some(Part::Literal(text)), Part::Literal(more)) => text.extend(more),
            (_, part) => parts.push(part),
        }
    }
    Ok(parts)
}

fn literal(letter: char) -> Part {
    Part::Literal(letter.to_string().into_bytes())
}

fn placeholder(letter: Option<char>) -> Option<Part> {
    Some(match letter? {
        't' => Part::Topic,
        'p' => Part::Partition,
        'o' => Part::Offset,
        'T' => Part::Timestamp,
        'k' => Part::Key,
        's' => Part::Value,
        'h' => Part::Headers,
        '%' => literal('%'),
        _ => return None,
    })
}

fn escape(letter: Option<char>) -> Option<Part> {
    Some(match letter? {
        'n' => literal('\n'),
        't' => literal('\t'),
        'r' => literal('\r'),
        '0' => literal('\0'),
        '\\' => literal('\\'),
        _ => return None,
    })
}

impl Format {
    pub(super) fn write(
        &self,
        topic: &str,
        partition: i32,
        record: &FetchedRecord,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self {
            Self::Json => {
                serde_json::to_writer(&mut *out, &JsonRecord::of(topic, partition, record))?;
                out.write_all(b"\n")
            }
            Self::Pattern(parts) => {
                parts.iter().try_for_each(|part| part.write(topic, partition, record, out))
            }
        }
    }
}

impl Part {
    fn write(
        &self,
        topic: &str,
        partition: i32,
        record: &FetchedRecord,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self {
            Self::Literal(text) => out.write_all(text),
            Self::Topic => out.write_all(topic.as_bytes()),
            Self::Partition => write!(out, "{partition}"),
            Self::Offset => write!(out, "{}", record.offset),
            Self::Timestamp => write!(out, "{}", record.timestamp),
            Self::Key => write_nullable(record.key.as_deref(), out),
            Self::Value => write_nullable(record.value.as_deref(), out),
            Self::Headers => write_headers(&record.headers, b"=", out),
            Self::NamedTimestamp => write_named_timestamp(record, out),
            Self::NamedPartition => write!(out, "Partition:{partition}"),
            Self::NamedOffset => write!(out, "Offset:{}", record.offset),
            Self::NamedHeaders if record.headers.is_empty() => out.write_all(b"NO_HEADERS"),
            Self::NamedHeaders => write_headers(&record.headers, b":", out),
        }
    }
}

fn write_nullable(bytes: Option<&[u8]>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(bytes.unwrap_or(b"null"))
}

fn write_headers(headers: &[RecordHeader], assign: &[u8], out: &mut impl Write) -> io::Result<()> {
    for (place, header) in headers.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        out.write_all(&header.key)?;
        out.write_all(assign)?;
        write_nullable(header.value.as_deref(), out)?;
    }
    Ok(())
}

fn write_named_timestamp(record: &FetchedRecord, out: &mut impl Write) -> io::Result<()> {
    match (record.timestamp, record.is_log_append_time) {
        (..0, _) => out.write_all(b"NO_TIMESTAMP"),
        (timestamp, true) => write!(out, "LogAppendTime:{timestamp}"),
        (timestamp, false) => write!(out, "CreateTime:{timestamp}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        format: FormatArgs,
    }

    fn printed(arguments: &[&str]) -> Result<String, CliError> {
        let record = FetchedRecord {
            offset: 7,
            timestamp: 12,
            is_log_append_time: false,
            key: None,
            value: Some("v".into()),
            headers: vec![
                RecordHeader { key: "a".into(), value: Some("b".into()) },
                RecordHeader { key: "c".into(), value: None },
            ],
        };
        let line = Line::try_parse_from(["consume"].iter().chain(arguments)).expect("arguments");
        let mut out = vec![];
        line.format.format()?.write("topic", 3, &record, &mut out)?;
        Ok(String::from_utf8(out).expect("text"))
    }

    #[test]
    fn text_has_the_parts_that_are_asked_for_in_the_order_of_kafkas_console_consumer() {
        assert_eq!(printed(&[]).ok().as_deref(), Some("v\n"));
        assert_eq!(
            printed(&["--print-key", "--separator", ": "]).ok().as_deref(),
            Some("null: v\n")
        );
        let all = [
            "--print-key",
            "--print-headers",
            "--print-offset",
            "--print-partition",
            "--print-timestamp",
        ];
        let expected = "CreateTime:12\tPartition:3\tOffset:7\ta:b,c:null\tnull\tv\n";
        assert_eq!(printed(&all).ok().as_deref(), Some(expected));
    }

    #[test]
    fn patterns_name_the_parts_by_letters() {
        let pattern = r"%t/%p/%o %T %k=%s [%h] 100%%\t\\n\n";
        let expected = "topic/3/7 12 null=v [a=b,c=null] 100%\t\\n\n";
        assert_eq!(printed(&["--format", pattern]).ok().as_deref(), Some(expected));
        for wrong in ["%x", "%s\\q", "%", "plain"] {
            assert!(matches!(printed(&["--format", wrong]), Err(CliError::Usage(_))), "{wrong}");
        }
    }
}
