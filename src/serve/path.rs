//! Which request paths are looked at at all. Pure.
//!
//! A path is never normalized: whatever could mean another place than the one that it spells is not found.

/// Whether a raw path is one that may name something: from the root, without empty and dot segments however they are
/// written, and without encoded slashes, backslashes and control characters.
pub(super) fn is_plain(raw: &str) -> bool {
    let Some(rest) = raw.strip_prefix('/') else { return false };
    rest.is_empty() || rest.split('/').all(is_plain_segment)
}

fn is_plain_segment(raw: &str) -> bool {
    if raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'~')) {
        return !raw.is_empty();
    }
    decode(raw).is_some_and(|text| {
        !matches!(text.as_str(), "" | "." | "..")
            && !text.contains(|c: char| c.is_control() || "/\\".contains(c))
    })
}

/// A percent-decoded text; `None` if it is malformed or no UTF-8. A `+` is a plus.
pub(super) fn decode(raw: &str) -> Option<String> {
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|b| char::from(b).to_digit(16));
        out.push((digit()? * 16 + digit()?) as u8);
    }
    String::from_utf8(out).ok()
}

/// The members of a query, decoded as forms are: a `+` is a space.
///
/// # Errors
/// The name, as it is written, of a member that is malformed or comes twice.
pub(super) fn query(raw: &str) -> Result<Vec<(String, String)>, String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for member in raw.split('&').filter(|member| !member.is_empty()) {
        let (name, value) = member.split_once('=').unwrap_or((member, ""));
        let text = |raw: &str| decode(&raw.replace('+', " "));
        let (Some(decoded), Some(value)) = (text(name), text(value)) else { return Err(name.to_owned()) };
        if found.iter().any(|(known, _)| *known == decoded) {
            return Err(name.to_owned());
        }
        found.push((decoded, value));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_and_others() {
        for good in
            ["/", "/bots/pizza/revisions", "/packs/1.0/ab/exports/pack.json", "/a/..b", "/a/...", "/%C3%BC"]
        {
            assert!(is_plain(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "bots",
            "//",
            "/a//b",
            "/a/",
            "/a/./b",
            "/a/../b",
            "/..",
            "/%2e%2e/x",
            "/a/%2E/b",
            "/.%2e",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/a%00",
            "/a%0a",
            "/a%",
            "/a%2",
            "/a%zz",
            "/%ff",
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }

    #[test]
    fn queries_are_forms() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(query("a=1&b=x+y%2Bz&&c"), Ok(vec![pair("a", "1"), pair("b", "x y+z"), pair("c", "")]));
        assert_eq!(query(""), Ok(vec![]));
        assert_eq!(query("a=1&a=2"), Err("a".to_owned()));
        assert_eq!(query("a=%f"), Err("a".to_owned()));
    }
}
