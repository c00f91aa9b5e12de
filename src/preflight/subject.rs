//! What is judged: the files of a revision, and what was read out of them once for all checks.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::time::Duration;

use crate::bot::revision::{self, Passport, REV, SCRIPT, SPEC};
use crate::bot::{self, Checked};
use crate::diag::{Code, Diagnostic, LineMap, Place};
use crate::json;
use crate::syntax::{Format, Text};

use crate::script::Policy;
use crate::script::filter::{self, Verdict};

use super::files::Files;
use super::play::{Conversations, Play, Played, Script};

/// What is judged.
pub struct Subject<'f> {
    /// The files.
    pub files: &'f Files,
    play: Option<&'f dyn Play>,
    spec: OnceCell<Option<Checked>>,
    rev: OnceCell<Rev>,
    verdict: OnceCell<Result<Verdict, String>>,
    started: OnceCell<Result<Started, String>>,
    conversations: Cell<Option<Conversations<'f>>>,
    played: OnceCell<Result<Played, String>>,
}

/// How long a cold start took, or how it failed.
type Started = Result<Duration, Diagnostic>;

/// What was read out of `rev.json`.
#[derive(Debug, Default)]
struct Rev {
    passport: Option<Passport>,
    problems: Vec<Diagnostic>,
}

impl<'f> Subject<'f> {
    /// A revision to judge.
    pub fn new(files: &'f Files) -> Self {
        Self::playing(files, None)
    }

    /// The same, with what runs its script.
    pub fn playing(files: &'f Files, play: Option<&'f dyn Play>) -> Self {
        Self {
            files,
            play,
            spec: OnceCell::new(),
            rev: OnceCell::new(),
            verdict: OnceCell::new(),
            started: OnceCell::new(),
            conversations: Cell::new(None),
            played: OnceCell::new(),
        }
    }

    /// Whether something runs its script.
    pub(super) const fn is_played(&self) -> bool {
        self.play.is_some()
    }

    /// The name of one of the files, as people know it.
    pub fn shown(&self, name: &str) -> Arc<str> {
        self.files.name_of(name)
    }

    /// The spec, checked; nothing if there are no bytes of one.
    pub fn spec(&self) -> Option<&Checked> {
        let load = || Some(bot::load(self.files.spec.bytes()?.to_vec(), &self.shown(SPEC)));
        self.spec.get_or_init(load).as_ref()
    }

    /// The spec, if it is sound.
    ///
    /// # Errors
    /// Why there is none, in a few words.
    pub fn sound_spec(&self) -> Result<&bot::spec::Spec, String> {
        match self.spec() {
            None => Err(self.files.spec.why(SPEC)),
            Some(checked) if checked.diagnostics.has_errors() => Err("the spec is not sound".to_owned()),
            Some(checked) => checked.spec.as_ref().ok_or_else(|| "the spec is not sound".to_owned()),
        }
    }

    /// The script as text.
    ///
    /// # Errors
    /// Why there is none, in a few words.
    pub fn script(&self) -> Result<&'f str, String> {
        let bytes = self.files.script.bytes().ok_or_else(|| self.files.script.why(SCRIPT))?;
        std::str::from_utf8(bytes).map_err(|_| format!("{SCRIPT} is not UTF-8"))
    }

    /// What the filter says of the script, by the hosts that the spec allows.
    ///
    /// # Errors
    /// Why there is no script, in a few words.
    pub(super) fn verdict(&self) -> Result<&Verdict, String> {
        let judge = || {
            let source = self.script()?;
            Ok(filter::judge(source, &Policy::new(self.hosts())))
        };
        self.verdict.get_or_init(judge).as_ref().map_err(Clone::clone)
    }

    /// The hosts that the script may ask: what the spec says of them, however unsound the rest of it is; where it says nothing
    /// that can be read, what the passport repeats of it.
    fn hosts(&self) -> Vec<String> {
        let repeated = || Some(self.passport().ok()?.security.outbound_allow_list.clone());
        self.spec().and_then(|checked| checked.hosts.clone()).or_else(repeated).unwrap_or_default()
    }

    /// The findings of the filter that have one of these codes, as diagnostics.
    pub(super) fn findings(&self, code: Code) -> Result<Vec<Diagnostic>, String> {
        let all = self.verdict()?.diagnostics(&self.shown(SCRIPT), self.script()?);
        Ok(all.into_iter().filter(|one| one.code == code).collect())
    }

    /// What runs the script, and what is run.
    ///
    /// # Errors
    /// Why it cannot be run, in a few words.
    fn playable(&self) -> Result<(&'f dyn Play, Script<'_>), String> {
        let play = self.play.ok_or_else(|| "nothing runs scripts here".to_owned())?;
        let source = self.script()?;
        let spec = self.sound_spec()?;
        if self.verdict()?.findings.iter().any(|finding| finding.code == Code::BotSyntax) {
            return Err(format!("{SCRIPT} does not parse"));
        }
        Ok((play, Script { spec, source, spec_shown: self.shown(SPEC), script_shown: self.shown(SCRIPT) }))
    }

    /// What came of the script's cold start.
    ///
    /// # Errors
    /// Why there was none, in a few words.
    pub(super) fn started(&self) -> Result<&Started, String> {
        let start = || {
            let (play, script) = self.playable()?;
            let (started, conversations) = play.start(&script);
            self.conversations.set(Some(conversations));
            Ok(started.map_err(|failed| *failed))
        };
        self.started.get_or_init(start).as_ref().map_err(Clone::clone)
    }

    /// What came of the conversations that the spec asks for.
    ///
    /// # Errors
    /// Why there are none, in a few words.
    pub(super) fn played(&self) -> Result<&Played, String> {
        let play = || {
            self.started()?;
            let (_, script) = self.playable()?;
            let conversations = self.conversations.take().ok_or("they were played already")?;
            conversations(&script)
        };
        self.played.get_or_init(play).as_ref().map_err(Clone::clone)
    }

    /// The passport.
    ///
    /// # Errors
    /// Why there is none, in a few words.
    pub fn passport(&self) -> Result<&Passport, String> {
        if self.files.rev.bytes().is_none() {
            return Err(self.files.rev.why(REV));
        }
        self.rev().passport.as_ref().ok_or_else(|| format!("{REV} is not sound"))
    }

    /// What is wrong with the form of the passport.
    pub fn rev_problems(&self) -> &[Diagnostic] {
        &self.rev().problems
    }

    fn rev(&self) -> &Rev {
        self.rev.get_or_init(|| self.read_rev())
    }

    fn read_rev(&self) -> Rev {
        let shown = self.shown(REV);
        let Some(bytes) = self.files.rev.bytes() else { return Rev::default() };
        let refused = |text: &Text, errors| {
            let told = json::diagnose(text, errors, &shown).into_iter();
            Rev {
                passport: None,
                problems: told.map(|one| Diagnostic { code: Code::RevInvalid, ..one }).collect(),
            }
        };
        let text = match Text::from_bytes(bytes.to_vec(), Format::Json) {
            Ok(text) => text,
            Err(failed) => return refused(&failed.0, vec![failed.1.clone()]),
        };
        let tree = match json::parse(&text) {
            Ok(tree) => tree,
            Err(errors) => return refused(&text, errors),
        };
        match revision::read(&tree) {
            Ok(passport) => Rev { passport: Some(passport), problems: Vec::new() },
            Err(faults) => {
                let lines = LineMap::new(text.as_str());
                let told = faults.into_iter().map(|fault| {
                    let place = lines.place(Arc::clone(&shown), fault.node.range(), fault.pointer);
                    Diagnostic::error(Code::RevInvalid, fault.message).at(place).help(fault.help)
                });
                Rev { passport: None, problems: told.collect() }
            }
        }
    }

    /// The place of a value of `rev.json`.
    pub fn rev_place(&self, pointer: &str) -> Place {
        self.place_in(REV, pointer)
    }

    /// The place of a value of `spec.json`.
    pub fn spec_place(&self, pointer: &str) -> Place {
        self.place_in(SPEC, pointer)
    }

    fn place_in(&self, name: &str, pointer: &str) -> Place {
        let shown = self.shown(name);
        let whole = Place { pointer: pointer.to_owned(), ..Place::file(Arc::clone(&shown)) };
        let text = self.files.get(name).bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
        let Some(text) = text.map(Text::new) else { return whole };
        match text.parse(Format::Json) {
            Ok(Some(tree)) => {
                let node = json::find(&tree, pointer);
                LineMap::new(text.as_str()).place(shown, node.range(), pointer.to_owned())
            }
            _ => whole,
        }
    }
}
