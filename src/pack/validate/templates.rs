//! `TEMPLATE_SLOT`: slots are declared and used. `EXAMPLE_MISMATCH`: a template's examples render to their text.

use crate::diag::Code;
use crate::pack::model::{Body, Entry, Template};
use crate::pack::problem::{Problem, Seg, Spot};
use crate::pack::template::{Piece, parse, render};
use crate::text::suggest;

pub(super) fn check(entry: &Entry<'_>, problems: &mut Vec<Problem>) {
    let Body::Template(template) = &entry.body else { return };
    let before = problems.len();
    slots(entry, template, problems);
    if problems.len() == before {
        examples(entry, template, problems);
    }
}

fn slots(entry: &Entry<'_>, template: &Template<'_>, problems: &mut Vec<Problem>) {
    let at_text = || Spot::inside(&entry.origin, [Seg::Key("text")]);
    let pieces = match parse(template.text) {
        Ok(pieces) => pieces,
        Err(error) => {
            let help = "write `{name}` for a slot, `{{` and `}}` for literal braces";
            problems.push(Problem::error(Code::TemplateSlot, at_text(), error.to_string(), help));
            return;
        }
    };
    let names: Vec<_> = template.slots.iter().map(|(name, _)| *name).collect();
    let mut used: Vec<_> =
        pieces.iter().filter_map(|p| if let Piece::Slot(n) = p { Some(*n) } else { None }).collect();
    used.sort_unstable();
    used.dedup();
    for name in used.iter().filter(|name| !names.contains(name)) {
        let help = suggest(name, &names).map_or_else(
            || format!("declare it: `slots: {{{name}: {{type: string}}}}`"),
            |near| format!("did you mean `{{{near}}}`? Otherwise declare `{name}` under `slots`"),
        );
        let message = format!("the text uses the slot `{{{name}}}`, which is not declared");
        problems.push(Problem::error(Code::TemplateSlot, at_text(), message, help));
    }
    for name in names.iter().filter(|name| !used.contains(name)) {
        problems.push(Problem::error(
            Code::TemplateSlot,
            Spot::inside(&entry.origin, [Seg::Key("slots"), Seg::Name((*name).into())]),
            format!("the slot `{name}` is declared, but the text does not use it"),
            format!("use `{{{name}}}` in the text, or remove the declaration"),
        ));
    }
}

fn examples(entry: &Entry<'_>, template: &Template<'_>, problems: &mut Vec<Problem>) {
    for (i, example) in template.examples.iter().enumerate() {
        let (message, help) = match render(template.text, &template.slots, &example.slots) {
            Ok(text) if text == example.text => continue,
            Ok(text) => {
                ("the example does not render to its text".to_owned(), format!("it renders to: {text}"))
            }
            Err(why) => {
                (format!("the example cannot be rendered: {why}"), "correct the example's `slots`".to_owned())
            }
        };
        let path = [Seg::Key("examples"), Seg::Index(i as u32), Seg::Key("text")];
        let spot = Spot::inside(&entry.origin, path);
        problems.push(Problem::error(Code::ExampleMismatch, spot, message, help));
    }
}
