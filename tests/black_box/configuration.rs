//! What the binary makes of its configuration.

use std::fs;

use kabuki_client::NewTopic;

use super::server::{Place, TestClient, kabuki, text};

/// Starts with overrides that cannot be; gives what was said.
fn refused(overrides: &[&str]) -> String {
    let place = Place::new();
    let output = kabuki().args(place.arguments(overrides)).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2), "{overrides:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

#[test]
fn a_bad_value_is_named_with_its_key_and_what_is_allowed() {
    let said = refused(&["num.partitions=none"]);
    assert!(said.contains("num.partitions") && said.contains("none"), "{said}");
    let said = refused(&["log.segment.bytes=1", "num.partitions=0"]);
    assert!(
        said.contains("log.segment.bytes") && said.contains("num.partitions"),
        "all at once: {said}"
    );
}

#[test]
fn a_bad_value_in_a_file_is_named_with_file_and_line() {
    let place = Place::new();
    let file = place.data().with_extension("properties");
    fs::write(&file, "# a comment\nnum.partitions=-5\n").expect("writable");
    let output = kabuki().arg("start").arg(&file).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains(&format!("{}:2", file.display())), "{said}");
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let output = kabuki().args(["start", "/no/such/file"]).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/no/such/file"));
}

#[test]
fn protection_that_is_not_given_is_not_pretended() {
    let said =
        refused(&["authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"]);
    assert!(said.contains("authorizer.class.name"), "{said}");
    let said = refused(&["listeners=SSL://127.0.0.1:0"]);
    assert!(said.contains("SSL"), "{said}");
}

#[test]
fn a_data_dir_of_another_node_or_cluster_is_refused() {
    let mut place = Place::new();
    place.start().stop();
    let output = kabuki().args(place.arguments(&["node.id=7"])).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("node.id"), "{}", text(&output.stderr));

    let other_cluster = kabuki()
        .args(place.arguments(&[]))
        .env("CLUSTER_ID", "a2FidWtpLW90aGVyLWNsdQ")
        .output()
        .expect("the binary runs");
    assert_eq!(other_cluster.status.code(), Some(2));
    assert!(text(&other_cluster.stderr).contains("cluster.id"), "{}", text(&other_cluster.stderr));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let mut place = Place::new();
    let server = place.start();
    let other = Place::new();
    let listener = format!("listeners=PLAINTEXT://{}", server.bootstrap());
    let output = kabuki().args(other.arguments(&[&listener])).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(server.bootstrap()), "{}", text(&output.stderr));
    server.stop();
}

#[test]
fn every_listener_tells_its_own_address() {
    let mut place = Place::new();
    let server = place.start_with(&[
        "listeners=ONE://127.0.0.1:0,TWO://127.0.0.1:0",
        "listener.security.protocol.map=ONE:PLAINTEXT,TWO:PLAINTEXT",
        "inter.broker.listener.name=ONE",
    ]);
    assert_eq!(server.listeners.len(), 2);
    for address in &server.listeners {
        let mut client = TestClient::connect(address);
        let told = client.run(async |client| {
            client.cluster().brokers.values().map(|broker| broker.address()).collect::<Vec<_>>()
        });
        assert_eq!(told, std::slice::from_ref(address));
    }
    server.stop();
}

#[test]
fn the_environment_configures_and_the_command_line_wins() {
    let place = Place::new();
    let mut arguments = place.arguments(&["default.replication.factor=1"]);
    arguments.push("--daemon".to_owned());
    let started = kabuki()
        .args(&arguments)
        .env("KAFKA_NUM_PARTITIONS", "5")
        .env("KAFKA_DEFAULT_REPLICATION_FACTOR", "3")
        .output()
        .expect("the binary runs");
    let ready = text(&started.stdout);
    let address =
        ready.split("://").nth(1).and_then(|rest| rest.split(',').next()).expect("an address");
    let mut client = TestClient::connect(address);
    client.create(NewTopic::new("t"));
    let topic = client.run(async |client| client.topic("t").await).expect("it exists");
    assert_eq!((topic.partitions.len(), topic.partitions[0].replicas.len()), (5, 1));
    let stopped =
        kabuki().arg("stop").arg("--data").arg(place.data()).status().expect("the binary runs");
    assert!(stopped.success());
}
