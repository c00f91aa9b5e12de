//! Names that resolve to nothing in the script: the intrinsics that are allowed, and all the others.

use oxc_ast::ast::{
    BindingPattern, Function, IdentifierReference, Program, Statement, VariableDeclarationKind,
};
use oxc_span::GetSpan;

use super::graph::{Node, Obj};
use super::intrinsics;
use super::object::Kind;
use super::{Flow, rules};

impl<'a> Flow<'a, '_> {
    /// A name that is read: where its values stand, if it can hold any that matter.
    pub(super) fn reference(&mut self, name: &'a IdentifierReference<'a>) -> Option<Node> {
        match self.symbol_of(name) {
            Some(symbol) => {
                if self.context.function.is_none()
                    && self.host_names.get(&symbol).is_some_and(|&end| name.span.start < end)
                {
                    let found = format!("`{}` is still the host's here", name.name);
                    self.say(rules::for_name(&name.name), name.span, &found);
                }
                Some(symbol)
            }
            None => self.free(name),
        }
    }

    /// The symbol that a reference resolves to.
    pub(super) fn symbol_of(&self, name: &IdentifierReference<'_>) -> Option<Node> {
        let id = name.reference_id.get()?;
        self.scoping.get_reference(id).symbol_id().map(Self::symbol)
    }

    /// Whether a name is this global one.
    pub(super) fn is_free(&self, name: &IdentifierReference<'_>, text: &str) -> bool {
        name.name == text && self.symbol_of(name).is_none()
    }

    fn free(&mut self, name: &'a IdentifierReference<'a>) -> Option<Node> {
        let text = name.name.as_str();
        if intrinsics::is_constant(text) || self.module == Some(name.span) {
            return None;
        }
        if let Some(intrinsic) = intrinsics::named(text) {
            let graph = &mut self.graph;
            let node = self.intrinsics.entry(intrinsic as u32).or_insert_with(|| {
                let object = graph.object(Kind::Native(intrinsic));
                graph.node_with(object)
            });
            return Some(*node);
        }
        if text == "arguments"
            && let Some(function) = self.context.arguments
        {
            return Some(self.arguments_of(function));
        }
        let found = match text {
            "Symbol" => {
                "`Symbol` may only be named as `Symbol.iterator` and `Symbol.asyncIterator`".to_owned()
            }
            "Date" => "`Date` may only be used as `new Date(…)` with a first argument".to_owned(),
            _ => format!("the name `{text}`"),
        };
        self.say(rules::for_name(text), name.span, &found);
        None
    }

    /// A global name that is assigned.
    pub(super) fn assign_free(&mut self, name: &IdentifierReference<'_>) {
        let text = name.name.as_str();
        let known = intrinsics::named(text).is_some() || intrinsics::is_constant(text);
        let rule = match text {
            "module" | "exports" => &rules::shape::RULE,
            "arguments" if self.context.arguments.is_some() => return,
            _ if known => &rules::intrinsic_write::RULE,
            _ => &rules::undeclared_assignment::RULE,
        };
        self.say(rule, name.span, &format!("`{text}` is assigned"));
    }

    /// What is declared as `arguments` may hold the arguments of a function, or leave them to a default value.
    pub(super) fn arguments_declared(&mut self) {
        for symbol in self.scoping.symbol_ids() {
            if self.scoping.symbol_name(symbol) == "arguments" {
                let span = self.scoping.symbol_span(symbol);
                self.say(rules::for_name("arguments"), span, "the name `arguments` is declared");
            }
        }
    }

    /// A function that is declared in a block of sloppy code is assigned to the variable of its name outside too.
    pub(super) fn in_a_block(&mut self, function: &Function<'a>, object: Obj) {
        let (Some(name), Some(scope)) = (&function.id, function.scope_id.get()) else { return };
        let Some(block) = self.scoping.scope_parent_id(scope) else { return };
        let flags = self.scoping.scope_flags(block);
        if !function.is_declaration()
            || function.r#async
            || function.generator
            || flags.is_var()
            || flags.is_strict_mode()
        {
            return;
        }
        for outer in self.scoping.scope_ancestors(block) {
            let other = self.scoping.get_binding(outer, name.name);
            if let Some(other) = other.filter(|&other| Some(other) != name.symbol_id.get()) {
                let flags = self.scoping.symbol_flags(other);
                if !flags.is_function() || flags.is_variable() {
                    let found = format!("a function in a block, and `{}` is declared outside too", name.name);
                    self.say(&rules::node_kind::RULE, name.span, &found);
                }
                self.graph.put(Self::symbol(other), object);
            }
            if self.scoping.scope_flags(outer).is_var() {
                return;
            }
        }
    }

    /// `undefined`, `NaN` and `Infinity` cannot be declared globally: the engine refuses to load the script, or, for a
    /// `var`, keeps its own value.
    fn engine_constants(&mut self) {
        for name in ["undefined", "NaN", "Infinity"] {
            let Some(symbol) = self.scoping.get_root_binding(name.into()) else { continue };
            let span = self.scoping.symbol_span(symbol);
            if self.scoping.symbol_flags(symbol).is_function_scoped_declaration() {
                let found = format!("`var {name}` leaves the engine's `{name}`");
                self.say(&rules::intrinsic_write::RULE, span, &found);
            } else {
                let found = format!("`{name}` is declared at the top level, where the engine has it already");
                self.findings.push(rules::syntax::finding(span, &found));
            }
        }
    }

    /// Global `var`s that share their name with the host's: until they are assigned they *are* the host's, because
    /// declaring what exists changes nothing.
    pub(super) fn host_variables(&mut self, program: &'a Program<'a>) {
        self.engine_constants();
        for statement in &program.body {
            let Statement::VariableDeclaration(declaration) = statement else { continue };
            if declaration.kind != VariableDeclarationKind::Var {
                continue;
            }
            for one in &declaration.declarations {
                for name in one.id.get_binding_identifiers() {
                    let text = name.name.as_str();
                    let rule = rules::for_name(text);
                    let known = intrinsics::named(text).is_some() || rule.names.contains(&text);
                    let Some(symbol) = name.symbol_id.get().filter(|_| known) else { continue };
                    let plain = matches!(one.id, BindingPattern::BindingIdentifier(_));
                    match &one.init {
                        Some(init) if plain => {
                            let end = self.host_names.entry(Self::symbol(symbol)).or_insert(init.span().end);
                            *end = init.span().end.min(*end);
                        }
                        Some(init) => {
                            self.host_names.entry(Self::symbol(symbol)).or_insert(init.span().end);
                        }
                        None => {
                            let found = format!("`var {text}` without a value leaves the host's `{text}`");
                            self.say(rule, name.span, &found);
                        }
                    }
                }
            }
        }
    }
}
