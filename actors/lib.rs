//! Every actor of the broker.
