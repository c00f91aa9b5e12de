//! What the script is called with: the handler gets `ctx`.

use oxc_ast::ast::{AssignmentTarget, Expression};
use oxc_span::GetSpan;

use super::Flow;
use super::calls::{CallSite, Given};
use super::graph::{Node, Use};

impl<'a> Flow<'a, '_> {
    /// If this is the assignment of the handler, the host calls its value.
    pub(super) fn handler(&mut self, expression: &'a Expression<'a>, value: Option<Node>) {
        let Expression::AssignmentExpression(assignment) = expression else { return };
        let AssignmentTarget::StaticMemberExpression(target) = &assignment.left else { return };
        let Expression::StaticMemberExpression(exports) = &target.object else { return };
        let (Some(value), true) = (value, self.module == Some(exports.object.span())) else { return };
        let into = self.graph.node();
        let given = vec![Given { node: Some(self.shared.context), spread: false }];
        let span = assignment.span;
        let site =
            self.site(CallSite { given, this: None, into, name: None, span, null: false, frame: None });
        self.use_of(value, Use::Call(site));
    }
}
