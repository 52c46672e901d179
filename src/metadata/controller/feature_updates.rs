//! UpdateFeatures: which levels are finalized (KIP-584, KIP-778).

use std::collections::BTreeMap;

use crate::error::{AdminError, ErrorKind};
use crate::features::{self, ELR_VERSION, KRAFT_VERSION, METADATA_VERSION};
use crate::generated::{MetadataRecord, NoOpRecord};
use crate::image::{ClusterImage, ConfigResource, FeatureRange, ResourceType};
use crate::image::{configs_record, feature_level};

const MIN_INSYNC_REPLICAS: &str = "min.insync.replicas";
/// What is said of a feature that is not supported: level 0 alone.
const DISABLED: FeatureRange = FeatureRange { min: 0, max: 0 };

/// An UpdateFeatures request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateFeatures {
    /// The updates; the last one of a feature counts.
    pub updates: Vec<FeatureUpdate>,
    /// Only say whether it would succeed.
    pub validate_only: bool,
}

/// One feature's wanted level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureUpdate {
    /// The feature.
    pub name: String,
    /// The level; 0 takes the feature away.
    pub level: i16,
    /// What may happen on the way, as the request's number says: 1 an upgrade, 2 a downgrade that loses nothing, 3 one
    /// that may.
    pub upgrade_type: i8,
}

const UPGRADE: i8 = 1;
const SAFE_DOWNGRADE: i8 = 2;
const UNSAFE_DOWNGRADE: i8 = 3;

/// What an UpdateFeatures request comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeatureDecision {
    /// Whether the quorum's voters move into the log (`kraft.version` 1), which happens before the records.
    pub raises_kraft_version: bool,
    /// What to propose to the metadata log, as one group.
    pub records: Vec<MetadataRecord>,
}

/// Decides an UpdateFeatures request: all updates or none, so the first refusal is the whole answer.
/// `kraft_version` is the level of the quorum. With eligible leader replicas the in-sync minimum becomes one of the
/// cluster: `min_insync_replicas`, the setting, unless there is one, and those of single brokers go.
///
/// INVALID_UPDATE_VERSION: an unknown upgrade type or feature; a negative level, or one that this node or a registered
/// broker does not support; a lower level by an upgrade, a higher one by a downgrade; a `metadata.version` below one
/// that changed metadata (be it as an unsafe downgrade: Kafka has none yet); a lower `kraft.version`; a level that
/// needs a higher `metadata.version`.
pub fn update_features(
    image: &ClusterImage,
    kraft_version: i16,
    request: &UpdateFeatures,
    min_insync_replicas: i32,
) -> Result<FeatureDecision, AdminError> {
    let updates = request.updates.iter().map(|update| (update.name.as_str(), update));
    let updates: BTreeMap<&str, &FeatureUpdate> = updates.collect();
    let levels = Levels { image, kraft_version, updates: &updates };
    let mut decision = FeatureDecision::default();
    for update in updates.values() {
        levels.check(update).map_err(|why| refused(update, &why))?;
        decision.records.extend(levels.record(update));
    }
    if request.validate_only {
        return Ok(FeatureDecision::default());
    }
    let reaches = |name| updates.get(name).is_some_and(|update| update.level > 0);
    if reaches(ELR_VERSION) {
        let safety = in_sync_minimum_of_the_cluster(image, min_insync_replicas);
        decision.records.splice(0..0, safety);
    }
    decision.raises_kraft_version = reaches(KRAFT_VERSION) && kraft_version == 0;
    Ok(decision)
}

fn refused(update: &FeatureUpdate, why: &str) -> AdminError {
    let FeatureUpdate { name, level, .. } = update;
    let message = format!("nothing is changed: {name} cannot have level {level}: {why}");
    AdminError::new(ErrorKind::InvalidUpdateVersion, message)
}

/// The levels as they are and as they are wanted.
struct Levels<'r> {
    image: &'r ClusterImage,
    kraft_version: i16,
    updates: &'r BTreeMap<&'r str, &'r FeatureUpdate>,
}

impl Levels<'_> {
    fn current(&self, name: &str) -> i16 {
        match name {
            KRAFT_VERSION => self.kraft_version,
            name => self.image.feature(name),
        }
    }

    fn check(&self, update: &FeatureUpdate) -> Result<(), String> {
        let FeatureUpdate { ref name, level, upgrade_type } = *update;
        if !(UPGRADE..=UNSAFE_DOWNGRADE).contains(&upgrade_type) {
            return Err(format!("there is no upgrade type {upgrade_type}"));
        }
        if level < 0 {
            return Err("levels are not negative".to_owned());
        }
        self.check_support(name, level)?;
        self.check_direction(name, level, upgrade_type)?;
        match name.as_str() {
            METADATA_VERSION => self.check_metadata_version(level, upgrade_type),
            KRAFT_VERSION if level < self.kraft_version => {
                Err("the voters in the log cannot leave it again".to_owned())
            }
            ELR_VERSION if level > 0 => self.check_dependency(features::ELR_SINCE),
            _ => Ok(()),
        }
    }

    /// Every node must support a level before it is finalized.
    fn check_support(&self, name: &str, level: i16) -> Result<(), String> {
        let feature = features::by_name(name).ok_or("there is no such feature")?;
        let here = if feature.is_served { feature.supported } else { DISABLED };
        supports("this controller", here, level)?;
        for broker in self.image.brokers().values() {
            let of_broker = broker.features.iter().find(|(feature, _)| feature == name);
            let range = of_broker.map_or(DISABLED, |(_, range)| *range);
            supports(&format!("broker {}", broker.id), range, level)?;
        }
        Ok(())
    }

    fn check_direction(&self, name: &str, level: i16, upgrade_type: i8) -> Result<(), String> {
        let current = self.current(name);
        match upgrade_type {
            UPGRADE if level < current => {
                Err(format!("that is below level {current}, and a downgrade was not asked for"))
            }
            SAFE_DOWNGRADE | UNSAFE_DOWNGRADE if level > current => {
                Err(format!("that is above level {current}, and a downgrade was asked for"))
            }
            _ => Ok(()),
        }
    }

    fn check_metadata_version(&self, level: i16, upgrade_type: i8) -> Result<(), String> {
        let current = self.current(METADATA_VERSION);
        match features::loses_metadata(current, level) {
            true if upgrade_type == UNSAFE_DOWNGRADE => {
                Err("unsafe downgrades do not exist yet".to_owned())
            }
            true => Err("metadata might be lost".to_owned()),
            false => Ok(()),
        }
    }

    /// Whether `metadata.version`, as it is wanted, is high enough for another feature.
    fn check_dependency(&self, needed: i16) -> Result<(), String> {
        let wanted = self.updates.get(METADATA_VERSION).map(|update| update.level);
        match wanted.unwrap_or(self.image.metadata_version()) >= needed {
            true => Ok(()),
            false => Err(format!("it needs {METADATA_VERSION} {needed}")),
        }
    }

    /// What the log says of a level. The quorum's own stands in control records: an upgrade of it only leaves a mark, as
    /// in Kafka, and a downgrade to where it is nothing.
    fn record(&self, update: &FeatureUpdate) -> Option<MetadataRecord> {
        match update.name.as_str() {
            KRAFT_VERSION => (update.upgrade_type == UPGRADE).then(|| NoOpRecord::default().into()),
            name => Some(feature_level(name, update.level)),
        }
    }
}

fn supports(who: &str, range: FeatureRange, level: i16) -> Result<(), String> {
    let FeatureRange { min, max } = range;
    match (min..=max).contains(&level) {
        true => Ok(()),
        false if max == 0 => Err(format!("{who} does not support this feature")),
        false => Err(format!("{who} supports levels {min} to {max}")),
    }
}

fn in_sync_minimum_of_the_cluster(image: &ClusterImage, minimum: i32) -> Vec<MetadataRecord> {
    let everyone = ConfigResource::default_broker();
    let mut records = Vec::new();
    if !image.configs().of(&everyone).contains_key(MIN_INSYNC_REPLICAS) {
        let minimum = minimum.to_string();
        records.push(configs_record(&everyone, MIN_INSYNC_REPLICAS, Some(&minimum)).into());
    }
    let of_one = image.configs().iter().filter(|(resource, overrides)| {
        let is_one_broker = resource.kind == ResourceType::BROKER && !resource.name.is_empty();
        is_one_broker && overrides.contains_key(MIN_INSYNC_REPLICAS)
    });
    let removals = of_one.map(|(broker, _)| configs_record(broker, MIN_INSYNC_REPLICAS, None));
    records.extend(removals.map(MetadataRecord::from));
    records
}

#[cfg(test)]
mod tests;
