//! Policies and aliases.

use semver::Version;

use crate::pack::model::{Body, Origin, Policy, Register};
use crate::syntax::Node;

use super::entry::EntryReader;

impl<'t, 'a> EntryReader<'_, 't, 'a> {
    pub(super) fn policy(
        &mut self,
        node: Node<'t, 'a>,
        [applies_to, registers]: [Option<Node<'t, 'a>>; 2],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let applies_to = self.decoder.required(node, applies_to, "a policy", "applies_to");
        let registers = self.decoder.required(node, registers, "a policy", "registers");
        let applies_to = applies_to.map(|node| self.oids(node, "`applies_to`"))?;
        let registers = registers?;
        let items: Vec<_> = self.decoder.list(registers, "`registers`")?.collect();
        let mut allowed = Vec::new();
        for &item in &items {
            allowed.extend(self.decoder.one_of(item, "an item of `registers`", &Register::WORDS));
        }
        if items.is_empty() {
            self.decoder.schema(
                registers,
                "a policy allows at least one register",
                "add the registers that it allows",
            );
        }
        Some(Body::Policy(Policy { applies_to, registers: allowed }))
    }

    pub(super) fn alias(
        &mut self,
        node: Node<'t, 'a>,
        [target]: [Option<Node<'t, 'a>>; 1],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let target = self.decoder.required(node, target, "an alias", "target")?;
        Some(Body::Alias(self.decoder.oid(target, "an alias's `target`")?))
    }
}
