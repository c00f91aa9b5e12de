//! `aegis: project/v1` from its tree. Every unknown field is an error with its place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap};
use crate::layer::Layer;
use crate::project::{LayerName, Prefer};
use crate::semver::{Level, Levels, Rule};
use crate::store::Settings;
use crate::syntax::{Decoder, Kind, Node, Tree, suggest};

use super::waiver::is_day;
use super::{
    BotConfig, DEFAULT_STORE, Limits, Located, PackConfig, Project, ReleaseConfig, Waiver, Workspace,
};

pub(super) struct Surroundings<'s> {
    pub(super) file: &'s Path,
    pub(super) root: &'s Path,
    pub(super) workspace: Workspace,
    pub(super) shown: Arc<str>,
    pub(super) lines: LineMap<'s>,
}

pub(super) fn decode(tree: &Tree<'_>, around: &Surroundings<'_>) -> Result<Project, Diagnostics> {
    let mut reader = Reader { decoder: Decoder::default(), settings: BTreeMap::new(), around };
    let project = reader.project(tree);
    let mut diagnostics = Diagnostics::new();
    for problem in reader.decoder.problems {
        let place = around.lines.place(Arc::clone(&around.shown), problem.range, problem.pointer);
        diagnostics
            .push(Diagnostic::error(Code::ConfigInvalid, problem.message).at(place).help(problem.help));
    }
    match project {
        Some(project) if diagnostics.is_empty() => Ok(project),
        _ => Err(diagnostics),
    }
}

struct Reader<'r> {
    decoder: Decoder,
    settings: BTreeMap<String, Settings>,
    around: &'r Surroundings<'r>,
}

impl<'r> Reader<'r> {
    fn project(&mut self, tree: &Tree<'_>) -> Option<Project> {
        let names = ["aegis", "pack", "suites", "bots", "store", "release", "semver", "waivers"];
        let what = "a project";
        let [form, pack, suites, bots, store, release, semver, waivers] =
            self.decoder.fields(tree.root(), what, &names)?;
        self.decoder.form(tree, form, what, "project/v1");
        // A pack that is not sound has noted why: the rest is read all the same, so that one run tells everything.
        let pack = pack.and_then(|node| self.pack(node));
        let suites = suites.map(|node| self.located_texts(node, "`suites`", "a suite")).unwrap_or_default();
        let bots = bots.map(|node| self.bots(node)).unwrap_or_default();
        let store = store.and_then(|node| self.store(node)).unwrap_or_else(|| DEFAULT_STORE.to_owned());
        let release = release.map(|node| self.release(node)).unwrap_or_default();
        let (levels, approved) = semver.map(|node| self.semver(node)).unwrap_or_default();
        let waivers = waivers.map(|node| self.waivers(node)).unwrap_or_default();
        Some(Project {
            file: self.around.file.to_path_buf(),
            root: self.around.root.to_path_buf(),
            workspace: self.around.workspace.clone(),
            pack,
            suites,
            bots,
            waivers,
            store,
            release,
            store_settings: std::mem::take(&mut self.settings),
            levels,
            approved,
        })
    }

    fn pack(&mut self, node: Node<'_, '_>) -> Option<PackConfig> {
        let names = ["name", "oid", "language", "version", "layers", "prefer", "limits", "store"];
        let what = "`pack`";
        let [name, oid, language, version, layers, prefer, limits, store] =
            self.decoder.fields(node, what, &names)?;
        let name = self.decoder.required(node, name, what, "name");
        let oid = self.decoder.required(node, oid, what, "oid");
        let layers = self.decoder.required(node, layers, what, "layers");
        let name = name.and_then(|node| self.decoder.text(node, "`pack.name`"));
        let oid = oid.and_then(|node| self.decoder.oid(node, "`pack.oid`"));
        let language = language.and_then(|node| self.language(node)).unwrap_or_else(|| "en".to_owned());
        let version = match version {
            Some(node) if node.as_str() == Some("auto") => None,
            Some(node) => {
                let value = self.decoder.version(node, "`pack.version`");
                value.map(|value| self.located(node, value))
            }
            None => None,
        };
        let layers = layers.map(|node| self.layers(node));
        let prefer = prefer.map(|node| self.prefer(node)).unwrap_or_default();
        let limits = limits.map(|node| self.limits(node)).unwrap_or_default();
        let store = store.and_then(|node| self.store(node));
        Some(PackConfig {
            name: name?.to_owned(),
            oid: oid?,
            language,
            version,
            layers: layers?,
            prefer,
            limits,
            store,
        })
    }

    fn language(&mut self, node: Node<'_, '_>) -> Option<String> {
        let text = self.decoder.text(node, "`pack.language`")?;
        if let Err(error) = oxilangtag::LanguageTag::parse(text) {
            let message = format!("`{text}` is no language tag: {error}");
            self.decoder.schema(node, message, "write a BCP 47 tag such as en or pt-BR");
        }
        Some(text.to_owned())
    }

    fn layers(&mut self, node: Node<'_, '_>) -> [Vec<Located<String>>; 3] {
        let names = Layer::ALL.map(Layer::as_str);
        let fields = self.decoder.fields(node, "`pack.layers`", &names).unwrap_or_default();
        let mut layers = fields.map(|field| match field {
            Some(node) => self.located_texts(node, "a layer", "a source"),
            None => Vec::new(),
        });
        if layers.iter().all(Vec::is_empty) {
            self.decoder.schema(
                node,
                "no layer has a source",
                "name at least one file or folder under `layers`",
            );
        }
        for layer in &mut layers {
            layer.retain(|source| !source.value.is_empty());
        }
        layers
    }

    fn prefer(&mut self, node: Node<'_, '_>) -> Vec<Located<Prefer>> {
        let items: Vec<_> = self.decoder.list(node, "`pack.prefer`").into_iter().flatten().collect();
        items.into_iter().filter_map(|item| self.preference(item)).collect()
    }

    fn preference(&mut self, node: Node<'_, '_>) -> Option<Located<Prefer>> {
        let what = "a preference";
        let [oid, layer, source] = self.decoder.fields(node, what, &["oid", "layer", "source"])?;
        let oid = self.decoder.required(node, oid, what, "oid")?;
        let layer = self.decoder.required(node, layer, what, "layer")?;
        let oid = self.decoder.oid(oid, "a preference's `oid`")?;
        let words =
            [("global", LayerName::Global), ("domain", LayerName::Domain), ("local", LayerName::Local)];
        let layer = self.decoder.one_of(layer, "a preference's `layer`", &words)?;
        let source = match source {
            Some(node) => Some(self.decoder.text(node, "a preference's `source`")?.to_owned()),
            None => None,
        };
        Some(self.located(node, Prefer { oid, layer, source }))
    }

    fn limits(&mut self, node: Node<'_, '_>) -> Limits {
        let mut limits = Limits::default();
        let Some([Some(local)]) = self.decoder.fields(node, "`pack.limits`", &["local"]) else {
            return limits;
        };
        let names = ["max_bytes", "max_entries", "max_term_chars", "max_text_chars"];
        let Some(values) = self.decoder.fields(local, "`pack.limits.local`", &names) else { return limits };
        let values = [0, 1, 2, 3].map(|i: usize| {
            values[i].and_then(|node| self.decoder.integer(node, &format!("`{}`", names[i]), 1..=i64::MAX))
        });
        let [bytes, entries, term, text] = values.map(|value| value.map(|value| value as u64));
        limits.max_bytes = bytes.unwrap_or(limits.max_bytes);
        limits.max_entries = entries.map_or(limits.max_entries, |value| value as usize);
        limits.max_term_chars = term.map_or(limits.max_term_chars, |value| value as usize);
        limits.max_text_chars = text.map_or(limits.max_text_chars, |value| value as usize);
        limits
    }

    /// A URL, or a mapping with one.
    fn store(&mut self, node: Node<'_, '_>) -> Option<String> {
        if node.kind() != Kind::Map {
            return self.decoder.text(node, "`store`").map(str::to_owned);
        }
        let (url, settings) = super::store::decode(&mut self.decoder, node)?;
        let known = self.settings.entry(url.clone()).or_insert_with(|| settings.clone());
        if *known != settings {
            let message = "this store has other settings at another place of the file";
            self.decoder.schema(node, message, "write the same settings wherever a URL stands");
        }
        Some(url)
    }

    /// How releases are made.
    fn release(&mut self, node: Node<'_, '_>) -> ReleaseConfig {
        let mut found = ReleaseConfig::default();
        let names = ["tags", "floating", "oids", "prefix", "branches"];
        let Some([tags, floating, oids, prefix, branches]) = self.decoder.fields(node, "`release`", &names)
        else {
            return found;
        };
        if let Some(node) = tags {
            const KINDS: [(&str, bool); 2] = [("semver", false), ("oid", true)];
            let items: Vec<_> = self.decoder.list(node, "`release.tags`").into_iter().flatten().collect();
            let kinds = items
                .into_iter()
                .filter_map(|item| self.decoder.one_of(item, "an item of `release.tags`", &KINDS))
                .collect::<Vec<_>>();
            (found.tags_version, found.tags_oids) = (kinds.contains(&false), kinds.contains(&true));
        }
        if let Some(node) = floating {
            found.floating = self.decoder.boolean(node, "`release.floating`").unwrap_or_default();
        }
        if let Some(node) = oids {
            let items: Vec<_> = self.decoder.list(node, "`release.oids`").into_iter().flatten().collect();
            let oids = items.into_iter().filter_map(|item| {
                let value = self.decoder.oid(item, "an item of `release.oids`")?;
                Some(self.located(item, value))
            });
            found.oids = Some(oids.collect());
        }
        let branches = branches.map(|node| self.decoder.texts(node, "`release.branches`", "a branch"));
        let prefix = prefix.and_then(|node| self.decoder.any_text(node, "`release.prefix`"));
        found.prefix = prefix.unwrap_or_default().to_owned();
        found.branches = branches.unwrap_or_default().into_iter().map(str::to_owned).collect();
        found
    }

    /// The levels, and the file of approved breaks.
    fn semver(&mut self, node: Node<'_, '_>) -> (Levels, Option<Located<String>>) {
        let mut found = Levels::default();
        let Some([levels, approved]) = self.decoder.fields(node, "`semver`", &["levels", "approved"]) else {
            return (found, None);
        };
        let approved = approved.and_then(|node| {
            let path = self.decoder.text(node, "`semver.approved`")?;
            Some(self.located(node, path.to_owned()))
        });
        let Some(levels) = levels else { return (found, approved) };
        if levels.kind() != Kind::Map {
            self.decoder.expected(levels, "`semver.levels` is a mapping of rules");
        }
        for (id, level) in levels.entries() {
            let level = self.decoder.one_of(level, "a level", &Level::WORDS);
            match (Rule::find(id.raw()), level) {
                (Some(rule), Some(level)) => found.set(rule, level),
                (None, _) => self.unknown_rule(id),
                (Some(_), None) => {}
            }
        }
        (found, approved)
    }

    fn unknown_rule(&mut self, id: Node<'_, '_>) {
        let ids: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        let shown: String = id.raw().chars().take(60).collect();
        let help = suggest(id.raw(), &ids).map(|near| format!("did you mean `{near}`?"));
        self.decoder.schema(
            id,
            format!("`{shown}` is no rule of semantic changes"),
            help.unwrap_or_else(|| "name a rule of the table in docs/versions.md".to_owned()),
        );
    }

    fn waivers(&mut self, node: Node<'_, '_>) -> Vec<Waiver> {
        let items: Vec<_> = self.decoder.list(node, "`waivers`").into_iter().flatten().collect();
        items.into_iter().filter_map(|item| self.waiver(item)).collect()
    }

    fn waiver(&mut self, item: Node<'_, '_>) -> Option<Waiver> {
        let names = ["check", "bot", "reason", "expires"];
        let [check, bot, reason, expires] = self.decoder.fields(item, "a waiver", &names)?;
        let check = self.decoder.required(item, check, "a waiver", "check");
        let reason = self.decoder.required(item, reason, "a waiver", "reason");
        let place = self.located(check.unwrap_or(item), ()).place;
        let check = check.and_then(|node| self.decoder.text(node, "a waiver's `check`"));
        let reason = reason.and_then(|node| self.decoder.text(node, "a waiver's `reason`"));
        // What is not sound was noted, and a project with a note is none.
        let bot = bot.and_then(|node| self.bot_id(node, "a waiver's `bot`"));
        let expires = expires.and_then(|node| self.day(node));
        Some(Waiver { check: check?.to_owned(), bot, reason: reason?.to_owned(), expires, place })
    }

    fn day(&mut self, node: Node<'_, '_>) -> Option<String> {
        let text = self.decoder.text(node, "a waiver's `expires`")?;
        if !is_day(text) {
            let shown: String = text.chars().take(40).collect();
            self.decoder.schema(node, format!("there is no day `{shown}`"), "write a day such as 2027-03-01");
            return None;
        }
        Some(text.to_owned())
    }

    fn bots(&mut self, node: Node<'_, '_>) -> Vec<BotConfig> {
        let items: Vec<_> = self.decoder.list(node, "`bots`").into_iter().flatten().collect();
        let mut bots: Vec<BotConfig> = Vec::new();
        for item in items {
            let Some(bot) = self.bot(item) else { continue };
            if bots.iter().any(|other| other.id.value == bot.id.value) {
                let message = format!("the bot `{}` stands here twice", bot.id.value);
                self.decoder.schema(item, message, "keep one of the two");
            }
            bots.push(bot);
        }
        bots
    }

    fn bot(&mut self, item: Node<'_, '_>) -> Option<BotConfig> {
        let names = ["id", "spec", "script", "build", "store"];
        let [id, spec, script, build, store] = self.decoder.fields(item, "a bot", &names)?;
        let id = self.decoder.required(item, id, "a bot", "id");
        let spec = self.decoder.required(item, spec, "a bot", "spec");
        let id = match id {
            Some(node) => self.bot_id(node, "a bot's `id`").map(|id| self.located(node, id)),
            None => None,
        };
        let mut path = |node: Option<Node<'_, '_>>, what: &str| {
            node.and_then(|node| self.decoder.text(node, what)).map(str::to_owned)
        };
        let (spec, script, build) =
            (path(spec, "a bot's `spec`"), path(script, "a bot's `script`"), path(build, "a bot's `build`"));
        let store = store.and_then(|node| self.store(node));
        Some(BotConfig { id: id?, spec: spec?, script, build, store })
    }

    fn bot_id(&mut self, node: Node<'_, '_>, what: &str) -> Option<String> {
        let text = self.decoder.text(node, what)?;
        let is_first = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_id = text.len() <= 63
            && text.starts_with(is_first)
            && text.chars().all(|c| is_first(c) || matches!(c, '_' | '-'));
        if !is_id || text == "packs" {
            let shown: String = text.chars().take(70).collect();
            let help = "write `meta.botId` of its spec: small letters, digits, `_` and `-`, at most 63, and not `packs`";
            self.decoder.schema(node, format!("`{shown}` is no bot's id"), help);
            return None;
        }
        Some(text.to_owned())
    }

    fn located_texts(&mut self, node: Node<'_, '_>, what: &str, item: &str) -> Vec<Located<String>> {
        let items: Vec<_> = self.decoder.list(node, what).into_iter().flatten().collect();
        let mut texts = Vec::new();
        for node in items {
            if let Some(text) = self.decoder.text(node, item) {
                texts.push(self.located(node, text.to_owned()));
            }
        }
        texts
    }

    fn located<T>(&self, node: Node<'_, '_>, value: T) -> Located<T> {
        let pointer = node.tree().pointer(node);
        let place = self.around.lines.place(Arc::clone(&self.around.shown), node.range(), pointer);
        Located { value, place }
    }
}
