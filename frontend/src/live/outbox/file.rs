//! The outbox as a file: the last way out for a tablet that will not reach the server again. The organiser reads it in.

use borsklokka_shared::order;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::queue::{Item, Record, Unreadable as Raw, fits};
use crate::json;

/// Tells the file from any other.
const FORMAT: &str = "borsklokka-outbox";
/// Grows when an older app could not read the file.
const VERSION: u32 = 1;
/// What the file is called, before the exchange.
const NAME: &str = "utboks";

#[derive(Serialize)]
struct File {
    format: String,
    version: u32,
    exchange: String,
    records: Vec<Record>,
    /// What the tablet could not read, as it lay there: a version that can may be given the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<Value>,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// In the order of writing.
    pub records: Vec<Record>,
    /// How many records this version cannot read. They stay in the file.
    pub unreadable: usize,
}

/// Why a file cannot be read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is something else.
    OtherFile,
    /// It is of another exchange.
    OtherExchange(String),
    /// A newer app wrote it.
    Newer,
}

/// The file's name and what it says: all that was not accepted, be it refused.
pub fn write(exchange: &str, items: &[Item], unreadable: &[Raw]) -> (String, String) {
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        exchange: exchange.to_owned(),
        records: items.iter().map(|item| item.record.clone()).collect(),
        unreadable: unreadable
            .iter()
            .map(|raw| {
                let value = fits(&raw.text).then(|| json::read(&raw.text).ok()).flatten();
                value.unwrap_or_else(|| Value::String(raw.text.clone()))
            })
            .collect(),
    };
    let text = serde_json::to_string(&file).expect("records have string keys");
    // A field a line, for whoever opens it; of a value, so that there is one writer of records.
    let text = json::read::<Value>(&text).map_or(text, |value| format!("{value:#}"));
    (format!("{NAME}-{exchange}.json"), text)
}

/// What a file holds, in the order of writing.
///
/// # Errors
/// If it is not an outbox of this exchange that this app can read.
pub fn read(exchange: &str, text: &str) -> Result<Content, Unreadable> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
        version: u32,
        exchange: String,
        records: Vec<Value>,
        #[serde(default)]
        unreadable: Vec<Value>,
    }
    let head: Head = json::read(text).map_err(|_| Unreadable::OtherFile)?;
    if head.format != FORMAT {
        return Err(Unreadable::OtherFile);
    }
    if head.version > VERSION {
        return Err(Unreadable::Newer);
    }
    if head.exchange != exchange {
        return Err(Unreadable::OtherExchange(head.exchange));
    }
    let all = head.records.len() + head.unreadable.len();
    let mut records: Vec<Record> = head
        .records
        .into_iter()
        .chain(head.unreadable)
        .filter_map(|record| serde_json::from_value(record).ok())
        .collect();
    order::sort_by_key(&mut records, |record| record.order);
    Ok(Content {
        unreadable: all - records.len(),
        records,
    })
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::decide::ClockTrust;
    use borsklokka_shared::ids::CommandId;
    use borsklokka_shared::wire::CommandMessage;
    use uuid::Uuid;

    use super::super::queue::{Errand, Place};
    use super::*;

    fn item(order: u64) -> Item {
        let record = Record {
            order,
            errand: Errand::Command(CommandMessage {
                id: CommandId(Uuid::from_u128(order.into())),
                written_at: None,
                clock: ClockTrust::Estimated,
                epoch: None,
                command: serde_json::json!({ "type": "post_deal" }),
            }),
            refused: None,
            tried: true,
        };
        Item::of(record, Place::OnDisk)
    }

    #[test]
    fn what_cannot_be_read_is_in_the_file_and_holds_up_nothing() {
        let raw = |key: &str, text: &str| Raw {
            key: key.to_owned(),
            text: text.to_owned(),
        };
        let of_tomorrow = raw("1", r#"{"order":5,"of_tomorrow":{"id":7}}"#);
        let (_, text) = write("drammen", &[item(1)], &[of_tomorrow, raw("2", "no JSON")]);
        assert!(text.contains("of_tomorrow") && text.contains("no JSON"));
        let content = read("drammen", &text).unwrap();
        assert_eq!((content.records.len(), content.unreadable), (1, 2));
        // A version that knows it gets it.
        let known = serde_json::to_string(&item(9).record).unwrap();
        let (_, text) = write("drammen", &[], &[raw("3", &known)]);
        assert_eq!(read("drammen", &text).unwrap().records, [item(9).record]);
    }

    /// Found by reading: one such record made the whole file one that no desk could read in.
    #[test]
    fn what_is_nested_as_deep_as_can_be_read_keeps_no_other_record_from_being_read_in() {
        for depth in [100, 124, 125, 126, 127, 128, 200] {
            let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            let record = serde_json::to_string(&item(1).record).unwrap();
            let id = item(1).record.id().to_string();
            let record = record.replace("\"post_deal\"", &deep);
            let reading = super::super::queue::Reading::of(vec![(id, record), ("2".to_owned(), deep)], []);
            assert_eq!(reading.records.len() + reading.unreadable.len(), 2);
            let mut items = vec![item(2)];
            items.extend(
                reading
                    .records
                    .into_iter()
                    .map(|record| Item::of(record, Place::OnDisk)),
            );
            let (_, text) = write("drammen", &items, &reading.unreadable);
            let content = read("drammen", &text).unwrap_or_else(|why| panic!("{depth} deep: {why:?}"));
            assert_eq!(content.records.len() + content.unreadable, 3, "{depth} deep");
            assert!(content.records.contains(&item(2).record), "{depth} deep");
        }
    }

    #[test]
    fn a_file_holds_the_outbox_in_the_order_of_writing() {
        let (name, text) = write("drammen", &[item(2), item(1)], &[]);
        assert_eq!(name, "utboks-drammen.json");
        let orders: Vec<_> = read("drammen", &text)
            .unwrap()
            .records
            .into_iter()
            .map(|record| record.order)
            .collect();
        assert_eq!(orders, [1, 2]);
    }

    #[test]
    fn another_file_is_told_apart() {
        let (_, text) = write("svelvik", &[], &[]);
        let newer = text.replace("\"version\": 1", "\"version\": 2");
        for (text, expected) in [
            ("", Unreadable::OtherFile),
            ("{}", Unreadable::OtherFile),
            (
                r#"{"format":"borsklokka-outbox","version":1,"exchange":"drammen"}"#,
                Unreadable::OtherFile,
            ),
            (
                r#"{"format":"else","version":1,"exchange":"drammen","records":[]}"#,
                Unreadable::OtherFile,
            ),
            (text.as_str(), Unreadable::OtherExchange("svelvik".to_owned())),
            (newer.as_str(), Unreadable::Newer),
        ] {
            assert_eq!(read("drammen", text).unwrap_err(), expected, "{text}");
        }
    }
}
