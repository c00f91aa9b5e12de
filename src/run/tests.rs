//! Whole runs against made-up surroundings.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::*;

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream that fails with an error of this kind.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn host(env: &[(&str, &str)], out: Box<dyn Write + Send>, err: &Stream) -> Host {
    let env: BTreeMap<_, _> = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Host::new(env, PathBuf::from("/nowhere"), out, Box::new(err.clone()))
}

/// Exit code, standard output, standard error.
fn go(args: &[&str], env: &[(&str, &str)]) -> (u8, String, String) {
    let (out, err) = (Stream::default(), Stream::default());
    let mut host = host(env, Box::new(out.clone()), &err);
    let exit = run(args.iter().map(OsString::from), &mut host);
    let text = |stream: &Stream| String::from_utf8(stream.0.lock().unwrap().clone()).unwrap();
    (exit.code(), text(&out), text(&err))
}

#[test]
fn usage_errors_in_every_format() {
    let args = ["aegis", "build", "--fromat", "x\x1B[31m"];
    let (code, out, err) = go(&args, &[]);
    assert_eq!((code, out.as_str()), (2, ""));
    insta::assert_snapshot!("usage_as_text", err);
    let (code, out, err) = go(&["aegis", "--format=json", "verify"], &[]);
    assert_eq!((code, err.as_str()), (2, ""));
    insta::assert_snapshot!("usage_as_json", out);
    let (_, out, err) =
        go(&["aegis", "build", "--jobs", "::error::x\n::error::y"], &[("GITHUB_ACTIONS", "true")]);
    insta::assert_snapshot!("usage_as_commands", out);
    assert!(!err.lines().any(|line| line.trim_start().starts_with("::")), "{err}");
    let (code, out, _) = go(&["aegis", "--format=json"], &[]);
    assert_eq!(code, 2);
    assert!(out.contains("no command is given"), "{out}");
}

#[test]
fn help_and_version_are_data() {
    let (code, out, err) = go(&["aegis", "--version", "--format", "json"], &[]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (0, concat!("aegis ", env!("CARGO_PKG_VERSION"), "\n"), "")
    );
    let (_, plain, _) = go(&["aegis", "build", "--help"], &[]);
    assert!(!plain.contains('\x1B'));
}

#[test]
fn a_stream_that_fails_is_the_outside_and_one_that_went_away_is_nothing() {
    for (kind, code) in [(io::ErrorKind::StorageFull, 3), (io::ErrorKind::BrokenPipe, 0)] {
        let err = Stream::default();
        let mut host = host(&[], Box::new(Broken(kind)), &err);
        let exit = run(["aegis", "--version"].map(OsString::from), &mut host);
        assert_eq!(exit.code(), code);
        let said = String::from_utf8(err.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            said.contains("error[OUTPUT_FAILED]: cannot write to standard output"),
            code == 3,
            "{said}"
        );
    }
}

#[test]
fn the_format_and_the_colour_follow_the_surroundings() {
    let with = |env: &[(&str, &str)]| host(env, Box::new(io::sink()), &Stream::default());
    assert_eq!(default_format(&with(&[("GITHUB_ACTIONS", "true")]), true), Format::Github);
    assert_eq!(default_format(&with(&[("GITHUB_ACTIONS", "true")]), false), Format::Text);
    assert_eq!(default_format(&with(&[]), true), Format::Text);
    let colored = |env: &[(&str, &str)], terminal: bool| {
        let mut host = with(env);
        host.stderr_is_terminal = terminal;
        [Color::Auto, Color::Always, Color::Never].map(|color| has_color(color, &host))
    };
    assert_eq!(colored(&[], true), [true, true, false]);
    assert_eq!(colored(&[], false), [false, true, false]);
    assert_eq!(colored(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true), [false, true, false]);
    assert_eq!(colored(&[("CLICOLOR_FORCE", "1")], false), [true, true, false]);
    assert_eq!(colored(&[("TERM", "dumb")], true), [false, true, false]);
}
