//! What a fetch, or a session of fetches, is told of partitions that have something new.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::answer::Answer;
use crate::supervision::{ReturnAddress, Ticket};

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

/// The news for one request, or for all requests of a session.
///
/// Partitions hold it weakly: they forget it when the request or the session is gone. Each says once that it has news, and
/// then waits to be read again. What nobody waits for is kept until somebody asks, so that a poll reads only partitions
/// that have news, and idle ones cost nothing.
pub(crate) struct Subscription {
    id: u64,
    news: Mutex<News>,
}

#[derive(Default)]
struct News {
    /// Of which partitions, by the places that the subscriber gave them: at most one for each read.
    places: Vec<u64>,
    /// Requests to be told of the next news.
    waiting: Vec<(Arc<dyn ReturnAddress>, Ticket)>,
}

impl Default for Subscription {
    fn default() -> Self {
        Self { id: NEXT_ID.fetch_add(1, Relaxed), news: Mutex::default() }
    }
}

impl Subscription {
    /// Tells it from all others of this process.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// There is news of a partition.
    pub(super) fn note(&self, place: u64) {
        let waiting = {
            let mut news = self.news();
            news.places.push(place);
            std::mem::take(&mut news.waiting)
        };
        for (to, ticket) in waiting {
            to.deliver(ticket, Answer::News);
        }
    }

    /// Where there is news since this was asked last.
    pub(crate) fn take_news(&self) -> Vec<u64> {
        std::mem::take(&mut self.news().places)
    }

    /// Has a request told of the next news. False if there is some already.
    pub(crate) fn wait(&self, to: &Arc<dyn ReturnAddress>, ticket: Ticket) -> bool {
        let mut news = self.news();
        let is_quiet = news.places.is_empty();
        if is_quiet {
            news.waiting.push((to.clone(), ticket));
        }
        is_quiet
    }

    /// A request is over.
    pub(crate) fn stop_waiting(&self, ticket: Ticket) {
        self.news().waiting.retain(|(_, it)| *it != ticket);
    }

    /// What a panic left behind is whole: it is changed by code that does not panic halfway.
    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Requester(Mutex<Vec<u64>>);

    impl ReturnAddress for Requester {
        fn deliver(&self, ticket: Ticket, answer: Answer) {
            assert!(matches!(answer, Answer::News));
            self.0.lock().expect("no panic").push(ticket.slot);
        }
    }

    fn ticket(slot: u64) -> Ticket {
        Ticket { slot, part: 0 }
    }

    #[test]
    fn all_that_wait_are_told_once_and_news_keep_until_asked_for() {
        let requester = Arc::new(Requester::default());
        let address: Arc<dyn ReturnAddress> = requester.clone();
        let told = || std::mem::take(&mut *requester.0.lock().expect("no panic"));
        let subscription = Subscription::default();
        assert!(subscription.wait(&address, ticket(1)) && subscription.wait(&address, ticket(2)));
        assert!(subscription.wait(&address, ticket(3)));
        subscription.stop_waiting(ticket(2));
        subscription.note(7);
        assert_eq!(told(), [1, 3]);
        subscription.note(8);
        assert_eq!(told(), [0_u64; 0]);
        assert!(!subscription.wait(&address, ticket(1)), "there is news already");
        assert_eq!(subscription.take_news(), [7, 8]);
        assert!(subscription.wait(&address, ticket(1)));
        subscription.note(7);
        assert_eq!(told(), [1]);
    }
}
