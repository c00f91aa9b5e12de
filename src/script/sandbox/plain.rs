//! Plain data: what crosses the border between a script and its host. It is copied, never shared; it is bounded in size and
//! depth while it is copied; what JSON cannot hold is refused with its path instead of being dropped.

use rquickjs::function::This;
use rquickjs::object::Filter;
use rquickjs::{Array, Atom, Ctx, Error, Function, Object, Value};

/// How deeply data may be nested. Below what JSON readers take (128), because other documents hold it.
const DEEPEST: usize = 100;

/// A copy of a script's value. Members keep their order, as JSON keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Plain>),
    Members(Vec<(String, Plain)>),
}

/// Why a value cannot be copied.
#[derive(Debug)]
pub(super) enum Unfit {
    /// The script threw while it was read; the exception is pending.
    Threw,
    /// It is larger than allowed.
    Large,
    /// It holds what JSON cannot hold; a sentence.
    NotData(String),
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        match error {
            Error::Exception | Error::Allocation => Self::Threw,
            Error::Utf8(_) => Self::NotData("a text holds half of a surrogate pair".to_owned()),
            other => Self::NotData(other.to_string()),
        }
    }
}

/// Copies a value that may take `budget` bytes as JSON.
///
/// # Errors
/// See [`Unfit`].
pub(super) fn copy(value: &Value<'_>, budget: usize) -> Result<Plain, Unfit> {
    let mut copier = Copier { left: budget, path: Vec::new() };
    copier.value(value).map(|found| found.unwrap_or(Plain::Null))
}

struct Copier {
    left: usize,
    path: Vec<String>,
}

impl Copier {
    /// Nothing for `undefined`, as in JSON.
    fn value(&mut self, value: &Value<'_>) -> Result<Option<Plain>, Unfit> {
        self.spend(1)?;
        if value.is_undefined() {
            return Ok(None);
        }
        if value.is_null() {
            return Ok(Some(Plain::Null));
        }
        if let Some(truth) = value.as_bool() {
            return Ok(Some(Plain::Bool(truth)));
        }
        if let Some(number) = value.as_number() {
            return if number.is_finite() {
                Ok(Some(Plain::Number(number)))
            } else {
                Err(self.unfit(number))
            };
        }
        if let Some(text) = value.as_string() {
            let text = text.to_string()?;
            self.spend(text.len())?;
            return Ok(Some(Plain::Text(text)));
        }
        if value.is_function() {
            return Err(self.unfit("a function"));
        }
        match (value.as_array(), value.as_object()) {
            (Some(list), _) => self.list(list).map(Some),
            (None, Some(object)) => self.object(object).map(Some),
            (None, None) => Err(self.unfit(format_args!("a {}", value.type_name()))),
        }
    }

    fn list(&mut self, list: &Array<'_>) -> Result<Plain, Unfit> {
        // A list can claim four thousand million items and hold none; `Array::len` panics at half of that.
        let length = list.as_object().get::<_, Value<'_>>("length")?.as_number().unwrap_or_default();
        if length > self.left as f64 {
            return Err(Unfit::Large);
        }
        let mut items = Vec::new();
        for at in 0..length as usize {
            let item: Value<'_> = list.get(at)?;
            items.push(self.inside(|| at.to_string(), |copier| copier.value(&item))?.unwrap_or(Plain::Null));
        }
        Ok(Plain::List(items))
    }

    fn object(&mut self, object: &Object<'_>) -> Result<Plain, Unfit> {
        let mut members = Vec::new();
        for key in object.own_keys::<Atom<'_>>(Filter::new().string().enum_only()) {
            // Not `Atom::to_string`: it takes halves of surrogate pairs for UTF-8.
            let key = key?;
            let name = key.to_js_string()?.to_string()?;
            self.spend(name.len() + 3)?;
            let member: Value<'_> = object.get(key)?;
            if let Some(value) = self.inside(|| name.clone(), |copier| copier.value(&member))? {
                members.push((name, value));
            }
        }
        if members.is_empty() { self.without_members(object) } else { Ok(Plain::Members(members)) }
    }

    /// What looks empty may be a date, or hold things that are no members.
    fn without_members(&self, object: &Object<'_>) -> Result<Plain, Unfit> {
        let ctx = object.ctx();
        if let Some(time) = intrinsic(ctx, object, "Date", "getTime") {
            let time = time.as_number().unwrap_or(f64::NAN);
            let text = intrinsic(ctx, object, "Date", "toISOString").filter(|_| time.is_finite());
            let text = text.and_then(|text| text.as_string()?.to_string().ok());
            return text.map(Plain::Text).ok_or_else(|| self.unfit("an invalid date"));
        }
        for (class, method) in [("Map", "keys"), ("Set", "keys")] {
            if intrinsic(ctx, object, class, method).is_some() {
                return Err(self.unfit(format_args!("a {class}")));
            }
        }
        Ok(Plain::Members(Vec::new()))
    }

    fn inside<T>(
        &mut self,
        name: impl FnOnce() -> String,
        work: impl FnOnce(&mut Self) -> Result<T, Unfit>,
    ) -> Result<T, Unfit> {
        if self.path.len() == DEEPEST {
            let text = format!("it is nested more than {DEEPEST} deep, or holds itself");
            return Err(Unfit::NotData(text));
        }
        self.path.push(name());
        let done = work(self)?;
        self.path.pop();
        Ok(done)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Unfit> {
        self.left = self.left.checked_sub(bytes).ok_or(Unfit::Large)?;
        Ok(())
    }

    fn unfit(&self, what: impl std::fmt::Display) -> Unfit {
        let what = what.to_string();
        Unfit::NotData(if self.path.is_empty() {
            format!("it is {what}, which JSON cannot hold")
        } else {
            format!("`{}` is {what}, which JSON cannot hold", self.path.join("."))
        })
    }
}

/// What a method of an intrinsic gives for an object, if the object is of its class: such methods throw for all others.
/// A script can replace them, and so lie about its own data; nothing else comes of it.
fn intrinsic<'js>(ctx: &Ctx<'js>, object: &Object<'js>, class: &str, method: &str) -> Option<Value<'js>> {
    let found = ctx
        .globals()
        .get::<_, Object<'_>>(class)
        .and_then(|class| class.get::<_, Object<'_>>("prototype"))
        .and_then(|prototype| prototype.get::<_, Function<'_>>(method))
        .and_then(|method| method.call((This(object.clone()),)));
    match found {
        Ok(value) => Some(value),
        Err(_) => {
            let pending = ctx.catch();
            if pending.is_uncatchable_error() {
                ctx.throw(pending);
            }
            None
        }
    }
}

impl Plain {
    /// From JSON that the host has.
    pub(super) fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(truth) => Self::Bool(*truth),
            serde_json::Value::Number(number) => Self::Number(number.as_f64().unwrap_or_default()),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            serde_json::Value::Object(map) => {
                Self::Members(map.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect())
            }
        }
    }

    /// As JSON that the host works with.
    pub(super) fn to_value(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(truth) => (*truth).into(),
            Self::Number(number) => number_value(*number),
            Self::Text(text) => text.clone().into(),
            Self::List(items) => items.iter().map(Self::to_value).collect(),
            Self::Members(members) => serde_json::Value::Object(
                members.iter().map(|(key, value)| (key.clone(), value.to_value())).collect(),
            ),
        }
    }

    /// As JSON text: members in their order, numbers and texts as RFC 8785 writes them, so that the length is that of
    /// canonical JSON.
    pub(super) fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(ryu_js::Buffer::new().format(*number)),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Members(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Members(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// What it is, with an article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Members(_) => "an object",
        }
    }
}

/// A text in quotes: `serde_json` escapes what RFC 8785 escapes, and nothing else.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// Integers as integers, wherever ECMAScript writes them without a fraction or an exponent.
fn number_value(number: f64) -> serde_json::Value {
    let mut buffer = ryu_js::Buffer::new();
    let text = buffer.format(number);
    match (text.parse::<i64>(), text.parse::<u64>()) {
        (Ok(integer), _) => integer.into(),
        (_, Ok(integer)) => integer.into(),
        _ => number.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_goes_through_unchanged() {
        let value = json!({"a": [1, 2.5, -0.1, 1e21, true, null, "\u{7}é\""], "b": {"c": {}}, "big": 9_007_199_254_740_991_i64});
        assert_eq!(Plain::of(&value).to_value(), value);
        let text = Plain::of(&value).to_json();
        assert_eq!(text, serde_json_canonicalizer::to_string(&value).unwrap());
    }

    #[test]
    fn numbers_without_a_fraction_are_integers() {
        assert_eq!(number_value(5.0), json!(5));
        assert_eq!(number_value(-0.0), json!(0));
        assert_eq!(number_value(1e21), json!(1e21));
    }
}
