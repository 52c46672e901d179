//! Tests of a whole load: file, environment and command line in, typed configuration or problems out.

use std::io::Write;
use std::path::Path;

use crate::error::{ProblemKind, Warning};
use crate::listeners::Endpoint;
use crate::{ConfigErrors, LoadRequest, Loaded, Origin, Problem, SecurityProtocol, Settings};

/// The least that a file must say.
const NODE: &str = "node.id=1\n";

fn load_file(text: &str) -> Result<Loaded, ConfigErrors> {
    load(text, &[], &[])
}

fn load(text: &str, env: &[(&str, &str)], overrides: &[&str]) -> Result<Loaded, ConfigErrors> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("a temporary file takes text");
    Settings::load(request(Some(file.path()), env, overrides))
}

fn load_profile(env: &[(&str, &str)], overrides: &[&str]) -> Result<Loaded, ConfigErrors> {
    Settings::load(request(None, env, overrides))
}

fn request(file: Option<&Path>, env: &[(&str, &str)], overrides: &[&str]) -> LoadRequest {
    LoadRequest {
        file: file.map(Path::to_owned),
        env: env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        overrides: overrides.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn problems(result: Result<Loaded, ConfigErrors>) -> Vec<Problem> {
    match result {
        Err(ConfigErrors(problems)) => problems,
        Ok(loaded) => panic!("loaded: {:?}", loaded.broker),
    }
}

/// Kind and key of every problem.
fn kinds(result: Result<Loaded, ConfigErrors>) -> Vec<(ProblemKind, String)> {
    problems(result).into_iter().map(|problem| (problem.kind, problem.key)).collect()
}

fn kind(kind: ProblemKind, key: &str) -> Vec<(ProblemKind, String)> {
    vec![(kind, key.to_owned())]
}

fn warned(warnings: &[Warning], key: &str) -> Option<String> {
    warnings.iter().find(|warning| warning.key == key).map(|warning| warning.message.clone())
}

#[test]
fn without_a_file_the_embedded_profile_counts_and_nothing_is_worth_a_warning() {
    let loaded = load_profile(&[], &[]).expect("the profile loads");
    let broker = &loaded.broker;
    assert_eq!(loaded.warnings, []);
    assert_eq!(broker.listeners.broker[0].to_string(), "PLAINTEXT://127.0.0.1:9092");
    assert_eq!(broker.listeners.inter_broker, "PLAINTEXT");
    assert_eq!(broker.log_dirs, [Path::new("./kabuki-data")]);
    assert_eq!(broker.metadata_log.dir, Path::new("./kabuki-data"));
    assert_eq!((broker.offsets.replication_factor, broker.transactions.replication_factor), (1, 1));
    assert_eq!(broker.transactions.min_isr, 1);
    assert_eq!(broker.kabuki.ops_listener.map(|address| address.port()), Some(9180));
    let origin = &loaded.settings.get("log.dirs").expect("set by the profile").origin;
    assert!(matches!(origin, Origin::Profile { .. }));
}

#[test]
fn with_a_file_the_profile_is_not_read() {
    let loaded = load_file(NODE).expect("a node id is enough");
    let broker = &loaded.broker;
    assert_eq!(broker.listeners.broker[0].to_string(), "PLAINTEXT://:9092");
    assert_eq!(broker.log_dirs, [Path::new("/tmp/kafka-logs")]);
    assert_eq!(broker.offsets.replication_factor, 3);
}

#[test]
fn stronger_layers_win_and_values_know_where_they_come_from() {
    let text = "node.id=1\nnum.partitions=2\nlog.dir=/a\nlog.dir.failure.timeout.ms=7\nmessage.max.bytes=5\n";
    let env = [("KAFKA_NUM_PARTITIONS", "3"), ("KAFKA_LOG_DIRS", "/b, /c"), ("CLUSTER_ID", "abc")];
    let loaded =
        load(text, &env, &["num.partitions=4", "num.partitions=5"]).expect("all values are good");
    assert_eq!(loaded.broker.topics.num_partitions, 5);
    assert_eq!(loaded.broker.log_dirs, [Path::new("/b"), Path::new("/c")]);
    assert_eq!(loaded.broker.log.dir_failure_timeout_ms, 7);
    assert_eq!(loaded.broker.cluster_id.as_deref(), Some("abc"));
    let origin = |key: &str| loaded.settings.get(key).map(|setting| setting.origin.clone());
    assert_eq!(origin("num.partitions"), Some(Origin::Override));
    assert_eq!(origin("log.dirs"), Some(Origin::Environment { name: "KAFKA_LOG_DIRS".into() }));
    assert!(matches!(origin("message.max.bytes"), Some(Origin::File { line: 5, .. })));
    assert_eq!(origin("fetch.max.bytes"), Some(Origin::Default));
}

#[test]
fn every_bad_value_is_reported_at_once_with_value_range_and_place() {
    let text = "node.id=1\nnum.partitions=0\nlog.cleanup.policy=keep\nsasl.jaas.config=secret\n";
    let error = load(text, &[("KAFKA_SOCKET_REQUEST_MAX_BYTES", "many")], &["log.segment.bytes=1"])
        .expect_err("five problems");
    let text = error.to_string();
    assert_eq!(error.0.len(), 5, "{text}");
    for part in [
        "for 5 reasons",
        "num.partitions = 0 (",
        ":2): must be a number from 1 to 2147483647\n    the default is 1",
        ":3): must be a list of compact, delete",
        "socket.request.max.bytes = many (environment KAFKA_SOCKET_REQUEST_MAX_BYTES)",
        "log.segment.bytes = 1 (--override): must be a number from 1048576 to 2147483647",
        ":4): asks for protection",
    ] {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn files_that_cannot_be_read_and_overrides_that_say_nothing() {
    let missing = Settings::load(request(Some(Path::new("/nonexistent/x")), &[], &["nothing"]));
    let text = missing.as_ref().expect_err("no such file").to_string();
    assert!(
        text.contains("/nonexistent/x: cannot be read") && text.contains("nothing (--override)"),
        "{text}"
    );
    let broken = load_file("node.id=1\nx=\\u12\n").expect_err("a broken escape").to_string();
    assert!(broken.contains("line 2: \\u must be followed by four hexadecimal digits"), "{broken}");
}

#[test]
fn a_file_must_name_the_node() {
    assert_eq!(kinds(load_file("")), kind(ProblemKind::Missing, "node.id"));
    assert_eq!(
        kinds(load_file("node.id=1\nbroker.id=2\n")),
        kind(ProblemKind::Conflict, "broker.id")
    );
    let old = load_file("broker.id=7\nzookeeper.connect=zoo:2181\n").expect("the old name counts");
    assert_eq!(old.broker.node_id, 7);
    assert_eq!(old.warnings.len(), 2, "{:?}", old.warnings);
}

#[test]
fn keys_that_ask_for_protection_stop_the_start_unless_told_otherwise() {
    for (key, value) in [
        ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        ("ssl.keystore.location", "/a"),
        ("sasl.enabled.mechanisms", "PLAIN"),
        ("client.quota.callback.class", "com.example.Quotas"),
        ("create.topic.policy.class.name", "com.example.Policy"),
        ("principal.builder.class", "com.example.Principals"),
        ("delegation.token.secret.key", "x"),
        ("listener.name.plaintext.ssl.keystore.location", "/a"),
    ] {
        let text = format!("{NODE}{key}={value}\n");
        assert_eq!(kinds(load_file(&text)), kind(ProblemKind::Protection, key));
        let loaded = load(&text, &[], &["kabuki.ignore.security=true"]).expect("told otherwise");
        let message = warned(&loaded.warnings, key).expect("a warning");
        assert!(message.contains("kabuki.ignore.security=true"), "{message}");
    }
    let default = "principal.builder.class=org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder\nssl.protocol=TLSv1.3\nauthorizer.class.name=\n";
    load_file(&format!("{NODE}{default}")).expect("defaults ask for nothing");
}

#[test]
fn listeners_that_ask_for_protection_stop_the_start() {
    let text = "node.id=1\nlisteners=IN://:1,OUT://:2\nlistener.security.protocol.map=IN:PLAINTEXT,OUT:SASL_SSL\ninter.broker.listener.name=IN\n";
    assert_eq!(kinds(load_file(text)), kind(ProblemKind::Protection, "listeners"));
    let loaded = load(text, &[], &["kabuki.ignore.security=true"]).expect("told otherwise");
    assert_eq!(loaded.broker.listeners.broker[1].protocol, SecurityProtocol::SaslSsl);
}

#[test]
fn keys_that_ask_for_more_nodes_stop_the_start() {
    let refused = |text: &str, key: &str| {
        assert_eq!(
            kinds(load_file(&format!("{NODE}{text}"))),
            kind(ProblemKind::Cluster, key),
            "{text}"
        );
    };
    refused("process.roles=broker", "process.roles");
    refused("process.roles=controller", "process.roles");
    refused("controller.quorum.voters=2@localhost:9093", "controller.quorum.voters");
    refused("controller.quorum.voters=1@a:9093,2@b:9093", "controller.quorum.voters");
    refused(
        "controller.quorum.bootstrap.servers=elsewhere:9093",
        "controller.quorum.bootstrap.servers",
    );
    refused(
        "controller.quorum.bootstrap.servers=localhost:1,localhost:2",
        "controller.quorum.bootstrap.servers",
    );
    let other_port = "listeners=PLAINTEXT://:9092,CONTROLLER://:9093\ncontroller.quorum.bootstrap.servers=localhost:9094";
    refused(other_port, "controller.quorum.bootstrap.servers");
}

#[test]
fn bad_listeners_hide_no_other_problem() {
    let text =
        "node.id=1\nlisteners=x\nprocess.roles=broker\nauthorizer.class.name=x\nlog.roll.ms=0\n";
    let mut keys: Vec<String> =
        problems(load_file(text)).into_iter().map(|found| found.key).collect();
    keys.sort();
    assert_eq!(keys, ["authorizer.class.name", "listeners", "log.roll.ms", "process.roles"]);
}

#[test]
fn old_names_in_the_environment_count_more_than_the_profile() {
    let env = [
        ("KAFKA_BROKER_ID", "5"),
        ("KAFKA_ADVERTISED_HOST_NAME", "a"),
        ("KAFKA_ZOOKEEPER_CONNECT", "z"),
    ];
    let loaded = load_profile(&env, &[]).expect("old names");
    assert_eq!(loaded.broker.node_id, 5);
    let advertised = loaded.broker.listeners.broker[0].advertised.as_ref().map(Endpoint::to_string);
    assert_eq!(advertised.as_deref(), Some("a:9092"));
    assert_eq!(loaded.warnings.len(), 3, "{:?}", loaded.warnings);
}

#[test]
fn the_usual_files_of_a_single_node_are_understood() {
    let quick_start = "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=localhost:9093\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\ninter.broker.listener.name=PLAINTEXT\nadvertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL\nlog.dirs=/tmp/x\n";
    let loaded = load_file(quick_start).expect("the quick start's file");
    assert_eq!(loaded.broker.listeners.broker.len(), 1);
    assert_eq!(loaded.broker.listeners.controller[0].name, "CONTROLLER");
    let message = warned(&loaded.warnings, "listeners").expect("one line");
    assert_eq!(message, "CONTROLLER://:9093 is not bound: this node is its own controller");
    let voters = quick_start.replace("bootstrap.servers=localhost:9093", "voters=1@anything:9093");
    load_file(&voters).expect("this node is the only voter");
    let compose = [
        ("KAFKA_NODE_ID", "1"),
        ("KAFKA_PROCESS_ROLES", "broker,controller"),
        ("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093"),
        ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://broker:9092"),
        ("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
        ("KAFKA_CONTROLLER_QUORUM_BOOTSTRAP_SERVERS", "kafka-0.kafka:9093"),
        ("HOSTNAME", "kafka-0"),
    ];
    let loaded = load_profile(&compose, &[]).expect("a container's environment");
    assert_eq!(
        loaded.broker.listeners.broker[0].advertised,
        Some(Endpoint { host: "broker".into(), port: 9092 })
    );
}

#[test]
fn the_sample_file_loads_without_problems() {
    let sample = include_str!("kabuki.properties");
    let loaded = load_file(sample).expect("the sample");
    assert_eq!(loaded.broker.listeners.broker[0].to_string(), "PLAINTEXT://:9092");
    // What the sample shows as a comment is the default: reading it changes nothing.
    for line in sample.lines().filter_map(|line| line.strip_prefix('#')) {
        let Some((key, value)) = line.split_once('=').filter(|(key, _)| !key.contains(' ')) else {
            continue;
        };
        if [
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "inter.broker.listener.name",
        ]
        .contains(&key)
        {
            continue;
        }
        let shown = load(sample, &[], &[&format!("{key}={value}")]).expect("a good value");
        assert_eq!(shown.broker, loaded.broker, "{key}");
    }
}

#[test]
fn what_has_no_effect_says_so() {
    let text = "node.id=1\nnum.io.threads=9\nnum.network.threads=3\nno.such.key=x\ninter.broker.protocol.version=3.9\nmetric.reporters=com.example.Reporter\nlistener.name.plaintext.max.connections=3\nlistener.name.plaintext.num.network.threads=3\nnum.partitions=2\nnum.partitions=3\nlog.cleanup.policy=compact\n";
    let warnings = load_file(text).expect("nothing that stops").warnings;
    let expect = |key: &str, part: &str| {
        let message = warned(&warnings, key).unwrap_or_else(|| panic!("no warning of {key}"));
        assert!(message.contains(part), "{key}: {message}");
    };
    expect("num.io.threads", "not effective yet");
    expect("no.such.key", "there is no such key");
    expect("inter.broker.protocol.version", "Kafka has removed this key");
    expect("metric.reporters", "com.example.Reporter is not built in");
    expect("listener.name.plaintext.num.network.threads", "not effective yet");
    expect("num.partitions", "sets it again further down");
    expect("log.cleanup.policy", "compact is known, but not effective yet");
    assert_eq!(warned(&warnings, "num.network.threads"), None);
    assert_eq!(warnings.len(), 7);
}

#[test]
fn values_that_contradict_each_other() {
    let refused = |text: &str, key: &str| {
        assert_eq!(
            kinds(load_file(&format!("{NODE}{text}"))),
            kind(ProblemKind::Conflict, key),
            "{text}"
        );
    };
    refused("log.roll.ms=0", "log.roll.ms");
    refused("log.roll.jitter.ms=-1", "log.roll.jitter.ms");
    refused("log.retention.ms=0", "log.retention.ms");
    refused("log.retention.hours=0", "log.retention.hours");
    refused("log.cleaner.threads=0", "log.cleaner.threads");
    refused("log.cleaner.threads=128", "log.cleaner.dedupe.buffer.size");
    refused(
        "log.cleaner.min.compaction.lag.ms=2\nlog.cleaner.max.compaction.lag.ms=1",
        "log.cleaner.min.compaction.lag.ms",
    );
    refused("queued.max.request.bytes=1", "queued.max.request.bytes");
    refused("connections.max.idle.ms=100", "connections.max.idle.ms");
    refused("max.connections.per.ip=0", "max.connections.per.ip");
    refused("max.connections.per.ip.overrides=a b:1", "max.connections.per.ip.overrides");
    refused(
        "replica.fetch.wait.max.ms=30001\nreplica.lag.time.max.ms=30001",
        "replica.fetch.wait.max.ms",
    );
    refused("group.consumer.session.timeout.ms=60001", "group.consumer.session.timeout.ms");
    refused(
        "group.coordinator.rebalance.protocols=consumer",
        "group.coordinator.rebalance.protocols",
    );
    refused("group.share.assignors=simple,other", "group.share.assignors");
    refused("offsets.topic.compression.codec=5", "offsets.topic.compression.codec");
    refused("cordoned.log.dirs=/x", "cordoned.log.dirs");
    refused("config.providers=env\nbroker.rack=${env:RACK}", "broker.rack");
    load_file("node.id=1\nlog.retention.ms=1\nlog.retention.hours=0")
        .expect("the finer key counts");
    load_file("node.id=1\nmax.connections.per.ip=0\nmax.connections.per.ip.overrides=a:1")
        .expect("overrides are set");
}

#[test]
fn listeners_by_kafkas_rules() {
    let read = |text: &str| load_file(&format!("{NODE}{text}"));
    let refused = |text: &str, key: &str| {
        let found = problems(read(text));
        assert!(found.iter().all(|problem| problem.key == key), "{text}: {found:?}");
    };
    refused("listeners=PLAINTEXT:9092", "listeners");
    refused("listeners=PLAINTEXT://a:x", "listeners");
    refused("listeners=PLAINTEXT://a:65536", "listeners");
    refused("listeners=PLAINTEXT://a b:1", "listeners");
    refused("listeners=PLAINTEXT://[::1:1", "listeners");
    refused("listeners=PLAINTEXT://:1,plaintext://:2", "listeners");
    refused("listeners=A://:1", "listeners");
    refused("listeners=PLAINTEXT://0.0.0.0:9092", "listeners");
    refused("listeners=CONTROLLER://:9093", "listeners");
    refused("listeners=PLAINTEXT://:1,CONTROLLER://:1", "listeners");
    refused("listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.2:1", "listeners");
    refused("advertised.listeners=OTHER://a:1", "advertised.listeners");
    refused("advertised.listeners=PLAINTEXT://0.0.0.0:1", "advertised.listeners");
    refused("inter.broker.listener.name=OTHER", "inter.broker.listener.name");
    refused("listener.security.protocol.map=PLAINTEXT:TLS", "listener.security.protocol.map");
    let two = "listeners=PLAINTEXT://127.0.0.1:0,B://[::1]:0\nlistener.security.protocol.map=plaintext:plaintext,B:PLAINTEXT\nadvertised.listeners=PLAINTEXT://x:1";
    let listeners = read(two).expect("two listeners").broker.listeners;
    assert_eq!(listeners.broker[1].to_string(), "B://[::1]:0");
    assert_eq!(
        (listeners.broker[0].is_advertised, listeners.broker[1].is_advertised),
        (true, false)
    );
    read("listeners=PLAINTEXT://0.0.0.0:9092\nadvertised.listeners=PLAINTEXT://x:9092")
        .expect("an address to tell");
    read("listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://[::1]:1").expect("one of each family");
}

#[test]
fn kabukis_own_keys() {
    let loaded = load_profile(
        &[("KAFKA_KABUKI_ARBITERS", "3")],
        &["kabuki.ops.listener=", "kabuki.log.format=json"],
    );
    let kabuki = loaded.expect("good values").broker.kabuki;
    assert_eq!((kabuki.arbiters, kabuki.ops_listener), (Some(3), None));
    assert_eq!(
        kinds(load_profile(&[], &["kabuki.ops.listener=http://10.0.0.1:1"])),
        kind(ProblemKind::Value, "kabuki.ops.listener")
    );
    assert_eq!(
        kinds(load_profile(&[], &["kabuki.log.format=xml"])),
        kind(ProblemKind::Value, "kabuki.log.format")
    );
}

#[test]
fn the_system_adapts_the_receive_buffer_unless_it_is_set() {
    let buffers = |overrides: &[&str]| {
        let network = load_profile(&[], overrides).expect("the profile loads").broker.network;
        (network.socket_send_buffer_bytes, network.socket_receive_buffer_bytes)
    };
    assert_eq!(buffers(&[]), (Some(102_400), None));
    let set = ["socket.send.buffer.bytes=-1", "socket.receive.buffer.bytes=102400"];
    assert_eq!(buffers(&set), (None, Some(102_400)));
}
