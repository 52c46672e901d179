//! Two results side by side: what a change to Kabuki has changed, and whether the machine was the same.

use std::fmt::Write;

use super::Results;
use super::markdown::{cell, ratio};
use crate::measure::metrics::{self, Better, Metric};
use crate::server::Peer;

/// Every figure of Kabuki that both have. How far Kafka's and the floor's have moved tells what the machine did to all.
pub(super) fn table(before: &Results, after: &Results) -> String {
    let mut table = format!("Before: {}\nAfter: {}\n\n", before.machine, after.machine);
    table.push_str(
        "| workload | figure | unit | before | after | after / before | Kafka's | floor's |\n",
    );
    table.push_str("|---|---|---|---|---|---|---|---|\n");
    for workload in after.workloads() {
        for metric in metrics::ALL.iter().filter(|metric| metric.better != Better::Neither) {
            table.push_str(&row(before, after, workload, *metric).unwrap_or_default());
        }
    }
    table
}

fn row(before: &Results, after: &Results, workload: &str, metric: Metric) -> Option<String> {
    let was = before.summary(workload, Peer::Kabuki, metric)?;
    let is = after.summary(workload, Peer::Kabuki, metric)?;
    let (name, unit) = (metric.name, metric.unit);
    let mut row = format!("| {workload} | {name} | {unit} | {} | {} |", cell(was), cell(is));
    for peer in [Peer::Kabuki, Peer::Kafka, Peer::Floor] {
        let median = |results: &Results| Some(results.summary(workload, peer, metric)?.median);
        let _ = write!(row, " {} |", ratio(median(after), median(before), metric.better));
    }
    row.push('\n');
    Some(row)
}
