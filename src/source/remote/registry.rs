//! Sources in a registry, `oci://host/repository:tag/path` or `oci://host/repository@sha256:HEX/path`: a file of an artifact, by its
//! title. Pure.

/// What such a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InRegistry<'u> {
    /// The registry.
    pub host: &'u str,
    /// The repository.
    pub repository: &'u str,
    /// A tag or a digest.
    pub reference: &'u str,
    /// The file's title.
    pub path: &'u str,
}

impl<'u> InRegistry<'u> {
    /// Reads what follows `oci://`; `None` if a part is missing, or is none.
    pub fn parse(whole: &'u str) -> Option<Self> {
        let (host, rest) = whole.split_once('/')?;
        // A repository has neither `:` nor `@`, and a tag no `/`.
        let at = rest.find([':', '@'])?;
        let (repository, rest) = (&rest[..at], &rest[at..]);
        let (reference, path) = rest.split_at(1).1.split_once('/')?;
        let is_tag = |text: &str| {
            let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            (1..=128).contains(&text.len()) && text.chars().all(is_inner) && !text.starts_with(['.', '-'])
        };
        let is_digest = |text: &str| {
            text.strip_prefix("sha256:").is_some_and(|hex| hex.parse::<crate::store::Digest>().is_ok())
        };
        let is_reference = if rest.starts_with(':') { is_tag(reference) } else { is_digest(reference) };
        // As of a store: what is put into the path of a request leads nowhere else.
        let is_repository = crate::store::repository(&whole[..host.len() + 1 + at]).is_ok();
        let is_whole = is_repository && is_reference && !path.is_empty();
        is_whole.then_some(Self { host, repository, reference, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_references() {
        let hash = "0".repeat(64);
        let by_digest = format!("ghcr.io/acme/packs@sha256:{hash}/a.yaml");
        let digest = format!("sha256:{hash}");
        for (text, host, repository, reference, path) in [
            (
                "ghcr.io/acme/packs:1.0-v1.2.3/caches/global.1337",
                "ghcr.io",
                "acme/packs",
                "1.0-v1.2.3",
                "caches/global.1337",
            ),
            ("localhost:5000/a:latest/x.yaml", "localhost:5000", "a", "latest", "x.yaml"),
            (&by_digest, "ghcr.io", "acme/packs", &digest, "a.yaml"),
        ] {
            assert_eq!(InRegistry::parse(text), Some(InRegistry { host, repository, reference, path }));
        }
        for wrong in [
            "ghcr.io",
            "ghcr.io/a.yaml",
            "ghcr.io/a:1",
            "ghcr.io/a:/x",
            "ghcr.io/a:b c/x",
            "ghcr.io/a@sha256:00/x",
            "/a:b/x",
            "h/:b/x",
            "ghcr.io/a/../b:1/x",
            "ghcr.io/A:1/x",
            "ghcr.io/a?b:1/x",
            "user:secret@ghcr.io/a:1/x",
            "ghcr.io:x/a:1/x",
        ] {
            assert_eq!(InRegistry::parse(wrong), None, "{wrong}");
        }
    }
}
