//! Decides what changes in the cluster, and makes it so once the metadata log has it.
//!
//! * Owns: the metadata log, the image that its committed records make, the block of producer ids.
//! * Hears: changes, from the admin APIs; [`Deployed`], when the partitions that a change concerns have followed it;
//!   [`LogDirFailed`], from whoever a disk failed.
//! * Promises: an answered change is committed and in effect; changes are decided one after the other.
//! * Lives on: the control arbiter, where it may wait for the disk. Restarts by replaying the log.

mod deciding;
mod deploy;
mod join;
mod messages;
mod rules;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use kabuki_metadata::controller::{self as decide, ProducerIdBlock, Settings};
use kabuki_metadata::metadata_log::MetadataLogError;
use kabuki_metadata::one_voter::OneVoterLog;
use kabuki_metadata::{AdminError, ClusterImage, Delta, ErrorKind, MetadataRecord};
use uuid::Uuid;

use crate::clock;
use crate::context::BrokerContext;
use crate::live::{Live, dynamic_configs};
use crate::supervision::{
    Hear, Kind, Latch, OpenError, Opening, Play, Reply, Restart, StageContext,
};

use self::deciding::Decided;
pub(crate) use self::messages::{
    AutoCreate, Change, ControllerAnswer, LogDirFailed, NewProducerId, Request,
};
use self::rules::Rules;

/// What the controller is made from.
pub(crate) struct ControllerSeed {
    pub(crate) context: Arc<BrokerContext>,
    /// Names this process among the registrations of its broker.
    pub(crate) incarnation_id: Uuid,
    /// Whether it has registered: whoever takes it out of the cluster then, wants it out as long as it lives.
    pub(crate) registered: AtomicBool,
    /// Released once the first incarnation has the broker registered and its partitions hosted.
    pub(crate) ready: std::sync::Mutex<Option<Latch>>,
}

/// The controller.
pub(crate) struct Controller {
    context: Arc<BrokerContext>,
    log: OneVoterLog,
    /// What the broker follows, and what decisions take from it; changed by this actor alone.
    live: Arc<Live>,
    settings: Settings,
    producer_ids: ProducerIdBlock,
    /// Changes that are committed, whose partitions have not followed yet.
    deploying: BTreeMap<u64, Deploying>,
    next_deployment: u64,
    /// Changes that wait until deleted topics are gone from the disk: a name may come again.
    waiting: VecDeque<Waiting>,
    ready: Option<Latch>,
}

/// A change that waits for its turn.
enum Waiting {
    Change(Change),
    AutoCreate(AutoCreate),
}

struct Deploying {
    answer: Option<(Reply<ControllerAnswer>, ControllerAnswer)>,
    deletes: bool,
}

/// All partitions that a change concerns have followed it.
struct Deployed(u64);

/// What decisions must know of the broker's configuration.
fn settings_of(Live { config, .. }: &Live) -> Settings {
    Settings {
        node_id: config.node_id,
        default_partitions: config.topics.num_partitions,
        default_replication_factor: config.topics.default_replication_factor,
        min_insync_replicas: config.topics.defaults.min_insync_replicas,
        unclean_leader_election: config.topics.defaults.unclean_leader_election_enable,
        delete_topics: config.topics.delete_topic_enable,
    }
}

impl Restart for Controller {
    type Seed = Arc<ControllerSeed>;

    fn open(seed: &Arc<ControllerSeed>, _opening: Opening) -> Result<Self, OpenError> {
        let options = join::log_options(&seed.context);
        let log = OneVoterLog::open(&seed.context.metadata_dir.dir, options, clock::now())
            .map_err(|error| OpenError(format!("metadata log: {error}")))?;
        let live = seed.context.live().clone();
        let mut controller = Self {
            context: seed.context.clone(),
            log,
            settings: settings_of(&live),
            live,
            producer_ids: ProducerIdBlock { first: 0, count: 0 },
            deploying: BTreeMap::new(),
            next_deployment: 0,
            waiting: VecDeque::new(),
            ready: None,
        };
        controller.follow_dynamic_configs();
        controller.join(seed).map_err(OpenError)?;
        let mut ready = seed.ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if ready.is_some() {
            controller.set_strays_aside();
        }
        // Only now: an incarnation that fails must not look like one that is ready.
        controller.ready = ready.take();
        drop(ready);
        Ok(controller)
    }
}

impl Play for Controller {
    const KIND: Kind = Kind::Controller;

    /// What the log says may differ from what the broker does if a predecessor died in between.
    fn started(&mut self, _ctx: &mut StageContext<Self>) {
        let ready = self.ready.take();
        self.follow_log_dirs(ready);
    }

    fn retire(&mut self, ctx: &mut StageContext<Self>) {
        self.leave_cluster();
        if let Err(error) = self.log.close() {
            tracing::error!(%error, "cannot close the metadata log");
        }
        actix::ActorContext::stop(ctx);
    }
}

impl Controller {
    fn image(&self) -> &ClusterImage {
        self.log.image()
    }

    /// Has the broker follow what the image says of its configuration; says whether that makes a difference.
    fn follow_dynamic_configs(&mut self) -> bool {
        let dynamic = dynamic_configs(self.image(), self.settings.node_id);
        let changed = self.context.configuration.follow(&dynamic);
        if changed {
            let before = std::mem::replace(&mut self.live, self.context.live().clone());
            self.settings = settings_of(&self.live);
            let config = &self.live.config;
            if config.network != before.config.network {
                self.context.admission.follow(config);
            }
        }
        changed
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            started_with: self.context.configuration.started_with(),
            live: &self.live.settings,
            dynamic: dynamic_configs(self.image(), self.settings.node_id),
        }
    }

    /// Writes the records; once this returns they are committed. Blocks until they are synced.
    fn commit(&mut self, records: &[MetadataRecord]) -> Result<Delta, AdminError> {
        if records.is_empty() {
            return Ok(Delta::default());
        }
        let delta = self.log.propose(clock::now(), records);
        delta.map_err(|error| self.not_written(&error))
    }

    /// Commits what was decided, the quorum's part first.
    fn carry_out(&mut self, decided: &Decided) -> Result<Delta, AdminError> {
        if decided.raises_kraft_version {
            let raised = self.log.raise_kraft_version(clock::now());
            raised.map_err(|error| self.not_written(&error))?;
        }
        self.commit(&decided.records)
    }

    fn not_written(&self, error: &MetadataLogError) -> AdminError {
        let message = format!("the change cannot be written to the metadata log: {error}");
        // A record that cannot be encoded was not written: the log goes on. After anything else it is unknown what the
        // log holds.
        if !matches!(error, MetadataLogError::Format(_)) {
            self.context.exit.fatal(message.clone());
        }
        AdminError::new(ErrorKind::UnknownServerError, message)
    }

    /// Decides, commits, has the partitions follow, and answers when they have.
    fn change(&mut self, Change { request, deadline, mut reply }: Change) {
        let is_late = deadline.is_some_and(|deadline| deadline <= Instant::now());
        if is_late && request.asks_the_cluster(&self.settings) {
            let error = AdminError::new(ErrorKind::RequestTimedOut, "");
            return reply.send(ControllerAnswer::Failed(error));
        }
        let decided = self.decide(request);
        reply.handed_over();
        match self.carry_out(&decided) {
            Ok(delta) => self.deploy(&delta, Some((reply, decided.answer))),
            Err(error) => reply.send(ControllerAnswer::Failed(error)),
        }
    }

    fn new_producer_id(&mut self) -> Result<i64, AdminError> {
        if self.producer_ids.count == 0 {
            let node_id = self.settings.node_id;
            let epoch = self.image().broker(node_id).map_or(-1, |broker| broker.epoch);
            let decision = decide::allocate_producer_ids(self.image(), node_id, epoch)?;
            let delta = self.commit(&decision.records)?;
            self.deploy(&delta, None);
            self.producer_ids = decision.results[0];
        }
        let id = self.producer_ids.first;
        self.producer_ids.first += 1;
        self.producer_ids.count -= 1;
        Ok(id)
    }

    /// Creates topics that somebody asked about. Nobody waits for an answer.
    fn auto_create(&mut self, AutoCreate(request): AutoCreate) {
        let Decided { answer, records, .. } = self.decide(Request::CreateTopics(request));
        let ControllerAnswer::TopicsCreated(results) = answer else { return };
        for (topic, result) in results {
            match result {
                Ok(_) => tracing::info!(topic, "created on first use"),
                Err(error) if error.kind == ErrorKind::TopicAlreadyExists => {}
                Err(error) => tracing::warn!(topic, %error, "cannot create on first use"),
            }
        }
        if let Ok(delta) = self.commit(&records) {
            self.deploy(&delta, None);
        }
    }

    /// Has the cluster know which log dirs failed, and everything follow the whole image.
    fn follow_log_dirs(&mut self, ready: Option<Latch>) {
        if let Err(error) = self.lose_log_dirs() {
            tracing::error!(%error, "the failed log dirs are not in the metadata log");
        }
        self.deploy_all(ready);
    }

    /// Takes the changes that wait, in order, unless a deleted topic is still on its way off the disk.
    fn go_on(&mut self) {
        while !self.is_deleting() {
            match self.waiting.pop_front() {
                Some(Waiting::Change(change)) => self.change(change),
                Some(Waiting::AutoCreate(request)) => self.auto_create(request),
                None => return,
            }
        }
    }

    fn is_deleting(&self) -> bool {
        self.deploying.values().any(|deploying| deploying.deletes)
    }
}

impl Hear<Change> for Controller {
    fn hear(&mut self, change: Change, _ctx: &mut StageContext<Self>) {
        self.waiting.push_back(Waiting::Change(change));
        self.go_on();
    }
}

impl Hear<AutoCreate> for Controller {
    fn hear(&mut self, request: AutoCreate, _ctx: &mut StageContext<Self>) {
        self.waiting.push_back(Waiting::AutoCreate(request));
        self.go_on();
    }
}

impl Hear<Deployed> for Controller {
    fn hear(&mut self, Deployed(number): Deployed, _ctx: &mut StageContext<Self>) {
        let answer = self.deploying.remove(&number).and_then(|deploying| deploying.answer);
        if let Some((reply, answer)) = answer {
            reply.send(answer);
        }
        self.go_on();
    }
}

impl Hear<LogDirFailed> for Controller {
    fn hear(&mut self, _: LogDirFailed, _ctx: &mut StageContext<Self>) {
        self.follow_log_dirs(None);
    }
}

impl Hear<NewProducerId> for Controller {
    fn hear(&mut self, NewProducerId { mut reply }: NewProducerId, _ctx: &mut StageContext<Self>) {
        reply.handed_over();
        let id = self.new_producer_id();
        reply.send(ControllerAnswer::ProducerId(id));
    }
}
