//! What a URL's known beginning says of its scheme and host, read as the WHATWG URL standard reads it. Pure; it
//! refuses only what no continuation can make allowed.

/// A text of which the beginning is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// The known beginning.
    pub(super) text: String,
    /// Whether that is all of it.
    pub(super) complete: bool,
}

/// Schemes that a text must begin with to be followed as a URL.
const SCHEMES: &[&str] =
    &["http", "https", "ws", "wss", "ftp", "file", "data", "blob", "javascript", "about"];

/// The text as the URL parser sees it: no tabs and line ends, no control characters around it.
fn cleaned(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| c <= ' ');
    text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

/// Scheme in lower case, and what follows its colon.
fn scheme(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits))
        .then(|| (scheme.to_ascii_lowercase(), rest))
}

/// Whether a text begins like a URL that is worth following.
pub(super) fn begins_like_one(text: &str) -> bool {
    if !text.as_bytes().contains(&b':') {
        return false;
    }
    let cleaned = cleaned(&text[..text.len().min(64).min(floor(text, 64))]);
    scheme(&cleaned).is_some_and(|(scheme, _)| SCHEMES.contains(&&*scheme))
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether nothing that is added behind changes scheme and host.
pub(super) fn settled(known: &Known) -> bool {
    let text = cleaned(&known.text);
    let Some((scheme, rest)) = scheme(&text) else { return false };
    scheme != "https" || rest.trim_start_matches(['/', '\\']).contains(['/', '\\', '?', '#'])
}

/// Why a URL may not be asked, if what is known of it says so.
pub(super) fn refusal(known: &Known, hosts: &[String]) -> Option<String> {
    let text = cleaned(&known.text);
    let (scheme, rest) = scheme(&text)?;
    if scheme != "https" {
        return Some(format!("`{}` is not `https`", shown(&text)));
    }
    let rest = rest.trim_start_matches(['/', '\\']);
    let end = rest.find(['/', '\\', '?', '#']);
    let authority = &rest[..end.unwrap_or(rest.len())];
    if authority.contains('@') {
        return Some(format!("`{}` carries credentials", shown(&text)));
    }
    let closed = end.is_some() || known.complete;
    let host =
        authority.split_once(':').filter(|_| !authority.starts_with('[')).map_or(authority, |(host, _)| host);
    let host = decoded(host.trim_end());
    if closed {
        let host = host.strip_suffix('.').unwrap_or(&host);
        let is_allowed = |host: &str| hosts.iter().any(|allowed| allowed == host);
        let wanted =
            host.is_empty() || is_allowed(host) || read(authority).is_some_and(|host| is_allowed(&host));
        return (!wanted).then(|| format!("the host `{}` is not in the allow-list", shown(host)));
    }
    // More may follow: refused only if no allowed host begins like this.
    let open = !authority.contains(':') && hosts.iter().any(|allowed| allowed.starts_with(&*host));
    let credentials = authority.contains(':') || host.is_empty();
    (!open && !credentials && !host.contains('%'))
        .then(|| format!("no host in the allow-list begins with `{}`", shown(&host)))
}

/// The host as the standard has it, in ASCII, where it is one.
fn read(authority: &str) -> Option<String> {
    let url = ::url::Url::parse(&format!("https://{authority}/")).ok()?;
    Some(url.host_str()?.trim_end_matches('.').to_owned())
}

/// Percent-decoded, in lower case, the full-width dots as dots.
fn decoded(host: &str) -> String {
    let mut bytes = Vec::with_capacity(host.len());
    let mut rest = host.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match (first, code.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).to_lowercase().replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], ".")
}

fn shown(text: &str) -> &str {
    &text[..floor(text, 80)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, complete: bool) -> Option<String> {
        let hosts = ["api.example.com".to_owned(), "shop.example.org".to_owned()];
        refusal(&Known { text: text.to_owned(), complete }, &hosts)
    }

    #[test]
    fn allowed_hosts_pass_however_they_are_written() {
        for text in [
            "https://api.example.com",
            "https://API.Example.com/a?b",
            "https:api.example.com",
            "https:\\\\api.example.com/",
            " https://api.example.com/",
            "ht\ntps://api.exa\tmple.com/",
            "https://api.example.com:8443/x",
            "https://api.example.com./",
            "https://%61pi.example.com/",
            "https://api\u{3002}example.com/",
            "https://\u{ff41}pi.example.com/",
            "https://shop.e\u{ad}xample.org:443/",
            "/path",
            "",
            "x y",
            "https://",
        ] {
            assert_eq!(judged(text, true), None, "{text}");
        }
    }

    #[test]
    fn others_do_not() {
        for text in [
            "http://api.example.com/",
            "https://evil.com",
            "https://api.example.com.evil.com/",
            "https:evil.com",
            "https://api.example.com@evil.com/",
            "https://evil.com/https://api.example.com",
            "data:text/plain,x",
            "https://evil.com\\@api.example.com",
            "https://127.0.0.1/",
            "https://[::1]/",
            "wss://api.example.com/",
            "HTTPS://EVIL.COM",
            "javascript:x",
            "https://a:b@api.example.com/",
            "https://evil.com#@api.example.com",
        ] {
            assert!(judged(text, true).is_some(), "{text}");
        }
    }

    #[test]
    fn an_open_end_is_refused_only_if_nothing_can_mend_it() {
        for text in [
            "https://",
            "https://api.",
            "https://api.example.com",
            "https://api.example.com/",
            "https://shop",
        ] {
            assert_eq!(judged(text, false), None, "{text}");
        }
        for text in [
            "https://evil",
            "http://",
            "https://evil.com/",
            "https://api.example.com.evil",
            "https://api.example.comx",
        ] {
            assert!(judged(text, false).is_some(), "{text}");
        }
        let settled = |text: &str| settled(&Known { text: text.to_owned(), complete: false });
        assert!(settled("https://a/") && settled("http:") && !settled("https://a"));
        assert!(begins_like_one("https://x") && begins_like_one(" HTTP:x") && !begins_like_one("Note: x"));
    }
}
