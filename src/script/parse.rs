//! The one place that knows the parser: a classic script in, its tree with resolved names out, or what does not
//! parse. It bounds nothing: `depth` has looked before.

use std::cell::Cell;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder, Stats};
use oxc_span::{SourceType, Span};

use super::filter::Finding;
use super::rules;

/// More syntax errors than this say nothing new.
const MAX_ERRORS: usize = 20;

/// Memory for trees that a thread keeps for the next script: more than this is given back.
const MOST_KEPT: usize = 8 << 20;

thread_local! {
    static KEPT: Cell<Option<Allocator>> = const { Cell::new(None) };
}

/// A script's tree.
pub(super) struct Parsed<'a> {
    /// Where the tree lives; texts that the analysis makes may live there too.
    pub(super) arena: &'a Allocator,
    pub(super) program: &'a Program<'a>,
    pub(super) scoping: &'a Scoping,
}

/// Parses a script and hands its tree on.
pub(super) fn with_program<T>(source: &str, then: impl FnOnce(Parsed<'_>) -> T) -> Result<T, Vec<Finding>> {
    let mut arena = KEPT.take().unwrap_or_default();
    let done = within(&arena, source, then);
    arena.reset();
    if arena.capacity() <= MOST_KEPT {
        KEPT.set(Some(arena));
    }
    done
}

fn within<T>(
    allocator: &Allocator,
    source: &str,
    then: impl FnOnce(Parsed<'_>) -> T,
) -> Result<T, Vec<Finding>> {
    let options =
        ParseOptions { preserve_parens: false, parse_regular_expression: true, ..ParseOptions::default() };
    let parsed = Parser::new(allocator, source, SourceType::script()).with_options(options).parse();
    if parsed.panicked || parsed.diagnostics.has_errors() {
        let errors = parsed.diagnostics.iter().take(MAX_ERRORS);
        let mut errors: Vec<_> = errors
            .map(|error| finding(source, &error.message, error.labels.first().map(|l| (l.offset(), l.len()))))
            .collect();
        if errors.is_empty() {
            errors.push(finding(source, "the script does not parse", None));
        }
        return Err(errors);
    }
    let program = &*allocator.alloc(parsed.program);
    let built = SemanticBuilder::new_compiler().with_stats(expected(source)).build(program);
    if built.diagnostics.has_errors() {
        let errors = built.diagnostics.iter().take(MAX_ERRORS);
        return Err(errors
            .map(|error| finding(source, &error.message, error.labels.first().map(|l| (l.offset(), l.len()))))
            .collect());
    }
    Ok(then(Parsed { arena: allocator, program, scoping: built.semantic.scoping() }))
}

/// How many scopes and names a script has as a rule, and some more. Room that does not suffice grows; without a guess the
/// builder would walk the tree to count.
fn expected(source: &str) -> Stats {
    let bytes = u32::try_from(source.len()).unwrap_or(u32::MAX);
    Stats::new(0, bytes / 80, bytes / 48, bytes / 24)
}

/// A syntax error at an offset and a length, held inside the source whatever the parser says.
fn finding(source: &str, message: &str, label: Option<(u32, u32)>) -> Finding {
    let end = u32::try_from(source.len()).unwrap_or(u32::MAX);
    let (offset, length) = label.unwrap_or((0, 0));
    let start = offset.min(end);
    rules::syntax::finding(Span::new(start, start.saturating_add(length).min(end)), message)
}
