//! Functions of the script: what goes in, what comes out. Their bodies are walked after everything around them.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Expression, FormalParameters, Function, FunctionBody,
    ReturnStatement, YieldExpression,
};
use oxc_span::GetSpan;

use super::context::Context;
use super::graph::{Node, Obj};
use super::object::Kind;
use super::{Flow, names, rules};

/// A function.
#[derive(Debug)]
pub(super) struct FunctionInfo {
    /// The node that takes each argument.
    pub(super) parameters: Vec<Node>,
    /// The node that takes each further argument.
    pub(super) rest: Option<Node>,
    /// Its `arguments`, once it names them.
    pub(super) arguments: Option<Obj>,
    pub(super) this: Node,
    pub(super) returned: Node,
    pub(super) is_async: bool,
    /// What a generator gives when it is called.
    pub(super) generator: Option<Obj>,
    /// What `bind` makes of it.
    pub(super) bound: Option<Obj>,
    /// What it is as a value.
    pub(super) object: Obj,
}

#[derive(Debug, Clone, Copy)]
enum Body<'a> {
    Statements(&'a FunctionBody<'a>),
    Expression(&'a Expression<'a>),
}

/// A body that was not walked yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    parameters: &'a FormalParameters<'a>,
    body: Body<'a>,
    context: Context,
}

impl<'a> Flow<'a, '_> {
    /// A function that is no arrow; `home` if it is a method.
    pub(super) fn function(&mut self, function: &'a Function<'a>, home: Option<Obj>) -> Node {
        let (number, node) = self.new_function(&function.params, function.generator, function.r#async);
        let object = self.functions[number as usize].object;
        if let Some(symbol) = function.id.as_ref().and_then(|id| id.symbol_id.get()) {
            let symbol = Self::symbol(symbol);
            self.no_number(symbol);
            self.graph.put(symbol, object);
            self.in_a_block(function, object);
        }
        let in_class = self.context.in_class;
        let context = Context {
            this: in_class.then(|| self.functions[number as usize].this),
            arguments: Some(number),
            function: Some(number),
            home,
            class: self.context.class.filter(|_| home.is_some()),
            in_class,
        };
        if let Some(body) = &function.body {
            self.jobs.push(Job { parameters: &function.params, body: Body::Statements(body), context });
        }
        node
    }

    pub(super) fn arrow(&mut self, arrow: &'a ArrowFunctionExpression<'a>) -> Node {
        let (number, node) = self.new_function(&arrow.params, false, arrow.r#async);
        let body = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => Body::Statements(body),
            other => match other.as_expression() {
                Some(expression) => Body::Expression(expression),
                None => return node,
            },
        };
        let context = Context { function: Some(number), ..self.context };
        self.jobs.push(Job { parameters: &arrow.params, body, context });
        node
    }

    fn new_function(
        &mut self,
        parameters: &FormalParameters<'_>,
        generator: bool,
        is_async: bool,
    ) -> (u32, Node) {
        let number = self.functions.len() as u32;
        let object = self.graph.object(Kind::Function(number));
        let generator = generator.then(|| self.graph.object(Kind::Builtin));
        let info = FunctionInfo {
            parameters: parameters.items.iter().map(|_| self.graph.node()).collect(),
            rest: parameters.rest.is_some().then(|| self.graph.node()),
            arguments: None,
            this: self.graph.node(),
            returned: self.graph.node(),
            is_async,
            generator,
            bound: None,
            object,
        };
        self.functions.push(info);
        (number, self.graph.node_with(object))
    }

    /// The function that is the one object of a node.
    pub(super) fn function_at(&self, node: Node) -> Option<u32> {
        match self.graph.at(node)[..] {
            [object] => match self.graph.kind(object) {
                Kind::Function(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }

    /// Walks the body of a function.
    pub(super) fn job(&mut self, index: usize) {
        let Job { parameters, body, context } = self.jobs[index];
        self.context = context;
        let Some(number) = context.function else { return };
        for (place, parameter) in parameters.items.iter().enumerate() {
            let from = self.functions[number as usize].parameters[place];
            let default = parameter.initializer.as_ref().and_then(|init| self.expression(init));
            let from = self.either(Some(from), default);
            self.bind(&parameter.pattern, from);
            if !parameter.decorators.is_empty() {
                self.say(&rules::node_kind::RULE, parameter.span, "a decorator");
            }
        }
        if let (Some(rest), Some(elements)) = (&parameters.rest, self.functions[number as usize].rest) {
            let list = self.list();
            let place = self.elements(list);
            self.graph.edge(elements, place);
            let node = self.graph.node_with(list);
            self.bind(&rest.rest.argument, Some(node));
        }
        match body {
            Body::Statements(body) => self.statements(&body.statements),
            Body::Expression(expression) => {
                let value = self.expression(expression);
                self.flow(value, self.functions[number as usize].returned);
            }
        }
    }

    /// `arguments` of a function: in sloppy code it shares its members with the parameters.
    pub(super) fn arguments_of(&mut self, function: u32) -> Node {
        if let Some(list) = self.functions[function as usize].arguments {
            return self.graph.node_with(list);
        }
        let list = self.list();
        self.functions[function as usize].arguments = Some(list);
        let elements = self.elements(list);
        let all = self.graph.all(list);
        for index in 0..self.functions[function as usize].parameters.len() {
            let parameter = self.functions[function as usize].parameters[index];
            self.graph.edge(all, parameter);
        }
        if let Some(rest) = self.functions[function as usize].rest {
            self.graph.edge(rest, elements);
        }
        self.graph.node_with(list)
    }

    pub(super) fn returned(&mut self, statement: &'a ReturnStatement<'a>) {
        let value = statement.argument.as_ref().and_then(|argument| self.expression(argument));
        if let Some(function) = self.context.function {
            self.flow(value, self.functions[function as usize].returned);
        }
    }

    pub(super) fn yielded(&mut self, yielded: &'a YieldExpression<'a>) -> Option<Node> {
        let value = yielded.argument.as_ref().and_then(|argument| self.expression(argument));
        let sent = Some(self.shared.sent);
        let function = self.context.function?;
        let generator = self.functions[function as usize].generator?;
        let place = self.graph.field(generator, names::ELEM);
        if !yielded.delegate {
            // An async generator awaits what it yields.
            if !self.functions[function as usize].is_async {
                self.flow(value, place);
            }
            let value = self.resolved(value);
            self.flow(value, place);
            return sent;
        }
        let items = self.items(value?, yielded.argument.as_ref()?.span());
        if !self.functions[function as usize].is_async {
            self.graph.edge(items, place);
        }
        let awaited = self.resolved(Some(items));
        self.flow(awaited, place);
        self.either(Some(items), sent)
    }
}
