//! GitHub workflow commands: annotations on the source lines.
//!
//! A step shows ten annotations of each level and drops the rest without a word, so the worst come first, ten of
//! each level, and a line says how many more there are.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write as _;

use crate::diag::{Diagnostic, Diagnostics, Severity};

use super::escape::visible;

/// How many annotations of one level a step shows.
const SHOWN: usize = 10;

/// The commands, one a line, and what is left out.
pub fn commands(all: &Diagnostics) -> String {
    let mut out = String::new();
    let mut more = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for one in all.iter().filter(|one| one.severity == severity).take(SHOWN) {
            out.push_str(&command(one));
        }
        match all.count(severity).saturating_sub(SHOWN) {
            0 => {}
            1 => more.push(format!("+1 more {}", severity.as_str())),
            n => more.push(format!("+{n} more {}s", severity.as_str())),
        }
    }
    if !more.is_empty() {
        let _ = writeln!(
            out,
            "{}: GitHub shows {SHOWN} of each as annotations, the log has them all",
            more.join(", ")
        );
    }
    out
}

fn command(one: &Diagnostic) -> String {
    let name = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            properties.push(format!("{name}={}", property(value)));
        }
    };
    if let Some(place) = &one.place {
        add("file", &place.file);
        if place.line > 0 {
            add("line", &place.line.to_string());
            // The runner drops columns of what goes over several lines, with a complaint.
            let is_one_line = place.end_line == place.line && place.column > 0;
            if is_one_line {
                add("col", &place.column.to_string());
            }
            add("endLine", &place.end_line.max(place.line).to_string());
            if is_one_line {
                add("endColumn", &place.end_column.max(place.column).to_string());
            }
        }
    }
    add("title", one.code.as_str());
    let mut message = visible(&one.message).into_owned();
    if let Some(help) = &one.help {
        let _ = write!(message, "\nhelp: {}", visible(help));
    }
    format!("::{name} {}::{}\n", properties.join(","), data(&message))
}

/// A command's message, escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A command's property, escaped.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, LineMap, Place};
    use proptest::prelude::*;

    #[test]
    fn everything_is_escaped() {
        let place =
            LineMap::new("x: [1,\n 2]\n").place("packs/100%,a:b\n::error::.yaml".into(), 3..9, String::new());
        let line = Place { end_line: 1, end_column: 5, ..place.clone() };
        let mut all = Diagnostics::new();
        all.push(Diagnostic::note(Code::NotFound, "a note"));
        all.push(
            Diagnostic::error(Code::PackSchema, "50% of\r\n::add-mask::x\u{1B}[0m\rend")
                .at(place)
                .help("do: this, or that"),
        );
        all.push(Diagnostic::warning(Code::RemovedNothing, "one line").at(line));
        all.push(Diagnostic::warning(Code::RemovedNothing, "a file").at(Place::file("a.yaml".into())));
        all.push(
            Diagnostic::warning(Code::RemovedNothing, "a bare line").at(Place::line("a.yaml".into(), 7)),
        );
        insta::assert_snapshot!(commands(&all));
    }

    #[test]
    fn ten_of_each_level_and_the_worst_first() {
        let mut all = Diagnostics::new();
        for i in 0..12 {
            all.push(Diagnostic::warning(Code::RemovedNothing, format!("w{i}")));
            all.push(Diagnostic::error(Code::RefNotFound, format!("e{i}")));
        }
        all.push(Diagnostic::error(Code::RefNotFound, "e12"));
        let text = commands(&all);
        let levels: Vec<_> = text.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(levels[..10], ["::error"; 10]);
        assert_eq!(levels[10..20], ["::warning"; 10]);
        assert_eq!(
            text.lines().last().unwrap(),
            "+3 more errors, +2 more warnings: GitHub shows 10 of each as annotations, the log has them all"
        );
    }

    proptest! {
        #[test]
        fn nothing_forges_a_command(message in any::<String>(), file in any::<String>(), help in any::<Option<String>>()) {
            let mut one = Diagnostic::error(Code::PackSchema, message).at(Place::line(file.as_str().into(), 3));
            one.help = help;
            let text = command(&one);
            prop_assert_eq!(text.split(['\n', '\r']).filter(|line| !line.is_empty()).count(), 1);
            let (properties, _) = text["::error ".len()..].split_once("::").unwrap();
            let names: Vec<_> = properties.split(',').map(|p| p.split_once('=').unwrap().0).collect();
            let wanted = ["file", "line", "col", "endLine", "endColumn", "title"];
            prop_assert_eq!(names, if file.is_empty() { &wanted[1..] } else { &wanted[..] });
        }
    }
}
