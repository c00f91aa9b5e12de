//! Times as documents have them: RFC 3339, in UTC, to the second.

use std::time::{Duration, SystemTime};

/// The last second that RFC 3339 has four digits of a year for.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A time as text, `2026-11-28T16:00:00Z`. What lies before 1970 or after 9999 is shown as the nearest second within.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().min(LAST);
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}

/// The time of a text, without what it has below a second; `None` for what is none, or not of UTC.
#[cfg(any(feature = "gcs", feature = "oci"))]
pub(crate) fn of_rfc3339(text: &str) -> Option<SystemTime> {
    let since = humantime::parse_rfc3339(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (68_169_599, "1972-02-28T23:59:59Z"),
            (68_169_600, "1972-02-29T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(at(seconds)), text);
            #[cfg(any(feature = "gcs", feature = "oci"))]
            assert_eq!(of_rfc3339(text), Some(at(seconds)));
        }
        assert_eq!(rfc3339(at(253_402_300_800)), "9999-12-31T23:59:59Z");
        assert_eq!(rfc3339(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00Z");
    }

    #[test]
    #[cfg(any(feature = "gcs", feature = "oci"))]
    fn what_is_no_time_is_none() {
        assert_eq!(of_rfc3339("2000-02-29T12:34:56.789Z"), Some(at(951_827_696)));
        for wrong in ["", "x", "2026-13-01T00:00:00Z", "2026-11-28T", "+026-11-28T16:00:00Z"] {
            assert_eq!(of_rfc3339(wrong), None, "{wrong}");
        }
    }
}
