//! Features and their levels.

use std::collections::BTreeMap;

use kabuki_wire::messages::update_features_request::FeatureUpdateKey;
use kabuki_wire::messages::{ApiVersionsRequest, ApiVersionsResponse, UpdateFeaturesRequest};

use crate::client::{Client, Target, text};
use crate::error::{BrokerError, ClientError};

/// A feature as a broker tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeatureState {
    /// The lowest and highest level that the broker supports; `None` when it does not know the feature.
    pub supported: Option<(i16, i16)>,
    /// The level that the cluster has finalized, 0 for none.
    pub finalized: i16,
}

/// The features of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// By name.
    pub by_name: BTreeMap<String, FeatureState>,
    /// What the finalized levels were read from: rises with every change. `None` when the broker does not say.
    pub epoch: Option<i64>,
}

/// How a feature's level may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureChange {
    /// It rises.
    Upgrade = 1,
    /// It falls, and nothing is lost.
    SafeDowngrade = 2,
    /// It falls, whatever is lost.
    UnsafeDowngrade = 3,
}

impl Client {
    /// The features that a broker supports, and those that the cluster has finalized (from Kafka 2.7 on).
    pub async fn features(&mut self) -> Result<Features, ClientError> {
        let request = ApiVersionsRequest::default()
            .with_client_software_name(text(env!("CARGO_PKG_NAME")))
            .with_client_software_version(text(env!("CARGO_PKG_VERSION")));
        let response = self.ask(Target::Any, &request).await?;
        let checked = BrokerError::check(response.error_code, None);
        checked.map_err(|refused| ClientError::broker("features", refused))?;
        Ok(features(&response))
    }

    /// Changes levels, all of them or none (from Kafka 3.3 on). `validate_only` only checks.
    pub async fn update_features(
        &mut self,
        levels: &[(String, i16)],
        change: FeatureChange,
        validate_only: bool,
    ) -> Result<Result<(), BrokerError>, ClientError> {
        let update = |(name, level): &(String, i16)| {
            FeatureUpdateKey::default()
                .with_feature(text(name))
                .with_max_version_level(*level)
                .with_upgrade_type(change as i8)
        };
        let request = UpdateFeaturesRequest::default()
            .with_feature_updates(levels.iter().map(update).collect())
            .with_validate_only(validate_only);
        let response = self.ask(Target::Controller, &request).await?;
        Ok(BrokerError::check(response.error_code, response.error_message.as_deref()))
    }
}

fn features(response: &ApiVersionsResponse) -> Features {
    let mut by_name: BTreeMap<String, FeatureState> = BTreeMap::new();
    for feature in &response.supported_features {
        let state = by_name.entry(feature.name.to_string()).or_default();
        state.supported = Some((feature.min_version, feature.max_version));
    }
    for feature in &response.finalized_features {
        by_name.entry(feature.name.to_string()).or_default().finalized = feature.max_version_level;
    }
    let epoch = response.finalized_features_epoch;
    Features { by_name, epoch: (epoch >= 0).then_some(epoch) }
}
