//! Progress on long work: a line on a terminal that goes away, nothing in a pipe.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A running piece of work. Dropped, its line goes away.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shows what goes on, if `visible`.
    pub(super) fn new(visible: bool, message: &'static str) -> Self {
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
            bar.set_style(style);
        }
        bar.set_message(message);
        if visible {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self(bar)
    }

    /// The next step begins.
    pub(super) fn step(&self, message: &'static str) {
        self.0.set_message(message);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Progress {
    /// One more thing is done.
    pub(super) fn tick(&self) {
        self.0.inc(1);
    }
}
