//! The log of a partition: segments, indexes, recovery, producer state, leader epochs.
