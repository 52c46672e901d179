//! The keys of a subscription to client metrics, sorted by name.
//!
//! Written by tests/interop/config/write from the jars of Apache Kafka 4.3.1. Do not edit.

use crate::key::{Default::*, Importance::*, Key, Rule::*, ValueType::*};

#[rustfmt::skip]
pub(crate) const CLIENT_METRICS_KEYS: &[Key] = &[
    Key::new("interval.ms", Int, Text("300000"), Any, Medium),
    Key::new("match", List, Text(""), ListOf { allowed: &[], may_be_empty: true, may_be_null: false }, Medium),
    Key::new("metrics", List, Text(""), ListOf { allowed: &[], may_be_empty: true, may_be_null: false }, Medium),
];
