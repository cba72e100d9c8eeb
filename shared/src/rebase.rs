//! What somebody changed in a form, on top of what others changed meanwhile.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::deal::{Bargain, Service, Terms};
use crate::exchange::{Settings, Staging};
use crate::listing::Listing;
use crate::participant::ParticipantEntry;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebased<T> {
    /// What stands by now, with what was written.
    pub value: T,
    /// The fields that both changed, to different values, as JSON names them, one within another after a dot: what was written is in the
    /// value.
    pub both: Vec<String>,
}

/// What a form can be about.
pub trait Rebase: Serialize + DeserializeOwned {
    /// Its lists whose entries can be told apart, each with the field of an entry that tells it from the others: such an entry is a field
    /// of its own.
    const LISTS: &'static [(&'static str, &'static str)] = &[];

    /// Its fields that are one each, though they have fields of their own: half of what one wrote there and half of what another did is
    /// what nobody wrote.
    const WHOLE: &'static [&'static str] = &[];

    /// Puts what differs between `base`, of which a form was filled, and `written`, which it holds, into what stands by `now`. What was
    /// not touched is as it stands. A field within a field is a field of its own, unless the outer one is of [`Rebase::WHOLE`]; a list is
    /// one, unless it is of [`Rebase::LISTS`].
    fn rebase(base: &Self, written: &Self, now: &Self) -> Rebased<Self> {
        by_fields(base, written, now)
    }

    /// What somebody knows to have stood there who wrote `written` over `base` and was told what stands `now` where she wrote: that, and
    /// elsewhere what stood there before. On top of it she has her way where she was told, and nowhere else.
    fn told(base: &Self, written: &Self, now: &Self) -> Self {
        Merging::of(Wanted::Told, base, written, now).value
    }
}

impl Rebase for ParticipantEntry {}

impl Rebase for Listing {
    const WHOLE: &'static [&'static str] = &["quantity"];
}

impl Rebase for Staging {
    const LISTS: &'static [(&'static str, &'static str)] = &[("sponsors", "name")];
}

impl Rebase for Settings {
    const LISTS: &'static [(&'static str, &'static str)] = &[("categories", "id")];

    fn rebase(base: &Self, written: &Self, now: &Self) -> Rebased<Self> {
        let mut rebased = by_fields(&but_staging(base), &but_staging(written), &but_staging(now));
        let staging = Staging::rebase(&base.staging, &written.staging, &now.staging);
        rebased.value.staging = staging.value;
        rebased.both.extend(staging.both);
        rebased
    }

    fn told(base: &Self, written: &Self, now: &Self) -> Self {
        let of = [base, written, now].map(but_staging);
        Self {
            staging: Staging::told(&base.staging, &written.staging, &now.staging),
            ..Merging::of(Wanted::Told, &of[0], &of[1], &of[2]).value
        }
    }
}

/// JSON leaves the staging out where it is the usual: then nobody could tell which of its fields was changed.
fn but_staging(settings: &Settings) -> Settings {
    Settings {
        staging: Staging::default(),
        ..settings.clone()
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

fn by_fields<T: Rebase>(base: &T, written: &T, now: &T) -> Rebased<T> {
    Merging::of(Wanted::Standing, base, written, now)
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// What is to stand.
    Standing,
    /// What whoever wrote knows to have stood there.
    Told,
}

/// Three of the same are made one, field by field.
struct Merging {
    wanted: Wanted,
    lists: &'static [(&'static str, &'static str)],
    whole: &'static [&'static str],
    both: Vec<String>,
}

impl Merging {
    fn of<T: Rebase>(wanted: Wanted, base: &T, written: &T, now: &T) -> Rebased<T> {
        let of = |value: &T| {
            serde_json::to_value(value).expect("what forms hold has string keys and whole numbers only")
        };
        let mut merging = Self {
            wanted,
            lists: T::LISTS,
            whole: T::WHOLE,
            both: Vec::new(),
        };
        let merged = merging.value("", Some(of(base)), Some(of(written)), Some(of(now)));
        // Through text: some of what is kept reads borrowed words only.
        let text = merged.unwrap_or_default().to_string();
        let value = serde_json::from_str(&text).expect("each field is one that was read before");
        Rebased {
            value,
            both: merging.both,
        }
    }

    fn value(
        &mut self,
        path: &str,
        base: Option<Value>,
        written: Option<Value>,
        now: Option<Value>,
    ) -> Option<Value> {
        if written == base {
            return match self.wanted {
                Wanted::Standing => now,
                Wanted::Told => base,
            };
        }
        if written == now {
            return now;
        }
        if now == base {
            return match self.wanted {
                Wanted::Standing => written,
                Wanted::Told => now,
            };
        }
        let key = self.lists.iter().find(|(list, _)| *list == path);
        if let Some((_, key)) = key
            && let Some(entries) = self.entries(path, key, [&base, &written, &now])
        {
            return Some(entries);
        }
        match (base, written, now) {
            (base, Some(Value::Object(written)), Some(Value::Object(now))) if !self.whole.contains(&path) => {
                let base = match base {
                    Some(Value::Object(base)) => base,
                    _ => Map::new(),
                };
                Some(self.fields(path, base, written, now))
            }
            (_, written, now) => match self.wanted {
                Wanted::Standing => {
                    self.both.push(path.to_owned());
                    written
                }
                Wanted::Told => now,
            },
        }
    }

    fn fields(
        &mut self,
        path: &str,
        mut base: Map<String, Value>,
        mut written: Map<String, Value>,
        mut now: Map<String, Value>,
    ) -> Value {
        let names: BTreeSet<String> = [&base, &written, &now]
            .into_iter()
            .flat_map(|fields| fields.keys().cloned())
            .collect();
        let merged = names.into_iter().filter_map(|name| {
            let within = match path {
                "" => name.clone(),
                path => format!("{path}.{name}"),
            };
            let value = self.value(
                &within,
                base.remove(&name),
                written.remove(&name),
                now.remove(&name),
            )?;
            Some((name, value))
        });
        Value::Object(merged.collect())
    }

    /// The entries of a list, in the order of whoever moved them; none if they cannot be told apart by `key`.
    fn entries(&mut self, path: &str, key: &str, lists: [&Option<Value>; 3]) -> Option<Value> {
        let [base, written, now] = lists.map(|list| keyed(list.as_ref(), key));
        let (base, written, now) = (base?, written?, now?);
        let (first, second) = match self.wanted {
            Wanted::Told => (&base, &now),
            Wanted::Standing if is_moved(&base, &written) => (&written, &now),
            Wanted::Standing => (&now, &written),
        };
        let is_new = |(name, _): &&(String, Value)| named(first, name).is_none();
        let names: Vec<&str> = first
            .iter()
            .chain(second.iter().filter(is_new))
            .map(|(name, _)| name.as_str())
            .collect();
        let told_before = self.both.len();
        let mut merged = Vec::new();
        for name in names {
            let [base, written, now] = [&base, &written, &now].map(|list| named(list, name).cloned());
            merged.extend(self.value(&format!("{path}.{name}"), base, written, now));
        }
        if self.both.len() > told_before {
            // Whoever is told of an entry is told of the list.
            self.both.truncate(told_before);
            self.both.push(path.to_owned());
        }
        Some(Value::Array(merged))
    }
}

/// The entries of a list, each with what tells it from the others; none if nothing does.
fn keyed(list: Option<&Value>, key: &str) -> Option<Vec<(String, Value)>> {
    let entries: &[Value] = match list {
        None => &[],
        Some(list) => list.as_array()?.as_slice(),
    };
    let keyed = |entry: &Value| Some((entry.get(key)?.as_str()?.to_owned(), entry.clone()));
    let keyed: Vec<(String, Value)> = entries.iter().map(keyed).collect::<Option<_>>()?;
    let names: BTreeSet<&String> = keyed.iter().map(|(name, _)| name).collect();
    let is_each_its_own = names.len() == keyed.len();
    is_each_its_own.then_some(keyed)
}

fn named<'a>(list: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    list.iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value)
}

/// Whether entries stand in another order than before.
fn is_moved(before: &[(String, Value)], after: &[(String, Value)]) -> bool {
    let common = |of: &[(String, Value)], other: &[(String, Value)]| -> Vec<String> {
        let names = of.iter().map(|(name, _)| name);
        names
            .filter(|name| named(other, name).is_some())
            .cloned()
            .collect()
    };
    common(before, after) != common(after, before)
}
