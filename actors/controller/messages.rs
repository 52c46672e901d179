//! What the controller is asked, and what it answers.

use kabuki_metadata::AdminError;
use kabuki_metadata::controller::{
    AlterConfigs, CreateTopics, CreatedTopic, DeletedTopic, IncrementalAlterConfigs,
    PartitionsToAdd, TopicToDelete,
};
use kabuki_metadata::image::ConfigResource;

use crate::supervision::Reply;

/// Change the cluster. The answer leaves when the change is in effect.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) request: Request,
    pub(crate) reply: Reply<ControllerAnswer>,
}

/// A change of the cluster.
#[derive(Debug)]
pub(crate) enum Request {
    CreateTopics(CreateTopics),
    DeleteTopics(Vec<TopicToDelete>),
    CreatePartitions { topics: Vec<PartitionsToAdd>, validate_only: bool },
    AlterConfigs(AlterConfigs),
    IncrementalAlterConfigs(IncrementalAlterConfigs),
}

/// Create topics that somebody asked about (`auto.create.topics.enable`). Nobody waits for it.
#[derive(Debug)]
pub(crate) struct AutoCreate(pub(crate) CreateTopics);

/// A producer id that nobody had before.
#[derive(Debug)]
pub(crate) struct NewProducerId {
    pub(crate) reply: Reply<ControllerAnswer>,
}

/// What the controller answers, request by request.
#[derive(Debug)]
pub(crate) enum ControllerAnswer {
    TopicsCreated(Vec<(String, Result<CreatedTopic, AdminError>)>),
    TopicsDeleted(Vec<DeletedTopic>),
    PartitionsCreated(Vec<(String, Result<(), AdminError>)>),
    ConfigsAltered(Vec<(ConfigResource, Result<(), AdminError>)>),
    ProducerId(Result<i64, AdminError>),
    /// Nothing was done.
    Failed(AdminError),
}
