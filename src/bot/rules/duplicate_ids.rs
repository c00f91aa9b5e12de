//! `SPEC_DUPLICATE_ID`: flows, the steps of a flow, intents and commands have names of their own.

use std::collections::HashMap;

use crate::bot::view::{At, View, text};
use crate::diag::Code;

use super::{Findings, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let ids = |nodes: &mut dyn Iterator<Item = At<'t, 'a>>, name: &str| -> Vec<At<'t, 'a>> {
        nodes.filter_map(|node| text(node, name)).collect()
    };
    unique("command", ids(&mut view.commands(), "cmd"), found);
    unique("intent", ids(&mut view.intents(), "id"), found);
    unique("flow", view.flows.iter().filter_map(|flow| flow.id).collect(), found);
    for flow in &view.flows {
        unique("step of this flow", flow.steps.iter().filter_map(|step| step.id).collect(), found);
    }
}

fn unique<'t, 'a>(what: &str, ids: Vec<At<'t, 'a>>, found: &mut Findings<'t, 'a>) {
    let mut seen: HashMap<String, At<'t, 'a>> = HashMap::new();
    for id in ids {
        // People write commands in any case.
        let name = if what == "command" { id.raw().to_ascii_lowercase() } else { id.raw().to_owned() };
        if let Some(first) = seen.get(&name) {
            let message = format!("another {what} has the name `{}` already", short(id.raw()));
            let help = "rename one of the two, and what refers to it";
            found.error(Code::SpecDuplicateId, id, message, help).related = Some((*first, "the first one"));
        } else {
            seen.insert(name, id);
        }
    }
}
