//! Random histories: what is proposed is written down in Kafka's bytes and read again.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use proptest::prelude::*;

use super::*;

const GROUPS: [&str; 2] = ["g", "h"];
const TOPICS: [&str; 2] = ["t", "u"];

#[derive(Debug, Clone)]
enum Step {
    /// A group commits for some partitions, of a topic with this id, within a transaction or not.
    Commit { group: usize, topic: usize, id: u8, partitions: Vec<i32>, producer: Option<i64> },
    /// A transaction ends.
    End { producer: i64, commit: bool },
    /// OffsetDelete.
    Delete { group: usize, topic: usize, partitions: Vec<i32>, subscribed: bool },
    /// DeleteGroups.
    DeleteGroup { group: usize },
    /// A topic goes.
    DeleteTopic { topic: usize, id: u8 },
    /// Time passes, and old offsets go.
    Expire { group: usize, passed_ms: i64, start: Option<RetentionStart>, subscribed: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let (group, topic, id) = (0..GROUPS.len(), 0..TOPICS.len(), 0u8..3);
    let partitions = prop::collection::vec(0..3, 1..4);
    let producer = prop_oneof![2 => Just(None), 1 => (1i64..4).prop_map(Some)];
    let start = prop_oneof![
        Just(None),
        Just(Some(RetentionStart::Commit)),
        (0i64..100).prop_map(|since_ms| Some(RetentionStart::EmptySince(since_ms))),
    ];
    prop_oneof![
        6 => (group.clone(), topic.clone(), id.clone(), partitions.clone(), producer).prop_map(
            |(group, topic, id, partitions, producer)| {
                Step::Commit { group, topic, id, partitions, producer }
            }
        ),
        3 => (1i64..4, any::<bool>()).prop_map(|(producer, commit)| Step::End { producer, commit }),
        1 => (group.clone(), topic.clone(), partitions, any::<bool>()).prop_map(
            |(group, topic, partitions, subscribed)| {
                Step::Delete { group, topic, partitions, subscribed }
            }
        ),
        1 => group.clone().prop_map(|group| Step::DeleteGroup { group }),
        1 => (topic, id).prop_map(|(topic, id)| Step::DeleteTopic { topic, id }),
        2 => (group, 0i64..30, start, any::<bool>()).prop_map(
            |(group, passed_ms, start, subscribed)| {
                Step::Expire { group, passed_ms, start, subscribed }
            }
        ),
    ]
}

/// What is in the log.
#[derive(Debug, Clone)]
enum Entry {
    Record { key: Bytes, value: Option<Bytes>, producer: Option<i64> },
    Marker { producer: i64, commit: bool },
}

/// The live state beside the log that it has written.
#[derive(Default)]
struct World {
    offsets: Offsets,
    log: Vec<Entry>,
    now_ms: i64,
    next_offset: i64,
}

impl World {
    fn append(&mut self, records: &[GroupRecord], producer: Option<i64>) {
        apply_all(&mut self.offsets, records, producer);
        for record in records {
            let (key, value) = record.encode().expect("own records are valid");
            self.log.push(Entry::Record { key, value, producer });
        }
    }

    fn take(&mut self, step: Step) {
        let mut records = Vec::new();
        match step {
            Step::Commit { group, topic: of, id, partitions, producer } => {
                let base = self.next_offset;
                self.next_offset += partitions.len() as i64;
                let offsets = base..;
                let partitions = partitions.into_iter().zip(offsets);
                let partitions = partitions.map(|(partition, offset)| to_commit(partition, offset));
                let topics = vec![topic(TOPICS[of], id_of(id), partitions.collect())];
                let request = CommitRequest { group: GROUPS[group].to_owned(), ..request(topics) };
                commit(request, self.now_ms, 4_096, |_, _, _| Ok(()), &mut records)
                    .expect("allowed");
                self.append(&records, producer);
            }
            Step::End { producer, commit } => {
                self.offsets.end_transaction(producer, commit);
                self.log.push(Entry::Marker { producer, commit });
            }
            Step::Delete { group, topic: of, partitions, subscribed } => {
                let topics = vec![topic(TOPICS[of], Uuid::nil(), partitions)];
                self.offsets.delete(GROUPS[group], topics, |_| subscribed, &mut records);
                self.append(&records, None);
            }
            Step::DeleteGroup { group } => {
                self.offsets.delete_group(GROUPS[group], &mut records);
                self.append(&records, None);
                assert!(!self.offsets.has_group(GROUPS[group]));
            }
            Step::DeleteTopic { topic, id } => {
                let deleted = [(TOPICS[topic].to_owned(), id_of(id))];
                self.offsets.delete_topics(&deleted, &mut records);
                self.append(&records, None);
            }
            Step::Expire { group, passed_ms, start, subscribed } => {
                self.now_ms += passed_ms;
                let (group, now_ms) = (GROUPS[group], self.now_ms);
                let is_subscribed = |topic: &str| subscribed && topic == TOPICS[0];
                let gone =
                    self.offsets.expire(group, now_ms, 40, start, is_subscribed, &mut records);
                self.append(&records, None);
                assert!(!gone || !self.offsets.has_group(group));
            }
        }
    }
}

fn id_of(id: u8) -> Uuid {
    Uuid::from_u128(u128::from(id))
}

fn replay<'a>(log: impl IntoIterator<Item = &'a Entry>) -> Offsets {
    let mut offsets = Offsets::default();
    for entry in log {
        match entry {
            Entry::Record { key, value, producer } => {
                let record =
                    GroupRecord::decode(key, value.as_ref()).expect("own records are valid");
                apply_all(&mut offsets, &[record], *producer);
            }
            Entry::Marker { producer, commit } => offsets.end_transaction(*producer, *commit),
        }
    }
    offsets
}

/// Places in the log of the newest decided record of each key. Records of transactions that were aborted or that are
/// open are not decided.
fn newest_decided(log: &[Entry]) -> BTreeSet<usize> {
    let mut newest = BTreeMap::new();
    for (place, entry) in log.iter().enumerate() {
        let Entry::Record { key, value, producer } = entry else { continue };
        // Tombstones are never part of a transaction.
        let decided = producer.is_none_or(|producer| {
            value.is_some()
                && log[place..].iter().find_map(|later| outcome(later, producer)) == Some(true)
        });
        if decided {
            newest.insert(key.clone(), place);
        }
    }
    newest.into_values().collect()
}

fn outcome(entry: &Entry, of: i64) -> Option<bool> {
    match entry {
        Entry::Marker { producer, commit } if *producer == of => Some(*commit),
        _ => None,
    }
}

/// Everything committed, without what transactions may still change.
fn committed(offsets: &Offsets) -> Vec<Vec<Topic<FetchedOffset>>> {
    GROUPS.map(|group| offsets.fetch_all(group, false)).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn replay_gives_the_live_state(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::default();
        for step in steps {
            world.take(step);
            // Nothing but a commit changes an offset to another: the newest decided record is what is fetched.
            let newest = newest_decided(&world.log);
            let records = newest.iter().map(|&place| match &world.log[place] {
                Entry::Record { key, value, .. } => {
                    Entry::Record { key: key.clone(), value: value.clone(), producer: None }
                }
                marker => marker.clone(),
            });
            let alone = replay(&records.collect::<Vec<_>>());
            prop_assert_eq!(committed(&alone), committed(&world.offsets));
        }
        prop_assert_eq!(replay(&world.log), world.offsets.clone());

        // What no transaction holds any more leaves nothing behind.
        for producer in 1..4 {
            world.take(Step::End { producer, commit: false });
        }
        for group in 0..GROUPS.len() {
            world.take(Step::DeleteGroup { group });
        }
        prop_assert!(world.offsets.names().is_empty());
    }

    #[test]
    fn a_compacted_log_gives_the_same_offsets(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::default();
        steps.into_iter().for_each(|step| world.take(step));
        for producer in 1..4 {
            world.take(Step::End { producer, commit: producer != 2 });
        }
        // The cleaner keeps the newest decided record of each key, and markers.
        let newest = newest_decided(&world.log);
        let kept = world.log.iter().enumerate().filter(|(place, entry)| {
            matches!(entry, Entry::Marker { .. }) || newest.contains(place)
        });
        let compacted = replay(kept.map(|(_, entry)| entry));
        prop_assert_eq!(committed(&compacted), committed(&world.offsets));
    }
}
