//! A log dir that fails, at the start or at run time: the others go on, and with it back nothing is lost (KIP-858).
//!
//! A dir fails here when its path, or that of a partition in it, is another than it was: what is open stays open, and
//! whatever is to be made or renamed there is refused.

mod asking;

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use kabuki_client::NewTopic;
use kabuki_wire::ResponseError;
use kabuki_wire::messages::BrokerId;

use self::asking::{dir_errors, fetch, list_latest, metadata, produce};
use super::server::{Place, Server, TestClient, kabuki, text, wait_until};

const STORAGE_ERROR: i16 = ResponseError::KafkaStorageError.code();
const NOT_LEADER: i16 = ResponseError::NotLeaderOrFollower.code();
/// The topic of these tests has so many partitions, half of them in each dir.
const PARTITIONS: i32 = 4;

/// Two log dirs, of which the second fails.
struct TwoDirs {
    place: Place,
    failing: PathBuf,
}

impl TwoDirs {
    fn new() -> Self {
        let place = Place::new();
        let failing = place.data().with_file_name("data2");
        Self { place, failing }
    }

    fn start(&mut self, more: &[&str]) -> Server {
        let dirs = self.log_dirs();
        let soon = "log.flush.offset.checkpoint.interval.ms=1000";
        let overrides: Vec<&str> = [&*dirs, soon].into_iter().chain(more.iter().copied()).collect();
        self.place.start_with(&overrides)
    }

    fn log_dirs(&self) -> String {
        format!("log.dirs={},{}", self.place.data().display(), self.failing.display())
    }

    /// The partitions in the dir that fails, and those in the other.
    fn partitions(&self) -> (Vec<i32>, Vec<i32>) {
        (0..PARTITIONS).partition(|it| self.failing.join(format!("t-{it}")).exists())
    }

    /// Puts a file where the dir was.
    fn replace_by_file(&self) {
        fs::rename(&self.failing, self.aside()).expect("renamed");
        fs::write(&self.failing, "").expect("written");
    }

    fn put_back(&self) {
        fs::remove_file(&self.failing).expect("the file that is in the way");
        fs::rename(self.aside(), &self.failing).expect("renamed");
    }

    fn aside(&self) -> PathBuf {
        self.failing.with_file_name("aside")
    }

    fn metric(&self, server: &Server) -> u64 {
        server.metric(&format!("kabuki_log_dir_offline{{dir=\"{}\"}}", self.failing.display()))
    }

    fn wait_until_offline(&self, server: &Server) {
        wait_until("the dir is offline", || self.metric(server) == 1);
    }
}

fn assert_ends_saying(overrides: &[&str], why: &str) {
    let arguments = Place::new().arguments(overrides);
    let output = kabuki().args(arguments).stdin(Stdio::null()).output().expect("it runs");
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
}

#[test]
fn the_other_log_dirs_go_on_and_what_was_in_the_failed_one_comes_back_with_it() {
    let mut dirs = TwoDirs::new();
    let server = dirs.start(&[]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(PARTITIONS));
    let (lost, kept) = dirs.partitions();
    assert_eq!((lost.len(), kept.len()), (2, 2));
    (0..PARTITIONS).for_each(|partition| assert_eq!(produce(&mut client, partition), Ok(0)));
    dirs.replace_by_file();
    // It waits until the failure ends it: with no word from anybody it would for a minute.
    assert_eq!(fetch(&mut client, lost[0], 1, 12), STORAGE_ERROR);
    dirs.wait_until_offline(&server);

    for &partition in &lost {
        assert_eq!(produce(&mut client, partition), Err(STORAGE_ERROR));
        assert_eq!(list_latest(&mut client, partition), (STORAGE_ERROR, -1));
        assert_eq!(fetch(&mut client, partition, 1, 5), NOT_LEADER, "no word for it in version 5");
        let partition = metadata(&mut client).remove(&partition).expect("still there");
        let not_available = ResponseError::LeaderNotAvailable.code();
        assert_eq!((partition.error_code, partition.leader_id.0), (not_available, -1));
        assert_eq!((partition.leader_epoch, partition.isr_nodes), (1, vec![BrokerId(1)]));
        assert_eq!(partition.offline_replicas, [BrokerId(1)]);
    }
    for &partition in &kept {
        assert_eq!(produce(&mut client, partition), Ok(1));
        assert_eq!(metadata(&mut client)[&partition].leader_epoch, 0);
    }
    let errors = [(dirs.place.data(), 0), (dirs.failing.clone(), STORAGE_ERROR)];
    assert_eq!(dir_errors(&mut client), errors);
    client.create(NewTopic::new("new").with_partitions(3));
    assert!((0..3).all(|it| dirs.place.data().join(format!("new-{it}")).exists()));
    wait_until("nobody plays the lost partitions", || {
        server.metric("kabuki_actor_alive{kind=\"partition\"}") == 2 + 3
    });
    server.stop();
    assert!(!dirs.aside().join(".kafka_cleanshutdown").exists(), "it was not left whole");

    let server = dirs.start(&[]);
    let mut client = server.client();
    assert_eq!(dirs.metric(&server), 1);
    assert_eq!(dir_errors(&mut client), errors);
    // As in Kafka: this process never led what is in the dir.
    assert_eq!(produce(&mut client, lost[0]), Err(NOT_LEADER));
    assert_eq!(produce(&mut client, kept[0]), Ok(2));
    server.stop();

    dirs.put_back();
    let server = dirs.start(&[]);
    let mut client = server.client();
    assert_eq!(dirs.metric(&server), 0);
    assert_eq!(metadata(&mut client)[&lost[0]].leader_epoch, 2);
    for partition in lost {
        assert_eq!(produce(&mut client, partition), Ok(1));
        assert_eq!(client.read_all("t", partition).len(), 2);
    }
    server.stop();
}

#[test]
fn a_write_that_fails_is_said_to_have_failed_and_what_was_confirmed_is_there_later() {
    let mut dirs = TwoDirs::new();
    let server = dirs.start(&["log.flush.offset.checkpoint.interval.ms=600000"]);
    let mut client = server.client();
    let topic = NewTopic::new("t").with_partitions(PARTITIONS);
    client.create(topic.with_config("internal.segment.bytes", "4000"));
    let (lost, kept) = dirs.partitions();
    let partition = lost[0];
    assert_eq!(produce(&mut client, partition), Ok(0));
    // The next segment has no directory to be in.
    let directory = dirs.failing.join(format!("t-{partition}"));
    fs::rename(&directory, dirs.aside()).expect("renamed");
    let mut confirmed = 1;
    let refusal = loop {
        match produce(&mut client, partition) {
            Ok(offset) => confirmed = offset + 1,
            Err(code) => break code,
        }
    };
    assert_eq!(refusal, STORAGE_ERROR);
    assert!(confirmed > 1, "the open segment took some");
    assert_eq!(dirs.metric(&server), 1);
    assert_eq!(produce(&mut client, lost[1]), Err(STORAGE_ERROR), "the dir fails as a whole");
    assert_eq!(produce(&mut client, kept[0]), Ok(0));
    server.kill();

    fs::rename(dirs.aside(), &directory).expect("renamed");
    let server = dirs.start(&[]);
    let mut client = server.client();
    assert_eq!(list_latest(&mut client, partition), (0, confirmed));
    assert_eq!(client.read_all("t", partition).len() as i64, confirmed);
    server.stop();
}

#[test]
fn a_topic_that_is_deleted_while_its_dir_is_offline_stays_deleted() {
    let mut dirs = TwoDirs::new();
    let server = dirs.start(&[]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(PARTITIONS));
    let (lost, _) = dirs.partitions();
    (0..PARTITIONS).for_each(|partition| assert_eq!(produce(&mut client, partition), Ok(0)));
    dirs.replace_by_file();
    dirs.wait_until_offline(&server);
    let deleted = client.run(async |client| client.delete_topics(&["t"]).await);
    deleted.expect("an answer").into_iter().for_each(|(_, outcome)| outcome.expect("deleted"));
    client.create(NewTopic::new("t").with_partitions(PARTITIONS));
    assert_eq!(produce(&mut client, lost[0]), Ok(0), "the other dir has room for it");
    server.stop();

    dirs.put_back();
    let server = dirs.start(&[]);
    let mut client = server.client();
    let ends: Vec<_> = (0..PARTITIONS).map(|it| list_latest(&mut client, it).1).collect();
    assert_eq!(ends.iter().sum::<i64>(), 1, "{ends:?}");
    let entries = fs::read_dir(&dirs.failing).expect("it is back");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let strays = names.filter(|name| name.to_string_lossy().ends_with("-stray"));
    assert_eq!(strays.count(), lost.len(), "kept for whoever looks after the dir");
    server.stop();
}

/// A partition that is not where it was may be in the dir that cannot be used: an empty one in its place would hide it.
#[test]
fn a_partition_that_may_be_in_the_missing_dir_is_not_begun_anew() {
    let mut dirs = TwoDirs::new();
    let server = dirs.start(&[]);
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(PARTITIONS));
    let (_, kept) = dirs.partitions();
    let partition = kept[0];
    assert_eq!(produce(&mut client, partition), Ok(0));
    server.stop();
    let directory = dirs.place.data().join(format!("t-{partition}"));
    let moved = dirs.failing.join(format!("t-{partition}"));
    fs::rename(&directory, moved).expect("the dirs are on one volume");
    dirs.replace_by_file();

    let server = dirs.start(&[]);
    let mut client = server.client();
    assert_eq!(produce(&mut client, partition), Err(STORAGE_ERROR));
    assert_eq!(produce(&mut client, kept[1]), Ok(0));
    assert!(!directory.exists());
    server.stop();
    dirs.put_back();
    let server = dirs.start(&[]);
    let mut client = server.client();
    assert_eq!(produce(&mut client, partition), Ok(1));
    assert!(!directory.exists());
    server.stop();
}

#[test]
fn without_the_dir_of_the_metadata_log_the_process_ends() {
    let mut place = Place::new();
    let (metadata, other) = (place.data(), place.data().with_file_name("data2"));
    let log_dirs = format!("log.dirs={},{}", metadata.display(), other.display());
    let mut server = place.start_with(&[&log_dirs, "log.flush.offset.checkpoint.interval.ms=1000"]);
    fs::rename(&metadata, metadata.with_file_name("aside")).expect("renamed");
    fs::write(&metadata, "").expect("written");
    assert_eq!(server.wait().code(), Some(1));
    let why = format!("log dir {} with the metadata log has failed", metadata.display());
    assert!(place.log().contains(&why), "{}", place.log());
    assert_ends_saying(&[&log_dirs], &format!("log dir {}", metadata.display()));
}

/// As when its disk is not mounted. The cluster does not begin anew, with all that is in the other dirs unknown to it.
#[test]
fn an_empty_metadata_dir_beside_one_in_use_keeps_the_broker_from_starting() {
    let mut dirs = TwoDirs::new();
    dirs.start(&[]).stop();
    let metadata = dirs.place.data();
    fs::rename(&metadata, metadata.with_file_name("unmounted")).expect("renamed");
    fs::create_dir(&metadata).expect("an empty dir");
    assert_ends_saying(&[&dirs.log_dirs()], "it has no meta.properties");
    let left: Vec<_> =
        fs::read_dir(&metadata).expect("readable").flatten().map(|it| it.file_name()).collect();
    assert_eq!(left, [".lock"], "nothing else was written to it");
    fs::remove_dir_all(&metadata).expect("removed");
    fs::rename(metadata.with_file_name("unmounted"), &metadata).expect("renamed");
    dirs.start(&[]).stop();
}

#[test]
fn without_any_log_dir_the_process_ends() {
    let place = Place::new();
    let file = place.data().with_file_name("file");
    fs::write(&file, "").expect("written");
    let below = |name: &str| file.join(name).display().to_string();
    let log_dirs = format!("log.dirs={},{}", below("one"), below("other"));
    let metadata = format!("metadata.log.dir={}", place.data().display());
    assert_ends_saying(&[&log_dirs, &metadata], "none of the log dirs can be used");
}

/// What somebody got wrong is not the disk's failure: nobody would look after it if the broker went on.
#[test]
fn a_dir_of_another_node_or_of_no_sense_keeps_the_broker_from_starting() {
    let mut dirs = TwoDirs::new();
    dirs.start(&[]).stop();
    let log_dirs = dirs.log_dirs();
    let meta = dirs.failing.join("meta.properties");
    let good = fs::read_to_string(&meta).expect("formatted");
    for (wrong, why) in [
        (good.replace("node.id=1", "node.id=2"), "its meta.properties says node.id=2"),
        ("no sense".to_owned(), "meta.properties of log dir"),
    ] {
        fs::write(&meta, wrong).expect("written");
        assert_ends_saying(&[&log_dirs], why);
    }
    fs::write(&meta, good).expect("written");
    let server = dirs.start(&[]);
    assert_ends_saying(&[&log_dirs], "is used by another process");
    server.stop();
}
