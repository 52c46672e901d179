//! When members are to come again.

use super::world::*;
use crate::consumer::{HeartbeatRequest, MemberState};
use crate::settings::ConsumerSettings;

const USUAL_MS: i32 = 5_000;
const SOONER_MS: i32 = 1_000;

/// With what is the default of a broker.
fn world() -> World {
    let mut world = World::new();
    world.settings.rebalance_heartbeat_interval_ms = Some(1_000);
    world
}

/// What the member is told.
fn told_ms(world: &mut World, request: &HeartbeatRequest) -> i32 {
    world.ask(request).ok().heartbeat_interval_ms
}

#[test]
fn who_joins_comes_again_soon_and_then_as_usual() {
    let mut world = world();
    assert_eq!(told_ms(&mut world, &join("m", &["foo"])), SOONER_MS);
    assert_eq!(world.seen("m").0, MemberState::Stable);
    assert_eq!(told_ms(&mut world, &beat("m", 2)), USUAL_MS);
    assert_eq!(told_ms(&mut world, &join("m", &["foo"])), SOONER_MS, "it joins again");
}

#[test]
fn who_has_something_to_give_up_or_waits_for_it_comes_soon() {
    let mut world = world();
    world.ask(&join("a", &["foo"]));
    world.ask(&join("b", &["foo"]));
    assert_eq!(world.seen("b").0, MemberState::UnreleasedPartitions);
    assert_eq!(told_ms(&mut world, &beat("b", 3)), SOONER_MS, "a has them");
    assert_eq!(told_ms(&mut world, &beat("a", 2)), SOONER_MS);
    assert_eq!(world.seen("a").0, MemberState::UnrevokedPartitions);
    assert_eq!(told_ms(&mut world, &beat("a", 2)), SOONER_MS, "it still has them");
    assert_eq!(told_ms(&mut world, &owns("a", 2, &[0, 1, 2])), USUAL_MS);
    assert_eq!(told_ms(&mut world, &beat("b", 3)), USUAL_MS, "it has got them");
    assert_eq!(world.seen("b"), (MemberState::Stable, 3, vec![3, 4, 5]));
}

#[test]
fn all_come_soon_until_the_target_is_computed() {
    let mut world = world();
    world.settings.consumer.assignment_interval_ms = 1_000;
    world.ask(&join("a", &["foo"]));
    world.ask(&beat("a", 2));
    world.pass(500);
    world.ask(&join("b", &["foo"]));
    assert_eq!(world.seen("b").0, MemberState::Stable);
    assert_eq!(told_ms(&mut world, &beat("a", 2)), SOONER_MS);
    assert_eq!(told_ms(&mut world, &beat("b", 2)), SOONER_MS);
}

#[test]
fn who_brings_a_pattern_comes_soon_until_it_is_assigned() {
    let mut world = world();
    let by = |pattern: &str, epoch| HeartbeatRequest {
        subscribed_topic_regex: Some(pattern.to_owned()),
        ..beat("m", epoch)
    };
    world.ask(&join("m", &[]));
    assert_eq!(told_ms(&mut world, &beat("m", 1)), USUAL_MS);
    assert_eq!(told_ms(&mut world, &by("fo+", 1)), SOONER_MS);
    assert!(world.seen("m").2.is_empty(), "the pattern was resolved after that");
    assert_eq!(told_ms(&mut world, &beat("m", 1)), USUAL_MS);
    assert_eq!(world.seen("m").2.len(), 6);
}

#[test]
fn nobody_is_told_more_than_the_interval_of_the_group() {
    let mut world = world();
    world.settings.rebalance_heartbeat_interval_ms = Some(60_000);
    assert_eq!(told_ms(&mut world, &join("a", &["foo"])), USUAL_MS);
    assert_eq!(told_ms(&mut world, &join("b", &["foo"])), USUAL_MS);
    world.settings.rebalance_heartbeat_interval_ms = Some(1_000);
    world.group.configure(Some(ConsumerSettings {
        heartbeat_interval_ms: 700,
        ..world.settings.consumer.clone()
    }));
    assert_eq!(told_ms(&mut world, &join("c", &["foo"])), 700);
}

#[test]
fn without_the_setting_all_are_told_what_kafka_tells() {
    let mut world = world();
    world.settings.rebalance_heartbeat_interval_ms = None;
    assert_eq!(told_ms(&mut world, &join("a", &["foo"])), USUAL_MS);
    assert_eq!(told_ms(&mut world, &join("b", &["foo"])), USUAL_MS);
    assert_eq!(told_ms(&mut world, &beat("a", 2)), USUAL_MS);
}

#[test]
fn who_leaves_is_told_nothing() {
    let mut world = world();
    let named = |epoch| HeartbeatRequest { instance_id: Some("i".to_owned()), ..beat("m", epoch) };
    let joins = HeartbeatRequest { instance_id: Some("i".to_owned()), ..join("m", &["foo"]) };
    world.ask(&joins);
    assert_eq!(told_ms(&mut world, &named(-2)), 0);
    assert_eq!(told_ms(&mut world, &named(-1)), 0);
}
