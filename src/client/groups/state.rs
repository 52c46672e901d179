//! The states and kinds of groups, by Kafka's names.

use std::fmt;
use std::str::FromStr;

/// What a group is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupState {
    /// Members join anew (classic protocol).
    PreparingRebalance,
    /// The leader's assignment is awaited (classic protocol).
    CompletingRebalance,
    /// All members have what they are to have.
    Stable,
    /// The group does not exist, or is about to go.
    Dead,
    /// There are offsets, but no members.
    Empty,
    /// A new assignment is being computed (consumer protocol).
    Assigning,
    /// Members are giving up and taking over partitions (consumer protocol).
    Reconciling,
    /// Partitions cannot be assigned (streams groups).
    NotReady,
    /// The broker did not say, or in a word that is unknown here.
    Unknown,
}

impl GroupState {
    /// Every state that groups of consumers have.
    pub const OF_CONSUMERS: [Self; 7] = [
        Self::PreparingRebalance,
        Self::CompletingRebalance,
        Self::Stable,
        Self::Dead,
        Self::Empty,
        Self::Assigning,
        Self::Reconciling,
    ];

    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
            Self::Dead => "Dead",
            Self::Empty => "Empty",
            Self::Assigning => "Assigning",
            Self::Reconciling => "Reconciling",
            Self::NotReady => "NotReady",
            Self::Unknown => "Unknown",
        }
    }

    /// What a broker said.
    pub(crate) fn of_broker(name: &str) -> Self {
        let unknown = Self::Unknown;
        name.parse().unwrap_or(if name == "NotReady" { Self::NotReady } else { unknown })
    }
}

impl fmt::Display for GroupState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for GroupState {
    type Err = ();

    /// Reads the name of a state that groups of consumers have, in whatever case.
    fn from_str(text: &str) -> Result<Self, ()> {
        let named = |state: &Self| state.name().eq_ignore_ascii_case(text);
        Self::OF_CONSUMERS.into_iter().find(named).ok_or(())
    }
}

/// The protocol that a group's members speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupType {
    /// JoinGroup and SyncGroup; the members assign.
    Classic,
    /// ConsumerGroupHeartbeat (KIP-848); the broker assigns.
    Consumer,
    /// ShareGroupHeartbeat (KIP-932).
    Share,
    /// StreamsGroupHeartbeat (KIP-1071).
    Streams,
    /// The broker did not say, or in a word that is unknown here.
    Unknown,
}

impl GroupType {
    /// Every type that has a name in the protocol.
    pub const ALL: [Self; 4] = [Self::Classic, Self::Consumer, Self::Share, Self::Streams];

    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classic => "Classic",
            Self::Consumer => "Consumer",
            Self::Share => "Share",
            Self::Streams => "Streams",
            Self::Unknown => "Unknown",
        }
    }

    /// What a broker said.
    pub(crate) fn of_broker(name: &str) -> Self {
        name.parse().unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for GroupType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for GroupType {
    type Err = ();

    /// Reads a name, in whatever case.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}
