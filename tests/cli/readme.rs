//! What commands of the README print is what they print: they are run as they stand, one after the other. `AEGIS_BLESS=1` writes what
//! came out into the page.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use super::run::{Sandbox, cold_starts, copy, hermetic, times, wait};

/// Stands before what a command prints, with the command.
const MARK: &str = "<!-- output: ";

/// The place that the page's commands write to.
const PLACE: &str = "/tmp/";

/// What somebody built in a project is no example.
const BUILT: [&str; 5] = ["aegis-runtime", "aegis-bots", ".aegis", "junit.xml", "report.html"];

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The commands of `aegis` that the page shows up to its section about workflows; that of `cargo run` is one of them.
fn shown_commands(page: &str) -> Vec<&str> {
    let tour = page.split("\n### In a workflow\n").next().unwrap();
    let blocks = tour.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let command = |line: &'_ str| line.starts_with("aegis ") || line.starts_with("cargo run ");
    blocks.flat_map(str::lines).filter(|line| command(line)).collect()
}

/// What differs between two runs.
fn normalized(text: &str) -> String {
    cold_starts(&times(text))
}

/// Hashes that became others, as beginnings of them are named in later commands.
fn changed_hashes(old: &str, new: &str) -> Vec<(String, String)> {
    let is_hash = |word: &&str| word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let [old, new] = [old, new].map(|text| text.split_whitespace().filter(is_hash).collect::<Vec<_>>());
    let pairs = old.into_iter().zip(new).filter(|(old, new)| old.len() == new.len() && old != new);
    pairs.map(|(old, new)| (old[..7].to_owned(), new[..7].to_owned())).collect()
}

#[test]
fn the_readme_shows_what_comes_out() {
    let (page, bless) = (page(), std::env::var_os("AEGIS_BLESS").is_some());
    // A checkout, and a place outside of it.
    let (sandbox, outside) = (Sandbox::new(), Sandbox::new());
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    fs::create_dir(sandbox.at("examples")).unwrap();
    copy(&examples, &sandbox.at("examples"), |entry| BUILT.iter().any(|name| entry.file_name() == *name));
    fs::create_dir(sandbox.at(".git")).unwrap();
    let place = format!("{}/", outside.path().canonicalize().unwrap().display());
    let is_plain = place.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    assert!(
        is_plain,
        "the folder for temporary files has to be one that a shell and a URL take as it is: {place}"
    );
    let programs = Path::new(env!("CARGO_BIN_EXE_aegis")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let (mut rest, mut shown, mut ran) = (page.clone(), String::new(), Vec::new());
    while let Some((before, after)) = rest.split_once(MARK).map(|(a, b)| (a.to_owned(), b.to_owned())) {
        let (line, after) = after.split_once(" -->\n```text\n").unwrap();
        let (output, after) = after.split_once("```\n").unwrap();
        let mut shell = hermetic(OsStr::new("sh"), sandbox.path());
        shell.env("PATH", format!("{}:{path}", programs.display()));
        shell.arg("-c").arg(line.replace(PLACE, &place));
        let child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (exit, stdout, stderr) = wait(child, line);
        let text = String::from_utf8([stdout, stderr].concat()).unwrap().replace(&place, PLACE);
        assert_eq!(exit, 0, "README.md: `{line}` fails:\n{text}");
        if !bless {
            assert_eq!(
                normalized(&text),
                normalized(output),
                "README.md: `{line}`; AEGIS_BLESS=1 writes it anew"
            );
        }
        // What is as before but for the time keeps the time.
        let text = if normalized(&text) == normalized(output) { output } else { &text };
        write!(shown, "{before}{MARK}{line} -->\n```text\n{text}```\n").unwrap();
        ran.push(line.to_owned());
        let mut following = after.to_owned();
        for (old, new) in changed_hashes(output, text) {
            following = following.replace(&old, &new);
        }
        rest = following;
    }
    shown.push_str(&rest);
    let named =
        |line: &'_ str| line.rsplit_once(" -- ").map_or(line.to_owned(), |(_, args)| format!("aegis {args}"));
    assert_eq!(ran, shown_commands(&shown).into_iter().map(named).collect::<Vec<_>>(), "shown and run");
    if bless {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), shown).unwrap();
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
    let page = page();
    let table = page.split("## Commands\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let of_page: Vec<_> = rows.map(|row| row.split(['`', ' ']).next().unwrap()).collect();
    assert_eq!(of_page, of_help);
}
