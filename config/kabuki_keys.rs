//! Kabuki's own keys, which begin with `kabuki.`, and those that only exist at run time. None is described to clients
//! unless it is set.

use crate::key::Default::*;
use crate::key::Importance::*;
use crate::key::Rule::*;
use crate::key::UpdateMode::ClusterWide;
use crate::key::{Key, ValueType};

/// Keys that Kafka knows only at run time (its table of broker keys lacks them), sorted by name.
pub(crate) const RUN_TIME_KEYS: &[Key] = &[
    throttle("follower.replication.throttled.rate"),
    throttle("leader.replication.throttled.rate"),
    throttle("replica.alter.log.dirs.io.max.bytes.per.second"),
];

/// Bytes per second; none is no limit.
const fn throttle(name: &'static str) -> Key {
    Key::new(name, ValueType::Long, Null, AtLeast(0), Medium).internal().dynamic(ClusterWide)
}

/// Far more threads than any machine has cores, and few enough that a slip of the finger exhausts nothing.
const ARBITERS_MAX: i64 = 1024;

/// A pause that every actor makes now and then is not to look like a dead broker.
const TURN_DELAY_MS_MAX: i64 = 1000;

/// Sorted by name.
pub(crate) const KABUKI_KEYS: &[Key] = &[
    Key::new("kabuki.arbiters", ValueType::Int, Text("0"), Range(0, ARBITERS_MAX), Medium)
        .internal(),
    Key::new("kabuki.chaos.enabled", ValueType::Boolean, Text("false"), Any, Low).internal(),
    Key::new("kabuki.chaos.seed", ValueType::Long, Text("0"), Any, Low).internal(),
    Key::new(
        "kabuki.chaos.turn.delay.max.ms",
        ValueType::Int,
        Text("0"),
        Range(0, TURN_DELAY_MS_MAX),
        Low,
    )
    .internal(),
    Key::new(
        "kabuki.group.consumer.rebalance.heartbeat.interval.ms",
        ValueType::Int,
        Text("1000"),
        AtLeast(0),
        Medium,
    )
    .internal(),
    Key::new("kabuki.ignore.security", ValueType::Boolean, Text("false"), Any, High).internal(),
    Key::new("kabuki.log.format", ValueType::String, Text("text"), OneOf(&["json", "text"]), Low)
        .internal(),
    Key::new("kabuki.log.level", ValueType::String, Text("info"), NonEmpty, Medium).internal(),
    Key::new(
        "kabuki.ops.listener",
        ValueType::String,
        Text("http://127.0.0.1:9180"),
        LoopbackUrl,
        Medium,
    )
    .internal(),
    Key::new("kabuki.queued.max.response.bytes", ValueType::Long, Text("-1"), AtLeast(-1), Medium)
        .internal(),
];
