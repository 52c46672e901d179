//! A partition on a disk that fails on purpose.

use std::sync::mpsc::{Receiver, Sender, channel};

use actix_rt::Arbiter;
use kabuki_config::{LoadRequest, Settings};
use kabuki_log::sim::{Faults, SimDisk};
use kabuki_log::{AppendError, OffsetQuery, Recovery};
use kabuki_records::builder::BatchBuilder;
use kabuki_replication::{Reader, ReplicaError};
use uuid::Uuid;

use super::*;
use crate::answer::Answer;
use crate::context::BrokerContext;
use crate::exit::ExitDoor;
use crate::log_dir::LogDirectory;
use crate::log_dir::tests::{Dirs, dirs};
use crate::supervision::{
    Brood, Child, Handle, Policy, Pool, Reply, ReturnAddress, Supervise, Ticket,
};

/// The supervisor.
struct Root(Brood<Root>);

impl Play for Root {
    const KIND: Kind = Kind::Broker;
}

impl Supervise for Root {
    fn brood(&self) -> &Brood<Self> {
        &self.0
    }

    fn give_up(&mut self, path: &str) {
        panic!("{path} is not vital");
    }
}

/// Passes answers on to the test.
struct Desk(Sender<Answer>);

impl ReturnAddress for Desk {
    fn deliver(&self, _ticket: Ticket, answer: Answer) {
        let _ = self.0.send(answer);
    }
}

/// A partition in the second of two log dirs, and who asks it.
struct Hosted {
    context: Arc<BrokerContext>,
    dirs: Dirs,
    handle: Handle<Partition>,
    desk: Arc<dyn ReturnAddress>,
    answers: Receiver<Answer>,
    _data: tempfile::TempDir,
}

fn context() -> (Arc<BrokerContext>, tempfile::TempDir) {
    let data = tempfile::tempdir().expect("a temporary dir");
    let overrides = vec![format!("log.dirs={}", data.path().display())];
    let request = LoadRequest { file: None, env: Vec::new(), overrides };
    let loaded = Settings::load(request).expect("the profile with another dir");
    let loggers = crate::loggers::Loggers::unheard();
    let context = crate::process::make_context(loaded, loggers, &ExitDoor::new().0);
    (context.expect("an empty dir"), data)
}

impl Hosted {
    /// Syncs after every record if it is to.
    async fn new(syncs: bool) -> Self {
        let dirs = dirs(2, "/dir0");
        let (context, data) = context();
        let mut config = context.live().config.topics.defaults.clone();
        config.flush_messages = if syncs { 1 } else { u64::MAX };
        let handle = Handle::new(context.tree.counters());
        let seed = Arc::new(PartitionSeed::new(
            context.clone(),
            "orders".into(),
            Uuid::from_u128(4711),
            0,
            0,
            dirs.all[1].clone(),
            handle.clone(),
            Arc::new(config),
            0,
            Recovery::default(),
            Latch::new(|| {}),
        ));
        let root = Handle::new(context.tree.counters());
        let openers = Pool::start("opener", 1).expect("a thread");
        let brood = Brood::new("test", context.tree.clone(), root.clone(), openers);
        let own = brood.clone();
        brood.add_once("root", &Arbiter::current(), root, move || Root(own));
        let child = Child { arbiter: Arbiter::current(), seed, handle: handle.clone() };
        brood.add::<Partition>("orders-0", child, Policy::PATIENT);
        let (sender, answers) = channel();
        let desk = Arc::new(Desk(sender));
        let hosted = Self { context, dirs, handle, desk, answers, _data: data };
        until(|| hosted.handle.is_live().then_some(())).await;
        hosted
    }

    fn disk(&self) -> &SimDisk {
        &self.dirs.disks[1]
    }

    fn dir(&self) -> &LogDirectory {
        &self.dirs.all[1]
    }

    fn token<R: Into<Answer>>(&self) -> Reply<R> {
        Reply::new(self.desk.clone(), Ticket { slot: 0, part: 0 })
    }

    async fn answer(&self) -> Answer {
        until(|| self.answers.try_recv().ok()).await
    }

    /// Appends one record, as a client.
    async fn append(&self) -> Result<(), AppendFailure> {
        self.append_expecting(None).await
    }

    async fn append_expecting(&self, expected: Option<Expected>) -> Result<(), AppendFailure> {
        let mut batch = BatchBuilder::new();
        batch.push(1000, None, Some(b"value"), &[]);
        let records = batch.build().expect("a record");
        self.handle.tell(Append { records, produce_version: 9, expected, reply: self.token() });
        match self.answer().await {
            Answer::Append(answer) => answer.map(drop).map_err(|refused| refused.why),
            other => panic!("{other:?}"),
        }
    }

    /// Looks an offset up.
    async fn look_up(&self, query: OffsetQuery) -> Result<i64, Refusal> {
        let (query, reader, reply) = (Some(query), Reader::Uncommitted, self.token());
        self.handle.tell(LookUp { query, current_leader_epoch: -1, reader, reply });
        match self.answer().await {
            Answer::Offset(found) => found.map(|found| found.expect("it is there").offset),
            other => panic!("{other:?}"),
        }
    }

    fn assert_others_go_on(&self) {
        assert!(!self.dirs.all[0].is_offline());
        assert!(!self.dirs.is_over(), "the process goes on");
    }
}

async fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
    loop {
        if let Some(found) = found() {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

#[actix::test]
async fn a_write_that_fails_takes_the_dir_offline_before_it_is_answered() {
    let hosted = Hosted::new(false).await;
    hosted.append().await.expect("the disk works");
    assert!(matches!(hosted.look_up(OffsetQuery::Latest).await, Ok(1)));
    let next = hosted.disk().step() + 1;
    hosted.disk().set_faults(Faults { fail_at_step: Some(next), ..Faults::default() });
    let failure = hosted.append().await.expect_err("the disk fails");
    assert!(matches!(failure, AppendFailure::Log(AppendError::Storage { .. })), "{failure:?}");
    assert!(hosted.dir().is_offline());
    // The disk would do what it is asked again: it is not asked.
    let step = hosted.disk().step();
    assert!(matches!(hosted.append().await, Err(AppendFailure::Offline)));
    assert!(matches!(hosted.look_up(OffsetQuery::Latest).await, Err(Refusal::Offline)));
    hosted.context.tree.retire(|kind| *kind == Kind::Partition);
    until(|| hosted.context.tree.get("test/orders-0").is_none().then_some(())).await;
    assert_eq!(hosted.disk().step(), step, "nothing is written when it is closed either");
    hosted.assert_others_go_on();
}

#[actix::test]
async fn what_a_coordinator_writes_goes_where_it_expects_or_nowhere() {
    let hosted = Hosted::new(false).await;
    hosted.append().await.expect("the disk works");
    let at = |leader_epoch, base_offset| Some(Expected { leader_epoch, base_offset });
    let epoch = 0;
    hosted.append_expecting(at(epoch, 1)).await.expect("the log ends there");
    for stale in [epoch - 1, epoch + 1] {
        let failure = hosted.append_expecting(at(stale, 2)).await.expect_err("another epoch");
        assert!(matches!(failure, AppendFailure::Fenced), "{failure:?}");
    }
    for elsewhere in [1, 3] {
        let failure = hosted.append_expecting(at(epoch, elsewhere)).await.expect_err("elsewhere");
        assert!(matches!(failure, AppendFailure::OtherEnd), "{failure:?}");
    }
    assert!(matches!(hosted.look_up(OffsetQuery::Latest).await, Ok(2)));
}

#[actix::test]
async fn a_sync_that_fails_takes_the_dir_offline() {
    let hosted = Hosted::new(true).await;
    hosted.append().await.expect("the disk works");
    let synced = || hosted.dir().noted("orders", 0).recovery_point;
    until(|| (synced() == 1).then_some(())).await;
    // The write is the next step, the sync follows.
    let sync = hosted.disk().step() + 2;
    hosted.disk().set_faults(Faults { fail_at_step: Some(sync), ..Faults::default() });
    hosted.append().await.expect("written, and answered before the sync");
    until(|| hosted.dir().is_offline().then_some(())).await;
    assert!(matches!(hosted.append().await, Err(AppendFailure::Offline)));
    assert_eq!(synced(), 1, "no more than what was synced");
    hosted.assert_others_go_on();
}

#[actix::test]
async fn a_read_that_fails_takes_the_dir_offline() {
    let hosted = Hosted::new(false).await;
    hosted.append().await.expect("the disk works");
    let next = hosted.disk().step() + 1;
    hosted.disk().set_faults(Faults { crash_at_step: Some(next), ..Faults::default() });
    hosted.disk().root().create_dir("anything").expect_err("the disk is gone from here on");
    let refusal = hosted.look_up(OffsetQuery::At(0)).await.expect_err("it cannot be read");
    assert!(matches!(refusal, Refusal::Replica(ReplicaError::Storage(_))), "{refusal:?}");
    assert!(hosted.dir().is_offline());
    hosted.assert_others_go_on();
}

#[actix::test]
async fn a_log_that_nobody_uses_is_synced_and_gives_its_files_back() {
    let hosted = Hosted::new(false).await;
    let synced = || hosted.dir().noted("orders", 0).recovery_point;
    for count in 1..4 {
        hosted.append().await.expect("the files are made, or opened again");
        hosted.handle.tell(Tick);
        until(|| (synced() == count).then_some(())).await;
        hosted.handle.tell(Tick);
    }
    assert!(matches!(hosted.look_up(OffsetQuery::At(0)).await, Ok(0)));
}

#[test]
fn what_is_due_in_intervals_is_due_for_all_at_once() {
    let due =
        |age_ms| rounds(Duration::from_millis(age_ms), Duration::from_millis(30), UPKEEP_EVERY_MIN);
    assert_eq!([29, 30, 31, 1029, 1030, 2030].map(due), [0, 1, 1, 1, 2, 3]);
}
