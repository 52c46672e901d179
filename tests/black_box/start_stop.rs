//! Starting and stopping.

use std::net::TcpStream;

use kabuki_client::{NewRecord, NewTopic, Producer, ProducerOptions};
use rustix::process::Signal;

use super::server::{Place, TestClient, kabuki, run, text};

#[test]
fn the_ready_line_says_where_clients_data_and_ops_are() {
    let mut place = Place::new();
    let server = place.start();
    let data = place.data();
    let pattern = format!(", data in {}, ", data.display());
    let (listeners, rest) = server.ready.split_once(&pattern).expect("the data dir is named");
    assert_eq!(listeners, format!("kabuki is ready: PLAINTEXT://{}", server.bootstrap()));
    let (millis, ops) =
        rest.trim_end().split_once(" ms, ops http://").expect("time and ops endpoint");
    assert!(millis.parse::<u64>().is_ok());
    assert_eq!(ops, server.ops());
    assert_eq!(server.get("/health/ready").0, 200);
    let (status, tree) = server.get("/actors");
    assert_eq!(status, 200);
    serde_json::from_str::<serde_json::Value>(&tree).expect("the actor tree is JSON");
    let (status, metrics) = server.get("/metrics");
    assert!(status == 200 && metrics.contains("kabuki_actor_"), "{metrics}");
    server.stop();
}

#[test]
fn sigterm_and_ctrl_c_stop_cleanly() {
    let mut place = Place::new();
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = place.start();
        assert!(place.data().join("kabuki.pid").exists());
        server.signal(signal);
        assert_eq!(server.wait().code(), Some(0), "{signal:?}");
        assert!(place.data().join(".kafka_cleanshutdown").exists());
        assert!(!place.data().join("kabuki.pid").exists());
    }
}

#[test]
fn a_second_ctrl_c_ends_it_at_once_and_the_next_start_heals() {
    let mut place = Place::new();
    let mut server = place.start();
    server.client().create(NewTopic::new("t"));
    let status = loop {
        server.signal(Signal::INT);
        if let Some(status) = server.try_wait() {
            break status;
        }
    };
    assert_eq!(status.code(), Some(130));
    let server = place.start();
    let topics = server.client().run(async |client| client.topics().await).expect("topics");
    assert_eq!(topics.len(), 1);
    server.stop();
}

#[test]
fn stop_returns_when_the_broker_is_gone() {
    let mut place = Place::new();
    let mut server = place.start();
    let data = place.data();
    let stopped = run(&["stop", "--data", &data.display().to_string()]);
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    assert!(TcpStream::connect(server.bootstrap()).is_err());
    assert_eq!(server.wait().code(), Some(0));

    let again = run(&["stop", "--data", &data.display().to_string()]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("no broker runs on"), "{}", text(&again.stderr));
}

#[test]
fn stop_does_not_believe_a_pid_file_that_a_killed_broker_left() {
    let mut place = Place::new();
    place.start().kill();
    assert!(place.data().join("kabuki.pid").exists());
    let stopped = run(&["stop", "--data", &place.data().display().to_string()]);
    assert_eq!(stopped.status.code(), Some(1));
}

#[test]
fn a_second_broker_on_the_same_dir_is_refused_and_the_first_serves_on() {
    let mut place = Place::new();
    let server = place.start();
    let second = kabuki()
        .args(place.arguments(&["listeners=PLAINTEXT://127.0.0.1:0"]))
        .output()
        .expect("the binary runs");
    assert_eq!(second.status.code(), Some(2));
    let said = text(&second.stderr);
    assert!(said.contains("used by another process") && said.contains("data"), "{said}");
    server.client().create(NewTopic::new("t"));
    server.stop();
}

#[test]
fn a_broker_in_the_background_is_ready_when_the_command_returns() {
    let place = Place::new();
    let mut arguments = place.arguments(&[]);
    arguments.push("--daemon".to_owned());
    let started = kabuki().args(&arguments).output().expect("the binary runs");
    let (ready, said) = (text(&started.stdout), text(&started.stderr));
    assert!(started.status.success() && ready.starts_with("kabuki is ready: "), "{ready}{said}");
    let address =
        ready.split("://").nth(1).and_then(|rest| rest.split(',').next()).expect("an address");
    let mut client = TestClient::connect(address);
    client.create(NewTopic::new("t"));
    assert!(place.data().join("kabuki.log").exists());

    let data = place.data().display().to_string();
    let stopped = run(&["stop", "--data", &data]);
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_broker_in_the_background_that_does_not_start_says_why() {
    let mut place = Place::new();
    let server = place.start();
    let mut arguments = place.arguments(&["listeners=PLAINTEXT://127.0.0.1:0"]);
    arguments.push("--daemon".to_owned());
    let refused = kabuki().args(&arguments).output().expect("the binary runs");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("used by another process"), "{}", text(&refused.stderr));
    server.stop();
}

#[test]
fn a_stop_waits_for_what_was_confirmed() {
    let mut place = Place::new();
    let server = place.start();
    let mut client = server.client();
    client.create(NewTopic::new("t").with_partitions(1));
    let records: Vec<_> = (0..100).map(|number| NewRecord::of_value(format!("{number}"))).collect();
    let mut producer = Producer::new(ProducerOptions::default());
    client.run(async |client| producer.send(client, "t", &records, 0).await).expect("written");
    server.stop();
    let server = place.start();
    assert_eq!(server.client().read_all("t", 0).len(), records.len());
    server.stop();
}
