//! Statements. What the match does not name does not compile.

use oxc_ast::ast::{
    Declaration, ForStatementInit, ForStatementLeft, ModuleDeclaration, Statement, VariableDeclaration,
    VariableDeclarationKind,
};
use oxc_span::GetSpan;

use super::graph::Node;
use super::{Flow, rules};

impl<'a> Flow<'a, '_> {
    pub(super) fn statements(&mut self, statements: &'a [Statement<'a>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    pub(super) fn statement(&mut self, statement: &'a Statement<'a>) {
        match statement {
            Statement::BlockStatement(block) => self.statements(&block.body),
            Statement::BreakStatement(_) | Statement::ContinueStatement(_) | Statement::EmptyStatement(_) => {
            }
            Statement::DebuggerStatement(debugger) => {
                self.say(&rules::debugger::RULE, debugger.span, "`debugger`");
            }
            Statement::DoWhileStatement(repeat) => {
                self.statement(&repeat.body);
                self.expression(&repeat.test);
            }
            Statement::ExpressionStatement(statement) => {
                let value = self.expression(&statement.expression);
                self.handler(&statement.expression, value);
            }
            Statement::ForInStatement(repeat) => {
                self.expression(&repeat.right);
                self.head(&repeat.left, None);
                self.statement(&repeat.body);
            }
            Statement::ForOfStatement(repeat) => {
                let value = self.expression(&repeat.right);
                let items = value.map(|value| self.items(value, repeat.right.span()));
                let items = if repeat.r#await { self.resolved(items) } else { items };
                self.head(&repeat.left, items);
                self.statement(&repeat.body);
            }
            Statement::ForStatement(repeat) => {
                match &repeat.init {
                    Some(ForStatementInit::VariableDeclaration(declaration)) => self.variables(declaration),
                    Some(other) => {
                        other.as_expression().and_then(|init| self.expression(init));
                    }
                    None => {}
                }
                repeat.test.as_ref().and_then(|test| self.expression(test));
                repeat.update.as_ref().and_then(|update| self.expression(update));
                self.statement(&repeat.body);
            }
            Statement::IfStatement(choice) => {
                self.expression(&choice.test);
                self.statement(&choice.consequent);
                if let Some(alternate) = &choice.alternate {
                    self.statement(alternate);
                }
            }
            Statement::LabeledStatement(labelled) => self.statement(&labelled.body),
            Statement::ReturnStatement(statement) => self.returned(statement),
            Statement::SwitchStatement(switch) => {
                self.expression(&switch.discriminant);
                for case in &switch.cases {
                    case.test.as_ref().and_then(|test| self.expression(test));
                    self.statements(&case.consequent);
                }
            }
            Statement::ThrowStatement(throw) => {
                let value = self.expression(&throw.argument);
                self.flow(value, self.shared.thrown);
            }
            Statement::TryStatement(attempt) => {
                self.statements(&attempt.block.body);
                if let Some(handler) = &attempt.handler {
                    if let Some(parameter) = &handler.param {
                        self.bind(&parameter.pattern, Some(self.shared.thrown));
                    }
                    self.statements(&handler.body.body);
                }
                if let Some(last) = &attempt.finalizer {
                    self.statements(&last.body);
                }
            }
            Statement::WhileStatement(repeat) => {
                self.expression(&repeat.test);
                self.statement(&repeat.body);
            }
            Statement::WithStatement(with) => {
                self.say(&rules::with::RULE, with.span, "`with`");
                self.expression(&with.object);
                self.statement(&with.body);
            }
            Statement::VariableDeclaration(_)
            | Statement::FunctionDeclaration(_)
            | Statement::ClassDeclaration(_)
            | Statement::TSTypeAliasDeclaration(_)
            | Statement::TSInterfaceDeclaration(_)
            | Statement::TSEnumDeclaration(_)
            | Statement::TSExternalModuleDeclaration(_)
            | Statement::TSNamespaceDeclaration(_)
            | Statement::TSGlobalDeclaration(_)
            | Statement::TSImportEqualsDeclaration(_) => {
                if let Some(declaration) = statement.as_declaration() {
                    self.declaration(declaration);
                }
            }
            Statement::ImportDeclaration(_)
            | Statement::ExportAllDeclaration(_)
            | Statement::ExportDefaultDeclaration(_)
            | Statement::ExportDeclaration(_)
            | Statement::ExportNamedDeclaration(_)
            | Statement::ExportFromDeclaration(_)
            | Statement::TSExportAssignment(_)
            | Statement::TSNamespaceExportDeclaration(_) => {
                if let Some(declaration) = statement.as_module_declaration() {
                    self.module_declaration(declaration);
                }
            }
        }
    }

    fn declaration(&mut self, declaration: &'a Declaration<'a>) {
        match declaration {
            Declaration::VariableDeclaration(variables) => self.variables(variables),
            Declaration::FunctionDeclaration(function) => {
                self.function(function, None);
            }
            Declaration::ClassDeclaration(class) => {
                self.class(class);
            }
            Declaration::TSTypeAliasDeclaration(_)
            | Declaration::TSInterfaceDeclaration(_)
            | Declaration::TSEnumDeclaration(_)
            | Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSNamespaceDeclaration(_)
            | Declaration::TSGlobalDeclaration(_)
            | Declaration::TSImportEqualsDeclaration(_) => {
                self.say(&rules::node_kind::RULE, declaration.span(), "TypeScript");
            }
        }
    }

    fn module_declaration(&mut self, declaration: &ModuleDeclaration<'_>) {
        self.say(&rules::import::RULE, declaration.span(), "`import` or `export`");
    }

    fn variables(&mut self, declaration: &'a VariableDeclaration<'a>) {
        match declaration.kind {
            VariableDeclarationKind::Var | VariableDeclarationKind::Let | VariableDeclarationKind::Const => {}
            VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing => {
                self.say(&rules::node_kind::RULE, declaration.span, "`using`");
            }
        }
        let hoisted = declaration.kind == VariableDeclarationKind::Var;
        for one in &declaration.declarations {
            if let Some(init) = &one.init {
                let value = self.expression(init);
                self.bind_value(&one.id, init, value, hoisted);
            }
        }
    }

    /// What a `for` assigns on each round.
    fn head(&mut self, left: &'a ForStatementLeft<'a>, items: Option<Node>) {
        match left {
            ForStatementLeft::VariableDeclaration(declaration) => {
                if declaration.kind.is_using() {
                    self.say(&rules::node_kind::RULE, declaration.span, "`using`");
                }
                for one in &declaration.declarations {
                    if let Some(init) = &one.init {
                        self.expression(init);
                    }
                    self.bind(&one.id, items);
                }
            }
            other => {
                if let Some(target) = other.as_assignment_target() {
                    self.assign(target, items);
                }
            }
        }
    }
}
