//! Named threads for work that blocks: opening logs, syncing, removing files. Arbiters never wait for them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Sender, unbounded};

type Job = Box<dyn FnOnce() + Send>;

/// A few threads with one queue. The queue has no bound of its own: every user of a pool has at most a fixed number
/// of jobs in it (one opening or one flush per partition, one measurement per dir, two reads per connection), which is the
/// bound.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    jobs: Arc<Sender<Job>>,
}

impl Pool {
    /// Starts `threads` threads, named `name-0`, `name-1`, …; they end when the last clone of the pool is dropped.
    pub(crate) fn start(name: &str, threads: usize) -> std::io::Result<Self> {
        Self::start_nice(name, threads, 0)
    }

    /// The same with threads that give way to others: `nice` is what Linux adds to a thread's place in line, up to 19.
    pub(crate) fn start_nice(name: &str, threads: usize, nice: i32) -> std::io::Result<Self> {
        let (jobs, queue) = unbounded::<Job>();
        for index in 0..threads.max(1) {
            let queue = queue.clone();
            thread::Builder::new().name(format!("{name}-{index}")).spawn(move || {
                if nice > 0 {
                    // Of this thread alone. It is a courtesy: without it the work is done all the same.
                    let _ = rustix::process::setpriority_process(None, nice);
                }
                while let Ok(job) = queue.recv() {
                    // The panic hook has logged it; what the job owed is answered by what it dropped.
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            })?;
        }
        Ok(Self { jobs: Arc::new(jobs) })
    }

    /// Queues a job.
    pub(crate) fn submit(&self, job: impl FnOnce() + Send + 'static) {
        // Fails only when every thread is gone, which a panic cannot do to them.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Jobs that no thread has begun.
    #[cfg(test)]
    pub(crate) fn queued(&self) -> usize {
        self.jobs.len()
    }
}
