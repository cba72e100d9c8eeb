//! What the tables of an exchange hold of persons: of each column whether it may say who somebody is, and how what is one participant's is
//! found. Erasing, the list of what is kept and one person's file all read this table, and a table that is not in it fails a test.

use borsklokka_shared::privacy::Holding;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// An id, a position, a moment, a number, a state, a hash, the bytes of a picture: nothing in which a name could stand.
    Plain,
    /// A text, in which somebody may be named: the name alone is taken out.
    Text,
    /// An address or a number, of which there may be none: it is emptied.
    Optional,
    /// A text that says whose the row is: with the name the row goes.
    Owner,
    /// JSON, in whose texts somebody may be named.
    Json,
}

/// How the rows are found that are a participant's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hers {
    /// None is.
    None,
    /// Those in which one of these columns has one of the participant's ids. They are deleted.
    Rows(&'static [&'static str]),
    /// What shows the parties of a deal that named the participant, or whoever speaks for it, at any time. It is deleted.
    OfDeals,
    /// What the participant said of deals, by this column. How each went is one of a few states, and stays, or the figures would be
    /// others; the words go.
    Said(&'static str),
    /// Links to deals that named the participant. They hold no longer.
    Links,
    /// Mails about the participant or such a deal, and what they link to. Their rows stay, so that none goes twice; nothing stands in them.
    Mails,
    /// Links in such mails. They hold no longer.
    MailLinks,
    /// Events and answers: what they say is written anew.
    Log,
}

/// A table, and what it holds of persons.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) table: &'static str,
    /// What that is to the organiser; none if it is nothing of anybody.
    pub(crate) holding: Option<Holding>,
    pub(crate) hers: Hers,
    /// Every column but `exchange_id`.
    pub(crate) columns: &'static [(&'static str, Column)],
}

use Column::{Json, Optional, Owner, Plain, Text};

const OF_PARTICIPANT: Hers = Hers::Rows(&["participant_id"]);

/// Every table with rows of an exchange.
#[rustfmt::skip] // A table: a row a line.
pub(crate) const HELD: [Held; 33] = [
    // Of which exchanges an organiser is one. She herself is in a table of the server's.
    Held { table: "account_exchanges", holding: None, hers: Hers::None,
        columns: &[("account_id", Plain), ("made_it", Plain), ("given_at_ms", Plain)] },
    Held { table: "afterwards", holding: None, hers: Hers::None,
        columns: &[("errand", Plain), ("ticked_at_ms", Plain)] },
    Held { table: "agreement_links", holding: Some(Holding::Links), hers: Hers::Links,
        columns: &[("token_sha256", Plain), ("deal_id", Plain), ("made_at_ms", Plain), ("expires_at_ms", Plain), ("revoked_at_ms", Plain)] },
    Held { table: "archived_signature_history", holding: Some(Holding::Signatures), hers: OF_PARTICIPANT,
        columns: &[("last_seq", Plain), ("deal_id", Plain), ("participant_id", Plain), ("turn", Plain), ("device_id", Plain), ("done_at_ms", Plain), ("terms_sha256", Plain), ("name", Owner), ("strokes", Plain)] },
    Held { table: "archived_signatures", holding: Some(Holding::Signatures), hers: OF_PARTICIPANT,
        columns: &[("last_seq", Plain), ("deal_id", Plain), ("participant_id", Plain), ("terms_sha256", Plain), ("name", Owner), ("strokes", Plain), ("signed_at_ms", Plain)] },
    Held { table: "archives", holding: None, hers: Hers::None,
        columns: &[("epoch", Plain), ("first_seq", Plain), ("last_seq", Plain), ("made_at_ms", Plain), ("actor_role", Plain), ("actor_device", Plain), ("deals", Plain)] },
    Held { table: "contacts", holding: Some(Holding::Contacts), hers: OF_PARTICIPANT,
        columns: &[("participant_id", Plain), ("person", Owner), ("email", Optional), ("phone", Optional), ("changed_at_ms", Plain)] },
    Held { table: "deal_photos", holding: Some(Holding::Photos), hers: Hers::OfDeals,
        columns: &[("deal_id", Plain), ("id", Plain), ("content", Plain), ("taken_at_ms", Plain)] },
    Held { table: "devices", holding: Some(Holding::Devices), hers: Hers::None,
        columns: &[("id", Plain), ("role", Plain), ("name", Text), ("token_sha256", Plain), ("paired_at_ms", Plain), ("expires_at_ms", Plain), ("last_seen_ms", Plain), ("revoked_at_ms", Plain), ("account_session_id", Plain)] },
    Held { table: "events", holding: Some(Holding::Board), hers: Hers::Log,
        columns: &[("seq", Plain), ("prev_public", Plain), ("at_ms", Plain), ("audience", Plain), ("actor_role", Plain), ("actor_device", Plain), ("schema_version", Plain), ("event", Json)] },
    // What somebody noted of a call, or wrote of a deal, may name anybody.
    Held { table: "follow_up_calls", holding: Some(Holding::FollowUps), hers: Hers::None,
        columns: &[("id", Plain), ("deal_id", Plain), ("note", Text), ("again_on", Plain), ("called_at_ms", Plain)] },
    Held { table: "follow_up_settings", holding: None, hers: Hers::None,
        columns: &[("settings", Json)] },
    Held { table: "follow_ups", holding: Some(Holding::FollowUps), hers: Hers::Said("teller"),
        columns: &[("deal_id", Plain), ("teller", Plain), ("state", Plain), ("reason", Plain), ("text", Text), ("answered_by", Plain), ("answered_at_ms", Plain)] },
    Held { table: "further_contacts", holding: Some(Holding::Contacts), hers: OF_PARTICIPANT,
        columns: &[("participant_id", Plain), ("place", Plain), ("person", Owner), ("email", Optional), ("phone", Optional), ("changed_at_ms", Plain)] },
    Held { table: "mail_links", holding: None, hers: Hers::MailLinks,
        columns: &[("token_sha256", Plain), ("opens", Plain), ("about", Plain), ("made_at_ms", Plain), ("expires_at_ms", Plain), ("revoked_at_ms", Plain)] },
    Held { table: "mail_settings", holding: None, hers: Hers::None,
        columns: &[("sending", Plain), ("settings", Json)] },
    Held { table: "mails", holding: Some(Holding::Mails), hers: Hers::Mails,
        columns: &[("id", Plain), ("kind", Plain), ("about", Plain), ("recipient", Text), ("language", Plain), ("matter", Json), ("state", Plain), ("tries", Plain), ("made_at_ms", Plain), ("queued_at_ms", Plain), ("next_try_ms", Plain), ("node", Plain), ("claimed_at_ms", Plain), ("sent_at_ms", Plain), ("answer", Text), ("went", Json)] },
    Held { table: "outcomes", holding: None, hers: Hers::Log,
        columns: &[("command_id", Plain), ("device_id", Plain), ("content_sha256", Plain), ("written_at_ms", Plain), ("answered_at_ms", Plain), ("answer", Json)] },
    Held { table: "pairing_codes", holding: Some(Holding::Devices), hers: Hers::None,
        columns: &[("id", Plain), ("code_sha256", Plain), ("role", Plain), ("name", Text), ("made_at_ms", Plain), ("expires_at_ms", Plain)] },
    Held { table: "participant_aliases", holding: None, hers: Hers::None,
        columns: &[("gone", Plain), ("kept", Plain)] },
    Held { table: "photo_consents", holding: None, hers: Hers::OfDeals,
        columns: &[("deal_id", Plain), ("participant_id", Plain), ("photo_id", Plain), ("agreed_at_ms", Plain)] },
    // What a picture shows no search finds: it is looked at.
    Held { table: "pictures", holding: Some(Holding::Pictures), hers: Hers::None,
        columns: &[("id", Plain), ("media_type", Plain), ("content", Plain), ("made_at_ms", Plain)] },
    Held { table: "probes", holding: None, hers: Hers::None,
        columns: &[("written_at_ms", Plain)] },
    Held { table: "program_tokens", holding: Some(Holding::Devices), hers: Hers::None,
        columns: &[("id", Plain), ("name", Text), ("token_sha256", Plain), ("with_report", Plain), ("made_at_ms", Plain), ("expires_at_ms", Plain), ("last_used_ms", Plain), ("revoked_at_ms", Plain)] },
    Held { table: "promised_erasures", holding: None, hers: Hers::None,
        columns: &[("promised_on", Plain), ("announced_at_ms", Plain), ("last_seen_at_ms", Plain)] },
    Held { table: "registration_forms", holding: None, hers: Hers::None,
        columns: &[("settings", Json)] },
    Held { table: "registrations", holding: Some(Holding::Registrations), hers: Hers::Rows(&["id", "participant_id"]),
        columns: &[("id", Plain), ("token_sha256", Plain), ("state", Plain), ("entry", Json), ("approved", Json), ("participant_id", Plain), ("language", Plain), ("consent", Text), ("made_at_ms", Plain), ("changed_at_ms", Plain)] },
    Held { table: "roster_mappings", holding: None, hers: Hers::None,
        columns: &[("heads_sha256", Plain), ("mapping", Json), ("kept_at_ms", Plain)] },
    // From which address somebody came is the device's, and is erased with the exchange.
    Held { table: "security_events", holding: Some(Holding::Access), hers: Hers::None,
        columns: &[("id", Plain), ("at_ms", Plain), ("event", Plain), ("role", Plain), ("device_id", Plain), ("name", Text), ("about", Plain), ("came_from", Plain)] },
    Held { table: "signature_history", holding: Some(Holding::Signatures), hers: OF_PARTICIPANT,
        columns: &[("deal_id", Plain), ("participant_id", Plain), ("turn", Plain), ("device_id", Plain), ("done_at_ms", Plain), ("terms_sha256", Plain), ("name", Owner), ("strokes", Plain)] },
    Held { table: "signatures", holding: Some(Holding::Signatures), hers: OF_PARTICIPANT,
        columns: &[("deal_id", Plain), ("participant_id", Plain), ("terms_sha256", Plain), ("name", Owner), ("strokes", Plain), ("signed_at_ms", Plain)] },
    // What is told to programs is made from the log when it goes, and is not kept; what they answered may name anybody.
    Held { table: "webhook_deliveries", holding: None, hers: Hers::None,
        columns: &[("id", Plain), ("webhook_id", Plain), ("seq", Plain), ("type", Plain), ("content_sha256", Plain), ("state", Plain), ("tries", Plain), ("made_at_ms", Plain), ("queued_at_ms", Plain), ("next_try_ms", Plain), ("node", Plain), ("claimed_at_ms", Plain), ("tried_at_ms", Plain), ("status", Plain), ("answer", Text)] },
    // The address of a program, which the organiser wrote.
    Held { table: "webhooks", holding: None, hers: Hers::None,
        columns: &[("id", Plain), ("url", Plain), ("kinds", Plain), ("secret", Plain), ("made_at_ms", Plain), ("after_seq", Plain), ("failing_since_ms", Plain), ("disabled_at_ms", Plain), ("disabled_why", Plain)] },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use crate::log::TABLES;

    #[tokio::test]
    async fn every_column_of_every_table_of_an_exchange_is_judged() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("columns.db").display());
        let Database::Sqlite(database) = Database::open(&url).await.unwrap() else {
            panic!("opened as a file");
        };
        assert_eq!(HELD.map(|held| held.table), TABLES);
        for held in &HELD {
            let columns: Vec<String> = sqlx::query_scalar(
                "SELECT name FROM pragma_table_info($1) WHERE name <> 'exchange_id' ORDER BY cid",
            )
            .bind(held.table)
            .fetch_all(&database.readers)
            .await
            .unwrap();
            let judged: Vec<&str> = held.columns.iter().map(|(name, _)| *name).collect();
            assert_eq!(judged, columns, "{}", held.table);
        }
    }
}
