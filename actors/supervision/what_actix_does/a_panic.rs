//! What a panic in an actor ends, and in which order.

use super::*;

/// The guard of an actor is its last field: it reports before the queued messages are dropped, and
/// before what spawned items hold (a socket, say) is.
#[actix::test]
async fn a_panic_drops_the_message_then_the_fields_then_the_mailbox_then_the_items() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    let item = Watch(journal.mark("item"));
    addr.send(Do::spawn([item])).await.expect("alive");
    journal.take();

    let newer = Watch(journal.mark("item spawned in the same wake"));
    addr.do_send(Do::spawn([newer]));
    addr.do_send(Do::panic_with(journal.mark("message in hand")));
    addr.do_send(Do::carrying("handled after a panic", journal.mark("queued message 1")));
    addr.do_send(Do::carrying("handled after a panic", journal.mark("queued message 2")));
    closed(&addr).await;

    let expected = [
        "message in hand dropped (unwinding)",
        "stopped() (unwinding)",
        "first field dropped (unwinding)",
        "last field dropped (unwinding)",
        "queued message 1 dropped (unwinding)",
        "queued message 2 dropped (unwinding)",
        "item dropped (unwinding)",
        "item spawned in the same wake dropped (unwinding)",
    ];
    assert_eq!(journal.take(), expected);

    addr.do_send(Do::carrying("handled after a panic", journal.mark("late message")));
    assert_eq!(journal.take(), ["late message dropped"]);
}

#[actix::test]
async fn a_panic_in_a_notified_message_ends_the_actor_in_the_same_order() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    let own = Do::panic_with(journal.mark("own message"));
    addr.do_send(Do::this(|_, ctx| ctx.notify(own)));
    closed(&addr).await;

    let expected = [
        "own message dropped (unwinding)",
        "stopped() (unwinding)",
        "first field dropped (unwinding)",
        "last field dropped (unwinding)",
    ];
    assert_eq!(journal.take(), expected);
}

/// `stopped()` is no place for anything: with the last address gone it is not even called.
#[actix::test]
async fn a_panic_after_the_last_address_is_gone_does_not_call_stopped() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    handled(&addr).await;
    let weak = addr.downgrade();
    addr.do_send(Do::panic_with(journal.mark("message in hand")));
    drop(addr);
    while weak.upgrade().is_some_and(|addr| addr.connected()) {
        yield_now().await;
    }
    let expected = [
        "message in hand dropped (unwinding)",
        "first field dropped (unwinding)",
        "last field dropped (unwinding)",
    ];
    assert_eq!(journal.take(), expected);
}

#[actix::test]
async fn an_arbiter_and_its_other_actors_survive_a_panic() {
    let (journal, other) = (Journal::default(), Journal::default());
    let arbiter = Arbiter::new();
    let (doomed, bystander) = (Subject::new(&journal), Subject::new(&other));
    let doomed = Subject::start_in_arbiter(&arbiter.handle(), move |_| doomed);
    let bystander = Subject::start_in_arbiter(&arbiter.handle(), move |_| bystander);

    doomed.do_send(Do::panic_with(journal.mark("message in hand")));
    closed(&doomed).await;
    bystander.send(Do::note("still here")).await.expect("the bystander lives");
    assert_eq!(other.take(), ["still here"]);

    arbiter.stop();
    arbiter.join().expect("the arbiter's thread did not panic");
}

/// So a factory that may fail must not run inside `start_in_arbiter`: nobody would hear of it.
#[actix::test]
async fn a_panic_in_the_closure_of_start_in_arbiter_closes_the_address_and_spares_the_arbiter() {
    let journal = Journal::default();
    let arbiter = Arbiter::new();
    let never_made = Subject::start_in_arbiter(&arbiter.handle(), |_| {
        panic!("on purpose: a probe of a factory that panics")
    });
    never_made.do_send(Do::carrying("handled by nobody", journal.mark("message")));
    closed(&never_made).await;

    let subject = Subject::new(&Journal::default());
    let next = Subject::start_in_arbiter(&arbiter.handle(), move |_| subject);
    handled(&next).await;
    // Unwinding or not: the address may have been closed before or after it was sent.
    let lines = journal.take();
    assert!(lines.len() == 1 && lines[0].starts_with("message dropped"), "{lines:?}");
    arbiter.stop();
    arbiter.join().expect("the arbiter's thread did not panic");
}
