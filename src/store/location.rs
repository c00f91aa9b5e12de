//! From a store's URL, as people write it, to the back end that it names.

use std::path::Path;

use crate::diag::{Code, Diagnostic, Outcome};

use super::Store;
use super::file::FileStore;

/// The schemes of back ends that this version does not have, and what they are called.
const KNOWN: &[(&str, &str)] =
    &[("s3", "S3"), ("gs", "Google Cloud Storage"), ("az", "Azure Blob Storage"), ("oci", "an OCI registry")];

/// Opens the store of a URL: `file://path`, `file:///absolute/path` or a plain path, a relative one from `base`.
/// Nothing is percent-decoded, and nothing is touched: a folder that is not there is made by the first write.
///
/// # Errors
/// `NOT_SUPPORTED` for the scheme of another back end, `USAGE_INVALID` for what is no URL of a store. The message
/// never repeats more of the URL than its scheme: it may hold a secret.
pub fn open(url: &str, base: &Path) -> Outcome<Box<dyn Store>> {
    let invalid = |message: &str| {
        let help = "write a folder: `file://path`, `file:///absolute/path`, or just its path";
        Err(Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help)))
    };
    let path = match scheme(url) {
        Some(("file", rest)) => match rest.strip_prefix("//") {
            Some(path) => path,
            None => return invalid("a store's URL has two slashes after `file:`"),
        },
        Some((scheme, rest)) if rest.starts_with("//") => return unsupported(scheme),
        Some((scheme, _)) if KNOWN.iter().any(|(known, _)| *known == scheme) => {
            return invalid(&format!("a store's URL has two slashes after `{scheme}:`"));
        }
        _ => url,
    };
    if path.is_empty() {
        return invalid("the store has no path");
    }
    if path.contains('\0') {
        return invalid("the store's path holds a NUL character");
    }
    Ok(Box::new(FileStore::new(url, base.join(path))))
}

/// The scheme, if the text begins like a URL, and what follows the colon. A single letter is none.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

fn unsupported(scheme: &str) -> Outcome<Box<dyn Store>> {
    let lower = scheme.to_ascii_lowercase();
    let message = match KNOWN.iter().find(|(known, _)| *known == lower) {
        Some((_, name)) => format!("this version of aegis cannot use {name} (`{scheme}://`) as a store yet"),
        None => format!("`{scheme}://` is no kind of store that aegis knows"),
    };
    let help = "use a folder: `file://path`, `file:///absolute/path`, or just its path";
    Err(Box::new(Diagnostic::error(Code::NotSupported, message).help(help)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> Diagnostic {
        *open(url, Path::new("/base")).map(|store| store.url().to_owned()).expect_err(url)
    }

    #[test]
    fn folders_are_relative_to_the_base() {
        for (url, path) in [
            ("file://.aegis/store", "/base/.aegis/store"),
            ("file:///srv/store", "/srv/store"),
            ("store", "/base/store"),
            ("/srv/my store%20", "/srv/my store%20"),
            ("a:b", "/base/a:b"),
            ("what:ever", "/base/what:ever"),
        ] {
            let store = open(url, Path::new("/base")).unwrap();
            assert_eq!(store.url(), url);
            assert!(format!("{store:?}").contains(&format!("root: {path:?}")), "{store:?}");
        }
    }

    #[test]
    fn other_back_ends_are_refused_without_the_secrets() {
        for url in [
            "s3://key:secret@bucket",
            "gs://secret",
            "az://secret/x",
            "oci://secret/x",
            "S3://secret",
            "http://secret",
        ] {
            let diagnostic = refused(url);
            assert_eq!((diagnostic.code, diagnostic.exit().code()), (Code::NotSupported, 2), "{url}");
            assert!(!diagnostic.to_string().contains("secret"), "{diagnostic}");
        }
        assert!(refused("s3://b").message.contains("cannot use S3 (`s3://`) as a store yet"));
        for url in ["", "file://", "file:/srv", "file:srv", "s3:bucket", "a\0b"] {
            assert_eq!(refused(url).code, Code::UsageInvalid, "{url:?}");
        }
    }
}
