use super::*;
use crate::controller::test_cluster::{self, AnyConfigs};
use crate::generated::FeatureLevelRecord;

fn set(key: &str, value: &str) -> IncrementalChange {
    change(IncrementalOperation::Set, key, Some(value))
}

fn change(operation: IncrementalOperation, key: &str, value: Option<&str>) -> IncrementalChange {
    IncrementalChange { key: key.to_owned(), operation, value: value.map(str::to_owned) }
}

fn append(key: &str, value: &str) -> IncrementalChange {
    change(IncrementalOperation::Append, key, Some(value))
}

fn subtract(key: &str, value: &str) -> IncrementalChange {
    change(IncrementalOperation::Subtract, key, Some(value))
}

fn incremental(
    image: &ClusterImage,
    resources: Vec<(ConfigResource, Vec<IncrementalChange>)>,
) -> Results {
    let request = IncrementalAlterConfigs { resources, validate_only: false };
    incremental_alter_configs(image, &request, &AnyConfigs)
}

/// Applies the changes to topic `t` and returns its overrides as `key=value`.
fn applied(image: &ClusterImage, changes: Vec<IncrementalChange>) -> (ClusterImage, Vec<String>) {
    let decision = incremental(image, vec![(ConfigResource::topic("t"), changes)]);
    assert_eq!(decision.results[0].1, Ok(()));
    let after = test_cluster::after(image, &decision.records);
    let overrides = after.configs().of_topic("t").iter();
    let overrides = overrides.map(|(key, value)| format!("{key}={value}")).collect();
    (after, overrides)
}

fn refusal(
    image: &ClusterImage,
    resource: ConfigResource,
    changes: Vec<IncrementalChange>,
) -> ErrorKind {
    let decision = incremental(image, vec![(resource, changes)]);
    assert!(decision.records.is_empty());
    decision.results[0].1.as_ref().expect_err("refused").kind
}

#[test]
fn overrides_are_set_and_removed() {
    let image = test_cluster::with_topics(&["t"]);
    let (image, overrides) = applied(&image, vec![set("b", "1"), set("a", "2")]);
    assert_eq!(overrides, ["a=2", "b=1"]);
    let removed = change(IncrementalOperation::Delete, "b", None);
    let absent = change(IncrementalOperation::Delete, "absent", Some("x"));
    let (image, overrides) = applied(&image, vec![removed, absent, set("a", "3")]);
    assert_eq!(overrides, ["a=3"]);
    assert!(
        incremental(&image, vec![(ConfigResource::topic("t"), vec![set("a", "3")])])
            .records
            .is_empty()
    );
}

#[test]
fn lists_grow_and_shrink_from_their_default() {
    let image = test_cluster::with_topics(&["t"]);
    let (image, overrides) = applied(&image, vec![append("cleanup.policy", "compact,delete")]);
    assert_eq!(overrides, ["cleanup.policy=delete,compact"]);
    let (image, overrides) = applied(&image, vec![subtract("cleanup.policy", "delete,no")]);
    assert_eq!(overrides, ["cleanup.policy=compact"]);
    let (_, overrides) =
        applied(&image, vec![append("list", "x,x,y"), subtract("cleanup.policy", "compact")]);
    assert_eq!(overrides, ["cleanup.policy=", "list=x,y"]);
}

#[test]
fn what_breaks_a_rule_changes_nothing() {
    let image = test_cluster::with_topics(&["t"]);
    let t = || ConfigResource::topic("t");
    let null = |operation| vec![change(operation, "list", None)];
    let cases = [
        (t(), vec![set("a", "1"), set("a", "2")], ErrorKind::InvalidRequest),
        (t(), null(IncrementalOperation::Set), ErrorKind::InvalidRequest),
        (t(), null(IncrementalOperation::Append), ErrorKind::InvalidRequest),
        (t(), null(IncrementalOperation::Subtract), ErrorKind::InvalidRequest),
        (t(), vec![append("a", "1")], ErrorKind::InvalidConfig),
        (t(), vec![subtract("a", "1")], ErrorKind::InvalidConfig),
        (t(), vec![set("good", "1"), set("a", "bad")], ErrorKind::InvalidConfig),
        (t(), vec![set("unknown", "1")], ErrorKind::InvalidConfig),
        (t(), vec![set("a", &"x".repeat(32_768))], ErrorKind::InvalidConfig),
        (ConfigResource::topic("no"), vec![set("a", "1")], ErrorKind::UnknownTopicOrPartition),
        (ConfigResource::topic("no"), vec![set("a", "bad")], ErrorKind::InvalidConfig),
        (ConfigResource::topic("n o"), vec![set("a", "1")], ErrorKind::InvalidTopic),
        (ConfigResource::topic(""), vec![set("a", "1")], ErrorKind::InvalidRequest),
    ];
    for (resource, changes, kind) in cases {
        assert_eq!(
            refusal(&image, resource.clone(), changes.clone()),
            kind,
            "{resource} {changes:?}"
        );
    }
    for kind in [ResourceType(99), ResourceType(0), ResourceType::BROKER_LOGGER] {
        let resource = ConfigResource { kind, name: "1".to_owned() };
        let refused = refusal(&image, resource, vec![set("a", "1")]);
        assert_eq!(refused, ErrorKind::InvalidRequest, "{kind:?}");
    }
}

#[test]
fn a_resource_that_comes_twice_is_refused_twice_and_others_change() {
    let image = test_cluster::with_topics(&["t", "u"]);
    let names = ["t", "u", "t"];
    let resources = names.map(|name| (ConfigResource::topic(name), vec![set("a", "1")])).to_vec();
    let decision = incremental(&image, resources);
    let kinds: Vec<_> =
        decision.results.iter().map(|(_, result)| result.as_ref().err().map(|e| e.kind)).collect();
    let twice = Some(ErrorKind::InvalidRequest);
    assert_eq!(kinds, [twice, None, twice]);
    assert_eq!(decision.records.len(), 1);
}

#[test]
fn altering_replaces_everything() {
    let image = test_cluster::with_topics(&["t"]);
    let (image, _) = applied(&image, vec![set("a", "1"), set("b", "2"), set("c", "3")]);
    let configs =
        vec![("a".to_owned(), Some("1".to_owned())), ("b".to_owned(), Some("9".to_owned()))];
    let request = AlterConfigs {
        resources: vec![(ConfigResource::topic("t"), configs)],
        validate_only: false,
    };
    let decision = alter_configs(&image, &request, &AnyConfigs);
    assert_eq!(decision.records.len(), 2, "one changed, one removed");
    let after = test_cluster::after(&image, &decision.records);
    let overrides: Vec<_> = after.configs().of_topic("t").iter().collect();
    assert_eq!(overrides, [(&"a".to_owned(), &"1".to_owned()), (&"b".to_owned(), &"9".to_owned())]);
    let asked =
        alter_configs(&image, &AlterConfigs { validate_only: true, ..request }, &AnyConfigs);
    assert!(asked.results[0].1.is_ok() && asked.records.is_empty());
}

#[test]
fn altering_refuses_null_values_and_repeated_keys() {
    let image = test_cluster::with_topics(&["t"]);
    let one = ("a".to_owned(), Some("1".to_owned()));
    for configs in [vec![("a".to_owned(), None)], vec![one.clone(), one]] {
        let request = AlterConfigs {
            resources: vec![(ConfigResource::topic("t"), configs)],
            validate_only: false,
        };
        let decision = alter_configs(&image, &request, &AnyConfigs);
        let error = decision.results[0].1.as_ref().expect_err("refused");
        assert_eq!(error.kind, ErrorKind::InvalidRequest);
    }
}

#[test]
fn unchanged_values_of_brokers_are_written_again() {
    let image = test_cluster::of_brokers(&[1]);
    let broker = || vec![(ConfigResource::broker(1), vec![set("ssl.keystore.location", "k")])];
    let image = test_cluster::after(&image, &incremental(&image, broker()).records);
    assert_eq!(incremental(&image, broker()).records.len(), 1);
}

#[test]
fn while_eligible_leaders_are_tracked_the_cluster_keeps_its_in_sync_minimum() {
    let image = test_cluster::of_brokers(&[1]);
    let level = FeatureLevelRecord {
        name: ELR_VERSION.to_owned(),
        feature_level: 1,
        ..FeatureLevelRecord::default()
    };
    let elr = test_cluster::after(&image, &[level.into()]);
    let remove = || change(IncrementalOperation::Delete, MIN_INSYNC_REPLICAS, None);
    let cases = [
        (ConfigResource::broker(1), set(MIN_INSYNC_REPLICAS, "2")),
        (ConfigResource::broker(1), remove()),
        (ConfigResource::default_broker(), remove()),
    ];
    for (resource, one) in cases {
        let changes = vec![(resource.clone(), vec![one.clone()])];
        assert_eq!(incremental(&image, changes).results[0].1, Ok(()));
        assert_eq!(refusal(&elr, resource, vec![one]), ErrorKind::InvalidConfig);
    }
    let changes = vec![(ConfigResource::default_broker(), vec![set(MIN_INSYNC_REPLICAS, "2")])];
    assert_eq!(incremental(&elr, changes).results[0].1, Ok(()));
}
