//! What members of a classic group tell each other: subscriptions and assignments, in the versions 0 to 3 of Kafka's
//! consumer protocol.
//!
//! These bytes come from other members and are read without trust.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use thiserror::Error;

use crate::groups::Assignment;

/// Written: the fields that eager assignment needs.
const VERSION: i16 = 0;
/// The user data that is not there.
const NULL: i32 = -1;

/// A member's bytes say nothing that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a member of the group sent what is no subscription or assignment")]
pub(crate) struct UnreadableMember;

/// The subscription to these topics.
pub(crate) fn write_subscription(topics: &[String]) -> Bytes {
    let mut out = BytesMut::new();
    out.put_i16(VERSION);
    out.put_i32(topics.len() as i32);
    topics.iter().for_each(|topic| put_string(topic, &mut out));
    out.put_i32(NULL);
    out.freeze()
}

/// The topics of a subscription; what newer versions add is read over.
pub(crate) fn read_subscription(mut bytes: &[u8]) -> Result<Vec<String>, UnreadableMember> {
    let version = bytes.try_get_i16().map_err(|_| UnreadableMember)?;
    if version < 0 {
        return Err(UnreadableMember);
    }
    let count = bytes.try_get_i32().map_err(|_| UnreadableMember)?;
    (0..count).map(|_| get_string(&mut bytes)).collect()
}

/// An assignment of these partitions.
pub(crate) fn write_assignment(assignment: &Assignment) -> Bytes {
    let mut out = BytesMut::new();
    out.put_i16(VERSION);
    out.put_i32(assignment.len() as i32);
    for (topic, partitions) in assignment {
        put_string(topic, &mut out);
        out.put_i32(partitions.len() as i32);
        partitions.iter().for_each(|&partition| out.put_i32(partition));
    }
    out.put_i32(NULL);
    out.freeze()
}

/// The partitions of an assignment: none, where a member was given empty bytes.
pub(crate) fn read_assignment(mut bytes: &[u8]) -> Result<Assignment, UnreadableMember> {
    if bytes.is_empty() {
        return Ok(Assignment::new());
    }
    let version = bytes.try_get_i16().map_err(|_| UnreadableMember)?;
    if version < 0 {
        return Err(UnreadableMember);
    }
    let topics = bytes.try_get_i32().map_err(|_| UnreadableMember)?;
    let mut assignment = Assignment::new();
    for _ in 0..topics {
        let topic = get_string(&mut bytes)?;
        let count = bytes.try_get_i32().map_err(|_| UnreadableMember)?;
        let partitions = assignment.entry(topic).or_default();
        for _ in 0..count {
            partitions.insert(bytes.try_get_i32().map_err(|_| UnreadableMember)?);
        }
    }
    Ok(assignment)
}

fn put_string(text: &str, out: &mut BytesMut) {
    out.put_i16(text.len() as i16);
    out.put_slice(text.as_bytes());
}

fn get_string(bytes: &mut &[u8]) -> Result<String, UnreadableMember> {
    let length = bytes.try_get_i16().map_err(|_| UnreadableMember)?;
    let length = usize::try_from(length).map_err(|_| UnreadableMember)?;
    let (text, rest) = bytes.split_at_checked(length).ok_or(UnreadableMember)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).map_err(|_| UnreadableMember)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let topics = ["a".to_owned(), "b".to_owned()];
        assert_eq!(read_subscription(&write_subscription(&topics)), Ok(topics.to_vec()));
        let assignment = Assignment::from([("a".to_owned(), BTreeSet::from([0, 7]))]);
        assert_eq!(read_assignment(&write_assignment(&assignment)), Ok(assignment));
        assert_eq!(read_assignment(&[]), Ok(Assignment::new()));
    }

    #[test]
    fn newer_subscriptions_are_read_up_to_what_is_known() {
        // Version 3, one topic "t", user data of one byte, one owned partition, generation, rack.
        let bytes = [0, 3, 0, 0, 0, 1, 0, 1, b't', 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0, 5, 255, 255];
        assert_eq!(read_subscription(&bytes), Ok(vec!["t".to_owned()]));
    }

    #[test]
    fn counts_that_lie_are_found_out() {
        let many = [0, 0, 0x7f, 0xff, 0xff, 0xff];
        assert_eq!(read_subscription(&many), Err(UnreadableMember));
        assert_eq!(read_assignment(&many), Err(UnreadableMember));
        assert_eq!(read_assignment(&[0]), Err(UnreadableMember));
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = read_subscription(&bytes);
            let _ = read_assignment(&bytes);
        }
    }
}
