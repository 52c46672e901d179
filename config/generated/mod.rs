//! The tables read out of Apache Kafka's jars; see `tests/interop/config`.

mod broker_keys;
mod client_metrics_keys;
mod group_keys;
mod topic_keys;

pub(crate) use broker_keys::BROKER_KEYS;
pub(crate) use client_metrics_keys::CLIENT_METRICS_KEYS;
pub(crate) use group_keys::GROUP_KEYS;
pub(crate) use topic_keys::TOPIC_KEYS;
