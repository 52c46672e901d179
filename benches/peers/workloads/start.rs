//! An empty broker: how soon it is there, and what it takes while nobody wants anything.

use super::Workshop;
use crate::error::Result;
use crate::measure::metrics::{READY, STOP};
use crate::measure::{Figures, Watch};
use crate::server::Server;

pub(super) const WHAT: &str =
    "start on an empty directory, then wait: memory and CPU of an idle broker";

pub(super) async fn run(workshop: &Workshop<'_>) -> Result<Figures> {
    let home = workshop.home()?;
    let server = home.start(&[]).await?;
    let mut figures = idle(workshop, &server).await?;
    figures.set(READY, server.ready_after().as_secs_f64());
    figures.set(STOP, server.stop().await?.as_secs_f64());
    Ok(figures)
}

/// Watches a server while nobody wants anything from it.
pub(super) async fn idle(workshop: &Workshop<'_>, server: &Server) -> Result<Figures> {
    let watch = Watch::begin(server.process())?;
    tokio::time::sleep(workshop.scale.idle_time()).await;
    Ok(watch.end()?.idle_figures())
}
