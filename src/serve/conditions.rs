//! Conditional requests, as RFC 9110 (section 13) has them. Pure.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{self, HeaderName};

/// What the conditions of a `GET` or `HEAD` come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Answer as if there were none.
    Go,
    /// 304.
    NotModified,
    /// 412.
    Failed,
}

/// Judges the conditions, in the order of section 13.2.2. `etag` is that of the representation that would be sent, with
/// its quotes, and with `W/` if it is weak.
pub(super) fn judge(headers: &HeaderMap, etag: &str, modified: Option<SystemTime>) -> Verdict {
    if headers.contains_key(header::IF_MATCH) {
        if !matches(headers, &header::IF_MATCH, |tag| tag == etag && !tag.starts_with("W/")) {
            return Verdict::Failed;
        }
    } else if let (Some(since), Some(modified)) = (date(headers, &header::IF_UNMODIFIED_SINCE), modified)
        && whole_seconds(modified) > since
    {
        return Verdict::Failed;
    }
    if headers.contains_key(header::IF_NONE_MATCH) {
        let own = opaque(etag);
        if matches(headers, &header::IF_NONE_MATCH, |tag| opaque(tag) == own) {
            return Verdict::NotModified;
        }
    } else if let (Some(since), Some(modified)) = (date(headers, &header::IF_MODIFIED_SINCE), modified)
        && whole_seconds(modified) <= since
    {
        return Verdict::NotModified;
    }
    Verdict::Go
}

/// Whether a `Range` is to be honoured (section 13.1.5): without `If-Range`, or if that names what would be sent.
pub(super) fn range_applies(headers: &HeaderMap, etag: &str, modified: Option<SystemTime>) -> bool {
    let Some(value) = headers.get(header::IF_RANGE) else { return true };
    let Ok(text) = value.to_str() else { return false };
    if text.starts_with('"') || text.starts_with("W/") {
        return text == etag && !text.starts_with("W/");
    }
    // Only the very date, which was sent as `Last-Modified`.
    httpdate::parse_http_date(text).is_ok_and(|date| modified.map(whole_seconds) == Some(date))
}

/// A time as HTTP can say it.
pub(super) fn whole_seconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

/// A date of a field that holds exactly one; anything else is ignored, as the RFC asks.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    let mut values = headers.get_all(name).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// Whether a tag of a list fits, or the list is `*`. What is malformed ends the list.
fn matches(headers: &HeaderMap, name: &HeaderName, fits: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().any(|value| {
        let Ok(text) = value.to_str() else { return false };
        text.trim() == "*" || tags(text).any(&fits)
    })
}

/// The entity tags of a list. A comma may stand in one.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let end = rest.len() - quoted.len() + quoted.find('"')? + 1;
        let (tag, after) = rest.split_at(end);
        rest = after;
        Some(tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn verdict(pairs: &[(&'static str, &str)], etag: &str) -> Verdict {
        // 2026-11-28T12:00:00.5Z
        let modified = SystemTime::UNIX_EPOCH + Duration::new(1_795_867_200, 500_000_000);
        judge(&headers(pairs), etag, Some(modified))
    }

    #[test]
    fn if_none_match_is_weak_and_a_list() {
        let tag = "\"bot-1\"";
        for hit in
            ["\"bot-1\"", "W/\"bot-1\"", "*", "\"x\", \"bot-1\"", "\"a,b\",W/\"bot-1\" ", " , \"bot-1\""]
        {
            assert_eq!(verdict(&[("if-none-match", hit)], tag), Verdict::NotModified, "{hit}");
            assert_eq!(verdict(&[("if-none-match", hit)], "W/\"bot-1\""), Verdict::NotModified, "{hit}");
        }
        for miss in ["\"bot-2\"", "bot-1", "\"bot-1", "w/\"bot-1\"", "", "\"BOT-1\"", "x, \"bot-1\""] {
            assert_eq!(verdict(&[("if-none-match", miss)], tag), Verdict::Go, "{miss}");
        }
        assert_eq!(verdict(&[("if-none-match", "\"x\""), ("if-none-match", tag)], tag), Verdict::NotModified);
    }

    #[test]
    fn if_match_is_strong() {
        assert_eq!(verdict(&[("if-match", "\"a\"")], "\"a\""), Verdict::Go);
        assert_eq!(verdict(&[("if-match", "*")], "\"a\""), Verdict::Go);
        assert_eq!(verdict(&[("if-match", "W/\"a\"")], "\"a\""), Verdict::Failed);
        assert_eq!(verdict(&[("if-match", "W/\"a\"")], "W/\"a\""), Verdict::Failed);
        assert_eq!(verdict(&[("if-match", "\"b\"")], "\"a\""), Verdict::Failed);
        assert_eq!(
            verdict(&[("if-match", "\"a\""), ("if-none-match", "\"a\"")], "\"a\""),
            Verdict::NotModified
        );
    }

    #[test]
    fn dates_count_where_no_tag_does() {
        let (same, before) = ("Sat, 28 Nov 2026 12:00:00 GMT", "Sat, 28 Nov 2026 11:59:59 GMT");
        let tag = "\"a\"";
        assert_eq!(verdict(&[("if-modified-since", same)], tag), Verdict::NotModified);
        assert_eq!(verdict(&[("if-modified-since", before)], tag), Verdict::Go);
        assert_eq!(verdict(&[("if-modified-since", "yesterday")], tag), Verdict::Go);
        assert_eq!(verdict(&[("if-modified-since", same), ("if-none-match", "\"b\"")], tag), Verdict::Go);
        assert_eq!(verdict(&[("if-unmodified-since", same)], tag), Verdict::Go);
        assert_eq!(verdict(&[("if-unmodified-since", before)], tag), Verdict::Failed);
        assert_eq!(verdict(&[("if-unmodified-since", before), ("if-match", tag)], tag), Verdict::Go);
    }

    #[test]
    fn if_range_wants_a_strong_tag_or_the_very_date() {
        let modified = Some(SystemTime::UNIX_EPOCH + Duration::new(1_795_867_200, 500_000_000));
        let applies = |value: &str| range_applies(&headers(&[("if-range", value)]), "\"a\"", modified);
        assert!(range_applies(&headers(&[]), "\"a\"", modified));
        assert!(applies("\"a\"") && applies("Sat, 28 Nov 2026 12:00:00 GMT"));
        for other in
            ["W/\"a\"", "\"b\"", "Sat, 28 Nov 2026 12:00:01 GMT", "Sat, 28 Nov 2026 11:00:00 GMT", "x"]
        {
            assert!(!applies(other), "{other}");
        }
    }
}
