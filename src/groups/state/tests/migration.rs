//! Groups with members of both protocols, and groups that change their kind under them.

mod room;
mod simulation;

use std::sync::Arc;

use super::*;
use crate::consumer::{self, HeartbeatAnswer, Partitions};
use crate::embedded;
use crate::records::GroupRecord;
use crate::settings::MigrationPolicy;

const FOO: Uuid = Uuid::from_u128(1);

/// The topic `foo` with four partitions.
struct Foo;

impl Topics for Foo {
    fn by_name(&self, name: &str) -> Option<TopicInfo> {
        (name == "foo").then_some(TopicInfo { id: FOO, partitions: 4 })
    }
    fn name_of(&self, id: Uuid) -> Option<&str> {
        (id == FOO).then_some("foo")
    }
    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        visit("foo");
    }
    fn racks(&self, _: Uuid, _: i32) -> Vec<String> {
        Vec::new()
    }
}

/// Groups are assigned anew whenever they have to be.
fn settings(policy: MigrationPolicy) -> Settings {
    let mut settings =
        Settings { initial_rebalance_delay_ms: 0, migration_policy: policy, ..Settings::default() };
    settings.consumer.assignment_interval_ms = 0;
    settings
}

fn scene() -> Scene {
    scene_with(settings(MigrationPolicy::Bidirectional))
}

fn scene_with(settings: Settings) -> Scene {
    let mut scene = Scene::with(settings);
    scene.see_foo();
    scene
}

/// A consumer's metadata, of version 1: what it reads, and what it has of `foo`.
fn reads_foo(owned: &[i32]) -> Bytes {
    let mut bytes = subscription(&["foo"]).to_vec();
    bytes[1] = 1;
    let owned = embedded::write_assignment(1, [("foo", owned.to_vec())].into_iter());
    // The version in front and the user data behind are not part of it.
    bytes.extend(&owned[2..owned.len() - 4]);
    bytes.into()
}

fn classic_join(id: &str, instance: Option<&str>, owned: &[i32]) -> JoinRequest {
    JoinRequest {
        group_instance_id: instance.map(str::to_owned),
        protocols: vec![Protocol { name: "range".to_owned(), metadata: reads_foo(owned) }],
        ..join("g", id)
    }
}

fn consumer(id: &str, epoch: i32) -> consumer::HeartbeatRequest {
    consumer::HeartbeatRequest {
        api_version: 1,
        group_id: "g".to_owned(),
        member_id: id.to_owned(),
        member_epoch: epoch,
        rebalance_timeout_ms: -1,
        ..consumer::HeartbeatRequest::default()
    }
}

fn consumer_join(id: &str, instance: Option<&str>) -> consumer::HeartbeatRequest {
    consumer::HeartbeatRequest {
        instance_id: instance.map(str::to_owned),
        rebalance_timeout_ms: 60_000,
        subscribed_topic_names: Some(vec!["foo".to_owned()]),
        topic_partitions: Some(Partitions::new()),
        ..consumer(id, 0)
    }
}

fn kind(entry: &Entry) -> String {
    let Entry::Record(record) = entry else { return "other".to_owned() };
    let (name, value) = match record {
        GroupRecord::GroupMetadata(_, value) => ("classic", value.is_some()),
        GroupRecord::ConsumerGroupMetadata(_, value) => ("epoch", value.is_some()),
        GroupRecord::ConsumerGroupPartitionMetadata(_, value) => ("partitions", value.is_some()),
        GroupRecord::ConsumerGroupMemberMetadata(_, value) => ("member", value.is_some()),
        GroupRecord::ConsumerGroupTargetAssignmentMetadata(_, value) => {
            ("target-epoch", value.is_some())
        }
        GroupRecord::ConsumerGroupTargetAssignmentMember(_, value) => ("target", value.is_some()),
        GroupRecord::ConsumerGroupCurrentMemberAssignment(_, value) => ("current", value.is_some()),
        _ => ("other", true),
    };
    format!("{}{name}", if value { "" } else { "-" })
}

impl Scene {
    fn see_foo(&mut self) {
        let world = World { topics: Arc::new(Foo), ..world(self.settings.clone()) };
        self.note(Event::WorldChanged { world, topics: BTreeSet::new(), created: true });
    }

    fn take_kinds(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log).iter().map(kind).collect()
    }

    fn joins(&mut self, request: JoinRequest) -> JoinAnswer {
        let ticket = self.send(Request::Join(request));
        // A first rebalance waits for nobody, but for the time.
        self.pass(0);
        self.joined(ticket)
    }

    fn join_error(&mut self, request: JoinRequest) -> Option<GroupError> {
        self.joins(request).error
    }

    /// What a member of the classic protocol is given of `foo`.
    fn syncs(&mut self, request: SyncRequest) -> Result<Vec<i32>, GroupError> {
        let Answer::Classic(classic::Answer::Sync(answer)) = self.ask(Request::Sync(request))
        else {
            panic!("no answer to SyncGroup");
        };
        if let Some(error) = answer.error {
            return Err(error);
        }
        if answer.assignment.is_empty() {
            return Ok(Vec::new());
        }
        let assignment = embedded::assignment(&answer.assignment).unwrap();
        Ok(assignment.partitions.into_iter().flat_map(|(_, numbers)| numbers).collect())
    }

    fn beats(
        &mut self,
        request: consumer::HeartbeatRequest,
    ) -> Result<HeartbeatAnswer, GroupError> {
        match self.ask(Request::ConsumerHeartbeat(request)) {
            Answer::Consumer(consumer::Answer::Heartbeat(answer)) => {
                answer.map_err(|refusal| refusal.error)
            }
            other => panic!("no answer to ConsumerGroupHeartbeat: {other:?}"),
        }
    }

    /// The epoch that a member of the new protocol comes to, and its partitions of `foo` if it is told of them.
    fn comes_to(&mut self, request: consumer::HeartbeatRequest) -> (i32, Option<Vec<i32>>) {
        let answer = self.beats(request).unwrap();
        let foo = answer.assignment.map(|it| it.get(&FOO).cloned().unwrap_or_default());
        (answer.member_epoch, foo)
    }

    /// A stable classic group of one member that has all of `foo`, at its first generation.
    fn classic_group(&mut self, instance: Option<&str>) -> String {
        let answer = self.joins(classic_join("", instance, &[]));
        let id = answer.member_id;
        if answer.error == Some(GroupError::MemberIdRequired) {
            assert_eq!(self.join_error(classic_join(&id, instance, &[])), None);
        }
        let all = embedded::write_assignment(1, [("foo", vec![0, 1, 2, 3])].into_iter());
        let request = SyncRequest { assignments: vec![(id.clone(), all)], ..sync("g", &id, 1) };
        assert_eq!(self.syncs(request), Ok(vec![0, 1, 2, 3]));
        self.log.clear();
        id
    }

    fn kind_of_group(&self) -> &'static str {
        match self.state.groups.get("g") {
            Some(Group::Classic(_)) => "classic",
            Some(Group::Consumer(_)) => "consumer",
            None => "none",
        }
    }

    fn leaves(&mut self, id: &str, instance: Option<&str>) -> Option<GroupError> {
        let member = LeavingMember {
            member_id: id.to_owned(),
            group_instance_id: instance.map(str::to_owned),
            reason: None,
        };
        let request = LeaveRequest { group_id: "g".to_owned(), members: vec![member] };
        match self.ask(Request::Leave(request)) {
            Answer::Classic(classic::Answer::Leave(answer)) => {
                answer.error.or_else(|| answer.members[0].error)
            }
            other => panic!("no answer to LeaveGroup: {other:?}"),
        }
    }
}

#[test]
fn a_group_is_upgraded_and_downgraded_member_by_member() {
    let mut scene = scene();
    let old = scene.classic_group(None);
    assert_eq!(scene.comes_to(consumer_join("new", None)), (2, Some(vec![])));
    let upgrade = ["-classic", "member", "epoch", "target", "target-epoch", "current"];
    let join = ["member", "epoch", "target", "target", "target-epoch", "current"];
    assert_eq!(scene.take_kinds(), [upgrade, join].concat());
    assert_eq!(scene.kind_of_group(), "consumer");

    // The classic member gives up two partitions: it joins to be told so, and again when it has.
    let again = Some(GroupError::RebalanceInProgress);
    assert_eq!(scene.heartbeat("g", &old, 1), again);
    let told = scene.joins(classic_join(&old, None, &[0, 1, 2, 3]));
    assert_eq!((told.error, told.generation_id), (None, 1));
    assert_eq!((told.protocol_name.as_deref(), told.leader.as_str()), (Some("range"), ""));
    let kept = scene.syncs(sync("g", &old, 1)).unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(scene.comes_to(consumer("new", 2)), (2, None));
    assert_eq!(scene.heartbeat("g", &old, 1), again);
    assert_eq!(scene.joins(classic_join(&old, None, &kept)).generation_id, 2);
    assert_eq!(scene.syncs(sync("g", &old, 2)), Ok(kept.clone()));
    assert_eq!(scene.heartbeat("g", &old, 2), None);
    let (_, taken) = scene.comes_to(consumer("new", 2));
    assert!(taken.unwrap().iter().all(|partition| !kept.contains(partition)));
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::IllegalGeneration));
    assert_eq!(scene.heartbeat("g", "new", 2), Some(GroupError::UnknownMemberId));

    scene.log.clear();
    assert_eq!(scene.comes_to(consumer("new", -1)).0, -1);
    let downgrade = [
        "-current",
        "-current",
        "-target",
        "-target",
        "-target-epoch",
        "-member",
        "-member",
        "-partitions",
        "-epoch",
        "classic",
    ];
    assert_eq!(scene.take_kinds(), downgrade);
    assert_eq!(scene.kind_of_group(), "classic");
    assert_eq!(scene.heartbeat("g", &old, 2), again);
    assert_eq!(scene.joins(classic_join(&old, None, &kept)).generation_id, 3);
}

/// A rule of Kafka's, whose `GroupMetadataManager` does the same step by step: what a group has become is in its log, and that
/// its members are to join again is not. After a restart what the last member of the new protocol had has no owner, until
/// the next rebalance.
#[test]
fn a_coordinator_that_restarts_after_a_downgrade_forgets_the_rebalance() {
    let mut scene = scene();
    let old = scene.classic_group(None);
    scene.beats(consumer_join("new", None)).unwrap();
    assert_eq!(scene.joins(classic_join(&old, None, &[])).generation_id, 2);
    scene.beats(consumer("new", -1)).unwrap();
    assert_eq!(scene.state_of("g"), Some("PreparingRebalance"));

    scene.reload();
    scene.see_foo();
    assert_eq!(scene.state_of("g"), Some("Stable"));
    assert_eq!(scene.syncs(sync("g", &old, 2)), Ok(vec![0, 1]));
    for _ in 0..6 {
        scene.pass(5_000);
        assert_eq!(scene.heartbeat("g", &old, 2), None);
    }

    let young = scene.joins(classic_join("", None, &[])).member_id;
    let waiting = scene.send(Request::Join(classic_join(&young, None, &[])));
    assert_eq!(scene.heartbeat("g", &old, 2), Some(GroupError::RebalanceInProgress));
    assert_eq!(scene.joins(classic_join(&old, None, &[])).members.len(), 2);
    assert_eq!(scene.joined(waiting).generation_id, 3);
}

/// A rule of Kafka's, whose `GroupMetadataManager` does the same step by step: a group that becomes a classic one takes its
/// members to have what they shall have. If it changes back before they have joined again, what one of them is still to
/// give up is another's at once. It is refused with its next heartbeat.
#[test]
fn a_group_that_is_classic_for_a_moment_gives_away_what_a_member_works_on() {
    let mut scene = scene();
    let old = scene.classic_group(None);
    assert_eq!(scene.comes_to(consumer_join("new", None)), (2, Some(vec![])));
    scene.beats(consumer("new", -1)).unwrap();
    assert_eq!(scene.state_of("g"), Some("PreparingRebalance"));
    // The old member has 0 to 3, and has not heard of any of this.
    assert_eq!(scene.comes_to(consumer_join("newer", None)), (3, Some(vec![2, 3])));
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::IllegalGeneration));
    assert_eq!(scene.heartbeat("g", &old, 2), Some(GroupError::RebalanceInProgress));
}

#[test]
fn the_log_tells_of_each_change_of_kind() {
    let mut scene = scene();
    scene.commit("g", "foo", 7);
    let old = scene.joins(classic_join("", None, &[])).member_id;
    scene.joins(classic_join(&old, None, &[]));
    scene.syncs(sync("g", &old, 1)).unwrap();
    let describe = |scene: &mut Scene| {
        let groups = vec!["g".to_owned()];
        let consumer = scene.ask(Request::ConsumerDescribe(groups.clone()));
        (consumer, scene.ask(Request::Describe(groups)), scene.committed("g", "foo"))
    };
    for (request, kind) in
        [(consumer_join("new", None), "consumer"), (consumer("new", -1), "classic")]
    {
        scene.beats(request).unwrap();
        assert_eq!(scene.kind_of_group(), kind);
        if kind == "classic" {
            // What is read of a log is at rest.
            scene.joins(classic_join(&old, None, &[]));
            scene.syncs(sync("g", &old, 3)).unwrap();
        }
        let before = describe(&mut scene);
        scene.reload();
        scene.see_foo();
        assert_eq!(describe(&mut scene), before);
    }
}

#[test]
fn whoever_waits_in_a_classic_group_joins_again_after_the_upgrade() {
    let mut scene = scene();
    let old = scene.classic_group(None);
    let young = scene.joins(classic_join("", None, &[])).member_id;
    let waiting = scene.send(Request::Join(classic_join(&young, None, &[])));
    assert!(!scene.answers.contains_key(&waiting));
    scene.beats(consumer_join("new", None)).unwrap();
    let refused = JoinAnswer::refusal(&young, GroupError::RebalanceInProgress);
    assert_eq!(scene.joined(waiting), refused);
    assert_eq!(scene.joins(classic_join(&young, None, &[])).generation_id, 2);
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::RebalanceInProgress));
    // It has not synced within its rebalance timeout.
    scene.pass(1);
    for _ in 0..13 {
        scene.heartbeat("g", &young, 2);
        let _kept_alive = scene.beats(consumer("new", 2));
        scene.pass(5_000);
    }
    assert_eq!(scene.heartbeat("g", &young, 2), Some(GroupError::UnknownMemberId));
}

#[test]
fn an_upgrade_that_may_not_be_leaves_no_trace() {
    let not_found = Err(GroupError::GroupIdNotFound);
    for policy in [MigrationPolicy::Disabled, MigrationPolicy::Downgrade] {
        let mut scene = scene_with(settings(policy));
        let old = scene.classic_group(None);
        assert_eq!(scene.beats(consumer_join("new", None)), not_found);
        assert_eq!((scene.kind_of_group(), scene.take_kinds().len()), ("classic", 0));
        assert_eq!(scene.heartbeat("g", &old, 1), None);
    }
    let mut small = settings(MigrationPolicy::Bidirectional);
    small.consumer_max_size = 1;
    let mut full = scene_with(small);
    full.classic_group(None);
    assert_eq!(full.beats(consumer_join("new", None)), Err(GroupError::GroupMaxSizeReached));
    assert_eq!((full.kind_of_group(), full.take_kinds().len()), ("classic", 0));

    // The clients' assignor left data of its own, or what is no assignment.
    let data = b"\0\0\0\0\0\0\0\0\0\x01u";
    for (bytes, error) in [
        (&data[..], GroupError::GroupIdNotFound),
        (&b"\0"[..], GroupError::GroupIdNotFound),
        (&b"\0\0\x7f\0\0\0"[..], GroupError::UnknownServerError),
    ] {
        let mut scene = scene();
        let id = scene.joins(classic_join("", None, &[])).member_id;
        scene.joins(classic_join(&id, None, &[]));
        let assignments = vec![(id.clone(), Bytes::from_static(bytes))];
        scene.ask(Request::Sync(SyncRequest { assignments, ..sync("g", &id, 1) }));
        assert_eq!(scene.beats(consumer_join("new", None)), Err(error));
        assert_eq!(scene.heartbeat("g", &id, 1), None);
    }
}

#[test]
fn joining_in_the_classic_protocol_is_refused_where_it_must_be() {
    let mut scene = scene();
    scene.beats(consumer_join("new", None)).unwrap();
    let mut other_type = classic_join("a", None, &[]);
    other_type.protocol_type = "connect".to_owned();
    let inconsistent = Some(GroupError::InconsistentGroupProtocol);
    assert_eq!(scene.join_error(other_type), inconsistent);
    assert_eq!(scene.join_error(classic_join("", None, &[])), Some(GroupError::MemberIdRequired));
    let mut early = classic_join("", None, &[]);
    early.version = 3;
    let joined = scene.joins(early);
    assert_eq!((joined.error, joined.generation_id), (None, 3));
    let mut sticky = classic_join("b", None, &[]);
    sticky.protocols[0].name = "sticky".to_owned();
    assert_eq!(scene.join_error(sticky), inconsistent, "a member knows range alone");
    let mut garbage = classic_join("b", None, &[]);
    garbage.protocols[0].metadata = Bytes::from_static(b"\0");
    assert_eq!(scene.join_error(garbage), Some(GroupError::UnknownServerError));
    let mut brief = classic_join("b", None, &[]);
    brief.session_timeout_ms = 1;
    assert_eq!(scene.join_error(brief), Some(GroupError::InvalidSessionTimeout));
    let unknown = classic_join("b", Some("i"), &[]);
    assert_eq!(scene.join_error(unknown), Some(GroupError::UnknownMemberId));

    let id = joined.member_id;
    let mut other_name = sync("g", &id, 3);
    other_name.protocol_name = Some("sticky".to_owned());
    assert_eq!(scene.syncs(other_name), Err(GroupError::InconsistentGroupProtocol));
    assert_eq!(scene.syncs(sync("g", &id, 2)), Err(GroupError::IllegalGeneration));
    assert_eq!(scene.syncs(sync("g", "new", 2)), Err(GroupError::UnknownMemberId));
    assert_eq!(scene.syncs(sync("g", &id, 3)), Ok(vec![]));

    let mut disabled = scene_with(settings(MigrationPolicy::Disabled));
    disabled.beats(consumer_join("new", None)).unwrap();
    assert_eq!(disabled.join_error(classic_join("a", None, &[])), inconsistent);
}

#[test]
fn an_empty_consumer_group_gives_way_to_nobody_who_is_refused() {
    let mut scene = scene();
    scene.beats(consumer_join("new", None)).unwrap();
    scene.beats(consumer("new", -1)).unwrap();
    scene.take_kinds();
    let unknown = Some(GroupError::UnknownMemberId);
    assert_eq!(scene.join_error(classic_join("new", None, &[])), unknown);
    let mut other_type = classic_join("a", None, &[]);
    other_type.protocol_type = "connect".to_owned();
    assert_eq!(scene.join_error(other_type), unknown);
    assert_eq!(scene.take_kinds(), Vec::<String>::new());
    assert_eq!(scene.join_error(classic_join("", None, &[])), Some(GroupError::MemberIdRequired));
    assert!(scene.take_kinds().contains(&"-epoch".to_owned()));
}

#[test]
fn a_classic_member_that_does_not_come_back_is_fenced() {
    // Told to join again and does not, though it is heard of.
    let mut scene = scene();
    let old = scene.classic_group(None);
    scene.beats(consumer_join("new", None)).unwrap();
    for _ in 0..12 {
        assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::RebalanceInProgress));
        scene.beats(consumer("new", 2)).unwrap();
        scene.pass(5_000);
    }
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.comes_to(consumer("new", 2)), (3, Some(vec![0, 1, 2, 3])));

    // Not heard of, for its own session timeout.
    let mut scene = self::scene();
    let old = scene.classic_group(None);
    scene.beats(consumer_join("new", None)).unwrap();
    scene.pass(10_000);
    assert_eq!(scene.heartbeat("g", &old, 1), Some(GroupError::UnknownMemberId));
}

#[test]
fn the_last_member_of_the_new_protocol_is_missed_and_the_group_is_classic_again() {
    for (policy, kind) in
        [(MigrationPolicy::Bidirectional, "classic"), (MigrationPolicy::Upgrade, "consumer")]
    {
        let mut scene = scene_with(settings(policy));
        let old = scene.classic_group(None);
        scene.beats(consumer_join("new", None)).unwrap();
        for _ in 0..9 {
            scene.heartbeat("g", &old, 1);
            scene.pass(5_000);
        }
        assert_eq!(scene.kind_of_group(), kind);
    }
}

#[test]
fn a_static_member_moves_to_the_new_protocol_and_back() {
    let mut scene = scene();
    let old = scene.classic_group(Some("i"));
    assert_eq!(scene.comes_to(consumer_join("new", Some("i"))), (1, Some(vec![0, 1, 2, 3])));
    assert_eq!(scene.kind_of_group(), "consumer");
    let fenced =
        HeartbeatRequest { group_instance_id: Some("i".to_owned()), ..heartbeat("g", &old, 1) };
    let refused = classic::HeartbeatAnswer { error: Some(GroupError::FencedInstanceId) };
    assert_eq!(
        scene.ask(Request::Heartbeat(fenced)),
        Answer::Classic(classic::Answer::Heartbeat(refused))
    );
    let wrong = classic_join(&old, Some("i"), &[]);
    assert_eq!(scene.join_error(wrong), Some(GroupError::FencedInstanceId));

    scene.log.clear();
    let back = scene.joins(classic_join("", Some("i"), &[]));
    assert_eq!((back.error, back.generation_id), (None, 1));
    let replace = ["-current", "-target", "-member", "member", "target", "current"];
    let change = ["member", "current"];
    let end = ["-current", "-target", "-target-epoch", "-member", "-partitions", "-epoch"];
    let kinds = [&replace[..], &change, &end, &["classic"]].concat();
    assert_eq!(scene.take_kinds(), kinds);
    assert_eq!(scene.kind_of_group(), "classic");
    assert_eq!(scene.syncs(sync("g", &back.member_id, 1)), Ok(vec![0, 1, 2, 3]));
    assert_eq!(scene.heartbeat("g", &back.member_id, 1), None);
}

#[test]
fn members_of_both_protocols_leave_by_leave_group() {
    let mut scene = scene();
    scene.beats(consumer_join("a", None)).unwrap();
    scene.beats(consumer_join("b", Some("i"))).unwrap();
    let classic = scene.joins(classic_join("", Some("j"), &[])).member_id;
    scene.log.clear();
    assert_eq!(scene.leaves("x", None), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.leaves("", None), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.leaves("", Some("x")), Some(GroupError::UnknownMemberId));
    assert_eq!(scene.leaves("a", Some("i")), Some(GroupError::FencedInstanceId));
    assert_eq!(scene.take_kinds().len(), 0);
    assert_eq!(scene.leaves("", Some("i")), None);
    assert_eq!(scene.take_kinds(), ["-current", "-target", "-member", "epoch"]);
    assert_eq!(scene.leaves(&classic, Some("j")), None);
    assert_eq!(scene.leaves("a", None), None);
    let listed = scene.list(&["Empty"], &["consumer"]);
    assert_eq!(listed, ["g"]);
}
