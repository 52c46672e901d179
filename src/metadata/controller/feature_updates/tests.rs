use proptest::prelude::*;

use super::*;
use crate::controller::test_cluster;
use crate::features::{GROUP_VERSION, SHARE_VERSION, all_served};

/// A cluster at `metadata.version` `level`, whose one broker supports what is served.
fn at_level(level: i16) -> ClusterImage {
    let broker = test_cluster::of_brokers(&[1]).brokers()[&1].clone();
    let features = all_served().map(|it| (it.name.to_owned(), it.supported)).collect();
    let broker = crate::image::BrokerImage { features, ..broker };
    let records = [feature_level(METADATA_VERSION, level), broker.to_record().into()];
    test_cluster::after(&ClusterImage::empty("test"), &records)
}

fn update(name: &str, level: i16, upgrade_type: i8) -> FeatureUpdate {
    FeatureUpdate { name: name.to_owned(), level, upgrade_type }
}

fn decide(image: &ClusterImage, updates: &[FeatureUpdate]) -> Result<FeatureDecision, AdminError> {
    let request = UpdateFeatures { updates: updates.to_vec(), validate_only: false };
    update_features(image, 0, &request, 2)
}

fn is_refused(image: &ClusterImage, update: FeatureUpdate) -> bool {
    let decision = decide(image, &[update]);
    decision.is_err_and(|error| error.kind == ErrorKind::InvalidUpdateVersion)
}

#[test]
fn metadata_version_rises_and_stays_and_the_record_says_so() {
    let image = at_level(20);
    for level in [20, 21, 30] {
        let decision = decide(&image, &[update(METADATA_VERSION, level, UPGRADE)]);
        let decision = decision.expect("supported");
        assert_eq!(decision.records, [feature_level(METADATA_VERSION, level)]);
        let after = test_cluster::after(&image, &decision.records);
        assert_eq!(after.metadata_version(), level);
    }
    for level in [6, 31, 0, -1, i16::MAX] {
        assert!(is_refused(&image, update(METADATA_VERSION, level, UPGRADE)), "{level}");
    }
}

#[test]
fn metadata_version_falls_only_where_nothing_is_lost() {
    let safe =
        |from, to| !is_refused(&at_level(from), update(METADATA_VERSION, to, SAFE_DOWNGRADE));
    assert!(safe(29, 23) && safe(22, 17) && safe(30, 30));
    assert!(!safe(30, 29) && !safe(24, 22) && !safe(20, 21));
    let unsafe_one = update(METADATA_VERSION, 28, UNSAFE_DOWNGRADE);
    assert!(is_refused(&at_level(30), unsafe_one.clone()), "there are none yet");
    assert!(!is_refused(&at_level(29), unsafe_one));
    assert!(is_refused(&at_level(29), update(METADATA_VERSION, 28, UPGRADE)));
}

#[test]
fn unknown_upgrade_types_and_features_are_refused() {
    let image = at_level(30);
    for upgrade_type in [0, 4, -1] {
        assert!(is_refused(&image, update(METADATA_VERSION, 30, upgrade_type)));
    }
    for level in [0, 1] {
        assert!(is_refused(&image, update("no.such.version", level, UPGRADE)));
        assert!(is_refused(&image, update("", level, UPGRADE)));
    }
}

#[test]
fn a_feature_that_is_not_served_can_only_go() {
    let image = at_level(30);
    assert!(is_refused(&image, update(SHARE_VERSION, 1, UPGRADE)));
    assert!(!is_refused(&image, update(SHARE_VERSION, 0, UPGRADE)));
    // Somebody who serves it had finalized it.
    let image = test_cluster::after(&image, &[feature_level(SHARE_VERSION, 1)]);
    assert!(is_refused(&image, update(SHARE_VERSION, 0, UPGRADE)));
    let decision = decide(&image, &[update(SHARE_VERSION, 0, SAFE_DOWNGRADE)]).expect("goes");
    let after = test_cluster::after(&image, &decision.records);
    assert_eq!(after.feature(SHARE_VERSION), 0);
}

#[test]
fn every_registered_broker_must_support_a_level() {
    let image = at_level(30);
    let limited = FeatureRange { min: 7, max: 25 };
    let features = vec![(METADATA_VERSION.to_owned(), limited)];
    let other = crate::image::BrokerImage { id: 2, features, ..image.brokers()[&1].clone() };
    let image = test_cluster::after(&image, &[other.to_record().into()]);
    assert!(is_refused(&image, update(METADATA_VERSION, 30, UPGRADE)));
    assert!(is_refused(&image, update(KRAFT_VERSION, 1, UPGRADE)), "it knows no such feature");
}

#[test]
fn all_updates_come_true_or_none() {
    let image = at_level(20);
    let wrong = [update(METADATA_VERSION, 21, UPGRADE), update("x", 1, UPGRADE)];
    assert!(decide(&image, &wrong).is_err());
    let right = [update(METADATA_VERSION, 21, UPGRADE), update(GROUP_VERSION, 0, UPGRADE)];
    let records = decide(&image, &right).expect("both are right").records;
    assert_eq!(records, [feature_level(GROUP_VERSION, 0), feature_level(METADATA_VERSION, 21)]);
    let twice = [update(METADATA_VERSION, 6, UPGRADE), update(METADATA_VERSION, 22, UPGRADE)];
    let records = decide(&image, &twice).expect("the last one counts").records;
    assert_eq!(records, [feature_level(METADATA_VERSION, 22)]);
}

#[test]
fn asking_only_changes_nothing() {
    let updates = vec![update(METADATA_VERSION, 30, UPGRADE), update(KRAFT_VERSION, 1, UPGRADE)];
    let mut request = UpdateFeatures { updates, validate_only: true };
    let nothing = Ok(FeatureDecision::default());
    assert_eq!(update_features(&at_level(20), 0, &request, 1), nothing);
    request.updates.push(update("x", 1, UPGRADE));
    assert!(update_features(&at_level(20), 0, &request, 1).is_err());
}

#[test]
fn the_quorum_moves_its_voters_into_the_log_once_and_for_all() {
    let ask = |level, upgrade_type, now| {
        let updates = vec![update(KRAFT_VERSION, level, upgrade_type)];
        let request = UpdateFeatures { updates, validate_only: false };
        let decision = update_features(&at_level(30), now, &request, 1);
        decision.map(|it| (it.raises_kraft_version, it.records.len())).ok()
    };
    assert_eq!(ask(1, UPGRADE, 0), Some((true, 1)));
    assert_eq!(ask(1, UPGRADE, 1), Some((false, 1)));
    assert_eq!(ask(1, SAFE_DOWNGRADE, 1), Some((false, 0)));
    assert_eq!(ask(0, UPGRADE, 0), Some((false, 1)));
    assert_eq!(ask(0, SAFE_DOWNGRADE, 1), None);
    assert_eq!(ask(0, UPGRADE, 1), None);
    assert_eq!(ask(1, SAFE_DOWNGRADE, 0), None);
    assert_eq!(ask(2, UPGRADE, 0), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked for, what comes true are levels that are served, as they were asked for.
    #[test]
    fn levels_that_come_true_are_served(
        from in 7_i16..=30,
        asked in proptest::collection::vec((0_usize..8, -2_i16..34, -1_i8..5), 0..5),
    ) {
        let image = at_level(from);
        let name = |at: usize| features::FEATURES.get(at).map_or("other", |feature| feature.name);
        let updates: Vec<_> =
            asked.iter().map(|&(at, level, kind)| update(name(at), level, kind)).collect();
        let Ok(decision) = decide(&image, &updates) else { return Ok(()) };
        let after = test_cluster::after(&image, &decision.records);
        prop_assert!((7..=30).contains(&after.metadata_version()));
        prop_assert!(!features::loses_metadata(from, after.metadata_version()));
        for (name, &level) in after.features() {
            let feature = features::by_name(name).expect("known");
            prop_assert!(feature.is_served, "{name} {level}");
        }
        for update in &updates {
            let last = updates.iter().rfind(|it| it.name == update.name).expect("itself");
            let is_quorums = update.name == KRAFT_VERSION;
            prop_assert!(is_quorums || after.feature(&update.name) == last.level);
        }
    }
}
