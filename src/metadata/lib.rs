//! The cluster image, its records, and the decisions of the controller.

pub mod generated;
