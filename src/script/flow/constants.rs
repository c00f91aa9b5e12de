//! What can be known of an expression by reading: its text, the beginning of its text, that it is a number.

use oxc_ast::ast::{AssignmentOperator, BinaryOperator, Expression, TemplateLiteral};
use oxc_syntax::operator::UnaryOperator;

use super::Flow;
use super::graph::Node;
use crate::script::url::Known;

/// How much is looked at for one text: what is longer is not constant.
const FUEL: u32 = 200;
/// The longest text that is built.
const LONGEST: usize = 8 << 10;

impl<'a> Flow<'a, '_> {
    /// The text of an expression that is constant: literals, their sums, constants.
    pub(super) fn text(&self, expression: &'a Expression<'a>) -> Option<&'a str> {
        match expression {
            Expression::StringLiteral(literal) => Some(literal.value.as_str()),
            Expression::Identifier(_)
            | Expression::TemplateLiteral(_)
            | Expression::BinaryExpression(_)
            | Expression::NumericLiteral(_)
            | Expression::SequenceExpression(_)
            | Expression::AssignmentExpression(_)
            | Expression::NullLiteral(_)
            | Expression::BooleanLiteral(_) => {
                let mut known = Known { text: String::new(), complete: true };
                let mut fuel = FUEL;
                self.append(expression, &mut known, &mut fuel, true);
                known.complete.then(|| self.arena.alloc_str(&known.text))
            }
            _ => None,
        }
    }

    /// What is known of the beginning of an expression's text.
    pub(super) fn known(&self, expression: &'a Expression<'a>) -> Known {
        let mut known = Known { text: String::new(), complete: true };
        let mut fuel = FUEL;
        self.append(expression, &mut known, &mut fuel, false);
        known
    }

    pub(super) fn known_template(&self, template: &'a TemplateLiteral<'a>) -> Known {
        let mut known = Known { text: String::new(), complete: true };
        let mut fuel = FUEL;
        self.append_template(template, &mut known, &mut fuel, false);
        known
    }

    /// Appends the text of an expression; `always` asks for the text that it has wherever it is read.
    fn append(&self, expression: &'a Expression<'a>, known: &mut Known, fuel: &mut u32, always: bool) {
        if !known.complete {
            return;
        }
        if *fuel == 0 || known.text.len() > LONGEST {
            known.complete = false;
            return;
        }
        *fuel -= 1;
        match expression {
            Expression::StringLiteral(literal) => known.text.push_str(&literal.value),
            Expression::NumericLiteral(literal)
                if literal.value.fract() == 0.0 && literal.value.abs() < 1e15 =>
            {
                known.text.push_str(&format!("{}", literal.value as i64));
            }
            Expression::NullLiteral(_) => known.text.push_str("null"),
            Expression::BooleanLiteral(literal) => {
                known.text.push_str(if literal.value { "true" } else { "false" });
            }
            Expression::TemplateLiteral(template) => self.append_template(template, known, fuel, always),
            Expression::BinaryExpression(sum)
                if sum.operator == BinaryOperator::Addition && self.is_text(expression, fuel) =>
            {
                self.append(&sum.left, known, fuel, always);
                self.append(&sum.right, known, fuel, always);
            }
            Expression::SequenceExpression(sequence) => match sequence.expressions.last() {
                Some(last) => self.append(last, known, fuel, always),
                None => known.complete = false,
            },
            Expression::AssignmentExpression(assignment)
                if assignment.operator == AssignmentOperator::Assign =>
            {
                self.append(&assignment.right, known, fuel, always);
            }
            Expression::Identifier(name) => {
                let symbol = self.symbol_of(name);
                match symbol.and_then(|symbol| self.constants.get(&symbol)) {
                    Some(constant) if constant.hoisted && always => known.complete = false,
                    Some(constant) => self.append(constant.value, known, fuel, always),
                    None if self.is_free(name, "undefined") => known.text.push_str("undefined"),
                    None => known.complete = false,
                }
            }
            _ => known.complete = false,
        }
    }

    fn append_template(
        &self,
        template: &'a TemplateLiteral<'a>,
        known: &mut Known,
        fuel: &mut u32,
        always: bool,
    ) {
        for (index, quasi) in template.quasis.iter().enumerate() {
            match &quasi.value.cooked {
                Some(text) if known.complete => known.text.push_str(text),
                _ => known.complete = false,
            }
            if let Some(expression) = template.expressions.get(index) {
                self.append(expression, known, fuel, always);
            }
        }
    }

    /// Whether a sum joins texts: one of its parts is known to be one.
    fn is_text(&self, expression: &'a Expression<'a>, fuel: &mut u32) -> bool {
        if *fuel == 0 {
            return false;
        }
        *fuel -= 1;
        match expression {
            Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
            Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => {
                self.is_text(&sum.left, fuel) || self.is_text(&sum.right, fuel)
            }
            Expression::Identifier(name) => {
                let symbol = self.symbol_of(name);
                let constant = symbol.and_then(|symbol| self.constants.get(&symbol));
                constant.is_some_and(|constant| self.is_text(constant.value, fuel))
            }
            _ => false,
        }
    }

    /// Whether an expression is a number, given that the variables that are pushed hold numbers.
    pub(super) fn is_number(&self, expression: &Expression<'_>, given: &mut Vec<Node>, fuel: u32) -> bool {
        let Some(fuel) = fuel.checked_sub(1) else { return false };
        match expression {
            Expression::NumericLiteral(_) | Expression::UpdateExpression(_) => true,
            Expression::UnaryExpression(unary) => {
                let operators =
                    [UnaryOperator::UnaryPlus, UnaryOperator::UnaryNegation, UnaryOperator::BitwiseNot];
                operators.contains(&unary.operator)
            }
            Expression::BinaryExpression(binary) if binary.operator == BinaryOperator::Addition => {
                self.is_number(&binary.left, given, fuel) && self.is_number(&binary.right, given, fuel)
            }
            Expression::BinaryExpression(binary) => {
                binary.operator.is_arithmetic() || binary.operator.is_bitwise()
            }
            Expression::ConditionalExpression(conditional) => {
                self.is_number(&conditional.consequent, given, fuel)
                    && self.is_number(&conditional.alternate, given, fuel)
            }
            Expression::LogicalExpression(logical) => {
                self.is_number(&logical.left, given, fuel) && self.is_number(&logical.right, given, fuel)
            }
            Expression::Identifier(name) => match self.symbol_of(name) {
                Some(symbol) => {
                    given.push(symbol);
                    true
                }
                None => name.name == "NaN" || name.name == "Infinity",
            },
            Expression::CallExpression(call) => match &call.callee {
                Expression::Identifier(name) => {
                    ["Number", "parseInt", "parseFloat"].iter().any(|known| self.is_free(name, known))
                }
                Expression::StaticMemberExpression(member) => match &member.object {
                    Expression::Identifier(name) => self.is_free(name, "Math"),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }
}
