//! What the controller is asked, and what it answers.

use std::time::Instant;

use kabuki_metadata::AdminError;
use kabuki_metadata::controller::{
    self as decide, AlterConfigs, CreateTopics, CreatedTopic, DeletedTopic,
    IncrementalAlterConfigs, PartitionsToAdd, Settings, TopicToDelete, UpdateFeatures,
};
use kabuki_metadata::image::ConfigResource;

use crate::supervision::Reply;

/// Change the cluster. The answer leaves when the change is in effect.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) request: Request,
    /// From when on it is not begun any more, if the client sets a time.
    pub(crate) deadline: Option<Instant>,
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
    UpdateFeatures(UpdateFeatures),
    UnregisterBroker(i32),
}

impl Request {
    /// Whether something is left to be looked up in the cluster once the request was compared with itself. As in Kafka
    /// a request of which nothing is left is answered whatever the time.
    pub(super) fn asks_the_cluster(&self, settings: &Settings) -> bool {
        match self {
            Self::CreateTopics(request) => request.asks_the_cluster(),
            Self::DeleteTopics(topics) => decide::deletion_asks_the_cluster(topics, settings),
            Self::CreatePartitions { topics, .. } => decide::growth_asks_the_cluster(topics),
            Self::AlterConfigs(_)
            | Self::IncrementalAlterConfigs(_)
            | Self::UpdateFeatures(_)
            | Self::UnregisterBroker(_) => true,
        }
    }
}

/// Create topics that somebody asked about (`auto.create.topics.enable`). Nobody waits for it.
#[derive(Debug)]
pub(crate) struct AutoCreate(pub(crate) CreateTopics);

/// A log dir of this broker has failed; those that have, say so.
#[derive(Debug)]
pub(crate) struct LogDirFailed;

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
    FeaturesUpdated(Result<(), AdminError>),
    BrokerUnregistered(Result<(), AdminError>),
    ProducerId(Result<i64, AdminError>),
    /// Nothing was done.
    Failed(AdminError),
}
