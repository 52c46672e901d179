//! One connection that asks one thing at a time, as a member of a group does.

use bytes::BytesMut;
use kabuki_wire::{ApiKey, Request, StrBytes, decode_response, encode_request};
use tokio::task::JoinSet;

use super::connection::{Receiver, Sender, open};
use crate::error::Result;

/// Both halves of a connection.
#[derive(Debug)]
pub(super) struct Caller {
    sender: Sender,
    receiver: Receiver,
}

impl Caller {
    /// Connects.
    pub(super) async fn open(address: &str) -> Result<Self> {
        let (sender, receiver) = open(address).await?;
        Ok(Self { sender, receiver })
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask<R: Request>(
        &mut self,
        version: i16,
        request: &R,
    ) -> Result<R::Response> {
        self.send(version, request).await?;
        answer::<R>(&mut self.receiver, version).await
    }

    /// Asks. [`Self::answer`] is next.
    pub(super) async fn send<R: Request>(&mut self, version: i16, request: &R) -> Result<()> {
        self.sender.send(&mut frame(version, request)?).await
    }

    /// Waits for what the request that was sent last is answered with.
    pub(super) async fn answer<R: Request>(&mut self, version: i16) -> Result<R::Response> {
        answer::<R>(&mut self.receiver, version).await
    }

    /// Lets requests leave while answers are open.
    pub(super) fn into_halves(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }
}

/// Asks all of this at once, over a connection for each, and hands every answer to `check`.
pub(super) async fn ask_all<R>(
    address: &str,
    version: i16,
    requests: impl Iterator<Item = R>,
    check: impl Fn(&R::Response) -> Result<()>,
) -> Result<()>
where
    R: Request + Send + Sync + 'static,
    R::Response: Send + 'static,
{
    let mut asking = JoinSet::new();
    for request in requests {
        let mut caller = Caller::open(address).await?;
        asking.spawn(async move { caller.ask(version, &request).await });
    }
    while let Some(answer) = asking.join_next().await {
        check(&answer.expect("a caller does not panic")?)?;
    }
    Ok(())
}

/// A request, ready to be sent.
pub(super) fn frame<R: Request>(version: i16, request: &R) -> Result<BytesMut> {
    Ok(encode_request(version, 0, &StrBytes::from_static_str("peers"), request)?)
}

/// Waits for the answer to the oldest request, and reads it.
pub(super) async fn answer<R: Request>(
    receiver: &mut Receiver,
    version: i16,
) -> Result<R::Response> {
    let mut body = receiver.response(ApiKey::try_from(R::KEY)?, version).await?;
    Ok(decode_response::<R>(&mut body, version)?)
}
