//! The order of what one wake of an actor runs: messages, items, waits.

use actix::fut;
use futures_util::FutureExt as _;

use super::*;

/// Batching by drain: what `notify` brings runs once the mailbox is empty.
#[actix::test]
async fn notify_runs_after_the_drain_of_the_mailbox() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    addr.do_send(Do::this(|subject, ctx| {
        subject.journal.note("append 1");
        ctx.notify(Do::note("flush"));
    }));
    addr.do_send(Do::note("append 2"));
    addr.do_send(Do::note("append 3"));
    handled(&addr).await;
    assert_eq!(journal.take(), ["append 1", "append 2", "append 3", "flush"]);
}

/// The writer of a connection: an item that asks for no wake-up sees what the messages brought.
#[actix::test]
async fn a_spawned_item_is_polled_after_the_messages_of_each_wake() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    let item = Watch(journal.mark("item"));
    addr.send(Do::spawn([item])).await.expect("alive");
    assert_eq!(journal.take(), ["item polled"]);

    addr.do_send(Do::note("message 1"));
    addr.do_send(Do::note("message 2"));
    handled(&addr).await;
    assert_eq!(journal.take(), ["message 1", "message 2", "item polled"]);

    let sender = addr.clone();
    std::thread::spawn(move || sender.do_send(Do::note("from another thread")))
        .join()
        .expect("the sender does not panic");
    handled(&addr).await;
    assert_eq!(journal.take(), ["from another thread", "item polled"]);
}

/// The trap of the two above together: state that a notified message changes is not seen by the
/// older item in this wake. Whoever combines them lets the notified handler wake the item.
#[actix::test]
async fn an_older_item_is_not_polled_again_after_a_notified_message() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    let item = Watch(journal.mark("item"));
    addr.send(Do::spawn([item])).await.expect("alive");
    journal.take();

    addr.do_send(Do::this(|subject, ctx| {
        subject.journal.note("message");
        ctx.notify(Do::note("flush"));
    }));
    for _ in 0..100 {
        yield_now().await;
    }
    assert_eq!(journal.take(), ["message", "item polled", "item polled", "flush"]);
}

#[actix::test]
async fn a_mailbox_is_drained_in_one_turn_while_other_actors_wait() {
    let journal = Journal::default();
    let (busy, other) = (Subject::start_with(&journal), Subject::start_with(&journal));
    handled(&busy).await;
    handled(&other).await;
    for _ in 0..1_000 {
        busy.do_send(Do::note("busy"));
    }
    other.do_send(Do::note("other"));
    handled(&other).await;
    let lines = journal.take();
    assert_eq!(lines.iter().position(|line| line == "other"), Some(1_000));
}

/// Yielding on purpose: the others of the arbiter get their turn, the order of messages stays.
#[actix::test]
async fn waiting_for_yield_now_lets_the_other_actors_of_the_arbiter_run() {
    let journal = Journal::default();
    let (busy, other) = (Subject::start_with(&journal), Subject::start_with(&journal));
    handled(&busy).await;
    handled(&other).await;
    for what in ["busy 1", "busy 2", "busy 3"] {
        busy.do_send(Do::this(move |subject, ctx| {
            subject.journal.note(what);
            ctx.wait(fut::wrap_future(yield_now()));
        }));
    }
    other.do_send(Do::note("other"));
    handled(&busy).await;
    assert_eq!(journal.take(), ["busy 1", "other", "busy 2", "busy 3"]);
}

/// A wait stops the mailbox and the items, but takes hold only after one of the items was polled.
#[actix::test]
async fn one_item_is_still_polled_between_a_message_and_the_wait_it_asked_for() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    let items = [Watch(journal.mark("item 1")), Watch(journal.mark("item 2"))];
    addr.send(Do::spawn(items)).await.expect("alive");
    assert_eq!(journal.take(), ["item polled", "item polled"]);

    let (resume, resumed) = tokio::sync::oneshot::channel::<()>();
    addr.do_send(Do::this(|subject, ctx| {
        subject.journal.note("wait");
        ctx.wait(fut::wrap_future(resumed.map(drop)));
    }));
    addr.do_send(Do::note("frozen message"));
    for _ in 0..100 {
        yield_now().await;
    }
    assert_eq!(journal.take(), ["wait", "item polled"]);
    resume.send(()).expect("the wait is still on");
    handled(&addr).await;
    assert_eq!(journal.take(), ["frozen message", "item polled", "item polled"]);
}

#[actix::test]
async fn of_several_waits_the_last_one_runs_first() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    addr.do_send(Do::this(|subject, ctx| {
        for what in ["wait 1", "wait 2"] {
            let journal = subject.journal.clone();
            ctx.wait(fut::wrap_future(async move { journal.note(what) }));
        }
    }));
    handled(&addr).await;
    assert_eq!(journal.take(), ["wait 2", "wait 1"]);
}
