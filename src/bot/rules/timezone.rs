//! `SPEC_INVALID_SCHEMA`: the time zone is one of the IANA database. Its names, and what they are called besides, stand in
//! `timezones.txt`, taken from version 2025b; the database only grows.

use crate::bot::view::{View, text};
use crate::diag::Code;

use super::{Findings, meant, short};

const NAMES: &str = include_str!("timezones.txt");

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let Some(zone) = view.root.get("meta").and_then(|meta| text(meta, "timezone")) else { return };
    let names: Vec<&str> = NAMES.lines().collect();
    let name = zone.raw();
    if names.binary_search(&name).is_ok() {
        return;
    }
    let message = format!("the IANA database has no time zone `{}`", short(name));
    let help = match names.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => format!("write `{known}`"),
        None => meant(name, &names, "name one such as `Europe/Berlin` or `UTC`"),
    };
    found.error(Code::SpecInvalidSchema, zone, message, help);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_order_and_each_is_there_once() {
        let names: Vec<&str> = NAMES.lines().collect();
        assert!(names.is_sorted_by(|one, next| one < next));
        assert!(names.len() > 500 && names.contains(&"UTC") && names.contains(&"America/Argentina/Ushuaia"));
    }
}
