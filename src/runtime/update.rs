//! One update after the other: look, copy, judge, put in place, serve. What goes wrong on the way is an event, and
//! what was served before is served still. Knows no threads: [`Updater::check`] is called by whoever has one.

mod back;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::diag::{Code, Diagnostic, Outcome};
use crate::layer::{Layer, LayerName};

use super::event::{Event, Kind};
use super::fault::{Fault, known, revoked, told};
use super::judge::{Candidate, Policy, Verdict, judge, reopen};
use super::keep::{Bad, Good, Keep, Taken};
use super::served::{Release, Served};
use super::source::{Copies, Look, Source, Trouble};
use crate::time::rfc3339;

/// Where the time of events comes from.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What was written less than this ago is not copied yet: file systems tell times in steps of up to 10 ms, and a
/// second write within one step would not be seen.
const STEP: Duration = Duration::from_millis(20);
/// How soon something is tried again that failed through no fault of the pack; doubled each time.
const RETRY: Duration = Duration::from_millis(250);
/// The longest that such a failure is waited for.
const MAX_RETRY: Duration = Duration::from_secs(30);

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing, until something changes.
    Wait,
    /// Look again after this: what is there is fresh, and may be half-written.
    Soon(Duration),
    /// Try again after this: the outside failed.
    After(Duration),
}

/// Serves what a source has, from the own store.
pub(super) struct Updater {
    keep: Keep,
    source: Box<dyn Source>,
    policy: Policy,
    /// For how long what cannot be taken may be half-written before it is bad.
    settle: Duration,
    clock: Clock,
    current: Option<Arc<Served>>,
    /// The update that was decided upon last, activated or refused.
    handled: Option<String>,
    /// The files that were activated last, by this process or by the one whose pack it resumed. What others that
    /// share the store have taken since is theirs: it is an update here.
    taken: Option<String>,
    /// An update that could not be taken, since when: it may be half-written still.
    doubtful: Option<(String, Instant)>,
    /// What was last said of a lasting trouble, so that it is said once.
    said: String,
    /// How long the next trouble of the outside is waited for.
    retry: Duration,
    /// An update that the outside kept from being taken, and when it is tried again.
    paused: Option<(String, Instant)>,
}

impl Updater {
    pub(super) fn new(
        keep: Keep,
        source: Box<dyn Source>,
        policy: Policy,
        settle: Duration,
        clock: Clock,
    ) -> Self {
        let (current, handled, taken, doubtful) = (None, None, None, None);
        let (said, retry, paused) = (String::new(), RETRY, None);
        Self { keep, source, policy, settle, clock, current, handled, taken, doubtful, said, retry, paused }
    }

    pub(super) fn current(&self) -> Option<&Arc<Served>> {
        self.current.as_ref()
    }

    pub(super) fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// The good packs that are kept, oldest first.
    pub(super) fn history(&self) -> Outcome<Vec<Release>> {
        Ok(self.keep.state()?.good.iter().filter_map(release).collect())
    }

    fn event(&self, kind: Kind, reason: impl Into<String>) -> Event {
        Event::new(kind, (self.clock)(), reason)
    }

    /// Serves the last good pack of an earlier process, or one before it if its copy is damaged.
    ///
    /// # Errors
    /// The own store cannot be read.
    pub(super) fn resume(&mut self) -> Outcome<Vec<Event>> {
        let mut events = Vec::new();
        self.keep.tidy();
        let state = self.keep.state()?;
        for good in state.good.iter().rev() {
            match self.open_good(good) {
                Ok(served) => {
                    let mut event = self.event(Kind::Activated, "the last good pack");
                    event.pack = Some(served.release().clone());
                    self.current = Some(Arc::new(served));
                    events.push(event);
                    break;
                }
                Err(one) => events.push(self.lost(good, *one)),
            }
        }
        // Read anew: with what was lost, that it was taken is forgotten.
        let taken = self.keep.state()?.taken.remove(self.source.name());
        self.taken = taken.as_ref().map(|taken| taken.id.clone());
        // An update that was activated is not copied again, unless what came of it was lost.
        let newest = state.good.last().map(|good| good.id.as_str());
        if newest.is_some() && newest == self.current.as_ref().map(|now| now.release.id.as_str()) {
            self.handled = taken.map(|taken| taken.mark);
        }
        Ok(events)
    }

    fn open_good(&self, good: &Good) -> Outcome<Served> {
        if let Some(bad) = self.known_bad(&good.id, &good.pack_hash) {
            return Err(told(&bad));
        }
        let release = release(good).ok_or_else(|| {
            let message = format!("the own store's state says of `{}` what cannot be", good.id);
            Box::new(Diagnostic::error(Code::CacheCorrupt, message))
        })?;
        reopen(&self.keep.served(&good.id), release)
    }

    /// A good copy that is good no longer.
    fn lost(&self, good: &Good, one: Diagnostic) -> Event {
        let mut event = self.event(Kind::Refused, "a copy in the own store cannot be served");
        event.pack = release(good);
        event.candidate = Some(good.id.clone());
        event.diagnostics = vec![one];
        // If the store cannot be written, the copy is met again at the next start.
        let _ = self.keep.forget(&good.id);
        event
    }

    fn known_bad(&self, id: &str, pack_hash: &str) -> Option<Bad> {
        self.keep.bad(id).or_else(|| self.keep.bad(pack_hash))
    }

    /// Looks, and takes what there is.
    pub(super) fn check(&mut self) -> (Vec<Event>, Next) {
        let mut events = Vec::new();
        if let Err(trouble) = self.revocations(&mut events) {
            return self.troubled(None, trouble, events);
        }
        let look = match self.source.look() {
            Ok(look) => look,
            Err(trouble) => return self.troubled(None, trouble, events),
        };
        if self.handled.as_ref() == Some(&look.mark) {
            self.said.clear();
            return (events, Next::Wait);
        }
        if let Some((_, until)) = self.paused.as_ref().filter(|(mark, _)| *mark == look.mark)
            && let Some(left) = until.checked_duration_since(Instant::now())
        {
            return (events, Next::After(left));
        }
        if let Some(wait) = self.fresh(&look) {
            return (events, Next::Soon(wait));
        }
        match self.update(&look, &mut events) {
            Ok(()) => {
                self.handled = Some(look.mark);
                (self.doubtful, self.retry, self.paused) = (None, RETRY, None);
                self.said.clear();
                (events, Next::Wait)
            }
            Err(Stopped::Trouble(trouble)) => {
                let half = matches!(trouble, Trouble::Faulty(_)).then(|| self.half_written(&look)).flatten();
                match half {
                    Some(left) => (events, Next::Soon(left)),
                    None => self.troubled(Some(&look), trouble, events),
                }
            }
            Err(Stopped::Fault(fault)) => match self.half_written(&look) {
                Some(left) => (events, Next::Soon(left)),
                None => {
                    self.condemn(&look, *fault, &mut events);
                    (events, Next::Wait)
                }
            },
        }
    }

    /// How long to wait until what is written now can be told from what is written next.
    fn fresh(&self, look: &Look) -> Option<Duration> {
        let age = SystemTime::now().duration_since(look.newest?).ok()?;
        (age < STEP).then(|| STEP - age)
    }

    fn update(&mut self, look: &Look, events: &mut Vec<Event>) -> Result<(), Stopped> {
        let draft = self.keep.begin()?;
        let mut copies = Copies::new(draft.folder.clone());
        self.source.fetch(look, &mut copies).map_err(Stopped::Trouble)?;
        let id = copies.id();
        if self.is_taken(&id) {
            let taken = Taken { id, mark: look.mark.clone() };
            return Ok(self.keep.remember(self.source.name(), taken)?);
        }
        if let Some(bad) = self.keep.bad(&id).filter(|bad| !self.may_be_judged_anew(bad)) {
            events.push(self.refused(known(&bad, id)));
            return Ok(());
        }
        let now = self.current.as_ref().map(|now| now.release.clone());
        let Candidate { served, warnings } =
            judge(&copies, &self.policy, now.as_ref()).map_err(|verdict| match verdict {
                Verdict::Failed(one) => Stopped::Trouble(Trouble::Failed(one)),
                Verdict::Bad { release, diagnostics } => {
                    let release = release.map(|release| *release);
                    let id = Some(id.clone());
                    Stopped::Fault(Box::new(Fault { id, release, diagnostics, is_known: false }))
                }
            })?;
        if let Some(fault) = self.is_revoked(&served)? {
            events.push(self.refused(fault));
            return Ok(());
        }
        let good = self.good(served.release());
        self.keep.commit(draft, good, (self.source.name(), &look.mark))?;
        self.taken = Some(id);
        let (kind, reason) = match served.release.replaced.as_slice() {
            [] => (Kind::Activated, format!("new in {}", look.says)),
            layers => (Kind::Merged, format!("new in {}: {}", look.says, caches(layers))),
        };
        let mut event = self.event(kind, reason);
        event.pack = Some(served.release().clone());
        (event.from, event.diagnostics) = (now, warnings);
        self.current = Some(Arc::new(served));
        events.push(event);
        Ok(())
    }

    /// Whether this is no update at all: what is served already, or files that were merely touched since they were
    /// taken and left by a roll-back.
    fn is_taken(&self, id: &str) -> bool {
        let Some(now) = &self.current else { return false };
        now.release.id == id || (!self.source.is_numbered() && self.taken.as_deref() == Some(id))
    }

    /// What was refused for what the user allows may be allowed by now.
    fn may_be_judged_anew(&self, bad: &Bad) -> bool {
        bad.code == Code::PackIncompatible.as_str()
    }

    /// A pack that its publisher revoked, or that is remembered as revoked.
    fn is_revoked(&mut self, served: &Served) -> Result<Option<Fault>, Stopped> {
        let (id, hash) = (served.release.id.clone(), served.release.pack_hash.clone());
        let release = Some(served.release.clone());
        if let Some(bad) = self.keep.bad(&hash) {
            return Ok(Some(Fault { release, ..known(&bad, id) }));
        }
        let Some(reason) = self.source.revoked(&hash).map_err(Stopped::Trouble)? else { return Ok(None) };
        let one = revoked(&hash, &reason);
        self.keep.mark_bad(&hash, rfc3339((self.clock)()), one.code, &one.message)?;
        Ok(Some(Fault { id: Some(id), release, diagnostics: vec![one], is_known: false }))
    }

    fn good(&self, release: &Release) -> Good {
        Good {
            at: rfc3339((self.clock)()),
            id: release.id.clone(),
            layers: release.replaced.iter().map(|layer| layer_name(*layer)).collect(),
            name: release.name.clone(),
            oid: release.oid.clone(),
            pack_hash: release.pack_hash.clone(),
            root: release.root.clone(),
            version: release.version.to_string(),
        }
    }

    fn refused(&self, fault: Fault) -> Event {
        let reason = match (&self.current, fault.is_known) {
            (Some(now), false) => format!("{} is served still", now.release.version),
            (Some(now), true) => format!("known to be bad; {} is served still", now.release.version),
            (None, false) => "nothing is served".to_owned(),
            (None, true) => "known to be bad; nothing is served".to_owned(),
        };
        let mut event = self.event(Kind::Refused, reason);
        (event.pack, event.candidate, event.diagnostics) = (fault.release, fault.id, fault.diagnostics);
        event
    }

    /// How long what cannot be taken may yet be half-written: only what stays so is bad.
    fn half_written(&mut self, look: &Look) -> Option<Duration> {
        look.newest?;
        let since = match &self.doubtful {
            Some((mark, since)) if *mark == look.mark => *since,
            _ => {
                let now = Instant::now();
                self.doubtful = Some((look.mark.clone(), now));
                now
            }
        };
        self.settle.checked_sub(since.elapsed()).filter(|left| !left.is_zero())
    }

    /// Refuses what is bad, and remembers it.
    fn condemn(&mut self, look: &Look, fault: Fault, events: &mut Vec<Event>) {
        self.doubtful = None;
        self.handled = Some(look.mark.clone());
        if let (Some(id), Some(first)) = (&fault.id, fault.diagnostics.first()) {
            let at = rfc3339((self.clock)());
            // If it cannot be remembered, it is judged again after the next start.
            let _ = self.keep.mark_bad(id, at, first.code, &first.message);
        }
        events.push(self.refused(fault));
    }

    /// A trouble of the outside: said once, and tried again.
    fn troubled(
        &mut self,
        look: Option<&Look>,
        trouble: Trouble,
        mut events: Vec<Event>,
    ) -> (Vec<Event>, Next) {
        let (kind, reason, diagnostics) = match trouble {
            Trouble::Changed => return (events, Next::Soon(STEP)),
            Trouble::Absent(why) => (Kind::Waiting, why, Vec::new()),
            Trouble::Failed(one) if one.code == Code::OutputFailed => {
                (Kind::Refused, String::new(), vec![*one])
            }
            Trouble::Failed(one) => (Kind::Waiting, String::from("it is tried again"), vec![*one]),
            Trouble::Faulty(one) => (Kind::Refused, String::new(), vec![*one]),
        };
        // What was there before is judged again when it is back.
        if kind == Kind::Waiting {
            self.doubtful = None;
        }
        let said = diagnostics.first().map_or(&reason, |one: &Diagnostic| &one.message).clone();
        if said != self.said {
            self.said = said;
            self.retry = RETRY;
            events.push(if kind == Kind::Refused {
                self.refused(Fault { diagnostics, ..Fault::default() })
            } else {
                Event { diagnostics, ..self.event(kind, reason) }
            });
        }
        let wait = self.retry;
        self.retry = (self.retry * 2).min(MAX_RETRY);
        self.paused = look.map(|look| (look.mark.clone(), Instant::now() + wait));
        (events, Next::After(wait))
    }
}

/// What stopped an update.
enum Stopped {
    Trouble(Trouble),
    Fault(Box<Fault>),
}

impl From<Box<Diagnostic>> for Stopped {
    fn from(one: Box<Diagnostic>) -> Self {
        Self::Trouble(Trouble::Failed(one))
    }
}

fn caches(layers: &[Layer]) -> String {
    let names: Vec<_> = layers.iter().map(|layer| layer.as_str()).collect();
    let (noun, verb) = if names.len() == 1 { ("cache", "was") } else { ("caches", "were") };
    format!("the {noun} of {} {verb} replaced, the layers were merged anew", names.join(" and "))
}

fn layer_name(layer: Layer) -> LayerName {
    match layer {
        Layer::Global => LayerName::Global,
        Layer::Domain => LayerName::Domain,
        Layer::Local => LayerName::Local,
    }
}

/// What the state says of a good pack; `None` if that cannot be.
fn release(good: &Good) -> Option<Release> {
    Some(Release {
        id: good.id.clone(),
        name: good.name.clone(),
        oid: good.oid.clone(),
        version: good.version.parse().ok()?,
        pack_hash: good.pack_hash.clone(),
        root: good.root.clone(),
        replaced: good.layers.iter().map(|layer| Layer::from(*layer)).collect(),
    })
}
