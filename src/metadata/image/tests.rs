use super::*;
use crate::controller::test_cluster;
use crate::generated::client_quota_record::{ClientQuotaRecord, EntityData};
use crate::generated::{
    AccessControlEntryRecord, ClearElrRecord, ConfigRecord, MetadataRecord, PartitionChangeRecord,
    PartitionRecord, RemoveAccessControlEntryRecord, RemoveTopicRecord, TopicRecord,
    UnregisterBrokerRecord,
};

const AT: LogPosition = LogPosition { offset: 100, epoch: 3 };

fn topic_id(image: &ClusterImage, name: &str) -> Uuid {
    image.topics().by_name(name).expect("created").id
}

fn apply(image: &ClusterImage, record: impl Into<MetadataRecord>) -> (ClusterImage, Delta) {
    image.apply(AT, &[record.into()]).expect("fits")
}

#[test]
fn an_image_does_not_change_when_another_is_made_from_it() {
    let before = test_cluster::with_topics(&["t", "u"]);
    let copy = before.clone();
    let (after, delta) = apply(
        &before,
        RemoveTopicRecord { topic_id: topic_id(&before, "t"), ..Default::default() },
    );
    assert_eq!(before, copy);
    assert_eq!(after.position(), AT);
    assert_eq!((before.topics().len(), after.topics().len()), (2, 1));
    assert_eq!(delta.topics_deleted.len(), 1);
    let kept = |image: &ClusterImage| image.topics().by_name("u").cloned().expect("not deleted");
    assert!(Arc::ptr_eq(&kept(&before), &kept(&after)), "what did not change is shared");
}

#[test]
fn a_failed_group_changes_nothing() {
    let image = test_cluster::of_brokers(&[1]);
    let id = Uuid::from_u128(9);
    let topic = TopicRecord { name: "t".to_owned(), topic_id: id, unknown_tags: vec![] };
    let unknown = PartitionChangeRecord { topic_id: id, ..Default::default() };
    let error = image.apply(AT, &[topic.into(), unknown.into()]).expect_err("no such partition");
    assert!(matches!(error, ImageError::UnknownPartition { .. }));
    assert!(image.topics().is_empty());
}

#[test]
fn records_that_do_not_fit_are_refused() {
    let image = test_cluster::with_topics(&["t"]);
    let id = topic_id(&image, "t");
    let nobody = Uuid::from_u128(1234);
    let uneven = PartitionRecord {
        topic_id: id,
        replicas: vec![1, 2],
        directories: vec![Uuid::nil()],
        ..Default::default()
    };
    let undefined =
        PartitionChangeRecord { topic_id: id, leader_recovery_state: 7, ..Default::default() };
    let name = || "t".to_owned();
    let records: [MetadataRecord; 7] = [
        TopicRecord { name: name(), topic_id: nobody, unknown_tags: vec![] }.into(),
        TopicRecord { name: "u".to_owned(), topic_id: id, unknown_tags: vec![] }.into(),
        RemoveTopicRecord { topic_id: nobody, ..Default::default() }.into(),
        UnregisterBrokerRecord { broker_id: 1, broker_epoch: -7, unknown_tags: vec![] }.into(),
        UnregisterBrokerRecord { broker_id: 2, broker_epoch: 0, unknown_tags: vec![] }.into(),
        uneven.into(),
        undefined.into(),
    ];
    for record in records {
        assert!(image.apply(AT, std::slice::from_ref(&record)).is_err(), "{record:?}");
    }
}

#[test]
fn a_change_raises_the_partition_epoch_and_with_a_leader_the_leader_epoch() {
    let image = test_cluster::with_topics(&["t"]);
    let change = PartitionChangeRecord {
        partition_id: 0,
        topic_id: topic_id(&image, "t"),
        isr: Some(vec![]),
        ..Default::default()
    };
    let (image, delta) = apply(&image, change.clone());
    let partition = &image.topics().by_name("t").expect("there").partitions[&0];
    assert_eq!((partition.leader, partition.leader_epoch, partition.partition_epoch), (1, 0, 1));
    assert_eq!(delta.partitions_changed, [(change.topic_id, 0)].into());
    let (image, _) = apply(&image, PartitionChangeRecord { leader: 1, isr: None, ..change });
    let partition = &image.topics().by_name("t").expect("there").partitions[&0];
    assert_eq!((partition.leader, partition.leader_epoch, partition.partition_epoch), (1, 1, 2));
}

#[test]
fn records_from_before_directories_were_tracked_are_understood() {
    let image = test_cluster::with_topics(&["t"]);
    let old = PartitionRecord {
        partition_id: 1,
        topic_id: topic_id(&image, "t"),
        replicas: vec![1, 2],
        isr: vec![1],
        leader: 1,
        ..Default::default()
    };
    let (image, delta) = apply(&image, old.clone());
    let partition = &image.topics().by_name("t").expect("there").partitions[&1];
    assert_eq!(partition.directories, [crate::directories::MIGRATING; 2]);
    assert_eq!(delta.partitions_added, [(old.topic_id, 1)].into());
}

#[test]
fn eligible_leaders_are_cleared_of_one_topic_or_of_all() {
    let mut image = test_cluster::with_topics(&["t", "u"]);
    for name in ["t", "u"] {
        let change = PartitionChangeRecord {
            topic_id: topic_id(&image, name),
            partition_id: 0,
            eligible_leader_replicas: Some(vec![2]),
            ..Default::default()
        };
        image = apply(&image, change).0;
    }
    let eligible = |image: &ClusterImage, name: &str| {
        image.topics().by_name(name).expect("there").partitions[&0].elr.len()
    };
    let clear = |topic: &str| ClearElrRecord { topic_name: topic.to_owned(), unknown_tags: vec![] };
    let (one, delta) = apply(&image, clear("t"));
    assert_eq!((eligible(&one, "t"), eligible(&one, "u")), (0, 1));
    assert_eq!(delta.partitions_changed.len(), 1);
    let (all, delta) = apply(&image, clear(""));
    assert_eq!((eligible(&all, "t"), eligible(&all, "u")), (0, 0));
    assert_eq!(delta.partitions_changed.len(), 2);
}

#[test]
fn a_topic_created_and_deleted_in_one_group_leaves_no_trace() {
    let image = test_cluster::of_brokers(&[1]);
    let id = Uuid::from_u128(9);
    let records = [
        TopicRecord { name: "t".to_owned(), topic_id: id, unknown_tags: vec![] }.into(),
        PartitionRecord { topic_id: id, partition_id: 0, ..Default::default() }.into(),
        RemoveTopicRecord { topic_id: id, ..Default::default() }.into(),
    ];
    let (_, delta) = image.apply(AT, &records).expect("fits");
    assert!(delta.is_empty(), "{delta:?}");
}

#[test]
fn overrides_of_unknown_kinds_are_kept() {
    let image = test_cluster::of_brokers(&[1]);
    let record = ConfigRecord {
        resource_type: 77,
        resource_name: "x".to_owned(),
        name: "k".to_owned(),
        value: Some("v".to_owned()),
        unknown_tags: vec![],
    };
    let (image, _) = apply(&image, record.clone());
    assert!(image.to_records().contains(&record.into()));
}

fn acl(id: u128, principal: &str) -> AccessControlEntryRecord {
    AccessControlEntryRecord {
        id: Uuid::from_u128(id),
        principal: principal.to_owned(),
        ..Default::default()
    }
}

fn quota(user: &str, value: f64, remove: bool) -> ClientQuotaRecord {
    let entity = |kind: &str, name: Option<&str>| EntityData {
        entity_type: kind.to_owned(),
        entity_name: name.map(str::to_owned),
        unknown_tags: vec![],
    };
    let mut entity = vec![entity("user", Some(user)), entity("client-id", None)];
    if remove {
        entity.reverse();
    }
    ClientQuotaRecord { entity, key: "k".to_owned(), value, remove, unknown_tags: vec![] }
}

#[test]
fn records_that_nobody_reads_are_kept_and_superseded() {
    let mut image = test_cluster::of_brokers(&[1]);
    let records: [MetadataRecord; 5] = [
        acl(1, "a").into(),
        acl(2, "b").into(),
        acl(1, "c").into(),
        quota("u", 1.0, false).into(),
        quota("w", 2.0, false).into(),
    ];
    image = image.apply(AT, &records).expect("fits").0;
    assert_eq!(image.kept().iter().count(), 4);
    let remove = RemoveAccessControlEntryRecord { id: Uuid::from_u128(2), unknown_tags: vec![] };
    // Removal names the entity in another order.
    let records = [remove.into(), quota("u", 0.0, true).into()];
    let (image, delta) = image.apply(AT, &records).expect("fits");
    assert!(delta.kept_changed);
    let kept: Vec<_> = image.kept().iter().cloned().collect();
    let expected: [MetadataRecord; 2] = [quota("w", 2.0, false).into(), acl(1, "c").into()];
    assert_eq!(kept, expected);
}

#[test]
fn a_snapshot_holds_the_whole_image() {
    let mut image = test_cluster::add_topics(
        &test_cluster::of_racks(&[(1, "a"), (2, "b")]),
        &["x", "a.b", "t"],
        3,
        2,
    );
    let producer_ids = crate::generated::ProducerIdsRecord {
        broker_id: 1,
        broker_epoch: 2,
        next_producer_id: 5000,
        unknown_tags: vec![],
    };
    let records = [acl(1, "a").into(), producer_ids.into()];
    image = image.apply(AT, &records).expect("fits").0;
    let (again, _) =
        ClusterImage::empty("test").apply(AT, &image.to_records()).expect("a snapshot fits");
    assert_eq!(again, image);
}
