//! Tags: which one stands for a key, and which for a version. Pure.
//!
//! A tag is `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`. A key that fits is written so that people can read it: `/` is `__`, and what a tag
//! cannot hold is `_` with two hexadecimal digits. One that does not fit is hashed; the manifest says which it is.

use std::fmt::Write as _;

use semver::Version;

use crate::oid::Oid;
use crate::store::{Digest, Key};

/// The longest tag, in bytes.
const LONGEST: usize = 128;

/// What a tag stands for.
pub(super) enum Means {
    /// An object of this key.
    Key(Key),
    /// An object, of a key that only its manifest tells.
    Hidden,
    /// No object.
    Other,
}

/// The tag of a key.
pub(super) fn of(key: &Key) -> String {
    let mut tag = "k-".to_owned();
    for byte in key.as_str().bytes() {
        match byte {
            b'/' => tag.push_str("__"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => tag.push(byte.into()),
            _ => {
                let _ = write!(tag, "_{byte:02x}");
            }
        }
    }
    if tag.len() <= LONGEST { tag } else { format!("h-{}", Digest::of(key.as_str().as_bytes())) }
}

/// What a tag stands for.
pub(super) fn key(tag: &str) -> Means {
    if tag.strip_prefix("h-").is_some_and(|hash| hash.parse::<Digest>().is_ok()) {
        return Means::Hidden;
    }
    let parse = || {
        let mut bytes = Vec::new();
        let mut rest = tag.strip_prefix("k-")?.bytes();
        while let Some(byte) = rest.next() {
            if byte != b'_' {
                bytes.push(byte);
                continue;
            }
            match rest.next()? {
                b'_' => bytes.push(b'/'),
                high => {
                    let digits = [high, rest.next()?];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
                }
            }
        }
        let key = Key::new(std::str::from_utf8(&bytes).ok()?).ok()?;
        // One tag a key: another spelling is not ours.
        (of(&key) == tag).then_some(key)
    };
    parse().map_or(Means::Other, Means::Key)
}

/// The tags of a pack's artifact and of its image.
pub(super) fn pack(hash: Digest) -> [String; 2] {
    [format!("pack-{hash}"), format!("image-{hash}")]
}

/// The tags of a version's artifact and of its image; `None` if they are too long. A tag has no `+`, and a version no `_`, which
/// takes its place.
pub(super) fn version(oid: &Oid, version: &Version) -> Option<[String; 2]> {
    let plain = format!("{oid}-v{version}").replace('+', "_");
    let image = format!("image-{plain}");
    (image.len() <= LONGEST).then_some([plain, image])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_back() {
        for (text, expected) in [
            (".aegis/probe", "k-.aegis__probe"),
            ("packs/1.0/versions/1.2.3-rc.1+b.json", "k-packs__1.0__versions__1.2.3-rc.1_2bb.json"),
            ("a_b/ü", "k-a_5fb___c3_bc"),
        ] {
            let key = Key::new(text).unwrap();
            assert_eq!(of(&key), expected);
            assert!(matches!(super::key(expected), Means::Key(found) if found == key), "{text}");
        }
        let pack = format!("packs/1.0/{}/exports/pack.json", Digest::of(b""));
        assert!(of(&Key::new(&pack).unwrap()).starts_with("k-packs__1.0__e3b0"));
        let long = of(&Key::new(&"x".repeat(127)).unwrap());
        assert_eq!((long.len(), &long[..2]), (66, "h-"));
        for other in
            ["latest", "k-", "k-a_", "k-a_4", "k-a_zz", "k-a_41", "k-a____b", "pack-x", "k-..", "h-1.0"]
        {
            assert!(matches!(key(other), Means::Other), "{other}");
        }
        let hash = Digest::of(b"").to_string();
        for (tag, is_ours) in [(&hash, true), (&hash.to_uppercase(), false), (&format!("{hash}0"), false)] {
            assert_eq!(matches!(key(&format!("h-{tag}")), Means::Hidden), is_ours, "{tag}");
        }
    }

    #[test]
    fn versions_have_tags() {
        let oid: Oid = "1.0".parse().unwrap();
        let tags = version(&oid, &"1.2.3-rc.1+b.5".parse().unwrap()).unwrap();
        assert_eq!(tags, ["1.0-v1.2.3-rc.1_b.5", "image-1.0-v1.2.3-rc.1_b.5"]);
        let long = format!("1.2.3-{}", "x".repeat(120));
        assert_eq!(version(&oid, &long.parse().unwrap()), None);
    }
}
