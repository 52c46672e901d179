//! Small clusters for tests: broker 1 with the listener `PLAINTEXT`, broker 2 fenced, and topics.

use kabuki_metadata::generated::register_broker_record::{BrokerEndpoint, RegisterBrokerRecord};
use kabuki_metadata::generated::{PartitionRecord, TopicRecord};
use kabuki_metadata::{ClusterImage, LogPosition, MetadataRecord};
use kabuki_wire::Uuid;

/// The listener that both brokers have.
pub(super) const LISTENER: &str = "PLAINTEXT";

/// The two brokers, and these topics with as many partitions, all led by broker 1.
pub(super) fn with_topics(topics: &[(&str, i32)]) -> ClusterImage {
    let mut records = vec![broker(1, false), broker(2, true)];
    for (name, partitions) in topics {
        let topic_id = id_of(name);
        let name = (*name).to_owned();
        records.push(TopicRecord { name, topic_id, ..TopicRecord::default() }.into());
        records.extend((0..*partitions).map(|number| partition(topic_id, number, 1, &[1])));
    }
    apply(&ClusterImage::empty("test"), &records)
}

/// The id that [`with_topics`] gives a topic: its name's first bytes.
pub(super) fn id_of(name: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(name.bytes()).for_each(|(byte, letter)| *byte = letter);
    Uuid::from_bytes(bytes)
}

/// The record of a partition with these replicas, all of them in sync.
pub(super) fn partition(
    topic_id: Uuid,
    partition_id: i32,
    leader: i32,
    replicas: &[i32],
) -> MetadataRecord {
    let (replicas, isr) = (replicas.to_vec(), replicas.to_vec());
    let record =
        PartitionRecord { topic_id, partition_id, leader, replicas, isr, ..Default::default() };
    record.into()
}

/// The image with more records.
pub(super) fn apply(image: &ClusterImage, records: &[MetadataRecord]) -> ClusterImage {
    let offset = image.position().offset + records.len() as i64;
    let position = LogPosition { offset, epoch: 1 };
    image.apply(position, records).expect("records that fit").0
}

fn broker(id: i32, fenced: bool) -> MetadataRecord {
    let endpoint = BrokerEndpoint {
        name: LISTENER.to_owned(),
        host: format!("host{id}"),
        port: 9092,
        ..Default::default()
    };
    let record = RegisterBrokerRecord {
        broker_id: id,
        broker_epoch: id.into(),
        end_points: vec![endpoint],
        fenced,
        ..Default::default()
    };
    record.into()
}
