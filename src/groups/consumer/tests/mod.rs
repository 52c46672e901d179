//! One group, asked as clients ask it.

mod as_kafka;
mod classic;
mod commits;
mod leaving;
mod pace;
mod patterns;
mod reconciling;
mod room;
mod simulation;
mod statics;
mod targets;
mod world;
