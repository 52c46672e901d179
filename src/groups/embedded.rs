//! What consumers of the classic protocol tell each other through the coordinator: subscriptions and assignments, as
//! bytes (`ConsumerProtocolSubscription`, `ConsumerProtocolAssignment`, versions 0–3).
//!
//! Both begin with their version. A version to come is read as the last one that is known: no version takes away from an
//! earlier one.

use bytes::{BufMut, Bytes, BytesMut};
use thiserror::Error;

/// The last version of both.
const LAST_VERSION: i16 = 3;

/// Partitions by the name of their topic.
pub(crate) type NamedPartitions = Vec<(String, Vec<i32>)>;

/// What a member reads, and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) topics: Vec<String>,
    /// What the member has; empty before version 1.
    pub(crate) owned: NamedPartitions,
    /// `client.rack`, since version 3.
    pub(crate) rack_id: Option<String>,
}

/// What a member is to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) partitions: NamedPartitions,
    /// The assignor of the clients left something of its own.
    pub(crate) has_user_data: bool,
}

/// Why something cannot be read. Kafka tells the two apart, and so do its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Malformed {
    /// It ends within a number, or has a version below 0.
    #[error("it ends too early")]
    Short,
    /// A length does not fit.
    #[error("a length does not fit")]
    Garbage,
}

/// The version of a subscription or an assignment.
pub(crate) fn version(bytes: &[u8]) -> Result<i16, Malformed> {
    let version = Input(bytes).i16()?;
    if version < 0 { Err(Malformed::Short) } else { Ok(version.min(LAST_VERSION)) }
}

/// Reads a subscription.
pub(crate) fn subscription(bytes: &[u8]) -> Result<Subscription, Malformed> {
    let version = version(bytes)?;
    let mut input = Input(bytes.get(2..).unwrap_or_default());
    let mut topics = Vec::new();
    for _ in 0..input.count()? {
        topics.push(input.text()?);
    }
    input.user_data()?;
    let owned = if version >= 1 { input.partitions()? } else { Vec::new() };
    if version >= 2 {
        let _generation = input.i32()?;
    }
    let rack_id = if version >= 3 { input.nullable_text()? } else { None };
    Ok(Subscription { topics, owned, rack_id })
}

/// Reads an assignment.
pub(crate) fn assignment(bytes: &[u8]) -> Result<Assignment, Malformed> {
    version(bytes)?;
    let mut input = Input(bytes.get(2..).unwrap_or_default());
    let partitions = input.partitions()?;
    Ok(Assignment { partitions, has_user_data: !input.user_data()?.is_empty() })
}

/// Writes an assignment without user data.
pub(crate) fn write_assignment<'a>(
    version: i16,
    partitions: impl ExactSizeIterator<Item = (&'a str, Vec<i32>)>,
) -> Bytes {
    let length = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    let mut out = BytesMut::new();
    out.put_i16(version);
    out.put_i32(length(partitions.len()));
    for (topic, numbers) in partitions {
        // Names of topics have at most 249 bytes.
        out.put_i16(i16::try_from(topic.len()).unwrap_or(i16::MAX));
        out.put_slice(topic.as_bytes());
        out.put_i32(length(numbers.len()));
        numbers.iter().for_each(|number| out.put_i32(*number));
    }
    out.put_i32(-1);
    out.freeze()
}

/// What is still to be read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn number<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (number, rest) = self.0.split_first_chunk::<N>().ok_or(Malformed::Short)?;
        self.0 = rest;
        Ok(*number)
    }

    fn i16(&mut self) -> Result<i16, Malformed> {
        self.number().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Result<i32, Malformed> {
        self.number().map(i32::from_be_bytes)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Malformed::Garbage)?;
        self.0 = rest;
        Ok(bytes)
    }

    /// How many elements follow: each has a byte at least.
    fn count(&mut self) -> Result<usize, Malformed> {
        let count = usize::try_from(self.i32()?).map_err(|_| Malformed::Garbage)?;
        if count > self.0.len() { Err(Malformed::Garbage) } else { Ok(count) }
    }

    fn text(&mut self) -> Result<String, Malformed> {
        self.nullable_text()?.ok_or(Malformed::Garbage)
    }

    fn nullable_text(&mut self) -> Result<Option<String>, Malformed> {
        let Ok(length) = usize::try_from(self.i16()?) else { return Ok(None) };
        Ok(Some(String::from_utf8_lossy(self.bytes(length)?).into_owned()))
    }

    fn user_data(&mut self) -> Result<&'a [u8], Malformed> {
        let Ok(length) = usize::try_from(self.i32()?) else { return Ok(&[]) };
        self.bytes(length)
    }

    fn partitions(&mut self) -> Result<NamedPartitions, Malformed> {
        let mut partitions = Vec::new();
        for _ in 0..self.count()? {
            let topic = self.text()?;
            let mut numbers = Vec::new();
            for _ in 0..self.count()? {
                numbers.push(self.i32()?);
            }
            partitions.push((topic, numbers));
        }
        Ok(partitions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIPTION: &[u8] =
        b"\0\x03\0\0\0\x01\0\x01a\0\0\0\x01u\0\0\0\x01\0\x01a\0\0\0\x01\0\0\0\x07\0\0\0\x05\0\x01r";

    #[test]
    fn subscriptions_of_all_versions_are_read() {
        let topics = vec!["a".to_owned()];
        let owned = vec![("a".to_owned(), vec![7])];
        let full = Subscription { topics, owned, rack_id: Some("r".to_owned()) };
        assert_eq!(subscription(SUBSCRIPTION), Ok(full.clone()));
        let of_version = |version: u8| {
            let mut bytes = SUBSCRIPTION.to_vec();
            bytes[1] = version;
            subscription(&bytes)
        };
        assert_eq!(of_version(9), Ok(full.clone()), "a version to come");
        let version_2 = Subscription { rack_id: None, ..full };
        assert_eq!(of_version(2), Ok(version_2.clone()));
        assert_eq!(of_version(1), Ok(version_2.clone()));
        assert_eq!(of_version(0), Ok(Subscription { owned: Vec::new(), ..version_2 }));
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        for length in 0..SUBSCRIPTION.len() {
            assert!(subscription(&SUBSCRIPTION[..length]).is_err(), "cut after {length}");
        }
        assert_eq!(subscription(b"\0"), Err(Malformed::Short));
        assert_eq!(subscription(b"\xff\xff\0\0\0\0\xff\xff\xff\xff"), Err(Malformed::Short));
        assert_eq!(subscription(b"\0\0\x7f\xff\xff\xff\0"), Err(Malformed::Garbage));
        assert_eq!(assignment(b"\0\0\xff\xff\xff\xff\0"), Err(Malformed::Garbage));
    }

    #[test]
    fn assignments_are_read_as_they_are_written() {
        let written = write_assignment(1, [("a", vec![0, 2]), ("b", vec![])].into_iter());
        let expected =
            b"\0\x01\0\0\0\x02\0\x01a\0\0\0\x02\0\0\0\0\0\0\0\x02\0\x01b\0\0\0\0\xff\xff\xff\xff";
        assert_eq!(&written[..], expected);
        let partitions = vec![("a".to_owned(), vec![0, 2]), ("b".to_owned(), vec![])];
        let read = Assignment { partitions, has_user_data: false };
        assert_eq!(assignment(&written), Ok(read));
        let with_data = assignment(b"\0\0\0\0\0\0\0\0\0\x01u").map(|it| it.has_user_data);
        assert_eq!(with_data, Ok(true));
    }
}
