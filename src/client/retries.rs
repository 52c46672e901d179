//! Asking again, with pauses that grow.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::config::ClientConfig;
use crate::error::ClientError;

/// The retries of one operation.
#[derive(Debug)]
pub(crate) struct Retries {
    deadline: Instant,
    pause: Duration,
    pause_max: Duration,
}

impl Retries {
    pub(crate) fn new(config: &ClientConfig) -> Self {
        let (pause, pause_max) = (config.retry_backoff, config.retry_backoff_max);
        Self { deadline: Instant::now() + config.api_timeout, pause, pause_max }
    }

    /// Ends at most `wait` from now.
    pub(crate) fn within(mut self, wait: Duration) -> Self {
        self.deadline = self.deadline.min(Instant::now() + wait);
        self
    }

    /// Waits until it is time for the next attempt; gives the error back when there is none.
    pub(crate) async fn after(&mut self, error: ClientError) -> Result<(), ClientError> {
        if !error.is_retriable() || Instant::now() + self.pause > self.deadline {
            return Err(error);
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(self.pause_max);
        Ok(())
    }
}

/// The error that decides about an attempt at several things: one that asking again does not heal, else the last.
#[derive(Debug, Default)]
pub(crate) struct Decisive {
    error: Option<ClientError>,
}

impl Decisive {
    pub(crate) fn note(&mut self, error: ClientError) {
        if self.error.as_ref().is_none_or(ClientError::is_retriable) {
            self.error = Some(error);
        }
    }

    pub(crate) fn into_result(self) -> Result<(), ClientError> {
        self.error.map_or(Ok(()), Err)
    }
}
