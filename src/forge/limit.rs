//! What an answer that is no success comes to: above all, whether and how long GitHub makes us wait.
//!
//! Its rules are those of "Rate limits for the REST API": `retry-after` counts first; without requests left, the time
//! of `x-ratelimit-reset`; a secondary limit that says neither asks for at least a minute.

use std::time::{Duration, SystemTime};

use http::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;

use super::failure::Failure;

/// What a secondary limit asks for that says nothing itself.
const SECONDARY: Duration = Duration::from_secs(60);

/// The longest text of an answer that is repeated.
const MOST: usize = 300;

/// How GitHub says what is wrong.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
}

/// The failure that an answer of this status is.
pub(super) fn failure(status: u16, headers: &HeaderMap, body: &[u8], now: SystemTime) -> Failure {
    let said = said(body);
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let exhausted = number("x-ratelimit-remaining") == Some(0);
    let asked = number(RETRY_AFTER.as_str()).map(Duration::from_secs);
    let reset = number("x-ratelimit-reset").filter(|_| exhausted);
    let reset = reset.map(|at| SystemTime::UNIX_EPOCH + Duration::from_secs(at));
    // A second more: its clock is not ours.
    let reset = reset.map(|at| at.duration_since(now).unwrap_or_default() + Duration::from_secs(1));
    let is_limit = matches!(status, 403 | 429);
    let secondary =
        (is_limit && said.to_ascii_lowercase().contains("secondary rate limit")).then_some(SECONDARY);
    let wait = if is_limit { asked.or(reset).or(secondary) } else { asked };
    Failure::Status { status, wait, exhausted, said }
}

/// The answer's own words, on one line.
fn said(body: &[u8]) -> String {
    let Ok(said) = serde_json::from_slice::<Said>(body) else { return String::new() };
    let more = said.errors.iter().filter_map(|error| {
        let part = |name: &str| error.get(name).and_then(serde_json::Value::as_str);
        let code = part("message").or_else(|| part("code")).or_else(|| error.as_str())?;
        Some(part("field").map_or_else(|| code.to_owned(), |field| format!("{field}: {code}")))
    });
    let all: Vec<_> = std::iter::once(said.message).chain(more).filter(|text| !text.is_empty()).collect();
    let text = all.join(": ");
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, headers: &[(&'static str, &str)], body: &str) -> (Option<u64>, bool, String) {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let failure = failure(status, &headers, body.as_bytes(), now);
        let (wait, may) = (failure.wait().map(|wait| wait.as_secs()), failure.may_pass());
        let Failure::Status { said, .. } = failure else { unreachable!() };
        (wait, may, said)
    }

    #[test]
    fn limits_say_how_long_to_wait() {
        let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        let (left, reset) = (("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1090"));
        let wait = |status, headers: &[(&'static str, &str)], body| {
            let (wait, may, _) = judged(status, headers, body);
            (wait, may)
        };
        assert_eq!(wait(403, &[("retry-after", "7")], secondary), (Some(7), true));
        assert_eq!(wait(429, &[], secondary), (Some(60), true));
        assert_eq!(wait(403, &[left, reset], "{}"), (Some(91), true));
        assert_eq!(wait(403, &[left, ("x-ratelimit-reset", "5")], "{}"), (Some(1), true));
        assert_eq!(wait(403, &[("x-ratelimit-remaining", "12"), reset], "{}"), (None, false));
        assert_eq!(wait(503, &[("retry-after", "2")], ""), (Some(2), true));
        assert_eq!(wait(500, &[], "no JSON"), (None, true));
        assert_eq!(wait(422, &[], secondary), (None, false));
    }

    #[test]
    fn what_it_says_is_repeated_on_one_line() {
        let body = "{\"message\":\"Validation\\nFailed\",\"errors\":[{\"field\":\"tag_name\",\"code\":\"already_exists\"},\"x\"]}";
        assert_eq!(judged(422, &[], body).2, "Validation Failed: tag_name: already_exists: x");
    }
}
