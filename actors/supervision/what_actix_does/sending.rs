//! What the ways of sending promise.

use futures_util::FutureExt as _;

use super::*;

#[actix::test]
async fn do_send_ignores_the_capacity() {
    let journal = Journal::default();
    let addr = Subject::start_with_capacity(&journal, 1);
    for _ in 0..100 {
        addr.do_send(Do::note("handled"));
    }
    handled(&addr).await;
    assert_eq!(journal.take(), vec!["handled"; 100]);
}

/// The capacity holds for one address that is never cloned; each clone brings a place of its own.
#[actix::test]
async fn try_send_is_bounded_on_one_address_and_each_clone_gets_one_more_in() {
    let addr = Subject::start_with_capacity(&Journal::default(), 2);
    let try_send = |addr: &Addr<Subject>| addr.try_send(Do::note("handled"));
    assert!(try_send(&addr).is_ok());
    assert!(try_send(&addr).is_ok());
    assert!(matches!(try_send(&addr), Err(SendError::Full(_))));
    for _ in 0..10 {
        let clone = addr.clone();
        assert!(try_send(&clone).is_ok(), "the first message of a clone always goes in");
        assert!(matches!(try_send(&clone), Err(SendError::Full(_))));
    }

    let clone = addr.clone();
    handled(&clone).await;
    assert!(try_send(&addr).is_ok(), "drained: the first address has room again");
}

/// The bound of the mailbox never makes `send` wait: it clones the sender and pushes.
#[actix::test]
async fn send_to_a_full_mailbox_is_queued_at_its_first_poll() {
    let journal = Journal::default();
    let addr = Subject::start_with_capacity(&journal, 1);
    addr.do_send(Do::note("first"));
    addr.try_send(Do::note("second")).map_err(|_| ()).expect("room for one more");
    assert!(matches!(addr.try_send(Do::note("refused")), Err(SendError::Full(_))));
    let mut sent = Box::pin(addr.send(Do::note("third")));
    assert!(sent.as_mut().now_or_never().is_none());
    sent.await.expect("alive");
    assert_eq!(journal.take(), ["first", "second", "third"]);
}

/// Anything with effects therefore goes by `do_send` and an explicit reply.
#[actix::test]
async fn dropping_a_send_future_cancels_a_message_that_was_not_begun() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    drop(addr.send(Do::carrying("handled", journal.mark("cancelled message"))));
    assert_eq!(journal.take(), [] as [&str; 0], "it is cancelled in its turn, not at once");
    handled(&addr).await;
    assert_eq!(journal.take(), ["cancelled message dropped"]);
}

#[actix::test]
async fn do_send_from_a_thread_without_a_runtime_wakes_the_actor() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    handled(&addr).await;
    let (answer, answered) = tokio::sync::oneshot::channel();
    let sender = addr.clone();
    std::thread::spawn(move || {
        sender.do_send(Do::this(move |_, _| answer.send(()).expect("the test waits")));
    });
    answered.await.expect("handled, though nothing else woke this thread");
}
