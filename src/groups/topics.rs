//! What groups know of topics.

use uuid::Uuid;

/// One topic of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicInfo {
    /// Its id.
    pub id: Uuid,
    /// How many partitions it has, numbered from 0.
    pub partitions: i32,
}

/// The topics of one cluster image: it does not change while it is looked at.
pub trait Topics {
    /// The topic of this name.
    fn by_name(&self, name: &str) -> Option<TopicInfo>;
    /// The name of the topic with this id.
    fn name_of(&self, id: Uuid) -> Option<&str>;
    /// Every topic's name, in ascending order.
    fn each_name(&self, visit: &mut dyn FnMut(&str));
    /// The racks of a partition's replicas, in ascending order and each once; empty where none is configured.
    fn racks(&self, id: Uuid, partition: i32) -> Vec<String>;
}
