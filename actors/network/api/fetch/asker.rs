//! Who asks in a fetch request.

use kabuki_replication::Reader;
use kabuki_wire::messages::FetchRequest;

use super::super::reader;

/// The first version that says in a field of its own which replica asks (KIP-903).
const REPLICA_STATE_VERSION: i16 = 15;
/// The replica id of a broker that copies a log from one of its dirs to another.
const FUTURE_LOCAL_REPLICA: i32 = -3;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    /// How far it may see.
    pub(super) reader: Reader,
    /// The broker that says it follows the partitions.
    pub(super) follower: Option<i32>,
}

impl Asker {
    pub(super) fn new(request: &FetchRequest, version: i16) -> Self {
        let replica = match version {
            REPLICA_STATE_VERSION.. => request.replica_state.replica_id.0,
            _ => request.replica_id.0,
        };
        let reader = match replica {
            0.. | FUTURE_LOCAL_REPLICA => Reader::Replica,
            _ => reader(request.isolation_level),
        };
        Self { reader, follower: (replica >= 0).then_some(replica) }
    }

    /// It reads what is decided of transactions only, and is told which were aborted.
    pub(super) fn is_committed_only(self) -> bool {
        self.reader == Reader::Committed
    }

    /// It is sent to no other place, and its sessions are worth more than a consumer's.
    pub(super) fn is_follower(self) -> bool {
        self.follower.is_some()
    }
}
