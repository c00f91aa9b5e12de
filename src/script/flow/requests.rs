//! URLs on their way to `ctx.http`.

use super::Flow;
use super::checks::Check;
use super::graph::{Load, Node, Obj, Site, Use};
use super::names;
use super::object::Kind;
use crate::script::url;

impl Flow<'_, '_> {
    /// A text that begins with another: its URL is known as far as nothing behind it can change it.
    pub(super) fn begins(&mut self, object: Obj, into: Node) {
        let Kind::Url(number) = self.graph.kind(object) else { return };
        let Some(known) = self.urls.get(number as usize) else { return };
        if url::settled(known) || !known.complete {
            return self.graph.put(into, object);
        }
        let open = match self.open_urls.get(&object) {
            Some(&open) => open,
            None => {
                let known = url::Known { text: known.text.clone(), complete: false };
                let number = self.urls.len() as u32;
                self.urls.push(known);
                let open = self.graph.object(Kind::Url(number));
                self.open_urls.insert(object, open);
                open
            }
        };
        self.graph.put(into, open);
    }

    /// `ctx.http` is called: the `url` of its argument is asked.
    pub(super) fn request(&mut self, site: Site) {
        if let Some(options) = self.argument(site, 0) {
            self.ask(site, options);
        }
    }

    /// The `url` of what stands at a node is asked.
    pub(super) fn ask(&mut self, site: Site, options: Node) {
        let asked = self.graph.node();
        let load = Load {
            name: names::URL,
            from: options,
            into: asked,
            method: false,
            inherited: true,
            span: oxc_span::SPAN,
        };
        self.use_of(options, Use::Load(load));
        self.checks.push(Check::Request { site, asked });
    }
}
