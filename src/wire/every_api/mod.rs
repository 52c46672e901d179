//! Every API in every version: what the shapes say against what the message crate does.

mod allocations;
mod fetch_responses;
mod filler;
mod frames;
mod hostile;
pub(crate) mod recoding;
mod shapes;
