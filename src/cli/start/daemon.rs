//! A broker in the background: the same command again, in a session of its own.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::error::CliError;

/// Where the log goes, in the first log dir.
const LOG_FILE: &str = "kabuki.log";
/// Of a broker that does not start, this much of its log is shown, in bytes.
const TAIL_BYTES_MAX: u64 = 4096;

/// Starts this command again without `--daemon`, and returns when that process says that it is ready.
pub(super) fn start(dir: &Path) -> Result<(), CliError> {
    let path = dir.join(LOG_FILE);
    let failed = |source: io::Error| CliError::File { path: path.clone(), source };
    fs::create_dir_all(dir).map_err(failed)?;
    let log = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
    let begin = log.metadata().map_err(failed)?.len();
    let mut child = Command::new(env::current_exe()?)
        .args(detached_arguments(env::args_os().skip(1)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()?;
    let ready = first_line(&mut child)?;
    if ready.is_empty() {
        return Err(did_not_start(child, path, begin)?);
    }
    Ok(write!(io::stdout(), "{ready}")?)
}

/// Leaves the terminal's session, so that its end does not reach this process.
pub(super) fn leave_session() {
    // It fails for the first of a process group, which a child is not; then nothing is lost but this protection.
    let _ = rustix::process::setsid();
}

fn detached_arguments(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    arguments
        .map(|argument| if argument == "--daemon" { "--detached".into() } else { argument })
        .collect()
}

/// The line with which a broker says that it is ready; empty when it ends before.
fn first_line(child: &mut Child) -> io::Result<String> {
    let output = child.stdout.take().expect("its output is piped");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok(line)
}

/// What the process had to say, and its exit code.
fn did_not_start(mut child: Child, path: PathBuf, begin: u64) -> io::Result<CliError> {
    let code =
        child.wait()?.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0);
    let said = tail(&path, begin)?;
    let message = match said.trim_end() {
        "" => format!("kabuki did not start; its log is {}", path.display()),
        said => said.to_owned(),
    };
    Ok(CliError::Child { message, code: code.unwrap_or(1) })
}

/// The end of what was written to a file after `begin`.
fn tail(path: &Path, begin: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    file.seek(SeekFrom::Start(begin.max(end.saturating_sub(TAIL_BYTES_MAX))))?;
    let mut said = vec![];
    file.take(TAIL_BYTES_MAX).read_to_end(&mut said)?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_in_the_background_gets_the_same_arguments_but_one() {
        let given = ["start", "f", "--daemon", "--override", "a=b"].map(OsString::from);
        let expected = ["start", "f", "--detached", "--override", "a=b"].map(OsString::from);
        assert_eq!(detached_arguments(given.into_iter()), expected);
    }
}
