//! Becoming part of the cluster: the metadata log is opened, and this process registers as a broker.

use std::sync::atomic::Ordering::SeqCst;

use kabuki_log::log_dir::UNKNOWN_BROKER_EPOCH;
use kabuki_metadata::controller::{self as decide, BrokerRegistration};
use kabuki_metadata::image::{BrokerImage, Endpoint};
use kabuki_metadata::one_voter::OneVoterOptions;
use kabuki_metadata::{AdminError, features};
use kabuki_records::control;
use uuid::Uuid;

use super::{Controller, ControllerSeed};
use crate::context::BrokerContext;

/// Kafka's number for the security protocol PLAINTEXT.
const PLAINTEXT: i16 = 0;

/// What a voters record says of a controller that has no listener: Kafka's own controller, if it ever takes the log
/// over, reads its address from its configuration.
const CONTROLLER_LISTENER: (&str, &str, u16) = ("CONTROLLER", "localhost", 9093);

/// How the metadata log of this node is opened.
pub(super) fn log_options(context: &BrokerContext) -> OneVoterOptions {
    let live = context.live();
    let config = &live.config;
    let parsed = config.listeners.controller.iter().map(|listener| control::Endpoint {
        name: listener.name.clone(),
        host: match listener.host.is_empty() {
            true => CONTROLLER_LISTENER.1.to_owned(),
            false => listener.host.clone(),
        },
        port: listener.port,
    });
    let mut controller_endpoints: Vec<_> = parsed.collect();
    if controller_endpoints.is_empty() {
        let (name, host, port) = CONTROLLER_LISTENER;
        let (name, host) = (name.to_owned(), host.to_owned());
        controller_endpoints.push(control::Endpoint { name, host, port });
    }
    let directory_id = context.metadata_dir.id;
    OneVoterOptions {
        controller_endpoints,
        min_insync_replicas: config.topics.defaults.min_insync_replicas,
        segment_bytes: config.metadata_log.segment_bytes,
        bytes_between_snapshots: config.metadata_log.bytes_between_snapshots,
        ms_between_snapshots: config.metadata_log.ms_between_snapshots,
        ..OneVoterOptions::new(config.node_id, &context.cluster_id, directory_id)
    }
}

impl Controller {
    /// Makes this process a registered, unfenced broker that leads its partitions; does nothing when it is one already,
    /// or was one and was taken out since: an earlier incarnation of this actor has done it. As in Kafka only another
    /// process registers anew.
    pub(super) fn join(&mut self, seed: &ControllerSeed) -> Result<(), String> {
        let node_id = self.settings.node_id;
        let here = self.image().broker(node_id);
        let is_in =
            |broker: &BrokerImage| broker.incarnation_id == seed.incarnation_id && !broker.fenced;
        if here.is_some_and(is_in) || here.is_none() && seed.registered.load(SeqCst) {
            return Ok(());
        }
        let registration = self.registration(seed.incarnation_id);
        let offset = self.log.next_offset();
        let decision = decide::register_broker(self.image(), &registration, offset, &self.settings)
            .map_err(|error| error.to_string())?;
        let epoch = decision.results[0];
        self.commit(&decision.records).map_err(|error| error.to_string())?;
        let decision = decide::unfence_broker(self.image(), node_id, epoch, &self.settings)
            .map_err(|error| error.to_string())?;
        self.commit(&decision.records).map_err(|error| error.to_string())?;
        self.cordon_log_dirs().map_err(|error| error.to_string())?;
        seed.registered.store(true, SeqCst);
        Ok(())
    }

    /// Writes which log dirs the configuration sets aside, if that is another choice than before.
    pub(super) fn cordon_log_dirs(&mut self) -> Result<(), AdminError> {
        let node_id = self.settings.node_id;
        let Some(epoch) = self.image().broker(node_id).map(|broker| broker.epoch) else {
            return Ok(());
        };
        let paths = &self.live.config.log.cordoned_log_dirs;
        let cordoned = self.context.log_dirs.iter().filter(|dir| paths.contains(&dir.path));
        let cordoned: Vec<Uuid> = cordoned.map(|dir| dir.id).collect();
        let decision = decide::cordon_log_dirs(self.image(), node_id, epoch, &cordoned)?;
        self.commit(&decision.records).map(drop)
    }

    /// Writes which log dirs have failed, if it is not written yet: nobody leads what is in them.
    pub(super) fn lose_log_dirs(&mut self) -> Result<(), AdminError> {
        let node_id = self.settings.node_id;
        let Some(epoch) = self.image().broker(node_id).map(|broker| broker.epoch) else {
            return Ok(());
        };
        let failed = self.context.log_dirs.iter().filter(|dir| dir.is_offline());
        let failed: Vec<Uuid> = failed.map(|dir| dir.id).collect();
        let decision =
            decide::lose_log_dirs(self.image(), node_id, epoch, &failed, &self.settings)?;
        self.commit(&decision.records).map(drop)
    }

    /// Writes that this process leads nothing any more, as a controlled shutdown does: whoever runs on the dir next
    /// (Kafka's controller, too) need not wait for the end of its session. An end without this is a crash to them.
    pub(super) fn leave_cluster(&mut self) {
        let node_id = self.settings.node_id;
        let Some(epoch) = self.image().broker(node_id).map(|broker| broker.epoch) else { return };
        for decide in [decide::start_controlled_shutdown, decide::fence_broker] {
            let left = decide(self.image(), node_id, epoch, &self.settings)
                .and_then(|decision| self.commit(&decision.records));
            if let Err(error) = left {
                return tracing::warn!(%error, "the end of this broker is not in the metadata log");
            }
        }
    }

    fn registration(&self, incarnation_id: Uuid) -> BrokerRegistration {
        let context = &self.context;
        let endpoints = context.listeners().iter().filter_map(|listener| {
            let advertised = listener.advertised.as_ref()?;
            Some(Endpoint {
                listener: listener.name.clone(),
                host: advertised.host.clone(),
                port: advertised.port,
                security_protocol: PLAINTEXT,
            })
        });
        BrokerRegistration {
            id: self.settings.node_id,
            incarnation_id,
            endpoints: endpoints.collect(),
            features: features::all_served().map(|it| (it.name.to_owned(), it.supported)).collect(),
            rack: context.live().config.rack.clone(),
            log_dirs: context.online_log_dirs().map(|dir| dir.id).collect(),
            previous_epoch: previous_epoch(context).unwrap_or(UNKNOWN_BROKER_EPOCH),
        }
    }
}

/// The epoch of the broker that ended in order, if it left all log dirs whole, none is missing, and they agree: else
/// something that it had may be lost.
fn previous_epoch(context: &BrokerContext) -> Option<i64> {
    let mut epochs = context.log_dirs.iter().map(|dir| dir.previous_broker_epoch());
    let first = epochs.next()??;
    let is_whole = !context.lacks_log_dirs() && epochs.all(|epoch| epoch == Some(first));
    is_whole.then_some(first)
}
