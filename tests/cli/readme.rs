//! What the README shows is what comes out: its commands are run as they stand, one after the other. `AEGIS_BLESS=1` writes what came out
//! into the page.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::run::{Sandbox, cold_starts, hermetic, times};

const MARK: &str = "<!-- output: ";

/// The place that the page's commands write to.
const PLACE: &str = "/tmp/";

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(from).unwrap();
        // What somebody built there is no example.
        if !name.iter().any(|part| part == "aegis-runtime" || part == ".aegis") && entry.path().is_file() {
            fs::create_dir_all(to.join(name).parent().unwrap()).unwrap();
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// What differs between two runs.
fn normalized(text: &str) -> String {
    cold_starts(&times(text))
}

#[test]
fn the_readme_shows_what_comes_out() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(top.join("README.md")).unwrap();
    // A checkout, and a place outside of it.
    let (sandbox, outside) = (Sandbox::new(), Sandbox::new());
    copy(&top.join("examples"), &sandbox.at("examples"));
    fs::create_dir(sandbox.at(".git")).unwrap();
    let place = format!("{}/", outside.path().canonicalize().unwrap().display());
    let programs = Path::new(env!("CARGO_BIN_EXE_aegis")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut pieces = page.split(MARK);
    let (mut shown, mut tried) = (pieces.next().unwrap().to_owned(), 0);
    for piece in pieces {
        let (line, rest) = piece.split_once(" -->\n```text\n").unwrap();
        let (output, rest) = rest.split_once("```\n").unwrap();
        let mut shell = hermetic(OsStr::new("sh"), sandbox.path());
        shell.env("PATH", format!("{}:{path}", programs.display()));
        shell.arg("-c").arg(line.replace(PLACE, &place));
        let ran = shell.output().unwrap();
        let text = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap().replace(&place, PLACE);
        assert!(ran.status.success(), "README.md: `{line}` fails:\n{text}");
        // What is as before but for the time keeps the time.
        let text = if normalized(&text) == normalized(output) { output } else { &text };
        write!(shown, "{MARK}{line} -->\n```text\n{text}```\n{rest}").unwrap();
        tried += 1;
    }
    assert!(tried > 10, "only {tried} commands were found");
    if std::env::var_os("AEGIS_BLESS").is_some() {
        fs::write(top.join("README.md"), shown).unwrap();
    } else if shown != page {
        let old = page.lines().zip(shown.lines()).find(|(old, new)| old != new);
        panic!("README.md is out of date; AEGIS_BLESS=1 writes it anew. The first difference: {old:?}");
    }
}

#[test]
fn the_readme_lists_every_command() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(&["--help"]).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // A description that goes on in the next line stands further in.
    let of_help = commands.lines().filter(|line| !line.starts_with("   "));
    let of_help: Vec<_> = of_help.map(|line| line.split_whitespace().next().unwrap()).collect();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let table = page.split("## Commands\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let of_page: Vec<_> = rows.map(|row| row.split(['`', ' ']).next().unwrap()).collect();
    assert_eq!(of_page, of_help);
}
