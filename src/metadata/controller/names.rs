//! Names of topics: which are allowed, which collide, which are Kafka's own.

use std::sync::Arc;

use crate::error::{AdminError, ErrorKind};
use crate::image::{ClusterImage, TopicImage};

/// The longest name: a directory's name has 255 bytes, and `-<partition>` and suffixes need room.
pub const TOPIC_NAME_LENGTH_MAX: usize = 249;
/// The metadata log itself, which no client may create.
pub const CLUSTER_METADATA_TOPIC: &str = "__cluster_metadata";

const INTERNAL_TOPICS: [&str; 3] =
    ["__consumer_offsets", "__transaction_state", "__share_group_state"];

/// Whether the topic holds Kafka's own state; such topics are marked in metadata.
pub fn is_internal(name: &str) -> bool {
    INTERNAL_TOPICS.contains(&name)
}

/// Whether a topic may have this name (INVALID_TOPIC_EXCEPTION): 1 to 249 of `a–z A–Z 0–9 . _ -`, and neither `.`
/// nor `..`.
pub fn check_topic_name(name: &str) -> Result<(), AdminError> {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
    let why = match name {
        "" => "it is empty".to_owned(),
        "." | ".." => format!("'{name}' names a directory"),
        // Kafka counts UTF-16 units; where that differs from bytes the characters are illegal anyway.
        _ if name.len() > TOPIC_NAME_LENGTH_MAX => {
            format!("'{name}' is longer than {TOPIC_NAME_LENGTH_MAX} characters")
        }
        _ if !name.bytes().all(legal) => {
            format!("'{name}' has characters other than ASCII letters, digits, '.', '_' and '-'")
        }
        _ => return Ok(()),
    };
    Err(AdminError::new(ErrorKind::InvalidTopic, format!("the topic name is invalid: {why}")))
}

/// A topic whose name differs at most in `.` and `_`, which metrics cannot tell apart. A topic of exactly this name
/// counts too.
pub fn colliding_topic<'i>(image: &'i ClusterImage, name: &str) -> Option<&'i Arc<TopicImage>> {
    // Names that collide are equal up to the first of the two characters, so they stand together in order.
    let common = &name[..name.find(['.', '_'])?];
    image
        .topics()
        .iter_from(common)
        .take_while(|topic| topic.name.starts_with(common))
        .find(|topic| collide(&topic.name, name))
}

fn collide(one: &str, other: &str) -> bool {
    let unify = |c: u8| if c == b'.' { b'_' } else { c };
    one.len() == other.len() && one.bytes().map(unify).eq(other.bytes().map(unify))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::test_cluster;

    #[test]
    fn names_follow_kafkas_rules() {
        for name in ["a", "A-b_c.9", "...", &"a".repeat(249), "__consumer_offsets"] {
            assert_eq!(check_topic_name(name), Ok(()), "{name}");
        }
        for name in ["", ".", "..", "a b", "aü", "a/b", "a\0", &"a".repeat(250)] {
            let error = check_topic_name(name).expect_err(name);
            assert_eq!(error.kind, ErrorKind::InvalidTopic);
        }
    }

    #[test]
    fn dots_and_underscores_collide() {
        let image = test_cluster::with_topics(&["a", "a.b", "a-c.d", "ab_c"]);
        let found = |name| colliding_topic(&image, name).map(|topic| topic.name.to_string());
        assert_eq!(found("a_b"), Some("a.b".into()));
        assert_eq!(found("a.b"), Some("a.b".into()));
        assert_eq!(found("a-c_d"), Some("a-c.d".into()));
        assert_eq!(found("ab.c"), Some("ab_c".into()));
        assert_eq!(found("a"), None);
        assert_eq!(found("a.c"), None);
        assert_eq!(found("_"), None);
    }
}
