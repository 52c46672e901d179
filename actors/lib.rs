//! Every actor of the broker. This crate alone names actix.
//!
//! ```text
//! broker ─┬─ listener-PLAINTEXT …      accept
//!         ├─ shard-0 … one per core ─┬─ orders-0 …        partitions
//!         │                          └─ connection-1 …    clients
//!         ├─ controller                metadata log, decisions
//!         ├─ retention-0 …             one per log dir
//!         └─ ops                       HTTP: metrics, actor tree, health
//!
//! socket ▶ Connection ▶ api/produce ▶ Partition ▶ Log ▶ Reply ▶ Connection ▶ socket
//! socket ▶ Connection ▶ api/fetch   ▶ Partition ▶ file slices ▶ Connection ▶ sendfile/writev ▶ socket
//! ```
//!
//! | to see | look at |
//! |---|---|
//! | how actors live, die and come back | `supervision/` |
//! | how a request comes in and a response goes out | `network/connection.rs`, `network/registry.rs`, `network/api/` |
//! | what a partition does | `partition/` |
//! | how the cluster changes | `controller/` |
//! | the order of starting and stopping | `process/` |

mod answer;
mod broker;
mod clock;
mod complaints;
mod context;
mod controller;
pub mod exit;
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
