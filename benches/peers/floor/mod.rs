//! The floor: what the same requests cost a server that does nothing but move the bytes.
//!
//! It reads the frames, appends the batches of a Produce request to a file per partition, answers what a broker would
//! say when all is well, and sends the files' bytes with `sendfile`. No checks, no indexes, no offsets in the batches, no
//! recovery: what is between this and a broker is the broker's own work. One thread, one event loop.

mod connection;
mod partitions;

use std::net::TcpListener as StdTcpListener;
use std::path::PathBuf;
use std::rc::Rc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::LocalSet;

use self::connection::Connection;
use self::partitions::Partitions;
use crate::error::{Error, Result};

/// Serves until the process is ended.
pub(crate) fn serve(listener: StdTcpListener, dir: PathBuf) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Error::io("starting the floor"))?;
    let partitions = Rc::new(Partitions::new(dir));
    LocalSet::new().block_on(&runtime, accept(listener, partitions))
}

async fn accept(listener: StdTcpListener, partitions: Rc<Partitions>) -> Result<()> {
    listener.set_nonblocking(true).map_err(Error::io("listening"))?;
    let listener = TcpListener::from_std(listener).map_err(Error::io("listening"))?;
    loop {
        let (stream, _) = listener.accept().await.map_err(Error::io("accepting"))?;
        tokio::task::spawn_local(serve_connection(stream, partitions.clone()));
    }
}

async fn serve_connection(stream: TcpStream, partitions: Rc<Partitions>) {
    if let Err(error) = Connection::new(stream, partitions).serve().await {
        eprintln!("floor: {error}");
    }
}

#[cfg(test)]
mod tests;
