//! Which figures are drawn: one picture for each headline, with the workloads that have it.

use super::Results;
use super::svg::{self, Bar, Group};
use crate::measure::metrics::{self, Better, Metric};
use crate::server::Peer;

/// A picture as a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// Its name.
    pub(super) file: String,
    /// Its text.
    pub(super) svg: String,
}

/// All pictures that the results have figures for.
pub(super) fn draw(results: &Results) -> Vec<Picture> {
    metrics::ALL
        .iter()
        .filter(|metric| metric.is_headline)
        .filter_map(|metric| {
            let groups = groups(results, *metric);
            (!groups.is_empty()).then(|| Picture {
                file: format!("{}.svg", file_name(metric.name)),
                svg: svg::bars(&title(*metric), &groups),
            })
        })
        .collect()
}

fn title(metric: Metric) -> String {
    let better = match metric.better {
        Better::Higher => ", more is better",
        Better::Lower => ", less is better",
        Better::Neither => "",
    };
    format!("{} in {}{better}", metric.name, metric.unit)
}

fn file_name(metric: &str) -> String {
    metric.replace([',', '.'], "").replace(' ', "-").to_lowercase()
}

fn groups(results: &Results, metric: Metric) -> Vec<Group> {
    let group = |workload: &str| {
        let bars: Vec<_> = Peer::ALL
            .into_iter()
            .filter_map(|peer| {
                let summary = results.summary(workload, peer, metric)?;
                Some(Bar { peer, value: summary.median, low: summary.low, high: summary.high })
            })
            .collect();
        (!bars.is_empty()).then(|| Group { label: workload.to_owned(), bars })
    };
    results.workloads().into_iter().filter_map(group).collect()
}
