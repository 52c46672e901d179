//! Consumer groups, driven by the command line: reading as a member, and what `kabuki groups` says and does.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Output, Stdio};

use kabuki_client::NewTopic;
use rustix::process::{Pid, Signal, kill_process};

use super::server::{Place, Server, kabuki, text, wait_until};

const PROTOCOLS: [&str; 2] = ["classic", "consumer"];

fn tool(server: &Server, arguments: &[&str]) -> Output {
    let mut command = kabuki();
    command.args(arguments).args(["--bootstrap-server", server.bootstrap()]);
    command.stdin(Stdio::null()).output().expect("the binary runs")
}

/// The output of a tool that succeeds.
fn said(server: &Server, arguments: &[&str]) -> String {
    let output = tool(server, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What a tool that fails says about it.
fn refused(server: &Server, arguments: &[&str]) -> String {
    let output = tool(server, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// A broker with a topic `t` of two partitions, each of which holds the records 0 to 9.
fn broker_with_records(place: &mut Place) -> Server {
    let server = place.start();
    server.client().create(NewTopic::new("t").with_partitions(2));
    write(&server, 0, 0..10);
    write(&server, 1, 0..10);
    server
}

/// Writes numbers into a partition of `t`.
fn write(server: &Server, partition: i32, numbers: std::ops::Range<u32>) {
    let mut child = kabuki()
        .args(["produce", "t", "--partition", &partition.to_string()])
        .args(["--bootstrap-server", server.bootstrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut input = child.stdin.take().expect("its input is piped");
    for number in numbers {
        writeln!(input, "{partition}/{number}").expect("it reads");
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

/// A member that reads until it is stopped; killed when dropped.
struct Member {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Member {
    fn start(server: &Server, protocol: &str) -> Self {
        let mut child = kabuki()
            .args(["consume", "t", "--group", "g", "--group-protocol", protocol])
            .args(["--from-beginning", "--bootstrap-server", server.bootstrap()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let lines = BufReader::new(child.stdout.take().expect("its output is piped"));
        Self { child, lines }
    }

    /// The next records that it prints.
    fn read(&mut self, count: usize) -> BTreeSet<String> {
        let lines = self.lines.by_ref().lines().take(count);
        lines.map(|line| line.expect("text")).collect()
    }

    /// Asks it to end, as ctrl-C does, and gives what it printed until then.
    fn stop(mut self) -> BTreeSet<String> {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("the process is there");
        let rest = self.lines.by_ref().lines().map(|line| line.expect("text")).collect();
        assert!(self.child.wait().expect("it ends").success());
        rest
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn records(partition: i32, numbers: std::ops::Range<u32>) -> BTreeSet<String> {
    numbers.map(|number| format!("{partition}/{number}")).collect()
}

fn read_to_end(server: &Server, protocol: &str) -> Vec<String> {
    let arguments = ["consume", "t", "--group", "g", "--group-protocol", protocol];
    let said = said(server, &[&arguments[..], &["--from-beginning", "--until-end"]].concat());
    said.lines().map(str::to_owned).collect()
}

/// Cells of the rows of a table, without those of its titles.
fn cells(table: &str) -> Vec<Vec<String>> {
    let rows = table.lines().filter(|line| !line.is_empty()).skip(1);
    rows.map(|row| row.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn a_group_goes_on_where_it_has_committed() {
    for protocol in PROTOCOLS {
        let mut place = Place::new();
        let server = broker_with_records(&mut place);
        assert_eq!(read_to_end(&server, protocol).len(), 20);
        assert!(read_to_end(&server, protocol).is_empty(), "all is committed");
        write(&server, 1, 10..12);
        assert_eq!(read_to_end(&server, protocol), ["1/10", "1/11"]);
        let described = said(&server, &["groups", "describe", "g"]);
        let expected = [
            ["g", "t", "0", "10", "10", "0", "-", "-", "-"],
            ["g", "t", "1", "12", "12", "0", "-", "-", "-"],
        ];
        assert_eq!(cells(&described), expected, "{described}");
        server.stop();
    }
}

#[test]
fn what_was_not_printed_is_not_committed() {
    for protocol in PROTOCOLS {
        let mut place = Place::new();
        let server = broker_with_records(&mut place);
        let first = ["consume", "t", "--group", "g", "--from-beginning", "--max-messages", "7"];
        let first = said(&server, &[&first[..], &["--group-protocol", protocol]].concat());
        assert_eq!(first.lines().count(), 7);
        let mut all: Vec<String> = first.lines().map(str::to_owned).collect();
        all.extend(read_to_end(&server, protocol));
        assert_eq!(all.len(), 20, "nothing twice");
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 20, "nothing left out");
        server.stop();
    }
}

#[test]
fn members_share_partitions_and_hand_them_over_when_they_leave() {
    for protocol in PROTOCOLS {
        let mut place = Place::new();
        let server = broker_with_records(&mut place);
        let mut one = Member::start(&server, protocol);
        let all: BTreeSet<_> = records(0, 0..10).into_iter().chain(records(1, 0..10)).collect();
        assert_eq!(one.read(20), all);
        let mut other = Member::start(&server, protocol);
        wait_until("each has a partition", || {
            let members = said(&server, &["groups", "describe", "g", "--members"]);
            let counts: Vec<_> = cells(&members).iter().map(|row| row[4].clone()).collect();
            counts == ["1", "1"]
        });
        write(&server, 0, 10..20);
        write(&server, 1, 10..20);
        let (of_one, of_other) = (one.read(10), other.read(10));
        assert!(of_one == records(0, 10..20) || of_one == records(1, 10..20), "{of_one:?}");
        assert!(of_one.is_disjoint(&of_other));
        assert!(one.stop().is_empty());
        write(&server, 0, 20..25);
        write(&server, 1, 20..25);
        let all: BTreeSet<_> = records(0, 20..25).into_iter().chain(records(1, 20..25)).collect();
        assert_eq!(other.read(10), all, "nothing twice, nothing left out");
        assert!(other.stop().is_empty());
        let state = said(&server, &["groups", "list", "--state"]);
        assert_eq!(cells(&state), [["g", "Empty"]]);
        server.stop();
    }
}

#[test]
fn groups_are_listed_and_described() {
    let mut place = Place::new();
    let server = broker_with_records(&mut place);
    assert_eq!(said(&server, &["groups", "list"]), "");
    let missing = refused(&server, &["groups", "describe", "g"]);
    assert!(missing.contains("Group g not found."), "{missing}");
    let mut member = Member::start(&server, "classic");
    member.read(20);
    wait_until("it has joined", || {
        cells(&said(&server, &["groups", "list", "--state", "stable"])) == [["g", "Stable"]]
    });
    assert_eq!(cells(&said(&server, &["groups", "list", "--type", "consumer"])).len(), 0);
    let listed = said(&server, &["groups", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("an object");
    assert_eq!((&listed["group"], &listed["type"]), (&"g".into(), &"Classic".into()));
    let state = said(&server, &["groups", "describe", "--all", "--state"]);
    let coordinator = server.bootstrap();
    assert_eq!(cells(&state), [["g", coordinator, "(1)", "range", "Stable", "1"]]);
    let members = said(&server, &["groups", "describe", "g", "--members", "--verbose"]);
    let row = &cells(&members)[0];
    assert_eq!((row[3].as_str(), row[4].as_str()), ("kabuki-consume", "2"), "{members}");
    assert_eq!(row[6], "t:0,1", "{members}");
    let described = said(&server, &["groups", "describe", "g", "--json"]);
    let described: serde_json::Value = serde_json::from_str(&described).expect("an object");
    assert_eq!(described["members"][0]["assignment"]["t"], serde_json::json!([0, 1]));
    assert_eq!(described["offsets"][1]["logEnd"], 10);
    member.stop();
    server.stop();
}

/// The new offsets of partitions 0 and 1.
fn reset(server: &Server, arguments: &[&str]) -> Vec<i64> {
    let all = [&["groups", "reset-offsets", "g"], arguments].concat();
    let rows = cells(&said(server, &all));
    rows.iter().map(|row| row[3].parse().expect("an offset")).collect()
}

#[test]
fn offsets_are_reset_in_every_way_and_only_when_it_is_meant() {
    let mut place = Place::new();
    let server = broker_with_records(&mut place);
    assert_eq!(read_to_end(&server, "classic").len(), 20);
    assert_eq!(reset(&server, &["--topic", "t", "--to-earliest"]), [0, 0]);
    assert!(read_to_end(&server, "classic").is_empty(), "nothing has changed");
    assert_eq!(reset(&server, &["--topic", "t:1", "--to-offset", "8", "--execute"]), [8]);
    assert_eq!(read_to_end(&server, "classic"), ["1/8", "1/9"]);
    assert_eq!(reset(&server, &["--all-topics", "--shift-by", "-3"]), [7, 7]);
    assert_eq!(reset(&server, &["--all-topics", "--shift-by", "-30"]), [0, 0]);
    assert_eq!(reset(&server, &["--all-topics", "--to-offset", "500"]), [10, 10]);
    assert_eq!(reset(&server, &["--all-topics", "--to-current"]), [10, 10]);
    assert_eq!(reset(&server, &["--all-topics", "--to-latest"]), [10, 10]);
    assert_eq!(
        reset(&server, &["--all-topics", "--to-datetime", "2020-01-01T00:00:00.000"]),
        [0, 0]
    );
    assert_eq!(reset(&server, &["--all-topics", "--by-duration", "P1D"]), [0, 0]);
    assert_eq!(reset(&server, &["--all-topics", "--by-duration", "PT0S"]), [10, 10]);
    let export = ["groups", "reset-offsets", "g", "--all-topics", "--shift-by", "-1", "--export"];
    let exported = said(&server, &export);
    assert_eq!(exported, "t,0,9\nt,1,9\n");
    let file = place.data().with_file_name("offsets.csv");
    std::fs::write(&file, exported).expect("writable");
    let file = file.to_str().expect("a path in text");
    assert_eq!(reset(&server, &["--from-file", file, "--execute"]), [9, 9]);
    assert_eq!(read_to_end(&server, "consumer").len(), 2);
    let nowhere = tool(&server, &["groups", "reset-offsets", "g", "--topic", "t"]);
    assert_eq!(nowhere.status.code(), Some(2));
    server.stop();
}

#[test]
fn a_group_that_is_active_keeps_its_offsets_until_its_members_have_left() {
    let mut place = Place::new();
    let server = broker_with_records(&mut place);
    let mut member = Member::start(&server, "consumer");
    member.read(20);
    let reset = ["groups", "reset-offsets", "g", "--topic", "t", "--to-earliest", "--execute"];
    assert!(refused(&server, &reset).contains("if the group 'g' is inactive"));
    assert!(refused(&server, &["groups", "delete", "g"]).contains("NON_EMPTY_GROUP"));
    let delete_offsets = ["groups", "delete-offsets", "g", "--topic", "t:0"];
    let output = tool(&server, &delete_offsets);
    assert!(text(&output.stdout).contains("GROUP_SUBSCRIBED_TO_TOPIC"), "{output:?}");
    member.stop();
    let deleted = said(&server, &delete_offsets);
    assert!(deleted.starts_with("Request succeeded for deleting offsets from group g."));
    assert_eq!(cells(&said(&server, &["groups", "describe", "g"])).len(), 1);
    let deleted = said(&server, &["groups", "delete", "g"]);
    assert_eq!(deleted, "Deletion of requested consumer groups ('g') was successful.\n");
    assert!(refused(&server, &["groups", "delete", "g"]).contains("GROUP_ID_NOT_FOUND"));
    server.stop();
}
