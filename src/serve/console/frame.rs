//! What all views share: the frame around them, and how small things look.

use axum::body::Body;
use http::Response;
use http::header::{self, HeaderValue};

use crate::report::html::text;

use super::super::problem::Problem;
use super::{SCRIPT, STYLE};
use crate::store::subject::Subject;

/// A whole page. `trail` are the pages above: where they lead, and what they are called.
pub(super) fn page(title: &str, trail: &[(String, String)], body: &str) -> String {
    let mut crumbs = String::from("<a href=\"/\">aegis</a>");
    for (link, name) in trail {
        crumbs.push_str(&format!(
            " <span aria-hidden=\"true\">/</span> <a href=\"{}\">{}</a>",
            text(link),
            text(name)
        ));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{} · aegis</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <nav aria-label=\"Where you are\">{crumbs}</nav>\n<main>\n{body}</main>\n\
         <footer><a href=\"/openapi.json\">API</a> <a href=\"/?revoked\">Revoked</a> <a href=\"/metrics\">Metrics</a> \
         <span>aegis {}</span></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        text(title),
        env!("CARGO_PKG_VERSION"),
    )
}

/// What is wrong, as a page.
pub(super) fn problem(problem: &Problem, policy: &str) -> Response<Body> {
    let title = match problem.status.as_u16() {
        404 => "There is no such thing here",
        503 => "The store does not answer",
        _ => "That cannot be shown",
    };
    let body = format!(
        "<h1>{title}</h1>\n<p class=\"lead\">{}</p>\n<p><code>{} {}</code></p>\n<p><a href=\"/\">What there is</a></p>\n",
        text(&problem.message),
        problem.status.as_u16(),
        problem.code
    );
    let mut response = Response::new(Body::from(page(title, &[], &body)));
    *response.status_mut() = problem.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

impl Subject {
    /// What it is called.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Bot(id) => id.clone(),
            Self::Pack(oid) => oid.to_string(),
        }
    }

    /// What it is.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Bot(_) => "bot",
            Self::Pack(_) => "pack",
        }
    }

    /// The query of its page.
    pub(super) fn link(&self) -> String {
        format!("/?{}={}", self.kind(), self.name())
    }

    /// Where its files are.
    pub(super) fn files(&self) -> String {
        format!("/{}s/{}", self.kind(), self.name())
    }

    /// It, as a step of the trail.
    pub(super) fn step(&self) -> (String, String) {
        (self.link(), format!("{} {}", self.kind(), self.name()))
    }
}

/// A hash, short, with the whole of it at hand.
pub(super) fn hash(whole: &str) -> String {
    let short: String = whole.chars().take(12).collect();
    format!("<code class=\"hash\" title=\"{}\">{}</code>", text(whole), text(&short))
}

/// A time; the script says how long ago it was.
pub(super) fn time(at: &str) -> String {
    if at.is_empty() {
        return "<span class=\"soft\">unknown</span>".to_owned();
    }
    format!("<time datetime=\"{0}\">{0}</time>", text(at))
}

/// A word with a colour.
pub(super) fn pill(class: &str, word: &str) -> String {
    format!("<span class=\"pill {class}\">{}</span>", text(word))
}

/// Bytes, as people read them.
pub(super) fn bytes(size: u64) -> String {
    match size {
        0..1024 => format!("{size} B"),
        1024..1_048_576 => format!("{:.1} KiB", size as f64 / 1024.0),
        _ => format!("{:.1} MiB", size as f64 / 1_048_576.0),
    }
}

/// A table. Cells are HTML already.
pub(super) fn table(caption: &str, heads: &[&str], rows: &[Vec<String>]) -> String {
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let cells = |row: &Vec<String>| row.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
    let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", cells(row))).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>\n<caption>{0}</caption>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        text(caption)
    )
}

/// Names and what they stand for. What they stand for is HTML already; what is empty is left out.
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let rows = facts.iter().filter(|(_, value)| !value.is_empty());
    let rows: String = rows.map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>\n")).collect();
    format!("<dl class=\"facts\">\n{rows}</dl>\n")
}

/// Pages before and after.
pub(super) fn pager(first: Option<&str>, next: Option<&str>) -> String {
    let link = |to: Option<&str>, rel, word| {
        to.map(|to| format!("<a rel=\"{rel}\" href=\"{}\">{word}</a>", text(to))).unwrap_or_default()
    };
    if first.is_none() && next.is_none() {
        return String::new();
    }
    format!("<p class=\"pager\">{}{}</p>\n", link(first, "first", "← Newest"), link(next, "next", "Older →"))
}
