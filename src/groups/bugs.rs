//! Faults put in on purpose, to see that the simulation of groups finds them: see [`kabuki_coordination::bugs`], whose feature
//! `seeded-bugs` lets them be planted.

use kabuki_coordination::bugs::Bug;

/// All members are given what the leader meant for one.
pub const TWO_OWNERS: Bug = Bug("two owners of a partition");
/// A static member that was replaced is taken for the one that bears its name now.
pub const STATIC_NOT_FENCED: Bug = Bug("a static member not fenced");
/// Deleted offsets are back after the next replay.
pub const LOST_TOMBSTONE: Bug = Bug("a lost tombstone");
/// A member may commit whatever generation it believes in.
pub const STALE_COMMIT: Bug = Bug("a commit of a stale generation accepted");
/// Members that are not heard of stay.
pub const ENDLESS_SESSION: Bug = Bug("a session that never ends");
/// The members of the next generation are told of the one before.
pub const SAME_GENERATION: Bug = Bug("a generation that is not counted");
/// Members are told of an assignment that the next coordinator knows nothing of.
pub const NOT_WRITTEN_DOWN: Bug = Bug("an assignment that is not written down");
/// Whoever founds a group of the name next finds the offsets of the last.
pub const OFFSETS_OUTLIVE_GROUP: Bug = Bug("offsets that outlive their group");

/// All bugs of groups.
pub const OF_GROUPS: [Bug; 8] = [
    TWO_OWNERS,
    STATIC_NOT_FENCED,
    LOST_TOMBSTONE,
    STALE_COMMIT,
    ENDLESS_SESSION,
    SAME_GENERATION,
    NOT_WRITTEN_DOWN,
    OFFSETS_OUTLIVE_GROUP,
];
