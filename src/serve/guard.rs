//! Who may ask: the bearer token, and the origins whose scripts may read answers.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method};
use sha2::{Digest as _, Sha256};

use crate::store::layout;

/// `Cache-Control` of what never changes, where not everybody may have it.
const PRIVATE: &str = "private, max-age=31536000, immutable";
/// What scripts of other origins may read beside what they always may.
const EXPOSED: &str = "Accept-Ranges, Content-Encoding, Content-Range, ETag, Retry-After";
/// What they may send beside what they always may.
const ALLOWED: &str =
    "Authorization, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range";

/// A secret that clients must know. It is kept as its hash, and shown nowhere.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// A token of this text, without the white space around it; `None` if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(Sha256::digest(text).into()))
    }

    /// Whether this is the token. How long it takes tells nothing about where they differ: hashes are compared, all of them.
    fn is(&self, text: &[u8]) -> bool {
        let other: [u8; 32] = Sha256::digest(text).into();
        self.0.iter().zip(other).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Who may ask.
#[derive(Debug, Default)]
pub struct Guard {
    /// The token that a request must carry, if any.
    pub token: Option<Token>,
    /// The origins whose scripts may read answers; `*` is all of them.
    pub origins: Vec<String>,
}

impl Guard {
    /// Whether a request with these headers may be answered.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let Some(given) = headers.get(header::AUTHORIZATION) else { return false };
        let Some((scheme, given)) = given.to_str().ok().and_then(|text| text.split_once(' ')) else {
            return false;
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            return token.is(given.trim().as_bytes());
        }
        // A browser sends what it asked the user for: any name, and the token as the password.
        let pair = STANDARD.decode(given.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"));
        let Some(pair) = pair else { return false };
        pair.iter().position(|&byte| byte == b':').is_some_and(|colon| token.is(&pair[colon + 1..]))
    }

    /// `Cache-Control` of what never changes.
    pub const fn immutable(&self) -> &'static str {
        // A cache between could serve what is `public` to those who have no token.
        if self.token.is_some() { PRIVATE } else { layout::IMMUTABLE }
    }

    /// `Cache-Control` of channels: a flip is seen soon.
    pub const fn brief(&self) -> &'static str {
        if self.token.is_some() {
            "private, max-age=5, must-revalidate"
        } else {
            "public, max-age=5, must-revalidate"
        }
    }

    /// Whether a request is a browser's question before one of another origin.
    pub fn is_preflight(&self, method: &Method, headers: &HeaderMap) -> bool {
        method == Method::OPTIONS
            && !self.origins.is_empty()
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// Says to a browser what scripts of other origins may do. An answer that depends on the origin says so.
    pub fn tell(&self, request: Option<&HeaderValue>, is_preflight: bool, answer: &mut HeaderMap) {
        if self.origins.is_empty() {
            return;
        }
        let is_open = self.origins.iter().any(|origin| origin == "*");
        if !is_open {
            answer.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        let known = request.filter(|given| is_open || self.origins.iter().any(|origin| *origin == **given));
        let Some(origin) = known else { return };
        let origin = if is_open { HeaderValue::from_static("*") } else { origin.clone() };
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if is_preflight {
            answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
            answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED));
            answer.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
        } else {
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(origins: &[&str]) -> Guard {
        Guard { token: Token::new(" s3cret\n"), origins: origins.iter().map(|&o| o.to_owned()).collect() }
    }

    #[test]
    fn tokens_come_as_bearer_or_as_a_password() {
        let admits = |text: &str| {
            guard(&[]).admits(&HeaderMap::from_iter([(header::AUTHORIZATION, text.parse().unwrap())]))
        };
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        for good in ["Bearer s3cret", "bearer  s3cret", &basic("me:s3cret"), &basic(":s3cret")] {
            assert!(admits(good), "{good}");
        }
        for bad in [
            "Bearer",
            "Bearer ",
            "Bearer s3cre",
            "Bearer s3cret2",
            "s3cret",
            "Token s3cret",
            &basic("s3cret"),
            &basic("s3cret:"),
            "Basic s3cret",
        ] {
            assert!(!admits(bad), "{bad}");
        }
        assert!(!guard(&[]).admits(&HeaderMap::new()));
        assert!(Guard::default().admits(&HeaderMap::new()));
        assert!(Token::new(" \n").is_none());
        assert!(!format!("{:?}", guard(&[])).contains("s3cret"));
        assert!(
            guard(&[]).immutable().starts_with("private")
                && Guard::default().immutable().starts_with("public")
        );
    }

    #[test]
    fn origins_are_told() {
        let tell = |guard: &Guard, origin: &'static str, is_preflight| {
            let mut answer = HeaderMap::new();
            guard.tell(Some(&HeaderValue::from_static(origin)), is_preflight, &mut answer);
            answer
        };
        let one = guard(&["https://a.example"]);
        let answer = tell(&one, "https://a.example", false);
        assert_eq!(answer["access-control-allow-origin"], "https://a.example");
        assert_eq!(answer["vary"], "Origin");
        let answer = tell(&one, "https://b.example", true);
        assert!(!answer.contains_key("access-control-allow-origin") && answer["vary"] == "Origin");
        let answer = tell(&guard(&["*"]), "https://b.example", true);
        assert_eq!(answer["access-control-allow-origin"], "*");
        assert!(answer.contains_key("access-control-allow-headers") && !answer.contains_key("vary"));
        assert!(tell(&guard(&[]), "https://a.example", false).is_empty());
    }
}
