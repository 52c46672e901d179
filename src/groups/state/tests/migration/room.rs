//! Turns whose records do not fit into a batch: the groups are as they were, of whatever kind.

use super::*;

/// Less than any record takes.
const NO_ROOM: usize = 10;
const REFUSED: Option<GroupError> = Some(GroupError::UnknownServerError);

impl Scene {
    /// What is known of the groups.
    fn known(&self) -> String {
        let known = |group: &Group| match group {
            Group::Classic(group) => format!("{:?} {:?}", group.state(), group.record()),
            Group::Consumer(group) => format!("{:?}", group.describe(&self.settings, &Foo)),
        };
        let groups = self.state.groups.iter().map(|(id, group)| (id, known(group)));
        format!("{:?}", groups.collect::<Vec<_>>())
    }

    /// Has something done for which there is no room, and sees that nothing came of it.
    fn without_room<T>(&mut self, bytes_max: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let (known, written) = (self.known(), self.log.len());
        self.bytes_max = bytes_max;
        let told = act(self);
        self.bytes_max = usize::MAX;
        assert_eq!(self.known(), known);
        assert_eq!(self.log.len(), written);
        told
    }

    fn delete(&mut self, group: &str) -> Option<GroupError> {
        match self.ask(Request::Delete(vec![group.to_owned()])) {
            Answer::Deleted(results) => results[0].1,
            other => panic!("no answer to DeleteGroups: {other:?}"),
        }
    }
}

fn size(entries: &[Entry]) -> usize {
    entries.iter().map(Entry::size).sum()
}

/// A group of a member `new` and another of the classic protocol, whose id is told.
fn mixed() -> (Scene, String) {
    let mut scene = scene();
    let old = scene.classic_group(None);
    scene.beats(consumer_join("new", None)).unwrap();
    scene.log.clear();
    (scene, old)
}

#[test]
fn a_group_that_does_not_fit_does_not_begin() {
    let mut scene = scene();
    let refused = scene.without_room(NO_ROOM, |scene| scene.beats(consumer_join("new", None)));
    assert_eq!(refused.err(), REFUSED);
    assert!(scene.state.groups.is_empty());
}

#[test]
fn an_emptied_classic_group_stays_with_its_offsets_if_a_member_does_not_fit() {
    let mut scene = scene();
    let old = scene.classic_group(None);
    scene.leaves(&old, None);
    scene.commit("g", "foo", 7);
    let large =
        consumer::HeartbeatRequest { client_id: "c".repeat(1_000), ..consumer_join("new", None) };
    let refused = scene.without_room(1_000, |scene| scene.beats(large));
    assert_eq!(refused.err(), REFUSED);
    let malformed = consumer::HeartbeatRequest {
        subscribed_topic_regex: Some("fo(".to_owned()),
        ..consumer_join("new", None)
    };
    let refused = scene.without_room(usize::MAX, |scene| scene.beats(malformed));
    assert_eq!(refused.err(), Some(GroupError::InvalidRegularExpression));
    assert_eq!((scene.state_of("g"), scene.committed("g", "foo")), (Some("Empty"), 7));

    scene.beats(consumer_join("new", None)).unwrap();
    assert_eq!((scene.kind_of_group(), scene.committed("g", "foo")), ("consumer", 7));
}

/// The member that joins is written together with those that are taken over.
#[test]
fn a_classic_group_goes_on_if_it_does_not_fit_as_a_consumer_group() {
    let mut other = scene();
    other.classic_group(None);
    other.beats(consumer_join("new", None)).unwrap();
    let whole = size(&other.log);
    let taken_over = size(&other.log[..6]);
    for bytes_max in [NO_ROOM, taken_over - 1, taken_over, whole - 1] {
        let mut scene = scene();
        let old = scene.classic_group(None);
        let join = consumer_join("new", None);
        let refused = scene.without_room(bytes_max, |scene| scene.beats(join));
        assert_eq!(refused.err(), REFUSED, "{bytes_max}");
        assert_eq!(scene.heartbeat("g", &old, 1), None);
        scene.bytes_max = whole;
        scene.beats(consumer_join("new", None)).unwrap();
    }
}

#[test]
fn a_consumer_group_goes_on_if_it_does_not_fit_as_a_classic_group() {
    let (mut scene, old) = mixed();
    let refused = scene.without_room(400, |scene| scene.beats(consumer("new", -1)));
    assert_eq!(refused.err(), REFUSED);
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::RebalanceInProgress));
    let leave = |scene: &mut Scene| scene.leaves("new", None);
    assert_eq!(scene.without_room(400, leave), REFUSED);
    assert_eq!(scene.leaves("new", None), None);
    assert!(size(&scene.log) > 400);
    assert_eq!(scene.kind_of_group(), "classic");
}

#[test]
fn a_member_of_the_classic_protocol_that_does_not_fit_neither_joins_nor_leaves() {
    let (mut scene, old) = mixed();
    let join = |scene: &mut Scene| scene.joins(classic_join("", Some("name"), &[]));
    let refused = scene.without_room(NO_ROOM, join);
    assert_eq!(refused, JoinAnswer::refusal("", GroupError::UnknownServerError));
    let again = |scene: &mut Scene| scene.joins(classic_join(&old, None, &[]));
    assert_eq!(scene.without_room(NO_ROOM, again).error, REFUSED);
    let leave = |scene: &mut Scene| scene.leave("g", &old);
    let refused = classic::LeaveAnswer::refusal(GroupError::UnknownServerError);
    let refused = Answer::Classic(classic::Answer::Leave(refused));
    assert_eq!(scene.without_room(NO_ROOM, leave), refused);
    assert_eq!(scene.joins(classic_join(&old, None, &[])).error, None);
}

#[test]
fn a_member_that_cannot_be_fenced_now_does_not_keep_the_others_from_what_is_due() {
    let (mut scene, old) = mixed();
    let other = scene.stable("other");
    scene.bytes_max = NO_ROOM;
    scene.pass(9_000);
    assert_eq!(scene.heartbeat("other", &other, 1), None);
    scene.pass(60_000);
    assert_eq!(scene.kind_of_group(), "consumer");
    assert_eq!(scene.heartbeat("other", &other, 1), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::RebalanceInProgress));
    scene.bytes_max = usize::MAX;
    scene.pass(500);
    assert_eq!(
        (scene.kind_of_group(), scene.state_of("g")),
        ("classic", Some("PreparingRebalance"))
    );
}

#[test]
fn an_emptied_consumer_group_stays_if_its_end_does_not_fit() {
    let mut scene = scene();
    scene.beats(consumer_join("new", None)).unwrap();
    scene.beats(consumer("new", -1)).unwrap();
    scene.commit("g", "foo", 7);
    let join = |scene: &mut Scene| scene.joins(classic_join("", Some("name"), &[]));
    let refused = scene.without_room(NO_ROOM, join);
    assert_eq!(refused, JoinAnswer::refusal("", GroupError::UnknownServerError));
    assert_eq!(scene.without_room(NO_ROOM, |scene| scene.delete("g")), REFUSED);
    assert_eq!(scene.committed("g", "foo"), 7);
    // Tombstones of a group that is deleted need no room together.
    scene.bytes_max = 100;
    assert_eq!(scene.delete("g"), None);
    assert_eq!(scene.kind_of_group(), "none");
}

/// What a group does is written as a whole, whatever was looked at before in the same turn.
#[test]
fn a_look_at_old_offsets_does_not_divide_what_a_group_does_next() {
    let soon = settings(MigrationPolicy::Bidirectional);
    let mut scene = scene_with(Settings { offsets_retention_check_interval_ms: 1_000, ..soon });
    scene.beats(consumer_join("new", None)).unwrap();
    scene.now.monotonic_ms += 10_000_000;
    let mut effects = Effects::default();
    scene.state.tick(scene.now, &mut effects);
    assert_eq!((effects.records.len(), effects.divisible), (4, false));
}
