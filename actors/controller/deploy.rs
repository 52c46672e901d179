//! From committed records to what the broker does: partitions are hosted, configured anew, forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use kabuki_config::topic::TopicConfig;
use kabuki_metadata::Delta;
use kabuki_metadata::controller::{self as decide, AssignedReplica, CLUSTER_METADATA_TOPIC};
use kabuki_metadata::image::{ConfigResource, PartitionImage, ResourceType, TopicImage};
use uuid::Uuid;

use super::{Controller, ControllerAnswer, Deployed, Deploying};
use crate::group_coordinator;
use crate::log_dir::LogDirectory;
use crate::partition::{PartitionSeed, Reconfigured};
use crate::shard::Host;
use crate::supervision::{Handle, Latch, Reply};
use crate::view::View;

impl Controller {
    /// Has everything follow a change, and sends the answer when it has.
    pub(super) fn deploy(
        &mut self,
        delta: &Delta,
        answer: Option<(Reply<ControllerAnswer>, ControllerAnswer)>,
    ) {
        self.assign_directories(&delta.partitions_added, true);
        self.assign_directories(&delta.partitions_changed, false);
        let number = self.next_deployment;
        self.next_deployment += 1;
        let all_follow = self.changes_broker_configs(delta) && self.follow_dynamic_configs();
        let groups_change = self.concerns_groups(delta);
        let deletes = !delta.topics_deleted.is_empty();
        self.deploying.insert(number, Deploying { answer, deletes });
        let controller = self.context.controller.clone();
        let latch = Latch::new(move || controller.tell(Deployed(number)));
        let topics = delta
            .partitions_added
            .iter()
            .chain(&delta.partitions_changed)
            .map(|(topic, _)| *topic)
            .chain(self.topics_with_changed_configs(delta));
        let mut topics: BTreeSet<Uuid> = topics.collect();
        if all_follow {
            if let Err(error) = self.cordon_log_dirs() {
                tracing::error!(%error, "the cordoned log dirs are not in the metadata log");
            }
            topics.extend(self.image().topics().iter().map(|topic| topic.id));
        }
        let deleted: Vec<Uuid> = delta.topics_deleted.keys().copied().collect();
        self.follow(&topics, &deleted, &latch);
        if groups_change {
            group_coordinator::tell_of_change(&self.context, delta);
        }
    }

    /// Whether groups are to hear of it: of topics, and of settings.
    fn concerns_groups(&self, delta: &Delta) -> bool {
        !delta.topics_deleted.is_empty()
            || !delta.partitions_added.is_empty()
            || !delta.configs_changed.is_empty()
    }

    /// Has everything follow the whole image. `ready` is released when all of it has.
    pub(super) fn deploy_all(&mut self, ready: Option<Latch>) {
        let topics = self.image().topics().iter();
        let all = topics.flat_map(|topic| topic.partitions.keys().map(|index| (topic.id, *index)));
        self.assign_directories(&all.collect(), false);
        let image = self.image();
        let topics: BTreeSet<Uuid> = image.topics().iter().map(|topic| topic.id).collect();
        let view = self.context.view.load();
        let hosted: BTreeSet<Uuid> = view.hosted().map(|seed| seed.topic_id).collect();
        let deleted: Vec<Uuid> = hosted.difference(&topics).copied().collect();
        let latch = ready.unwrap_or_else(|| Latch::new(|| {}));
        self.follow(&topics, &deleted, &latch);
    }

    /// Whether the overrides of this broker, or those of all brokers, are among the changes.
    fn changes_broker_configs(&self, delta: &Delta) -> bool {
        let here = ConfigResource::broker(self.settings.node_id);
        delta.configs_changed.contains(&here)
            || delta.configs_changed.contains(&ConfigResource::default_broker())
    }

    fn topics_with_changed_configs<'d>(
        &'d self,
        delta: &'d Delta,
    ) -> impl Iterator<Item = Uuid> + 'd {
        let topics = delta.configs_changed.iter().filter(|it| it.kind == ResourceType::TOPIC);
        topics.filter_map(|it| self.image().topics().by_name(&it.name)).map(|topic| topic.id)
    }

    fn follow(&self, topics: &BTreeSet<Uuid>, deleted: &[Uuid], latch: &Latch) {
        let mut view = View::clone(&self.context.view.load());
        view.image = Arc::new(self.image().clone());
        view.kraft_version = self.log.kraft_version();
        let gone: Vec<_> = deleted.iter().flat_map(|topic| view.remove(*topic)).collect();
        let left: Vec<_> = topics.iter().flat_map(|id| self.no_longer_led(&view, *id)).collect();
        // Those in a log dir that failed stay in the view: it tells them from partitions that are led elsewhere.
        left.iter().filter(|seed| !seed.dir.is_offline()).for_each(|seed| view.remove_one(seed));
        let mut new = Vec::new();
        let mut changed = Vec::new();
        for topic in topics.iter().filter_map(|id| self.image().topics().by_id(*id)) {
            let config = Arc::new(self.topic_config(&topic.name));
            for (index, partition) in self.led_here(topic) {
                match view.seed(topic.id, index) {
                    Some(seed) => {
                        changed.push((seed.clone(), config.clone(), partition.leader_epoch))
                    }
                    None => new.extend(self.seed(topic, index, partition, &config, latch)),
                }
            }
        }
        new.iter().for_each(|seed| view.add(seed.clone()));
        self.context.view.store(Arc::new(view));
        new.into_iter().for_each(|seed| self.shard(&seed).handle.tell(Host(seed)));
        for (seed, config, leader_epoch) in changed {
            seed.config.store(config);
            seed.leader_epoch.store(leader_epoch, Relaxed);
            seed.handle.tell(Reconfigured);
        }
        for seed in &gone {
            match seed.dir.is_offline() {
                true => self.leave(seed),
                false => self.forget(seed, latch),
            }
        }
        left.iter().for_each(|seed| self.leave(seed));
    }

    /// Partitions of a topic that are hosted although this broker does not lead them (any more), or their log dir failed.
    fn no_longer_led(&self, view: &View, topic: Uuid) -> Vec<Arc<PartitionSeed>> {
        let Some(topic) = self.image().topics().by_id(topic) else { return Vec::new() };
        let led: BTreeSet<i32> = self.led_here(topic).map(|(index, _)| index).collect();
        let hosted = view.hosted_of(topic.id);
        let is_over =
            |seed: &&Arc<PartitionSeed>| !led.contains(&seed.index) || seed.dir.is_offline();
        hosted.filter(is_over).cloned().collect()
    }

    fn led_here<'t>(
        &self,
        topic: &'t TopicImage,
    ) -> impl Iterator<Item = (i32, &'t PartitionImage)> {
        let node_id = self.settings.node_id;
        let partitions = topic.partitions.iter().map(|(index, partition)| (*index, &**partition));
        partitions.filter(move |(_, partition)| partition.leader == node_id)
    }

    fn seed(
        &self,
        topic: &TopicImage,
        index: i32,
        partition: &PartitionImage,
        config: &Arc<TopicConfig>,
        latch: &Latch,
    ) -> Option<Arc<PartitionSeed>> {
        let Some(dir) = self.holder(&topic.name, index) else {
            tracing::error!("{}-{index} is in none of the log dirs that can be used", topic.name);
            return None;
        };
        let recovery = dir.first_recovery(&topic.name, index);
        let handle = Handle::new(self.context.tree.counters());
        Some(Arc::new(PartitionSeed::new(
            self.context.clone(),
            topic.name.clone(),
            topic.id,
            index,
            self.context.shard_of(topic.id, index),
            dir.clone(),
            handle,
            config.clone(),
            partition.leader_epoch,
            recovery,
            latch.clone(),
        )))
    }

    /// Partitions of topics that are gone, or were made again: their directories were not renamed before the process
    /// died, or the log dir comes from elsewhere.
    pub(super) fn set_strays_aside(&self) {
        let node_id = self.settings.node_id;
        let is_own = |topic: &str, index: i32, found: Option<Uuid>| {
            let Some(topic) = self.image().topics().by_name(topic) else {
                return topic == CLUSTER_METADATA_TOPIC;
            };
            let partition = topic.partitions.get(&index);
            // Without an id it was not even made to its end.
            found.is_none_or(|found| found == topic.id)
                && partition.is_some_and(|partition| partition.replicas.contains(&node_id))
        };
        self.context.log_dirs.iter().for_each(|dir| dir.set_strays_aside(is_own));
    }

    /// Chooses a log dir for every partition that is led here and has none yet, and has the metadata log say so (KIP-858):
    /// the dir with the fewest partitions. A replica that is found in another dir than the log says is assigned anew.
    ///
    /// As in Kafka, partitions that are not new get no dir as long as one cannot be used: they may be in that one.
    fn assign_directories(&mut self, partitions: &BTreeSet<(Uuid, i32)>, are_new: bool) {
        let node_id = self.settings.node_id;
        let mut assigned = Vec::new();
        for &(topic_id, index) in partitions {
            let Some(topic) = self.image().topics().by_id(topic_id) else { continue };
            let Some(partition) = topic.partitions.get(&index) else { continue };
            if partition.leader != node_id {
                continue;
            }
            let may_choose = are_new || !self.context.lacks_log_dirs();
            let choose = || may_choose.then(|| self.chosen(partition)).flatten();
            if let Some(dir) = self.holder(&topic.name, index).or_else(choose) {
                dir.expect(&topic.name, index);
                let directory = dir.id;
                assigned.push(AssignedReplica { topic_id, partition: index, directory });
            }
        }
        let records = decide::assign_directories(self.image(), node_id, &assigned);
        if let Err(error) = self.commit(&records) {
            tracing::error!(%error, "the choice of log dirs is not in the metadata log");
        }
    }

    /// The log dir that has a partition.
    fn holder(&self, topic: &str, index: i32) -> Option<&Arc<LogDirectory>> {
        self.context.online_log_dirs().find(|dir| dir.holds(topic, index))
    }

    /// The log dir for a partition that is in none: the one that it is assigned to, else the one with the fewest
    /// partitions, cordoned ones last.
    fn chosen(&self, partition: &PartitionImage) -> Option<&Arc<LogDirectory>> {
        let online = || self.context.online_log_dirs();
        let assigned = partition.directory_of(self.settings.node_id);
        let cordoned = &self.live.config.log.cordoned_log_dirs;
        let is_cordoned = |dir: &Arc<LogDirectory>| cordoned.contains(&dir.path);
        online()
            .find(|dir| Some(dir.id) == assigned)
            .or_else(|| online().min_by_key(|dir| (is_cordoned(dir), dir.partition_count())))
    }

    fn topic_config(&self, name: &str) -> TopicConfig {
        let overrides = self.image().configs().of(&ConfigResource::topic(name));
        self.rules().topic_config(overrides)
    }

    fn shard(&self, seed: &PartitionSeed) -> &crate::context::ShardRef {
        &self.context.shards()[seed.shard]
    }

    /// Ends a deleted partition; its directory goes when its last incarnation has.
    fn forget(&self, seed: &Arc<PartitionSeed>, latch: &Latch) {
        seed.delete(latch.clone());
        self.end(seed);
    }

    /// Ends a partition that others may lead; its files stay.
    fn leave(&self, seed: &Arc<PartitionSeed>) {
        seed.leave();
        self.end(seed);
    }

    fn end(&self, seed: &Arc<PartitionSeed>) {
        let brood = &self.shard(seed).brood;
        // The coordinator first: it is to write nothing more.
        let coordinator = seed.coordinator.as_ref().map(|_| group_coordinator::name(seed));
        for name in coordinator.iter().chain([&seed.name]) {
            if let Some(node) = self.context.tree.get(&brood.path(name)) {
                self.context.tree.retire_one(&node);
            }
        }
    }
}
