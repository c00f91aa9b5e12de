//! `SPEC_REF_NOT_FOUND`: every flow, step, locale and state field that a spec names is there.

use crate::bot::view::{At, Flow, Step, View, text};
use crate::diag::Code;

use super::{Findings, meant, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let mut flows: Vec<&str> = view.flow_of.keys().copied().collect();
    flows.sort_unstable();
    let mut names = Names { view, flows, fields: view.field_names(), found };
    names.locales();
    for starter in view.commands().chain(view.intents()) {
        names.flow(text(starter, "flow"));
    }
    for (flow, step) in view.steps() {
        names.step(flow, step);
    }
}

struct Names<'v, 't, 'a> {
    view: &'v View<'t, 'a>,
    flows: Vec<&'a str>,
    fields: Vec<&'a str>,
    found: &'v mut Findings<'t, 'a>,
}

impl<'t, 'a> Names<'_, 't, 'a> {
    fn step(&mut self, flow: &Flow<'t, 'a>, step: &Step<'t, 'a>) {
        let node = step.node;
        self.target(flow, text(node, "next"));
        match step.kind {
            "ask" => self.field(text(node, "save")),
            "validate" => {
                self.field(text(node, "field"));
                self.target(flow, text(node, "onFail"));
            }
            "save" => self.field(text(node, "field")),
            "apiCall" => {
                self.target(flow, text(node, "onFail"));
                for (_, field) in node.get("map").into_iter().flat_map(|map| map.entries()) {
                    self.field(Some(field).filter(|field| field.as_str().is_some()));
                }
            }
            "goto" => {
                self.flow(text(node, "targetFlow"));
                self.target(flow, text(node, "targetStep"));
                self.target(flow, text(node, "elseNext"));
                self.field(node.get("when").and_then(|when| text(when, "field")));
            }
            _ => {}
        }
    }

    fn locales(&mut self) {
        let view = self.view;
        let written = view.texts.iter().map(|texts| texts.locale);
        let spoken = view.intents().filter_map(|intent| intent.get("keywords"));
        let spoken = spoken.flat_map(|words| words.entries()).map(|(locale, _)| locale);
        let names: Vec<&str> = view.locales.iter().map(|node| node.raw()).collect();
        if names.is_empty() {
            // The schema complains of that; that each use of a locale is wrong then helps nobody.
            return;
        }
        for locale in view.default_locale.into_iter().chain(written).chain(spoken) {
            if !names.contains(&locale.raw()) {
                self.missing(locale, "locale", &names, "add it to `meta.locales`, or take it out here");
            }
        }
    }

    fn flow(&mut self, id: Option<At<'t, 'a>>) {
        let is_known = |id: &At<'_, '_>| self.view.flow_of.contains_key(id.raw());
        // Without any flow the schema complains of that alone.
        if let Some(id) = id.filter(|id| !self.view.flows.is_empty() && !is_known(id)) {
            let flows = self.flows.clone();
            self.missing(id, "flow", &flows, "add a flow of that id, or name one that is there");
        }
    }

    fn target(&mut self, flow: &Flow<'t, 'a>, id: Option<At<'t, 'a>>) {
        if let Some(id) = id.filter(|id| !flow.step_of.contains_key(id.raw())) {
            let steps: Vec<&str> = flow.steps.iter().filter_map(|step| step.id).map(|id| id.raw()).collect();
            self.missing(
                id,
                "step in this flow",
                &steps,
                "add a step of that id, or name one of the same flow",
            );
        }
    }

    fn field(&mut self, name: Option<At<'t, 'a>>) {
        if let Some(name) = name.filter(|name| !self.view.fields.contains_key(name.raw())) {
            let fields = self.fields.clone();
            self.missing(name, "state field", &fields, "declare it in `state.fields`");
        }
    }

    fn missing(&mut self, node: At<'t, 'a>, what: &str, names: &[&str], otherwise: &str) {
        let message = format!("there is no {what} with the name `{}`", short(node.raw()));
        self.found.error(Code::SpecRefNotFound, node, message, meant(node.raw(), names, otherwise));
    }
}
