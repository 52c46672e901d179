//! What actors answer each other: one type, so that a connection has one mailbox entry for all of it.

use crate::controller::ControllerAnswer;
use crate::group_coordinator::Grouped;
use crate::log_dir::VolumeAnswer;
use crate::partition::{
    AppendAnswer, DeleteAnswer, EpochEndAnswer, Measured, OffsetAnswer, ProducersAnswer, ReadAnswer,
};
use crate::supervision::{ReplyStage, Ticket};

/// An answer to a question asked with a reply token.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The actor that held the token is gone; which error the client sees is in `network/errors.rs`.
    Lost {
        /// How far the request had come.
        stage: ReplyStage,
        /// The actor died of this very message: its sender is not to be listened to any longer.
        poisonous: bool,
    },
    /// A partition on an append.
    Append(AppendAnswer),
    /// A partition on a read.
    Read(ReadAnswer),
    /// A partition has something new for a read that waits.
    News,
    /// A partition on a look-up of an offset.
    Offset(OffsetAnswer),
    /// A partition on the end of an epoch.
    EpochEnd(EpochEndAnswer),
    /// A partition on the deletion of records.
    Deleted(DeleteAnswer),
    /// A partition on its size.
    Measured(Measured),
    /// A log dir on its volume.
    Volume(VolumeAnswer),
    /// A partition on its producers.
    Producers(ProducersAnswer),
    /// The controller on a change of the cluster.
    Controller(ControllerAnswer),
    /// A group coordinator.
    Grouped(Box<Grouped>),
    /// The answers to several parts of the request, each with its part. None of them is one of these.
    Together(Vec<(u32, Answer)>),
}

/// An answer on its way to the requester's mailbox.
#[derive(Debug)]
pub(crate) struct Replied {
    pub(crate) ticket: Ticket,
    pub(crate) answer: Answer,
}

impl From<AppendAnswer> for Answer {
    fn from(answer: AppendAnswer) -> Self {
        Self::Append(answer)
    }
}

impl From<ReadAnswer> for Answer {
    fn from(answer: ReadAnswer) -> Self {
        Self::Read(answer)
    }
}

impl From<OffsetAnswer> for Answer {
    fn from(answer: OffsetAnswer) -> Self {
        Self::Offset(answer)
    }
}

impl From<EpochEndAnswer> for Answer {
    fn from(answer: EpochEndAnswer) -> Self {
        Self::EpochEnd(answer)
    }
}

impl From<DeleteAnswer> for Answer {
    fn from(answer: DeleteAnswer) -> Self {
        Self::Deleted(answer)
    }
}

impl From<Measured> for Answer {
    fn from(answer: Measured) -> Self {
        Self::Measured(answer)
    }
}

impl From<VolumeAnswer> for Answer {
    fn from(answer: VolumeAnswer) -> Self {
        Self::Volume(answer)
    }
}

impl From<ProducersAnswer> for Answer {
    fn from(answer: ProducersAnswer) -> Self {
        Self::Producers(answer)
    }
}

impl From<ControllerAnswer> for Answer {
    fn from(answer: ControllerAnswer) -> Self {
        Self::Controller(answer)
    }
}
