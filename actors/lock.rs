//! Mutexes whose holders do nothing under them that could panic halfway.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; what a panic left behind is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
