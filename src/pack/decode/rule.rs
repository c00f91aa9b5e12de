//! Rules and their escalations.

use semver::Version;

use crate::pack::model::{Body, Escalation, Origin, Priority, Rule};
use crate::syntax::Node;

use super::MAX_INTEGER;
use super::entry::EntryReader;

impl<'t, 'a> EntryReader<'_, 't, 'a> {
    pub(super) fn rule(
        &mut self,
        node: Node<'t, 'a>,
        [event, priority, say, acknowledge, escalate]: [Option<Node<'t, 'a>>; 5],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let event = self.decoder.required(node, event, "a rule", "event");
        let say = self.decoder.required(node, say, "a rule", "say");
        let event = event.and_then(|node| self.text(node, "a rule's `event`"));
        let say = say.and_then(|node| self.text(node, "a rule's `say`"));
        let priority = match priority {
            Some(node) => self.decoder.one_of(node, "a rule's `priority`", &Priority::WORDS)?,
            None => Priority::Routine,
        };
        let acknowledge = acknowledge
            .map(|node| self.texts(node, "`acknowledge`", "an acknowledgement"))
            .unwrap_or_default();
        let mut steps = Vec::new();
        if let Some(node) = escalate
            && let Some(items) = self.decoder.list(node, "`escalate`")
        {
            for item in items {
                steps.extend(self.escalation(item));
            }
        }
        Some(Body::Rule(Rule { event: event?, priority, say: say?, acknowledge, escalate: steps }))
    }

    pub(super) fn escalation(&mut self, node: Node<'t, 'a>) -> Option<Escalation<'a>> {
        let what = "an escalation";
        let [after, to, say] = self.decoder.fields(node, what, &["after_s", "to", "say"])?;
        let after = self.decoder.required(node, after, what, "after_s");
        let to = self.decoder.required(node, to, what, "to");
        let say = self.decoder.required(node, say, what, "say");
        let after_s = after.and_then(|node| self.decoder.integer(node, "`after_s`", 0..=MAX_INTEGER));
        let to = to.and_then(|node| self.text(node, "an escalation's `to`"));
        let say = say.and_then(|node| self.text(node, "an escalation's `say`"));
        Some(Escalation { after_s: after_s? as u64, to: to?, say: say? })
    }
}
