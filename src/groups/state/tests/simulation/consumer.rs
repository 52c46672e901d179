//! A member of a classic group, as a client plays it.

use bytes::Bytes;
use kabuki_coordination::Ticket;
use kabuki_coordination::sim::Dice;

use super::super::{heartbeat, join, subscription, sync};
use super::books::Clock;
use super::clients::SESSION_MS_MAX;
use super::generations::Speaker;
use crate::classic::{
    self, HeartbeatRequest, JoinRequest, LeaveRequest, LeavingMember, Protocol, SyncRequest,
};
use crate::error::GroupError;

/// Topics with so many partitions are shared out.
const PARTITIONS: u8 = 5;
/// What stands behind the partitions of an assignment is filling.
const FILLING: u8 = 0xff;

/// A client that was fenced does not come back for so long.
const FENCED_PAUSE_MS: u64 = 2_000;

/// What a client does next if it keeps to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Join,
    Sync,
    Steady,
}

/// A client, which believes what it was told last.
#[derive(Debug)]
pub(super) struct Consumer {
    pub(super) group: String,
    pub(super) name: Option<String>,
    version: i16,
    session_timeout_ms: i32,
    rebalance_timeout_ms: i32,
    pub(super) id: String,
    pub(super) generation: i32,
    /// Whom it shares the partitions out among.
    members: Vec<String>,
    pub(super) next: Next,
    pub(super) waiting: Option<Ticket>,
    /// It is down, or does not look at the time.
    pub(super) silent_until_ms: u64,
}

impl Consumer {
    pub(super) fn new(group: &str, name: Option<&str>, dice: &mut Dice) -> Self {
        let session_timeout_ms =
            dice.pick(&[500, 1_000, i32::try_from(SESSION_MS_MAX).expect("small")]);
        Self {
            group: group.to_owned(),
            name: name.map(str::to_owned),
            version: dice.pick(&[0, 3, 5, 8, 9]),
            session_timeout_ms,
            rebalance_timeout_ms: dice.pick(&[150, 400, 1_000]),
            id: String::new(),
            generation: -1,
            members: Vec::new(),
            next: Next::Join,
            waiting: None,
            silent_until_ms: 0,
        }
    }

    pub(super) fn speaker(&self, at: Clock) -> Speaker {
        Speaker {
            group: self.group.clone(),
            name: self.name.clone(),
            id: self.id.clone(),
            generation: self.generation,
            at,
        }
    }

    /// The process is gone, with all that it knew; another one comes up in its place.
    pub(super) fn crash(&mut self, up_at_ms: u64) {
        self.id.clear();
        self.generation = -1;
        self.members.clear();
        self.next = Next::Join;
        self.waiting = None;
        self.silent_until_ms = up_at_ms;
    }

    pub(super) fn join(&mut self, dice: &mut Dice) -> JoinRequest {
        let topics: &[&str] = if dice.one_in(3) { &["t0", "t1"] } else { &["t0"] };
        let mut names = vec!["range", "sticky"];
        if dice.one_in(4) {
            names.reverse();
        }
        let protocol =
            |name: &str| Protocol { name: name.to_owned(), metadata: subscription(topics) };
        JoinRequest {
            version: self.version,
            group_instance_id: self.name.clone(),
            protocols: names.into_iter().map(protocol).collect(),
            session_timeout_ms: self.session_timeout_ms,
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            ..join(&self.group, &self.id)
        }
    }

    /// A leader shares out, now and then too much for a batch, or without one of the members.
    pub(super) fn sync(&self, filling_max: usize, dice: &mut Dice) -> SyncRequest {
        let mut members = self.members.clone();
        if dice.one_in(10) {
            members.pop();
        }
        let turn = dice.index(members.len());
        let filling = if dice.one_in(20) { dice.index(filling_max) } else { 0 };
        let share = |(index, id): (usize, &String)| {
            let mine = (0..PARTITIONS)
                .filter(|partition| (usize::from(*partition) + turn) % members.len() == index);
            let bytes: Bytes = mine.chain(std::iter::repeat_n(FILLING, filling)).collect();
            (id.clone(), bytes)
        };
        SyncRequest {
            group_instance_id: self.name.clone(),
            assignments: members.iter().enumerate().map(share).collect(),
            ..sync(&self.group, &self.id, self.generation)
        }
    }

    pub(super) fn heartbeat(&self) -> HeartbeatRequest {
        HeartbeatRequest {
            group_instance_id: self.name.clone(),
            ..heartbeat(&self.group, &self.id, self.generation)
        }
    }

    pub(super) fn leave(&self) -> LeaveRequest {
        let member = LeavingMember {
            member_id: self.id.clone(),
            group_instance_id: self.name.clone(),
            reason: None,
        };
        LeaveRequest { group_id: self.group.clone(), members: vec![member] }
    }

    /// What it makes of an answer.
    pub(super) fn hear(&mut self, answer: &classic::Answer, now_ms: u64) {
        let error = match answer {
            classic::Answer::Join(answer) => answer.error,
            classic::Answer::Sync(answer) => answer.error,
            classic::Answer::Heartbeat(answer) => answer.error,
            classic::Answer::Leave(_) => return self.crash(0),
        };
        match (answer, error) {
            (classic::Answer::Join(answer), None) => {
                self.id.clone_from(&answer.member_id);
                self.generation = answer.generation_id;
                self.members = answer.members.iter().map(|it| it.member_id.clone()).collect();
                self.next = Next::Sync;
            }
            (classic::Answer::Join(answer), Some(GroupError::MemberIdRequired)) => {
                self.id.clone_from(&answer.member_id);
            }
            (classic::Answer::Sync(_), None) => self.next = Next::Steady,
            (_, Some(error)) => self.refused(error, now_ms),
            (_, None) => {}
        }
    }

    pub(super) fn refused(&mut self, error: GroupError, now_ms: u64) {
        match error {
            // That is the end of a client. After a while another one comes up by its name.
            GroupError::FencedInstanceId => self.crash(now_ms + FENCED_PAUSE_MS),
            GroupError::UnknownMemberId => self.id.clear(),
            _ => {}
        }
        if error == GroupError::IllegalGeneration {
            self.generation = -1;
        }
        self.next = Next::Join;
    }
}

/// The partitions of an assignment.
pub(super) fn partitions(assignment: &[u8]) -> &[u8] {
    let end = assignment.iter().position(|byte| *byte == FILLING).unwrap_or(assignment.len());
    &assignment[..end]
}
