//! Which process runs a broker on a log dir: the file `kabuki.pid` in it.
//!
//! The file says which process; whether it still runs is told by the dir's lock, which the system takes away from a
//! process however it ends.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::process::Pid;

use crate::error::CliError;

const PID_FILE: &str = "kabuki.pid";
/// What a broker locks, in Kafka as here.
const LOCK_FILE: &str = ".lock";

/// The files that name this process; removed when dropped.
pub(crate) struct PidFiles {
    paths: Vec<PathBuf>,
}

impl PidFiles {
    /// Writes this process into each dir. Call it once the dirs are locked: until then the file may be another's.
    /// A broker may do without one of its dirs: where nothing can be written is said, and no more.
    pub(crate) fn write(dirs: &[PathBuf]) -> Self {
        let mut paths: Vec<_> = dirs.iter().map(|dir| dir.join(PID_FILE)).collect();
        paths.retain(|path| {
            let written = fs::write(path, own_line());
            if let Err(error) = &written {
                tracing::warn!("cannot write {}: {error}", path.display());
            }
            written.is_ok()
        });
        Self { paths }
    }
}

impl Drop for PidFiles {
    /// Leaves a file alone that another process has written since.
    fn drop(&mut self) {
        for path in &self.paths {
            if fs::read_to_string(path).is_ok_and(|text| text == own_line()) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn own_line() -> String {
    format!("{}\n", std::process::id())
}

/// The process that runs a broker on `dir`; `None` when none does.
pub(crate) fn running_on(dir: &Path) -> Result<Option<Pid>, CliError> {
    if !is_locked(&dir.join(LOCK_FILE))? {
        return Ok(None);
    }
    let path = dir.join(PID_FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = format!(
                "{} is in use, but by a process that is not ready yet or is no kabuki",
                dir.display()
            );
            return Err(CliError::Failed(text));
        }
        Err(source) => return Err(CliError::File { path, source }),
    };
    let pid = text.trim().parse().ok().and_then(Pid::from_raw);
    pid.map(Some).ok_or_else(|| CliError::Failed(format!("{} holds no process id", path.display())))
}

/// Whether a process holds the lock.
fn is_locked(path: &Path) -> Result<bool, CliError> {
    let failed = |source: io::Error| CliError::File { path: path.to_owned(), source };
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(failed(source)),
    };
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(false),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => Ok(true),
        Err(error) => Err(failed(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_goes_with_its_process_unless_it_is_another_s() {
        let dir = tempfile::tempdir().expect("a dir");
        let path = dir.path().join(PID_FILE);
        let files = PidFiles::write(&[dir.path().to_owned(), dir.path().join("gone")]);
        assert_eq!(fs::read_to_string(&path).expect("written"), own_line());
        drop(files);
        assert!(!path.exists());

        let files = PidFiles::write(&[dir.path().to_owned(), dir.path().join("gone")]);
        fs::write(&path, "1\n").expect("writable");
        drop(files);
        assert!(path.exists());
    }

    #[test]
    fn a_pid_file_that_a_dead_process_left_means_nothing() {
        let dir = tempfile::tempdir().expect("a dir");
        assert!(running_on(dir.path()).expect("readable").is_none(), "no lock file");
        fs::write(dir.path().join(PID_FILE), "1\n").expect("writable");
        fs::write(dir.path().join(LOCK_FILE), "").expect("writable");
        assert!(running_on(dir.path()).expect("readable").is_none(), "nobody holds the lock");
    }
}
