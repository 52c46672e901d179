//! Read-ahead over a file that says what is asked of it.

use std::collections::BTreeSet;
use std::io::IoSlice;
use std::os::fd::BorrowedFd;
use std::sync::{Mutex, MutexGuard};
use std::task::Waker;

use super::*;
use crate::supervision::Pool;

const MIB: usize = 1 << 20;

/// A file of which every MiB is in memory or not.
#[derive(Debug, Default)]
struct Disk {
    cached: Mutex<BTreeSet<u64>>,
    /// What was read, in order.
    warmed: Mutex<Vec<Range<u64>>>,
    /// The MiB that cannot be read.
    damaged: Option<u64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics")
}

fn mibs(range: &Range<u64>) -> Range<u64> {
    range.start / MIB as u64..range.end.div_ceil(MIB as u64)
}

impl Disk {
    fn warmed(&self) -> Vec<Range<u64>> {
        lock(&self.warmed).iter().map(mibs).collect()
    }
}

impl LogFile for Disk {
    fn read_at(&self, buffer: &mut [u8], _: u64) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn read_cached_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self.is_cached(offset..offset + buffer.len() as u64)? {
            true => Ok(buffer.len()),
            false => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn is_cached(&self, stretch: Range<u64>) -> io::Result<bool> {
        let cached = lock(&self.cached);
        Ok(mibs(&stretch).all(|it| cached.contains(&it)))
    }

    fn warm(&self, stretch: Range<u64>) -> io::Result<()> {
        let mibs = mibs(&stretch);
        lock(&self.warmed).push(stretch);
        if self.damaged.is_some_and(|it| mibs.contains(&it)) {
            return Err(io::Error::other("damaged"));
        }
        lock(&self.cached).extend(mibs);
        Ok(())
    }

    fn write_vectored_at(&self, _: &mut [IoSlice<'_>], _: u64) -> io::Result<()> {
        unreachable!("only read")
    }

    fn len(&self) -> io::Result<u64> {
        unreachable!("nobody asks")
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        unreachable!("only read")
    }

    fn sync(&self) -> io::Result<()> {
        unreachable!("only read")
    }

    fn modified_ms(&self) -> io::Result<i64> {
        unreachable!("nobody asks")
    }

    fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// Slices of a file, and the thread that reads it.
struct Reader {
    disk: Arc<Disk>,
    pool: Pool,
    ahead: ReadAhead,
}

impl Reader {
    fn new(disk: Disk) -> Self {
        let pool = Pool::start("reader", 1).expect("a thread");
        Self { disk: Arc::new(disk), pool, ahead: ReadAhead::default() }
    }

    /// The slice of one MiB.
    fn slice(&self, mib: u64) -> FileSlice {
        let (file, readers) = (self.disk.clone(), self.pool.clone());
        FileSlice { file, position: mib * MIB as u64, length: MIB, is_recent: false, readers }
    }

    /// Whether a MiB is there at once.
    fn look(&mut self, mib: u64) -> Poll<io::Result<()>> {
        let slice = self.slice(mib);
        self.ahead.poll_warm(&slice, MIB, &mut Context::from_waker(Waker::noop()))
    }

    async fn wait(&mut self, mib: u64) -> io::Result<()> {
        let slice = self.slice(mib);
        std::future::poll_fn(|cx| self.ahead.poll_warm(&slice, MIB, cx)).await
    }

    /// Returns when the thread has done what it was to do.
    fn settle(&self) {
        let (done, settled) = std::sync::mpsc::channel();
        self.pool.submit(move || done.send(()).expect("the test waits"));
        settled.recv().expect("the thread lives");
    }
}

#[test]
fn what_is_in_memory_is_not_read() {
    let mut reader = Reader::new(Disk::default());
    lock(&reader.disk.cached).extend([0, 1]);
    assert!(matches!(reader.look(0), Poll::Ready(Ok(()))));
    assert!(matches!(reader.look(1), Poll::Ready(Ok(()))));
    let recent = FileSlice { is_recent: true, ..reader.slice(7) };
    let mut cx = Context::from_waker(Waker::noop());
    assert!(matches!(reader.ahead.poll_warm(&recent, MIB, &mut cx), Poll::Ready(Ok(()))));
    reader.settle();
    assert_eq!(reader.disk.warmed(), []);
}

#[tokio::test]
async fn who_reads_in_order_is_read_ahead_for() {
    let mut reader = Reader::new(Disk::default());
    assert!(reader.look(0).is_pending());
    reader.wait(0).await.expect("read");
    reader.settle();
    assert_eq!(reader.disk.warmed(), [0..1, 1..3]);
    for mib in 1..6 {
        assert!(matches!(reader.look(mib), Poll::Ready(Ok(()))), "{mib}");
        reader.settle();
    }
    assert_eq!(reader.disk.warmed(), [0..1, 1..3, 3..5, 5..7, 7..9]);
    // Somewhere else it begins anew.
    assert!(reader.look(20).is_pending());
    reader.wait(20).await.expect("read");
    reader.settle();
    assert_eq!(reader.disk.warmed()[5..], [20..21, 21..23]);
}

#[tokio::test]
async fn small_slices_are_read_when_they_are_warm() {
    let mut reader = Reader::new(Disk::default());
    assert!(reader.ahead.read(&reader.slice(3)).expect("asked").is_none());
    reader.wait(3).await.expect("read");
    assert_eq!(reader.ahead.read(&reader.slice(3)).expect("read").map(|it| it.len()), Some(MIB));
    // Even where the system has forgotten it again: nobody is read for twice without getting anything.
    lock(&reader.disk.cached).clear();
    assert!(reader.ahead.read(&reader.slice(3)).expect("read").is_some());
}

#[tokio::test]
async fn only_damage_in_what_is_asked_for_counts() {
    let mut reader = Reader::new(Disk { damaged: Some(2), ..Disk::default() });
    reader.wait(0).await.expect("read");
    // Read together with what is damaged, and then alone.
    reader.wait(1).await.expect("read");
    assert_eq!(reader.wait(2).await.expect_err("damaged").to_string(), "damaged");
}

#[tokio::test]
async fn nothing_is_read_for_who_is_gone() {
    let mut reader = Reader::new(Disk::default());
    let (go, gate) = std::sync::mpsc::channel::<()>();
    reader.pool.submit(move || _ = gate.recv());
    assert!(reader.look(0).is_pending());
    reader.ahead = ReadAhead::default();
    go.send(()).expect("the thread waits");
    reader.settle();
    assert_eq!(reader.disk.warmed(), []);
}

#[tokio::test]
async fn a_file_is_not_kept_open() {
    let mut reader = Reader::new(Disk::default());
    reader.wait(0).await.expect("read");
    reader.settle();
    assert_eq!(Arc::strong_count(&reader.disk), 1);
}
