//! Compares Kabuki with Apache Kafka 4.3.1: what becomes of values, and which configurations are accepted.
//! The expectations come from Kafka's jars, see `tests/interop/config`.

use std::io::Write;

use crate::key::{broker_key, topic_key};
use crate::topic::{TopicConfig, TopicOverrides};
use crate::{LoadRequest, ProblemKind, Settings, Value, properties};

const VALUES: &str = include_str!("generated/values.txt");
const BROKER_CASES: &str = include_str!("../tests/interop/config/broker_cases.txt");
const TOPIC_CASES: &str = include_str!("../tests/interop/config/topic_cases.txt");

/// What every broker case stands on.
const BASE: &str = "node.id=1\nprocess.roles=broker,controller\ncontroller.listener.names=CONTROLLER\n\
    controller.quorum.voters=1@localhost:9093\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\n";

#[test]
fn values_become_what_kafka_makes_of_them() {
    let mut differences = Vec::new();
    for line in VALUES.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [table, name, text, expected] = fields[..] else { panic!("four fields in {line:?}") };
        let key = if table == "topic" { topic_key(name) } else { broker_key(name) };
        let value = Value::parse(key.expect("a key of the table"), &text.replace("\\t", "\t"));
        let read = value.map_or("refused".to_owned(), |value| format!("={value}").replace('\t', "\\t"));
        if read != expected {
            differences.push(format!("{line}: {read}"));
        }
    }
    assert_eq!(differences, Vec::<String>::new());
}

/// Blocks of properties with Kafka's verdict on them.
fn cases(file: &str) -> impl Iterator<Item = (&str, bool)> {
    file.trim().split("\n\n").filter_map(|block| match block.rsplit_once("\n# ") {
        Some((text, "accepted")) => Some((text, true)),
        Some((text, "refused")) => Some((text, false)),
        _ => None,
    })
}

#[test]
fn brokers_start_with_what_kafka_starts_with() {
    /// Where Kabuki and Kafka differ, and why.
    const DIFFERENCES: [(&str, &str); 7] = [
        ("listeners=PLAINTEXT://:9092", "a controller that is not bound needs no listener"),
        (
            "controller.listener.names=CONTROLLER,OTHER",
            "a controller that is not bound needs no listener",
        ),
        ("controller.listener.names=controller", "names of listeners are upper case everywhere"),
        ("listeners=PLAINTEXT://[::1:9092,CONTROLLER://:9093", "brackets come in pairs"),
        ("max.connections.per.ip.overrides=:3", "the limit of no host means nothing"),
        ("group.share.assignors=simple,simple2", "refused by both, for different reasons"),
        ("kabuki.arbiters=3", "known here, accepted by both"),
    ];
    for (case, is_accepted) in cases(BROKER_CASES) {
        let is_known = DIFFERENCES.iter().any(|(known, _)| *known == case);
        let problems = problems_of_broker(case);
        assert!(
            is_known || problems.is_empty() == is_accepted,
            "{case}\nKafka accepts: {is_accepted}\n{problems:#?}"
        );
    }
}

/// What keeps a broker from starting with the case, but for what Kabuki cannot do yet.
fn problems_of_broker(case: &str) -> Vec<crate::Problem> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(format!("{BASE}{case}\n").as_bytes()).expect("a temporary file takes text");
    let file = Some(file.path().to_owned());
    let mut problems = match Settings::load(LoadRequest { file, ..LoadRequest::default() }) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.0,
    };
    problems
        .retain(|problem| !matches!(problem.kind, ProblemKind::Protection | ProblemKind::Cluster));
    problems
}

#[test]
fn topics_take_what_kafkas_take() {
    let broker = Settings::load(LoadRequest::default()).expect("the profile").settings;
    for (case, is_accepted) in cases(TOPIC_CASES) {
        let properties = properties::parse(case.as_bytes()).expect("properties");
        let pairs = properties.into_iter().map(|property| (property.key, property.value));
        let result = TopicConfig::new(&broker, &pairs.collect::<TopicOverrides>());
        assert_eq!(result.is_ok(), is_accepted, "{case}: {result:?}");
    }
}
