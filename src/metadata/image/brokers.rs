//! Registered brokers.

use uuid::Uuid;

use crate::directories;
use crate::generated::broker_registration_change_record::BrokerRegistrationChangeRecord;
use crate::generated::register_broker_record::{
    BrokerEndpoint, BrokerFeature, RegisterBrokerRecord,
};

use super::ImageError;

/// One registered broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerImage {
    /// `node.id`.
    pub id: i32,
    /// Rises with every registration: the offset of the registration in the metadata log.
    pub epoch: i64,
    /// Names the process; drawn at each start.
    pub incarnation_id: Uuid,
    /// Where clients and brokers reach it, one per listener, in the order of the registration.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it supports, by name.
    pub features: Vec<(String, FeatureRange)>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// Fenced brokers lead nothing and are not shown to clients.
    pub fenced: bool,
    /// It asked to stop and hands its leaderships over.
    pub in_controlled_shutdown: bool,
    /// Ids of its log directories that are online.
    pub log_dirs: Vec<Uuid>,
    /// Ids of log directories that take no new partitions; `None` before its first heartbeat.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// A relic of the ZooKeeper era that old logs may carry.
    pub is_migrating_zk_broker: bool,
}

/// An address under which a broker is reached through one listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The listener's name, for example `PLAINTEXT`.
    pub listener: String,
    /// Host name or address, as advertised.
    pub host: String,
    /// Port, as advertised.
    pub port: u16,
    /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    pub security_protocol: i16,
}

/// The levels of a feature that a node supports, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureRange {
    /// Lowest level.
    pub min: i16,
    /// Highest level.
    pub max: i16,
}

impl BrokerImage {
    /// May lead partitions and be in sync: neither fenced nor about to stop.
    pub fn is_active(&self) -> bool {
        !self.fenced && !self.in_controlled_shutdown
    }

    /// Where it is reached through a listener.
    pub fn endpoint(&self, listener: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.listener == listener)
    }

    /// Whether a replica in this log directory can serve.
    pub fn has_online_dir(&self, directory: Uuid) -> bool {
        directories::is_online(directory, &self.log_dirs)
    }

    pub(super) fn from_record(record: &RegisterBrokerRecord) -> Self {
        Self {
            id: record.broker_id,
            epoch: record.broker_epoch,
            incarnation_id: record.incarnation_id,
            endpoints: record.end_points.iter().map(Endpoint::from_record).collect(),
            features: record.features.iter().map(feature_from_record).collect(),
            rack: record.rack.clone(),
            fenced: record.fenced,
            in_controlled_shutdown: record.in_controlled_shutdown,
            log_dirs: record.log_dirs.clone(),
            cordoned_log_dirs: record.cordoned_log_dirs.clone(),
            is_migrating_zk_broker: record.is_migrating_zk_broker,
        }
    }

    /// The registration as one record, which says everything.
    pub fn to_record(&self) -> RegisterBrokerRecord {
        RegisterBrokerRecord {
            broker_id: self.id,
            is_migrating_zk_broker: self.is_migrating_zk_broker,
            incarnation_id: self.incarnation_id,
            broker_epoch: self.epoch,
            end_points: self.endpoints.iter().map(Endpoint::to_record).collect(),
            features: self.features.iter().map(feature_to_record).collect(),
            rack: self.rack.clone(),
            fenced: self.fenced,
            in_controlled_shutdown: self.in_controlled_shutdown,
            log_dirs: self.log_dirs.clone(),
            cordoned_log_dirs: self.cordoned_log_dirs.clone(),
            unknown_tags: Vec::new(),
        }
    }

    pub(super) fn change(
        &mut self,
        change: &BrokerRegistrationChangeRecord,
    ) -> Result<(), ImageError> {
        const RECORD: &str = "BrokerRegistrationChangeRecord";
        let undefined = |field, value: i8| ImageError::UndefinedValue {
            record: RECORD,
            field,
            value: value.into(),
        };
        match change.fenced {
            0 => {}
            1 => self.fenced = true,
            -1 => self.fenced = false,
            other => return Err(undefined("fenced", other)),
        }
        match change.in_controlled_shutdown {
            0 => {}
            1 => self.in_controlled_shutdown = true,
            other => return Err(undefined("in_controlled_shutdown", other)),
        }
        if !change.log_dirs.is_empty() {
            self.log_dirs.clone_from(&change.log_dirs);
        }
        if change.cordoned_log_dirs.is_some() {
            self.cordoned_log_dirs.clone_from(&change.cordoned_log_dirs);
        }
        Ok(())
    }
}

impl Endpoint {
    fn from_record(record: &BrokerEndpoint) -> Self {
        Self {
            listener: record.name.clone(),
            host: record.host.clone(),
            port: record.port,
            security_protocol: record.security_protocol,
        }
    }

    fn to_record(&self) -> BrokerEndpoint {
        BrokerEndpoint {
            name: self.listener.clone(),
            host: self.host.clone(),
            port: self.port,
            security_protocol: self.security_protocol,
            unknown_tags: Vec::new(),
        }
    }
}

fn feature_from_record(record: &BrokerFeature) -> (String, FeatureRange) {
    let range =
        FeatureRange { min: record.min_supported_version, max: record.max_supported_version };
    (record.name.clone(), range)
}

fn feature_to_record((name, range): &(String, FeatureRange)) -> BrokerFeature {
    BrokerFeature {
        name: name.clone(),
        min_supported_version: range.min,
        max_supported_version: range.max,
        unknown_tags: Vec::new(),
    }
}
