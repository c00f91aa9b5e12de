//! Progress on long work: a line on a terminal that goes away, nothing in a pipe.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::store::Meter;

use super::summary::bytes;

/// A running piece of work. Dropped, its line goes away.
pub(super) struct Progress {
    bar: ProgressBar,
    is_shown: bool,
    meter: Arc<Meter>,
}

/// Whether a line is shown already: a part of that work shows none of its own.
static SHOWN: AtomicBool = AtomicBool::new(false);

impl Progress {
    /// Shows what goes on, if `visible`.
    pub(super) fn new(visible: bool, message: &'static str, meter: &Arc<Meter>) -> Self {
        let visible = visible && !SHOWN.swap(true, Ordering::Relaxed);
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        look(&bar, 0, meter);
        bar.set_message(message);
        if visible {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self { bar, is_shown: visible, meter: Arc::clone(meter) }
    }

    /// How many things there are to do: a bar shows how many are done, if there is more than one.
    pub(super) fn of(&self, total: usize) {
        look(&self.bar, total, &self.meter);
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
        0 | 1 => "{spinner:.cyan} {msg}{passing} {elapsed:.dim}",
        _ => "{spinner:.cyan} {msg} {wide_bar:.cyan/dim} {pos}/{len}{passing} {elapsed:.dim}",
    }
}

fn look(bar: &ProgressBar, total: usize, meter: &Arc<Meter>) {
    let meter = Arc::clone(meter);
    let passing = move |_: &ProgressState, line: &mut dyn Write| {
        // A line that cannot be drawn is drawn again soon.
        let _ = line.write_str(&said(meter.passing()));
    };
    if let Ok(style) = ProgressStyle::with_template(template(total)) {
        bar.set_style(style.progress_chars("━━─").with_key("passing", passing));
    }
}

/// What of content that is under way has passed, where there is enough of it to wait for.
fn said(passing: Option<(u64, u64)>) -> String {
    match passing {
        Some((done, total)) if total >= LARGE => format!(" {} of {}", bytes(done), bytes(total)),
        _ => String::new(),
    }
}

/// What is smaller is gone before it is read, in bytes.
const LARGE: u64 = 1 << 20;

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
    fn what_passes_is_told_if_it_is_large() {
        assert_eq!(said(Some((3 << 20, 5 << 30))), " 3.00 MiB of 5.00 GiB");
        assert_eq!(said(Some((0, LARGE))), " 0 B of 1.00 MiB");
        assert_eq!((said(Some((0, LARGE - 1))), said(None)), (String::new(), String::new()));
    }

    #[test]
    fn one_thing_has_no_bar() {
        for (total, has_bar) in [(0, false), (1, false), (2, true)] {
            let template = template(total);
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
            assert_eq!(template.contains("bar"), has_bar, "{total}");
        }
    }
}
