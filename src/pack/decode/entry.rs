//! What all kinds of entries have: the fields that they share, and the bounds of their texts.

use semver::Version;

use crate::diag::Code;
use crate::oid::Oid;
use crate::pack::model::{Body, Entry, Origin, Statement, Tombstone};
use crate::syntax::{Decoder, Kind, Node, ProblemKind};

use super::{Lines, Scope};

/// The fields that every definition may have.
pub(super) const COMMON: [&str; 7] = ["oid", "kind", "title", "version", "refs", "tags", "final"];

pub(super) struct EntryReader<'s, 't, 'a> {
    pub(super) scope: &'s Scope<'t, 'a>,
    pub(super) decoder: Decoder,
    pub(super) lines: &'s mut Lines,
}

impl<'t, 'a> EntryReader<'_, 't, 'a> {
    pub(super) fn statement(&mut self, node: Node<'t, 'a>, index: u32) -> Option<Statement<'a>> {
        if node.kind() != Kind::Map {
            self.decoder.expected(node, "an entry is a mapping");
            return None;
        }
        let line = self.lines.line(self.scope.tree.text(), node.start());
        let (layer, source) = (self.scope.layer, self.scope.source);
        let origin = Origin { layer, source, line, index, overrode: Vec::new(), preferred: false };
        if node.get("removed").is_some() {
            return self.tombstone(node, origin);
        }
        let kinds: [(&str, u8); 5] = std::array::from_fn(|i| (Body::KINDS[i], i as u8));
        if node.get("kind").is_none()
            && let Some((key, _)) = node.entries().find(|(key, _)| key.raw() == "<<")
        {
            // What it lacks it was meant to have from there: that is the one thing to mend.
            self.decoder.unknown_field(key, "an entry", &COMMON);
            return None;
        }
        let kind = self.decoder.required(node, node.get("kind"), "an entry", "kind")?;
        match self.decoder.one_of(kind, "an entry's `kind`", &kinds)? {
            0 => self.entry(node, origin, "a lexicon", ["terms"], Self::lexicon),
            1 => {
                let names = ["event", "priority", "say", "acknowledge", "escalate"];
                self.entry(node, origin, "a rule", names, Self::rule)
            }
            2 => self.entry(node, origin, "a template", ["text", "slots", "examples"], Self::template),
            3 => self.entry(node, origin, "a policy", ["applies_to", "registers"], Self::policy),
            _ => self.entry(node, origin, "an alias", ["target"], Self::alias),
        }
    }

    pub(super) fn tombstone(&mut self, node: Node<'t, 'a>, origin: Origin) -> Option<Statement<'a>> {
        let [oid, removed, version] =
            self.decoder.fields(node, "a tombstone", &["oid", "removed", "version"])?;
        if let Some(removed) = removed
            && self.decoder.boolean(removed, "`removed`") == Some(false)
        {
            let help = "write `removed: true`, or leave the field out of an entry that stays";
            self.decoder.schema(removed, "`removed: false` says nothing", help);
        }
        let version = match version {
            Some(node) => self.decoder.version(node, "a tombstone's `version`")?,
            None => self.scope.version.clone(),
        };
        let oid = self.entry_oid(node, oid)?;
        Some(Statement::Remove(Box::new(Tombstone { oid, version, origin })))
    }

    /// Reads the common fields and those of a kind.
    pub(super) fn entry<const N: usize>(
        &mut self,
        node: Node<'t, 'a>,
        origin: Origin,
        what: &str,
        own: [&'static str; N],
        body: impl FnOnce(
            &mut Self,
            Node<'t, 'a>,
            [Option<Node<'t, 'a>>; N],
            &Origin,
            &Version,
        ) -> Option<Body<'a>>,
    ) -> Option<Statement<'a>> {
        let mut common = [None; COMMON.len()];
        let mut values = [None; N];
        for (key, value) in node.entries() {
            let name = key.raw();
            if let Some(i) = COMMON.iter().position(|n| *n == name) {
                common[i] = Some(value);
            } else if let Some(i) = own.iter().position(|n| *n == name) {
                values[i] = Some(value);
            } else {
                let names: Vec<_> = COMMON.iter().chain(&own).copied().collect();
                self.decoder.unknown_field(key, what, &names);
            }
        }
        let [oid, _, title, version, refs, tags, is_final] = common;
        let oid = self.entry_oid(node, oid);
        let title = match title {
            None if what != "an alias" => self.decoder.required(node, None, what, "title").map(|_| ""),
            title => title.and_then(|node| self.text(node, "an entry's `title`")),
        };
        let version = match version {
            Some(node) => self.decoder.version(node, "an entry's `version`").unwrap_or(Version::new(0, 0, 0)),
            None => self.scope.version.clone(),
        };
        let refs = refs.map(|node| self.oids(node, "`refs`"));
        let tags = tags.map(|node| self.texts(node, "`tags`", "a tag"));
        let is_final = is_final.and_then(|node| self.decoder.boolean(node, "`final`")).unwrap_or(false);
        let body = body(self, node, values, &origin, &version)?;
        let language = self.scope.language;
        let oid = oid?;
        Some(Statement::Define(std::sync::Arc::new(Entry {
            oid,
            title,
            version,
            refs,
            refs_from: None,
            tags,
            language,
            is_final,
            origin,
            body,
        })))
    }

    pub(super) fn entry_oid(&mut self, parent: Node<'t, 'a>, node: Option<Node<'t, 'a>>) -> Option<Oid> {
        let node = self.decoder.required(parent, node, "an entry", "oid")?;
        let oid = self.decoder.oid(node, "an entry's `oid`")?;
        if oid.depth() < 2 {
            self.decoder.problem(
                ProblemKind::Oid,
                node,
                format!("`{oid}` has one arc, but an entry's OID has at least two (X.690 encodes no fewer)"),
                "give the entry an OID of its own, such as \"1.0.2\"",
            );
            return None;
        }
        Some(oid)
    }

    pub(super) fn oids(&mut self, node: Node<'t, 'a>, what: &str) -> Vec<Oid> {
        let Some(items) = self.decoder.list(node, what) else { return Vec::new() };
        items.filter_map(|item| self.decoder.oid(item, &format!("an item of {what}"))).collect()
    }

    /// A term or an alias: a text within the layer's limit that has a key.
    pub(super) fn name(&mut self, node: Node<'t, 'a>, what: &str) -> Option<&'a str> {
        let text = self.decoder.text(node, what)?;
        self.within(
            node,
            what,
            text,
            self.scope.limits.map(|limits| limits.max_term_chars),
            "max_term_chars",
        );
        Some(text)
    }

    /// Any other text, within the layer's limit.
    pub(super) fn text(&mut self, node: Node<'t, 'a>, what: &str) -> Option<&'a str> {
        let text = self.decoder.text(node, what)?;
        self.within(
            node,
            what,
            text,
            self.scope.limits.map(|limits| limits.max_text_chars),
            "max_text_chars",
        );
        Some(text)
    }

    pub(super) fn texts(&mut self, node: Node<'t, 'a>, what: &str, item: &str) -> Vec<&'a str> {
        let Some(items) = self.decoder.list(node, what) else { return Vec::new() };
        items.filter_map(|node| self.text(node, item)).collect()
    }

    pub(super) fn within(
        &mut self,
        node: Node<'t, 'a>,
        what: &str,
        text: &str,
        limit: Option<usize>,
        name: &str,
    ) {
        let Some(limit) = limit else { return };
        if text.len() > limit && text.chars().count() > limit {
            self.decoder.problem(
                ProblemKind::Other(Code::LimitExceeded),
                node,
                format!("{what} has {} characters, the local layer allows {limit}", text.chars().count()),
                format!("shorten it, or raise `pack.limits.local.{name}` in aegis.yaml"),
            );
        }
    }
}
