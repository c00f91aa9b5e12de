//! Times as stores write them. To the second: that is what every answer says, and descriptions are finer than headers.

use std::time::{Duration, SystemTime};

/// The time of a description, `2026-11-28T16:00:00.123Z`; the epoch for what is none.
pub(super) fn rfc3339(text: &str) -> SystemTime {
    let parse = || {
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        seconds(year, month, day, number(11..13)?, number(14..16)?, number(17..19)?)
    };
    parse().map_or(SystemTime::UNIX_EPOCH, |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// A time as descriptions have it.
pub(super) fn written(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = ((seconds / 86_400) as i64, seconds % 86_400);
    // Days since 1 March of the year 0, in eras of 400 years.
    let (era, of_era) = ((days + 719_468).div_euclid(146_097), (days + 719_468).rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The time of a header, `Sat, 28 Nov 2026 16:00:00 GMT`: the one form that servers may send (RFC 9110, 5.6.7).
#[cfg(feature = "gcs")]
pub(super) fn http(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.strip_suffix(" GMT")?.split_once(", ")?.1.split([' ', ':']);
    let number = |text: Option<&str>| text?.parse::<i64>().ok();
    let day = number(words.next())?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let year = number(words.next())?;
    let seconds =
        seconds(year, month, day, number(words.next())?, number(words.next())?, number(words.next())?)?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Seconds since the epoch of a date of the Gregorian calendar.
fn seconds(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<u64> {
    let is_date = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    // Years begin in March here: the leap day is a year's last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468;
    u64::try_from(days * 86_400 + hour * 3600 + minute * 60 + second).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        for (seconds, description, header) in [
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_827_696, "2000-02-29T12:34:56.789Z", "Tue, 29 Feb 2000 12:34:56 GMT"),
            (1_795_881_600, "2026-11-28T16:00:00.000Z", "Sat, 28 Nov 2026 16:00:00 GMT"),
        ] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(rfc3339(description), time);
            #[cfg(feature = "gcs")]
            assert_eq!(http(header), Some(time));
            assert!(description.starts_with(written(time).trim_end_matches('Z')) && !header.is_empty());
        }
        for wrong in ["", "x", "2026-13-01T00:00:00Z", "2026-11-28T", "+026-11-28T16:00:00Z"] {
            assert_eq!(rfc3339(wrong), SystemTime::UNIX_EPOCH, "{wrong}");
            #[cfg(feature = "gcs")]
            assert_eq!(http(wrong), None, "{wrong}");
        }
    }
}
