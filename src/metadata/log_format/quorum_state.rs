//! `quorum-state`: who leads in which epoch, and whom this node voted for. One line of JSON, in the two versions that
//! Kafka reads and writes.

use kabuki_records::kafka_id;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::FormatError;

/// The file's name, in the metadata log's directory.
pub const QUORUM_STATE_FILE: &str = "quorum-state";
/// Stands for "nobody".
const NOBODY: i32 = -1;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumState {
    /// The leader of the epoch, if known.
    pub leader_id: Option<i32>,
    /// The newest epoch that this node has seen.
    pub leader_epoch: i32,
    /// Whom this node voted for in the epoch: node id and directory id.
    pub voted: Option<(i32, Uuid)>,
    /// With `kraft.version` 0 the voters of the configuration (file version 0); `None` where they stand in the log
    /// (file version 1).
    pub static_voters: Option<Vec<StaticVoter>>,
}

/// A voter that the configuration names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaticVoter(
    /// Its node id.
    pub i32,
);

impl QuorumState {
    /// The file's text.
    pub fn to_text(&self) -> String {
        let leader_id = self.leader_id.unwrap_or(NOBODY);
        let leader_epoch = self.leader_epoch;
        let (voted_id, directory) = self.voted.unwrap_or((NOBODY, Uuid::nil()));
        let file = match &self.static_voters {
            None => json!({
                "leaderId": leader_id,
                "leaderEpoch": leader_epoch,
                "votedId": voted_id,
                "votedDirectoryId": kafka_id::to_text(directory),
                "data_version": 1,
            }),
            Some(voters) => json!({
                "clusterId": "",
                "leaderId": leader_id,
                "leaderEpoch": leader_epoch,
                "votedId": voted_id,
                "appliedOffset": 0,
                "currentVoters": voters.iter().map(|it| json!({ "voterId": it.0 })).collect::<Vec<_>>(),
                "data_version": 0,
            }),
        };
        file.to_string()
    }

    /// Reads the file's text.
    pub fn parse(text: &[u8]) -> Result<Self, FormatError> {
        let wrong = |why: String| FormatError::QuorumState(why);
        let value: Value = serde_json::from_slice(text).map_err(|it| wrong(it.to_string()))?;
        let Value::Object(fields) = value else { return Err(wrong("no JSON object".to_owned())) };
        let version = number(&fields, "data_version")?;
        if !(0..=1).contains(&version) {
            return Err(wrong(format!("unknown version {version}")));
        }
        let someone = |id: i32| (id >= 0).then_some(id);
        let directory = if version == 1 { directory(&fields)? } else { Uuid::nil() };
        Ok(Self {
            leader_id: someone(number(&fields, "leaderId")?),
            leader_epoch: number(&fields, "leaderEpoch")?,
            voted: someone(number(&fields, "votedId")?).map(|id| (id, directory)),
            static_voters: if version == 0 { Some(voters(&fields)?) } else { None },
        })
    }
}

fn number(fields: &Map<String, Value>, name: &str) -> Result<i32, FormatError> {
    fields
        .get(name)
        .and_then(Value::as_i64)
        .and_then(|number| i32::try_from(number).ok())
        .ok_or_else(|| FormatError::QuorumState(format!("{name} is no 32-bit number")))
}

fn directory(fields: &Map<String, Value>) -> Result<Uuid, FormatError> {
    fields
        .get("votedDirectoryId")
        .and_then(Value::as_str)
        .and_then(kafka_id::from_text)
        .ok_or_else(|| FormatError::QuorumState("votedDirectoryId is no id".to_owned()))
}

fn voters(fields: &Map<String, Value>) -> Result<Vec<StaticVoter>, FormatError> {
    let wrong = || FormatError::QuorumState("currentVoters is no list of voters".to_owned());
    let voters = fields.get("currentVoters").and_then(Value::as_array).ok_or_else(wrong)?;
    let voter = |voter: &Value| {
        voter.as_object().ok_or_else(wrong).and_then(|it| number(it, "voterId")).map(StaticVoter)
    };
    voters.iter().map(voter).collect()
}
