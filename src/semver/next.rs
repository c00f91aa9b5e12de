//! The next version: the last one, raised by the largest change.

use semver::{BuildMetadata, Prerelease, Version};

use super::Level;

/// The lowest version that a change of this level may be released as, after `last`.
///
/// Under `0.y.z` a major change raises `y`, any other `z`. A prerelease stands for the release that it announces:
/// after `1.2.0-rc.1` a patch or a minor change is `1.2.0`, and a major one `2.0.0`; after `1.2.3-rc.1` a patch is
/// `1.2.3`, a minor change `1.3.0`. Build metadata does not order versions, and is dropped. A number that cannot be
/// raised any more raises the one before it.
pub fn next(last: &Version, level: Level) -> Version {
    // Which of the three numbers goes up: 0 is the first.
    let part = match (level, last.major) {
        (Level::Major, 0) => 1,
        (_, 0) => 2,
        (Level::Major, _) => 0,
        (Level::Minor, _) => 1,
        (Level::Patch, _) => 2,
    };
    let numbers = [last.major, last.minor, last.patch];
    let announced = !last.pre.is_empty() && numbers[part + 1..].iter().all(|number| *number == 0);
    if announced { release(numbers) } else { release(raised(numbers, part)) }
}

fn raised(mut numbers: [u64; 3], part: usize) -> [u64; 3] {
    for at in (0..=part).rev() {
        if let Some(raised) = numbers[at].checked_add(1) {
            numbers[at] = raised;
            numbers[at + 1..].fill(0);
            break;
        }
    }
    numbers
}

fn release([major, minor, patch]: [u64; 3]) -> Version {
    Version { major, minor, patch, pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY }
}

/// Whether a version that somebody chose is enough where `needed` is what the changes ask for after `last`: it comes
/// after `last`, and it is `needed`, a later one, or a prerelease of one of these.
pub fn suffices(chosen: &Version, last: &Version, needed: &Version) -> bool {
    let announced = release([chosen.major, chosen.minor, chosen.patch]);
    chosen.cmp_precedence(last).is_gt() && announced.cmp_precedence(needed).is_ge()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn v(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_one_is_raised() {
        for (last, major, minor, patch) in [
            ("1.2.3", "2.0.0", "1.3.0", "1.2.4"),
            ("1.0.0+site23", "2.0.0", "1.1.0", "1.0.1"),
            ("0.4.2", "0.5.0", "0.4.3", "0.4.3"),
            ("0.0.0", "0.1.0", "0.0.1", "0.0.1"),
            ("1.2.3-rc.1", "2.0.0", "1.3.0", "1.2.3"),
            ("1.2.0-rc.1", "2.0.0", "1.2.0", "1.2.0"),
            ("2.0.0-rc.1", "2.0.0", "2.0.0", "2.0.0"),
            ("0.3.0-rc.1", "0.3.0", "0.3.0", "0.3.0"),
            ("0.3.1-rc.1", "0.4.0", "0.3.1", "0.3.1"),
            ("1.2.18446744073709551615", "2.0.0", "1.3.0", "1.3.0"),
        ] {
            let all =
                [Level::Major, Level::Minor, Level::Patch].map(|level| next(&v(last), level).to_string());
            assert_eq!(all, [major, minor, patch], "{last}");
        }
    }

    #[test]
    fn a_claim_may_be_higher_or_announce_what_is_needed() {
        for (chosen, last, needed, enough) in [
            ("1.1.0", "1.0.0", "1.1.0", true),
            ("1.5.0", "1.0.0", "1.1.0", true),
            ("1.0.9", "1.0.0", "1.1.0", false),
            ("1.1.0-rc.1", "1.0.0", "1.1.0", true),
            ("1.0.0+b", "1.0.0", "1.0.0", false),
            ("1.1.0-rc.1", "1.1.0-rc.2", "1.1.0", false),
        ] {
            assert_eq!(suffices(&v(chosen), &v(last), &v(needed)), enough, "{chosen} after {last}");
        }
    }

    proptest! {
        #[test]
        fn it_comes_after_the_last_and_a_larger_change_never_gives_less(
            major in 0..3u64, minor in 0..3u64, patch in 0..3u64, pre in "(-rc\\.[1-9])?",
        ) {
            let last = v(&format!("{major}.{minor}.{patch}{pre}"));
            let [a, b, c] = [Level::Patch, Level::Minor, Level::Major].map(|level| next(&last, level));
            prop_assert!(a > last && a <= b && b <= c);
        }
    }
}
