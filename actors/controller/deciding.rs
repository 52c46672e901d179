//! From a request to the answer and the records of it: the core decides, here it is asked.

use kabuki_metadata::controller::{self as decide, Decision, FeatureDecision, UpdateFeatures};
use kabuki_metadata::{AdminError, MetadataRecord};

use super::{Controller, ControllerAnswer, Request};
use crate::chance::OsChance;

/// What a request comes to.
pub(super) struct Decided {
    /// The answer, true once the rest is carried out.
    pub(super) answer: ControllerAnswer,
    /// What to commit.
    pub(super) records: Vec<MetadataRecord>,
    /// Whether the quorum's voters move into the log before.
    pub(super) raises_kraft_version: bool,
}

impl Decided {
    fn of<T>(decision: Decision<T>, answer: impl FnOnce(Vec<T>) -> ControllerAnswer) -> Self {
        let Decision { results, records } = decision;
        Self { answer: answer(results), records, raises_kraft_version: false }
    }

    fn features(decision: Result<FeatureDecision, AdminError>) -> Self {
        let (result, decision) = split(decision);
        let FeatureDecision { raises_kraft_version, records } = decision;
        Self { answer: ControllerAnswer::FeaturesUpdated(result), records, raises_kraft_version }
    }

    fn unregistration(decision: Result<Decision<()>, AdminError>) -> Self {
        let (result, decision) = split(decision);
        Self::of(decision, |_| ControllerAnswer::BrokerUnregistered(result))
    }
}

/// Whether it was refused, and what to do: nothing when it was.
fn split<T: Default>(decision: Result<T, AdminError>) -> (Result<(), AdminError>, T) {
    match decision {
        Ok(decision) => (Ok(()), decision),
        Err(error) => (Err(error), T::default()),
    }
}

impl Controller {
    /// Decides a request; nothing has happened yet.
    pub(super) fn decide(&self, request: Request) -> Decided {
        use ControllerAnswer as A;
        let (image, settings, rules) = (self.image(), &self.settings, &self.rules());
        match request {
            Request::CreateTopics(request) => {
                let decision =
                    decide::create_topics(image, &request, settings, rules, &mut OsChance);
                Decided::of(decision, A::TopicsCreated)
            }
            Request::DeleteTopics(topics) => {
                Decided::of(decide::delete_topics(image, &topics, settings), A::TopicsDeleted)
            }
            Request::CreatePartitions { topics, validate_only } => {
                let decision =
                    decide::create_partitions(image, &topics, validate_only, &mut OsChance);
                Decided::of(decision, A::PartitionsCreated)
            }
            Request::AlterConfigs(request) => {
                Decided::of(decide::alter_configs(image, &request, rules), A::ConfigsAltered)
            }
            Request::IncrementalAlterConfigs(request) => {
                let decision = decide::incremental_alter_configs(image, &request, rules);
                Decided::of(decision, A::ConfigsAltered)
            }
            Request::UpdateFeatures(request) => Decided::features(self.update_features(&request)),
            Request::UnregisterBroker(id) => {
                Decided::unregistration(decide::unregister_broker(image, id, settings))
            }
        }
    }

    fn update_features(&self, request: &UpdateFeatures) -> Result<FeatureDecision, AdminError> {
        let minimum = self.settings.min_insync_replicas;
        decide::update_features(self.image(), self.log.kraft_version(), request, minimum)
    }
}
