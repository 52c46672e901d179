//! Which log directory holds a replica (KIP-858): ids of directories, and the few that Kafka reserves.

use uuid::Uuid;

/// The cluster does not track directories yet (metadata written before 3.7).
pub const MIGRATING: Uuid = Uuid::from_u128(0);
/// The broker has yet to choose one of its directories.
pub const UNASSIGNED: Uuid = Uuid::from_u128(1);
/// The directory is offline and its id unknown.
pub const LOST: Uuid = Uuid::from_u128(2);
/// Kafka reserves the ids up to this one.
const RESERVED_LAST: u128 = 99;

/// Whether the id is one that Kafka keeps for itself, and so cannot name a real directory.
pub fn is_reserved(directory: Uuid) -> bool {
    directory.as_u128() <= RESERVED_LAST
}

/// Whether a replica in `directory` can serve, on a broker whose online directories are `online`.
pub fn is_online(directory: Uuid, online: &[Uuid]) -> bool {
    match directory {
        MIGRATING | UNASSIGNED => true,
        LOST => false,
        // A registration from before 3.7 names no directories at all.
        _ => online.is_empty() || online.contains(&directory),
    }
}

/// Where a new replica goes on a broker with these online directories: a broker with several decides itself.
pub fn for_new_replica(online: &[Uuid]) -> Uuid {
    match online {
        [] => MIGRATING,
        [only] => *only,
        _ => UNASSIGNED,
    }
}
