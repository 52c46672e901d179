//! How the allocator treats large pieces of memory.

/// Up to this size memory comes from a heap that is kept, and not from the system each time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_BYTES_MIN: i32 = 4 << 20;
/// So much of a heap's end is kept when it is free.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT_BYTES: i32 = 4 << 20;

/// Keeps memory for the next large request instead of giving it back to the system after each one. Its pages would be
/// cleared and mapped again, which was a fifth of the CPU time of requests of 100 KB; a heap keeps at most [`KEPT_BYTES`]
/// for it. An allocator other than glibc's does as it likes.
pub(super) fn keep_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in
        [(libc::M_MMAP_THRESHOLD, MAPPED_BYTES_MIN), (libc::M_TRIM_THRESHOLD, KEPT_BYTES)]
    {
        // SAFETY: `mallopt` takes two numbers and touches nothing of ours; it locks what it changes.
        let is_set = unsafe { libc::mallopt(parameter, value) } == 1;
        debug_assert!(is_set, "glibc knows parameter {parameter}");
    }
}
