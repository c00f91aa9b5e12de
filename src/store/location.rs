//! From a store's URL, as people write it, to the back end that it names.

use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Outcome};

use super::file::FileStore;
use super::{Settings, Store};

/// The schemes of back ends that this version does not have, and what they are called.
const KNOWN: &[(&str, &str)] = &[
    #[cfg(not(feature = "s3"))]
    ("s3", "S3"),
    #[cfg(not(feature = "gcs"))]
    ("gs", "Google Cloud Storage"),
    #[cfg(not(feature = "azure"))]
    ("az", "Azure Blob Storage"),
    #[cfg(not(feature = "oci"))]
    ("oci", "an OCI registry"),
];

const HELP: &str = "write a folder (`file://path`, `file:///absolute/path`, or just its path), a bucket (`s3://bucket/prefix`, \
                    `gs://bucket/prefix`), a container (`az://container/prefix`) or a registry (`oci://host/repository`)";

/// Opens the store of a URL, with no settings: see [`open_with`].
///
/// # Errors
/// As [`open_with`].
pub fn open(url: &str, base: &Path) -> Outcome<Box<dyn Store>> {
    open_with(url, base, &Settings::default())
}

/// Opens the store of a URL: `file://path`, `file:///absolute/path` or a plain path, a relative one from `base`;
/// `s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`, `oci://host/repository`. Nothing is percent-decoded, and nothing is touched: a folder that is not there is made by
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
        Some((scheme, rest)) if rest.starts_with("//") => return remote(url, scheme, rest, settings),
        Some((scheme @ ("s3" | "gs" | "az" | "oci"), _)) => {
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

/// The folder that the URL of a store names, if it is not there: nothing was ever published to it.
pub fn missing_folder(url: &str, base: &Path) -> Option<PathBuf> {
    let path = match scheme(url) {
        Some(("file", rest)) => rest.strip_prefix("//")?,
        Some((_, rest)) if rest.starts_with("//") => return None,
        _ => url,
    };
    let folder = base.join(path);
    // What cannot be looked at may be there: whoever reads it is told why.
    matches!(folder.try_exists(), Ok(false)).then_some(folder)
}

/// Opens a store on a network. What is in `rest` begins with two slashes.
#[cfg_attr(
    not(any(feature = "s3", feature = "gcs", feature = "azure", feature = "oci")),
    expect(unused_variables, reason = "there is no such store in this build")
)]
fn remote(url: &str, scheme: &str, rest: &str, settings: &Settings) -> Outcome<Box<dyn Store>> {
    match scheme {
        #[cfg(feature = "s3")]
        "s3" => {
            let (bucket, prefix) = place(rest, |name| is_bucket(name, "-."), BUCKET)?;
            Ok(Box::new(super::s3::S3Store::new(url, bucket, prefix, settings.clone())))
        }
        #[cfg(feature = "gcs")]
        "gs" => {
            let (bucket, prefix) = place(rest, |name| is_bucket(name, "-._"), BUCKET)?;
            Ok(Box::new(super::gcs::GcsStore::new(url, bucket, prefix, settings.clone())))
        }
        #[cfg(feature = "azure")]
        "az" => {
            let (container, prefix) = place(rest, is_container, CONTAINER)?;
            if settings.kms_key.is_some() || settings.object_lock.is_some() {
                let message =
                    "`kms_key` and `object_lock` are not sent to Azure, which takes both from the container";
                let help = "set an encryption scope and a time-based retention policy on the container, and remove them here";
                return Err(Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help)));
            }
            Ok(Box::new(super::azure::AzureStore::new(url, container, prefix, settings.clone())))
        }
        #[cfg(feature = "oci")]
        "oci" => {
            let (host, repository) = repository(&rest[2..])?;
            if *settings
                != (Settings {
                    login: settings.login.clone(),
                    docker_config: settings.docker_config.clone(),
                    ..Settings::default()
                })
            {
                let message = "settings such as an endpoint or a storage class are not for registries";
                let help = "remove them: the host stands in the URL, `oci://host/repository`";
                return Err(Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help)));
            }
            Ok(Box::new(super::oci::OciStore::new(url, host, repository, settings.clone())))
        }
        other => unsupported(other),
    }
}

fn invalid(message: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::UsageInvalid, message).help(HELP))
}

/// The host and the repository of a registry:
/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests>
pub(crate) fn repository(place: &str) -> Outcome<(&str, &str)> {
    let (host, repository) = place.split_once('/').unwrap_or((place, ""));
    if host.contains('@') {
        return Err(invalid(
            "a store's URL holds no user and no secret: log in with `docker login`, or with --registry-user",
        ));
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_host = name == "[::1]"
        || !name.is_empty()
            && name
                .split('.')
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    if !is_host || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(invalid("a registry is named by its host, `oci://ghcr.io/owner/packs`"));
    }
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part = |part: &str| {
        part.starts_with(is_plain)
            && part.ends_with(is_plain)
            && part.chars().all(|c| is_plain(c) || matches!(c, '.' | '_' | '-'))
            && !["..", "._", "_.", "___", ".-", "-."].iter().any(|odd| part.contains(odd))
    };
    if repository.len() > 255 || !repository.split('/').all(is_part) {
        return Err(invalid(
            "a repository is named in lower-case letters, digits and single `.`, `_` and `-` between slashes, without a tag",
        ));
    }
    Ok((host, repository))
}

/// What follows the scheme of a bucket: its name, and a prefix that is itself a key.
#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
fn place<'u>(rest: &'u str, is_name: impl Fn(&str) -> bool, rule: &str) -> Outcome<(&'u str, &'u str)> {
    let place = rest.trim_start_matches('/');
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = prefix.trim_end_matches('/');
    if bucket.contains('@') {
        return Err(invalid(
            "a store's URL holds no user and no secret: credentials come from the environment",
        ));
    }
    if !is_name(bucket) || rest.starts_with("///") {
        return Err(invalid(rule));
    }
    if !prefix.is_empty()
        && let Err(error) = super::Key::new(prefix)
    {
        return Err(invalid(&format!("the prefix in the store's URL is no key: {error}")));
    }
    Ok((bucket, prefix))
}

#[cfg(any(feature = "s3", feature = "gcs"))]
const BUCKET: &str = "a bucket's name has 3 to 63 characters: lower-case letters, digits, dots and hyphens, no hyphen or dot at an end";

#[cfg(feature = "azure")]
const CONTAINER: &str = "a container's name has 3 to 63 characters: lower-case letters, digits and single hyphens, no hyphen at an end";

/// Whether a text can be the name of a container:
/// <https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata>
#[cfg(feature = "azure")]
fn is_container(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.split('-').all(|part| !part.is_empty() && part.chars().all(is_plain))
}

/// Whether a text can be the name of a bucket; `inner` is what may stand between letters and digits.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>,
/// <https://cloud.google.com/storage/docs/buckets#naming>
#[cfg(any(feature = "s3", feature = "gcs"))]
fn is_bucket(name: &str, inner: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| is_plain(c) || inner.contains(c))
        && name.starts_with(is_plain)
        && name.ends_with(is_plain)
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
    fn a_folder_that_is_not_there_is_missing() {
        let base = tempfile::tempdir().unwrap();
        std::fs::create_dir(base.path().join("store")).unwrap();
        for there in ["store", "file://store", "s3://store", "oci://stor/e", "file:/x", ""] {
            assert_eq!(missing_folder(there, base.path()), None, "{there}");
        }
        for gone in ["stor", "file://stor", "store/inner", "s3:store"] {
            let folder = missing_folder(gone, base.path()).unwrap();
            assert!(!folder.exists() && folder.starts_with(base.path()), "{gone}: {folder:?}");
        }
        let absolute = base.path().join("other");
        assert_eq!(missing_folder(absolute.to_str().unwrap(), Path::new("/")), Some(absolute));
    }

    #[test]
    fn other_back_ends_are_refused_without_the_secrets() {
        for url in ["http://secret", "ftp://secret/x"] {
            let diagnostic = refused(url);
            assert_eq!((diagnostic.code, diagnostic.exit().code()), (Code::NotSupported, 2), "{url}");
            assert!(!diagnostic.to_string().contains("secret"), "{diagnostic}");
        }
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
    #[cfg(feature = "oci")]
    fn registries_have_hosts_and_repositories() {
        for url in ["oci://ghcr.io/acme/packs", "oci://localhost:5000/a", "oci://127.0.0.1:5000/a/b__c/d-e.f"]
        {
            assert_eq!(open(url, Path::new("/base")).unwrap().url(), url);
        }
        for url in [
            "oci:ghcr.io/a",
            "oci://ghcr.io",
            "oci://ghcr.io/",
            "oci://ghcr.io/Acme",
            "oci://ghcr.io/a:1.0",
            "oci://ghcr.io/a//b",
            "oci://ghcr.io/a/../b",
            "oci://user:secret@ghcr.io/a",
            "oci://:5000/a",
            "oci://a:b/c",
        ] {
            let diagnostic = refused(url);
            assert_eq!(diagnostic.code, Code::UsageInvalid, "{url:?}");
            assert!(!diagnostic.to_string().contains("secret@"), "{diagnostic}");
        }
        let settings = Settings { storage_class: Some("x".into()), ..Settings::default() };
        assert!(open_with("oci://ghcr.io/a", Path::new("/base"), &settings).is_err());
    }

    #[test]
    #[cfg(all(feature = "gcs", feature = "azure"))]
    fn buckets_and_containers_elsewhere() {
        for url in ["gs://bucket", "gs://my_bucket.1/some/prefix/", "az://container/prefix", "az://a-b-c"] {
            assert_eq!(open(url, Path::new("/base")).unwrap().url(), url);
        }
        for url in [
            "gs:bucket",
            "gs://",
            "gs://-b",
            "gs:///bucket",
            "gs://k:secret@b",
            "az://a--b",
            "az://A_b",
            "az://ab/../c",
        ] {
            let diagnostic = refused(url);
            assert_eq!(diagnostic.code, Code::UsageInvalid, "{url:?}");
            assert!(!diagnostic.to_string().contains("secret@"), "{diagnostic}");
        }
        let settings = Settings { kms_key: Some("x".into()), ..Settings::default() };
        assert!(open_with("az://container", Path::new("/base"), &settings).is_err());
    }

    #[test]
    fn a_folder_has_no_settings() {
        let settings = Settings { storage_class: Some("GLACIER_IR".into()), ..Settings::default() };
        assert!(open_with("file://store", Path::new("/base"), &settings).is_err());
    }
}
