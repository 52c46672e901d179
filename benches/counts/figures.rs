//! The figures that are kept, and how those of now compare with them.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::profile::Profile;

/// Growth beyond this fails.
const GROWTH_PERCENT_MAX: f64 = 10.0;

/// The figures of every path, and what they were counted with.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Figures {
    counted_with: String,
    /// What a request costs, by the name of its path and that of the figure.
    paths: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Figures {
    /// Those of now, still without paths.
    pub(crate) fn new() -> Self {
        let architecture = std::env::consts::ARCH;
        let counted_with =
            format!("{}, {}, {architecture}", version_of("rustc"), version_of("valgrind"));
        Self { counted_with, paths: BTreeMap::new() }
    }

    /// Adds a path: the share of one request in what many of them cost.
    pub(crate) fn add(&mut self, path: &str, profile: &Profile, requests: u32) {
        let share = |total: u64| (total as f64 / f64::from(requests) * 100.0).round() / 100.0;
        let totals = profile.totals().into_iter();
        let shares = totals.map(|(figure, total)| (figure.to_owned(), share(total)));
        self.paths.insert(path.to_owned(), shares.collect());
    }

    /// Keeps the lesser of each figure: what is more in one round was chance.
    pub(crate) fn lower_to(&mut self, others: &Self) {
        for (path, figures) in &mut self.paths {
            for (figure, value) in figures {
                *value = value.min(others.paths[path][figure]);
            }
        }
    }

    pub(crate) fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("figures are kept");
        serde_json::from_str(&text).expect("kept figures as they were written")
    }

    pub(crate) fn write(&self, file: &Path) {
        let text = serde_json::to_string_pretty(self).expect("figures have a text");
        fs::write(file, text + "\n").expect("a writable checkout");
    }

    /// Those of now beside those that are kept.
    pub(crate) fn compared_with<'a>(&'a self, kept: &'a Self) -> Comparison<'a> {
        let rows = self.paths.iter().flat_map(|(path, figures)| {
            let kept = kept.paths.get(path);
            figures.iter().map(move |(figure, &now)| Row {
                path,
                figure,
                kept: kept.and_then(|kept| kept.get(figure).copied()),
                now,
            })
        });
        Comparison {
            kept_with: &kept.counted_with,
            now_with: &self.counted_with,
            rows: rows.collect(),
        }
    }
}

/// A table of all figures.
pub(crate) struct Comparison<'a> {
    kept_with: &'a str,
    now_with: &'a str,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    path: &'a str,
    figure: &'a str,
    kept: Option<f64>,
    now: f64,
}

impl Row<'_> {
    fn growth_percent(&self) -> Option<f64> {
        self.kept.map(|kept| (self.now / kept - 1.0) * 100.0)
    }

    fn complaint(&self) -> Option<String> {
        let Self { path, figure, now, .. } = self;
        match self.growth_percent() {
            None => Some(format!("{path}: a request takes {now} {figure}; none are kept")),
            Some(growth) if growth > GROWTH_PERCENT_MAX => Some(format!(
                "{path}: a request takes {now} {figure}, {growth:.1} % more than kept"
            )),
            Some(_) => None,
        }
    }
}

impl Comparison<'_> {
    /// What has grown beyond the limit, a line each.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.rows.iter().filter_map(Row::complaint).collect()
    }
}

impl Display for Comparison<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "kept: {}\nnow:  {}\n", self.kept_with, self.now_with)?;
        writeln!(f, "{:20} {:15} {:>10} {:>10} {:>8}", "path", "figure", "kept", "now", "change")?;
        for row in &self.rows {
            let kept = row.kept.map_or_else(|| "-".to_owned(), |kept| kept.to_string());
            let change = row.growth_percent().map_or_else(String::new, |it| format!("{it:+.1} %"));
            writeln!(
                f,
                "{:20} {:15} {kept:>10} {:>10} {change:>8}",
                row.path, row.figure, row.now
            )?;
        }
        Ok(())
    }
}

/// A tool's name and version.
fn version_of(tool: &str) -> String {
    let output = Command::new(tool).arg("--version").output();
    let output = output.unwrap_or_else(|error| panic!("{tool} is needed: {error}"));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(path: &str, allocations: f64) -> Figures {
        let figures = BTreeMap::from([("allocations".to_owned(), allocations)]);
        Figures { counted_with: String::new(), paths: BTreeMap::from([(path.to_owned(), figures)]) }
    }

    #[test]
    fn growth_beyond_the_limit_is_a_complaint_that_names_the_path() {
        let kept = figures("produce", 20.0);
        assert!(figures("produce", 21.9).compared_with(&kept).complaints().is_empty());
        assert!(figures("produce", 2.0).compared_with(&kept).complaints().is_empty());
        let grown = figures("produce", 22.5);
        let [complaint] = &grown.compared_with(&kept).complaints()[..] else {
            panic!("one complaint");
        };
        assert_eq!(complaint, "produce: a request takes 22.5 allocations, 12.5 % more than kept");
    }

    #[test]
    fn a_path_of_which_nothing_is_kept_is_a_complaint() {
        let (kept, now) = (figures("produce", 20.0), figures("fetch", 20.0));
        assert_eq!(now.compared_with(&kept).complaints().len(), 1);
    }
}
