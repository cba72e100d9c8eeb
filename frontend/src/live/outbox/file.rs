//! The outbox as a file: the last way out for a tablet that will not reach the server again. The organiser reads it in.

use serde::{Deserialize, Serialize};

use super::queue::{Item, Record};

/// Tells the file from any other.
const FORMAT: &str = "borsklokka-outbox";
/// Grows when an older app could not read the file.
const VERSION: u32 = 1;
/// What the file is called, before the exchange.
const NAME: &str = "utboks";

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    exchange: String,
    records: Vec<Record>,
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
pub fn write(exchange: &str, items: &[Item]) -> (String, String) {
    let file = File {
        format: FORMAT.to_owned(),
        version: VERSION,
        exchange: exchange.to_owned(),
        records: items.iter().map(|item| item.record.clone()).collect(),
    };
    let text = serde_json::to_string_pretty(&file).expect("records have string keys");
    (format!("{NAME}-{exchange}.json"), text)
}

/// What a file holds, in the order of writing.
///
/// # Errors
/// If it is not an outbox of this exchange that this app can read.
pub fn read(exchange: &str, text: &str) -> Result<Vec<Record>, Unreadable> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
        version: u32,
        exchange: String,
    }
    let head: Head = serde_json::from_str(text).map_err(|_| Unreadable::OtherFile)?;
    if head.format != FORMAT {
        return Err(Unreadable::OtherFile);
    }
    if head.version > VERSION {
        return Err(Unreadable::Newer);
    }
    if head.exchange != exchange {
        return Err(Unreadable::OtherExchange(head.exchange));
    }
    let file: File = serde_json::from_str(text).map_err(|_| Unreadable::OtherFile)?;
    let mut records = file.records;
    records.sort_by_key(|record| record.order);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::decide::ClockTrust;
    use borsklokka_shared::ids::CommandId;
    use borsklokka_shared::wire::CommandMessage;
    use uuid::Uuid;

    use super::super::queue::{Errand, Stage};
    use super::*;

    fn item(order: u64) -> Item {
        Item {
            record: Record {
                order,
                errand: Errand::Command(CommandMessage {
                    id: CommandId(Uuid::from_u128(order.into())),
                    written_at: None,
                    clock: ClockTrust::Estimated,
                    command: serde_json::json!({ "type": "post_deal" }),
                }),
                refused: None,
            },
            stage: Stage::Waiting,
            durable: true,
        }
    }

    #[test]
    fn a_file_holds_the_outbox_in_the_order_of_writing() {
        let (name, text) = write("drammen", &[item(2), item(1)]);
        assert_eq!(name, "utboks-drammen.json");
        let orders: Vec<_> = read("drammen", &text)
            .unwrap()
            .into_iter()
            .map(|record| record.order)
            .collect();
        assert_eq!(orders, [1, 2]);
    }

    #[test]
    fn another_file_is_told_apart() {
        let (_, text) = write("svelvik", &[]);
        let newer = text.replace("\"version\": 1", "\"version\": 2");
        for (text, expected) in [
            ("", Unreadable::OtherFile),
            ("{}", Unreadable::OtherFile),
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
