//! | to see | look at |
//! |---|---|
//! | how the binary is started and ended | `server.rs` |
//! | that the tools speak to the broker | `tools.rs` |
//! | what survives a restart, and a kill under load | `restart.rs`, `kill.rs` |
//! | how starting and stopping are asked for and refused | `start_stop.rs`, `configuration.rs` |
//! | that configuration changes at run time | `live_configs.rs` |
//! | that records are synced when they are to be | `flush.rs` |
//! | what is asked of the log dirs, and how records are deleted | `log_dirs.rs` |
//! | what a log dir that fails leaves | `lost_log_dirs.rs` |
//! | features, who belongs to the cluster, producer ids | `admin.rs` |
//! | what one connection does | `connections.rs` |
//! | that pipelined requests keep their order | `pipelining.rs` |
//! | that a connection moves to its partitions | `moving.rs` |
//! | how many connections there may be | `limits.rs` |
//! | that records come from the disk as from memory | `cold_reads.rs` |
//! | that memory stays bounded | `memory.rs` |
//! | that many partitions are cheap | `many_partitions.rs` |
//! | who is served when not all fit, to whom fetch sessions belong | `fetch_sessions.rs` |
//! | consumer groups and the command line for them | `groups_cli.rs` |
//! | what groups survive: coordinators killed, the broker killed | `groups.rs` |
//! | what bytes of no sense do | `hostile.rs` |

mod admin;
mod cold_reads;
mod configuration;
mod connections;
mod fetch_sessions;
mod flush;
mod groups;
mod groups_cli;
mod hostile;
mod kill;
mod limits;
mod live_configs;
mod log_dirs;
mod lost_log_dirs;
mod many_partitions;
mod memory;
mod moving;
mod pipelining;
mod raw;
mod restart;
mod server;
mod start_stop;
mod tools;
