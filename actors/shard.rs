//! An arbiter's share of the broker: it supervises the partitions and connections that live there.
//!
//! * Owns: the brood of its arbiter, and the one coarse tick.
//! * Hears: partitions to host, from the controller; the ends of its children.
//! * Restarts by looking at the tree and the view: its children live on meanwhile.

use std::sync::Arc;
use std::time::Duration;

use actix::AsyncContext;
use actix_rt::ArbiterHandle;

use crate::context::BrokerContext;
use crate::group_coordinator::{self, GroupCoordinator, GroupCoordinatorSeed};
use crate::partition::{Partition, PartitionSeed, Tick};
use crate::supervision::{
    Brood, Child, Hear, Kind, OpenError, Opening, Play, Policy, Restart, StageContext, Supervise,
};
use crate::view::View;

/// How often a shard ticks.
const TICK_EVERY: Duration = Duration::from_secs(1);
/// A partition hears every so many-th tick of its shard, or more often if it is to look after its log more often.
const PARTITION_TICKS_MAX: u64 = 10;

/// Host a partition from now on.
pub(crate) struct Host(pub(crate) Arc<PartitionSeed>);

/// What a shard is made from.
pub(crate) struct ShardSeed {
    pub(crate) index: usize,
    pub(crate) context: Arc<BrokerContext>,
    pub(crate) arbiter: ArbiterHandle,
    pub(crate) brood: Brood<Shard>,
}

/// The supervisor of one arbiter.
pub(crate) struct Shard {
    index: usize,
    context: Arc<BrokerContext>,
    arbiter: ArbiterHandle,
    brood: Brood<Self>,
    ticks: u64,
}

impl Restart for Shard {
    type Seed = ShardSeed;

    fn open(seed: &ShardSeed, _opening: Opening) -> Result<Self, OpenError> {
        Ok(Self {
            index: seed.index,
            context: seed.context.clone(),
            arbiter: seed.arbiter.clone(),
            brood: seed.brood.clone(),
            ticks: 0,
        })
    }
}

impl Shard {
    fn host(&self, seed: Arc<PartitionSeed>) {
        if seed.is_over() || self.context.tree.get(&self.brood.path(&seed.name)).is_some() {
            return;
        }
        let child = Child::<Partition> {
            arbiter: self.arbiter.clone(),
            seed: seed.clone(),
            handle: seed.handle.clone(),
        };
        let node = self.brood.add(&seed.name, child, Policy::PATIENT);
        self.host_coordinator(&seed);
        // Over before it was hosted: whoever ended it did not find it in the tree.
        if seed.is_over() {
            self.context.tree.retire_one(&node);
        }
    }

    /// The coordinator of what the partition records, beside it.
    fn host_coordinator(&self, seed: &Arc<PartitionSeed>) {
        let Some(handle) = seed.coordinator.clone() else { return };
        let child = Child::<GroupCoordinator> {
            arbiter: self.arbiter.clone(),
            seed: Arc::new(GroupCoordinatorSeed {
                partition: seed.clone(),
                handle: handle.clone(),
            }),
            handle,
        };
        let node = self.brood.add(&group_coordinator::name(seed), child, Policy::PATIENT);
        if seed.is_over() {
            self.context.tree.retire_one(&node);
        }
    }

    /// The partitions of the view that belong here.
    fn assigned<'v>(&self, view: &'v View) -> impl Iterator<Item = &'v Arc<PartitionSeed>> {
        view.hosted().filter(|seed| seed.shard == self.index)
    }

    /// After how many ticks a partition hears of one.
    fn partition_ticks(&self) -> u64 {
        let live = self.context.live();
        let log = &live.config.log;
        let every_ms =
            log.retention_check_interval_ms.min(log.producer_id_expiration_check_interval_ms);
        (every_ms / TICK_EVERY.as_millis() as u64).clamp(1, PARTITION_TICKS_MAX)
    }

    fn tick(&mut self) {
        self.ticks += 1;
        let partition_ticks = self.partition_ticks();
        let view = self.context.view.load();
        for (place, seed) in self.assigned(&view).enumerate() {
            if (place as u64 + self.ticks).is_multiple_of(partition_ticks) {
                seed.handle.tell(Tick);
            }
        }
    }
}

impl Play for Shard {
    const KIND: Kind = Kind::Shard;

    fn started(&mut self, ctx: &mut StageContext<Self>) {
        self.brood.recover();
        let view = self.context.view.load_full();
        for seed in self.assigned(&view) {
            self.host(seed.clone());
        }
        ctx.run_interval(TICK_EVERY, |stage, _| stage.player().tick());
    }
}

impl Supervise for Shard {
    fn brood(&self) -> &Brood<Self> {
        &self.brood
    }

    fn give_up(&mut self, path: &str) {
        self.context.exit.fatal(format!("{path} cannot be kept alive"));
    }
}

impl Hear<Host> for Shard {
    fn hear(&mut self, Host(seed): Host, _ctx: &mut StageContext<Self>) {
        self.host(seed);
    }
}
