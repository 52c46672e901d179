//! The replica state machine of one partition.
