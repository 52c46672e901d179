//! DescribeTopicPartitions: partitions page by page, in the order of the topics' names (KIP-966).

use std::collections::BTreeSet;

use kabuki_metadata::ClusterImage;
use kabuki_metadata::controller::is_internal;
use kabuki_metadata::describe::{self, PartitionState};
use kabuki_metadata::image::TopicImage;
use kabuki_wire::ResponseError;
use kabuki_wire::messages::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};
use kabuki_wire::messages::{
    BrokerId, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse,
};

use super::describing::{TOPIC_OPERATIONS, broker_ids, nonexistent, topic_name};
use super::{Env, Refusal, Request, Step};
use crate::network::errors;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let asked: DescribeTopicPartitionsRequest = request.decode()?;
    let view = env.context.view.load();
    let limit = env.context.live().config.network.max_request_partition_size_limit;
    let response = describe_topics(&asked, &view.image, &env.listener.name, limit);
    Ok(envelope.send(&response, env))
}

/// One page: at least one partition, at most `limit`.
fn describe_topics(
    asked: &DescribeTopicPartitionsRequest,
    image: &ClusterImage,
    listener: &str,
    limit: u32,
) -> DescribeTopicPartitionsResponse {
    // Kafka compares an empty name with the cursor that is not there, and has no word for what happens then.
    if asked.cursor.is_none() && asked.topics.iter().any(|topic| topic.name.is_empty()) {
        return refused(asked, errors::UNKNOWN_SERVER_ERROR);
    }
    let Some(names) = names(asked, image) else {
        return refused(asked, ResponseError::InvalidRequest.code());
    };
    let limit = i32::try_from(limit).unwrap_or(i32::MAX).min(asked.response_partition_limit);
    let mut page = Page { image, listener, room: limit.max(1), topics: Vec::new(), next: None };
    for name in names {
        let cursor = asked.cursor.as_ref().filter(|cursor| cursor.topic_name.as_str() == name);
        page.add(name, cursor.map_or(0, |cursor| cursor.partition_index));
        if page.next.is_some() {
            break;
        }
    }
    DescribeTopicPartitionsResponse::default().with_topics(page.topics).with_next_cursor(page.next)
}

/// The topics from the cursor on; all that exist when none is named. `None`: the cursor fits neither.
fn names<'a>(
    asked: &'a DescribeTopicPartitionsRequest,
    image: &'a ClusterImage,
) -> Option<BTreeSet<&'a str>> {
    let first = asked.cursor.as_ref().map_or("", |cursor| cursor.topic_name.as_str());
    if asked.cursor.as_ref().is_some_and(|cursor| cursor.partition_index < 0) {
        return None;
    }
    if asked.topics.is_empty() {
        return Some(image.topics().iter_from(first).map(|topic| &*topic.name).collect());
    }
    let names = asked.topics.iter().map(|topic| topic.name.as_str());
    let names: BTreeSet<&str> = names.filter(|name| *name >= first).collect();
    (asked.cursor.is_none() || names.contains(first)).then_some(names)
}

fn refused(asked: &DescribeTopicPartitionsRequest, code: i16) -> DescribeTopicPartitionsResponse {
    let topics = asked.topics.iter().map(|topic| {
        DescribeTopicPartitionsResponseTopic::default()
            .with_error_code(code)
            .with_name(Some(topic.name.clone()))
    });
    DescribeTopicPartitionsResponse::default().with_topics(topics.collect())
}

/// A response that fills.
struct Page<'a> {
    image: &'a ClusterImage,
    listener: &'a str,
    /// Partitions that it can still take.
    room: i32,
    topics: Vec<DescribeTopicPartitionsResponseTopic>,
    /// Where the next page begins, once this one is full.
    next: Option<Cursor>,
}

impl Page<'_> {
    fn add(&mut self, name: &str, first: i32) {
        if self.room == 0 {
            self.next = Some(cursor(name, 0));
            return;
        }
        let topic = DescribeTopicPartitionsResponseTopic::default()
            .with_name(Some(topic_name(name)))
            .with_is_internal(is_internal(name))
            .with_topic_authorized_operations(TOPIC_OPERATIONS);
        let topic = match self.image.topics().by_name(name) {
            None => topic.with_error_code(nonexistent(name).code()),
            Some(image) => topic.with_topic_id(image.id).with_partitions(self.take(image, first)),
        };
        self.topics.push(topic);
    }

    fn take(
        &mut self,
        topic: &TopicImage,
        first: i32,
    ) -> Vec<DescribeTopicPartitionsResponsePartition> {
        let states = describe::partitions(self.image, topic, self.listener, first);
        let room = usize::try_from(self.room).unwrap_or(0);
        let partitions: Vec<_> = states.take(room).map(|state| partition(&state)).collect();
        let taken = i32::try_from(partitions.len()).unwrap_or(self.room);
        self.room -= taken;
        if first.saturating_add(taken) < topic.partition_count() {
            self.next = Some(cursor(&topic.name, first + taken));
        }
        partitions
    }
}

fn cursor(topic: &str, partition: i32) -> Cursor {
    Cursor::default().with_topic_name(topic_name(topic)).with_partition_index(partition)
}

/// Without a leader that clients could reach, none is named, and that is no error here.
fn partition(state: &PartitionState<'_>) -> DescribeTopicPartitionsResponsePartition {
    DescribeTopicPartitionsResponsePartition::default()
        .with_partition_index(state.number)
        .with_leader_id(BrokerId(state.leader))
        .with_leader_epoch(state.leader_epoch)
        .with_replica_nodes(broker_ids(state.replicas))
        .with_isr_nodes(broker_ids(state.isr))
        .with_eligible_leader_replicas(Some(broker_ids(state.elr)))
        .with_last_known_elr(Some(broker_ids(state.last_known_elr)))
        .with_offline_replicas(broker_ids(&state.offline_replicas))
}

#[cfg(test)]
mod tests {
    use kabuki_wire::messages::describe_topic_partitions_request::{
        Cursor as RequestCursor, TopicRequest,
    };

    use super::super::test_images::{self, LISTENER};
    use super::*;

    const LIMIT: u32 = 2000;

    fn asked(
        topics: &[&str],
        limit: i32,
        cursor: Option<(&str, i32)>,
    ) -> DescribeTopicPartitionsRequest {
        let topics = topics.iter().map(|name| TopicRequest::default().with_name(topic_name(name)));
        let cursor = cursor.map(|(name, partition)| {
            RequestCursor::default()
                .with_topic_name(topic_name(name))
                .with_partition_index(partition)
        });
        DescribeTopicPartitionsRequest::default()
            .with_topics(topics.collect())
            .with_response_partition_limit(limit)
            .with_cursor(cursor)
    }

    /// Name, error code and partition numbers of each topic, and the next cursor.
    type Seen = (Vec<(String, i16, Vec<i32>)>, Option<(String, i32)>);

    fn page(request: &DescribeTopicPartitionsRequest, limit: u32) -> Seen {
        let image = test_images::with_topics(&[("a", 2), ("b", 3), ("c", 1)]);
        let response = describe_topics(request, &image, LISTENER, limit);
        let topics = response.topics.iter().map(|topic| {
            let name = topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default();
            (name, topic.error_code, topic.partitions.iter().map(|it| it.partition_index).collect())
        });
        let next = response.next_cursor.map(|it| (it.topic_name.to_string(), it.partition_index));
        (topics.collect(), next)
    }

    fn seen(topics: &[(&str, i16, &[i32])], next: Option<(&str, i32)>) -> Seen {
        let topics =
            topics.iter().map(|(name, code, them)| (name.to_string(), *code, them.to_vec()));
        (topics.collect(), next.map(|(name, partition)| (name.to_owned(), partition)))
    }

    #[test]
    fn pages_follow_one_another() {
        let first = page(&asked(&[], 3, None), LIMIT);
        assert_eq!(first, seen(&[("a", 0, &[0, 1]), ("b", 0, &[0])], Some(("b", 1))));
        let second = page(&asked(&[], 2, Some(("b", 1))), LIMIT);
        assert_eq!(second, seen(&[("b", 0, &[1, 2])], Some(("c", 0))));
        let last = page(&asked(&[], 3, Some(("c", 0))), LIMIT);
        assert_eq!(last, seen(&[("c", 0, &[0])], None));
    }

    #[test]
    fn a_page_holds_at_least_one_partition_and_no_more_than_the_brokers_limit() {
        assert_eq!(page(&asked(&["a"], -7, None), LIMIT), seen(&[("a", 0, &[0])], Some(("a", 1))));
        assert_eq!(page(&asked(&["a"], 2000, None), 1), seen(&[("a", 0, &[0])], Some(("a", 1))));
    }

    #[test]
    fn named_topics_are_answered_in_order_and_once() {
        let request = asked(&["c", "no", "a", "a", "x x"], 100, None);
        let expected = [("a", 0, &[0, 1][..]), ("c", 0, &[0]), ("no", 3, &[]), ("x x", 17, &[])];
        assert_eq!(page(&request, LIMIT), seen(&expected, None));
    }

    #[test]
    fn a_cursor_must_stand_on_a_named_topic() {
        let refused = |cursor| page(&asked(&["a", "b"], 9, Some(cursor)), LIMIT);
        let expected = seen(&[("a", 42, &[]), ("b", 42, &[])], None);
        assert_eq!(refused(("aa", 0)), expected);
        assert_eq!(refused(("z", 0)), expected);
        assert_eq!(refused(("a", -1)), expected);
        let past_the_end = page(&asked(&["a"], 9, Some(("a", i32::MAX))), LIMIT);
        assert_eq!(past_the_end, seen(&[("a", 0, &[])], None));
    }

    #[test]
    fn an_empty_name_is_refused_unless_a_cursor_stands_somewhere() {
        let expected = seen(&[("b", -1, &[]), ("", -1, &[])], None);
        assert_eq!(page(&asked(&["b", ""], 9, None), LIMIT), expected);
        let expected = seen(&[("", 17, &[]), ("c", 0, &[0])], None);
        assert_eq!(page(&asked(&["c", ""], 9, Some(("", 0))), LIMIT), expected);
        let expected = seen(&[("c", 0, &[0])], None);
        assert_eq!(page(&asked(&["c", ""], 9, Some(("c", 0))), LIMIT), expected);
    }

    #[test]
    fn without_names_the_cursors_topic_may_be_gone() {
        let expected = seen(&[("b", 0, &[0, 1, 2]), ("c", 0, &[0])], None);
        assert_eq!(page(&asked(&[], 9, Some(("aa", 5))), LIMIT), expected);
    }
}
