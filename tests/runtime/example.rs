// Runtime directories for the documentation's examples and the tests, built as `aegis build` does. Without a `//!` head,
// because documentation includes this file.

use std::collections::BTreeSet;
use std::path::Path;

use aegis_action::build::{Compile, Emit, compile, judge, read};
use aegis_action::diag::Diagnostics;
use aegis_action::pack::metadata::{Metadata, Provenance};
use aegis_action::project::Project;

/// A pack that is about to be built.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// The pack's OID.
    pub(crate) oid: String,
    /// The pack's version.
    pub(crate) version: String,
    /// More lines of `pack` in `aegis.yaml`, as YAML flow: `prefer: […], limits: {…}`.
    pub(crate) more: String,
    /// The entries of the global, the domain and the local layer, as YAML.
    pub(crate) layers: [String; 3],
}

impl Site {
    /// A small pack of a version.
    pub(crate) fn new(version: &str) -> Self {
        let version = version.to_owned();
        let global =
            "- {oid: '0.1.1', kind: lexicon, title: Common, terms: [{term: copy, meaning: understood}]}\n";
        let domain = "- {oid: '1.0.2', kind: lexicon, title: Radio slang, terms: [{term: Forkie, meaning: Forklift \
                      operator, register: informal, aliases: [forky]}]}\n- {oid: '1.0.3', kind: template, title: \
                      Hazard, text: 'Alert: {hazard}', slots: {hazard: {type: string}}}\n";
        let local = format!(
            "- {{oid: '2.1337.1', kind: lexicon, title: Site, terms: [{{term: Bay one, meaning: 'release {version}'}}]}}\n"
        );
        Self {
            oid: "1.0".to_owned(),
            version,
            more: String::new(),
            layers: [global.to_owned(), domain.to_owned(), local],
        }
    }

    /// Builds it into a runtime directory, which is swapped in.
    ///
    /// # Errors
    /// What a build says that refuses it.
    pub(crate) fn build(&self, target: &Path) -> Result<Metadata, Diagnostics> {
        let top = tempfile::tempdir().map_err(|error| outside(&error))?;
        let write = |name: &str, text: String| {
            let path = top.path().join(name);
            path.parent()
                .map_or(Ok(()), std::fs::create_dir_all)
                .and_then(|()| std::fs::write(path, text))
                .map_err(|error| outside(&error))
        };
        let (oid, version, more) = (&self.oid, &self.version, &self.more);
        let layers = "{global: [packs/global], domain: [packs/domain], local: [packs/local]}";
        let pack = format!("{{name: warehouse, oid: '{oid}', version: {version}, layers: {layers}, {more}}}");
        write("aegis.yaml", format!("aegis: project/v1\npack: {pack}\n"))?;
        for (name, entries) in ["global", "domain", "local"].into_iter().zip(&self.layers) {
            let head = format!("aegis: cache/v1\noid: '{oid}'\ntitle: {name}\nversion: 1.0.0\n");
            let entries =
                if entries.is_empty() { "entries: []\n".to_owned() } else { format!("entries:\n{entries}") };
            write(&format!("packs/{name}/all.yaml"), head + &entries)?;
        }
        let project = Project::load(None, top.path(), None)?;
        let config = project.pack()?;
        let sources = read(&project, config);
        let (built, diagnostics) = judge(&sources, config);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let emit: BTreeSet<_> = [Emit::Cache, Emit::Json].into();
        let provenance = Provenance::default();
        let job = Compile { config, version, tag_prefix: "", emit: &emit, provenance, target };
        Ok(compile(&built, &sources, job)?.metadata)
    }
}

fn outside(error: &std::io::Error) -> Diagnostics {
    use aegis_action::diag::{Code, Diagnostic};
    Diagnostic::error(Code::OutputFailed, error.to_string()).into()
}

/// Builds the small pack of a version into a runtime directory.
///
/// # Errors
/// The place cannot be written.
#[allow(dead_code, reason = "not every example builds the small pack")]
pub(crate) fn directory(path: &Path, version: &str) -> Result<(), Box<dyn std::error::Error>> {
    let failed =
        |problems: Diagnostics| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    Site::new(version).build(path).map_err(failed)?;
    Ok(())
}
