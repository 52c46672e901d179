//! From the names and ids in a request to the partitions of this broker.

use std::sync::Arc;

use kabuki_metadata::image::TopicImage;
use kabuki_wire::ResponseError;
use kabuki_wire::messages::TopicName;
use uuid::Uuid;

use crate::partition::PartitionSeed;
use crate::view::View;

/// The topic of this id where requests carry ids, else of this name.
pub(crate) fn by_id_or_name<'v>(
    view: &'v View,
    by_id: bool,
    id: Uuid,
    name: &TopicName,
) -> Result<&'v TopicImage, ResponseError> {
    let topics = view.image.topics();
    match by_id {
        true => topics.by_id(id).map(Arc::as_ref).ok_or(ResponseError::UnknownTopicId),
        false => {
            topics.by_name(name).map(Arc::as_ref).ok_or(ResponseError::UnknownTopicOrPartition)
        }
    }
}

/// Whether the topic has this partition.
pub(crate) fn check_exists(topic: &TopicImage, index: i32) -> Result<(), ResponseError> {
    match topic.partitions.contains_key(&index) {
        true => Ok(()),
        false => Err(ResponseError::UnknownTopicOrPartition),
    }
}

/// Whether a client may write to the topic.
pub(crate) fn check_writable(topic: &TopicImage, admin: bool) -> Result<(), ResponseError> {
    match kabuki_metadata::controller::is_internal(&topic.name) && !admin {
        true => Err(ResponseError::InvalidTopicException),
        false => Ok(()),
    }
}

/// The partition, if this broker leads it (else NOT_LEADER_OR_FOLLOWER). KAFKA_STORAGE_ERROR if its log dir has failed since
/// it was hosted, whoever leads it now; and if this broker leads it, but cannot say where it is as long as a dir is missing.
pub(crate) fn partition<'v>(
    view: &'v View,
    topic: &TopicImage,
    index: i32,
) -> Result<&'v PartitionSeed, ResponseError> {
    match view.seed(topic.id, index) {
        Some(seed) if seed.dir.is_offline() => Err(ResponseError::KafkaStorageError),
        Some(seed) => Ok(seed),
        None => Err(match topic.partitions.get(&index) {
            Some(it) if it.leader == view.node_id => ResponseError::KafkaStorageError,
            Some(_) => ResponseError::NotLeaderOrFollower,
            None => ResponseError::UnknownTopicOrPartition,
        }),
    }
}
