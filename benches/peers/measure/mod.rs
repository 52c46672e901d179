//! What is measured, and how.

mod latency;
pub(crate) mod metrics;
mod process;
mod watch;

use std::collections::BTreeMap;

pub(crate) use latency::Latencies;
use metrics::Metric;
pub(crate) use process::Process;
use serde::{Deserialize, Serialize};
pub(crate) use watch::{Done, Watch};

/// The figures of one run of one workload, by the names of their metrics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// Notes a figure.
    pub(crate) fn set(&mut self, metric: Metric, value: f64) {
        self.0.insert(metric.name.to_owned(), value);
    }

    /// The figure, if the workload has it.
    pub(crate) fn get(&self, metric: Metric) -> Option<f64> {
        self.0.get(metric.name).copied()
    }
}
