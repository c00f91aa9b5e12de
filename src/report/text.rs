//! Diagnostics as a compiler prints them: code, message, place, the source line with carets, what to do.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diag::{Diagnostic, Diagnostics, Place, Severity};

use super::escape::{acts, one_line, push_shown, visible};

/// How the text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// How many columns there are: longer source lines are cut around what they show.
    pub width: usize,
}

impl Style {
    /// The width where none is known.
    pub const WIDTH: usize = 120;
    /// No colour, the usual width.
    pub const PLAIN: Self = Self { color: false, width: Self::WIDTH };

    fn renderer(self) -> Renderer {
        // Hyperlinks need a URL, which codes do not have.
        let renderer = if self.color { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(self.width.max(40))
    }
}

/// All of them, a blank line after each, and the count of errors and warnings last, followed by `closing` if it is
/// not empty: `error: 2 errors, 1 warning; nothing was written`.
pub fn diagnostics(all: &Diagnostics, style: Style, closing: &str) -> String {
    let mut out = String::new();
    for one in all {
        out.push_str(&diagnostic(one, style));
        out.push('\n');
    }
    if let Some(line) = count(all, style, closing) {
        out.push_str(&line);
    }
    out
}

/// One of them; ends with a line break.
pub fn diagnostic(one: &Diagnostic, style: Style) -> String {
    let level = level(one.severity);
    let mut group = Group::with_title(level.primary_title(visible(&one.message)).id(one.code.as_str()));
    let main = one.place.as_ref();
    if let Some(place) = main {
        group = picture(group, place, AnnotationKind::Primary, None, &beside(one));
    }
    let mut notes = Vec::new();
    for (place, label) in &one.related {
        if main.is_some_and(|main| same_line(main, place)) {
            continue; // drawn beside the main place
        }
        if Line::of(place).is_some() {
            group = picture(group, place, AnnotationKind::Context, Some(label), &[]);
        } else {
            notes.push(format!("{}: {}", one_line(label), one_line(&place.to_string())));
        }
    }
    for note in notes {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &one.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let mut text = style.renderer().render(&[group]);
    text.push('\n');
    text
}

/// The count of errors and warnings; none if there are neither.
fn count(all: &Diagnostics, style: Style, closing: &str) -> Option<String> {
    let of = |severity: Severity| match all.count(severity) {
        0 => None,
        1 => Some(format!("1 {}", severity.as_str())),
        n => Some(format!("{n} {}s", severity.as_str())),
    };
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let worst = if errors.is_some() { Severity::Error } else { Severity::Warning };
    let mut line = match (errors, warnings) {
        (None, None) => return None,
        (Some(one), None) | (None, Some(one)) => one,
        (Some(errors), Some(warnings)) => format!("{errors}, {warnings}"),
    };
    if !closing.is_empty() {
        line.push_str("; ");
        line.push_str(closing);
    }
    let group = Group::with_title(level(worst).primary_title(line));
    Some(style.renderer().render(&[group]) + "\n")
}

const fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn same_line(a: &Place, b: &Place) -> bool {
    a.file == b.file && a.line == b.line && Line::of(a).is_some() && Line::of(b).is_some()
}

/// The related places on the line of the main one.
fn beside(one: &Diagnostic) -> Vec<(&Place, &str)> {
    let Some(main) = &one.place else { return Vec::new() };
    let related = one.related.iter().filter(|(place, _)| same_line(main, place));
    related.map(|(place, label)| (place, label.as_str())).collect()
}

/// Adds a place: with its line where that is known, else by name alone.
fn picture<'a>(
    group: Group<'a>,
    place: &Place,
    kind: AnnotationKind,
    label: Option<&str>,
    beside: &[(&Place, &str)],
) -> Group<'a> {
    let file = one_line(&place.file).into_owned();
    let Some(line) = Line::of(place) else {
        let origin = Origin::path(file);
        return group.element(match (place.line, place.column) {
            (0, _) => origin,
            (line, 0) => origin.line(line as usize),
            (line, column) => origin.line(line as usize).char_column(column as usize),
        });
    };
    let mut marks = vec![mark(kind, line.span, label)];
    for (place, label) in beside {
        if let Some(other) = Line::of(place) {
            marks.push(mark(AnnotationKind::Context, other.span, Some(label)));
        }
    }
    let snippet = Snippet::source(line.shown).path(file).line_start(place.line as usize).fold(false);
    group.element(snippet.annotations(marks))
}

fn mark<'a>(kind: AnnotationKind, span: Range<usize>, label: Option<&str>) -> Annotation<'a> {
    kind.span(span).label(label.map(|label| one_line(label).into_owned()))
}

/// A source line as it is shown, and the bytes of it that a place covers.
struct Line {
    shown: String,
    span: Range<usize>,
}

impl Line {
    /// `None` without a text, or if the text was cut before the place begins.
    fn of(place: &Place) -> Option<Self> {
        let text = place.text.as_deref()?;
        if place.line == 0 || place.column == 0 {
            return None;
        }
        let first = place.column as usize - 1;
        // What goes over several lines is cut at the end of the first.
        let last = if place.end_line > place.line {
            usize::MAX
        } else {
            (place.end_column as usize).saturating_sub(1)
        };
        let mut shown = String::with_capacity(text.len());
        let (mut start, mut end) = (None, None);
        for (column, c) in text.chars().enumerate() {
            if column == first {
                start = Some(shown.len());
            }
            if column == last {
                end = Some(shown.len());
            }
            // One character for each, so that columns stay what they are.
            match c {
                '\t' => shown.push(c),
                '\0'..='\x7F' => push_shown(&mut shown, c),
                c => shown.push(if acts(c) { char::REPLACEMENT_CHARACTER } else { c }),
            }
        }
        let length = text.chars().count();
        let start = start.or_else(|| (first == length).then_some(shown.len()))?;
        let end = end.unwrap_or(shown.len()).max(start);
        Some(Self { shown, span: start..end })
    }
}

/// The head of a line that is no diagnostic of its own, such as clap's: `error[CODE]`, coloured or not.
pub fn head(severity: Severity, code: &str, style: Style) -> Cow<'static, str> {
    let plain = format!("{}[{code}]", severity.as_str());
    if !style.color {
        return Cow::Owned(plain);
    }
    let ansi = match severity {
        Severity::Error => annotate_snippets::renderer::DEFAULT_ERROR_STYLE,
        Severity::Warning => annotate_snippets::renderer::DEFAULT_WARNING_STYLE,
        Severity::Note => annotate_snippets::renderer::DEFAULT_NOTE_STYLE,
    };
    Cow::Owned(format!("{ansi}{plain}{ansi:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, LineMap};
    use proptest::prelude::*;

    fn at(source: &str, what: &str) -> Place {
        let start = source.find(what).unwrap();
        LineMap::new(source).place("packs/a.yaml".into(), start..start + what.len(), "/x".into())
    }

    /// One of each severity, with every kind of place.
    fn everyday() -> Diagnostics {
        let source = "entries:\n  - oid: 1.10\n    kind: lexicon\n    kind: rule\n";
        let mut all = Diagnostics::new();
        let one =
            Diagnostic::error(Code::PackSchema, "an entry's `oid` is a text, but this is a number (`1.10`)");
        all.push(one.at(at(source, "1.10")).help("quote it: \"1.10\""));
        let one = Diagnostic::error(Code::PackSyntax, "the key `kind` stands twice in one mapping");
        let second = LineMap::new(source).place("packs/a.yaml".into(), 45..49, String::new());
        all.push(one.at(second).related(at(source, "kind"), "the first one").help("remove one of the two"));
        let one = Diagnostic::error(Code::MergeConflict, "`1.10` 1.0.0 is stated twice in the domain layer");
        let other = Place { file: "packs/b.yaml".into(), ..at(source, "rule") };
        all.push(one.at(at(source, "oid: 1.10\n    kind")).related(other, "the other statement"));
        let one =
            Diagnostic::warning(Code::RemovedNothing, "two marks on one line, and a place without a line");
        let place = at(source, "oid");
        all.push(
            one.at(place)
                .related(at(source, "1.10"), "this")
                .related(Place::line("c.yaml".into(), 7), "and this"),
        );
        all.push(
            Diagnostic::error(Code::ConfigInvalid, "a whole file")
                .at(Place::file("aegis.yaml".into()))
                .help("h"),
        );
        all.push(
            Diagnostic::warning(Code::ConfigInvalid, "a line alone").at(Place::line("aegis.yaml".into(), 12)),
        );
        all.push(Diagnostic::note(Code::NotFound, "no place at all").help("first this\nthen that"));
        all
    }

    #[test]
    fn everyday_diagnostics() {
        insta::assert_snapshot!("everyday", diagnostics(&everyday(), Style::PLAIN, "nothing was written"));
        let colored = diagnostics(&everyday(), Style { color: true, ..Style::PLAIN }, "");
        assert_eq!(strip(&colored), diagnostics(&everyday(), Style::PLAIN, ""));
        assert!(colored.starts_with("\x1B[1m\x1B[91merror[PACK_SCHEMA]\x1B[0m"), "{}", &colored[..40]);
    }

    /// A text without the colours that we send ourselves.
    fn strip(text: &str) -> String {
        let mut parts = text.split("\x1B[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| out + part.split_once('m').unwrap().1)
    }

    #[test]
    fn carets_stand_under_their_characters() {
        let source = "\tx: 漢字 e\u{301}te\u{301} y\u{202E}z\u{1B}[31m q: w\n";
        let mut all = Diagnostics::new();
        for what in ["x", "漢", "字", "e\u{301}te\u{301}", "\u{202E}", "z", "\u{1B}", "q", "w"] {
            all.push(Diagnostic::note(Code::NotFound, format!("{what:?}")).at(at(source, what)));
        }
        insta::assert_snapshot!("carets", diagnostics(&all, Style::PLAIN, ""));
    }

    #[test]
    fn long_lines_are_cut_around_what_they_show() {
        let long = format!("k: {} needle {}", "abc ".repeat(30), "def ".repeat(90));
        let mut all = Diagnostics::new();
        for what in ["k", "needle", &long[..200], &long, "def def \n"] {
            let source = format!("{long}\n");
            all.push(Diagnostic::note(Code::NotFound, format!("{} bytes", what.len())).at(at(&source, what)));
        }
        let text = diagnostics(&all, Style { width: 80, ..Style::PLAIN }, "");
        assert!(text.lines().all(|line| line.chars().count() <= 88), "{text}");
        insta::assert_snapshot!("long", text);
    }

    #[test]
    fn ends_of_lines_and_of_texts() {
        let source = "a:\n  b\n";
        let mut all = Diagnostics::new();
        let end = Place { column: 4, end_column: 4, ..at(source, "b") };
        all.push(Diagnostic::note(Code::NotFound, "the end of a line").at(end.clone()));
        all.push(
            Diagnostic::note(Code::NotFound, "past the end: no picture")
                .at(Place { column: 9, ..end.clone() }),
        );
        all.push(Diagnostic::note(Code::NotFound, "backwards").at(Place {
            column: 4,
            end_column: 1,
            ..end.clone()
        }));
        all.push(Diagnostic::note(Code::NotFound, "an empty line").at(Place {
            text: Some("".into()),
            column: 1,
            ..end
        }));
        insta::assert_snapshot!("ends", diagnostics(&all, Style::PLAIN, ""));
    }

    #[test]
    fn a_hostile_text_stays_a_text() {
        let file = "x\n::error::\x1B]0;t\x07.yaml";
        let place = Place { file: file.into(), ..at("a: \u{1B}[2J\u{9B}31m\u{2066}b\n", "b") };
        let mut all = Diagnostics::new();
        let one =
            Diagnostic::error(Code::PackSchema, "`\x1B[2J\u{202E}`\r\n::error::x\u{9B}").at(place.clone());
        all.push(
            one.related(place.clone(), "\x1B[1m\nlabel")
                .related(Place::line(file.into(), 2), "\x07")
                .help("\x1B[0m"),
        );
        all.push(
            Diagnostic::error(Code::PackSchema, "")
                .at(Place { line: 9, ..place.clone() })
                .related(place, "\x1B\nx"),
        );
        let text = diagnostics(&all, Style::PLAIN, "");
        assert!(!text.contains(|c| acts(c) && c != '\n'), "{text:?}");
        insta::assert_snapshot!("hostile", text);
    }

    proptest! {
        #[test]
        fn any_place_can_be_drawn(
            text in "(\\PC|[\0-\u{FF}\u{202E}\u{301}漢]){0,150}", message in any::<String>(), label in any::<String>(),
            at in (0_u32..4, 0_u32..160, 0_u32..4, 0_u32..160), other in (0_u32..4, 0_u32..160, 0_u32..4, 0_u32..160),
            width in 0_usize..200, color in any::<bool>(),
        ) {
            let place = |(line, column, end_line, end_column): (u32, u32, u32, u32)| Place {
                line, column, end_line, end_column, text: Some(text.as_str().into()), ..Place::file("f".into())
            };
            let one = Diagnostic::error(Code::PackSchema, message).at(place(at)).related(place(other), label);
            let drawn = diagnostic(&one, Style { color, width });
            prop_assert!(!strip(&drawn).contains(|c| acts(c) && c != '\n'));
        }
    }
}
