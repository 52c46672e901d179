//! What a simulated disk holds: as reads see it, and as a power loss leaves it.

use std::collections::BTreeMap;
use std::io;

use super::{Faults, Random};

/// What a disk keeps together of a torn write.
const SECTOR: usize = 512;

/// A disk and what goes wrong with it.
pub(super) struct State {
    pub(super) nodes: BTreeMap<u64, Node>,
    pub(super) next: u64,
    pub(super) random: Random,
    pub(super) faults: Faults,
    pub(super) step: u64,
    pub(super) crashed: bool,
    pub(super) bytes_read: u64,
}

#[derive(Clone)]
pub(super) enum Node {
    File(FileNode),
    Dir(DirNode),
}

#[derive(Clone, Default)]
pub(super) struct FileNode {
    /// What reads see.
    pub(super) bytes: Vec<u8>,
    /// What a power loss leaves at least.
    durable: Vec<u8>,
    /// Changes since the last sync, in order.
    pending: Vec<Change>,
    pub(super) locked: bool,
}

#[derive(Clone)]
pub(super) enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

#[derive(Clone, Default)]
pub(super) struct DirNode {
    pub(super) names: BTreeMap<String, u64>,
    durable: BTreeMap<String, u64>,
    pending: Vec<Naming>,
}

#[derive(Clone)]
pub(super) enum Naming {
    Create(String, u64),
    Rename(String, String),
    Remove(String),
}

impl FileNode {
    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.bytes);
        self.pending.push(change);
    }

    pub(super) fn sync(&mut self) {
        self.durable.clone_from(&self.bytes);
        self.pending.clear();
    }

    pub(super) fn reboot(&mut self, power_loss: bool, random: &mut Random) {
        self.locked = false;
        if !power_loss {
            return;
        }
        let mut bytes = std::mem::take(&mut self.durable);
        for change in self.pending.drain(..) {
            match (random.below(3), change) {
                (0, _) => {}
                (1, Change::Write(at, mut data)) => {
                    let sectors = data.len().div_ceil(SECTOR) as u64;
                    data.truncate(random.below(sectors.max(1)) as usize * SECTOR);
                    Change::Write(at, data).apply(&mut bytes);
                }
                (_, change) => change.apply(&mut bytes),
            }
        }
        self.bytes.clone_from(&bytes);
        self.durable = bytes;
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::SetLen(len) => bytes.resize(*len, 0),
            Self::Write(_, data) if data.is_empty() => {}
            Self::Write(at, data) => {
                bytes.resize(bytes.len().max(at + data.len()), 0);
                bytes[*at..at + data.len()].copy_from_slice(data);
            }
        }
    }
}

impl DirNode {
    pub(super) fn change(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.pending.push(naming);
    }

    pub(super) fn sync(&mut self) {
        self.durable.clone_from(&self.names);
        self.pending.clear();
    }

    pub(super) fn reboot(&mut self, power_loss: bool, random: &mut Random) {
        if !power_loss {
            return;
        }
        let kept = random.below(self.pending.len() as u64 + 1) as usize;
        self.pending.drain(..).take(kept).for_each(|it| it.apply(&mut self.durable));
        self.names.clone_from(&self.durable);
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, u64>) {
        match self {
            Self::Create(name, id) => _ = names.insert(name.clone(), *id),
            Self::Remove(name) => _ = names.remove(name),
            Self::Rename(from, to) => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
        }
    }
}

impl State {
    /// A disk that nothing has happened to yet.
    pub(super) fn new(nodes: BTreeMap<u64, Node>, next: u64, random: Random) -> Self {
        let faults = Faults::default();
        Self { nodes, next, random, faults, step: 0, crashed: false, bytes_read: 0 }
    }

    /// Counts a step; an error when it is the one to fail, or when the machine has stopped.
    pub(super) fn begin_step(&mut self) -> io::Result<()> {
        self.check_alive()?;
        self.step += 1;
        if self.faults.crash_at_step == Some(self.step) {
            self.crashed = true;
            return Err(stopped());
        }
        if self.faults.fail_at_step == Some(self.step) {
            return Err(io::Error::other("simulated failure"));
        }
        Ok(())
    }

    pub(super) fn check_alive(&self) -> io::Result<()> {
        if self.crashed { Err(stopped()) } else { Ok(()) }
    }

    pub(super) fn file(&mut self, id: u64) -> io::Result<&mut FileNode> {
        match self.nodes.get_mut(&id) {
            Some(Node::File(file)) => Ok(file),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    pub(super) fn dir(&mut self, id: u64) -> io::Result<&mut DirNode> {
        match self.nodes.get_mut(&id) {
            Some(Node::Dir(dir)) => Ok(dir),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    pub(super) fn lookup(&mut self, dir: u64, name: &str) -> io::Result<u64> {
        self.dir(dir)?.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(super) fn add(&mut self, dir: u64, name: &str, node: Node) -> io::Result<u64> {
        self.begin_step()?;
        let id = self.next;
        self.next += 1;
        self.nodes.insert(id, node);
        self.dir(dir)?.change(Naming::Create(name.to_owned(), id));
        Ok(id)
    }

    fn used(&self) -> u64 {
        let len = |it: &Node| match it {
            Node::File(file) => file.bytes.len() as u64,
            Node::Dir(_) => 0,
        };
        self.nodes.values().map(len).sum()
    }

    /// Writes as much as fits; the machine may stop amid it.
    pub(super) fn write(&mut self, id: u64, data: Vec<u8>, at: usize) -> io::Result<()> {
        let alive = !self.crashed;
        let begun = self.begin_step();
        let grows = (at + data.len()).saturating_sub(self.file(id)?.bytes.len()) as u64;
        let room = self.faults.capacity.map_or(u64::MAX, |it| it.saturating_sub(self.used()));
        let kept = match &begun {
            Ok(()) => data.len() - grows.saturating_sub(room).min(data.len() as u64) as usize,
            Err(_) if self.crashed && alive => self.random.below(data.len() as u64 + 1) as usize,
            Err(_) => 0,
        };
        let full = kept < data.len();
        let data = data[..kept].to_vec();
        if kept > 0 {
            self.file(id)?.change(Change::Write(at, data));
        }
        begun?;
        if full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    /// Forgets a file or directory with everything in it.
    pub(super) fn forget(&mut self, id: u64) {
        if let Some(Node::Dir(dir)) = self.nodes.remove(&id) {
            dir.names.values().for_each(|it| self.forget(*it));
        }
    }
}

fn stopped() -> io::Error {
    io::Error::other("simulated crash")
}
