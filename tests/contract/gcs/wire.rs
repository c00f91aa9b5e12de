//! What the strict server reads and writes: times, queries, answers.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::server::Answer;

/// Year, month and day, by counting: not as the client does it.
pub(super) fn http_day(mut days: u64) -> (u64, u64, u64) {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

pub(super) fn http_date(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let (year, month, day) = http_day(seconds / 86_400);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(seconds / 86_400 % 7) as usize];
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (month, rest) = (months[month as usize - 1], seconds % 86_400);
    format!(
        "{weekday}, {day:02} {month} {year} {:02}:{:02}:{:02} GMT",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

pub(super) fn query(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut query = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or("a parameter without a value")?;
        let value = decode(value).ok_or("a parameter that is no text")?;
        if query.insert(name.to_owned(), value).is_some() {
            return Err(format!("{name} twice"));
        }
    }
    Ok(query)
}

pub(super) fn decoded(text: &str) -> Result<String, Box<Answer>> {
    decode(text).ok_or_else(|| Box::new(fault(400, "Invalid path")))
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

pub(super) fn plain(status: u16, body: Bytes) -> Answer {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

pub(super) fn document(value: &Value) -> Answer {
    let mut answer = plain(200, value.to_string().into());
    answer.headers_mut().insert("content-type", "application/json; charset=UTF-8".parse().unwrap());
    answer
}

pub(super) fn fault(status: u16, message: &str) -> Answer {
    let body = json!({"error": {"code": status, "message": message, "errors": [{"domain": "global", "message": message}]}});
    plain(status, body.to_string().into())
}
