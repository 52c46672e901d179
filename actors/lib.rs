//! Every actor of the broker. This crate alone names actix.
//!
//! ```text
//! broker ─┬─ listener-PLAINTEXT …      accept
//!         ├─ shard-0 … one per core ─┬─ orders-0 …             partitions
//!         │                          ├─ group-coordinator-0 …  groups, beside the partitions that record them
//!         │                          └─ connection-1 …         clients
//!         ├─ controller                metadata log, decisions
//!         ├─ retention-0 …             one per log dir
//!         └─ ops                       HTTP: metrics, actor tree, health
//!
//! socket ▶ Connection ▶ api/produce ▶ Partition ▶ Log ▶ Reply ▶ Connection ▶ socket
//! socket ▶ Connection ▶ api/fetch   ▶ Partition ▶ file slices ▶ Connection ▶ sendfile/writev ▶ socket
//! socket ▶ Connection ▶ api/groups  ▶ GroupCoordinator ▶ Partition ▶ committed ▶ Reply ▶ Connection ▶ socket
//! ```
//!
//! | to see | look at |
//! |---|---|
//! | how actors live, die and come back | `supervision/` |
//! | how a request comes in and a response goes out | `network/connection.rs`, `network/registry.rs`, `network/api/` |
//! | what a partition does | `partition/` |
//! | how groups are coordinated | `coordinator/`, `group_coordinator.rs`, `network/api/groups/` |
//! | how the cluster changes | `controller/` |
//! | the order of starting and stopping | `process/` |

mod answer;
mod broker;
mod chance;
mod clock;
mod complaints;
mod context;
mod controller;
mod coordinator;
pub mod exit;
mod group_coordinator;
mod live;
mod lock;
mod log_dir;
pub mod loggers;
mod network;
mod ops;
mod partition;
mod process;
mod retention;
mod shard;
pub mod supervision;
mod traffic;
mod view;

pub use process::{Running, StartError, start};
