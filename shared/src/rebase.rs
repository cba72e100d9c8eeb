//! What somebody changed in a form, on top of what others changed meanwhile.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::deal::{Bargain, Service, Terms};
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

impl Rebase for Terms {
    fn rebase(base: &Self, written: &Self, now: &Self) -> Rebased<Self> {
        let mut both = Vec::new();
        let value = Self {
            givers: pick("givers", [&base.givers, &written.givers, &now.givers], &mut both),
            receivers: pick(
                "receivers",
                [&base.receivers, &written.receivers, &now.receivers],
                &mut both,
            ),
            bargain: bargain([&base.bargain, &written.bargain, &now.bargain], &mut both),
            first_step: pick(
                "first_step",
                [&base.first_step, &written.first_step, &now.first_step],
                &mut both,
            ),
            deadline: pick(
                "deadline",
                [&base.deadline, &written.deadline, &now.deadline],
                &mut both,
            ),
        };
        Rebased { value, both }
    }
}

/// Of what was there, what was written and what stands now, in this order, what is to stand.
fn pick<T: Clone + PartialEq>(name: &str, [base, written, now]: [&T; 3], both: &mut Vec<String>) -> T {
    if written == base || written == now {
        return now.clone();
    }
    if now != base {
        both.push(name.to_owned());
    }
    written.clone()
}

fn bargain(of: [&Bargain; 3], both: &mut Vec<String>) -> Bargain {
    match of {
        [
            Bargain::OneWay { service: base },
            Bargain::OneWay { service: written },
            Bargain::OneWay { service: now },
        ] => Bargain::OneWay {
            service: service([base, written, now], both),
        },
        [
            Bargain::Intention { service: base },
            Bargain::Intention { service: written },
            Bargain::Intention { service: now },
        ] => Bargain::Intention {
            service: service([base, written, now], both),
        },
        [
            Bargain::TwoWay {
                service: base,
                return_service: base_return,
            },
            Bargain::TwoWay {
                service: written,
                return_service: written_return,
            },
            Bargain::TwoWay {
                service: now,
                return_service: now_return,
            },
        ] => Bargain::TwoWay {
            service: service([base, written, now], both),
            return_service: service([base_return, written_return, now_return], both),
        },
        _ => pick("bargain", of, both),
    }
}

fn service([base, written, now]: [&Service; 3], both: &mut Vec<String>) -> Service {
    Service {
        text: pick("text", [&base.text, &written.text, &now.text], both),
        category: pick(
            "category",
            [&base.category, &written.category, &now.category],
            both,
        ),
        quantity: pick(
            "quantity",
            [&base.quantity, &written.quantity, &now.quantity],
            both,
        ),
        effort_minutes: pick(
            "effort_minutes",
            [&base.effort_minutes, &written.effort_minutes, &now.effort_minutes],
            both,
        ),
        worth: pick("worth", [&base.worth, &written.worth, &now.worth], both),
        listings: pick(
            "listings",
            [&base.listings, &written.listings, &now.listings],
            both,
        ),
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
