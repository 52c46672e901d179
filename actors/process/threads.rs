//! The threads of a broker: an arbiter per core for connections and partitions, one for control, and the openers.

use std::thread::JoinHandle;

use actix_rt::{Arbiter, ArbiterHandle, System};
use crossbeam_channel::bounded;

use super::{StartError, pool};
use crate::supervision::Pool;

/// The arbiters and worker threads.
pub(crate) struct Threads {
    /// Where the controller, the listeners and the ops endpoint live.
    pub(crate) control: ArbiterHandle,
    /// Where connections and partitions live.
    pub(crate) data: Vec<ArbiterHandle>,
    /// Threads that open what restarts.
    pub(crate) openers: Pool,
    system: System,
    thread: Option<JoinHandle<()>>,
}

impl Threads {
    /// Starts `arbiters` data arbiters, by default one per core, and the control arbiter.
    pub(crate) fn start(arbiters: Option<usize>, openers: usize) -> Result<Self, StartError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let arbiters = arbiters.unwrap_or(cores).max(1);
        let (made, wait) = bounded(1);
        let thread = std::thread::Builder::new()
            .name("kabuki-control".to_owned())
            .spawn(move || {
                let runner = System::new();
                let control = Arbiter::current();
                let data: Vec<_> = (0..arbiters).map(|_| Arbiter::new()).collect();
                let handles = data.iter().map(Arbiter::handle).collect();
                let _ = made.send((System::current(), control, handles));
                if let Err(error) = runner.run() {
                    tracing::error!(%error, "the actor system ended with an error");
                }
                for arbiter in data {
                    arbiter.stop();
                    let _ = arbiter.join();
                }
            })
            .map_err(StartError::Thread)?;
        let gone = |_| StartError::Part("the actor system did not start".to_owned());
        let (system, control, data): (_, _, Vec<ArbiterHandle>) = wait.recv().map_err(gone)?;
        let openers = pool("kabuki-opener", openers.max(cores))?;
        Ok(Self { control, data, openers, system, thread: Some(thread) })
    }

    /// Ends all arbiters, and waits for them.
    pub(crate) fn stop(mut self) {
        self.system.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the control thread had panicked");
        }
    }
}
