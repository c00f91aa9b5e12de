//! What the checks ask of whoever runs scripts. It is handed in: nothing here knows how scripts are kept apart, or how
//! conversations come from a spec.

use std::sync::Arc;
use std::time::Duration;

use crate::bot::spec::Spec;
use crate::diag::Diagnostic;

/// A script that is to be run, beside the spec that it belongs to.
#[derive(Debug, Clone)]
pub struct Script<'s> {
    /// The spec, which is sound.
    pub spec: &'s Spec,
    /// The script, which parses.
    pub source: &'s str,
    /// What people know the spec's file as.
    pub spec_shown: Arc<str>,
    /// What people know the script's file as.
    pub script_shown: Arc<str>,
}

/// What came of a spec's conversations.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// How many there are.
    pub conversations: usize,
    /// How many were run to see what comes of them.
    pub ran: usize,
    /// In which ways the script itself failed: each place and code once.
    pub failures: Vec<Diagnostic>,
    /// The conversations that did not go as expected, one each.
    pub failed: Vec<Diagnostic>,
    /// Why some were not run.
    pub skipped: Option<String>,
}

/// Conversations that are ready to be played.
pub type Conversations<'p> = Box<dyn FnOnce(&Script<'_>) -> Result<Played, String> + 'p>;

/// Runs scripts, within their limits and out of harm's way.
pub trait Play {
    /// How long the script needs from its text to the end of a first update, as processor time, or how it fails or takes too
    /// long; and the conversations that its spec asks for, which are got ready meanwhile. They are played with the same script,
    /// and say in a few words why there are none.
    fn start(&self, script: &Script<'_>) -> (Result<Duration, Box<Diagnostic>>, Conversations<'_>);
}
