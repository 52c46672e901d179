//! A simulated disk: keeps what was written apart from what was synced, fails and crashes on demand.
//!
//! What it takes for granted, and no more: a synced file has its bytes and its length; a synced directory has
//! its names; a rename is whole or not at all; changes to one directory reach the disk in their order. What is
//! not synced may reach the disk or not, write by write, the last bytes of a write in sectors.

mod handles;
mod nodes;
mod random;

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::random::Random;
pub(crate) use self::random::mix;

use self::handles::SimDir;
use self::nodes::{DirNode, Node, State};
use crate::dir::Dir;

/// The root directory.
const ROOT: u64 = 0;

/// What goes wrong, and when. Steps count the operations that change something: create, write, cut, sync,
/// rename, remove.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// This step fails, once; nothing of it is done.
    pub fail_at_step: Option<u64>,
    /// At this step the machine stops: everything fails from here on. A write is half done.
    pub crash_at_step: Option<u64>,
    /// Bytes that fit on the disk; a write beyond them is cut short and fails.
    pub capacity: Option<u64>,
}

/// A simulated disk; clones are the same disk.
#[derive(Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

impl Debug for SimDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimDisk at step {}", self.step())
    }
}

impl SimDisk {
    /// An empty disk. The seed decides what a crash loses.
    pub fn new(seed: u64) -> Self {
        let mut nodes = BTreeMap::new();
        nodes.insert(ROOT, Node::Dir(DirNode::default()));
        let random = Random::new(seed);
        let state = State::new(nodes, 1, random);
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// The root directory.
    pub fn root(&self) -> Arc<dyn Dir> {
        Arc::new(SimDir { disk: self.clone(), id: ROOT, path: "/".to_owned() })
    }

    /// Sets what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    /// How many steps were made.
    pub fn step(&self) -> u64 {
        self.lock().step
    }

    /// How many bytes were read from files.
    pub fn bytes_read(&self) -> u64 {
        self.lock().bytes_read
    }

    /// Whether `crash_at_step` was reached.
    pub fn has_crashed(&self) -> bool {
        self.lock().crashed
    }

    /// The disk that the machine finds after a power loss. Handles of this one stay as they are.
    pub fn crash(&self) -> Self {
        self.rebooted(true)
    }

    /// The disk that the next process finds after this one was killed: everything written is there.
    pub fn kill(&self) -> Self {
        self.rebooted(false)
    }

    fn rebooted(&self, power_loss: bool) -> Self {
        let mut state = self.lock();
        let mut random = state.random.fork();
        let mut nodes = state.nodes.clone();
        for node in nodes.values_mut() {
            match node {
                Node::File(file) => file.reboot(power_loss, &mut random),
                Node::Dir(dir) => dir.reboot(power_loss, &mut random),
            }
        }
        let next = state.next;
        let state = State::new(nodes, next, random);
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::dir::{Open, read_small, replace_small};

    fn content(disk: &SimDisk, name: &str) -> Option<Vec<u8>> {
        read_small(disk.root().as_ref(), name).expect("readable")
    }

    #[test]
    fn what_is_synced_survives_and_the_rest_may_not() {
        let disk = SimDisk::new(1);
        let file = disk.root().open("f", Open::OrCreate).expect("created");
        file.write_all_at(b"safe", 0).expect("written");
        file.sync().expect("synced");
        disk.root().sync().expect("synced");
        file.write_all_at(b"risk", 4).expect("written");
        assert_eq!(content(&disk.kill(), "f").as_deref(), Some(&b"saferisk"[..]));
        let mut lost = 0;
        for _ in 0..20 {
            let found = content(&disk.crash(), "f").expect("its name was synced");
            assert!(found.starts_with(b"safe"));
            lost += u32::from(found.len() == 4);
        }
        assert!(0 < lost && lost < 20);
    }

    #[test]
    fn a_name_is_not_safe_before_its_directory_is_synced() {
        let disk = SimDisk::new(2);
        disk.root().open("f", Open::OrCreate).expect("created").sync().expect("synced");
        assert!((0..20).any(|_| content(&disk.crash(), "f").is_none()));
    }

    #[test]
    fn a_replaced_file_is_old_or_new_at_every_crash() {
        for step in 1..9 {
            let disk = SimDisk::new(step);
            replace_small(disk.root().as_ref(), "f", b"old").expect("written");
            disk.set_faults(Faults {
                crash_at_step: Some(disk.step() + step),
                ..Faults::default()
            });
            let done = replace_small(disk.root().as_ref(), "f", b"new").is_ok();
            assert_eq!(done, !disk.has_crashed());
            let found = content(&disk.crash(), "f").expect("never lost");
            assert!(found == b"new" || (found == b"old" && !done));
        }
    }

    #[test]
    fn a_full_disk_takes_what_fits() {
        let disk = SimDisk::new(3);
        disk.set_faults(Faults { capacity: Some(6), ..Faults::default() });
        let file = disk.root().open("f", Open::OrCreate).expect("created");
        file.write_all_at(b"1234", 0).expect("fits");
        let error = file.write_all_at(b"5678", 4).expect_err("does not fit");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(file.len().expect("known"), 6);
    }
}
