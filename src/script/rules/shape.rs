//! `shape`: one handler, and nothing else that happens when the script is loaded.

mod constant;

use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, AssignmentTarget, BindingPattern, Declaration, Expression, Program,
    Statement,
};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};

use super::Rule;
use crate::script::filter::Finding;

/// The rule.
pub const RULE: Rule = Rule {
    id: "shape",
    why: "a script assigns one async function to `module.exports.handleUpdate`, and may only declare things beside it",
    help: "declare functions, classes and constants; let `Object.freeze`, `new Map`, `new Set` and `new RegExp` on constants be the only calls in their initializers; assign the handler once",
    refused: "module.exports.handleUpdate = function (ctx) {\n  return ctx.sendMessage(\"Hello\");\n};",
    instead: "module.exports.handleUpdate = async function (ctx) {\n  await ctx.sendMessage(\"Hello\");\n};",
    names: &["module", "exports"],
};

/// What the outermost statements are.
pub(in crate::script) struct Shape {
    pub(in crate::script) findings: Vec<Finding>,
    /// The one place where `module` may be named.
    pub(in crate::script) module: Option<Span>,
}

/// Judges the outermost statements.
pub(in crate::script) fn judge(program: &Program<'_>, scoping: &Scoping) -> Shape {
    let mut shape = Shape { findings: Vec::new(), module: None };
    for statement in &program.body {
        shape.statement(statement, program, scoping);
    }
    if shape.module.is_none() && shape.findings.is_empty() {
        shape.say(Span::new(0, 0), "`module.exports.handleUpdate` is not assigned");
    }
    if let Some(symbol) = scoping.get_root_binding("module".into()) {
        shape.say(scoping.symbol_span(symbol), "`module` is declared again");
    }
    shape
}

impl Shape {
    fn say(&mut self, span: Span, found: &str) {
        self.findings.push(Finding::of(&RULE, span, found));
    }

    fn statement(&mut self, statement: &Statement<'_>, program: &Program<'_>, scoping: &Scoping) {
        match statement {
            Statement::EmptyStatement(_) | Statement::FunctionDeclaration(_) => {}
            Statement::ClassDeclaration(class) => self.constant(constant::class(scoping, class)),
            Statement::VariableDeclaration(declaration) => {
                for one in &declaration.declarations {
                    self.constant(constant::pattern(scoping, &one.id));
                    if let Some(init) = &one.init {
                        self.constant(constant::expression(scoping, init));
                    }
                }
            }
            Statement::ExpressionStatement(statement) => match &statement.expression {
                Expression::AssignmentExpression(assignment) => {
                    self.assignment(assignment, program, scoping);
                }
                Expression::StringLiteral(_) => {}
                other => self.say(other.span(), "something happens at the top level"),
            },
            other => self.say(other.span(), "a statement of this kind stands at the top level"),
        }
    }

    fn constant(&mut self, effect: Result<(), Span>) {
        if let Err(span) = effect {
            self.say(span, "an initializer at the top level does more than build a constant");
        }
    }

    fn assignment(&mut self, assignment: &AssignmentExpression<'_>, program: &Program<'_>, scoping: &Scoping) {
        let Some(module) = handler(&assignment.left, scoping) else {
            return self.say(assignment.span, "something else is assigned at the top level");
        };
        if self.module.replace(module).is_some() {
            return self.say(assignment.span, "`module.exports.handleUpdate` is assigned twice");
        }
        let plain = assignment.operator == AssignmentOperator::Assign;
        if !plain || !is_handler(&assignment.right, program, scoping) {
            self.say(assignment.right.span(), "this is no async function, or a generator");
        }
    }
}

/// The span of `module` in `module.exports.handleUpdate`.
fn handler(target: &AssignmentTarget<'_>, scoping: &Scoping) -> Option<Span> {
    let AssignmentTarget::StaticMemberExpression(member) = target else { return None };
    let Expression::StaticMemberExpression(exports) = &member.object else { return None };
    let Expression::Identifier(module) = &exports.object else { return None };
    let free = module.reference_id.get().is_some_and(|id| !scoping.has_binding(id));
    let named = module.name == "module" && exports.property.name == "exports";
    (free && named && member.property.name == "handleUpdate").then_some(module.span)
}

/// Whether an expression is an async function and no generator: written here, or declared at the top level and never
/// assigned again.
fn is_handler(expression: &Expression<'_>, program: &Program<'_>, scoping: &Scoping) -> bool {
    match expression {
        Expression::FunctionExpression(function) => function.r#async && !function.generator,
        Expression::ArrowFunctionExpression(arrow) => arrow.r#async,
        Expression::Identifier(name) => {
            let symbol = name.reference_id.get().and_then(|id| scoping.get_reference(id).symbol_id());
            symbol.is_some_and(|symbol| {
                !scoping.symbol_is_mutated(symbol)
                    && scoping.symbol_redeclarations(symbol).is_empty()
                    && program.body.iter().any(|statement| declares_handler(statement, symbol, program, scoping))
            })
        }
        _ => false,
    }
}

fn declares_handler(
    statement: &Statement<'_>,
    symbol: oxc_semantic::SymbolId,
    program: &Program<'_>,
    scoping: &Scoping,
) -> bool {
    match statement.as_declaration() {
        Some(Declaration::FunctionDeclaration(function)) => {
            let named = function.id.as_ref().is_some_and(|id| id.symbol_id.get() == Some(symbol));
            named && function.r#async && !function.generator
        }
        Some(Declaration::VariableDeclaration(declaration)) => declaration.declarations.iter().any(|one| {
            let BindingPattern::BindingIdentifier(id) = &one.id else { return false };
            let init = one.init.as_ref().filter(|init| !matches!(init, Expression::Identifier(_)));
            id.symbol_id.get() == Some(symbol) && init.is_some_and(|init| is_handler(init, program, scoping))
        }),
        _ => false,
    }
}
