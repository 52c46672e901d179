//! The clock of an open loop: what is due is due, whether the answers before have come or not.
//!
//! A load that waits for answers stops asking while a broker stalls, and so never sees how long the stall was for
//! those that would have asked meanwhile (coordinated omission). Here every record has its time beforehand, and its
//! latency counts from then.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use crate::error::{Error, Result};

/// When what is due: one each interval, the first at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    start: Instant,
    interval: Duration,
}

impl Schedule {
    /// `per_second` things a second from `start` on.
    pub(crate) fn new(start: Instant, per_second: u32) -> Self {
        Self { start, interval: Duration::from_secs(1) / per_second.max(1) }
    }

    /// When the thing of this number is due, from 0.
    pub(crate) fn due(&self, number: u64) -> Instant {
        self.start + Duration::from_nanos(self.interval.as_nanos() as u64 * number)
    }

    /// How many are due at `now`.
    pub(crate) fn due_by(&self, now: Instant) -> u64 {
        let Some(elapsed) = now.checked_duration_since(self.start) else { return 0 };
        (elapsed.as_nanos() / self.interval.as_nanos()) as u64 + 1
    }

    /// How late `now` is for the thing of this number; zero where it is early.
    pub(crate) fn lateness(&self, number: u64, now: Instant) -> Duration {
        now.saturating_duration_since(self.due(number))
    }
}

/// Wakes up when something is due. A timer of its own, for the runtime's are as coarse as a millisecond.
#[derive(Debug)]
pub(crate) struct Pacer {
    schedule: Schedule,
    timer: AsyncFd<OwnedFd>,
}

impl Pacer {
    /// Begins now.
    pub(crate) fn begin(per_second: u32) -> Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, flags).map_err(Error::system(TIMER))?;
        let schedule = Schedule::new(Instant::now(), per_second);
        let interval = timespec(schedule.interval);
        let each = Itimerspec { it_interval: interval, it_value: interval };
        timerfd_settime(&timer, TimerfdTimerFlags::empty(), &each).map_err(Error::system(TIMER))?;
        // SAFETY: an `OwnedFd` names the same open descriptor for as long as it lives, and `AsyncFd` owns it.
        let registered = unsafe { AsyncFd::register(timer) };
        let timer = registered.map_err(|error| Error::io(TIMER)(error.into()))?;
        Ok(Self { schedule, timer })
    }

    /// When what is due.
    pub(crate) fn schedule(&self) -> Schedule {
        self.schedule
    }

    /// Waits until more than `sent` are due, and tells how many.
    pub(crate) async fn due_after(&mut self, sent: u64) -> Result<u64> {
        loop {
            let due = self.schedule.due_by(Instant::now());
            if due > sent {
                return Ok(due);
            }
            let mut ready = self.timer.readable().await.map_err(Error::io(TIMER))?;
            // How often it expired does not count: the schedule knows what is due.
            let _ = ready.try_io(|timer| Ok(rustix::io::read(timer, &mut [0; 8])?));
        }
    }
}

const TIMER: &str = "a timer";

fn timespec(duration: Duration) -> Timespec {
    let (seconds, nanoseconds) = (duration.as_secs() as i64, i64::from(duration.subsec_nanos()));
    Timespec { tv_sec: seconds, tv_nsec: nanoseconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_depends_on_the_clock_alone() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 1000);
        let at = |us| start + Duration::from_micros(us);
        assert_eq!(schedule.due_by(at(0)), 1);
        assert_eq!(schedule.due_by(at(999)), 1);
        assert_eq!(schedule.due_by(at(1000)), 2);
        assert_eq!(schedule.due_by(at(60_000_000)), 60_001);
        assert_eq!(schedule.due(2), at(2000));
        assert_eq!(schedule.due_by(start - Duration::from_nanos(1)), 0);
    }

    #[test]
    fn a_stall_counts_for_all_that_were_due_in_it() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 1000);
        let resumed = start + Duration::from_millis(10);
        let late: Vec<_> = (0..11).map(|number| schedule.lateness(number, resumed)).collect();
        let expected: Vec<_> = (0..=10).rev().map(Duration::from_millis).collect();
        assert_eq!(late, expected);
        assert_eq!(schedule.lateness(11, resumed), Duration::ZERO);
    }

    #[test]
    fn the_timer_wakes_when_the_next_is_due() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut pacer = Pacer::begin(1000).expect("a timer");
            let due = pacer.due_after(3).await.expect("the timer wakes");
            assert!(due > 3 && pacer.schedule().due(3) <= Instant::now());
        });
    }
}
