//! The coordinator of the groups that one partition of `__consumer_offsets` records: what [`Coordinator`] plays with
//! [`GroupState`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use kabuki_config::groups::ConsumerGroupTiming;
use kabuki_coordination::{Limits, Linger, Refused};
use kabuki_groups::offsets::group_partition;
use kabuki_groups::state::{Answer as GroupAnswer, Entry, Event, GroupState, World};
use kabuki_groups::{ConsumerSettings, MigrationPolicy, Settings, TopicInfo, Topics};
use kabuki_metadata::image::{ResourceType, TopicImage};
use kabuki_metadata::{ClusterImage, Delta};
use kabuki_records::batch::{BatchHead, HEAD};
use kabuki_records::codec::Codec;
use kabuki_records::control::EndTransactionMarker;
use uuid::Uuid;

use crate::answer::Answer;
use crate::chance::OsChance;
use crate::context::BrokerContext;
use crate::coordinator::{Ask, Coordinated, Coordinator, CoordinatorSeed, Note};
use crate::partition::PartitionSeed;
use crate::supervision::{Handle, Kind};
use crate::view::View;

/// Where groups and their offsets are recorded.
pub(crate) const GROUP_OFFSETS_TOPIC: &str = "__consumer_offsets";

/// The coordinator of the groups of one partition.
pub(crate) type GroupCoordinator = Coordinator<GroupState>;
/// What it is asked.
pub(crate) type AskGroups = Ask<GroupState>;
/// Its seed.
pub(crate) type GroupCoordinatorSeed = CoordinatorSeed<GroupState>;

/// What a group coordinator answers, or why it does not.
#[derive(Debug)]
pub(crate) struct Grouped(pub(crate) Result<GroupAnswer, Refused>);

/// The name of a partition's coordinator in the tree.
pub(crate) fn name(partition: &PartitionSeed) -> String {
    format!("group-coordinator-{}", partition.index)
}

/// The topic in which groups are recorded, if it exists already.
pub(crate) fn offsets_topic(image: &ClusterImage) -> Option<&Arc<TopicImage>> {
    image.topics().by_name(GROUP_OFFSETS_TOPIC)
}

/// The partition that a group is recorded in.
pub(crate) fn partition_of(group: &str, topic: &TopicImage) -> i32 {
    group_partition(group, topic.partitions.len() as i32)
}

/// The coordinator of a group and the arbiter that it lives on, if this broker has it.
pub(crate) fn of_group<'v>(
    view: &'v View,
    group: &str,
) -> Option<(&'v Handle<GroupCoordinator>, usize)> {
    let topic = offsets_topic(&view.image)?;
    let partition = view.seed(topic.id, partition_of(group, topic))?;
    Some((partition.coordinator.as_ref()?, partition.shard))
}

/// All group coordinators of this broker.
pub(crate) fn all(view: &View) -> impl Iterator<Item = &Handle<GroupCoordinator>> {
    let topic = offsets_topic(&view.image).map(|topic| topic.id);
    let seeds = topic.into_iter().flat_map(|id| view.hosted_of(id));
    seeds.filter_map(|seed| seed.coordinator.as_ref())
}

/// Tells all group coordinators of the world as the view has it, and of the topics that came, grew or are gone.
pub(crate) fn tell_of_change(context: &BrokerContext, delta: &Delta) {
    let view = context.view.load();
    let world = world(context);
    let by_id = |id: &Uuid| view.image.topics().by_id(*id).map(|topic| topic.name.to_string());
    let grown = delta.partitions_added.iter().filter_map(|(id, _)| by_id(id));
    let deleted: Vec<(String, Uuid)> =
        delta.topics_deleted.iter().map(|(id, topic)| (topic.name.to_string(), *id)).collect();
    let topics: BTreeSet<String> =
        grown.chain(deleted.iter().map(|(name, _)| name.clone())).collect();
    let created = !delta.topics_created.is_empty();
    for coordinator in all(&view) {
        let (world, topics) = (world.clone(), topics.clone());
        coordinator.tell(Note::<GroupState>(Event::WorldChanged { world, topics, created }));
        if !deleted.is_empty() {
            coordinator.tell(Note::<GroupState>(Event::TopicsDeleted(deleted.clone())));
        }
    }
}

/// Topics as one image has them.
struct ImageTopics(Arc<ClusterImage>);

impl Topics for ImageTopics {
    fn by_name(&self, name: &str) -> Option<TopicInfo> {
        let topic = self.0.topics().by_name(name)?;
        Some(TopicInfo { id: topic.id, partitions: topic.partitions.len() as i32 })
    }

    fn name_of(&self, id: Uuid) -> Option<&str> {
        self.0.topics().by_id(id).map(|topic| &*topic.name)
    }

    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        self.0.topics().iter().for_each(|topic| visit(&topic.name));
    }

    fn racks(&self, id: Uuid, partition: i32) -> Vec<String> {
        let Some(partition) = self.0.topics().partition(id, partition) else { return Vec::new() };
        let brokers = partition.replicas.iter().filter_map(|id| self.0.brokers().get(id));
        let mut racks: Vec<String> = brokers.filter_map(|broker| broker.rack.clone()).collect();
        racks.sort_unstable();
        racks.dedup();
        racks
    }
}

fn world(context: &BrokerContext) -> World {
    let view = context.view.load();
    World {
        settings: Arc::new(settings(context)),
        group_settings: Arc::new(group_settings(context, &view.image)),
        topics: Arc::new(ImageTopics(view.image.clone())),
    }
}

/// What single groups have set for themselves.
fn group_settings(
    context: &BrokerContext,
    image: &ClusterImage,
) -> BTreeMap<String, ConsumerSettings> {
    let live = context.live();
    let groups =
        image.configs().iter().filter(|(resource, _)| resource.kind == ResourceType::GROUP);
    groups
        .map(|(resource, overrides)| {
            let timing = ConsumerGroupTiming::new(&live.settings, overrides);
            (resource.name.clone(), consumer_settings(&timing))
        })
        .collect()
}

fn consumer_settings(timing: &ConsumerGroupTiming) -> ConsumerSettings {
    ConsumerSettings {
        session_timeout_ms: timing.session_timeout_ms,
        heartbeat_interval_ms: timing.heartbeat_interval_ms,
        assignment_interval_ms: timing.assignment_interval_ms,
    }
}

fn settings(context: &BrokerContext) -> Settings {
    let live = context.live();
    let (groups, offsets) = (&live.config.groups, &live.config.offsets);
    let consumer = &groups.consumer;
    Settings {
        min_session_timeout_ms: groups.min_session_timeout_ms,
        max_session_timeout_ms: groups.max_session_timeout_ms,
        initial_rebalance_delay_ms: groups.initial_rebalance_delay_ms,
        max_size: groups.max_size as usize,
        consumer_max_size: consumer.max_size as usize,
        consumer_assignors: consumer.assignors.iter().map(|it| (*it).to_owned()).collect(),
        migration_policy: match (consumer.allows_upgrade, consumer.allows_downgrade) {
            (true, true) => MigrationPolicy::Bidirectional,
            (true, false) => MigrationPolicy::Upgrade,
            (false, true) => MigrationPolicy::Downgrade,
            (false, false) => MigrationPolicy::Disabled,
        },
        regex_refresh_interval_ms: consumer.regex_refresh_interval_ms,
        rebalance_heartbeat_interval_ms: consumer.rebalance_heartbeat_interval_ms,
        consumer: consumer_settings(&consumer.timing),
        offset_metadata_max_bytes: offsets.metadata_max_bytes as usize,
        offsets_retention_ms: offsets.retention_ms,
        offsets_retention_check_interval_ms: offsets.retention_check_interval_ms,
    }
}

impl Coordinated for GroupState {
    const KIND: Kind = Kind::GroupCoordinator;
    type Reply = Grouped;

    fn fresh(context: &Arc<BrokerContext>) -> Self {
        Self::new(world(context), Box::new(OsChance))
    }

    fn limits(partition: &PartitionSeed) -> Limits {
        let live = partition.context.live();
        let batch_bytes_max = partition.config.load().max_message_bytes as usize;
        Limits {
            batch_bytes_max: batch_bytes_max.saturating_sub(HEAD),
            linger: match live.config.groups.append_linger_ms {
                Some(ms) => Linger::Ms(ms),
                None => Linger::UntilDrained,
            },
            hold_ms_max: live.config.offsets.commit_timeout_ms,
            ..Limits::default()
        }
    }

    fn encode(entry: &Entry, key: &mut BytesMut, value: &mut BytesMut) -> Result<bool, String> {
        entry.write(key, value).map_err(|error| error.to_string())
    }

    fn decode(head: &BatchHead, key: Option<&[u8]>, value: Option<&[u8]>) -> Option<Entry> {
        if head.is_control() {
            let marker = EndTransactionMarker::read(key, value).ok()??;
            let producer_id = head.producer_id;
            return Some(Entry::TransactionEnded { producer_id, committed: marker.committed });
        }
        let producer_id = head.is_transactional().then_some(head.producer_id);
        let key = Bytes::copy_from_slice(key?);
        let value = value.map(Bytes::copy_from_slice);
        match Entry::decode(&key, value.as_ref(), producer_id) {
            Ok(entry) => Some(entry),
            Err(error) => {
                tracing::warn!(%error, "a record of {GROUP_OFFSETS_TOPIC} cannot be read");
                None
            }
        }
    }

    fn codec(context: &BrokerContext) -> Codec {
        let id = context.live().config.offsets.compression_codec;
        Codec::from_id(id as i16).unwrap_or(Codec::None)
    }

    fn reply(outcome: Result<GroupAnswer, Refused>) -> Grouped {
        Grouped(outcome)
    }
}

impl From<Grouped> for Answer {
    fn from(answer: Grouped) -> Self {
        Self::Grouped(Box::new(answer))
    }
}
