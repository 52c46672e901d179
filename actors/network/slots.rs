//! Reply slots: responses of a connection leave in the order of its requests.

use std::collections::VecDeque;
use std::mem;
use std::time::{Duration, Instant};

use kabuki_wire::RequestHeader;

use super::api::InFlight;
use super::outbox::Piece;

/// A request whose response is not written yet.
pub(crate) struct Slot {
    /// What the client sent in front of the request.
    pub(crate) header: RequestHeader,
    /// When the frame was whole.
    pub(crate) since: Instant,
    /// Memory of the request, as its frame and decoded: given back to the connection's credit when the slot is done.
    pub(crate) request_bytes: usize,
    /// Nothing else of this connection is executed before this is answered.
    pub(crate) alone: bool,
    /// Where it stands.
    pub(crate) state: SlotState,
}

/// Where a request stands.
pub(crate) enum SlotState {
    /// It waits for answers of other actors, or for time to pass.
    Waiting(Box<dyn InFlight>),
    /// The response; empty when the client wants none (acks=0).
    Done(Vec<Piece>),
}

impl SlotState {
    /// Memory that a response takes.
    fn response_bytes(&self) -> usize {
        match self {
            Self::Waiting(_) => 0,
            Self::Done(pieces) => pieces.iter().map(Piece::held_bytes).sum(),
        }
    }
}

/// The ring of slots; the contiguous prefix of done ones can be written.
#[derive(Default)]
pub(crate) struct Slots {
    ring: VecDeque<Slot>,
    first: u64,
    request_bytes: usize,
    response_bytes: usize,
}

impl Slots {
    /// The number that the next slot will have.
    pub(crate) fn next_number(&self) -> u64 {
        self.first + self.ring.len() as u64
    }

    pub(crate) fn push(&mut self, slot: Slot) {
        self.request_bytes += slot.request_bytes;
        self.response_bytes += slot.state.response_bytes();
        self.ring.push_back(slot);
    }

    /// The request that waits in the slot of this number, if one does: it is to be put back, or replaced by its response.
    pub(crate) fn take_waiting(&mut self, number: u64) -> Option<Box<dyn InFlight>> {
        let slot = self.get_mut(number)?;
        let SlotState::Waiting(_) = slot.state else { return None };
        match mem::replace(&mut slot.state, SlotState::Done(Vec::new())) {
            SlotState::Waiting(request) => Some(request),
            SlotState::Done(_) => None,
        }
    }

    /// Where the request of this number stands now.
    pub(crate) fn set_state(&mut self, number: u64, state: SlotState) {
        let bytes = state.response_bytes();
        let Some(slot) = self.get_mut(number) else { return };
        let before = mem::replace(&mut slot.state, state).response_bytes();
        self.response_bytes = self.response_bytes + bytes - before;
    }

    /// Forgets the requests behind this one: the connection closes with it, and they get no answer.
    pub(crate) fn end_with(&mut self, number: u64) {
        while self.next_number() > number + 1
            && let Some(slot) = self.ring.pop_back()
        {
            self.request_bytes -= slot.request_bytes;
            self.response_bytes -= slot.state.response_bytes();
        }
    }

    fn get_mut(&mut self, number: u64) -> Option<&mut Slot> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.ring.get_mut(index)
    }

    /// The oldest slot, if its response is there.
    pub(crate) fn pop_done(&mut self) -> Option<(Slot, Duration)> {
        match self.ring.front()?.state {
            SlotState::Waiting(_) => None,
            SlotState::Done(_) => {
                self.first += 1;
                let slot = self.ring.pop_front()?;
                self.request_bytes -= slot.request_bytes;
                self.response_bytes -= slot.state.response_bytes();
                let age = slot.since.elapsed();
                Some((slot, age))
            }
        }
    }

    /// Memory of the requests in the ring.
    pub(crate) fn request_bytes(&self) -> usize {
        self.request_bytes
    }

    /// Memory of the responses that are ready, and wait for those before them.
    pub(crate) fn response_bytes(&self) -> usize {
        self.response_bytes
    }

    /// Requests that are not answered in full.
    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    /// Requests that wait for other actors, and not merely for time to pass or for new records.
    pub(crate) fn queued(&self) -> usize {
        self.waiting().filter(|(_, request)| request.deadline().is_none()).count()
    }

    /// Whether a request is under way that will be answered without further requests: one that a close waits for.
    /// A read that waits for new records is not.
    pub(crate) fn is_answer_due(&self) -> bool {
        self.waiting().any(|(_, request)| request.deadline().is_none())
    }

    /// Whether the last request wants to be executed alone and is not answered yet.
    pub(crate) fn blocked(&self) -> bool {
        self.ring
            .back()
            .is_some_and(|slot| slot.alone && matches!(slot.state, SlotState::Waiting(_)))
    }

    /// When the next waiting request must be looked at.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.waiting().filter_map(|(_, request)| request.deadline()).min()
    }

    /// Numbers of the requests whose deadline has come, as `is_due` says.
    pub(crate) fn expired(&self, is_due: impl Fn(Instant) -> bool) -> Vec<u64> {
        let due = |request: &dyn InFlight| request.deadline().is_some_and(&is_due);
        self.waiting().filter(|(_, request)| due(*request)).map(|(number, _)| number).collect()
    }

    fn waiting(&self) -> impl Iterator<Item = (u64, &dyn InFlight)> {
        self.ring.iter().enumerate().filter_map(|(index, slot)| match &slot.state {
            SlotState::Waiting(request) => Some((self.first + index as u64, &**request)),
            SlotState::Done(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use kabuki_wire::{ApiKey, StrBytes};

    use super::*;

    fn slot(request_bytes: usize) -> Slot {
        let header = RequestHeader {
            api: ApiKey::Produce,
            version: 9,
            correlation_id: 1,
            client_id: StrBytes::default(),
        };
        let state = SlotState::Done(Vec::new());
        Slot { header, since: Instant::now(), request_bytes, alone: false, state }
    }

    #[test]
    fn requests_behind_one_that_closes_are_forgotten() {
        let mut slots = Slots::default();
        (1..=4).for_each(|bytes| slots.push(slot(bytes)));
        slots.pop_done();
        slots.end_with(2);
        assert_eq!((slots.len(), slots.next_number(), slots.request_bytes()), (2, 3, 2 + 3));
        slots.end_with(7);
        assert_eq!(slots.len(), 2, "there is nothing behind it");
    }
}
