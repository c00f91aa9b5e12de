//! Which registry may see the login of a run: that of the command's own store, and no other one. Pure.

use crate::cli::Command;

/// The registries that a command names as stores, without repeats.
pub(crate) fn registries(command: &Command) -> Vec<String> {
    let urls = match command {
        Command::Copy(args) => [&args.from, &args.to],
        Command::Diff(args) => [&args.old, &args.new],
        // One store: what the command names, or else the project.
        _ => return Vec::new(),
    };
    let mut hosts: Vec<_> = urls.into_iter().filter_map(|url| host(url)).collect();
    hosts.dedup();
    hosts
}

/// Whether the login of this run is for the registry of this URL, a store's. Of two registries it is the one in which the project has
/// its store; without that nobody knows which one is meant.
pub(super) fn is_for(url: &str, named: &[String], project_store: Option<&str>) -> bool {
    named.len() < 2 || host(url).is_some_and(|own| project_store.and_then(host) == Some(own))
}

/// The host of a registry's URL.
fn host(url: &str) -> Option<String> {
    let place = url.strip_prefix("oci://")?;
    Some(place.split('/').next().unwrap_or(place).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_goes_to_one_registry() {
        let (ours, theirs) = ("oci://ghcr.io/acme/packs", "oci://partner.example/packs");
        let both = ["ghcr.io".to_owned(), "partner.example".to_owned()];
        for (url, named, project, expected) in [
            (ours, &both[..0], None, true),
            (ours, &both[..1], Some(theirs), true),
            (ours, &both, Some("oci://GHCR.io/acme/other"), true),
            (theirs, &both, Some(ours), false),
            (ours, &both, None, false),
            (theirs, &both, None, false),
            (theirs, &both, Some("s3://bucket"), false),
        ] {
            assert_eq!(is_for(url, named, project), expected, "{url} of {named:?} with {project:?}");
        }
    }

    #[test]
    fn commands_name_registries() {
        use clap::Parser as _;
        let named =
            |words: &str| registries(&crate::cli::Cli::try_parse_from(words.split(' ')).unwrap().command);
        assert_eq!(named("aegis copy oci://a.b/c oci://D.e/c"), ["a.b", "d.e"]);
        assert_eq!(named("aegis copy oci://a.b/c oci://A.b/d"), ["a.b"]);
        assert_eq!(named("aegis copy oci://a.b/c folder"), ["a.b"]);
        assert_eq!(named("aegis diff oci://a.b/c#1.0.0 oci://d.e/c#1.0.0"), ["a.b", "d.e"]);
        assert!(named("aegis gc oci://a.b/c").is_empty());
    }
}
