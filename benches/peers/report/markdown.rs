//! The tables, as Markdown.

use std::fmt::Write;

use super::Results;
use super::number::number;
use super::summary::Summary;
use crate::measure::metrics::{self, Better, Metric};
use crate::server::Peer;
use crate::workloads;

/// Below this distance from 1 a ratio says nothing.
const TELLING: f64 = 0.05;

/// The page: machine, pictures, overview, every figure.
pub(super) fn page(results: &Results, pictures: &[&str]) -> String {
    let mut page = String::from("# Kabuki beside Apache Kafka 4.3.1 and beside a floor\n\n");
    let runs = match results.rounds {
        1 => "one run".to_owned(),
        rounds => format!("median of {rounds} interleaved runs"),
    };
    let quick = if results.is_quick { " (quick: short loads)" } else { "" };
    let _ = writeln!(page, "{}; {runs}{quick}.\n", results.machine);
    page.push_str(LEGEND);
    for picture in pictures {
        let name = picture.trim_end_matches(".svg").replace('-', " ");
        let _ = writeln!(page, "![{name}]({picture})\n");
    }
    for failure in &results.failures {
        let _ = writeln!(page, "**Failed:** {}\n", failure.replace('\n', " "));
    }
    page.push_str("## Overview\n\n");
    page.push_str(&table(results, |metric| metric.is_headline));
    page.push_str("\n## Every figure\n\n");
    page.push_str(&table(results, |_| true));
    page.push_str("\n## Workloads\n\n");
    for name in results.workloads() {
        let known = workloads::ALL.iter().find(|workload| workload.name == name);
        let _ = writeln!(page, "* **{name}**: {}", known.map_or("", |workload| workload.what));
    }
    page
}

const LEGEND: &str = "\
±: half of what lies between the smallest and the largest run. Bold: Kabuki is better by 5 % or more. MB and GB are \
decimal, of keys and values before compression. The load generator is one thread: where it keeps about one core busy, \
it is the bottleneck, and CPU time tells more than throughput.

";

fn table(results: &Results, is_wanted: impl Fn(&Metric) -> bool) -> String {
    let mut table = String::from("| workload | figure | unit |");
    Peer::ALL.iter().for_each(|peer| table.push_str(&format!(" {} |", peer.title())));
    table.push_str(" Kabuki / Kafka | Kabuki / floor |\n|---|---|---|---|---|---|---|---|\n");
    for workload in results.workloads() {
        let mut label = workload;
        for metric in metrics::ALL.iter().filter(|metric| is_wanted(metric)) {
            let found = Peer::ALL.map(|peer| results.summary(workload, peer, *metric));
            if found.iter().any(Option::is_some) {
                table.push_str(&row(label, *metric, found));
                label = "";
            }
        }
    }
    table
}

fn row(label: &str, metric: Metric, found: [Option<Summary>; 3]) -> String {
    let mut row = format!("| {label} | {} | {} |", metric.name, metric.unit);
    for summary in found {
        let _ = write!(row, " {} |", summary.map_or(String::new(), cell));
    }
    let [kafka, kabuki, floor] = found.map(|summary| summary.map(|summary| summary.median));
    for other in [kafka, floor] {
        let _ = write!(row, " {} |", ratio(kabuki, other, metric.better));
    }
    row.push('\n');
    row
}

pub(super) fn cell(summary: Summary) -> String {
    let spread = summary.spread_percent().map(|percent| format!(" ±{percent:.0} %"));
    format!("{}{}", number(summary.median), spread.unwrap_or_default())
}

/// A figure over another, bold where it is better; empty where there is none or it would mean nothing.
pub(super) fn ratio(one: Option<f64>, other: Option<f64>, better: Better) -> String {
    let (Some(one), Some(other)) = (one, other) else { return String::new() };
    if better == Better::Neither || other == 0.0 {
        return String::new();
    }
    let ratio = one / other;
    let is_better = match better {
        Better::Higher => ratio >= 1.0 + TELLING,
        _ => ratio <= 1.0 - TELLING,
    };
    if is_better { format!("**{}**", number(ratio)) } else { number(ratio) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_bold_where_kabuki_is_better() {
        let cases = [
            (Some(2.0), Some(1.0), Better::Higher, "**2.00**"),
            (Some(0.5), Some(1.0), Better::Higher, "0.500"),
            (Some(0.5), Some(1.0), Better::Lower, "**0.500**"),
            (Some(1.01), Some(1.0), Better::Higher, "1.01"),
            (Some(2.0), Some(1.0), Better::Neither, ""),
            (Some(2.0), Some(0.0), Better::Lower, ""),
            (None, Some(1.0), Better::Lower, ""),
        ];
        for (kabuki, other, better, expected) in cases {
            assert_eq!(ratio(kabuki, other, better), expected);
        }
    }
}
