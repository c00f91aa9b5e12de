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
        look(&bar, template(0));
        bar.set_message(message);
        if visible {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, is_shown: visible }
    }

    /// How many things there are to do: a bar shows how many are done, if there is more than one.
    pub(super) fn of(&self, total: usize) {
        look(&self.bar, template(total));
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

/// What the line shows: how long it has taken, as nothing is known of what is to come. A bar of one thing would stand empty until it
/// is over.
const fn template(total: usize) -> &'static str {
    match total {
        0 | 1 => "{spinner:.cyan} {msg} {elapsed:.dim}",
        _ => "{spinner:.cyan} {msg} {wide_bar:.cyan/dim} {pos}/{len} {elapsed:.dim}",
    }
}

fn look(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━━─"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_no_bar() {
        for (total, has_bar) in [(0, false), (1, false), (2, true)] {
            let template = template(total);
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
            assert_eq!(template.contains("bar"), has_bar, "{total}");
        }
    }
}
