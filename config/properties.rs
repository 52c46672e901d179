//! Properties files: Java's syntax, read into keys and values that know their line.
//!
//! * `key=value`, `key:value` or `key value`, white space around the separator dropped; a line without a separator
//!   is a key with the empty value.
//! * Lines that begin with `#` or `!` are comments. A line that ends in an odd number of backslashes goes on in the
//!   next one, whose leading white space is dropped; comments do not go on.
//! * `\t \n \r \f`, `\uXXXX` (UTF-16 units), and a backslash before anything else stands for that alone.
//! * Bytes are UTF-8; if they are not, every byte is one character (ISO 8859-1), which is how Java reads them.

use std::error::Error;
use std::path::PathBuf;

use config::{FileStoredFormat, Format, Map, Value};
use thiserror::Error;

use crate::layers::{Entry, escape};
use crate::origin::Origin;

/// One key of a properties file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The key, unescaped.
    pub key: String,
    /// Its value, unescaped; white space at its end is kept, as Java does.
    pub value: String,
    /// The line that the key stands on, from 1.
    pub line: usize,
}

/// A file that is not in properties syntax.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: \\u must be followed by four hexadecimal digits")]
pub struct PropertiesError {
    /// The line that the key stands on, from 1.
    pub line: usize,
}

/// Reads the bytes of a properties file; keys that are set twice appear twice.
///
/// # Errors
/// A `\u` that is not followed by four hexadecimal digits: everything else means something.
pub fn parse(bytes: &[u8]) -> Result<Vec<Property>, PropertiesError> {
    parse_text(&decode(bytes))
}

/// The text of the bytes: UTF-8, or else ISO 8859-1.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn parse_text(text: &str) -> Result<Vec<Property>, PropertiesError> {
    logical_lines(text).into_iter().map(|(line, text)| property(line, &text)).collect()
}

/// Joins continued lines; drops comments and empty lines. Every line comes with the number of its first part.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, natural) in natural_lines(text).enumerate() {
        let part = natural.trim_start_matches(is_space);
        // A lone backslash begins nothing yet: after it comments are still comments.
        open = open.filter(|(_, joined)| !joined.is_empty());
        if open.is_none() && (part.is_empty() || part.starts_with(['#', '!'])) {
            continue;
        }
        let (number, mut joined) = open.take().unwrap_or((index + 1, String::new()));
        let goes_on = part.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        joined.push_str(if goes_on { &part[..part.len() - 1] } else { part });
        if goes_on {
            open = Some((number, joined));
        } else {
            lines.push((number, joined));
        }
    }
    lines.extend(open);
    lines
}

/// Lines end at `\n`, `\r` or `\r\n`; after the last end there is no further line.
fn natural_lines(text: &str) -> impl Iterator<Item = &str> {
    let text = ["\r\n", "\n", "\r"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .flat_map(|line| line.split('\r'))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

fn property(line: usize, text: &str) -> Result<Property, PropertiesError> {
    let key_end = key_end(text);
    let rest = text[key_end..].trim_start_matches(is_space);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(is_space);
    let key = unescape(&text[..key_end]).ok_or(PropertiesError { line })?;
    let value = unescape(rest).ok_or(PropertiesError { line })?;
    Ok(Property { key, value, line })
}

/// Where the key ends: at the first separator or white space without a backslash before it.
fn key_end(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, c) in text.char_indices() {
        if !is_escaped && (is_space(c) || c == '=' || c == ':') {
            return index;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    text.len()
}

/// Resolves backslashes; `None` for a broken `\u`.
fn unescape(text: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next().map_or(Escape::Char('\\'), escape_of)
        } else {
            Escape::Char(c)
        };
        match c {
            Escape::Char(c) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            Escape::Unicode => units.push(hexadecimal(&mut chars)?),
        }
    }
    Some(String::from_utf16_lossy(&units))
}

enum Escape {
    Char(char),
    Unicode,
}

fn escape_of(c: char) -> Escape {
    match c {
        'u' => Escape::Unicode,
        't' => Escape::Char('\t'),
        'n' => Escape::Char('\n'),
        'r' => Escape::Char('\r'),
        'f' => Escape::Char('\x0c'),
        other => Escape::Char(other),
    }
}

fn hexadecimal(chars: &mut std::str::Chars<'_>) -> Option<u16> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + chars.next()?.to_digit(16)?;
    }
    u16::try_from(unit).ok()
}

/// Which file a text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PropertiesFile {
    /// The profile inside the program.
    Profile,
    /// A file.
    Path(PathBuf),
}

impl PropertiesFile {
    pub(crate) fn origin(&self, line: usize) -> Origin {
        match self {
            Self::Profile => Origin::Profile { line },
            Self::Path(path) => Origin::File { path: path.clone(), line },
        }
    }
}

/// The format of the `config` crate for properties files. Keys come out escaped, see [`escape`].
impl Format for PropertiesFile {
    fn parse(
        &self,
        _uri: Option<&String>,
        text: &str,
    ) -> Result<Map<String, Value>, Box<dyn Error + Send + Sync>> {
        let entry = |property: Property| {
            let origin = self.origin(property.line);
            let entry = Entry { key: property.key, value: property.value, origin };
            (escape(&entry.key), entry.to_value())
        };
        Ok(parse_text(text)?.into_iter().map(entry).collect())
    }
}

impl FileStoredFormat for PropertiesFile {
    fn file_extensions(&self) -> &'static [&'static str] {
        &["properties"]
    }
}

/// For the fuzzer: any bytes are either read or refused, and what is read takes no more room than the bytes did.
pub fn fuzz_properties(bytes: &[u8]) {
    let Ok(properties) = parse(bytes) else { return };
    // A byte of ISO 8859-1 is at most two bytes of UTF-8, and a lone surrogate's six characters become three bytes.
    let size: usize =
        properties.iter().map(|property| property.key.len() + property.value.len()).sum();
    assert!(size <= 2 * bytes.len());
    assert!(properties.iter().all(|property| (1..=bytes.len()).contains(&property.line)));
    assert!(properties.is_sorted_by(|a, b| a.line < b.line));
    let merged = crate::layers::merge(Some((PropertiesFile::Profile, &decode(bytes))), Vec::new());
    let last = |key: &str| {
        properties.iter().rfind(|property| property.key == key).map(|found| &found.value)
    };
    let merged = merged.expect("text that was read before merges");
    assert!(merged.iter().all(|(key, entry)| last(key) == Some(&entry.value)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let properties = parse(text.as_bytes()).expect("properties");
        properties.into_iter().map(|property| (property.key, property.value)).collect()
    }

    fn one(text: &str) -> (String, String) {
        pairs(text).pop().expect("a property")
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn separators() {
        for text in ["k=v", "k:v", "k v", "k = v", "  k\t:\x0cv", "k   v"] {
            assert_eq!(one(text), pair("k", "v"), "{text:?}");
        }
        assert_eq!(one("k==v"), pair("k", "=v"));
        assert_eq!(one("k = : v"), pair("k", ": v"));
        assert_eq!(one("k"), pair("k", ""));
        assert_eq!(one("=v"), pair("", "v"));
        assert_eq!(one("k=v  "), pair("k", "v  "));
    }

    #[test]
    fn comments_and_blank_lines_are_nothing() {
        assert_eq!(pairs("# a=b\\\n  ! c=d\n\n \t\nk=v#x\n"), [pair("k", "v#x")]);
    }

    #[test]
    fn continued_lines() {
        assert_eq!(one("k=a,\\\n   b,\\\r\n\tc"), pair("k", "a,b,c"));
        assert_eq!(one("k=a\\\\\nj=b"), pair("j", "b"));
        assert_eq!(one("k=a\\\n# no comment"), pair("k", "a# no comment"));
        assert_eq!(one("k=a\\"), pair("k", "a"));
        assert_eq!(pairs("\\\n# comment\nk=v"), [pair("k", "v")]);
    }

    #[test]
    fn escapes() {
        assert_eq!(one(r"a\ b\=c\:d=\t\n\q\\"), pair("a b=c:d", "\t\nq\\"));
        assert_eq!(one(r"k=\u00fc\uD83D\uDE00"), pair("k", "ü😀"));
        assert_eq!(parse(b"\n# x\nk=\\u12g4"), Err(PropertiesError { line: 3 }));
        assert_eq!(parse(b"k=\\u12"), Err(PropertiesError { line: 1 }));
    }

    #[test]
    fn every_kind_of_line_end_counts() {
        let properties = parse(b"a=1\r\nb=2\rc=3\n\nd=4\\\n5\ne=6").expect("properties");
        let lines: Vec<_> =
            properties.iter().map(|found| (found.key.as_str(), found.line)).collect();
        assert_eq!(lines, [("a", 1), ("b", 2), ("c", 3), ("d", 5), ("e", 7)]);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_read_as_java_does() {
        assert_eq!(parse(b"k=\xfc").expect("properties")[0].value, "ü");
        assert_eq!(parse("k=ü".as_bytes()).expect("properties")[0].value, "ü");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            fuzz_properties(&bytes);
        }

        #[test]
        fn any_line_of_likely_characters_is_read_or_refused(text in r"([a-c.=: #!\\u0-9\[\]\n\r%-]){0,80}") {
            fuzz_properties(text.as_bytes());
        }

        #[test]
        fn escaped_text_reads_back(key in "\\PC{1,20}", value in "\\PC{0,20}") {
            // A backslash changes the meaning of these letters, and of no other character.
            let escaped = |c: char| if "tnrfu".contains(c) { c.to_string() } else { format!("\\{c}") };
            let escaped = |text: &str| text.chars().map(escaped).collect::<String>();
            prop_assert_eq!(one(&format!("{}={}", escaped(&key), escaped(&value))), (key, value));
        }
    }
}
