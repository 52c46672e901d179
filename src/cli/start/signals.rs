//! The system's requests to end.

use std::io;
use std::thread;

use kabuki_actors::exit::ExitDoor;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// What a shell gives for a process that ctrl-C has ended.
const EXIT_INTERRUPTED: i32 = 130;

/// The first SIGTERM or ctrl-C opens the door; another ctrl-C ends the process at once, as a kill would.
pub(super) fn lead_to(door: ExitDoor) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let listen = move || {
        let mut is_stopping = false;
        for signal in signals.forever() {
            if is_stopping && signal == SIGINT {
                // Nothing of what normally runs at the end may hold this up.
                signal_hook::low_level::exit(EXIT_INTERRUPTED);
            }
            is_stopping = true;
            door.stop();
        }
    };
    thread::Builder::new().name("kabuki-signals".to_owned()).spawn(listen).map(drop)
}
