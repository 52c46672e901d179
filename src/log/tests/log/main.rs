//! The log as a whole, over real and simulated files, against a simple model in memory.

mod crashes;
mod examples;
mod model;
mod world;
