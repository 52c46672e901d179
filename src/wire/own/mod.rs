//! Messages of our own, for versions whose fields the message crate does not know. They stand in [`crate::messages`] in
//! place of the crate's, with the same names, so that nobody else sees the difference.

pub mod describe_log_dirs;
pub mod offset_commit;
pub mod offset_fetch;
mod parts;
