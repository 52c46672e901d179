//! A simulated disk: keeps what was written apart from what was synced, fails and crashes on demand.
//!
//! What it takes for granted, and no more: a synced file has its bytes and its length; a synced directory has
//! its names; a rename is whole or not at all; changes to one directory reach the disk in their order. What is
//! not synced may reach the disk or not, write by write, the last bytes of a write in sectors.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dir::{Dir, Entry, EntryKind, LogFile, Open};

/// What a disk keeps together of a torn write.
const SECTOR: usize = 512;
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
        let state =
            State { nodes, next: 1, random, faults: Faults::default(), step: 0, crashed: false };
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
        let state =
            State { nodes, next, random, faults: Faults::default(), step: 0, crashed: false };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct State {
    nodes: BTreeMap<u64, Node>,
    next: u64,
    random: Random,
    faults: Faults,
    step: u64,
    crashed: bool,
}

#[derive(Clone)]
enum Node {
    File(FileNode),
    Dir(DirNode),
}

#[derive(Clone, Default)]
struct FileNode {
    /// What reads see.
    bytes: Vec<u8>,
    /// What a power loss leaves at least.
    durable: Vec<u8>,
    /// Changes since the last sync, in order.
    pending: Vec<Change>,
    locked: bool,
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    SetLen(usize),
}

#[derive(Clone, Default)]
struct DirNode {
    names: BTreeMap<String, u64>,
    durable: BTreeMap<String, u64>,
    pending: Vec<Naming>,
}

#[derive(Clone)]
enum Naming {
    Create(String, u64),
    Rename(String, String),
    Remove(String),
}

impl FileNode {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.bytes);
        self.pending.push(change);
    }

    fn sync(&mut self) {
        self.durable.clone_from(&self.bytes);
        self.pending.clear();
    }

    fn reboot(&mut self, power_loss: bool, random: &mut Random) {
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
    fn change(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.pending.push(naming);
    }

    fn sync(&mut self) {
        self.durable.clone_from(&self.names);
        self.pending.clear();
    }

    fn reboot(&mut self, power_loss: bool, random: &mut Random) {
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
    /// Counts a step; an error when it is the one to fail, or when the machine has stopped.
    fn begin_step(&mut self) -> io::Result<()> {
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

    fn check_alive(&self) -> io::Result<()> {
        if self.crashed { Err(stopped()) } else { Ok(()) }
    }

    fn file(&mut self, id: u64) -> io::Result<&mut FileNode> {
        match self.nodes.get_mut(&id) {
            Some(Node::File(file)) => Ok(file),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn dir(&mut self, id: u64) -> io::Result<&mut DirNode> {
        match self.nodes.get_mut(&id) {
            Some(Node::Dir(dir)) => Ok(dir),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn lookup(&mut self, dir: u64, name: &str) -> io::Result<u64> {
        self.dir(dir)?.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn add(&mut self, dir: u64, name: &str, node: Node) -> io::Result<u64> {
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
    fn write(&mut self, id: u64, data: Vec<u8>, at: usize) -> io::Result<()> {
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
    fn forget(&mut self, id: u64) {
        if let Some(Node::Dir(dir)) = self.nodes.remove(&id) {
            dir.names.values().for_each(|it| self.forget(*it));
        }
    }
}

fn stopped() -> io::Error {
    io::Error::other("simulated crash")
}

struct SimDir {
    disk: SimDisk,
    id: u64,
    path: String,
}

impl Debug for SimDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimDir {}", self.path)
    }
}

impl SimDir {
    fn at(&self, id: u64, name: &str) -> Self {
        Self { disk: self.disk.clone(), id, path: format!("{}{name}/", self.path) }
    }
}

impl Dir for SimDir {
    fn open(&self, name: &str, how: Open) -> io::Result<Arc<dyn LogFile>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = match (state.lookup(self.id, name), how) {
            (Ok(id), Open::Truncated) => {
                state.begin_step()?;
                state.file(id)?.change(Change::SetLen(0));
                id
            }
            (Ok(id), _) => id,
            (Err(error), Open::Existing) => return Err(error),
            (Err(_), _) => state.add(self.id, name, Node::File(FileNode::default()))?,
        };
        state.file(id)?;
        Ok(Arc::new(SimFile { disk: self.disk.clone(), id }))
    }

    fn list(&self) -> io::Result<Vec<Entry>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let names = state.dir(self.id)?.names.clone();
        let entry = |(name, id)| {
            let kind = match &state.nodes[&id] {
                Node::File(file) => EntryKind::File(file.bytes.len() as u64),
                Node::Dir(_) => EntryKind::Dir,
            };
            Entry { name, kind }
        };
        Ok(names.into_iter().map(entry).collect())
    }

    fn exists(&self, name: &str) -> io::Result<bool> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        Ok(state.lookup(self.id, name).is_ok())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        state.lookup(self.id, from)?;
        state.begin_step()?;
        state.dir(self.id)?.change(Naming::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        state.lookup(self.id, name)?;
        state.begin_step()?;
        state.dir(self.id)?.change(Naming::Remove(name.to_owned()));
        Ok(())
    }

    fn subdir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = state.lookup(self.id, name)?;
        state.dir(id)?;
        Ok(Arc::new(self.at(id, name)))
    }

    fn create_dir(&self, name: &str) -> io::Result<Arc<dyn Dir>> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = match state.lookup(self.id, name) {
            Ok(id) => id,
            Err(_) => state.add(self.id, name, Node::Dir(DirNode::default()))?,
        };
        Ok(Arc::new(self.at(id, name)))
    }

    fn remove_dir_all(&self, name: &str) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let id = state.lookup(self.id, name)?;
        state.begin_step()?;
        let dir = state.dir(self.id)?;
        dir.change(Naming::Remove(name.to_owned()));
        dir.sync();
        state.forget(id);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin_step()?;
        state.dir(self.id)?.sync();
        Ok(())
    }

    fn lock(&self, name: &str) -> io::Result<Box<dyn Send + Sync>> {
        self.open(name, Open::OrCreate)?;
        let mut state = self.disk.lock();
        let id = state.lookup(self.id, name)?;
        let file = state.file(id)?;
        if std::mem::replace(&mut file.locked, true) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(SimLock { disk: self.disk.clone(), id }))
    }

    fn describe(&self) -> String {
        self.path.clone()
    }
}

struct SimLock {
    disk: SimDisk,
    id: u64,
}

impl Drop for SimLock {
    fn drop(&mut self) {
        if let Ok(file) = self.disk.lock().file(self.id) {
            file.locked = false;
        }
    }
}

struct SimFile {
    disk: SimDisk,
    id: u64,
}

impl Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimFile {}", self.id)
    }
}

impl LogFile for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        let bytes = &state.file(self.id)?.bytes;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let read = buffer.len().min(bytes.len() - from);
        buffer[..read].copy_from_slice(&bytes[from..from + read]);
        Ok(read)
    }

    fn write_vectored_at(&self, buffers: &mut [IoSlice<'_>], offset: u64) -> io::Result<()> {
        let data = buffers.iter().flat_map(|it| it.iter().copied()).collect();
        self.disk.lock().write(self.id, data, offset as usize)
    }

    fn len(&self) -> io::Result<u64> {
        let mut state = self.disk.lock();
        state.check_alive()?;
        Ok(state.file(self.id)?.bytes.len() as u64)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin_step()?;
        state.file(self.id)?.change(Change::SetLen(len as usize));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.begin_step()?;
        state.file(self.id)?.sync();
        Ok(())
    }

    fn modified_ms(&self) -> io::Result<i64> {
        Ok(0)
    }

    fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// A small generator of random numbers (SplitMix64): the same seed, the same run.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.any().checked_rem(bound).unwrap_or(0)
    }

    /// A generator of its own.
    pub fn fork(&mut self) -> Self {
        Self::new(self.any())
    }
}

/// Mixes the bits of a number, so that neighbours have nothing in common.
pub(crate) fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dir::{read_small, replace_small};

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
