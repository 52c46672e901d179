//! Features and their levels (KIP-584): what Apache Kafka 4.3.1 knows, and what of it is served.

use std::collections::BTreeMap;

use crate::controller::Decision;
use crate::error::{AdminError, ErrorKind};
use crate::generated::{BeginTransactionRecord, EndTransactionRecord, MetadataRecord};
use crate::image::{ClusterImage, ConfigResource, FeatureRange, configs_record, feature_level};

/// Decides which records may be written in which version.
pub const METADATA_VERSION: &str = "metadata.version";
/// Decides how the quorum keeps its voters. It stands in control records, never among the finalized records.
pub const KRAFT_VERSION: &str = "kraft.version";
/// Decides the protocol of transactions (KIP-890).
pub const TRANSACTION_VERSION: &str = "transaction.version";
/// Decides which group protocols exist (KIP-848).
pub const GROUP_VERSION: &str = "group.version";
/// Eligible leader replicas (KIP-966).
pub const ELR_VERSION: &str = "eligible.leader.replicas.version";
/// Share groups (KIP-932).
pub const SHARE_VERSION: &str = "share.version";
/// Streams groups (KIP-1071).
pub const STREAMS_VERSION: &str = "streams.version";

/// The `metadata.version` of Kafka 4.3 (4.3-IV0).
pub const LATEST_METADATA_VERSION: i16 = 30;
/// From this level on a change may span several batches (3.6-IV1).
pub const METADATA_TRANSACTIONS_SINCE: i16 = 13;
/// From this level on records name log directories (3.7-IV2).
pub(crate) const DIRECTORIES_SINCE: i16 = 17;
/// From this level on partitions have eligible leader replicas (4.0-IV1).
pub(crate) const ELR_SINCE: i16 = 23;
/// From this level on log directories can be cordoned (4.3-IV0).
pub(crate) const CORDONED_DIRECTORIES_SINCE: i16 = 30;

/// The levels whose records hold what those of the level before cannot say. Below such a level something may be lost.
const LEVELS_THAT_CHANGE_METADATA: [i16; 9] = [7, 8, 11, 13, 14, 15, 17, 23, 30];

/// One of Kafka's features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// Levels that Kafka 4.3.1 supports.
    pub supported: FeatureRange,
    /// Whether this implementation serves it. What is not served is never advertised and has level 0.
    pub is_served: bool,
    /// The level that a new 4.3.1 cluster finalizes.
    pub default_level: i16,
}

/// Every feature of Kafka 4.3.1 that an ordinary cluster finalizes.
pub const FEATURES: [Feature; 7] = [
    served(METADATA_VERSION, 7, LATEST_METADATA_VERSION, LATEST_METADATA_VERSION),
    served(KRAFT_VERSION, 0, 1, 1),
    feature(TRANSACTION_VERSION, 0, 2, 2),
    served(GROUP_VERSION, 0, 1, 1),
    feature(ELR_VERSION, 0, 1, 1),
    feature(SHARE_VERSION, 0, 1, 1),
    feature(STREAMS_VERSION, 0, 1, 1),
];

const fn feature(name: &'static str, min: i16, max: i16, default_level: i16) -> Feature {
    Feature { name, supported: FeatureRange { min, max }, is_served: false, default_level }
}

const fn served(name: &'static str, min: i16, max: i16, default_level: i16) -> Feature {
    Feature { is_served: true, ..feature(name, min, max, default_level) }
}

/// The feature of this name, if Kafka 4.3.1 has it.
pub fn by_name(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}

/// The features that are served, with their levels.
pub fn all_served() -> impl Iterator<Item = &'static Feature> {
    FEATURES.iter().filter(|feature| feature.is_served)
}

/// The levels of the features that are served and finalized: those of the image, and that of the quorum, which stands
/// in no metadata record.
pub fn finalized(
    image: &ClusterImage,
    kraft_version: i16,
) -> impl Iterator<Item = (&'static str, i16)> {
    let level = move |name: &str| match name {
        KRAFT_VERSION => kraft_version,
        name => image.feature(name),
    };
    let levels = all_served().map(move |feature| (feature.name, level(feature.name)));
    levels.filter(|(_, level)| *level > 0)
}

/// Whether going from one `metadata.version` down to another may lose something.
pub(crate) fn loses_metadata(from: i16, to: i16) -> bool {
    LEVELS_THAT_CHANGE_METADATA.iter().any(|level| (to + 1..=from).contains(level))
}

/// The levels that a new cluster finalizes: of everything that is served, but for the quorum's own feature.
pub fn base_levels() -> BTreeMap<String, i16> {
    let served = all_served().filter(|feature| feature.name != KRAFT_VERSION);
    served.map(|feature| (feature.name.to_owned(), feature.default_level)).collect()
}

/// The records of `bootstrap.checkpoint`: the levels that a new cluster starts with, `metadata.version` first.
/// A level of 0 and the quorum's own feature stand in no record. Refused: a level that Kafka 4.3.1 does not have
/// (INVALID_UPDATE_VERSION).
pub fn bootstrap_records(
    levels: &BTreeMap<String, i16>,
) -> Result<Vec<MetadataRecord>, AdminError> {
    levels.iter().try_for_each(|(name, &level)| check_level(name, level))?;
    let version = levels.get(METADATA_VERSION).copied().unwrap_or(LATEST_METADATA_VERSION);
    let mut records = vec![feature_level(METADATA_VERSION, version)];
    let others = levels.iter().filter(|(name, level)| {
        **level != 0 && name.as_str() != METADATA_VERSION && name.as_str() != KRAFT_VERSION
    });
    records.extend(others.map(|(name, &level)| feature_level(name, level)));
    Ok(records)
}

/// The first records of a new cluster's log, as Kafka's controller writes them: what `bootstrap.checkpoint` holds,
/// within a metadata transaction. With eligible leader replicas the in-sync minimum becomes a cluster-wide override,
/// so that no broker's own file can differ. Nothing when the cluster is already set up.
pub fn bootstrap(
    image: &ClusterImage,
    records: &[MetadataRecord],
    min_insync_replicas: i32,
) -> Decision<()> {
    if image.metadata_version() != 0 {
        return Decision::default();
    }
    let name = Some("Bootstrap records".to_owned());
    let mut group: Vec<MetadataRecord> =
        vec![BeginTransactionRecord { name, unknown_tags: Vec::new() }.into()];
    group.extend_from_slice(records);
    if records.iter().any(finalizes_elr) {
        let minimum = min_insync_replicas.to_string();
        let everyone = ConfigResource::default_broker();
        group.push(configs_record(&everyone, "min.insync.replicas", Some(&minimum)).into());
    }
    group.push(EndTransactionRecord::default().into());
    Decision { results: Vec::new(), records: group }
}

/// The finalized levels of the image that `supported` does not contain: a cluster that was set up by somebody who
/// serves more. Name, level.
pub fn unsupported_levels<'i>(
    image: &'i ClusterImage,
    supported: &BTreeMap<String, FeatureRange>,
) -> Vec<(&'i str, i16)> {
    let is_supported = |name: &str, level| {
        supported.get(name).is_some_and(|range| (range.min..=range.max).contains(&level))
    };
    let levels = image.features().iter().map(|(name, &level)| (name.as_str(), level));
    levels.filter(|&(name, level)| !is_supported(name, level)).collect()
}

/// The version in which a record is written in a cluster of this `metadata.version`, so that every Kafka of that
/// level can read it.
pub fn record_version(metadata_version: i16, record: &MetadataRecord) -> i16 {
    let partition = match metadata_version {
        ELR_SINCE.. => 2,
        DIRECTORIES_SINCE.. => 1,
        _ => 0,
    };
    match record {
        MetadataRecord::Partition(_) | MetadataRecord::PartitionChange(_) => partition,
        MetadataRecord::RegisterBroker(_) => match metadata_version {
            CORDONED_DIRECTORIES_SINCE.. => 4,
            DIRECTORIES_SINCE.. => 3,
            _ => 1,
        },
        MetadataRecord::BrokerRegistrationChange(change) => match change {
            change if change.cordoned_log_dirs.is_some() => 3,
            change if !change.log_dirs.is_empty() => 2,
            change if change.in_controlled_shutdown != 0 => 1,
            _ => 0,
        },
        record => record.latest_version(),
    }
}

fn check_level(name: &str, level: i16) -> Result<(), AdminError> {
    let refuse = |why: String| Err(AdminError::new(ErrorKind::InvalidUpdateVersion, why));
    let Some(feature) = by_name(name) else {
        return refuse(format!("there is no feature {name}"));
    };
    let FeatureRange { min, max } = feature.supported;
    if (min..=max).contains(&level) {
        return Ok(());
    }
    refuse(format!("{name} has levels {min} to {max}, not {level}"))
}

fn finalizes_elr(record: &MetadataRecord) -> bool {
    matches!(record, MetadataRecord::FeatureLevel(r) if r.name == ELR_VERSION && r.feature_level > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::test_cluster;
    use crate::generated::{BrokerRegistrationChangeRecord, NoOpRecord, PartitionRecord};

    fn levels(of: &[(&str, i16)]) -> BTreeMap<String, i16> {
        of.iter().map(|(name, level)| (name.to_string(), *level)).collect()
    }

    #[test]
    fn a_new_cluster_finalizes_what_is_served_and_the_records_level_first() {
        let wanted = levels(&[(GROUP_VERSION, 1), (METADATA_VERSION, 30), (ELR_VERSION, 0)]);
        let records = bootstrap_records(&wanted).expect("known levels");
        let expected = [feature_level(METADATA_VERSION, 30), feature_level(GROUP_VERSION, 1)];
        assert_eq!(records, expected);
        let group = bootstrap(&ClusterImage::empty("c"), &records, 2).records;
        assert_eq!(group.len(), 4);
        assert!(matches!(group[0], MetadataRecord::BeginTransaction(_)));
        assert!(matches!(group[3], MetadataRecord::EndTransaction(_)));
    }

    #[test]
    fn with_eligible_leaders_the_in_sync_minimum_becomes_the_clusters() {
        let records = bootstrap_records(&levels(&[(ELR_VERSION, 1)])).expect("known levels");
        let group = bootstrap(&ClusterImage::empty("c"), &records, 2).records;
        let image = test_cluster::after(&ClusterImage::empty("c"), &group);
        let everyone = ConfigResource::default_broker();
        assert_eq!(image.configs().of(&everyone)["min.insync.replicas"], "2");
        assert_eq!((image.feature(ELR_VERSION), image.metadata_version()), (1, 30));
        assert!(bootstrap(&image, &records, 2).records.is_empty(), "it is set up");
    }

    #[test]
    fn only_served_features_are_finalized_and_the_quorums_comes_from_its_log() {
        let records = [
            feature_level(METADATA_VERSION, 30),
            feature_level(GROUP_VERSION, 1),
            feature_level(SHARE_VERSION, 1),
        ];
        let image = test_cluster::after(&ClusterImage::empty("c"), &records);
        let levels = |kraft_version| finalized(&image, kraft_version).collect::<Vec<_>>();
        let all = [(METADATA_VERSION, 30), (KRAFT_VERSION, 1), (GROUP_VERSION, 1)];
        assert_eq!(levels(1), all);
        assert_eq!(levels(0), [(METADATA_VERSION, 30), (GROUP_VERSION, 1)]);
    }

    #[test]
    fn what_goes_below_a_level_that_changed_metadata_loses_some() {
        assert!(loses_metadata(30, 29) && loses_metadata(24, 22) && loses_metadata(8, 7));
        assert!(!loses_metadata(29, 23) && !loses_metadata(22, 17) && !loses_metadata(30, 30));
    }

    #[test]
    fn levels_that_do_not_exist_are_refused() {
        for wrong in [(METADATA_VERSION, 31), (METADATA_VERSION, 6), (GROUP_VERSION, -1), ("x", 1)]
        {
            let error = bootstrap_records(&levels(&[wrong])).expect_err("refused");
            assert_eq!(error.kind, ErrorKind::InvalidUpdateVersion);
        }
    }

    #[test]
    fn levels_beyond_what_is_supported_are_found() {
        let records = [feature_level(METADATA_VERSION, 30), feature_level(GROUP_VERSION, 1)];
        let image = test_cluster::after(&ClusterImage::empty("c"), &records);
        let supported = BTreeMap::from([
            (METADATA_VERSION.to_owned(), FeatureRange { min: 7, max: 30 }),
            (GROUP_VERSION.to_owned(), FeatureRange { min: 0, max: 0 }),
        ]);
        assert_eq!(unsupported_levels(&image, &supported), [(GROUP_VERSION, 1)]);
    }

    #[test]
    fn records_are_written_in_versions_that_the_clusters_level_allows() {
        let partition = PartitionRecord::default().into();
        let versions = [7, 17, 23, 30].map(|level| record_version(level, &partition));
        assert_eq!(versions, [0, 1, 2, 2]);
        let broker = crate::generated::RegisterBrokerRecord::default().into();
        let versions = [7, 17, 29, 30].map(|level| record_version(level, &broker));
        assert_eq!(versions, [1, 3, 3, 4]);
        let change = |in_controlled_shutdown| {
            BrokerRegistrationChangeRecord { in_controlled_shutdown, ..Default::default() }.into()
        };
        assert_eq!([0, 1].map(|asked| record_version(30, &change(asked))), [0, 1]);
        assert_eq!(record_version(30, &NoOpRecord::default().into()), 0);
    }
}
