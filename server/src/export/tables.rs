//! Which tables are in a file, and which of their columns. Every table with rows of an exchange is here, in or out.

use super::manifest::Personal;
use super::value::Value;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A text, or nothing.
    TextIfAny,
    /// What somebody called it, perhaps by a person's name: without personal data a number stands there.
    OwnName,
    Number,
    Bytes,
}

/// What a column that is not in the file becomes when it is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// What nobody has a secret for.
    NoSecret,
    /// That no mail goes: another server would write to the same people.
    Off,
    /// When it is read in.
    Now,
    /// Nothing.
    Nothing,
    /// What another column of the row holds.
    SameAs(&'static str),
}

/// When a table is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Always,
    /// Only if personal data were asked for.
    Personal,
}

/// A table that is in a file, a row a line.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) file: &'static str,
    pub(super) part: Part,
    /// By which columns its rows are in order.
    pub(super) order: &'static [&'static str],
    pub(super) columns: &'static [(&'static str, Kind)],
    pub(super) given: &'static [(&'static str, Given)],
}

impl Table {
    fn value<'a>(&self, row: &'a [Value], column: &str) -> &'a Value {
        let place = self.columns.iter().position(|(name, _)| *name == column);
        &row[place.expect("a column of the table")]
    }

    /// What a column of texts holds.
    pub(super) fn text<'a>(&self, row: &'a [Value], column: &str) -> &'a str {
        match self.value(row, column) {
            Value::Text(text) => text,
            Value::Nothing | Value::Number(_) | Value::Bytes(_) => "",
        }
    }

    /// What a column of numbers holds.
    pub(super) fn number(&self, row: &[Value], column: &str) -> i64 {
        match self.value(row, column) {
            Value::Number(number) => *number,
            Value::Nothing | Value::Text(_) | Value::Bytes(_) => 0,
        }
    }

    /// What a column of bytes holds.
    pub(super) fn bytes<'a>(&self, row: &'a [Value], column: &str) -> &'a [u8] {
        match self.value(row, column) {
            Value::Bytes(bytes) => bytes,
            Value::Nothing | Value::Text(_) | Value::Number(_) => &[],
        }
    }
}

/// The tables of a file.
pub(super) fn of_file(personal: Personal) -> impl Iterator<Item = &'static Table> {
    TABLES_OF_FILE
        .iter()
        .filter(move |table| table.part == Part::Always || personal == Personal::Included)
}

use Kind::{Bytes, Number, OwnName, Text, TextIfAny};

const CONTACT: [(&str, Kind); 4] = [
    ("person", TextIfAny),
    ("email", TextIfAny),
    ("phone", TextIfAny),
    ("changed_at_ms", Number),
];

/// In the order in which they are read in.
pub(super) const TABLES_OF_FILE: [Table; 22] = [
    Table {
        name: "events",
        file: "events.jsonl",
        part: Part::Always,
        order: &["seq"],
        columns: &[
            ("seq", Number),
            ("prev_public", Number),
            ("at_ms", Number),
            ("audience", Text),
            ("actor_role", Text),
            ("actor_device", Text),
            ("schema_version", Number),
            ("event", Text),
        ],
        given: &[],
    },
    Table {
        name: "outcomes",
        file: "outcomes.jsonl",
        part: Part::Always,
        order: &["command_id"],
        columns: &[
            ("command_id", Text),
            ("device_id", Text),
            ("content_sha256", Text),
            ("written_at_ms", Number),
            ("answered_at_ms", Number),
            ("answer", Text),
        ],
        given: &[],
    },
    Table {
        name: "archives",
        file: "archives.jsonl",
        part: Part::Always,
        order: &["last_seq"],
        columns: &[
            ("epoch", Text),
            ("first_seq", Number),
            ("last_seq", Number),
            ("made_at_ms", Number),
            ("actor_role", Text),
            ("actor_device", Text),
            ("deals", Number),
        ],
        given: &[],
    },
    // Who wrote what is known by them; nobody comes in by it.
    Table {
        name: "devices",
        file: "devices.jsonl",
        part: Part::Always,
        order: &["id"],
        columns: &[
            ("id", Text),
            ("role", Text),
            ("name", OwnName),
            ("paired_at_ms", Number),
        ],
        given: &[
            ("token_sha256", Given::NoSecret),
            ("expires_at_ms", Given::SameAs("paired_at_ms")),
            ("last_seen_ms", Given::SameAs("paired_at_ms")),
            ("revoked_at_ms", Given::Now),
            ("account_session_id", Given::Nothing),
        ],
    },
    Table {
        name: "participant_aliases",
        file: "participant_aliases.jsonl",
        part: Part::Always,
        order: &["gone"],
        columns: &[("gone", Text), ("kept", Text)],
        given: &[],
    },
    Table {
        name: "pictures",
        file: "pictures.jsonl",
        part: Part::Always,
        order: &["id"],
        columns: &[
            ("id", Text),
            ("media_type", Text),
            ("content", Bytes),
            ("made_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "roster_mappings",
        file: "roster_mappings.jsonl",
        part: Part::Always,
        order: &["heads_sha256"],
        columns: &[("heads_sha256", Text), ("mapping", Text), ("kept_at_ms", Number)],
        given: &[],
    },
    Table {
        name: "registration_forms",
        file: "registration_forms.jsonl",
        part: Part::Always,
        order: &["settings"],
        columns: &[("settings", Text)],
        given: &[],
    },
    Table {
        name: "afterwards",
        file: "afterwards.jsonl",
        part: Part::Always,
        order: &["errand"],
        columns: &[("errand", Text), ("ticked_at_ms", Number)],
        given: &[],
    },
    Table {
        name: "mail_settings",
        file: "mail_settings.jsonl",
        part: Part::Always,
        order: &["settings"],
        columns: &[("settings", Text)],
        given: &[("sending", Given::Off)],
    },
    Table {
        name: "registrations",
        file: "registrations.jsonl",
        part: Part::Personal,
        order: &["id"],
        columns: &[
            ("id", Text),
            ("state", Text),
            ("entry", Text),
            ("approved", TextIfAny),
            ("participant_id", TextIfAny),
            ("language", Text),
            ("consent", Text),
            ("made_at_ms", Number),
            ("changed_at_ms", Number),
        ],
        // Who has a link to one's own entry has it to another server.
        given: &[("token_sha256", Given::NoSecret)],
    },
    Table {
        name: "follow_up_settings",
        file: "follow_up_settings.jsonl",
        part: Part::Always,
        order: &["settings"],
        columns: &[("settings", Text)],
        given: &[],
    },
    // What went wrong between two is theirs.
    Table {
        name: "follow_ups",
        file: "follow_ups.jsonl",
        part: Part::Personal,
        order: &["deal_id", "teller"],
        columns: &[
            ("deal_id", Text),
            ("teller", Text),
            ("state", Text),
            ("reason", TextIfAny),
            ("text", TextIfAny),
            ("answered_by", Text),
            ("answered_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "follow_up_calls",
        file: "follow_up_calls.jsonl",
        part: Part::Personal,
        order: &["id"],
        columns: &[
            ("id", Text),
            ("deal_id", Text),
            ("note", TextIfAny),
            ("again_on", TextIfAny),
            ("called_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "contacts",
        file: "contacts.jsonl",
        part: Part::Personal,
        order: &["participant_id"],
        columns: &[
            ("participant_id", Text),
            CONTACT[0],
            CONTACT[1],
            CONTACT[2],
            CONTACT[3],
        ],
        given: &[],
    },
    Table {
        name: "further_contacts",
        file: "further_contacts.jsonl",
        part: Part::Personal,
        order: &["participant_id", "place"],
        columns: &[
            ("participant_id", Text),
            ("place", Number),
            CONTACT[0],
            CONTACT[1],
            CONTACT[2],
            CONTACT[3],
        ],
        given: &[],
    },
    // Who is on a photo can be known.
    Table {
        name: "deal_photos",
        file: "deal_photos.jsonl",
        part: Part::Personal,
        order: &["deal_id"],
        columns: &[
            ("deal_id", Text),
            ("id", Text),
            ("content", Bytes),
            ("taken_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "photo_consents",
        file: "photo_consents.jsonl",
        part: Part::Personal,
        order: &["deal_id", "participant_id"],
        columns: &[
            ("deal_id", Text),
            ("participant_id", Text),
            ("photo_id", Text),
            ("agreed_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "signatures",
        file: "signatures.jsonl",
        part: Part::Personal,
        order: &["deal_id", "participant_id"],
        columns: &[
            ("deal_id", Text),
            ("participant_id", Text),
            ("terms_sha256", Text),
            ("name", Text),
            ("strokes", Text),
            ("signed_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "signature_history",
        file: "signature_history.jsonl",
        part: Part::Personal,
        order: &["deal_id", "participant_id", "turn"],
        columns: &[
            ("deal_id", Text),
            ("participant_id", Text),
            ("turn", Number),
            ("device_id", TextIfAny),
            ("done_at_ms", Number),
            ("terms_sha256", TextIfAny),
            ("name", TextIfAny),
            ("strokes", TextIfAny),
        ],
        given: &[],
    },
    Table {
        name: "archived_signatures",
        file: "archived_signatures.jsonl",
        part: Part::Personal,
        order: &["last_seq", "deal_id", "participant_id"],
        columns: &[
            ("last_seq", Number),
            ("deal_id", Text),
            ("participant_id", Text),
            ("terms_sha256", Text),
            ("name", Text),
            ("strokes", Text),
            ("signed_at_ms", Number),
        ],
        given: &[],
    },
    Table {
        name: "archived_signature_history",
        file: "archived_signature_history.jsonl",
        part: Part::Personal,
        order: &["last_seq", "deal_id", "participant_id", "turn"],
        columns: &[
            ("last_seq", Number),
            ("deal_id", Text),
            ("participant_id", Text),
            ("turn", Number),
            ("device_id", TextIfAny),
            ("done_at_ms", Number),
            ("terms_sha256", TextIfAny),
            ("name", TextIfAny),
            ("strokes", TextIfAny),
        ],
        given: &[],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::database::Database;
    use crate::log::TABLES;

    /// Tables that stay where they are.
    const STAYS: [&str; 11] = [
        // An account is of a server.
        "account_exchanges",
        // Whoever has a link would come in at another server, which has not given it.
        "agreement_links",
        // As those.
        "mail_links",
        // They went from here, or go from here: nobody gets them twice.
        "mails",
        // A code is of a quarter of an hour.
        "pairing_codes",
        // That a disk could be written is no part of an exchange.
        "probes",
        // Programs that were let in here were not let in elsewhere.
        "program_tokens",
        // By this server's clock: another begins to announce it anew.
        "promised_erasures",
        // From which addresses people came in here is of this server.
        "security_events",
        // Programs are told by one server what happens: this one.
        "webhook_deliveries",
        // As those; with their secrets.
        "webhooks",
    ];

    #[test]
    fn of_every_table_with_rows_of_an_exchange_it_is_decided_whether_it_goes_along() {
        let decided: Vec<&str> = TABLES_OF_FILE
            .iter()
            .map(|table| table.name)
            .chain(STAYS)
            .collect();
        assert_eq!(decided.len(), TABLES.len());
        assert_eq!(BTreeSet::from_iter(decided), BTreeSet::from(TABLES));
    }

    #[tokio::test]
    async fn every_column_of_them_is_in_the_file_or_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("columns.db").display());
        let Database::Sqlite(database) = Database::open(&url).await.unwrap() else {
            panic!("opened as a file");
        };
        for table in &TABLES_OF_FILE {
            let there: Vec<(String, String, bool)> = sqlx::query_as(
                "SELECT name, type, \"notnull\" FROM pragma_table_info($1) WHERE name <> 'exchange_id' ORDER BY name",
            )
            .bind(table.name)
            .fetch_all(&database.readers)
            .await
            .unwrap();
            let named = table.columns.iter().map(|(name, _)| *name);
            let given = table.given.iter().map(|(name, _)| *name);
            let decided: BTreeSet<&str> = named.chain(given).collect();
            let names: BTreeSet<&str> = there.iter().map(|(name, ..)| name.as_str()).collect();
            assert_eq!(decided, names, "{}", table.name);
            for (name, kind) in table.columns {
                let (_, held, never_nothing) = there.iter().find(|(there, ..)| there == name).unwrap();
                let expected = match kind {
                    Kind::Text | Kind::OwnName => ("TEXT", true),
                    Kind::TextIfAny => ("TEXT", false),
                    Kind::Number => ("INTEGER", true),
                    Kind::Bytes => ("BLOB", true),
                };
                assert_eq!((held.as_str(), *never_nothing), expected, "{}.{name}", table.name);
            }
            assert!(
                table.order.iter().all(|name| names.contains(name)),
                "{}",
                table.name
            );
        }
    }
}
