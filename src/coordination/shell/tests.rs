use super::*;
use crate::effects::Effects;
use crate::state::{Now, State};

/// A state that does as requests say, and remembers what it was told.
#[derive(Debug, Default)]
struct Script {
    applied: Vec<u32>,
    noted: Vec<&'static str>,
    waiting: Vec<Ticket>,
    due_ms: Option<u64>,
    /// Records that a tick still has to propose.
    backlog: u32,
}

enum Ask {
    /// Writes records of ten bytes each, and answers.
    Write(u32),
    /// The same, one by one.
    WriteEach(u32),
    /// Answers by what is known.
    Read,
    /// Answers whatever is known.
    Ping,
    /// Is answered by the next event.
    Wait,
    /// Has ticks propose records, one each, from a time on.
    Backlog(u64, u32),
}

impl Script {
    fn write(&mut self, now: Now, count: u32, effects: &mut Effects<u32, usize>) {
        for _ in 0..count {
            let record = u32::try_from(self.applied.len()).unwrap();
            self.apply(now, &record);
            effects.records.push(record);
        }
    }
}

impl State for Script {
    type Record = u32;
    type Request = Ask;
    type Answer = usize;
    type Event = &'static str;

    fn size_of(_: &u32) -> usize {
        10
    }

    fn apply(&mut self, _: Now, record: &u32) {
        self.applied.push(*record);
    }

    fn loaded(&mut self, _: Now, _: &mut Effects<u32, usize>) {
        self.noted.push("loaded");
    }

    fn handle(
        &mut self,
        now: Now,
        ticket: Ticket,
        request: Ask,
        effects: &mut Effects<u32, usize>,
    ) {
        match request {
            Ask::Write(count) => self.write(now, count, effects),
            Ask::WriteEach(count) => {
                effects.divisible = true;
                self.write(now, count, effects);
            }
            Ask::Read => {}
            Ask::Ping => return effects.answer_at_once(ticket, self.applied.len()),
            Ask::Wait => return self.waiting.push(ticket),
            Ask::Backlog(due_ms, count) => {
                self.due_ms = Some(due_ms);
                self.backlog = count;
                return effects.answer_at_once(ticket, 0usize);
            }
        }
        effects.answer(ticket, self.applied.len());
    }

    fn note(&mut self, _: Now, event: &'static str, effects: &mut Effects<u32, usize>) {
        self.noted.push(event);
        for ticket in self.waiting.drain(..) {
            effects.answer(ticket, self.noted.len());
        }
    }

    fn tick(&mut self, now: Now, effects: &mut Effects<u32, usize>) {
        if self.backlog > 0 {
            self.backlog -= 1;
            self.write(now, 1, effects);
        }
        if self.backlog == 0 {
            self.due_ms = None;
        }
    }

    fn next_deadline_ms(&self) -> Option<u64> {
        self.due_ms
    }
}

const EPOCH: i32 = 7;

/// A shell, and what came out of it since it was last looked at.
struct Bench {
    shell: Shell<Script>,
    now: Now,
    out: Outbox<Script>,
    tickets: u64,
}

impl Bench {
    fn new(limits: Limits) -> Self {
        let now = Now { monotonic_ms: 100, wall_ms: 0 };
        Self { shell: Shell::new(limits), now, out: Vec::new(), tickets: 0 }
    }

    /// With an empty log.
    fn active(limits: Limits) -> Self {
        let mut bench = Self::new(limits);
        bench.shell.begin_loading(EPOCH, Script::default(), &mut bench.out);
        bench.shell.loaded(bench.now, 0, 0, &mut bench.out);
        assert_eq!(bench.shell.phase(), ShellState::Active { epoch: EPOCH });
        bench
    }

    fn ask(&mut self, ask: Ask) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.shell.request(self.now, ticket, ask, &mut self.out);
        ticket
    }

    fn drained(&mut self) {
        self.shell.drained(self.now, &mut self.out);
    }

    fn tick_at(&mut self, now_ms: u64) {
        self.now.monotonic_ms = now_ms;
        self.shell.tick(self.now, &mut self.out);
    }

    fn appended(&mut self, id: u64, offsets: std::ops::RangeInclusive<i64>) {
        let (first_offset, last_offset) = offsets.into_inner();
        let outcome = Ok(Appended { first_offset, last_offset });
        self.shell.appended(self.now, WriteId(id), outcome, &mut self.out);
    }

    fn failed(&mut self, id: u64, why: AppendRefused) {
        self.shell.appended(self.now, WriteId(id), Err(why), &mut self.out);
    }

    fn committed(&mut self, offset: i64) {
        self.shell.high_watermark(EPOCH, offset, &mut self.out);
    }

    /// What came out, as text.
    fn out(&mut self) -> Vec<String> {
        let told = |out| match out {
            Out::Write { id, epoch, base_offset, records } => {
                assert_eq!(epoch, EPOCH);
                format!("write {} at {base_offset}: {records:?}", id.0)
            }
            Out::Answer { ticket, answer } => format!("answer {}: {answer}", ticket.0),
            Out::Refuse { ticket, why } => format!("refuse {}: {why:?}", ticket.0),
            Out::Reload { why } => format!("reload: {why:?}"),
        };
        self.out.drain(..).map(told).collect()
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn an_answer_waits_for_the_high_watermark() {
    let mut bench = Bench::active(Limits::default());
    bench.ask(Ask::Write(2));
    assert!(bench.shell.waits_to_be_drained());
    assert_eq!(bench.out(), NOTHING);
    bench.drained();
    assert_eq!(bench.out(), ["write 1 at 0: [0, 1]"]);
    bench.committed(2); // before the partition says that it has appended
    assert_eq!(bench.out(), NOTHING);
    bench.appended(1, 0..=1);
    assert_eq!(bench.out(), ["answer 1: 2"]);
    bench.ask(Ask::Read);
    assert_eq!(bench.out(), ["answer 2: 2"]);
    assert_eq!(bench.shell.owed(), 0);
}

#[test]
fn a_read_waits_for_what_it_has_seen_and_a_ping_for_nothing() {
    let mut bench = Bench::active(Limits::default());
    bench.ask(Ask::Write(1));
    bench.ask(Ask::Read);
    bench.ask(Ask::Ping);
    assert_eq!(bench.out(), ["answer 3: 1"]);
    bench.drained();
    bench.ask(Ask::Write(1));
    bench.appended(1, 0..=0);
    assert_eq!(bench.out(), ["write 1 at 0: [0]"]);
    bench.committed(1);
    assert_eq!(bench.out(), ["answer 1: 1", "answer 2: 1"]);
}

#[test]
fn one_write_is_under_way_and_the_next_is_collected() {
    let mut bench = Bench::active(Limits::default());
    bench.ask(Ask::Write(1));
    bench.drained();
    assert_eq!(bench.out(), ["write 1 at 0: [0]"]);
    bench.ask(Ask::Write(1));
    bench.drained();
    bench.ask(Ask::Write(2));
    assert_eq!(bench.out(), NOTHING);
    bench.appended(1, 0..=0);
    assert_eq!(bench.out(), ["write 2 at 1: [1, 2, 3]"]);
}

#[test]
fn a_full_batch_is_written_without_waiting_and_a_request_is_not_split() {
    let limits = Limits { batch_bytes_max: 40, ..Limits::default() };
    let mut bench = Bench::active(limits);
    bench.ask(Ask::Write(3));
    assert_eq!(bench.out(), NOTHING);
    bench.ask(Ask::Write(2));
    assert_eq!(bench.out(), ["write 1 at 0: [0, 1, 2]"]);
    bench.ask(Ask::WriteEach(9));
    bench.appended(1, 0..=2);
    assert_eq!(bench.out(), ["write 2 at 3: [3, 4, 5, 6]"]);
    bench.appended(2, 3..=6);
    bench.appended(3, 7..=10);
    assert_eq!(bench.out(), ["write 3 at 7: [7, 8, 9, 10]"]);
    bench.drained();
    assert_eq!(bench.out(), ["write 4 at 11: [11, 12, 13]"]);
    bench.committed(5);
    assert_eq!(bench.out(), ["answer 1: 3", "answer 2: 5"]);
}

#[test]
fn a_linger_ends_by_the_clock() {
    let mut bench = Bench::active(Limits { linger: Linger::Ms(5), ..Limits::default() });
    bench.ask(Ask::Write(1));
    bench.drained();
    assert_eq!(bench.shell.next_deadline_ms(), Some(105));
    assert!(!bench.shell.waits_to_be_drained());
    bench.tick_at(104);
    assert_eq!(bench.out(), NOTHING);
    bench.tick_at(105);
    assert_eq!(bench.out(), ["write 1 at 0: [0]"]);
    let mut at_once = Bench::active(Limits { linger: Linger::Ms(0), ..Limits::default() });
    at_once.ask(Ask::Write(1));
    assert_eq!(at_once.out(), ["write 1 at 0: [0]"]);
}

#[test]
fn a_failed_append_costs_the_state_and_all_that_is_owed() {
    let kinds = [
        AppendRefused::WrongEpoch,
        AppendRefused::OtherEnd,
        AppendRefused::TooLarge,
        AppendRefused::Storage,
        AppendRefused::Unknown,
    ];
    for why in kinds {
        let mut bench = Bench::active(Limits::default());
        bench.ask(Ask::Wait);
        bench.ask(Ask::Write(1));
        bench.drained();
        bench.ask(Ask::Read);
        bench.out();
        bench.failed(1, why);
        let refused = |ticket| format!("refuse {ticket}: AppendFailed({why:?})");
        let reload = format!("reload: {why:?}");
        assert_eq!(bench.out(), [refused(2), refused(3), refused(1), reload]);
        assert_eq!(bench.shell.phase(), ShellState::Lost { why });
        assert!(bench.shell.state().is_none());
        bench.ask(Ask::Ping);
        let meanwhile = match why {
            AppendRefused::WrongEpoch => "refuse 4: NotCoordinator",
            _ => "refuse 4: Loading",
        };
        assert_eq!(bench.out(), [meanwhile]);
        // The record is in the log after all.
        bench.shell.begin_loading(EPOCH, Script::default(), &mut bench.out);
        bench.shell.replayed(bench.now, 0, &0);
        bench.shell.loaded(bench.now, 1, 0, &mut bench.out);
        bench.appended(1, 0..=0); // late, and of no interest
        bench.ask(Ask::Read);
        assert_eq!(bench.out(), NOTHING);
        bench.committed(1);
        assert_eq!(bench.out(), ["answer 5: 1"]);
    }
}

#[test]
fn records_that_went_elsewhere_cost_the_state() {
    for offsets in [1..=1, 0..=1] {
        let mut bench = Bench::active(Limits::default());
        bench.ask(Ask::Write(1));
        bench.drained();
        bench.out();
        bench.appended(1, offsets);
        assert_eq!(bench.out(), ["refuse 1: AppendFailed(OtherEnd)", "reload: OtherEnd"]);
    }
}

#[test]
fn too_few_replicas_are_waited_for_with_the_state_kept() {
    let mut bench = Bench::active(Limits { retry_ms: 50, ..Limits::default() });
    bench.ask(Ask::Write(1));
    bench.drained();
    bench.failed(1, AppendRefused::NotEnoughReplicas);
    assert_eq!(bench.out(), ["write 1 at 0: [0]"]);
    assert_eq!(bench.shell.next_deadline_ms(), Some(150));
    bench.ask(Ask::Write(1));
    bench.drained();
    bench.tick_at(149);
    assert_eq!(bench.out(), NOTHING);
    bench.tick_at(150);
    assert_eq!(bench.out(), ["write 2 at 0: [0]"]);
    bench.appended(1, 0..=0); // not this write's
    assert_eq!(bench.out(), NOTHING);
    bench.appended(2, 0..=0);
    assert_eq!(bench.out(), ["write 3 at 1: [1]"]);
    bench.committed(1);
    assert_eq!(bench.out(), ["answer 1: 1"]);
}

#[test]
fn an_answer_that_is_held_too_long_is_refused_once() {
    let mut bench = Bench::active(Limits { hold_ms_max: 30, ..Limits::default() });
    bench.ask(Ask::Write(1));
    bench.drained();
    bench.appended(1, 0..=0);
    bench.out();
    assert_eq!(bench.shell.next_deadline_ms(), Some(130));
    bench.tick_at(120);
    bench.ask(Ask::Read);
    bench.tick_at(130);
    assert_eq!(bench.out(), ["refuse 1: TimedOut"]);
    bench.committed(1);
    assert_eq!(bench.out(), ["answer 2: 1"]);
    assert_eq!(bench.shell.next_deadline_ms(), None);
}

#[test]
fn a_request_larger_than_a_batch_is_told_so_and_others_to_ask_again() {
    let mut bench = Bench::active(Limits { batch_bytes_max: 20, ..Limits::default() });
    bench.ask(Ask::Wait);
    bench.ask(Ask::Write(3));
    assert_eq!(
        bench.out(),
        ["refuse 2: TooLarge", "refuse 1: AppendFailed(TooLarge)", "reload: TooLarge"]
    );
}

#[test]
fn a_shell_takes_on_no_more_than_its_limits() {
    let limits = Limits { collected_bytes_max: 20, owed_max: 4, ..Limits::default() };
    let mut bench = Bench::active(limits);
    bench.ask(Ask::Write(2));
    bench.ask(Ask::Ping);
    assert_eq!(bench.out(), ["refuse 2: Busy"]);
    bench.drained();
    for _ in 0..3 {
        bench.ask(Ask::Wait);
    }
    bench.ask(Ask::Ping);
    assert_eq!(bench.out(), ["write 1 at 0: [0, 1]", "refuse 6: Busy"]);
    assert_eq!(bench.shell.owed(), 4);
    bench.appended(1, 0..=1);
    bench.committed(2);
    bench.ask(Ask::Ping);
    assert_eq!(bench.out(), ["answer 1: 2", "answer 7: 2"]);
}

#[test]
fn ticks_propose_what_a_batch_has_room_for_and_go_on_when_it_is_written() {
    let limits = Limits { batch_bytes_max: 20, ..Limits::default() };
    let mut bench = Bench::active(limits);
    bench.ask(Ask::Backlog(200, 5));
    assert_eq!(bench.shell.next_deadline_ms(), Some(200));
    bench.out();
    bench.tick_at(200);
    assert_eq!(bench.out(), ["write 1 at 0: [0, 1]"]);
    bench.tick_at(200);
    assert_eq!((bench.out(), bench.shell.next_deadline_ms()), (vec![], None));
    bench.appended(1, 0..=1);
    assert_eq!(bench.out(), ["write 2 at 2: [2, 3]"]);
    assert_eq!(bench.shell.next_deadline_ms(), Some(200));
    bench.tick_at(201);
    bench.appended(2, 2..=3);
    assert_eq!(bench.out(), NOTHING);
    bench.drained();
    assert_eq!(bench.out(), ["write 3 at 4: [4]"]);
    assert_eq!(bench.shell.next_deadline_ms(), None);
}

#[test]
fn while_loading_requests_are_refused_and_events_kept() {
    let mut bench = Bench::new(Limits::default());
    bench.ask(Ask::Ping);
    bench.shell.note(bench.now, "known to the fresh state", &mut bench.out);
    bench.shell.begin_loading(EPOCH, Script::default(), &mut bench.out);
    bench.shell.note(bench.now, "topic", &mut bench.out);
    bench.ask(Ask::Ping);
    assert_eq!(bench.out(), ["refuse 1: NotCoordinator", "refuse 2: Loading"]);
    assert_eq!(bench.shell.phase(), ShellState::Loading { epoch: EPOCH });
    bench.shell.replayed(bench.now, 3, &30);
    bench.shell.replayed(bench.now, 9, &90);
    bench.committed(11); // it moved after it was asked for
    bench.shell.loaded(bench.now, 12, 10, &mut bench.out);
    let state = bench.shell.state().unwrap();
    assert_eq!((&state.applied[..], &state.noted[..]), (&[30, 90][..], &["loaded", "topic"][..]));
    bench.ask(Ask::Read);
    assert_eq!(bench.out(), NOTHING);
    bench.shell.high_watermark(EPOCH - 1, 12, &mut bench.out);
    assert_eq!(bench.out(), NOTHING);
    bench.committed(12);
    assert_eq!(bench.out(), ["answer 3: 2"]);
}

#[test]
fn who_resigns_refuses_what_it_owes() {
    for again in [false, true] {
        let mut bench = Bench::active(Limits::default());
        bench.ask(Ask::Wait);
        bench.ask(Ask::Write(1));
        match again {
            false => bench.shell.resign(&mut bench.out),
            true => bench.shell.begin_loading(EPOCH + 1, Script::default(), &mut bench.out),
        }
        assert_eq!(bench.out(), ["refuse 2: NotCoordinator", "refuse 1: NotCoordinator"]);
        bench.drained();
        bench.tick_at(100_000);
        assert_eq!(bench.out(), NOTHING);
    }
}

#[test]
fn an_earlier_request_is_answered_by_a_later_input() {
    let mut bench = Bench::active(Limits::default());
    bench.ask(Ask::Wait);
    bench.ask(Ask::Write(1));
    bench.shell.note(bench.now, "go", &mut bench.out);
    bench.drained();
    bench.appended(1, 0..=0);
    bench.committed(1);
    assert_eq!(bench.out(), ["write 1 at 0: [0]", "answer 2: 1", "answer 1: 2"]);
}
