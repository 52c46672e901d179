//! Which log directory holds a replica, as its broker says (KIP-858).

use uuid::Uuid;

use crate::features::{DIRECTORIES_SINCE, METADATA_VERSION};
use crate::generated::{MetadataRecord, PartitionChangeRecord};
use crate::image::{ClusterImage, PartitionImage};

/// A replica of a broker, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignedReplica {
    /// The topic's id.
    pub topic_id: Uuid,
    /// The partition's number.
    pub partition: i32,
    /// The id of the log directory.
    pub directory: Uuid,
}

/// What a broker's choice of directories brings about: a change of every partition of which the image says otherwise.
/// Nothing for metadata from before directories were tracked, and for partitions that have no replica there.
pub fn assign_directories(
    image: &ClusterImage,
    broker: i32,
    replicas: &[AssignedReplica],
) -> Vec<MetadataRecord> {
    if image.feature(METADATA_VERSION) < DIRECTORIES_SINCE {
        return Vec::new();
    }
    let changed = replicas.iter().filter_map(|replica| {
        let topic = image.topics().by_id(replica.topic_id)?;
        let partition = topic.partitions.get(&replica.partition)?;
        let directories = moved(partition, broker, replica.directory)?;
        Some(PartitionChangeRecord {
            topic_id: replica.topic_id,
            partition_id: replica.partition,
            directories: Some(directories),
            ..Default::default()
        })
    });
    changed.map(MetadataRecord::from).collect()
}

/// The directories of all replicas with the broker's replaced; `None` when nothing changes.
fn moved(partition: &PartitionImage, broker: i32, directory: Uuid) -> Option<Vec<Uuid>> {
    let at = partition.replicas.iter().position(|replica| *replica == broker)?;
    let mut directories = partition.directories.clone();
    let current = directories.get_mut(at).filter(|current| **current != directory)?;
    *current = directory;
    Some(directories)
}

#[cfg(test)]
mod tests {
    use super::super::test_cluster::{after, directory, of_brokers, with_topics};
    use super::*;
    use crate::directories::UNASSIGNED;

    fn replica(image: &ClusterImage, directory: Uuid) -> AssignedReplica {
        let topic_id = image.topics().by_name("orders").expect("it was made").id;
        AssignedReplica { topic_id, partition: 0, directory }
    }

    fn directories(image: &ClusterImage) -> Vec<Uuid> {
        let topic = image.topics().by_name("orders").expect("it was made");
        topic.partitions[&0].directories.clone()
    }

    #[test]
    fn a_replica_is_found_where_its_broker_says() {
        let image = with_topics(&["orders"]);
        let broker = image.topics().by_name("orders").expect("made").partitions[&0].replicas[0];
        let elsewhere = Uuid::from_u128(4711);
        let records = assign_directories(&image, broker, &[replica(&image, elsewhere)]);
        let moved = after(&image, &records);
        assert_eq!(directories(&moved)[0], elsewhere);
        assert_eq!(directories(&moved)[1..], directories(&image)[1..], "the others stay");
        assert_eq!(assign_directories(&moved, broker, &[replica(&moved, elsewhere)]), []);
    }

    #[test]
    fn what_is_not_there_is_not_assigned() {
        let image = with_topics(&["orders"]);
        assert_eq!(assign_directories(&image, 99, &[replica(&image, UNASSIGNED)]), []);
        let unknown =
            AssignedReplica { topic_id: Uuid::from_u128(5), ..replica(&image, directory(1)) };
        assert_eq!(assign_directories(&image, 1, &[unknown]), []);
        let empty = of_brokers(&[1]);
        assert_eq!(assign_directories(&empty, 1, &[unknown]), []);
    }
}
