//! `bot.reproducible`: a script that the built-in compiler wrote comes out of it again, byte for byte.

use crate::bot::generate::{MODEL, template};
use crate::bot::revision::SCRIPT;
use crate::diag::{Code, Diagnostic, LineMap};
use crate::preflight::{Said, Subject};

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let passport = match subject.passport() {
        Ok(passport) => passport,
        Err(why) => return Said::skip(why),
    };
    let model = passport.build.model.as_str();
    let is_template = model
        .strip_prefix("template/")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if !is_template {
        return Said::skip(format!("the model is `{model}`, not a template"));
    }
    if model != MODEL {
        let message = format!(
            "this version of aegis has no `{model}`, and cannot tell whether the script comes from it"
        );
        let help = "judge the revision with the version that built it, or build it again";
        let one = Diagnostic::error(Code::NotReproducible, message).at(subject.rev_place("/build/model"));
        return Said::of(vec![one.help(help)]);
    }
    let spec = match subject.sound_spec() {
        Ok(spec) => spec,
        Err(why) => return Said::skip(why),
    };
    let Some(bytes) = subject.files.script.bytes() else {
        return Said::skip(subject.files.script.why(SCRIPT));
    };
    let expected = template(spec);
    if bytes == expected.as_bytes() {
        return Said::pass(format!("{model} writes the same {} bytes", bytes.len()));
    }
    let at = bytes.iter().zip(expected.as_bytes()).take_while(|(a, b)| a == b).count();
    let text = String::from_utf8_lossy(bytes);
    let place = LineMap::new(&text).place(subject.shown(SCRIPT), at..at + 1, String::new());
    let message =
        format!("`{model}` writes another script for this spec: byte {at} is the first that differs");
    let help =
        "build the revision again; a script that was changed by hand has another model than the template's";
    Said::of(vec![Diagnostic::error(Code::NotReproducible, message).at(place).help(help)])
}
