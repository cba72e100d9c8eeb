//! What somebody changed in a form, on top of what others changed meanwhile.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::exchange::{Settings, Staging};
use crate::participant::ParticipantEntry;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebased<T> {
    /// What stands by now, with what was written.
    pub value: T,
    /// The fields that both changed, to different values, as JSON names them: what was written is in the value.
    pub both: Vec<String>,
}

/// What a form can be about.
pub trait Rebase: Serialize + DeserializeOwned {
    /// Puts what differs between `base`, of which a form was filled, and `written`, which it holds, into what stands by `now`. What was
    /// not touched is as it stands. A field within a field is a field of its own; a list is one.
    fn rebase(base: &Self, written: &Self, now: &Self) -> Rebased<Self> {
        by_fields(base, written, now)
    }
}

impl Rebase for ParticipantEntry {}
impl Rebase for Staging {}

impl Rebase for Settings {
    fn rebase(base: &Self, written: &Self, now: &Self) -> Rebased<Self> {
        let but_staging = |settings: &Self| Self {
            staging: Staging::default(),
            ..settings.clone()
        };
        let mut rebased = by_fields(&but_staging(base), &but_staging(written), &but_staging(now));
        // JSON leaves it out where it is the usual: then nobody could tell which of its fields was changed.
        let staging = Staging::rebase(&base.staging, &written.staging, &now.staging);
        rebased.value.staging = staging.value;
        rebased.both.extend(staging.both);
        rebased
    }
}

fn by_fields<T: Serialize + DeserializeOwned>(base: &T, written: &T, now: &T) -> Rebased<T> {
    let of = |value: &T| {
        serde_json::to_value(value).expect("what forms hold has string keys and whole numbers only")
    };
    let mut both = Vec::new();
    let merged = merge("", Some(of(base)), Some(of(written)), Some(of(now)), &mut both);
    // Through text: some of what is kept reads borrowed words only.
    let text = merged.unwrap_or_default().to_string();
    let value = serde_json::from_str(&text).expect("each field is one that was read before");
    Rebased { value, both }
}

fn merge(
    name: &str,
    base: Option<Value>,
    written: Option<Value>,
    now: Option<Value>,
    both: &mut Vec<String>,
) -> Option<Value> {
    if written == base || written == now {
        return now;
    }
    if now == base {
        return written;
    }
    match (base, written, now) {
        (base, Some(Value::Object(written)), Some(Value::Object(now))) => {
            let base = match base {
                Some(Value::Object(base)) => base,
                _ => Map::new(),
            };
            Some(merge_fields(base, written, now, both))
        }
        (_, written, _) => {
            both.push(name.to_owned());
            written
        }
    }
}

fn merge_fields(
    mut base: Map<String, Value>,
    mut written: Map<String, Value>,
    mut now: Map<String, Value>,
    both: &mut Vec<String>,
) -> Value {
    let mut names: Vec<String> = written.keys().chain(now.keys()).cloned().collect();
    names.sort();
    names.dedup();
    let merged = names.into_iter().filter_map(|name| {
        let value = merge(
            &name,
            base.remove(&name),
            written.remove(&name),
            now.remove(&name),
            both,
        )?;
        Some((name, value))
    });
    Value::Object(merged.collect())
}
