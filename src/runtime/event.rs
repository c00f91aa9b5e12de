//! What happens at run time, as values: an agent matches on them, `aegis watch` prints them. Writes nothing itself.

use std::fmt::Write as _;
use std::time::SystemTime;

use serde::Serialize;

use crate::diag::{Diagnostic, Severity};
use crate::time::rfc3339;

use super::served::Release;

/// The form that the JSON of an event states.
pub const FORM: &str = "event/v1";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A pack is served: a new one, or after a start the last good one.
    Activated,
    /// A pack is served whose layers were merged anew, because a layer's cache was replaced alone.
    Merged,
    /// A pack was not taken. What was served before is served still.
    Refused,
    /// An earlier good pack is served again.
    RolledBack,
    /// The pack that was served has been revoked, and is served no longer.
    Revoked,
    /// There is nothing to take: the folder is away, the channel is empty, the store cannot be reached.
    Waiting,
}

impl Kind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Merged => "merged",
            Self::Refused => "refused",
            Self::RolledBack => "rolled-back",
            Self::Revoked => "revoked",
            Self::Waiting => "waiting",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// What.
    pub kind: Kind,
    /// When.
    pub at: SystemTime,
    /// The pack that it is about; of a refusal, as far as the pack could be read.
    pub pack: Option<Release>,
    /// The pack that was served before.
    pub from: Option<Release>,
    /// The SHA-256 over the files that were refused: what is remembered as bad.
    pub candidate: Option<String>,
    /// Why, in a few words.
    pub reason: String,
    /// What was wrong with what was refused, or worth knowing of what was taken.
    pub diagnostics: Vec<Diagnostic>,
}

impl Event {
    /// An event without details.
    pub(super) fn new(kind: Kind, at: SystemTime, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { kind, at, pack: None, from: None, candidate: None, reason, diagnostics: Vec::new() }
    }

    /// The event as one line of canonical JSON (`event/v1`), without the line's end.
    pub fn to_json(&self) -> String {
        let json = Json {
            aegis: FORM,
            at: rfc3339(self.at),
            candidate: self.candidate.as_deref(),
            diagnostics: self.diagnostics.iter().map(JsonDiagnostic::of).collect(),
            event: self.kind.as_str(),
            from: self.from.as_ref().map(JsonPack::of),
            pack: self.pack.as_ref().map(JsonPack::of),
            reason: &self.reason,
        };
        // Values of these types cannot fail to be written.
        serde_json::to_string(&json).unwrap_or_default()
    }

    /// The event as people read it: a line, and one more for each problem.
    pub fn to_text(&self) -> String {
        let mut out = format!("{} {}", rfc3339(self.at), self.kind.as_str());
        if let Some(pack) = &self.pack {
            let _ = write!(out, " {} {} ({})", in_line(&pack.name), pack.version, pack.oid);
        }
        if let Some(from) = self.from.as_ref().filter(|_| self.kind == Kind::RolledBack) {
            let _ = write!(out, " from {}", from.version);
        }
        if !self.reason.is_empty() {
            let _ = write!(out, ": {}", in_line(&self.reason));
        }
        for one in &self.diagnostics {
            let _ = write!(out, "\n  {}", in_line(&one.to_string()));
            if let Some(help) = &one.help {
                let _ = write!(out, "\n    help: {}", in_line(help));
            }
        }
        out
    }
}

/// What others wrote begins no line of its own: some who read lines obey them.
fn in_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The published form. Its fields are in canonical order.
#[derive(Serialize)]
struct Json<'e> {
    aegis: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<&'e str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<JsonDiagnostic<'e>>,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<JsonPack<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pack: Option<JsonPack<'e>>,
    reason: &'e str,
}

#[derive(Serialize)]
struct JsonPack<'e> {
    id: &'e str,
    layers: Vec<&'static str>,
    name: &'e str,
    oid: String,
    #[serde(rename = "packHash")]
    pack_hash: &'e str,
    root: &'e str,
    version: String,
}

impl<'e> JsonPack<'e> {
    fn of(release: &'e Release) -> Self {
        Self {
            id: &release.id,
            layers: release.replaced.iter().map(|layer| layer.as_str()).collect(),
            name: &release.name,
            oid: release.oid.to_string(),
            pack_hash: &release.pack_hash,
            root: &release.root,
            version: release.version.to_string(),
        }
    }
}

/// A diagnostic, with the names that `report/v1` has.
#[derive(Serialize)]
struct JsonDiagnostic<'e> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    message: &'e str,
    severity: Severity,
}

impl<'e> JsonDiagnostic<'e> {
    fn of(one: &'e Diagnostic) -> Self {
        Self {
            code: one.code.as_str(),
            file: one.place.as_ref().map(|place| &*place.file),
            help: one.help.as_deref(),
            line: one.place.as_ref().map(|place| place.line).filter(|&line| line > 0),
            message: &one.message,
            severity: one.severity,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::diag::{Code, Place};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn an_event_is_one_line_of_canonical_json() {
        let mut event = Event::new(Kind::Refused, at(0), "it is damaged");
        event.pack = Some(Release {
            id: "ab".into(),
            name: "warehouse\n".into(),
            oid: "1.0".parse().unwrap(),
            version: "1.2.0".parse().unwrap(),
            pack_hash: "cd".into(),
            root: "ef".into(),
            replaced: vec![crate::layer::Layer::Local],
        });
        event.diagnostics =
            vec![Diagnostic::error(Code::CacheCorrupt, "a\nb").at(Place::line("x".into(), 3)).help("c")];
        let text = event.to_text();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "1970-01-01T00:00:00Z refused warehouse  1.2.0 (1.0): it is damaged",
                "  error[CACHE_CORRUPT]: a b (x:3:1)",
                "    help: c"
            ]
        );
        let line = event.to_json();
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), line);
        assert_eq!(value["pack"]["layers"][0], "local");
        assert_eq!(value["diagnostics"][0]["line"], 3);
        assert_eq!(value["event"], "refused");
        assert!(value.get("from").is_none() && value.get("candidate").is_none());
    }
}
