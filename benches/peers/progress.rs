//! What is going on: a bar for a person, plain lines where nobody watches.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// Told of every step.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    began: Instant,
}

impl Progress {
    /// Begins a row of `steps`.
    pub(crate) fn begin(steps: u64) -> Self {
        let style = ProgressStyle::with_template("{elapsed_precise} {bar:30} {pos}/{len} {msg}");
        let bar = ProgressBar::new(steps).with_style(style.expect("a template that is valid"));
        Self { bar, began: Instant::now() }
    }

    /// Says what begins.
    pub(crate) fn now(&self, what: String) {
        if self.bar.is_hidden() {
            eprintln!("{:6.1} s  {what}", self.began.elapsed().as_secs_f64());
        }
        self.bar.set_message(what);
    }

    /// Says what came of it; stays on the screen.
    pub(crate) fn note(&self, what: &str) {
        match self.bar.is_hidden() {
            true => eprintln!("          {what}"),
            false => self.bar.println(what),
        }
    }

    /// A step is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }

    /// All are done.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
