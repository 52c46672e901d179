//! Which protocol a group chooses, and what can be read of the protocol of consumers.

use std::collections::{BTreeMap, BTreeSet};

use super::members::Members;

/// The protocol type of consumers: the only one whose metadata the coordinator looks into.
pub(crate) const CONSUMER_PROTOCOL_TYPE: &str = "consumer";

/// The protocol that all members know and most of them like best. `None` without members.
///
/// Of several with as many votes Kafka takes the first that a Java `HashMap` of the votes goes over. The order
/// follows from the names alone (but for names of the same bucket), so that clients can rely on it, and it is kept.
pub(crate) fn select(members: &Members) -> Option<String> {
    let candidates = members.candidates();
    let mut votes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (order, member) in members.iter().enumerate() {
        let (_, count) = votes.entry(member.vote(&candidates)?).or_insert((order, 0));
        *count += 1;
    }
    let buckets = java_buckets(votes.len());
    let best = votes.into_iter().min_by_key(|(name, (first_vote, count))| {
        (std::cmp::Reverse(*count), java_hash(name) & (buckets - 1), *first_vote)
    });
    best.map(|(name, _)| name.to_owned())
}

/// How many buckets a Java `HashMap` has that has grown to `entries`: three quarters of them may be in use.
fn java_buckets(entries: usize) -> u32 {
    let mut buckets = 16_u32;
    while entries > buckets as usize / 4 * 3 {
        buckets *= 2;
    }
    buckets
}

/// The hash by which a Java `HashMap` finds a string's bucket.
fn java_hash(text: &str) -> u32 {
    let hash = text
        .encode_utf16()
        .fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    hash ^ (hash >> 16)
}

/// The topics that a consumer's metadata names. All its versions begin as version 0 does, so that no later one needs to
/// be known: version, topics, user data. `None` when it cannot be read.
pub(crate) fn subscribed_topics(metadata: &[u8]) -> Option<BTreeSet<String>> {
    let mut input = metadata;
    let _version = take(&mut input, 2)?;
    let count = take_i32(&mut input)?;
    let mut topics = BTreeSet::new();
    for _ in 0..usize::try_from(count).ok()? {
        let length = i16::from_be_bytes(take(&mut input, 2)?.try_into().ok()?);
        let name = take(&mut input, usize::try_from(length).ok()?)?;
        topics.insert(String::from_utf8_lossy(name).into_owned());
    }
    let user_data_length = take_i32(&mut input)?;
    if let Ok(length) = usize::try_from(user_data_length) {
        take(&mut input, length)?;
    }
    Some(topics)
}

fn take<'a>(input: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = input.split_at_checked(length)?;
    *input = rest;
    Some(taken)
}

fn take_i32(input: &mut &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(take(input, 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_and_buckets_are_those_of_java() {
        let bucket = |name| java_hash(name) & 15;
        let names = ["range", "roundrobin", "sticky", "cooperative-sticky", "Aa", "BB", "ø", "𝄞"];
        assert_eq!(names.map(bucket), [9, 10, 8, 15, 0, 0, 8, 1]);
        assert_eq!([0, 12, 13, 24, 25].map(java_buckets), [16, 16, 32, 32, 64]);
    }

    #[test]
    fn topics_of_a_subscription_are_read_and_rubbish_is_not() {
        let good = b"\0\x01\0\0\0\x02\0\x01a\0\x02bc\0\0\0\x01u\0\0\0\0";
        let topics = BTreeSet::from(["a".to_owned(), "bc".to_owned()]);
        assert_eq!(subscribed_topics(good), Some(topics.clone()));
        assert_eq!(
            subscribed_topics(b"\0\0\0\0\0\x02\0\x01a\0\x02bc\xff\xff\xff\xff"),
            Some(topics)
        );
        for length in 0..18 {
            assert_eq!(subscribed_topics(&good[..length]), None, "cut after {length}");
        }
        assert_eq!(subscribed_topics(b"\0\0\xff\xff\xff\xff\0\0\0\0"), None, "null topics");
        assert_eq!(subscribed_topics(b"\0\0\x7f\xff\xff\xff\0\0"), None, "more than there is");
    }
}
