//! Where something was thrown that is no error and so has no stack trace: the script is run again with its `throw`s marked.
//! Engines are deterministic here, so the same happens again. Used only after a failure without a place.

use oxc_allocator::Allocator;
use oxc_ast::ast::{AssignmentExpression, ThrowStatement};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, SourceType};

use super::failure::Spot;

/// Larger scripts are not traced: the tree of a script is walked recursively.
const LARGEST: usize = 256 << 10;
/// A stack for the highest tree that so many bytes can make. Only what is used of it is ever there.
const STACK: usize = 512 << 20;

/// A script whose `throw`s are marked.
pub(super) struct Marked {
    /// Its text.
    pub(super) source: String,
    /// The name of the function that marks, which the script knows nothing of.
    pub(super) name: String,
    /// Where the `throw`s stand.
    throws: Vec<usize>,
    handler: Option<usize>,
    original: String,
}

impl Marked {
    /// Marks a script that the engine has compiled.
    pub(super) fn of(source: &str) -> Option<Self> {
        if source.len() > LARGEST {
            return None;
        }
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, || mark(source)).ok()?.join().ok()?
        })
    }

    /// The place of a `throw` by its number; without one, that of the handler.
    pub(super) fn spot(&self, number: Option<u32>) -> Option<Spot> {
        let found = number.and_then(|number| self.throws.get(number as usize).copied());
        found.or(self.handler).map(|at| Spot::of(&self.original, at))
    }
}

fn mark(source: &str) -> Option<Marked> {
    let allocator = Allocator::default();
    let options = ParseOptions { preserve_parens: false, ..ParseOptions::default() };
    let parsed = Parser::new(&allocator, source, SourceType::script()).with_options(options).parse();
    if parsed.panicked {
        return None;
    }
    let name = (0..).map(|number| format!("thrown{number}")).find(|name| !source.contains(name.as_str()))?;
    let mut found = Found::default();
    found.visit_program(&parsed.program);
    Some(write(source, name, found))
}

#[derive(Default)]
struct Found {
    /// Start of the statement, start and end of what is thrown.
    throws: Vec<(usize, usize, usize)>,
    handler: Option<usize>,
}

impl<'a> Visit<'a> for Found {
    fn visit_throw_statement(&mut self, it: &ThrowStatement<'a>) {
        let argument = it.argument.span();
        self.throws.push((it.span.start as usize, argument.start as usize, argument.end as usize));
        walk::walk_throw_statement(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        let target = it.left.span();
        if it.left.as_member_expression().and_then(|member| member.static_property_name())
            == Some("handleUpdate")
        {
            self.handler.get_or_insert(target.start as usize);
        }
        walk::walk_assignment_expression(self, it);
    }
}

fn write(source: &str, name: String, found: Found) -> Marked {
    let mut inserts: Vec<(usize, String)> = Vec::new();
    for (number, &(_, start, end)) in found.throws.iter().enumerate() {
        inserts.push((start, format!("{name}({number},(")));
        inserts.push((end, "))".to_owned()));
    }
    inserts.sort_by_key(|&(at, _)| at);
    let mut marked = String::with_capacity(source.len() + 32 * inserts.len());
    let mut done = 0;
    for (at, text) in inserts {
        marked.push_str(source.get(done..at).unwrap_or_default());
        marked.push_str(&text);
        done = at;
    }
    marked.push_str(source.get(done..).unwrap_or_default());
    // A declaration, so that it is there from the first line on, whatever stands there. Asked with -1 it says which mark
    // the value went through last.
    marked.push_str(&format!(
        "\nfunction {name}(n, value) {{\n\
         const log = {name}.log || ({name}.log = []);\n\
         if (n >= 0) {{ log[log.length] = [n, value]; if (log.length > 99) log.shift(); return value; }}\n\
         for (let i = log.length - 1; i >= 0; i -= 1) if (Object.is(log[i][1], value)) return log[i][0];\n\
         return -1;\n}}\n"
    ));
    let throws = found.throws.into_iter().map(|(statement, ..)| statement).collect();
    Marked { source: marked, name, throws, handler: found.handler, original: source.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_are_marked_wherever_they_stand() {
        let source = "'use strict';\nconst f = () => { throw (1, 2) };\nmodule.exports.handleUpdate = async () => { throw async () => { throw thrown0; } }";
        let marked = Marked::of(source).unwrap();
        assert_eq!(marked.name, "thrown1");
        assert!(
            marked.source.starts_with("'use strict';\nconst f = () => { throw (thrown1(0,(1, 2))) };\n"),
            "{}",
            marked.source
        );
        assert!(
            marked.source.contains("throw thrown1(1,(async () => { throw thrown1(2,(thrown0)); })) }"),
            "{}",
            marked.source
        );
        assert_eq!(marked.spot(Some(0)), Some(Spot { line: 2, column: 19 }));
        assert_eq!(marked.spot(None), Some(Spot { line: 3, column: 1 }));
        assert_eq!(marked.spot(Some(9)), marked.spot(None));
    }
}
