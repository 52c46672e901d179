//! From sockets to actor messages and back.
//!
//! ```text
//!   socket ▶ listener ▶ connection ▶ registry ▶ api/<name> ▶ Partition | Controller | …
//!   socket ◀ outbox ◀ slots (in request order) ◀ api/<name> ◀ answers
//! ```

mod admission;
mod api;
mod budget;
mod connection;
mod errors;
mod fetch_session;
mod homing;
mod listener;
mod outbox;
mod read_ahead;
mod registry;
mod slots;

pub(crate) use admission::Admission;
pub(crate) use budget::MemoryBudget;
pub(crate) use fetch_session::FetchSessions;
pub(crate) use listener::{Listener, ListenerInfo, ListenerSeed};
pub(crate) use outbox::FileSlice;
