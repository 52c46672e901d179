//! A state's own account of what it proposed and answered, to hold the shell and the log against.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::partition::offset;
use crate::effects::{Basis, Effects, Ticket};
use crate::state::{Now, State};

/// What one incarnation of a state did.
#[derive(Debug)]
pub(super) struct Account<R> {
    /// Where the log ended that it was loaded from.
    pub(super) base_offset: i64,
    /// What it proposed, in order.
    pub(super) proposed: Vec<R>,
    /// After how many records a batch may end.
    ends: BTreeSet<usize>,
    /// How many records answers depend on.
    depends_on: BTreeMap<Ticket, usize>,
}

pub(super) type Shared<R> = Rc<RefCell<Account<R>>>;

impl<R: PartialEq> Account<R> {
    pub(super) fn new() -> Shared<R> {
        Rc::new(RefCell::new(Self {
            base_offset: 0,
            proposed: Vec::new(),
            ends: BTreeSet::new(),
            depends_on: BTreeMap::new(),
        }))
    }

    /// An answer may be given while this is the log, and this much of it committed.
    pub(super) fn allows(&self, ticket: Ticket, log: &[R], committed: usize) -> Result<(), String> {
        let Some(&count) = self.depends_on.get(&ticket) else { return Ok(()) };
        if offset(committed) < self.base_offset + offset(count) {
            return Err(format!(
                "{ticket:?} depends on {count} records from {}, and the high watermark is {committed}",
                self.base_offset
            ));
        }
        if !self.is_in(log, count) {
            return Err(format!("{ticket:?} was answered upon records that the log has not"));
        }
        Ok(())
    }

    /// The log has the first `count` records as they were proposed.
    pub(super) fn is_in(&self, log: &[R], count: usize) -> bool {
        let base = usize::try_from(self.base_offset).unwrap_or(usize::MAX);
        log.get(base..).and_then(|log| log.get(..count)) == self.proposed.get(..count)
    }

    /// These records may be written as one batch, to begin here.
    pub(super) fn allows_batch(&self, base_offset: i64, records: &[R]) -> Result<(), String> {
        let first = usize::try_from(base_offset - self.base_offset)
            .map_err(|_| format!("a write at {base_offset} before what was replayed"))?;
        let end = first + records.len();
        if self.proposed.get(first..end) != Some(records) {
            return Err(format!("a write at {base_offset} is not what was proposed for there"));
        }
        if !self.ends.contains(&end) {
            return Err(format!("a write at {base_offset} ends within what belongs together"));
        }
        Ok(())
    }
}

/// A state that accounts for what it does.
#[derive(Debug)]
pub(super) struct Watched<S: State> {
    pub(super) state: S,
    account: Shared<S::Record>,
}

impl<S: State> Watched<S> {
    pub(super) fn new(state: S, account: Shared<S::Record>) -> Self {
        Self { state, account }
    }

    /// Notes what one turn comes to: the effects are of nothing else.
    fn account_for(&self, effects: &Effects<S::Record, S::Answer>) {
        let mut account = self.account.borrow_mut();
        for record in &effects.records {
            account.proposed.push(record.clone());
            if effects.divisible {
                let end = account.proposed.len();
                account.ends.insert(end);
            }
        }
        let end = account.proposed.len();
        account.ends.insert(end);
        for answered in &effects.answers {
            if answered.basis == Basis::Everything {
                account.depends_on.insert(answered.ticket, end);
            }
        }
    }
}

impl<S: State> State for Watched<S> {
    type Record = S::Record;
    type Request = S::Request;
    type Answer = S::Answer;
    type Event = S::Event;

    fn size_of(record: &S::Record) -> usize {
        S::size_of(record)
    }

    fn apply(&mut self, now: Now, record: &S::Record) {
        self.state.apply(now, record);
    }

    fn loaded(&mut self, now: Now, effects: &mut Effects<S::Record, S::Answer>) {
        self.state.loaded(now, effects);
        self.account_for(effects);
    }

    fn handle(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: S::Request,
        effects: &mut Effects<S::Record, S::Answer>,
    ) {
        self.state.handle(now, ticket, request, effects);
        self.account_for(effects);
    }

    fn note(&mut self, now: Now, event: S::Event, effects: &mut Effects<S::Record, S::Answer>) {
        self.state.note(now, event, effects);
        self.account_for(effects);
    }

    fn tick(&mut self, now: Now, effects: &mut Effects<S::Record, S::Answer>) {
        self.state.tick(now, effects);
        self.account_for(effects);
    }

    fn next_deadline_ms(&self) -> Option<u64> {
        self.state.next_deadline_ms()
    }
}
