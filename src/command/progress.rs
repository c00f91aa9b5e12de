//! Progress on long work: a line on a terminal that goes away, nothing in a pipe.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A running piece of work. Dropped, its line goes away.
pub(super) struct Progress {
    bar: ProgressBar,
    is_shown: bool,
}

/// Whether a line is shown already: a part of that work shows none of its own.
static SHOWN: AtomicBool = AtomicBool::new(false);

impl Progress {
    /// Shows what goes on, if `visible`.
    pub(super) fn new(visible: bool, message: &'static str) -> Self {
        let visible = visible && !SHOWN.swap(true, Ordering::Relaxed);
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
            bar.set_style(style);
        }
        bar.set_message(message);
        if visible {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, is_shown: visible }
    }

    /// How many things there are to do: a bar shows how many are done.
    pub(super) fn of(&self, total: usize) {
        let template = "{spinner:.cyan} {msg} {wide_bar:.cyan/dim} {pos}/{len} {eta:.dim}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("━━─"));
        }
        self.bar.set_position(0);
        self.bar.set_length(total as u64);
    }

    /// The next step begins.
    pub(super) fn step(&self, message: &'static str) {
        self.bar.set_message(message);
    }

    /// One more thing is done.
    pub(super) fn tick(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if self.is_shown {
            SHOWN.store(false, Ordering::Relaxed);
        }
    }
}
