//! The same requests in the same order: a group from its first member to its end.

use kabuki_coordination::sim::Dice;
use kabuki_coordination::{Now, Ticket};

use super::super::super::Request;
use super::clients::{Clients, GROUPS, SIMPLE_GROUPS};
use super::consumer::Next;

/// A step of a scenario: it is tried until it is done.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    /// These consumers are the members, and each has its share.
    Settle(&'static [usize]),
    /// A member commits.
    Commit(usize),
    /// Nobody's member commits, in a group of its own.
    CommitAlone,
    /// A consumer is gone without a word.
    Crash(usize),
    /// A member leaves.
    Leave(usize),
    /// Offsets of the group without members are deleted.
    DeleteOffsets,
    /// A group is deleted.
    DeleteGroup(&'static str),
}

/// Steps, and how far they are done.
#[derive(Debug)]
pub(super) struct Script {
    goals: Vec<Goal>,
    next: usize,
    members: Vec<usize>,
    /// The request that decides on the present step.
    ticket: Option<Ticket>,
}

/// Members come, commit, crash, come back, leave; offsets and groups are deleted. Consumer 2 is static.
pub(super) fn whole() -> Script {
    let goals = vec![
        Goal::CommitAlone,
        Goal::Settle(&[2, 3]),
        Goal::Commit(2),
        Goal::Commit(3),
        Goal::Settle(&[2, 3, 4]),
        Goal::Crash(2),
        Goal::Settle(&[2, 3, 4]),
        Goal::Commit(4),
        Goal::Leave(3),
        Goal::Settle(&[2, 4]),
        Goal::CommitAlone,
        Goal::DeleteOffsets,
        Goal::Commit(2),
        Goal::Leave(4),
        Goal::Leave(2),
        Goal::DeleteGroup(GROUPS[0]),
        Goal::DeleteGroup(SIMPLE_GROUPS[0]),
        Goal::Settle(&[3]),
    ];
    Script { goals, next: 0, members: Vec::new(), ticket: None }
}

impl Script {
    pub(super) fn len(&self) -> usize {
        self.goals.len()
    }

    pub(super) fn done(&self) -> usize {
        self.next
    }

    fn step_is_done(&mut self) {
        self.next += 1;
        self.ticket = None;
    }

    pub(super) fn outcome(&mut self, ticket: Ticket, achieved: bool) {
        if self.ticket == Some(ticket) {
            self.ticket = None;
            if achieved {
                self.step_is_done();
            }
        }
    }
}

impl Clients {
    pub(super) fn follow_the_script(
        &mut self,
        now: Now,
        ticket: Ticket,
        dice: &mut Dice,
    ) -> Option<Request> {
        let mut script = self.script.take()?;
        let request = match script.goals.get(script.next).cloned() {
            Some(goal) if script.ticket.is_none() && dice.one_in(2) => {
                self.strive(now, ticket, &mut script, &goal, dice)
            }
            _ => None,
        };
        // Meanwhile the members keep to the rules.
        let who = script.members.get(dice.index(script.members.len())).copied();
        self.script = Some(script);
        request.or_else(|| self.keep_to_the_rules(now, ticket, who?, dice))
    }

    fn strive(
        &mut self,
        now: Now,
        ticket: Ticket,
        script: &mut Script,
        goal: &Goal,
        dice: &mut Dice,
    ) -> Option<Request> {
        let is_steady = |clients: &Self, who: usize| {
            let consumer = &clients.consumers[who];
            consumer.next == Next::Steady && consumer.waiting.is_none()
        };
        let request = match *goal {
            Goal::Settle(members) => {
                script.members = members.to_vec();
                if members.iter().all(|who| is_steady(self, *who)) {
                    script.step_is_done();
                }
                return None;
            }
            Goal::Crash(who) => {
                self.consumers[who].crash(now.monotonic_ms);
                script.step_is_done();
                return None;
            }
            Goal::Commit(who) if is_steady(self, who) => self.commit_of(ticket, who, 0, dice),
            Goal::Leave(who) if is_steady(self, who) => {
                script.members.retain(|member| *member != who);
                self.leave(ticket, who)
            }
            // It had to join again, or nobody knows whether it has left.
            Goal::Leave(who) => {
                let leaves = !script.members.contains(&who);
                return match self.consumers[who].waiting {
                    None if leaves => {
                        let request = self.leave(ticket, who);
                        script.ticket = Some(ticket);
                        request
                    }
                    _ => None,
                };
            }
            Goal::Commit(_) => None,
            Goal::CommitAlone => self.commit(ticket, SIMPLE_GROUPS[0].to_owned(), None, dice),
            Goal::DeleteOffsets => self.delete_offsets(ticket, SIMPLE_GROUPS[0], dice),
            Goal::DeleteGroup(group) => self.delete_groups(ticket, &[group]),
        };
        script.ticket = request.is_some().then_some(ticket);
        request
    }
}
