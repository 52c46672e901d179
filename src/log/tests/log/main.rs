//! The log as a whole, over real and simulated files, against a simple model in memory.

mod aborting;
mod appending;
mod crashes;
mod deleting;
mod idle;
mod mapping;
mod model;
mod new_partitions;
mod recovering;
mod reopening;
mod support;
mod world;
