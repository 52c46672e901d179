//! Applying records.

use std::sync::Arc;

use uuid::Uuid;

use crate::generated::{
    BrokerRegistrationChangeRecord, ClearElrRecord, ConfigRecord, FeatureLevelRecord,
    MetadataRecord, PartitionChangeRecord, PartitionRecord, ProducerIdsRecord,
    RegisterBrokerRecord, RemoveTopicRecord, TopicRecord, UnregisterBrokerRecord,
};

use super::{
    BrokerImage, ClusterImage, ConfigResource, Delta, ImageError, LogPosition, ProducerIds,
    ResourceType,
};

impl ClusterImage {
    /// The image after a committed group of records, whose last one stands at `position`, and what it changed. On an
    /// error nothing has happened to `self`, and the log must not be trusted any further.
    ///
    /// The marks of metadata transactions mean nothing here: [`crate::replay::Replay`] obeys them.
    pub fn apply(
        &self,
        position: LogPosition,
        records: &[MetadataRecord],
    ) -> Result<(Self, Delta), ImageError> {
        let mut image = self.clone();
        let delta = image.apply_in_place(position, records)?;
        Ok((image, delta))
    }

    /// As [`ClusterImage::apply`], but what nobody else holds is changed where it is: replaying a long log copies
    /// nothing. On an error the image holds a part of the group and is to be thrown away.
    pub fn apply_in_place(
        &mut self,
        position: LogPosition,
        records: &[MetadataRecord],
    ) -> Result<Delta, ImageError> {
        let mut delta = Delta::default();
        for record in records {
            self.apply_one(record, &mut delta)?;
        }
        self.position = position;
        Ok(delta)
    }

    /// Notes that nothing changed up to `position`.
    pub(crate) fn pass(&mut self, position: LogPosition) {
        self.position = position;
    }

    fn apply_one(&mut self, record: &MetadataRecord, delta: &mut Delta) -> Result<(), ImageError> {
        use MetadataRecord as R;
        match record {
            R::RegisterBroker(record) => self.register(record, delta),
            R::UnregisterBroker(record) => self.unregister(record, delta)?,
            R::FenceBroker(r) => self.fence("FenceBrokerRecord", r.id, r.epoch, true, delta)?,
            R::UnfenceBroker(r) => {
                self.fence("UnfenceBrokerRecord", r.id, r.epoch, false, delta)?
            }
            R::BrokerRegistrationChange(record) => self.change_broker(record, delta)?,
            R::Topic(record) => self.create_topic(record, delta)?,
            R::RemoveTopic(record) => self.remove_topic(record, delta)?,
            R::Partition(record) => self.set_partition(record, delta)?,
            R::PartitionChange(record) => self.change_partition(record, delta)?,
            R::ClearElr(record) => self.clear_elr(record, delta)?,
            R::Config(record) => self.set_config(record, delta),
            R::FeatureLevel(record) => self.set_feature(record, delta),
            R::ProducerIds(record) => self.set_producer_ids(record, delta),
            R::NoOp(_) | R::BeginTransaction(_) | R::EndTransaction(_) | R::AbortTransaction(_) => {
            }
            R::RegisterController(_)
            | R::ClientQuota(_)
            | R::AccessControlEntry(_)
            | R::RemoveAccessControlEntry(_)
            | R::UserScramCredential(_)
            | R::RemoveUserScramCredential(_)
            | R::DelegationToken(_)
            | R::RemoveDelegationToken(_)
            | R::ZkMigrationState(_) => {
                let kept = self.kept.keep(record);
                debug_assert!(kept, "a record without a reader is one of the kept kinds");
                delta.kept_changed = true;
            }
        }
        Ok(())
    }

    fn register(&mut self, record: &RegisterBrokerRecord, delta: &mut Delta) {
        let broker = BrokerImage::from_record(record);
        Arc::make_mut(&mut self.brokers).insert(broker.id, broker);
        delta.brokers_changed.insert(record.broker_id);
    }

    fn unregister(
        &mut self,
        record: &UnregisterBrokerRecord,
        delta: &mut Delta,
    ) -> Result<(), ImageError> {
        self.broker_mut("UnregisterBrokerRecord", record.broker_id, record.broker_epoch, delta)?;
        Arc::make_mut(&mut self.brokers).remove(&record.broker_id);
        Ok(())
    }

    fn fence(
        &mut self,
        record: &'static str,
        id: i32,
        epoch: i64,
        fenced: bool,
        delta: &mut Delta,
    ) -> Result<(), ImageError> {
        self.broker_mut(record, id, epoch, delta)?.fenced = fenced;
        Ok(())
    }

    fn change_broker(
        &mut self,
        record: &BrokerRegistrationChangeRecord,
        delta: &mut Delta,
    ) -> Result<(), ImageError> {
        let name = "BrokerRegistrationChangeRecord";
        self.broker_mut(name, record.broker_id, record.broker_epoch, delta)?.change(record)
    }

    /// The broker of that id and epoch, noted as changed.
    fn broker_mut(
        &mut self,
        record: &'static str,
        id: i32,
        epoch: i64,
        delta: &mut Delta,
    ) -> Result<&mut BrokerImage, ImageError> {
        let broker = Arc::make_mut(&mut self.brokers)
            .get_mut(&id)
            .ok_or(ImageError::UnknownBroker { record, id })?;
        if broker.epoch != epoch {
            let current = broker.epoch;
            return Err(ImageError::WrongBrokerEpoch { record, id, epoch, current });
        }
        delta.brokers_changed.insert(id);
        Ok(broker)
    }

    fn create_topic(&mut self, record: &TopicRecord, delta: &mut Delta) -> Result<(), ImageError> {
        self.topics.create(record)?;
        delta.topics_created.insert(record.topic_id);
        Ok(())
    }

    fn remove_topic(
        &mut self,
        record: &RemoveTopicRecord,
        delta: &mut Delta,
    ) -> Result<(), ImageError> {
        let topic = self
            .topics
            .remove(record.topic_id)
            .ok_or_else(|| unknown_topic("RemoveTopicRecord", record.topic_id))?;
        let resource = ConfigResource::topic(&topic.name);
        if self.configs.remove(&resource) {
            delta.configs_changed.insert(resource);
        }
        delta.topic_deleted(topic);
        Ok(())
    }

    fn set_partition(
        &mut self,
        record: &PartitionRecord,
        delta: &mut Delta,
    ) -> Result<(), ImageError> {
        let id = record.topic_id;
        let topic = self.topics.get_mut(id).ok_or_else(|| unknown_topic("PartitionRecord", id))?;
        match topic.set_partition(record)? {
            true => drop(delta.partitions_added.insert((id, record.partition_id))),
            false => delta.partition_changed(id, record.partition_id),
        }
        Ok(())
    }

    fn change_partition(
        &mut self,
        record: &PartitionChangeRecord,
        delta: &mut Delta,
    ) -> Result<(), ImageError> {
        let id = record.topic_id;
        self.topics
            .get_mut(id)
            .ok_or_else(|| unknown_topic("PartitionChangeRecord", id))?
            .change_partition(record)?;
        delta.partition_changed(id, record.partition_id);
        Ok(())
    }

    /// An empty name means every topic.
    fn clear_elr(&mut self, record: &ClearElrRecord, delta: &mut Delta) -> Result<(), ImageError> {
        let name = record.topic_name.as_str();
        let ids: Vec<_> = match name {
            "" => self.topics.iter().map(|topic| topic.id).collect(),
            name => self.topics.by_name(name).map(|topic| topic.id).into_iter().collect(),
        };
        for id in ids {
            let topic =
                self.topics.get_mut(id).ok_or_else(|| unknown_topic("ClearElrRecord", id))?;
            for partition in topic.clear_elr() {
                delta.partition_changed(id, partition);
            }
        }
        Ok(())
    }

    fn set_config(&mut self, record: &ConfigRecord, delta: &mut Delta) {
        let kind = ResourceType(record.resource_type);
        let resource = ConfigResource { kind, name: record.resource_name.clone() };
        self.configs.set(&resource, &record.name, record.value.as_deref());
        delta.configs_changed.insert(resource);
    }

    fn set_feature(&mut self, record: &FeatureLevelRecord, delta: &mut Delta) {
        let features = Arc::make_mut(&mut self.features);
        match record.feature_level {
            0 => drop(features.remove(&record.name)),
            level => drop(features.insert(record.name.clone(), level)),
        }
        delta.features_changed.insert(record.name.clone());
    }

    fn set_producer_ids(&mut self, record: &ProducerIdsRecord, delta: &mut Delta) {
        self.producer_ids = ProducerIds {
            next: record.next_producer_id,
            broker_id: record.broker_id,
            broker_epoch: record.broker_epoch,
            any: true,
        };
        delta.producer_ids_changed = true;
    }
}

fn unknown_topic(record: &'static str, id: Uuid) -> ImageError {
    ImageError::UnknownTopicId { record, id }
}
