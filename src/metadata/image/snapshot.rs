//! An image as records: what a snapshot holds.

use crate::features::METADATA_VERSION;
use crate::generated::{FeatureLevelRecord, MetadataRecord, ProducerIdsRecord};

use super::ClusterImage;

impl ClusterImage {
    /// The records that, applied to an empty image, give this one. `metadata.version` comes first, because it
    /// decides how the rest is read; then features, brokers, topics, overrides, producer ids and what is kept.
    pub fn to_records(&self) -> Vec<MetadataRecord> {
        let mut records = self.feature_records();
        records.extend(self.brokers.values().map(|broker| broker.to_record().into()));
        for topic in self.topics.iter() {
            records.push(topic.to_record().into());
            records.extend(topic.partitions.iter().map(|(&number, partition)| {
                MetadataRecord::from(partition.to_record(topic.id, number))
            }));
        }
        records.extend(self.configs.records().map(MetadataRecord::from));
        records.extend(self.producer_ids_record().map(MetadataRecord::from));
        records.extend(self.kept.iter().cloned());
        records
    }

    fn feature_records(&self) -> Vec<MetadataRecord> {
        let mut levels: Vec<_> = self.features.iter().collect();
        levels.sort_by_key(|(name, _)| name.as_str() != METADATA_VERSION);
        levels.into_iter().map(|(name, &level)| feature_level(name, level)).collect()
    }

    fn producer_ids_record(&self) -> Option<ProducerIdsRecord> {
        self.producer_ids.any.then(|| ProducerIdsRecord {
            broker_id: self.producer_ids.broker_id,
            broker_epoch: self.producer_ids.broker_epoch,
            next_producer_id: self.producer_ids.next,
            unknown_tags: Vec::new(),
        })
    }
}

/// The record that finalizes a feature at a level.
pub(crate) fn feature_level(name: &str, level: i16) -> MetadataRecord {
    let name = name.to_owned();
    FeatureLevelRecord { name, feature_level: level, unknown_tags: Vec::new() }.into()
}
