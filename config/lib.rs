//! Every configuration key of the broker: type, default, range, doc; and where values come from.
//!
//! ```text
//! Kafka's defaults ◀ file, or the embedded profile ◀ environment (KAFKA_…) ◀ --override    layers.rs
//!        └────────────────────────▶ Settings: key → value and its origin ────────────────▶ check.rs
//!                                                   └─▶ BrokerConfig, TopicConfig: typed fields
//! ```

pub mod broker;
pub mod listeners;
pub mod topic;

pub use broker::BrokerConfig;
pub use listeners::{Endpoint, Listener, Listeners, SecurityProtocol};
pub use topic::TopicConfig;
