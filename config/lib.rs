//! Every configuration key of the broker: type, default, range, doc; and where values come from.
//!
//! ```text
//! Kafka's defaults ◀ file, or the embedded profile ◀ environment (KAFKA_…) ◀ --override        layers.rs
//!        └──────────▶ Settings: key → value and its origin ──▶ checks, all problems at once    load.rs
//!                        ├─▶ BrokerConfig, TopicConfig: typed fields                           broker.rs, topic.rs
//!                        └─▶ DescribeConfigs                                                   describe.rs
//! ```
//!
//! | Where to look | for |
//! |---|---|
//! | `key.rs`, `generated/`, `kabuki_keys.rs` | the tables of keys |
//! | `docs/` | what each of them is for, in a line |
//! | `effective.rs` | which of them are obeyed today |
//! | `properties.rs`, `environment.rs`, `zookeeper_era.rs` | what is read from where |
//! | `dynamic.rs` | what may be set at run time, and what becomes of the settings then |
//! | `value.rs`, `cross_checks.rs`, `parse_listeners.rs` | what is accepted |
//! | `protection.rs`, `cluster.rs` | what Kabuki refuses to start with |

pub mod broker;
mod class_names;
mod cluster;
mod cross_checks;
pub mod describe;
mod docs;
mod dynamic;
mod effective;
mod environment;
mod error;
mod generated;
mod group;
pub mod groups;
mod kabuki_keys;
pub mod key;
mod layers;
pub mod listeners;
mod load;
#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod model_tests;
mod origin;
mod parse_listeners;
pub mod properties;
mod protection;
mod quorum;
mod settings;
pub mod topic;
mod value;
mod zookeeper_era;

pub use broker::BrokerConfig;
pub use class_names::built_in;
pub use describe::{
    ConfigSource, ConfigSynonym, ConfigType, DescribedConfig, Describer, describe_client_metrics,
};
pub use dynamic::{BrokerOverrides, DynamicConfigs, Reconfigurable, Scope};
pub use effective::{dynamic_warnings, is_effective, topic_warnings};
pub use error::{ConfigErrors, Problem, ProblemKind, Warning};
pub use group::{ClientMetricsError, check_client_metrics, check_group};
pub use listeners::{Endpoint, Listener, Listeners, SecurityProtocol};
pub use load::{LoadRequest, Loaded};
pub use origin::Origin;
pub use properties::fuzz_properties;
pub use settings::{Setting, Settings};
pub use topic::{TopicConfig, TopicConfigError, TopicOverrides};
pub use value::{Value, allowed};
