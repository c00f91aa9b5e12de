//! From the bytes of a `spec.json` to a spec that was checked: grammar, schema and rules, all problems in one run.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Severity};
use crate::json::{self, Complaint, Judge};
use crate::syntax::{Format, Node, Pointers, Text, Tree};

use super::rules;
use super::spec::Spec;
use super::view::View;

/// A spec, and what is wrong with it.
#[derive(Debug)]
pub struct Checked {
    /// The spec, if it has the form of one; it may break rules all the same: look at the diagnostics.
    pub spec: Option<Spec>,
    /// Its canonical form, if it is JSON.
    pub canonical: Option<String>,
    /// The hosts that its `security` allows, as far as it can be read, whatever else is wrong.
    pub hosts: Option<Vec<String>>,
    /// Everything that is wrong with it, or worth saying.
    pub diagnostics: Diagnostics,
}

impl Checked {
    /// The spec and its canonical form, if nothing is wrong with it.
    ///
    /// # Errors
    /// What is wrong; warnings are no reason.
    pub fn sound(self) -> Result<(Spec, String, Diagnostics), Diagnostics> {
        match (self.spec, self.canonical) {
            (Some(spec), Some(canonical)) if !self.diagnostics.has_errors() => {
                Ok((spec, canonical, self.diagnostics))
            }
            _ => Err(self.diagnostics),
        }
    }
}

/// Reads and checks a spec. `shown` is its name in diagnostics.
pub fn load(bytes: Vec<u8>, shown: &Arc<str>) -> Checked {
    let refused = |diagnostics| Checked { spec: None, canonical: None, hosts: None, diagnostics };
    let text = match Text::from_bytes(bytes, Format::Json) {
        Ok(text) => text,
        Err(failed) => {
            let (text, error) = *failed;
            return refused(json::diagnose(&text, vec![error], shown));
        }
    };
    let tree = match json::parse(&text) {
        Ok(tree) => tree,
        Err(errors) => return refused(json::diagnose(&text, errors, shown)),
    };
    check(&tree, shown)
}

/// Whether the schema takes a spec; the quick way, for those who need no reason.
pub fn has_form(tree: &Tree<'_>) -> bool {
    JUDGE.takes(tree)
}

fn check(tree: &Tree<'_>, shown: &Arc<str>) -> Checked {
    let canonical = json::canonical(tree);
    let mut told = Told {
        shown,
        lines: LineMap::new(tree.text()),
        pointers: Pointers::default(),
        all: Diagnostics::new(),
    };
    let complaints = JUDGE.complaints(tree);
    for complaint in &complaints {
        told.complaint(complaint);
    }
    let has_form = !told.all.iter().any(|one| one.code == Code::SpecInvalidSchema);
    // The schema's complaint about a place is enough.
    let complained: HashSet<usize> = complaints.iter().map(|complaint| complaint.node.number()).collect();
    let view = View::new(tree);
    for finding in rules::check(&view).0 {
        if finding.code != Code::SpecInvalidSchema || !complained.contains(&finding.node.number()) {
            told.finding(finding);
        }
    }
    let mut spec = None;
    if has_form {
        match serde_json::from_str(&canonical) {
            Ok(found) => spec = Some(found),
            Err(error) => told.unreadable(tree.root(), &error),
        }
    }
    let mut diagnostics = told.all;
    diagnostics.sort();
    let hosts = view.allowed_hosts().map(|hosts| hosts.into_iter().map(str::to_owned).collect());
    Checked { spec, canonical: Some(canonical), hosts, diagnostics }
}

/// The schema, compiled once.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(crate::schema::botspec::schema()));

/// What is told, with its places.
struct Told<'s, 't> {
    shown: &'s Arc<str>,
    lines: LineMap<'t>,
    pointers: Pointers,
    all: Diagnostics,
}

impl Told<'_, '_> {
    fn complaint(&mut self, complaint: &Complaint<'_, '_>) {
        let code = if is_limit(complaint) { Code::LimitExceeded } else { Code::SpecInvalidSchema };
        let place =
            self.lines.place(Arc::clone(self.shown), complaint.node.range(), complaint.pointer.clone());
        let one = Diagnostic::error(code, complaint.message.clone());
        self.all.push(one.at(place).help(complaint.help.clone()));
    }

    fn finding(&mut self, finding: rules::Finding<'_, '_>) {
        let place = self.place(finding.node);
        let mut one =
            Diagnostic { severity: finding.severity, ..Diagnostic::error(finding.code, finding.message) };
        debug_assert!(finding.severity != Severity::Note);
        if let Some((node, what)) = finding.related {
            one = one.related(self.place(node), what);
        }
        self.all.push(one.at(place).help(finding.help));
    }

    fn unreadable(&mut self, root: Node<'_, '_>, error: &serde_json::Error) {
        let message = format!("the spec cannot be read: {error}");
        let place = self.place(root);
        self.all.push(
            Diagnostic::error(Code::SpecInvalidSchema, message).at(place).help("see `aegis schema botspec`"),
        );
    }

    fn place(&mut self, node: Node<'_, '_>) -> crate::diag::Place {
        self.lines.place(Arc::clone(self.shown), node.range(), self.pointers.find(node))
    }
}

/// Whether a complaint is about a limit, which has a code of its own: how many flows, how many steps, and the numbers of
/// `security`.
fn is_limit(complaint: &Complaint<'_, '_>) -> bool {
    let pointer = complaint.pointer.as_str();
    match complaint.keyword.as_str() {
        "maxItems" => pointer == "/flows" || (pointer.starts_with("/flows/") && pointer.ends_with("/steps")),
        "maximum" => pointer.starts_with("/security/"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_compiles() {
        let text = Text::new("{}");
        let tree = json::parse(&text).unwrap();
        let complaints = JUDGE.complaints(&tree);
        assert!(
            !complaints.is_empty() && complaints.iter().all(|one| one.keyword == "required"),
            "{complaints:?}"
        );
    }
}
