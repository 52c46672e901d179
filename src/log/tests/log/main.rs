//! The log as a whole, over real and simulated files, against a simple model in memory.

mod aborting;
mod appending;
mod crashes;
mod deleting;
mod mapping;
mod model;
mod reopening;
mod support;
mod world;
