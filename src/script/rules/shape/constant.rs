//! Whether evaluating an initializer does nothing but build a value. What the match does not name does not compile.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, BindingPattern, ChainElement, Class, ClassElement, Expression,
    MemberExpression, ObjectPropertyKind, PropertyKey,
};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};

type Effect = Result<(), Span>;

/// An expression: the first place that does more.
pub(super) fn expression(names: &Scoping, expression: &Expression<'_>) -> Effect {
    match expression {
        Expression::BooleanLiteral(_)
        | Expression::NullLiteral(_)
        | Expression::NumericLiteral(_)
        | Expression::BigIntLiteral(_)
        | Expression::RegExpLiteral(_)
        | Expression::StringLiteral(_)
        | Expression::Identifier(_)
        | Expression::ArrowFunctionExpression(_)
        | Expression::FunctionExpression(_)
        | Expression::ThisExpression(_)
        | Expression::NewTarget(_)
        | Expression::Super(_) => Ok(()),
        Expression::TemplateLiteral(template) => template.expressions.iter().try_for_each(|one| self::expression(names, one)),
        Expression::ArrayExpression(array) => array.elements.iter().try_for_each(|one| element(names, one)),
        Expression::ObjectExpression(object) => object.properties.iter().try_for_each(|one| property(names, one)),
        Expression::ClassExpression(class) => self::class(names, class),
        Expression::BinaryExpression(binary) => {
            self::expression(names, &binary.left).and_then(|()| self::expression(names, &binary.right))
        }
        Expression::LogicalExpression(logical) => {
            self::expression(names, &logical.left).and_then(|()| self::expression(names, &logical.right))
        }
        Expression::ConditionalExpression(conditional) => self::expression(names, &conditional.test)
            .and_then(|()| self::expression(names, &conditional.consequent))
            .and_then(|()| self::expression(names, &conditional.alternate)),
        Expression::UnaryExpression(unary) if unary.operator.is_delete() => Err(unary.span),
        Expression::UnaryExpression(unary) => self::expression(names, &unary.argument),
        Expression::SequenceExpression(sequence) => sequence.expressions.iter().try_for_each(|one| self::expression(names, one)),
        Expression::ParenthesizedExpression(inner) => self::expression(names, &inner.expression),
        Expression::PrivateInExpression(inner) => self::expression(names, &inner.right),
        Expression::ComputedMemberExpression(_)
        | Expression::StaticMemberExpression(_)
        | Expression::PrivateFieldExpression(_) => expression.as_member_expression().map_or(Ok(()), |one| member(names, one)),
        Expression::ChainExpression(chain) => match &chain.expression {
            ChainElement::CallExpression(call) => Err(call.span),
            ChainElement::TSNonNullExpression(inner) => Err(inner.span),
            ChainElement::ComputedMemberExpression(_)
            | ChainElement::StaticMemberExpression(_)
            | ChainElement::PrivateFieldExpression(_) => {
                chain.expression.as_member_expression().map_or(Ok(()), |one| member(names, one))
            }
        },
        Expression::CallExpression(call) => {
            let freeze = call.callee.is_specific_member_access("Object", "freeze") && free(names, "Object");
            if freeze && !call.optional { arguments(names, &call.arguments) } else { Err(call.span) }
        }
        Expression::NewExpression(new) => {
            let allowed = ["Map", "Set", "RegExp"];
            let allowed = allowed.iter().any(|name| new.callee.is_specific_id(name) && free(names, name));
            if allowed { arguments(names, &new.arguments) } else { Err(new.span) }
        }
        Expression::AssignmentExpression(_)
        | Expression::AwaitExpression(_)
        | Expression::ImportExpression(_)
        | Expression::TaggedTemplateExpression(_)
        | Expression::UpdateExpression(_)
        | Expression::YieldExpression(_)
        | Expression::ImportMeta(_)
        | Expression::JSXElement(_)
        | Expression::JSXFragment(_)
        | Expression::TSAsExpression(_)
        | Expression::TSSatisfiesExpression(_)
        | Expression::TSTypeAssertion(_)
        | Expression::TSNonNullExpression(_)
        | Expression::TSInstantiationExpression(_)
        | Expression::V8IntrinsicExpression(_) => Err(expression.span()),
    }
}

/// Whether a name is the engine's at the top level.
fn free(names: &Scoping, name: &str) -> bool {
    names.get_root_binding(name.into()).is_none()
}

fn member(names: &Scoping, member: &MemberExpression<'_>) -> Effect {
    expression(names, member.object())?;
    match member {
        MemberExpression::ComputedMemberExpression(computed) => expression(names, &computed.expression),
        MemberExpression::StaticMemberExpression(_) | MemberExpression::PrivateFieldExpression(_) => Ok(()),
    }
}

fn arguments(names: &Scoping, arguments: &[Argument<'_>]) -> Effect {
    arguments.iter().try_for_each(|argument| match argument {
        Argument::SpreadElement(spread) => expression(names, &spread.argument),
        other => other.as_expression().map_or(Ok(()), |one| expression(names, one)),
    })
}

fn element(names: &Scoping, element: &ArrayExpressionElement<'_>) -> Effect {
    match element {
        ArrayExpressionElement::SpreadElement(spread) => expression(names, &spread.argument),
        ArrayExpressionElement::Elision(_) => Ok(()),
        other => other.as_expression().map_or(Ok(()), |one| expression(names, one)),
    }
}

fn property(names: &Scoping, property: &ObjectPropertyKind<'_>) -> Effect {
    match property {
        ObjectPropertyKind::ObjectProperty(property) => {
            key(names, &property.key).and_then(|()| expression(names, &property.value))
        }
        ObjectPropertyKind::SpreadProperty(spread) => expression(names, &spread.argument),
    }
}

fn key(names: &Scoping, key: &PropertyKey<'_>) -> Effect {
    match key {
        PropertyKey::StaticIdentifier(_) | PropertyKey::PrivateIdentifier(_) => Ok(()),
        other => other.as_expression().map_or(Ok(()), |one| expression(names, one)),
    }
}

/// A class: what its heritage, its keys and its static members do.
pub(super) fn class(names: &Scoping, class: &Class<'_>) -> Effect {
    if let Some(heritage) = &class.heritage {
        expression(names, &heritage.expression)?;
    }
    class.body.body.iter().try_for_each(|element| match element {
        ClassElement::StaticBlock(block) => Err(block.span),
        ClassElement::MethodDefinition(method) => key(names, &method.key),
        ClassElement::PropertyDefinition(field) => {
            key(names, &field.key)?;
            let now = field.value.as_ref().filter(|_| field.r#static);
            now.map_or(Ok(()), |one| expression(names, one))
        }
        ClassElement::AccessorProperty(field) => Err(field.span),
        ClassElement::TSIndexSignature(signature) => Err(signature.span),
    })
}

/// A pattern: what its defaults and computed keys do.
pub(super) fn pattern(names: &Scoping, pattern: &BindingPattern<'_>) -> Effect {
    match pattern {
        BindingPattern::BindingIdentifier(_) => Ok(()),
        BindingPattern::ObjectPattern(object) => {
            for property in &object.properties {
                key(names, &property.key)?;
                self::pattern(names, &property.value)?;
            }
            object.rest.as_ref().map_or(Ok(()), |rest| self::pattern(names, &rest.argument))
        }
        BindingPattern::ArrayPattern(array) => {
            array.elements.iter().flatten().try_for_each(|one| self::pattern(names, one))?;
            array.rest.as_ref().map_or(Ok(()), |rest| self::pattern(names, &rest.argument))
        }
        BindingPattern::AssignmentPattern(default) => {
            expression(names, &default.right).and_then(|()| self::pattern(names, &default.left))
        }
    }
}
