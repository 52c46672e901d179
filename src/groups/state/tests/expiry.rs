//! Offsets that grow too old (KIP-211), and topics that are gone.

use super::*;

const DAY_MS: u64 = 24 * 3_600_000;

/// Offsets are kept for a day, and looked at every hour.
fn scene() -> Scene {
    Scene::with(Settings {
        initial_rebalance_delay_ms: 0,
        offsets_retention_ms: DAY_MS,
        offsets_retention_check_interval_ms: 3_600_000,
        ..Settings::default()
    })
}

#[test]
fn an_offset_of_a_simple_group_ages_from_its_commit_and_the_group_goes_with_the_last() {
    let mut scene = scene();
    scene.commit("g", "t", 1);
    scene.pass(DAY_MS / 2);
    scene.commit("g", "u", 2);
    scene.pass(DAY_MS / 2);
    assert_eq!((scene.committed("g", "t"), scene.committed("g", "u")), (-1, 2));
    assert_eq!(scene.list(&[], &[]), ["g"]);
    scene.pass(DAY_MS / 2);
    assert_eq!(scene.list(&[], &[]), [""; 0]);
    // Two commits, two tombstones, and one of the group.
    assert_eq!(scene.log.len(), 5);
    scene.reload();
    assert!(scene.state.is_empty());
}

#[test]
fn a_commit_keeps_an_offset_for_as_long_again() {
    let mut scene = scene();
    for offset in 0..5 {
        scene.commit("g", "t", offset);
        scene.pass(DAY_MS - 3_600_000);
    }
    assert_eq!(scene.committed("g", "t"), 4);
}

#[test]
fn a_client_may_say_how_long_its_offset_is_kept() {
    let mut scene = scene();
    let mut ask = commit("g", "short", 1);
    ask.commit.retention_ms = Some(1);
    scene.ask(Request::Commit(ask));
    let mut ask = commit("g", "long", 1);
    ask.commit.retention_ms = Some(10 * DAY_MS as i64);
    scene.ask(Request::Commit(ask));
    scene.pass(5 * DAY_MS);
    assert_eq!((scene.committed("g", "short"), scene.committed("g", "long")), (-1, 1));
}

#[test]
fn offsets_of_a_group_that_had_members_age_together_from_when_it_is_empty() {
    let mut scene = scene();
    let id = scene.stable("g");
    let of_member = |generation| CommitAsk {
        member_id: id.clone(),
        generation_or_epoch: generation,
        ..commit("g", "read", 1)
    };
    scene.ask(Request::Commit(of_member(1)));
    // While a member reads the topic its offsets stay, however old.
    for _ in 0..2 * DAY_MS / 9_000 {
        scene.pass(9_000);
        assert_eq!(scene.heartbeat("g", &id, 1), None);
    }
    assert_eq!(scene.committed("g", "read"), 1);
    scene.leave("g", &id);
    scene.pass(DAY_MS - 3_600_000);
    assert_eq!(scene.committed("g", "read"), 1);
    // The change of state is written down, so that it counts on after a replay.
    scene.reload();
    assert_eq!(scene.state_of("g"), Some("Empty"));
    scene.pass(2 * 3_600_000);
    assert_eq!(scene.state_of("g"), None);
    scene.reload();
    assert!(scene.state.is_empty());
}

#[test]
fn offsets_that_no_member_reads_age_while_there_are_members() {
    let mut scene = scene();
    scene.commit("g", "read", 1);
    scene.commit("g", "other", 1);
    let id = scene.stable("g");
    for _ in 0..(DAY_MS + 3_600_000) / 9_000 {
        scene.pass(9_000);
        scene.heartbeat("g", &id, 1);
    }
    scene.pass(0);
    assert_eq!((scene.committed("g", "read"), scene.committed("g", "other")), (1, -1));
    assert_eq!(scene.state_of("g"), Some("Stable"));
}

#[test]
fn an_empty_group_without_offsets_goes_at_the_next_look() {
    let mut scene = scene();
    let id = scene.stable("g");
    scene.leave("g", &id);
    assert_eq!(scene.state_of("g"), Some("Empty"));
    scene.pass(3_600_000);
    assert_eq!(scene.state_of("g"), None);
}

/// `offsets.retention.check.interval.ms` is at least 1; nothing may run for ever without it either.
#[test]
fn looks_without_a_pause_have_one_all_the_same() {
    let mut scene =
        Scene::with(Settings { offsets_retention_check_interval_ms: 0, ..Settings::default() });
    scene.commit("g", "t", 1);
    scene.pass(10);
    assert_eq!(scene.committed("g", "t"), 1);
}

#[test]
fn offsets_go_with_their_topic_in_all_groups() {
    let mut scene = scene();
    let id = Uuid::from_u128(1);
    let commit_for = |scene: &mut Scene, group: &str, topic: &str, id: Uuid| {
        let mut ask = commit(group, topic, 1);
        ask.commit.topics[0].id = id;
        scene.ask(Request::Commit(ask));
    };
    commit_for(&mut scene, "g", "t", id);
    commit_for(&mut scene, "g", "u", Uuid::from_u128(2));
    commit_for(&mut scene, "h", "t", Uuid::nil());
    // Committed for a topic of the same name that was created since.
    commit_for(&mut scene, "i", "t", Uuid::from_u128(3));
    scene.note(Event::TopicsDeleted(vec![("t".to_owned(), id)]));
    for _ in 0..2 {
        let committed = ["g", "h", "i"].map(|group| scene.committed(group, "t"));
        assert_eq!((committed, scene.committed("g", "u")), ([-1, -1, 1], 1));
        assert_eq!(scene.list(&[], &[]), ["g", "h", "i"], "groups stay until the next look");
        assert_eq!(scene.log.len(), 6);
        scene.reload();
    }
    scene.pass(3_600_000);
    assert_eq!(scene.list(&[], &[]), ["g", "i"]);
}

#[test]
fn settings_count_from_when_they_are_told() {
    let mut scene = scene();
    scene.commit("g", "t", 1);
    scene.pass(2 * 3_600_000);
    let settings = Settings { offsets_retention_ms: 3_600_000, ..scene.settings.clone() };
    scene.note(changed(settings));
    assert_eq!(scene.committed("g", "t"), 1);
    scene.pass(3_600_000);
    assert_eq!(scene.committed("g", "t"), -1);
}
