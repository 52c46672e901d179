//! What came out: all raw figures in a file, and tables and pictures of their medians.

mod compare;
mod machine;
mod markdown;
mod number;
mod pictures;
mod summary;
mod svg;

use std::fs;
use std::path::Path;

pub(crate) use machine::Machine;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::measure::Figures;
use crate::server::Peer;

/// The file with the raw figures.
const RESULTS: &str = "results.json";
/// The file with the tables, shown where the directory is looked at.
const TABLES: &str = "README.md";

/// Everything that was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    /// On what.
    pub(crate) machine: Machine,
    /// Whether loads were short.
    pub(crate) is_quick: bool,
    /// How often each workload ran on each server.
    pub(crate) rounds: u32,
    /// Each measurement, in the order in which they were made.
    pub(crate) runs: Vec<Run>,
    /// What could not be measured, and why.
    pub(crate) failures: Vec<String>,
}

/// One measurement.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    /// What was done.
    pub(crate) workload: String,
    /// By whom.
    pub(crate) peer: Peer,
    /// The how-manieth, from 1.
    pub(crate) round: u32,
    /// What came out.
    pub(crate) figures: Figures,
}

impl Results {
    /// Nothing yet.
    pub(crate) fn new(machine: Machine, is_quick: bool, rounds: u32) -> Self {
        Self { machine, is_quick, rounds, runs: vec![], failures: vec![] }
    }

    /// Reads a results file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(Error::io(path.display().to_string()))?;
        serde_json::from_str(&text)
            .map_err(|error| Error::Failed(format!("{}: {error}", path.display())))
    }

    /// Writes the raw figures into `dir`.
    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).expect("figures are numbers with names");
        write(dir, RESULTS, &text)
    }

    /// Writes figures, tables and pictures into `dir`.
    pub(crate) fn publish(&self, dir: &Path) -> Result<()> {
        fs::create_dir_all(dir).map_err(Error::io(dir.display().to_string()))?;
        let pictures = pictures::draw(self);
        self.write(dir)?;
        let names: Vec<_> = pictures.iter().map(|picture| picture.file.as_str()).collect();
        write(dir, TABLES, &markdown::page(self, &names))?;
        pictures.iter().try_for_each(|picture| write(dir, &picture.file, &picture.svg))
    }

    /// The tables.
    pub(crate) fn to_markdown(&self) -> String {
        markdown::page(self, &[])
    }

    /// What has changed since `before`, as a table.
    pub(crate) fn compared_with(&self, before: &Self) -> String {
        compare::table(before, self)
    }

    /// `Err` when something could not be measured.
    pub(crate) fn succeeded(&self) -> Result<()> {
        match self.failures.len() {
            0 => Ok(()),
            failed => Err(Error::Failed(format!("{failed} measurements failed"))),
        }
    }
}

fn write(dir: &Path, file: &str, text: &str) -> Result<()> {
    let path = dir.join(file);
    fs::write(&path, text).map_err(Error::io(path.display().to_string()))
}

#[cfg(test)]
mod tests;
