//! Templates, their slots and examples.

use semver::Version;

use crate::pack::model::{Body, Named, Origin, SlotKind, SlotValue, Template, TemplateExample};
use crate::syntax::{Kind, Node};

use super::entry::EntryReader;
use super::{MAX_INTEGER, sort_named};

impl<'t, 'a> EntryReader<'_, 't, 'a> {
    pub(super) fn template(
        &mut self,
        node: Node<'t, 'a>,
        [text, slots, examples]: [Option<Node<'t, 'a>>; 3],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let text = self.decoder.required(node, text, "a template", "text");
        let text = text.and_then(|node| self.text(node, "a template's `text`"));
        let mut declared = Vec::new();
        if let Some(node) = slots {
            if node.kind() == Kind::Map {
                for (key, value) in node.entries() {
                    declared.extend(self.slot(value).map(|kind| (key.raw(), kind)));
                }
            } else {
                self.decoder.expected(node, "`slots` is a mapping of names");
            }
        }
        sort_named(&mut declared);
        let mut shown = Vec::new();
        if let Some(node) = examples
            && let Some(items) = self.decoder.list(node, "`examples`")
        {
            for item in items {
                shown.extend(self.template_example(item, &declared));
            }
        }
        Some(Body::Template(Template { text: text?, slots: declared, examples: shown }))
    }

    pub(super) fn slot(&mut self, node: Node<'t, 'a>) -> Option<SlotKind<'a>> {
        let [kind, values] = self.decoder.fields(node, "a slot", &["type", "values"])?;
        let kind = self.decoder.required(node, kind, "a slot", "type")?;
        let words = [("string", 0), ("integer", 1), ("enum", 2)];
        let kind = self.decoder.one_of(kind, "a slot's `type`", &words)?;
        if kind != 2 {
            if let Some(values) = values {
                self.decoder.schema(
                    values,
                    "only an `enum` slot has `values`",
                    "remove them, or write `type: enum`",
                );
            }
            return Some(if kind == 0 { SlotKind::String } else { SlotKind::Integer });
        }
        let values = self.decoder.required(node, values, "an enum slot", "values")?;
        let texts = self.texts(values, "`values`", "a value");
        if texts.is_empty() && values.items().next().is_none() {
            self.decoder.schema(
                values,
                "an enum slot has at least one value",
                "add the values that it may take",
            );
        }
        Some(SlotKind::Enum(texts))
    }

    pub(super) fn template_example(
        &mut self,
        node: Node<'t, 'a>,
        declared: &Named<'a, SlotKind<'a>>,
    ) -> Option<TemplateExample<'a>> {
        let what = "a template's example";
        let [slots, text] = self.decoder.fields(node, what, &["slots", "text"])?;
        let text = self.decoder.required(node, text, what, "text")?;
        let text = self.text(text, "an example's `text`");
        let mut values = Vec::new();
        if let Some(slots) = slots {
            if slots.kind() != Kind::Map {
                self.decoder.expected(slots, "an example's `slots` is a mapping of names");
            }
            for (key, value) in slots.entries() {
                let is_integer =
                    declared.iter().any(|(n, kind)| *n == key.raw() && *kind == SlotKind::Integer);
                values.extend(self.slot_value(value, is_integer).map(|value| (key.raw(), value)));
            }
        }
        sort_named(&mut values);
        Some(TemplateExample { slots: values, text: text? })
    }

    pub(super) fn slot_value(&mut self, node: Node<'t, 'a>, is_integer: bool) -> Option<SlotValue<'a>> {
        match node.kind() {
            Kind::Int if is_integer => self
                .decoder
                .integer(node, "a slot's value", -MAX_INTEGER..=MAX_INTEGER)
                .map(SlotValue::Integer),
            Kind::Str => Some(SlotValue::Text(node.raw())),
            _ if is_integer => {
                self.decoder.expected(node, "an integer slot's value is an integer");
                None
            }
            _ => {
                self.decoder.expected(node, "a slot's value is a text");
                None
            }
        }
    }
}
