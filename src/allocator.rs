//! The allocator of the binary.
//!
//! A message is allocated on the arbiter of its sender and freed on that of its receiver. glibc takes the lock of the
//! sender's heap for each such piece; jemalloc gives them back many at a time, and keeps the memory of large requests for
//! the next ones. What each gave is in `docs/status.md`.

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
