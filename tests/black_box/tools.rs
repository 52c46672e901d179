//! The command line's tools against the broker.

use std::io::{BufRead, BufReader, Write};
use std::process::{Output, Stdio};

use super::server::{Place, Server, kabuki, text};

fn tool(server: &Server, arguments: &[&str], input: &str) -> Output {
    let mut child = kabuki()
        .args(arguments)
        .args(["--bootstrap-server", server.bootstrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("its input is piped");
    // It may end without reading everything.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// The output of a tool that succeeds.
fn said(server: &Server, arguments: &[&str], input: &str) -> String {
    let output = tool(server, arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn topics_are_created_described_grown_and_deleted() {
    let mut place = Place::new();
    let server = place.start();
    let create = ["topics", "create", "--topic", "orders", "--config", "retention.ms=1000"];
    assert_eq!(said(&server, &create, ""), "Created topic orders.\n");
    let again = tool(&server, &create, "");
    assert_eq!(again.status.code(), Some(1));
    let refusal = text(&again.stderr);
    assert!(refusal.starts_with("Error while executing topic command : "), "{refusal}");
    assert!(refusal.contains("already exists"), "{refusal}");
    assert_eq!(said(&server, &["topics", "create", "orders", "--if-not-exists"], ""), "");

    assert_eq!(said(&server, &["topics", "alter", "orders", "--partitions", "2"], ""), "");
    let described = said(&server, &["topics", "describe", "orders"], "");
    let lines: Vec<_> = described.lines().collect();
    assert!(lines[0].starts_with("Topic: orders\tTopicId: "), "{described}");
    assert!(
        lines[0].contains("\tPartitionCount: 2\tReplicationFactor: 1\tConfigs: "),
        "{described}"
    );
    assert!(lines[0].contains("retention.ms=1000"), "{described}");
    assert!(
        lines[1].starts_with("\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\t"),
        "{described}"
    );

    assert_eq!(said(&server, &["topics", "list"], ""), "orders\n");
    assert_eq!(said(&server, &["topics", "delete", "orders"], ""), "");
    assert_eq!(tool(&server, &["topics", "delete", "orders"], "").status.code(), Some(1));
    server.stop();
}

#[test]
fn configurations_are_shown_changed_and_listed() {
    let mut place = Place::new();
    let server = place.start();
    said(&server, &["topics", "create", "orders", "--config", "retention.ms=1000"], "");
    let alter = ["configs", "alter", "topic", "orders", "--delete", "retention.ms"];
    said(&server, &[&alter[..], &["--set", "cleanup.policy=compact,delete"]].concat(), "");
    let described = said(&server, &["configs", "describe", "topics", "orders"], "");
    let lines: Vec<_> = described.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, "cleanup.policy=compact,delete (set on the topic)"));
    assert!(lines[1].starts_with("    ") && lines[1].ends_with('.'), "{described}");
    let all = said(&server, &["configs", "describe", "topic", "orders", "--all"], "");
    assert!(all.contains("retention.ms=604800000 (default)\n    "), "{all}");

    said(&server, &["configs", "alter", "brokers", "--set", "message.max.bytes=5000"], "");
    let of_all = said(&server, &["configs", "describe", "brokers"], "");
    assert!(of_all.starts_with("message.max.bytes=5000 (set on all brokers)\n    "), "{of_all}");
    let logger = ["configs", "alter", "broker-logger", "1", "--set", "kabuki_log=DEBUG"];
    said(&server, &logger, "");
    let loggers = said(&server, &["configs", "describe", "broker-loggers", "1"], "");
    assert!(loggers.contains("kabuki_log=DEBUG (log level)\n    Logs on the disk.\n"), "{loggers}");
    let listed = said(&server, &["configs", "list", "topics", "brokers"], "");
    assert_eq!(listed, "topics\torders\nbrokers\t1\n");

    let refused = tool(&server, &["configs", "alter", "broker", "1", "--set", "node.id=2"], "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("node.id"), "{}", text(&refused.stderr));
    assert_eq!(tool(&server, &["configs", "describe", "topic"], "").status.code(), Some(2));
    server.stop();
}

#[test]
fn records_are_deleted_and_log_dirs_and_producers_described() {
    let mut place = Place::new();
    let server = place.start();
    said(&server, &["topics", "create", "t", "--partitions", "2"], "");
    said(&server, &["produce", "t", "--partition", "0"], "a\nb\nc\n");
    let delete = ["topics", "delete-records", "t", "--before", "2", "--partition", "0"];
    assert_eq!(said(&server, &delete, ""), "partition: t-0\tlow_watermark: 2\n");
    let beyond = tool(&server, &["topics", "delete-records", "t", "--before", "4"], "");
    assert_eq!(beyond.status.code(), Some(1));
    let refused =
        "partition: t-0\terror: OFFSET_OUT_OF_RANGE\npartition: t-1\terror: OFFSET_OUT_OF_RANGE\n";
    assert_eq!(text(&beyond.stdout), refused);
    let all = ["topics", "delete-records", "t", "--before", "end"];
    let done = "partition: t-0\tlow_watermark: 3\npartition: t-1\tlow_watermark: 0\n";
    assert_eq!(said(&server, &all, ""), done);

    let described = said(&server, &["log-dirs", "describe", "--topic-list", "t"], "");
    let lines: Vec<_> = described.lines().collect();
    assert_eq!(lines[1], "Received log directory information from brokers 1");
    let json: serde_json::Value = serde_json::from_str(lines[2]).expect("JSON");
    let dir = &json["brokers"][0]["logDirs"][0];
    assert_eq!(dir["logDir"], place.data().to_str().expect("UTF-8"));
    assert_eq!(dir["error"], serde_json::Value::Null);
    assert_eq!(dir["partitions"][1]["partition"], "t-1");

    let described = said(&server, &["producers", "describe", "t", "--partition", "0"], "");
    assert!(described.starts_with("ProducerId\tProducerEpoch\t"), "{described}");
    let unknown = tool(&server, &["producers", "describe", "t", "--partition", "7"], "");
    assert_eq!(unknown.status.code(), Some(1));
    server.stop();
}

#[test]
fn what_is_produced_is_consumed() {
    let mut place = Place::new();
    let server = place.start();
    said(&server, &["topics", "create", "t", "--partitions", "1"], "");
    let produce = [
        "produce",
        "t",
        "--key-separator",
        ":",
        "--header",
        "a=b",
        "--timestamp",
        "1000",
        "--print-offsets",
    ];
    assert_eq!(said(&server, &produce, "k1:v1\nk2:v2\r\nk3:v3"), "0\t0\n0\t1\n0\t2\n");
    said(
        &server,
        &["produce", "t", "--value", "late", "--timestamp", "2000", "--compression", "zstd"],
        "",
    );

    let pattern = r"%t/%p/%o %T %k=%s [%h]\n";
    let all = said(
        &server,
        &["consume", "t", "--from-beginning", "--until-end", "--format", pattern],
        "",
    );
    let expected = "t/0/0 1000 k1=v1 [a=b]\nt/0/1 1000 k2=v2 [a=b]\nt/0/2 1000 k3=v3 [a=b]\nt/0/3 2000 null=late []\n";
    assert_eq!(all, expected);
    let some =
        |begin: &[&str]| said(&server, &[&["consume", "t", "--until-end"], begin].concat(), "");
    assert_eq!(some(&["--offset", "2"]), "v3\nlate\n");
    assert_eq!(some(&["--offset", "-1"]), "late\n");
    assert_eq!(some(&["--from-timestamp", "1001"]), "late\n");
    assert_eq!(some(&["--from-beginning", "--max-messages", "1", "--print-key"]), "k1\tv1\n");
    assert_eq!(some(&[]), "");
    server.stop();
}

#[test]
fn records_as_json_go_from_topic_to_topic_unchanged() {
    let mut place = Place::new();
    let server = place.start();
    let line = |topic: &str| {
        let rest = r#""partition":0,"offset":0,"timestamp":5,"key":null,"value":{"base64":"/wA="},"headers":[{"key":"h","value":null}]"#;
        format!("{{\"topic\":\"{topic}\",{rest}}}\n")
    };
    let read = |topic| {
        said(
            &server,
            &["consume", topic, "--from-beginning", "--until-end", "--format", "json"],
            "",
        )
    };
    said(&server, &["produce", "one", "--format", "json"], &line("other"));
    assert_eq!(read("one"), line("one"));
    said(&server, &["produce", "two", "--format", "json"], &read("one"));
    assert_eq!(read("two"), line("two"));

    let wrong = tool(&server, &["produce", "one", "--format", "json"], "{}\n{\"valeu\":1}\n");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).starts_with("line 2: "), "{}", text(&wrong.stderr));
    server.stop();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut place = Place::new();
    let server = place.start();
    let lines: String = (0..50_000).map(|number| format!("line {number}\n")).collect();
    said(&server, &["produce", "t"], &lines);
    let mut child = kabuki()
        .args(["consume", "t", "--from-beginning", "--bootstrap-server", server.bootstrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut first = String::new();
    let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
    output.read_line(&mut first).expect("text");
    assert_eq!(first, "line 0\n");
    drop(output);
    let ended = child.wait_with_output().expect("it ends");
    assert!(ended.status.success());
    assert_eq!(text(&ended.stderr), "");
    server.stop();
}

#[test]
fn what_cannot_be_reached_or_is_not_there_is_named() {
    let mut place = Place::new();
    let server = place.start();
    let missing = tool(&server, &["consume", "nosuch"], "");
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(text(&missing.stderr), "topic 'nosuch': UNKNOWN_TOPIC_OR_PARTITION\n");
    server.stop();
    let output =
        kabuki().args(["topics", "list", "-b", "127.0.0.1:1"]).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("no broker answers at 127.0.0.1:1: "));
}

#[test]
fn features_and_the_cluster_are_shown_and_changed() {
    let mut place = Place::new();
    let server = place.start();
    let features = said(&server, &["features", "describe"], "");
    let lines: Vec<&str> = features.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("Feature: metadata.version  ")), "{features}");
    assert!(lines.iter().all(|line| line.contains("FinalizedVersionLevel: ")), "{features}");
    let level = ["--feature", "metadata.version=4.3-IV0"];
    let upgrade = said(&server, &[&["features", "upgrade", "--dry-run"], &level[..]].concat(), "");
    assert_eq!(upgrade, "metadata.version can be upgraded to 30.\n");
    let downgrade = ["features", "downgrade", "--feature", "metadata.version=29"];
    let refused = tool(&server, &downgrade, "");
    assert_eq!(refused.status.code(), Some(1));
    let said_why = text(&refused.stderr);
    assert!(said_why.starts_with("Could not downgrade metadata.version to 29. "), "{said_why}");
    assert!(said_why.ends_with("1 out of 1 operation(s) failed.\n"), "{said_why}");

    let cluster = said(&server, &["cluster", "describe"], "");
    assert!(cluster.starts_with("Cluster ID: "), "{cluster}");
    assert!(cluster.contains("unfenced   broker"), "{cluster}");
    assert_eq!(tool(&server, &["cluster", "unregister", "9"], "").status.code(), Some(1));
    let unregistered = said(&server, &["cluster", "unregister", "1"], "");
    assert_eq!(unregistered, "Broker 1 is no longer registered.\n");
    server.stop();
}
