//! DescribeLogDirs: the log dirs of this broker, what is in them, and how much room is left (KIP-113, KIP-827, KIP-1066).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use kabuki_log::Volume;
use kabuki_wire::messages::describe_log_dirs::{
    DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic,
};
use kabuki_wire::messages::{DescribeLogDirsRequest, DescribeLogDirsResponse, TopicName};
use kabuki_wire::{ApiKey, ResponseError, StrBytes};

use super::gather::Gather;
use super::{Env, Envelope, InFlight, Refusal, Request, Step};
use crate::answer::Answer;
use crate::network::errors;
use crate::partition::{LogSize, Measure, Measured, PartitionSeed};
use crate::view::View;

/// The first version whose response has an error of its own.
const ERROR_CODE_VERSION: i16 = 3;
/// The part of a dir that its volume answers; the partitions have those behind.
const VOLUME: usize = 0;
/// The code of a dir that cannot be used.
const OFFLINE: i16 = ResponseError::KafkaStorageError.code();
/// The size of a partition that has not answered.
const NOT_MEASURED: i64 = -1;

pub(crate) fn handle(mut request: Request<'_>, env: &mut Env<'_>) -> Result<Step, Refusal> {
    let envelope = request.envelope();
    let (view, live) = (env.context.view.load_full(), env.context.live());
    let hosted = hosted(&view, &Asked::new(request.decode()?));
    let mut waiting = Waiting { envelope, gather: Gather::new(), error_code: errors::NONE };
    for path in &live.config.log_dirs {
        let mut online = env.context.online_log_dirs();
        let Some(dir) = online.find(|dir| dir.path == *path) else {
            waiting.gather.push(DirUnderWay::offline(path));
            continue;
        };
        let is_cordoned = live.config.log.cordoned_log_dirs.contains(path);
        let mut under_way = DirUnderWay::new(path, is_cordoned);
        dir.measure_volume(env.token(waiting.gather.expect(VOLUME)));
        for seed in hosted.iter().filter(|seed| Arc::ptr_eq(&seed.dir, dir)) {
            let part = under_way.add(seed);
            let reply = env.token(waiting.gather.expect(part));
            seed.handle.tell(Measure { reply });
        }
        waiting.gather.push(under_way);
    }
    Ok(match waiting.gather.is_complete() {
        true => waiting.finish(env),
        false => Step::Later(Box::new(waiting)),
    })
}

/// What a request asks about: these partitions, or all.
enum Asked {
    All,
    These(BTreeSet<(StrBytes, i32)>),
}

impl Asked {
    fn new(request: DescribeLogDirsRequest) -> Self {
        let Some(topics) = request.fields.topics else { return Self::All };
        let partitions = topics.into_iter().flat_map(|topic| {
            let name = topic.topic.0;
            topic.partitions.into_iter().map(move |index| (name.clone(), index))
        });
        Self::These(partitions.collect())
    }
}

/// The partitions that are asked about and that this broker has, by topic and partition.
fn hosted<'v>(view: &'v View, asked: &Asked) -> Vec<&'v Arc<PartitionSeed>> {
    let found: BTreeMap<(&str, i32), _> = match asked {
        Asked::All => view.hosted().map(|seed| ((&*seed.topic, seed.index), seed)).collect(),
        Asked::These(partitions) => {
            let found = partitions.iter().filter_map(|(name, index)| {
                let topic = view.image.topics().by_name(name)?;
                let seed = view.seed(topic.id, *index)?;
                Some(((&*seed.topic, seed.index), seed))
            });
            found.collect()
        }
    };
    found.into_values().collect()
}

/// One dir whose volume and partitions are being asked.
struct DirUnderWay {
    result: DescribeLogDirsResult,
    /// Topic and partition of each part but the first, as indexes into the result.
    places: Vec<(usize, usize)>,
}

impl DirUnderWay {
    fn new(path: &Path, is_cordoned: bool) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let result = DescribeLogDirsResult {
            log_dir: StrBytes::from_string(path.display().to_string()),
            is_cordoned,
            ..Default::default()
        };
        Self { result, places: Vec::new() }
    }

    /// A dir that cannot be used.
    fn offline(path: &Path) -> Self {
        let mut dir = Self::new(path, false);
        dir.result.error_code = OFFLINE;
        dir
    }

    /// Makes room for a partition, which comes in order of topic and number; returns its part.
    fn add(&mut self, seed: &PartitionSeed) -> usize {
        let topics = &mut self.result.topics;
        if topics.last().is_none_or(|topic| *topic.name.0 != *seed.topic) {
            let name = TopicName(StrBytes::from_string(seed.topic.to_string()));
            topics.push(DescribeLogDirsTopic::default().with_name(name));
        }
        let topic = topics.len() - 1;
        let partitions = &mut topics[topic].partitions;
        let partition = DescribeLogDirsPartition::default()
            .with_partition_index(seed.index)
            .with_partition_size(NOT_MEASURED);
        partitions.push(partition);
        self.places.push((topic, partitions.len() - 1));
        self.places.len()
    }

    fn volume(&mut self, volume: Option<Volume>) {
        let bytes = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
        match volume {
            Some(volume) => {
                self.result.total_bytes = bytes(volume.total_bytes);
                self.result.usable_bytes = bytes(volume.usable_bytes);
            }
            None => self.result.error_code = errors::UNKNOWN_SERVER_ERROR,
        }
    }

    fn partition(&mut self, part: usize, size: LogSize) {
        let (topic, partition) = self.places[part - 1];
        let partition = &mut self.result.topics[topic].partitions[partition];
        partition.partition_size = i64::try_from(size.bytes).unwrap_or(i64::MAX);
        partition.offset_lag = size.offset_lag;
    }

    /// The dir with what has answered. Logs that were just being closed are left out.
    fn finish(mut self) -> DescribeLogDirsResult {
        if self.result.error_code != errors::NONE {
            self.result.topics.clear();
        }
        for topic in &mut self.result.topics {
            topic.partitions.retain(|it| it.partition_size != NOT_MEASURED);
        }
        self.result.topics.retain(|topic| !topic.partitions.is_empty());
        self.result
    }
}

struct Waiting {
    envelope: Envelope,
    gather: Gather<DirUnderWay>,
    /// Why the response has no results.
    error_code: i16,
}

impl Waiting {
    fn finish(&mut self, env: &Env<'_>) -> Step {
        let dirs = self.gather.take();
        // Versions without an error for the whole leave out what could not be asked.
        let results = match self.error_code != errors::NONE && self.has_error_code() {
            true => Vec::new(),
            false => dirs.into_iter().map(DirUnderWay::finish).collect(),
        };
        let error_code = self.error_code;
        let response = DescribeLogDirsResponse { error_code, results, ..Default::default() };
        self.envelope.send(&response, env)
    }

    fn has_error_code(&self) -> bool {
        self.envelope.version >= ERROR_CODE_VERSION
    }
}

impl InFlight for Waiting {
    fn answered(&mut self, part: u32, answer: Answer, env: &mut Env<'_>) -> Option<Step> {
        let (dir, part) = self.gather.answered(part)?;
        match answer {
            Answer::Volume(volume) => dir.volume(volume.0),
            Answer::Measured(Measured(Some(size))) => dir.partition(part, size),
            Answer::Measured(Measured(None)) => {}
            other => self.error_code = errors::of_no_answer(ApiKey::DescribeLogDirs, &other),
        }
        self.gather.is_complete().then(|| self.finish(env))
    }
}
