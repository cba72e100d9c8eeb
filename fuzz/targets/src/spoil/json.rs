//! Trees of JSON: branches are cut, doubled, renamed and grafted from other trees, and leaves become what their readers do not expect.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::text::{nasty, spoilt_text};
use super::{bytes, times};

pub(super) fn spoilt(from: &[u8], corpus: &[&[u8]], rng: &mut Rng) -> Vec<u8> {
    let Ok(mut tree) = serde_json::from_slice::<Value>(from) else {
        return bytes::spoilt(from, corpus, rng);
    };
    for _ in 0..times(rng) {
        let other = corpus[rng.usize(..corpus.len())];
        let graft = if rng.u8(..4) == 0 {
            serde_json::from_slice(other).ok()
        } else {
            None
        };
        let nodes = count(&tree);
        let mut left = rng.usize(..nodes);
        spoil_node(&mut tree, &mut left, graft.as_ref(), rng);
    }
    tree.to_string().into_bytes()
}

fn count(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Spoils the node that is `left` nodes further on.
fn spoil_node(tree: &mut Value, left: &mut usize, graft: Option<&Value>, rng: &mut Rng) -> bool {
    if *left == 0 {
        spoil(tree, graft, rng);
        return true;
    }
    *left -= 1;
    match tree {
        Value::Array(items) => items.iter_mut().any(|item| spoil_node(item, left, graft, rng)),
        Value::Object(fields) => fields
            .values_mut()
            .any(|field| spoil_node(field, left, graft, rng)),
        _ => false,
    }
}

fn spoil(node: &mut Value, graft: Option<&Value>, rng: &mut Rng) {
    if let Some(graft) = graft {
        let mut left = rng.usize(..count(graft));
        *node = nth(graft, &mut left).cloned().unwrap_or_default();
        return;
    }
    match node {
        Value::Object(fields) if !fields.is_empty() => spoil_fields(fields, rng),
        Value::Array(items) if !items.is_empty() => {
            let at = rng.usize(..items.len());
            match rng.u8(..4) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => {
                    let more = rng.usize(..40);
                    items.extend(vec![items[at].clone(); more]);
                }
                _ => rng.shuffle(items),
            }
        }
        Value::String(text) if rng.u8(..4) > 0 => *text = spoilt_text(text, &[], rng),
        Value::Number(_) if rng.u8(..4) > 0 => *node = number(rng),
        Value::Bool(said) if rng.bool() => *said = !*said,
        _ => *node = leaf(rng),
    }
}

fn spoil_fields(fields: &mut Map<String, Value>, rng: &mut Rng) {
    let names: Vec<String> = fields.keys().cloned().collect();
    let name = &names[rng.usize(..names.len())];
    match rng.u8(..5) {
        0 => drop(fields.remove(name)),
        1 => drop(fields.insert(nasty(rng).to_owned(), leaf(rng))),
        2 => drop(fields.insert(name.clone(), leaf(rng))),
        3 => {
            if let Some(value) = fields.remove(name) {
                fields.insert(spoilt_text(name, &[], rng), value);
            }
        }
        _ => {
            let other = names[rng.usize(..names.len())].clone();
            let value = fields[name].clone();
            fields.insert(other, value);
        }
    }
}

fn nth<'a>(tree: &'a Value, left: &mut usize) -> Option<&'a Value> {
    if *left == 0 {
        return Some(tree);
    }
    *left -= 1;
    match tree {
        Value::Array(items) => items.iter().find_map(|item| nth(item, left)),
        Value::Object(fields) => fields.values().find_map(|field| nth(field, left)),
        _ => None,
    }
}

fn number(rng: &mut Rng) -> Value {
    match rng.u8(..12) {
        0 => json!(0),
        1 => json!(-1),
        2 => json!(u64::MAX),
        3 => json!(i64::MIN),
        4 => json!(u32::MAX),
        5 => json!(u64::from(u32::MAX) + 1),
        6 => json!(1.5),
        7 => json!(1e308),
        8 => json!(-0.0),
        9 => json!(rng.f64()),
        10 => json!(rng.u64(..)),
        _ => json!(rng.u16(..)),
    }
}

fn leaf(rng: &mut Rng) -> Value {
    match rng.u8(..9) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!([]),
        3 => json!({}),
        4 => json!(nasty(rng)),
        5 => json!("å".repeat(rng.usize(..3_000))),
        6 => (0..rng.usize(..140)).fold(json!(1), |inner, _| json!([inner])),
        7 => (0..rng.usize(..140)).fold(json!(1), |inner, _| json!({ "a": inner })),
        _ => number(rng),
    }
}
