//! The Action's inputs (`INPUT_…`), as arguments of the command line. What is said there goes first.
//!
//! The table is the contract: a test keeps `action.yml` and `docs/action.md` equal to it.

use std::ffi::OsString;

use clap::{CommandFactory as _, Subcommand as _};

use super::{Cli, Command};

/// An input of the Action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// Its name in a workflow, in kebab case.
    pub name: &'static str,
    /// What `action.yml` says if the workflow says nothing.
    pub default: &'static str,
    /// Whether it is the option of the same name, of commands that have it.
    is_option: bool,
}

const fn option(name: &'static str, default: &'static str) -> Input {
    Input { name, default, is_option: true }
}

const fn special(name: &'static str, default: &'static str) -> Input {
    Input { name, default, is_option: false }
}

/// The inputs, in the order of the documentation.
pub const INPUTS: [Input; 16] = [
    special("command", "ci"),
    option("project", ""),
    special("working-directory", ""),
    option("store", ""),
    option("s3-endpoint", ""),
    // Read where it is used, so that it never stands in an argument.
    special("github-token", "${{ github.token }}"),
    option("publish", "auto"),
    option("release", "auto"),
    option("channel", ""),
    option("fail-on", "error"),
    option("shard", ""),
    option("junit", ""),
    option("sarif", ""),
    option("summary", "true"),
    option("comment", "false"),
    special("args", ""),
];

/// The outputs, in the order of the documentation.
pub const OUTPUTS: [&str; 13] = [
    "status",
    "version",
    "bump",
    "pack-hash",
    "pack-path",
    "revisions",
    "tags",
    "release-url",
    "subjects",
    "junit",
    "sarif",
    "diagnostics",
    "matrix",
];

/// What the inputs come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// Where to work, relative to the workspace.
    pub folder: Option<String>,
    /// What was asked for and the command cannot do, as sentences.
    pub needless: Vec<String>,
}

/// The names under which a runner hands an input over: dashes are kept, and some callers replace them.
pub fn variables(name: &str) -> [String; 2] {
    let upper = name.to_ascii_uppercase();
    [format!("INPUT_{upper}"), format!("INPUT_{}", upper.replace('-', "_"))]
}

/// The value of an input; an empty one counts as absent.
fn value<'v>(name: &str, var: &dyn Fn(&str) -> Option<&'v str>) -> Option<&'v str> {
    variables(name).iter().find_map(|name| var(name)).map(str::trim).filter(|value| !value.is_empty())
}

/// Adds what the inputs say to the arguments.
///
/// # Errors
/// `args` is not a list of words, as a sentence.
pub fn arguments<'v>(
    given: Vec<OsString>,
    var: &dyn Fn(&str) -> Option<&'v str>,
) -> Result<Arguments, String> {
    let mut args = given;
    let words = args.iter().skip(1).filter_map(|arg| arg.to_str()).map(str::to_owned).collect::<Vec<_>>();
    let mut extra = Vec::new();
    let command = match words.iter().find(|word| Command::has_subcommand(word.as_str())) {
        Some(command) => command.clone(),
        // Only options: they stand after the command.
        None if words.iter().all(|word| word.starts_with('-')) && !words.iter().any(|word| asks(word)) => {
            let command: Vec<_> =
                value("command", var).unwrap_or("ci").split_whitespace().map(str::to_owned).collect();
            args.splice(1..1, command.iter().map(OsString::from));
            command.first().cloned().unwrap_or_default()
        }
        None => return Ok(Arguments { args, ..Arguments::default() }),
    };
    if let Some(text) = value("args", var) {
        extra = split(text)?;
    }
    let mut out = Arguments::default();
    let is_said = |option: &str| {
        words
            .iter()
            .chain(&extra)
            .any(|word| word == option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
    };
    let mut options = Vec::new();
    for input in INPUTS {
        let Some(value) = value(input.name, var).filter(|value| input.is_option && *value != input.default)
        else {
            continue;
        };
        let option = format!("--{}", input.name);
        if !knows(&command, input.name) {
            out.needless.push(format!("the input `{}` means nothing to `aegis {command}`", input.name));
        } else if !is_said(&option) {
            options.push(OsString::from(format!("{option}={value}")));
        }
    }
    // Before what may be a list of words, which goes on to the end.
    args.extend(options);
    args.extend(extra.into_iter().map(OsString::from));
    out.args = args;
    out.folder = value("working-directory", var).map(str::to_owned);
    Ok(out)
}

/// Whether a command, or one below it, has an option; those of all commands count.
fn knows(command: &str, option: &str) -> bool {
    fn has(command: &clap::Command, option: &str) -> bool {
        command.get_arguments().any(|argument| argument.get_long() == Some(option))
            || command.get_subcommands().any(|below| has(below, option))
    }
    let all = Cli::command();
    let global = all.get_arguments().any(|argument| argument.get_long() == Some(option));
    // What clap does not know, it says itself.
    global || all.find_subcommand(command).is_none_or(|command| has(command, option))
}

fn asks(word: &str) -> bool {
    matches!(word, "--help" | "-h" | "--version" | "-V")
}

/// Words as a shell splits them: white space between, quotes and backslashes within. Nothing is expanded.
///
/// # Errors
/// A quote that is not closed, or a backslash at the end.
pub fn split(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut chars) = (Vec::new(), None::<String>, text.chars());
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => word.push(c),
                        None => return Err("a `'` is not closed".to_owned()),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                            Some(c) => word.extend(['\\', c]),
                            None => return Err("a `\"` is not closed".to_owned()),
                        },
                        Some(c) => word.push(c),
                        None => return Err("a `\"` is not closed".to_owned()),
                    }
                }
            }
            '\\' => match chars.next() {
                Some(c) => word.get_or_insert_default().push(c),
                None => return Err("a `\\` stands at the end".to_owned()),
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn go(given: &[&str], inputs: &[(&str, &'static str)]) -> Arguments {
        let given = given.iter().map(OsString::from).collect();
        let var = |name: &str| inputs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        arguments(given, &var).unwrap()
    }

    fn shown(given: &[&str], inputs: &[(&str, &'static str)]) -> String {
        let args = go(given, inputs).args;
        args.iter().map(|arg| arg.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn inputs_become_options_of_the_command() {
        assert_eq!(shown(&["aegis"], &[]), "aegis ci");
        assert_eq!(shown(&["aegis"], &[("INPUT_COMMAND", ""), ("INPUT_PUBLISH", "auto")]), "aegis ci");
        assert_eq!(
            shown(
                &["aegis"],
                &[("INPUT_STORE", "s3://b"), ("INPUT_FAIL-ON", "warning"), ("INPUT_SHARD", "")]
            ),
            "aegis ci --store=s3://b --fail-on=warning"
        );
        assert_eq!(shown(&["aegis"], &[("INPUT_FAIL_ON", "warning")]), "aegis ci --fail-on=warning");
        assert_eq!(
            shown(
                &["aegis"],
                &[
                    ("INPUT_COMMAND", "report merge"),
                    ("INPUT_ARGS", "a.xml 'b c.xml'"),
                    ("INPUT_JUNIT", "all.xml")
                ]
            ),
            "aegis report merge --junit=all.xml a.xml b c.xml"
        );
        assert_eq!(go(&["aegis"], &[("INPUT_WORKING-DIRECTORY", "packs")]).folder.as_deref(), Some("packs"));
    }

    #[test]
    fn what_the_arguments_say_goes_first() {
        let inputs = [("INPUT_COMMAND", "test"), ("INPUT_STORE", "s3://b"), ("INPUT_JUNIT", "x.xml")];
        assert_eq!(
            shown(&["aegis", "ci", "--store", "file://s"], &inputs),
            "aegis ci --store file://s --junit=x.xml"
        );
        assert_eq!(shown(&["aegis", "--version"], &inputs), "aegis --version");
        assert_eq!(shown(&["aegis", "nonsense"], &inputs), "aegis nonsense", "clap says what is wrong");
        assert_eq!(
            shown(&["aegis"], &[("INPUT_ARGS", "--store=a"), ("INPUT_STORE", "b")]),
            "aegis ci --store=a",
            "the more special word counts"
        );
    }

    #[test]
    fn what_a_command_cannot_do_is_said() {
        let out = go(
            &["aegis"],
            &[("INPUT_COMMAND", "test"), ("INPUT_CHANNEL", "stable"), ("INPUT_PUBLISH", "auto")],
        );
        assert_eq!(out.needless, ["the input `channel` means nothing to `aegis test`"]);
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        for (text, words) in [
            ("", vec![]),
            ("  a\n b\t", vec!["a", "b"]),
            (r#"--x="a b" 'c "d"' e\ f "" '$HOME'"#, vec!["--x=a b", "c \"d\"", "e f", "", "$HOME"]),
            (r#""a\"b\\c\d""#, vec!["a\"b\\c\\d"]),
            ("a;b && $(c)", vec!["a;b", "&&", "$(c)"]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
        for text in ["'a", "\"a", "\"a\\", "a\\"] {
            assert!(split(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(words in prop::collection::vec("[^']{0,8}", 0..6)) {
            let text: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            prop_assert_eq!(split(&text.join(" ")).unwrap(), words);
        }

        #[test]
        fn no_text_makes_it_fail_badly(text in any::<String>()) {
            let _ = split(&text);
        }
    }
}
