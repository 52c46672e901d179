//! Medians, and how far the runs lie apart.

use crate::measure::metrics::Metric;
use crate::server::Peer;

use super::Results;

/// One figure of one server over all runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    /// The one in the middle.
    pub(super) median: f64,
    /// The smallest.
    pub(super) low: f64,
    /// The largest.
    pub(super) high: f64,
}

impl Summary {
    /// Of these values; `None` where there are none.
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = match values.len() % 2 {
            0 => f64::midpoint(values[middle - 1], values[middle]),
            _ => values[middle],
        };
        Some(Self { median, low, high })
    }

    /// Half of what lies between the smallest and the largest, in percent of the median; `None` where they are the
    /// same, as those of a single run are.
    pub(super) fn spread_percent(&self) -> Option<f64> {
        let half = (self.high - self.low) / 2.0;
        (half > 0.0 && self.median > 0.0).then(|| half / self.median * 100.0)
    }
}

impl Results {
    /// What all runs say of a figure.
    pub(super) fn summary(&self, workload: &str, peer: Peer, metric: Metric) -> Option<Summary> {
        let of = |run: &&super::Run| run.workload == workload && run.peer == peer;
        let values = self.runs.iter().filter(of).filter_map(|run| run.figures.get(metric));
        Summary::of(values.collect())
    }

    /// The names of the workloads that were run, in the order of the registry, and of old ones that it no longer has.
    pub(super) fn workloads(&self) -> Vec<&str> {
        let mut names: Vec<&str> = vec![];
        for run in &self.runs {
            if !names.contains(&run.workload.as_str()) {
                names.push(&run.workload);
            }
        }
        let place =
            |name: &&str| crate::workloads::ALL.iter().position(|workload| workload.name == *name);
        names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let summary = |values: &[f64]| Summary::of(values.to_vec());
        assert_eq!(summary(&[]), None);
        let odd = summary(&[3.0, 1.0, 2.0]).expect("values");
        assert_eq!((odd.median, odd.low, odd.high), (2.0, 1.0, 3.0));
        assert_eq!(odd.spread_percent(), Some(50.0));
        assert_eq!(summary(&[4.0, 2.0]).expect("values").median, 3.0);
        assert_eq!(summary(&[1.0]).expect("a value").spread_percent(), None);
    }
}
