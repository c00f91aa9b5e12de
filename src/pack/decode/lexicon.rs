//! Lexicons and their terms.

use semver::Version;

use crate::diag::Code;
use crate::pack::model::{Body, Lexicon, Origin, Register, Stated, Term};
use crate::syntax::{Node, ProblemKind};
use crate::text::term_key;

use super::entry::EntryReader;

impl<'t, 'a> EntryReader<'_, 't, 'a> {
    pub(super) fn lexicon(
        &mut self,
        node: Node<'t, 'a>,
        [terms]: [Option<Node<'t, 'a>>; 1],
        origin: &Origin,
        version: &Version,
    ) -> Option<Body<'a>> {
        let list = self.decoder.required(node, terms, "a lexicon", "terms")?;
        let nodes: Vec<_> = self.decoder.list(list, "`terms`")?.collect();
        let mut terms = Vec::with_capacity(nodes.len());
        for (i, &node) in nodes.iter().enumerate() {
            terms.extend(self.term(node, i as u32));
        }
        let stated = Stated {
            layer: self.scope.layer,
            source: self.scope.source,
            version: version.clone(),
            index: origin.index,
        };
        let mut lexicon = Lexicon { terms, stated: vec![stated] };
        lexicon.terms.sort_by(|a, b| a.key.cmp(&b.key));
        for pair in lexicon.terms.windows(2) {
            if pair[0].key == pair[1].key {
                let at = nodes[pair[1].index as usize];
                self.decoder.problem(
                    ProblemKind::Other(Code::TermDuplicate),
                    at.get("term").unwrap_or(at),
                    format!(
                        "`{}` is the same term as `{}` above: both have the key `{}`",
                        pair[1].term, pair[0].term, pair[0].key
                    ),
                    "keep one of the two, or make the second an alias of the first",
                );
            }
        }
        Some(Body::Lexicon(lexicon))
    }

    pub(super) fn term(&mut self, node: Node<'t, 'a>, index: u32) -> Option<Term<'a>> {
        let names = ["term", "meaning", "register", "aliases", "examples"];
        let [term, meaning, register, aliases, examples] = self.decoder.fields(node, "a term", &names)?;
        let line = self.lines.line(self.scope.tree.text(), node.start());
        let term = self.decoder.required(node, term, "a term", "term");
        let meaning = self.decoder.required(node, meaning, "a term", "meaning");
        let term = term.and_then(|node| self.name(node, "a term's `term`"));
        let meaning = meaning.and_then(|node| self.text(node, "a term's `meaning`"));
        let register = match register {
            Some(node) => self.decoder.one_of(node, "a term's `register`", &Register::WORDS)?,
            None => Register::Neutral,
        };
        let aliases = aliases.and_then(|node| self.decoder.list(node, "`aliases`"));
        let aliases: Vec<_> =
            aliases.into_iter().flatten().filter_map(|item| self.name(item, "an alias")).collect();
        let examples = examples.map(|node| self.texts(node, "`examples`", "an example")).unwrap_or_default();
        let (term, meaning) = (term?, meaning?);
        let term = Term::new(term, meaning, term_key(term)).with(&aliases, &examples);
        Some(Term { register, line, index, ..term })
    }
}
