//! How the process is asked to end: by a signal, or by a part of it that cannot go on.

use crossbeam_channel::{Receiver, Sender, unbounded};

/// Why the process is to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// An orderly stop was asked for.
    Stop,
    /// Something that nothing works without is lost; the text says what.
    Fatal(String),
}

/// Where everybody can ask for the end of the process; the main thread listens.
#[derive(Debug, Clone)]
pub struct ExitDoor {
    sender: Sender<Exit>,
}

impl ExitDoor {
    /// A door, and the ear of the main thread.
    pub fn new() -> (Self, Receiver<Exit>) {
        let (sender, receiver) = unbounded();
        (Self { sender }, receiver)
    }

    /// Asks for an orderly stop.
    pub fn stop(&self) {
        let _ = self.sender.send(Exit::Stop);
    }

    /// Says that the process cannot go on.
    pub(crate) fn fatal(&self, what: String) {
        tracing::error!("{what}");
        let _ = self.sender.send(Exit::Fatal(what));
    }
}
