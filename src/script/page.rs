//! `docs/script-rules.md`, made from the rules themselves. Pure: a test holds the page equal to this.

use std::fmt::Write as _;

use super::filter::NOTICE;
use super::flow::intrinsics::MEMBERS;
use super::rules::{ALL, Rule};

/// How the two corpora under `tests/scripts/` fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scores {
    /// Hostile scripts, and how many of them are refused by the rule that they name.
    pub hostile: (usize, usize),
    /// Families of hostile scripts.
    pub families: usize,
    /// Harmless scripts, and how many of them are accepted.
    pub harmless: (usize, usize),
}

/// The longest line of an example that the page shows.
const MAX_LINE: usize = 120;

/// The page.
pub fn page(scores: Scores) -> String {
    let mut page = String::from("# Rules of scripts (`astRulesVersion` 1)\n\n");
    page +=
        "<!-- Made from src/script/rules/ by `AEGIS_BLESS=1 cargo test --test scripts`; do not edit. -->\n\n";
    let _ = writeln!(
        page,
        "What a `bot.js` may be made of. An allow-list: what is not named here is refused. A finding is `BOT_SYNTAX` or \
         `SECURITY_VIOLATION`, names its rule, and cannot be waived. How values are followed is written in \
         [script-data-flow.md](script-data-flow.md).\n\n**Note:** {NOTICE}.\n"
    );
    let share = |(all, good): (usize, usize)| {
        format!("{good} of {all} ({:.1} %)", good as f64 * 100.0 / all.max(1) as f64)
    };
    let _ = writeln!(
        page,
        "| corpus | score |\n| --- | --- |\n| hostile scripts in {} families (`tests/scripts/hostile/`), refused by the rule \
         that they name | {} |\n| harmless scripts (`tests/scripts/harmless/`), accepted | {} |\n\nBoth are this project's own: \
         they say what was tried, not what is impossible.\n",
        scores.families,
        share(scores.hostile),
        share(scores.harmless)
    );
    allowed(&mut page);
    page += "## The rules\n\n";
    for rule in ALL {
        section(&mut page, rule);
    }
    page
}

fn allowed(page: &mut String) {
    *page += "## What may be used\n\n\
        - The language: ECMAScript as a classic script, but for `with`, `debugger`, `using`, decorators, modules, and `this` outside class bodies.\n\
        - Names that the script declares itself, whatever they are called.\n\
        - `module.exports.handleUpdate`, assigned once.\n\
        - `ctx`: `botId`, `chat.id`, `locale`, `now`, `message.text`, `update`, `sendMessage`, `getState`, `setState`, `http`, `goto`.\n\
        - `undefined`, `NaN`, `Infinity`, `parseInt`, `parseFloat`, `isNaN`, `isFinite`, `encodeURI`, `encodeURIComponent`, `decodeURI`, `decodeURIComponent`.\n\
        - `Date` with `new` and a first argument; `Symbol.iterator` and `Symbol.asyncIterator`; `Error` and its kinds.\n\
        - The intrinsics with these static members:\n\n| intrinsic | static members |\n| --- | --- |\n";
    for (name, members) in MEMBERS {
        let members: Vec<_> = members.iter().map(|member| format!("`{member}`")).collect();
        let _ = writeln!(page, "| `{name}` | {} |", members.join(", "));
    }
    *page += "| `Boolean`, `Set` | none |\n\n\
        Beside them `name` and `length` of functions. `Object.create` takes `null` and nothing else.\n\n\
        A member whose key is not constant may be read as data, and written through one such key. What was read so may not be called,\n\
        constructed, used as a tag, or passed to where it could be called; methods with a constant name may be called on it, except\n\
        `call`, `apply` and `bind`.\n\n";
}

fn section(page: &mut String, rule: &Rule) {
    let _ = writeln!(page, "### {}\n\n`{}`: {}.\n", rule.id, rule.code(), rule.why);
    if !rule.names.is_empty() {
        let names: Vec<_> = rule.names.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(page, "Names: {}.\n", names.join(", "));
    }
    for (title, example) in [("Refused", rule.refused), ("Instead", rule.instead)] {
        if !example.is_empty() {
            let _ = writeln!(page, "{title}:\n\n```js\n{}```\n", shown(example));
        }
    }
    let _ = writeln!(page, "What to do: {}.\n", rule.help);
}

fn shown(example: &str) -> String {
    let mut text = String::new();
    for line in Rule::script(example).lines() {
        match line.char_indices().nth(MAX_LINE) {
            Some((at, _)) => {
                let _ = writeln!(text, "{} …", &line[..at]);
            }
            None => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}
