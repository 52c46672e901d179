//! A dir on a disk that fails on purpose.

use std::sync::mpsc::{Sender, channel};

use crossbeam_channel::Receiver;
use kabuki_log::log_dir::CLEAN_SHUTDOWN;
use kabuki_log::sim::{Faults, SimDisk};

use super::*;
use crate::answer::Answer;
use crate::exit::{Exit, ExitDoor};
use crate::supervision::{Counters, ReturnAddress, Ticket};

/// The epoch of a broker that ends in order.
const EPOCH: i64 = 7;

/// Log dirs `/dir0`, `/dir1`, … on simulated disks.
pub(crate) struct Dirs {
    pub(crate) all: Vec<Arc<LogDirectory>>,
    pub(crate) disks: Vec<SimDisk>,
    exits: Receiver<Exit>,
}

pub(crate) fn dirs(count: u64, metadata_dir: &str) -> Dirs {
    let (exit, exits) = ExitDoor::new();
    let counters = Counters::leak();
    let alarm = Arc::new(Alarm::new(exit, Handle::new(counters), metadata_dir.into()));
    let disks: Vec<SimDisk> = (0..count).map(SimDisk::new).collect();
    let open = |(index, disk): (usize, &SimDisk)| {
        let files = LogDir::open(disk.root()).expect("nobody else has it");
        let path = format!("/dir{index}").into();
        let workers = Pool::start("worker", 1).expect("a thread");
        let readers = Pool::start("reader", 1).expect("a thread");
        let (id, retention) = (Uuid::new_v4(), Handle::new(counters));
        let opened =
            LogDirectory::open(path, id, files, workers, readers, retention, alarm.clone());
        Arc::new(opened.expect("whole"))
    };
    let all = disks.iter().enumerate().map(open).collect();
    Dirs { all, disks, exits }
}

impl Dirs {
    /// Whether the dir is marked as left whole.
    fn is_marked(&self, index: usize) -> bool {
        self.disks[index].root().exists(CLEAN_SHUTDOWN).expect("readable")
    }

    /// Whether the process was asked to end.
    pub(crate) fn is_over(&self) -> bool {
        !self.exits.is_empty()
    }

    fn fail(&self, index: usize) {
        self.all[index].failed(&"on purpose");
    }
}

#[test]
fn a_dir_that_failed_is_not_marked_as_left_whole() {
    let dirs = dirs(2, "/dir0");
    let disk = &dirs.disks[1];
    disk.set_faults(Faults { fail_at_step: Some(disk.step() + 1), ..Faults::default() });
    let error = dirs.all[1].store_checkpoints().expect_err("the disk fails once");
    dirs.all[1].failed_with("cannot write a checkpoint", &error);
    assert!(dirs.all[1].is_offline() && !dirs.all[0].is_offline());
    dirs.all.iter().for_each(|dir| dir.finish(EPOCH).expect("the disk works again"));
    assert_eq!([dirs.is_marked(0), dirs.is_marked(1)], [true, false]);
}

#[test]
fn what_is_wrong_with_a_file_says_nothing_of_the_disk() {
    let dirs = dirs(1, "/dir0");
    let damaged = io::Error::new(io::ErrorKind::InvalidData, "no batch");
    dirs.all[0].failed_with("cannot read", &damaged);
    assert!(!dirs.all[0].is_offline());
    dirs.all[0].failed_with("cannot read", &io::Error::other("no disk"));
    assert!(dirs.all[0].is_offline());
}

#[test]
fn too_many_open_files_are_not_the_disks_failure() {
    let dirs = dirs(1, "/dir0");
    let too_many = rustix::io::Errno::MFILE.into();
    dirs.all[0].failed_with("cannot open", &too_many);
    dirs.all[0].left_open("cannot close", &too_many);
    assert!(!dirs.all[0].is_offline());
    dirs.all[0].finish(EPOCH).expect("the disk works");
    assert!(!dirs.is_marked(0), "a log that could not be closed is not whole");
}

#[test]
fn the_process_ends_with_the_dir_of_the_metadata_log_or_with_the_last() {
    for (metadata_dir, ended_by, why) in [("/dir1", 1, "/dir1"), ("/elsewhere", 2, "all log dirs")]
    {
        let dirs = dirs(3, metadata_dir);
        for index in 0..=ended_by {
            assert!(!dirs.is_over(), "the others go on");
            dirs.fail(index);
            dirs.fail(index);
        }
        let ended: Vec<Exit> = dirs.exits.try_iter().collect();
        assert!(matches!(&ended[..], [Exit::Fatal(what)] if what.contains(why)), "{ended:?}");
    }
}

struct Desk(Sender<Answer>);

impl ReturnAddress for Desk {
    fn deliver(&self, _: Ticket, answer: Answer) {
        self.0.send(answer).expect("the test listens");
    }
}

#[test]
fn one_measurement_of_the_volume_answers_all_who_wait() {
    let dirs = dirs(1, "/dir0");
    let dir = dirs.all[0].clone();
    let (sender, answers) = channel();
    let desk: Arc<dyn ReturnAddress> = Arc::new(Desk(sender));
    let ask = || dir.measure_volume(Reply::new(desk.clone(), Ticket { slot: 0, part: 0 }));

    // The only thread is held up until all have asked.
    let (go_on, held_up) = channel::<()>();
    let (begun, is_held_up) = channel();
    dir.workers.submit(move || {
        begun.send(()).expect("the test listens");
        held_up.recv().expect("the test goes on");
    });
    is_held_up.recv().expect("the thread runs");
    (0..3).for_each(|_| ask());
    assert_eq!(dir.workers.queued(), 1);
    go_on.send(()).expect("the thread waits");
    for _ in 0..3 {
        let answer = answers.recv().expect("an answer");
        assert!(matches!(answer, Answer::Volume(_)), "{answer:?}");
    }
    ask();
    assert!(matches!(answers.recv(), Ok(Answer::Volume(_))), "measured anew");
}
