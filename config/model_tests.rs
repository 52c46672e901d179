//! Compares Kabuki with Apache Kafka 4.3.1: what becomes of values, and which configurations are accepted.
//! The expectations come from Kafka's jars, see `tests/interop/config`.

use std::collections::BTreeMap;
use std::io::Write;

use crate::key::{broker_key, topic_key};
use crate::topic::{TopicConfig, TopicOverrides};
use crate::{
    ConfigSource, DescribedConfig, Describer, DynamicConfigs, LoadRequest, ProblemKind, Settings,
    Value, properties,
};

const VALUES: &str = include_str!("generated/values.txt");
const PROPERTIES: &str = include_str!("generated/properties.txt");
const BROKER_CASES: &str = include_str!("../tests/interop/config/broker_cases.txt");
const TOPIC_CASES: &str = include_str!("../tests/interop/config/topic_cases.txt");

const DESCRIBED_PROPERTIES: &str = include_str!("generated/described.properties");
const DESCRIBED: &str = include_str!("generated/described.txt");

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
        let read =
            value.map_or("refused".to_owned(), |value| format!("={value}").replace('\t', "\\t"));
        if read != expected {
            differences.push(format!("{line}: {read}"));
        }
    }
    assert_eq!(differences, Vec::<String>::new());
}

#[test]
fn properties_files_are_read_as_java_reads_them() {
    let mut differences = Vec::new();
    for line in PROPERTIES.lines().filter(|line| !line.starts_with('#')) {
        let (file, expected) = line.split_once('\t').expect("two fields");
        let read = match properties::parse(&bytes_of(file)) {
            Err(_) => "refused".to_owned(),
            Ok(properties) => {
                let pair = |found: properties::Property| (hex(&found.key), hex(&found.value));
                let last: BTreeMap<String, String> = properties.into_iter().map(pair).collect();
                let pairs: Vec<String> =
                    last.iter().map(|(key, value)| format!("{key}={value}")).collect();
                pairs.join(" ")
            }
        };
        if read != expected {
            differences
                .push(format!("{:?}: {read}, not {expected}", String::from_utf8(bytes_of(file))));
        }
    }
    assert_eq!(differences, Vec::<String>::new());
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("hexadecimal") as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect()
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
    const DIFFERENCES: [(&str, &str); 5] = [
        ("listeners=PLAINTEXT://:9092", "a controller that is not bound needs no listener"),
        (
            "controller.listener.names=CONTROLLER,OTHER",
            "a controller that is not bound needs no listener",
        ),
        ("controller.listener.names=controller", "names of listeners are upper case everywhere"),
        ("listeners=PLAINTEXT://[::1:9092,CONTROLLER://:9093", "brackets come in pairs"),
        ("max.connections.per.ip.overrides=:3", "the limit of no host means nothing"),
    ];
    for (case, is_accepted) in cases(BROKER_CASES) {
        let is_known = DIFFERENCES.iter().any(|(known, _)| *known == case);
        let problems = problems_of_broker(case);
        let differs = problems.is_empty() != is_accepted;
        assert!(differs == is_known, "{case}\nKafka accepts: {is_accepted}\n{problems:#?}");
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

#[test]
fn brokers_and_topics_are_described_as_kafka_describes_them() {
    let described = described_by_kabuki();
    let expected: Vec<&str> = DESCRIBED.lines().filter(|line| !line.starts_with('#')).collect();
    let differences: Vec<_> = expected
        .iter()
        .map(|line| format!("Kafka:  {line}"))
        .filter(|line| !described.iter().any(|ours| line[8..] == **ours))
        .chain(
            described
                .iter()
                .filter(|ours| !expected.contains(&ours.as_str()))
                .map(|ours| format!("Kabuki: {ours}")),
        )
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The same broker and topics as those of `tests/interop/config/Describe.java`, described by Kabuki.
fn described_by_kabuki() -> Vec<String> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(DESCRIBED_PROPERTIES.as_bytes()).expect("a temporary file takes text");
    let overrides = vec!["kabuki.ignore.security=true".to_owned()];
    let request = LoadRequest { file: Some(file.path().to_owned()), env: Vec::new(), overrides };
    let settings = Settings::load(request).expect("Kafka started with it").settings;
    let dynamic = DynamicConfigs {
        all_brokers: texts(&[
            ("log.retention.ms", "86400000"),
            ("message.max.bytes", "2000000"),
            ("min.insync.replicas", "1"),
        ]),
        this_broker: texts(&[
            ("log.cleaner.min.cleanable.ratio", "0.70"),
            ("message.max.bytes", "3000000"),
        ]),
    };
    let own = texts(&[
        ("retention.ms", "1000"),
        ("cleanup.policy", "compact, delete"),
        ("min.cleanable.dirty.ratio", "0.250"),
        ("compression.type", "zstd"),
        ("internal.segment.bytes", "1000"),
        ("leader.replication.throttled.replicas", "0:1, 1:1"),
        ("preallocate", "TRUE"),
        ("segment.bytes", "1073741824"),
    ]);
    let describer = Describer::new(&settings, &dynamic);
    let mut broker = describer.broker();
    broker.retain(|config| config.name != "kabuki.ignore.security");
    let mut lines = lines("brokers", describer.all_brokers());
    lines.extend(self::lines("broker", broker));
    lines.extend(self::lines("plain", describer.topic(&TopicOverrides::new())));
    lines.extend(self::lines("own", describer.topic(&own)));
    lines
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A line for each key, as `Describe.java` writes it.
fn lines(resource: &str, described: Vec<DescribedConfig>) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or("null".to_owned());
    let line = |config: DescribedConfig| {
        let synonyms = config.synonyms.iter();
        let synonyms: Vec<String> = synonyms
            .map(|synonym| {
                format!("{}={} ({})", synonym.name, text(&synonym.value), name(synonym.source))
            })
            .collect();
        [
            resource,
            &config.name,
            &text(&config.value),
            name(config.source),
            &format!("{:?}", config.config_type).to_uppercase(),
            &config.read_only.to_string(),
            &config.sensitive.to_string(),
            &synonyms.join("; "),
        ]
        .join("\t")
    };
    described.into_iter().map(line).collect()
}

fn name(source: ConfigSource) -> &'static str {
    match source {
        ConfigSource::Topic => "DYNAMIC_TOPIC_CONFIG",
        ConfigSource::DynamicBroker => "DYNAMIC_BROKER_CONFIG",
        ConfigSource::DynamicDefaultBroker => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource::StaticBroker => "STATIC_BROKER_CONFIG",
        ConfigSource::Default => "DEFAULT_CONFIG",
        other => panic!("neither a topic nor a broker has {other:?}"),
    }
}
