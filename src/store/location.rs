//! From a store's URL, as people write it, to the back end that it names.

use std::path::Path;

use crate::diag::{Code, Diagnostic, Outcome};

use super::file::FileStore;
use super::{Settings, Store};

/// The schemes of back ends that this version does not have, and what they are called.
const KNOWN: &[(&str, &str)] = &[
    #[cfg(not(feature = "s3"))]
    ("s3", "S3"),
    ("gs", "Google Cloud Storage"),
    ("az", "Azure Blob Storage"),
    ("oci", "an OCI registry"),
];

const HELP: &str = "write a folder (`file://path`, `file:///absolute/path`, or just its path) or a bucket (`s3://bucket/prefix`)";

/// Opens the store of a URL, with no settings: see [`open_with`].
///
/// # Errors
/// As [`open_with`].
pub fn open(url: &str, base: &Path) -> Outcome<Box<dyn Store>> {
    open_with(url, base, &Settings::default())
}

/// Opens the store of a URL: `file://path`, `file:///absolute/path` or a plain path, a relative one from `base`;
/// `s3://bucket/prefix`. Nothing is percent-decoded, and nothing is touched: a folder that is not there is made by
/// the first write, and a bucket is asked by the first operation.
///
/// # Errors
/// `NOT_SUPPORTED` for the scheme of another back end, `USAGE_INVALID` for what is no URL of a store. The message
/// never repeats more of the URL than its scheme: it may hold a secret.
pub fn open_with(url: &str, base: &Path, settings: &Settings) -> Outcome<Box<dyn Store>> {
    let path = match scheme(url) {
        Some(("file", rest)) => match rest.strip_prefix("//") {
            Some(path) => path,
            None => return Err(invalid("a store's URL has two slashes after `file:`")),
        },
        #[cfg(feature = "s3")]
        Some(("s3", rest)) => match rest.strip_prefix("//") {
            Some(place) => return bucket(url, place, settings),
            None => return Err(invalid("a store's URL has two slashes after `s3:`")),
        },
        Some((scheme, rest)) if rest.starts_with("//") => return unsupported(scheme),
        Some((scheme, _)) if KNOWN.iter().any(|(known, _)| *known == scheme) => {
            return Err(invalid(&format!("a store's URL has two slashes after `{scheme}:`")));
        }
        _ => url,
    };
    if path.is_empty() {
        return Err(invalid("the store has no path"));
    }
    if path.contains('\0') {
        return Err(invalid("the store's path holds a NUL character"));
    }
    if *settings != Settings::default() {
        let message = "settings such as an endpoint or a storage class are for stores on a network";
        return Err(Box::new(
            Diagnostic::error(Code::UsageInvalid, message)
                .help("remove them, or name the bucket: `s3://bucket/prefix`"),
        ));
    }
    Ok(Box::new(FileStore::new(url, base.join(path))))
}

fn invalid(message: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::UsageInvalid, message).help(HELP))
}

/// `bucket/prefix`: the names that S3 gives to buckets, and a prefix that is itself a key.
#[cfg(feature = "s3")]
fn bucket(url: &str, place: &str, settings: &Settings) -> Outcome<Box<dyn Store>> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = prefix.trim_end_matches('/');
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if bucket.contains('@') {
        return Err(invalid(
            "a store's URL holds no user and no secret: credentials come from the environment",
        ));
    }
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    let has_ends = bucket.starts_with(|c: char| c.is_ascii_alphanumeric())
        && bucket.ends_with(|c: char| c.is_ascii_alphanumeric());
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(is_name) || !has_ends {
        return Err(invalid(
            "a bucket's name has 3 to 63 characters: lower-case letters, digits, dots and hyphens, no hyphen or dot at an end",
        ));
    }
    if !prefix.is_empty()
        && let Err(error) = super::Key::new(prefix)
    {
        return Err(invalid(&format!("the prefix in the store's URL is no key: {error}")));
    }
    Ok(Box::new(super::s3::S3Store::new(url, bucket, prefix, settings.clone())))
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
    Err(Box::new(Diagnostic::error(Code::NotSupported, message).help(HELP)))
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
        for url in ["gs://secret", "az://secret/x", "oci://secret/x", "http://secret"] {
            let diagnostic = refused(url);
            assert_eq!((diagnostic.code, diagnostic.exit().code()), (Code::NotSupported, 2), "{url}");
            assert!(!diagnostic.to_string().contains("secret"), "{diagnostic}");
        }
        assert!(
            refused("gs://b").message.contains("cannot use Google Cloud Storage (`gs://`) as a store yet")
        );
        for url in ["", "file://", "file:/srv", "file:srv", "gs:bucket", "a\0b"] {
            assert_eq!(refused(url).code, Code::UsageInvalid, "{url:?}");
        }
    }

    #[test]
    #[cfg(feature = "s3")]
    fn buckets_have_names_and_prefixes() {
        for url in ["s3://bucket", "s3://bucket/", "s3://my.bucket-1/some/prefix", "s3://bucket/some/prefix/"]
        {
            assert_eq!(open(url, Path::new("/base")).unwrap().url(), url);
        }
        for url in [
            "s3:bucket",
            "s3://",
            "s3://ab",
            "s3://Bucket",
            "s3://key:secret@bucket",
            "s3://bucket//prefix",
            "s3://bucket/a/../b",
            "s3://-bucket",
        ] {
            let diagnostic = refused(url);
            assert_eq!(diagnostic.code, Code::UsageInvalid, "{url:?}");
            assert!(!diagnostic.to_string().contains("secret@"), "{diagnostic}");
        }
    }

    #[test]
    fn a_folder_has_no_settings() {
        let settings = Settings { storage_class: Some("GLACIER_IR".into()), ..Settings::default() };
        assert!(open_with("file://store", Path::new("/base"), &settings).is_err());
    }
}
