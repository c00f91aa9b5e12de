//! Where an expectation is written, as the frame of a Java stack trace: the only form in which dorny/test-reporter
//! looks for a place, in the text of a failure. Pure.

/// The last line of a failure's text: `at packs.warehouse(radio.yaml:12)`. That reader splits it at dots, drops what
/// begins with a capital or a digit, and looks for a tracked file of that name in folders of these names; a path
/// that it could not find again has no frame.
pub(super) fn frame(file: &str, line: u32) -> Option<String> {
    let (folders, name) = file.rsplit_once('/')?;
    let is_found =
        |part: &&str| part.starts_with(|first| first > 'Z') && !part.contains(['.', '(', ')', ':', '\\']);
    if name.contains(['(', ')', ':', '\n', '\r']) || folders.contains(['\n', '\r']) {
        return None;
    }
    let mut parts: Vec<_> = folders.rsplit('/').take_while(is_found).collect();
    parts.reverse();
    if parts.is_empty() { None } else { Some(format!("at {}({name}:{line})", parts.join("."))) }
}

/// A failure's text: what was told of it, never nothing (older readers stumble over a failure without a text), and
/// where its expectation is written.
pub(super) fn told(text: &str, message: &str, place: Option<(&str, u32)>) -> String {
    let mut told = if text.is_empty() { message } else { text }.to_owned();
    if let Some(frame) = place.and_then(|(file, line)| frame(file, line)) {
        if !told.is_empty() && !told.ends_with('\n') {
            told.push('\n');
        }
        told.push_str(&frame);
        told.push('\n');
    }
    told
}

/// The text without what [`told`] added to it.
pub(in crate::report) fn untold(told: &str, message: &str, place: Option<(&str, u32)>) -> String {
    let frame = place.and_then(|(file, line)| frame(file, line));
    let text = frame.and_then(|frame| told.strip_suffix('\n')?.strip_suffix(frame.as_str())).unwrap_or(told);
    if text.strip_suffix('\n').unwrap_or(text) == message { String::new() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_names_folders_that_its_reader_finds_again() {
        for (file, expected) in [
            ("packs/warehouse/radio.yaml", Some("at packs.warehouse(radio.yaml:12)")),
            ("Packs/warehouse/radio.yaml", Some("at warehouse(radio.yaml:12)")),
            ("packs/v1.0/radio.yaml", None),
            ("packs/23/radio.yaml", None),
            ("radio.yaml", None),
            ("packs/ra(dio).yaml", None),
        ] {
            assert_eq!(frame(file, 12).as_deref(), expected, "{file}");
        }
    }

    #[test]
    fn what_is_added_is_taken_away_again() {
        let place = Some(("suites/floor.yaml", 3));
        for (text, message, place) in
            [("-a\n+b\n", "no", place), ("", "no", place), ("", "no", None), ("-a\n", "no", None)]
        {
            let told = told(text, message, place);
            assert!(!told.is_empty());
            assert_eq!(told.contains("at suites(floor.yaml:3)\n"), place.is_some(), "{told}");
            assert_eq!(untold(&told, message, place), text, "{told}");
        }
    }
}
