//! Registering, fencing and stopping brokers.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::directories;
use crate::error::{AdminError, ErrorKind};
use crate::features::{CORDONED_DIRECTORIES_SINCE, ELR_VERSION};
use crate::generated::register_controller_record::{
    ControllerEndpoint, ControllerFeature, RegisterControllerRecord,
};
use crate::generated::{BrokerRegistrationChangeRecord, MetadataRecord, UnregisterBrokerRecord};
use crate::image::{BrokerImage, ClusterImage, Endpoint, FeatureRange, PartitionImage};

use super::election::{Event, changes, changes_among};
use super::{Decision, Settings};

/// In a registration change: the broker is fenced.
const FENCE: i8 = 1;
/// In a registration change: the broker is no longer fenced.
const UNFENCE: i8 = -1;

/// What a broker says of itself when its process starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerRegistration {
    /// `node.id`.
    pub id: i32,
    /// Drawn anew at each start of the process.
    pub incarnation_id: Uuid,
    /// Where it is reached, one per listener.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it supports.
    pub features: Vec<(String, FeatureRange)>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// Ids of its log directories, from their `meta.properties`.
    pub log_dirs: Vec<Uuid>,
    /// Its epoch when it last stopped cleanly, from `.kafka_cleanshutdown`; −1 when unknown.
    pub previous_epoch: i64,
}

/// Registers a broker, fenced; [`unfence_broker`] follows once its logs are open. The answer is its epoch:
/// `next_offset`, the offset in the metadata log at which the records will begin.
///
/// A new incarnation first leaves every in-sync set that the old one was in, which raises the epochs of partitions it
/// led; if it had not stopped cleanly, it is not eligible to lead either. The same incarnation keeps its epoch.
///
/// INVALID_REGISTRATION: no listener, a listener twice, no log directory, one twice, one with a reserved id, or one of
/// another broker.
pub fn register_broker(
    image: &ClusterImage,
    registration: &BrokerRegistration,
    next_offset: i64,
    settings: &Settings,
) -> Result<Decision<i64>, AdminError> {
    check_registration(image, registration)?;
    let existing = image.broker(registration.id);
    let same = existing.filter(|broker| broker.incarnation_id == registration.incarnation_id);
    let mut broker = new_broker(registration, next_offset);
    let mut records = Vec::new();
    if let Some(same) = same {
        broker.epoch = same.epoch;
        broker.fenced = same.fenced;
        broker.in_controlled_shutdown = same.in_controlled_shutdown;
    } else if let Some(previous) = existing {
        let clean = previous.epoch == registration.previous_epoch;
        let event = match clean || image.feature(ELR_VERSION) == 0 {
            true => Event::Leaves(broker.id),
            false => Event::LostData(broker.id),
        };
        records.extend(changes(image, settings, event).into_iter().map(MetadataRecord::from));
    }
    records.push(broker.to_record().into());
    Ok(Decision { results: vec![broker.epoch], records })
}

fn new_broker(registration: &BrokerRegistration, epoch: i64) -> BrokerImage {
    BrokerImage {
        id: registration.id,
        epoch,
        incarnation_id: registration.incarnation_id,
        endpoints: registration.endpoints.clone(),
        features: registration.features.clone(),
        rack: registration.rack.clone(),
        fenced: true,
        in_controlled_shutdown: false,
        log_dirs: registration.log_dirs.clone(),
        cordoned_log_dirs: None,
        is_migrating_zk_broker: false,
    }
}

fn check_registration(
    image: &ClusterImage,
    registration: &BrokerRegistration,
) -> Result<(), AdminError> {
    let refuse = |why: String| Err(AdminError::new(ErrorKind::InvalidRegistration, why));
    let id = registration.id;
    let listeners: BTreeSet<_> =
        registration.endpoints.iter().map(|endpoint| &endpoint.listener).collect();
    if listeners.is_empty() || listeners.len() != registration.endpoints.len() {
        return refuse(format!("broker {id} registers no listener, or one twice"));
    }
    let dirs: BTreeSet<_> = registration.log_dirs.iter().collect();
    if dirs.is_empty() || dirs.len() != registration.log_dirs.len() {
        return refuse(format!("broker {id} registers no log directory, or one twice"));
    }
    if dirs.iter().any(|dir| directories::is_reserved(**dir)) {
        return refuse(format!("broker {id} registers a log directory with a reserved id"));
    }
    let others = image.brokers().values().filter(|broker| broker.id != id);
    match others.into_iter().find(|other| other.log_dirs.iter().any(|dir| dirs.contains(dir))) {
        Some(other) => refuse(format!("a log directory of broker {id} is broker {}'s", other.id)),
        None => Ok(()),
    }
}

/// Lets a broker lead and be in sync again: partitions without a leader choose one. Nothing when it is not fenced, or
/// has asked to stop: only a new incarnation comes back from that.
/// Refused as [`check_epoch`] says.
pub fn unfence_broker(
    image: &ClusterImage,
    id: i32,
    epoch: i64,
    settings: &Settings,
) -> Result<Decision<()>, AdminError> {
    let broker = check_epoch(image, id, epoch)?;
    if !broker.fenced || broker.in_controlled_shutdown {
        return Ok(Decision::default());
    }
    let unfenced = BrokerRegistrationChangeRecord {
        broker_id: id,
        broker_epoch: epoch,
        fenced: UNFENCE,
        ..Default::default()
    };
    let mut records = vec![MetadataRecord::from(unfenced)];
    let elected = changes(image, settings, Event::Returns(id));
    records.extend(elected.into_iter().map(MetadataRecord::from));
    Ok(Decision { results: Vec::new(), records })
}

/// A broker says which of its log directories take no new replicas (KIP-1066). Nothing when it has said so before, and
/// below the metadata version that knows of it. Refused as [`check_epoch`] says.
pub fn cordon_log_dirs(
    image: &ClusterImage,
    id: i32,
    epoch: i64,
    cordoned: &[Uuid],
) -> Result<Decision<()>, AdminError> {
    let known = check_epoch(image, id, epoch)?.cordoned_log_dirs.as_deref().unwrap_or_default();
    if known == cordoned || image.metadata_version() < CORDONED_DIRECTORIES_SINCE {
        return Ok(Decision::default());
    }
    let changed = BrokerRegistrationChangeRecord {
        broker_id: id,
        broker_epoch: epoch,
        cordoned_log_dirs: Some(cordoned.to_vec()),
        ..Default::default()
    };
    Ok(Decision { results: Vec::new(), records: vec![changed.into()] })
}

/// Log directories of a broker have failed (KIP-858): what it has in them leaves the in-sync sets and is led by others,
/// or by nobody, until the broker registers with the directory again. Nothing for directories that it is not registered
/// with (any more). Refused as [`check_epoch`] says.
pub fn lose_log_dirs(
    image: &ClusterImage,
    id: i32,
    epoch: i64,
    failed: &[Uuid],
    settings: &Settings,
) -> Result<Decision<()>, AdminError> {
    let known = &check_epoch(image, id, epoch)?.log_dirs;
    let (lost, left): (Vec<Uuid>, Vec<Uuid>) = known.iter().partition(|dir| failed.contains(dir));
    if lost.is_empty() {
        return Ok(Decision::default());
    }
    let is_lost = |partition: &PartitionImage| {
        partition.directory_of(id).is_some_and(|directory| lost.contains(&directory))
    };
    let moved = changes_among(image, settings, Event::Leaves(id), is_lost);
    let mut records: Vec<_> = moved.into_iter().map(MetadataRecord::from).collect();
    let changed = BrokerRegistrationChangeRecord {
        broker_id: id,
        broker_epoch: epoch,
        log_dirs: left,
        ..Default::default()
    };
    records.push(changed.into());
    Ok(Decision { results: Vec::new(), records })
}

/// A broker wants to stop: its partitions get other leaders, or none. Nothing when it has asked before.
/// Refused as [`check_epoch`] says.
pub fn start_controlled_shutdown(
    image: &ClusterImage,
    id: i32,
    epoch: i64,
    settings: &Settings,
) -> Result<Decision<()>, AdminError> {
    if check_epoch(image, id, epoch)?.in_controlled_shutdown {
        return Ok(Decision::default());
    }
    let stopping = BrokerRegistrationChangeRecord {
        broker_id: id,
        broker_epoch: epoch,
        in_controlled_shutdown: 1,
        ..Default::default()
    };
    let mut records = vec![MetadataRecord::from(stopping)];
    let moved = changes(image, settings, Event::Leaves(id));
    records.extend(moved.into_iter().map(MetadataRecord::from));
    Ok(Decision { results: Vec::new(), records })
}

/// A broker has stopped, or is not heard of any more: it leads nothing and is in no in-sync set. Nothing when it is
/// fenced already. Refused as [`check_epoch`] says.
pub fn fence_broker(
    image: &ClusterImage,
    id: i32,
    epoch: i64,
    settings: &Settings,
) -> Result<Decision<()>, AdminError> {
    if check_epoch(image, id, epoch)?.fenced {
        return Ok(Decision::default());
    }
    let moved = changes(image, settings, Event::Leaves(id));
    let mut records: Vec<_> = moved.into_iter().map(MetadataRecord::from).collect();
    let fenced = BrokerRegistrationChangeRecord {
        broker_id: id,
        broker_epoch: epoch,
        fenced: FENCE,
        ..Default::default()
    };
    records.push(fenced.into());
    Ok(Decision { results: Vec::new(), records })
}

/// Takes a broker out of the cluster, whether it lives or not: it leads nothing any more and is in no in-sync set. Its
/// replicas stay assigned to it, so that they are found if it ever registers again.
///
/// BROKER_ID_NOT_REGISTERED when nobody has this id.
pub fn unregister_broker(
    image: &ClusterImage,
    id: i32,
    settings: &Settings,
) -> Result<Decision<()>, AdminError> {
    let broker_epoch = registered(image, id)?.epoch;
    let moved = changes(image, settings, Event::Leaves(id));
    let mut records: Vec<_> = moved.into_iter().map(MetadataRecord::from).collect();
    let gone = UnregisterBrokerRecord { broker_id: id, broker_epoch, unknown_tags: Vec::new() };
    records.push(gone.into());
    Ok(Decision { results: Vec::new(), records })
}

/// The broker, if it is registered (BROKER_ID_NOT_REGISTERED) with this epoch (STALE_BROKER_EPOCH).
pub fn check_epoch(image: &ClusterImage, id: i32, epoch: i64) -> Result<&BrokerImage, AdminError> {
    let broker = registered(image, id)?;
    if broker.epoch != epoch {
        let message = format!("broker {id} has epoch {}, not {epoch}", broker.epoch);
        return Err(AdminError::new(ErrorKind::StaleBrokerEpoch, message));
    }
    Ok(broker)
}

fn registered(image: &ClusterImage, id: i32) -> Result<&BrokerImage, AdminError> {
    image.broker(id).ok_or_else(|| {
        let message = format!("broker {id} is not registered");
        AdminError::new(ErrorKind::BrokerIdNotRegistered, message)
    })
}

/// What a controller says of itself when its process starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControllerRegistration {
    /// `node.id`.
    pub id: i32,
    /// Drawn anew at each start of the process.
    pub incarnation_id: Uuid,
    /// Where controllers reach it.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it supports.
    pub features: Vec<(String, FeatureRange)>,
}

/// Registers a controller; Kafka's controllers and tools look here for what every controller supports.
pub fn register_controller(registration: &ControllerRegistration) -> MetadataRecord {
    let end_points = registration.endpoints.iter().map(|endpoint| ControllerEndpoint {
        name: endpoint.listener.clone(),
        host: endpoint.host.clone(),
        port: endpoint.port,
        security_protocol: endpoint.security_protocol,
        unknown_tags: Vec::new(),
    });
    let features = registration.features.iter().map(|(name, range)| ControllerFeature {
        name: name.clone(),
        min_supported_version: range.min,
        max_supported_version: range.max,
        unknown_tags: Vec::new(),
    });
    RegisterControllerRecord {
        controller_id: registration.id,
        incarnation_id: registration.incarnation_id,
        zk_migration_ready: false,
        end_points: end_points.collect(),
        features: features.collect(),
        unknown_tags: Vec::new(),
    }
    .into()
}

#[cfg(test)]
mod tests;
