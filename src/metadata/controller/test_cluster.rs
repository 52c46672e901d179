//! Small clusters for tests.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::chance::Seeded;
use crate::error::{AdminError, ErrorKind};
use crate::features;
use crate::generated::MetadataRecord;
use crate::image::{ClusterImage, ConfigResource, Endpoint, LogPosition, ResourceType};

use super::{
    BrokerRegistration, ConfigRules, CreateTopics, NewTopic, Settings, create_topics, fence_broker,
    register_broker, unfence_broker,
};

/// The image after records that follow the image's own.
pub(crate) fn after(image: &ClusterImage, records: &[MetadataRecord]) -> ClusterImage {
    let position = LogPosition { offset: next_offset(image) + records.len() as i64 - 1, epoch: 1 };
    image.apply(position, records).expect("a decision's records fit the image").0
}

pub(crate) fn next_offset(image: &ClusterImage) -> i64 {
    image.position().offset + 1
}

/// The log directory of a broker.
pub(crate) fn directory(broker: i32) -> Uuid {
    Uuid::from_u128(0x1000 + broker as u128)
}

pub(crate) fn registration(id: i32, incarnation: u128, rack: Option<&str>) -> BrokerRegistration {
    let endpoint = Endpoint {
        listener: "PLAINTEXT".to_owned(),
        host: format!("host{id}"),
        port: 9092,
        security_protocol: 0,
    };
    BrokerRegistration {
        id,
        incarnation_id: Uuid::from_u128(incarnation),
        endpoints: vec![endpoint],
        features: Vec::new(),
        rack: rack.map(str::to_owned),
        log_dirs: vec![directory(id)],
        previous_epoch: -1,
    }
}

fn join(image: &ClusterImage, registration: &BrokerRegistration) -> ClusterImage {
    let settings = Settings::default();
    let decision = register_broker(image, registration, next_offset(image), &settings)
        .expect("a correct registration");
    let image = after(image, &decision.records);
    let decision = unfence_broker(&image, registration.id, decision.results[0], &settings)
        .expect("just registered");
    after(&image, &decision.records)
}

/// A set-up cluster of unfenced brokers.
pub(crate) fn of_brokers(ids: &[i32]) -> ClusterImage {
    let racks: Vec<_> = ids.iter().map(|&id| (id, None)).collect();
    build(&racks)
}

pub(crate) fn of_racks(brokers: &[(i32, &'static str)]) -> ClusterImage {
    let racks: Vec<_> = brokers.iter().map(|&(id, rack)| (id, Some(rack))).collect();
    build(&racks)
}

fn build(brokers: &[(i32, Option<&str>)]) -> ClusterImage {
    let empty = ClusterImage::empty("test");
    let records = features::bootstrap_records(&features::base_levels()).expect("known levels");
    let bootstrap = features::bootstrap(&empty, &records, 1);
    let image = after(&empty, &bootstrap.records);
    brokers.iter().fold(image, |image, &(id, rack)| {
        join(&image, &registration(id, 0x5000 + id as u128, rack))
    })
}

/// One broker, 1, and topics of one partition.
pub(crate) fn with_topics(names: &[&str]) -> ClusterImage {
    add_topics(&of_brokers(&[1]), names, 1, 1)
}

pub(crate) fn add_topics(
    image: &ClusterImage,
    names: &[&str],
    partitions: i32,
    replication_factor: i16,
) -> ClusterImage {
    let new = |name: &&str| NewTopic::new(name, partitions, replication_factor);
    // One by one, because topics of one request may collide.
    names.iter().fold(image.clone(), |image, name| {
        let request = CreateTopics { topics: vec![new(name)], validate_only: false };
        let chance = &mut Seeded::new(image.topics().len() as u64);
        let decision = create_topics(&image, &request, &Settings::default(), &AnyConfigs, chance);
        decision.results.iter().for_each(|(_, result)| assert!(result.is_ok(), "{result:?}"));
        after(&image, &decision.records)
    })
}

pub(crate) fn fenced(image: &ClusterImage, id: i32) -> ClusterImage {
    let epoch = image.brokers()[&id].epoch;
    let decision =
        fence_broker(image, id, epoch, &Settings::default()).expect("a registered broker");
    after(image, &decision.records)
}

/// Rules for tests: `bad` is no value, `unknown` is no key; `list` and `cleanup.policy` hold lists.
pub(crate) struct AnyConfigs;

impl ConfigRules for AnyConfigs {
    fn check(
        &self,
        _: &ConfigResource,
        overrides: &BTreeMap<String, String>,
    ) -> Result<(), AdminError> {
        match overrides.iter().find(|(key, value)| *key == "unknown" || *value == "bad") {
            Some((key, value)) => {
                let message = format!("{key}={value} does not pass");
                Err(AdminError::new(ErrorKind::InvalidConfig, message))
            }
            None => Ok(()),
        }
    }

    fn is_list(&self, _: ResourceType, key: &str) -> bool {
        ["list", "cleanup.policy"].contains(&key)
    }

    fn default_value(&self, _: ResourceType, key: &str) -> Option<String> {
        (key == "cleanup.policy").then(|| "delete".to_owned())
    }
}
