//! The values of the metadata quorum's control records, version 0 of each schema (the one Kafka 4.3.1 writes).

use uuid::Uuid;

use super::ControlRecordError;
use super::schema::{Fields, Writer};

/// A new leader begins its epoch (KIP-595).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeaderChange {
    /// Version of the message as the leader states it; the encoding is version 0 regardless.
    pub version: i16,
    /// Id of the new leader.
    pub leader_id: i32,
    /// Ids of the voters in this epoch.
    pub voters: Vec<i32>,
    /// Ids of the voters that elected it.
    pub granting_voters: Vec<i32>,
}

impl LeaderChange {
    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let voter = |out: &mut Writer, id: &i32| {
            out.i32(*id).no_tagged();
        };
        let mut out = Writer::default();
        out.i16(self.version).i32(self.leader_id);
        out.list(&self.voters, voter).list(&self.granting_voters, voter).no_tagged();
        out.into_bytes()
    }

    /// Reads a record's value.
    pub fn read(value: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        let voter = |fields: &mut Fields<'_>| {
            let id = fields.i32()?;
            fields.skip_tagged().map(|()| id)
        };
        let mut fields = Fields::new(value);
        let message = Self {
            version: fields.i16()?,
            leader_id: fields.i32()?,
            voters: fields.list(voter)?,
            granting_voters: fields.list(voter)?,
        };
        fields.skip_tagged().map(|()| message)
    }
}

/// A snapshot begins (KIP-630).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SnapshotHeader {
    /// Version of the message.
    pub version: i16,
    /// Milliseconds: when the last record that the snapshot stands for was appended.
    pub last_contained_log_timestamp: i64,
}

impl SnapshotHeader {
    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.i16(self.version).i64(self.last_contained_log_timestamp).no_tagged();
        out.into_bytes()
    }

    /// Reads a record's value.
    pub fn read(value: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        let mut fields = Fields::new(value);
        let version = fields.i16()?;
        let message = Self { version, last_contained_log_timestamp: fields.i64()? };
        fields.skip_tagged().map(|()| message)
    }
}

/// A snapshot ends: without it, the snapshot is not whole (KIP-630).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SnapshotFooter {
    /// Version of the message.
    pub version: i16,
}

impl SnapshotFooter {
    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.i16(self.version).no_tagged();
        out.into_bytes()
    }

    /// Reads a record's value.
    pub fn read(value: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        let mut fields = Fields::new(value);
        let message = Self { version: fields.i16()? };
        fields.skip_tagged().map(|()| message)
    }
}

/// The version of the quorum's protocol from here on (KIP-853).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KRaftVersion {
    /// Version of the message.
    pub version: i16,
    /// `kraft.version`: 0 for voters by configuration, 1 for voters in the log.
    pub kraft_version: i16,
}

impl KRaftVersion {
    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.i16(self.version).i16(self.kraft_version).no_tagged();
        out.into_bytes()
    }

    /// Reads a record's value.
    pub fn read(value: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        let mut fields = Fields::new(value);
        let message = Self { version: fields.i16()?, kraft_version: fields.i16()? };
        fields.skip_tagged().map(|()| message)
    }
}

/// The voters of the quorum from here on (KIP-853).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Voters {
    /// Version of the message.
    pub version: i16,
    /// All voters.
    pub voters: Vec<Voter>,
}

/// One voter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voter {
    /// Its node id.
    pub id: i32,
    /// Id of its metadata log dir: a wiped disk is another voter.
    pub directory_id: Uuid,
    /// Where its controller listens.
    pub endpoints: Vec<Endpoint>,
    /// The lowest `kraft.version` that it can do.
    pub kraft_version_min: i16,
    /// The highest `kraft.version` that it can do.
    pub kraft_version_max: i16,
}

/// Where a voter's listener is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The listener's name.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl Voters {
    /// The record's value.
    pub fn value(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.i16(self.version).list(&self.voters, write_voter).no_tagged();
        out.into_bytes()
    }

    /// Reads a record's value.
    pub fn read(value: Option<&[u8]>) -> Result<Self, ControlRecordError> {
        let mut fields = Fields::new(value);
        let message = Self { version: fields.i16()?, voters: fields.list(read_voter)? };
        fields.skip_tagged().map(|()| message)
    }
}

fn write_voter(out: &mut Writer, voter: &Voter) {
    out.i32(voter.id).uuid(voter.directory_id);
    out.list(&voter.endpoints, |out, endpoint| {
        out.string(&endpoint.name).string(&endpoint.host).u16(endpoint.port).no_tagged();
    });
    // The range of versions is a structure of its own.
    out.i16(voter.kraft_version_min).i16(voter.kraft_version_max).no_tagged();
    out.no_tagged();
}

fn read_voter(fields: &mut Fields<'_>) -> Result<Voter, ControlRecordError> {
    let mut voter = Voter {
        id: fields.i32()?,
        directory_id: fields.uuid()?,
        endpoints: fields.list(read_endpoint)?,
        kraft_version_min: fields.i16()?,
        kraft_version_max: 0,
    };
    voter.kraft_version_max = fields.i16()?;
    fields.skip_tagged()?;
    fields.skip_tagged().map(|()| voter)
}

fn read_endpoint(fields: &mut Fields<'_>) -> Result<Endpoint, ControlRecordError> {
    let endpoint = Endpoint { name: fields.string()?, host: fields.string()?, port: fields.u16()? };
    fields.skip_tagged().map(|()| endpoint)
}
