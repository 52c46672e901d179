//! How many connections came lately, as Kafka's sensors measure it: over a row of short samples, the oldest of which
//! falls out as time goes on.

use std::collections::VecDeque;
use std::time::Duration;

/// How a rate is measured: `quota.window.num` samples of `quota.window.size.seconds` each, both ≥ 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateWindow {
    pub(super) samples: u32,
    pub(super) sample: Duration,
}

/// Events in one stretch of time.
#[derive(Debug, Clone, Copy)]
struct Sample {
    start: Duration,
    last: Duration,
    events: u32,
}

/// Counts events. Time is monotonic, from any origin.
#[derive(Debug, Default)]
pub(super) struct WindowedRate {
    samples: VecDeque<Sample>,
}

impl WindowedRate {
    /// Counts an event, and says how long to wait for the rate to fall to `per_second` again: zero within the limit,
    /// at most the length of a sample above it.
    pub(super) fn record(
        &mut self,
        now: Duration,
        per_second: u32,
        window: RateWindow,
    ) -> Duration {
        self.forget_old(now, window);
        self.count(now, window);
        let events: u32 = self.samples.iter().map(|sample| sample.events).sum();
        let allowed_in = f64::from(events) / f64::from(per_second);
        let excess = allowed_in - self.measured(now, window).as_secs_f64();
        let bounded = excess.clamp(0.0, window.sample.as_secs_f64());
        Duration::from_millis((bounded * 1000.0).round() as u64)
    }

    fn forget_old(&mut self, now: Duration, window: RateWindow) {
        let age = window.sample * window.samples;
        self.samples.retain(|sample| now.saturating_sub(sample.last) < age);
    }

    fn count(&mut self, now: Duration, window: RateWindow) {
        match self.samples.back_mut() {
            Some(sample) if now.saturating_sub(sample.start) < window.sample => {
                sample.events += 1;
                sample.last = now;
            }
            _ => {
                // One more than the window has: a sample that began before it overlaps with it.
                if self.samples.len() > window.samples as usize {
                    self.samples.pop_front();
                }
                self.samples.push_back(Sample { start: now, last: now, events: 1 });
            }
        }
    }

    /// The time that the events are spread over. Samples that are not there yet count as if they had been empty, so that
    /// the first events after a silence are no burst.
    fn measured(&self, now: Duration, window: RateWindow) -> Duration {
        let oldest = self.samples.front().map_or(now, |sample| sample.start);
        let elapsed = now.saturating_sub(oldest);
        let full = (elapsed.as_millis() / window.sample.as_millis().max(1)) as u32;
        elapsed + window.sample * (window.samples - 1).saturating_sub(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: RateWindow = RateWindow { samples: 11, sample: Duration::from_secs(1) };

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_silence_allows_a_burst_of_ten_seconds_worth() {
        let mut rate = WindowedRate::default();
        for _ in 0..30 {
            assert_eq!(rate.record(at(5000), 3, WINDOW), Duration::ZERO);
        }
        // 31 connections at 3 a second take 10⅓ s, of which 10 count as past.
        assert_eq!(rate.record(at(5000), 3, WINDOW), at(333));
    }

    #[test]
    fn nobody_waits_longer_than_a_sample() {
        let mut rate = WindowedRate::default();
        let waits = (0..100).map(|_| rate.record(at(0), 3, WINDOW)).max();
        assert_eq!(waits, Some(at(1000)));
        assert_eq!(WindowedRate::default().record(at(0), 0, WINDOW), at(1000), "no rate at all");
    }

    /// What Apache Kafka 4.3.1 did with `max.connection.creation.rate=3`, one connection after the other.
    #[test]
    fn a_steady_stream_above_the_limit_gets_one_a_second() {
        let mut rate = WindowedRate::default();
        let mut now = at(0);
        let mut waits = vec![];
        for _ in 0..45 {
            let wait = rate.record(now, 3, WINDOW);
            waits.push(wait);
            now += wait + at(3);
        }
        assert!(waits[..30].iter().all(Duration::is_zero));
        assert!(waits[33..44].iter().all(|wait| *wait == at(1000)), "{waits:?}");
        assert_eq!(waits[44], at(0), "the burst is eleven seconds ago");
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut rate = WindowedRate::default();
        for _ in 0..50 {
            rate.record(at(0), 3, WINDOW);
        }
        assert_eq!(rate.record(at(11_000), 3, WINDOW), Duration::ZERO);
    }

    proptest::proptest! {
        #[test]
        fn memory_and_waits_are_bounded(gaps in proptest::collection::vec(0_u64..3000, 1..300)) {
            let mut rate = WindowedRate::default();
            let mut now = 0;
            for gap in gaps {
                now += gap;
                let wait = rate.record(at(now), 1, WINDOW);
                proptest::prop_assert!(wait <= WINDOW.sample);
                proptest::prop_assert!(rate.samples.len() <= 12);
            }
        }
    }
}
