//! How actors end without a panic.

use actix::fut;

use super::*;

#[actix::test]
async fn ctx_stop_drops_what_is_queued_unhandled() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    addr.do_send(Do::this(|_, ctx| ctx.stop()));
    addr.do_send(Do::carrying("handled after stop", journal.mark("queued message")));
    closed(&addr).await;
    let expected =
        ["stopped()", "first field dropped", "last field dropped", "queued message dropped"];
    assert_eq!(journal.take(), expected);
}

/// Whatever an actor has queued when its arbiter stops is dropped: tokens answer, nothing is
/// handled. An ordered stop therefore ends the actors first.
#[actix::test]
async fn stopping_an_arbiter_drops_its_actors_and_what_they_have_queued() {
    let journal = Journal::default();
    let arbiter = Arbiter::new();
    let subject = Subject::new(&journal);
    let addr = Subject::start_in_arbiter(&arbiter.handle(), move |_| subject);
    handled(&addr).await;

    let (handle, queued_to) = (arbiter.handle(), addr.clone());
    let queued = Do::carrying("handled after the stop", journal.mark("queued message"));
    addr.do_send(Do::this(move |_, ctx| {
        ctx.wait(fut::wrap_future(std::future::pending::<()>()));
        queued_to.do_send(queued);
        handle.stop();
    }));
    arbiter.join().expect("the arbiter's thread did not panic");

    let expected =
        ["stopped()", "first field dropped", "last field dropped", "queued message dropped"];
    assert_eq!(journal.take(), expected);
    assert!(!addr.connected());
}

#[actix::test]
async fn an_actor_ends_when_its_last_address_is_dropped() {
    let journal = Journal::default();
    let addr = Subject::start_with(&journal);
    handled(&addr).await;
    let weak = addr.downgrade();
    addr.do_send(Do::note("queued before"));
    drop(addr);
    while weak.upgrade().is_some() {
        yield_now().await;
    }
    let expected = ["queued before", "stopped()", "first field dropped", "last field dropped"];
    assert_eq!(journal.take(), expected);
}

#[actix::test]
async fn an_actor_that_holds_its_own_address_or_an_unfinished_item_never_ends() {
    for holds in [
        Do::this(|subject, ctx| {
            let own = ctx.address();
            let journal = subject.journal.clone();
            // Held by the actor's side, as a field would be.
            ctx.spawn(fut::wrap_future(async move {
                let _own = own;
                journal.note("holding");
                std::future::pending::<()>().await;
            }));
        }),
        Do::this(|subject, ctx| {
            subject.journal.note("holding");
            ctx.spawn(fut::wrap_future(std::future::pending::<()>()));
        }),
    ] {
        let journal = Journal::default();
        let addr = Subject::start_with(&journal);
        addr.send(holds).await.expect("alive");
        let weak = addr.downgrade();
        drop(addr);
        for _ in 0..100 {
            yield_now().await;
        }
        assert_eq!(journal.take(), ["holding"]);
        let addr = weak.upgrade().expect("it is still there");
        addr.do_send(Do::this(|_, ctx| ctx.stop()));
        closed(&addr).await;
    }
}
