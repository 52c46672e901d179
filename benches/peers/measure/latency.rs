//! Latencies as a histogram: every one is counted, none is averaged away.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::Figures;
use super::metrics::{P50, P99, P999};

/// Digits that a latency keeps.
const SIGNIFICANT_DIGITS: u8 = 3;
/// No load takes so long.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Latencies in nanoseconds.
#[derive(Debug, Clone)]
pub(crate) struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        let mut histogram = Histogram::new(SIGNIFICANT_DIGITS).expect("three digits are allowed");
        histogram.auto(true);
        Self(histogram)
    }
}

impl Latencies {
    /// Counts one.
    pub(crate) fn record(&mut self, latency: Duration) {
        self.0 += u64::try_from(latency.min(LONGEST).as_nanos()).unwrap_or(u64::MAX);
    }

    /// Counts those of another connection too.
    pub(crate) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("a histogram that grows takes every value");
    }

    /// How many were counted.
    #[cfg(test)]
    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// The latency in milliseconds that `percentile` of a hundred do not exceed.
    pub(crate) fn percentile_ms(&self, percentile: f64) -> f64 {
        self.0.value_at_percentile(percentile) as f64 / 1e6
    }

    /// Adds the three percentiles, unless nothing was counted.
    pub(crate) fn write_to(&self, figures: &mut Figures) {
        if self.0.is_empty() {
            return;
        }
        for (metric, percentile) in [(P50, 50.0), (P99, 99.0), (P999, 99.9)] {
            figures.set(metric, self.percentile_ms(percentile));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_values() {
        let mut latencies = Latencies::default();
        (1..=1000).for_each(|ms| latencies.record(Duration::from_millis(ms)));
        let near = |percentile, expected: f64| {
            let found = latencies.percentile_ms(percentile);
            assert!((found - expected).abs() <= expected / 500.0, "{found} for {expected}");
        };
        near(50.0, 500.0);
        near(99.0, 990.0);
        near(99.9, 999.0);
    }

    #[test]
    fn histograms_of_connections_add_up() {
        let mut all = Latencies::default();
        let mut one = Latencies::default();
        one.record(Duration::from_secs(100));
        all.add(&one);
        all.add(&one);
        assert_eq!(all.count(), 2);
    }

    #[test]
    fn without_values_there_are_no_percentiles() {
        let mut figures = Figures::default();
        Latencies::default().write_to(&mut figures);
        assert_eq!(figures, Figures::default());
    }
}
