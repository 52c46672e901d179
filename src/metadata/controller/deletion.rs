//! Deleting topics, by name or by id (KIP-516).

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::error::{AdminError, ErrorKind};
use crate::generated::RemoveTopicRecord;
use crate::image::{ClusterImage, TopicImage};

use super::{Decision, Settings};

/// One topic of a DeleteTopics request, named by its name or by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TopicToDelete {
    /// Its name, `None` when it is given by id.
    pub name: Option<String>,
    /// Its id, nil when it is given by name.
    pub id: Uuid,
}

impl TopicToDelete {
    /// Whether it is given by exactly one of name and id.
    fn is_named(&self) -> bool {
        self.name.is_some() == self.id.is_nil()
    }

    fn refused(&self, kind: ErrorKind, message: impl Into<String>) -> DeletedTopic {
        let result = Err(AdminError::new(kind, message));
        DeletedTopic { name: self.name.clone(), id: self.id, result }
    }
}

/// One answer of DeleteTopics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedTopic {
    /// The topic's name, where it may be said.
    pub name: Option<String>,
    /// Its id; nil when unknown.
    pub id: Uuid,
    /// Whether it is deleted.
    pub result: Result<(), AdminError>,
}

/// Whether any topic is left to be looked up once the request was compared with itself.
pub fn deletion_asks_the_cluster(topics: &[TopicToDelete], settings: &Settings) -> bool {
    settings.delete_topics && counts(topics).values().any(|&count| count == 1)
}

/// Decides a DeleteTopics request. What is repeated in it is answered once, whoever names nothing each time; Kafka
/// shuffles the answers.
///
/// Refusals: everything, mention by mention, when deletion is disabled (TOPIC_DELETION_DISABLED; clients before
/// version 3 know no such error and are told INVALID_REQUEST by the caller); neither or both of name and id, or the
/// same topic twice, be it once by name and once by id (INVALID_REQUEST); an id that nobody has (UNKNOWN_TOPIC_ID); a
/// name that nobody has (UNKNOWN_TOPIC_OR_PARTITION).
pub fn delete_topics(
    image: &ClusterImage,
    topics: &[TopicToDelete],
    settings: &Settings,
) -> Decision<DeletedTopic> {
    if !settings.delete_topics {
        let refuse = |topic: &TopicToDelete| topic.refused(ErrorKind::TopicDeletionDisabled, "");
        return Decision { results: topics.iter().map(refuse).collect(), records: Vec::new() };
    }
    let mut deletion = Deletion::default();
    topics.iter().filter(|topic| !topic.is_named()).for_each(|topic| {
        let message = "a topic is given by either its name or its id";
        deletion.results.push(topic.refused(ErrorKind::InvalidRequest, message));
    });
    // Ids come before names in this order: a name that stands for an id that is given too is the one that is refused.
    for (topic, count) in counts(topics) {
        deletion.add(image, topic, count);
    }
    deletion.decision()
}

/// How often each topic is given that is named properly.
fn counts(topics: &[TopicToDelete]) -> BTreeMap<&TopicToDelete, usize> {
    let mut counts = BTreeMap::new();
    for topic in topics.iter().filter(|topic| topic.is_named()) {
        *counts.entry(topic).or_default() += 1;
    }
    counts
}

#[derive(Default)]
struct Deletion<'i> {
    results: Vec<DeletedTopic>,
    /// What is to be deleted.
    found: BTreeMap<Uuid, &'i TopicImage>,
    /// Ids that are spoken of.
    mentioned: BTreeSet<Uuid>,
}

impl<'i> Deletion<'i> {
    fn add(&mut self, image: &'i ClusterImage, topic: &TopicToDelete, count: usize) {
        if count > 1 {
            // A repeated name is no mention of its id.
            self.mentioned.extend(topic.name.is_none().then_some(topic.id));
            let message = "the topic is given more than once";
            return self.results.push(topic.refused(ErrorKind::InvalidRequest, message));
        }
        match find(image, topic) {
            Err(refused) => self.results.push(refused),
            Ok(found) if self.mentioned.insert(found.id) => {
                self.found.insert(found.id, found);
            }
            Ok(found) => {
                self.found.remove(&found.id);
                let topic = TopicToDelete { id: found.id, ..topic.clone() };
                let message = "the topic is given both by its name and by its id";
                self.results.push(topic.refused(ErrorKind::InvalidRequest, message));
            }
        }
    }

    fn decision(mut self) -> Decision<DeletedTopic> {
        let mut records = Vec::with_capacity(self.found.len());
        for (&topic_id, topic) in &self.found {
            records.push(RemoveTopicRecord { topic_id, unknown_tags: vec![] }.into());
            let name = Some(topic.name.to_string());
            self.results.push(DeletedTopic { name, id: topic_id, result: Ok(()) });
        }
        Decision { results: self.results, records }
    }
}

fn find<'i>(
    image: &'i ClusterImage,
    topic: &TopicToDelete,
) -> Result<&'i TopicImage, DeletedTopic> {
    match &topic.name {
        Some(name) => image.topics().by_name(name).map(|found| &**found).ok_or_else(|| {
            topic.refused(ErrorKind::UnknownTopicOrPartition, format!("there is no topic '{name}'"))
        }),
        None => image
            .topics()
            .by_id(topic.id)
            .map(|found| &**found)
            .ok_or_else(|| topic.refused(ErrorKind::UnknownTopicId, "no topic has this id")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::test_cluster;

    const NIL: Uuid = Uuid::nil();

    fn by_name(name: &str) -> TopicToDelete {
        TopicToDelete { name: Some(name.to_owned()), id: NIL }
    }

    fn by_id(id: Uuid) -> TopicToDelete {
        TopicToDelete { name: None, id }
    }

    fn id_of(image: &ClusterImage, name: &str) -> Uuid {
        image.topics().by_name(name).expect("created").id
    }

    /// Name, id and error code of each answer, sorted, as Kafka shuffles them.
    fn answers(image: &ClusterImage, topics: &[TopicToDelete]) -> Vec<(Option<String>, Uuid, i16)> {
        let decision = delete_topics(image, topics, &Settings::default());
        let code =
            |result: &Result<(), AdminError>| result.as_ref().err().map_or(0, AdminError::code);
        let answers = decision.results.into_iter().map(|it| (it.name, it.id, code(&it.result)));
        let mut answers: Vec<_> = answers.collect();
        answers.sort();
        answers
    }

    fn some(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn topics_are_deleted_by_name_and_by_id_with_their_overrides() {
        let image = test_cluster::with_topics(&["t", "u", "v"]);
        let (t, u) = (id_of(&image, "t"), id_of(&image, "u"));
        let request = [by_name("t"), by_id(u)];
        assert_eq!(answers(&image, &request), [(some("t"), t, 0), (some("u"), u, 0)]);
        let decision = delete_topics(&image, &request, &Settings::default());
        let after = test_cluster::after(&image, &decision.records);
        assert_eq!(after.topics().iter().map(|topic| &*topic.name).collect::<Vec<_>>(), ["v"]);
        assert!(after.topics().by_id(u).is_none());
    }

    #[test]
    fn what_cannot_be_deleted_says_why() {
        let image = test_cluster::with_topics(&["t"]);
        let (id, unknown) = (id_of(&image, "t"), Uuid::from_u128(77));
        let both = TopicToDelete { name: some("t"), id };
        let request = [by_name("no"), by_id(unknown), by_id(NIL), both, by_id(NIL)];
        let expected = [
            (None, NIL, 42),
            (None, NIL, 42),
            (None, unknown, 100),
            (some("no"), NIL, 3),
            (some("t"), id, 42),
        ];
        assert_eq!(answers(&image, &request), expected);
        assert!(delete_topics(&image, &request, &Settings::default()).records.is_empty());
    }

    #[test]
    fn what_is_given_twice_is_answered_once_and_stays() {
        let image = test_cluster::with_topics(&["t", "u"]);
        let (t, u) = (id_of(&image, "t"), id_of(&image, "u"));
        let expected = [(some("t"), NIL, 42), (some("u"), u, 0)];
        assert_eq!(answers(&image, &[by_name("t"), by_name("u"), by_name("t")]), expected);
        let expected = [(some("t"), t, 42), (some("u"), u, 0)];
        assert_eq!(answers(&image, &[by_name("t"), by_name("u"), by_id(t)]), expected);
        let expected = [(None, t, 42), (some("t"), t, 42)];
        assert_eq!(answers(&image, &[by_name("t"), by_id(t), by_id(t)]), expected);
    }

    /// A repeated name was never looked up, so its id may come beside it.
    #[test]
    fn a_name_given_twice_does_not_speak_for_its_id() {
        let image = test_cluster::with_topics(&["t"]);
        let t = id_of(&image, "t");
        let expected = [(some("t"), NIL, 42), (some("t"), t, 0)];
        assert_eq!(answers(&image, &[by_name("t"), by_id(t), by_name("t")]), expected);
    }

    #[test]
    fn deletion_can_be_disabled() {
        let image = test_cluster::with_topics(&["t"]);
        let settings = Settings { delete_topics: false, ..Settings::default() };
        let request = [by_name("t"), by_name("no"), by_name("t")];
        let decision = delete_topics(&image, &request, &settings);
        let codes = decision.results.iter().map(|it| it.result.as_ref().map_err(AdminError::code));
        assert_eq!(codes.collect::<Vec<_>>(), [Err(73); 3]);
        assert!(decision.records.is_empty());
        assert!(!deletion_asks_the_cluster(&request, &settings));
    }

    #[test]
    fn a_request_that_contradicts_itself_asks_nothing() {
        let asks = |topics: &[_]| deletion_asks_the_cluster(topics, &Settings::default());
        assert!(asks(&[by_name("t"), by_name("u"), by_name("t")]));
        assert!(!asks(&[by_name("t"), by_id(NIL), by_name("t")]));
        assert!(!asks(&[]));
    }
}
