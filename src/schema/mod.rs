//! The JSON Schemas (2020-12) of the documents that people write, from small types that say how each is written.
//!
//! The decoders are the judges: a schema serves editors and other tools, agrees with the decoder about form, and
//! cannot say what takes more than one look (repeated ids, references, limits). Tests compare the two.

pub mod botspec;
pub mod cache;
pub mod conversation;
pub mod project;
pub mod rev;
pub mod suite;
mod words;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::cli::Document;

pub use words::{
    BotId, Count, EntryKind, EntryOid, Language, LayerName, Oid, Priority, Register, Text, Version,
};

/// The schema of a document.
pub fn of(document: Document) -> Value {
    let schema = match document {
        Document::Project => written::<project::Project>(),
        Document::Cache => written::<cache::Cache>(),
        Document::Suite => written::<suite::Suite>(),
        Document::Report => crate::report::json::schema(),
        Document::Botspec => botspec::schema(),
        Document::Rev => rev::rev(),
        Document::Build => rev::build(),
    };
    let id = format!("urn:aegis:schema:{}:v1", name(document));
    let mut whole = Map::from_iter([("$id".to_owned(), Value::from(id))]);
    if let Value::Object(fields) = schema {
        whole.extend(fields);
    }
    whole.into()
}

/// The word for a document, on the command line and in file names.
pub const fn name(document: Document) -> &'static str {
    match document {
        Document::Project => "project",
        Document::Cache => "cache",
        Document::Suite => "suite",
        Document::Report => "report",
        Document::Botspec => "botspec",
        Document::Rev => "rev",
        Document::Build => "build",
    }
}

/// The schema of a type. A field that may be missing is an `Option`, but none may be written as `null`.
fn written<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    drop_null(&mut schema);
    schema
}

/// Takes back that an `Option` may be `null`. What may really be `null` says so with `const`.
fn drop_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_null),
        Value::Object(map) => {
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
                if let [Value::Object(only)] = &choices[..] {
                    let only = only.clone();
                    map.remove("anyOf");
                    // What the field says of itself goes before what its type says.
                    for (key, value) in only {
                        map.entry(key).or_insert(value);
                    }
                }
            }
            map.values_mut().for_each(drop_null);
        }
        _ => {}
    }
}
