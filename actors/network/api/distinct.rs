//! Requests that name a topic or a partition more than once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use kabuki_wire::messages::TopicName;

/// The partitions of a request, each topic and each partition once, in the order of their first mention.
pub(super) type Distinct<T> = Vec<(TopicName, Vec<(i32, T)>)>;

/// Brings together what is asked of each partition; `repeated` says what comes of another mention of it.
pub(super) fn distinct<T>(
    asked: impl IntoIterator<Item = (TopicName, impl IntoIterator<Item = (i32, T)>)>,
    repeated: impl Fn(&mut T, T),
) -> Distinct<T> {
    let mut distinct: Distinct<T> = Vec::new();
    let mut topics = BTreeMap::new();
    let mut places = BTreeMap::new();
    for (name, partitions) in asked {
        let topic = *topics.entry(name.clone()).or_insert_with(|| {
            distinct.push((name, Vec::new()));
            distinct.len() - 1
        });
        let known = &mut distinct[topic].1;
        for (index, wanted) in partitions {
            match places.entry((topic, index)) {
                Entry::Vacant(place) => {
                    place.insert(known.len());
                    known.push((index, wanted));
                }
                Entry::Occupied(place) => repeated(&mut known[*place.get()].1, wanted),
            }
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use kabuki_wire::StrBytes;

    use super::*;

    fn named(name: &'static str) -> TopicName {
        TopicName(StrBytes::from_static_str(name))
    }

    #[test]
    fn repetitions_are_put_where_the_first_mention_is() {
        let asked = [
            (named("b"), vec![(1, 'a'), (0, 'b')]),
            (named("a"), vec![(0, 'c')]),
            (named("b"), vec![(0, 'd'), (2, 'e')]),
            (named("c"), vec![]),
        ];
        let found = distinct(asked, |known, other| *known = other);
        let expected = [
            (named("b"), vec![(1, 'a'), (0, 'd'), (2, 'e')]),
            (named("a"), vec![(0, 'c')]),
            (named("c"), vec![]),
        ];
        assert_eq!(found, expected);
    }
}
