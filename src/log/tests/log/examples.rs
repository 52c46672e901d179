//! Behaviours one by one.
