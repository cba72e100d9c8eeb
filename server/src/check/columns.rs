//! Whether the columns that hold more than a text hold what this version can read: ids, roles, addresses, hashes. What cannot be
//! read keeps a tablet out, or an agreement from being printed, when it is too late to mend it. And whether every number and every text is
//! one that an exchange's file can hold.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use borsklokka_shared::afterwards::Errand;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::date::Date;
use borsklokka_shared::follow_up::{AnsweredBy, FollowUpReason, FollowUpSettings, FollowUpState, OFFICE};
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{MailKind, MailSettings, MailState, Sending};
use borsklokka_shared::programs::{DeliveryState, DisabledWhy, WebhookKind};
use borsklokka_shared::registration::{Entry, FormSettings, RegistrationState};
use borsklokka_shared::role::Role;
use borsklokka_shared::security::SecurityEvent;
use borsklokka_shared::slug::is_slug;
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use crate::access::accounts::AccountMail;
use crate::agreement::signature::Strokes;
use crate::database::Either;
use crate::log::{Moment, SEQ_MAX, at};
use crate::mail::Matter;

/// What a number in a table can be: every reader of JSON takes it as it is. No exchange's file has another.
const NUMBERS: RangeInclusive<i64> = 0..=SEQ_MAX;
/// What an instant in a table can be, in milliseconds since 1970: until the end of the last year that is shown as it is.
const INSTANTS: RangeInclusive<i64> = 0..=253_402_300_799_999;
/// How a column is called that holds instants, at its end.
const OF_INSTANTS: &str = "_ms";

/// What a number in a column can be.
pub(crate) fn numbers_of(column: &str) -> RangeInclusive<i64> {
    if column.ends_with(OF_INSTANTS) {
        INSTANTS
    } else {
        NUMBERS
    }
}

/// Characters of a value that is shown.
const SHOWN_CHARS_MAX: usize = 40;
/// The length of a SHA-256 in hex.
const SHA256_CHARS: usize = 64;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// An id.
    Id,
    /// Ids with a space between them.
    Ids,
    /// A role that a device can have.
    RoleOfDevice,
    /// Any role.
    Role,
    /// An exchange's name in addresses.
    Slug,
    /// A SHA-256, in hex.
    Sha256,
    /// An audience.
    Audience,
    /// What concerns safety.
    SecurityEvent,
    /// What a picture is.
    MediaType,
    /// What a hand drew.
    Strokes,
    /// What became of a registration.
    RegistrationState,
    /// What somebody wrote who registered.
    Entry,
    /// A party of a deal, or the office.
    Teller,
    /// What became of a deal.
    FollowUpState,
    /// Why a deal comes to nothing.
    FollowUpReason,
    /// Who gave an answer.
    AnsweredBy,
    /// A day.
    Day,
    /// A language.
    Language,
    /// What a mail is about.
    MailKind,
    /// What became of a mail.
    MailState,
    /// Whether mails go.
    Sending,
    /// What became of a delivery to another program.
    DeliveryState,
    /// Why nothing goes to another program.
    DisabledWhy,
    /// What another program is told of.
    WebhookKinds,
    /// How the form is wanted.
    FormSettings,
    /// How mails are wanted.
    MailSettings,
    /// How it is wanted that deals are followed up.
    FollowUpSettings,
    /// What is in a mail beside its text.
    Matter,
    /// How a mail read when it went.
    Went,
    /// What a mail about an account is for.
    AccountMail,
    /// What is to be done the morning after.
    Errand,
    /// What a passkey's signatures are checked with.
    Passkey,
}

impl Holds {
    /// What it is called where it cannot be read.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "an id",
            Self::Ids => "ids",
            Self::RoleOfDevice | Self::Role => "a role",
            Self::Slug => "an address",
            Self::Sha256 => "a hash",
            Self::Audience => "an audience",
            Self::SecurityEvent => "an event",
            Self::MediaType => "a kind of picture",
            Self::Strokes => "a drawing",
            Self::Entry => "an entry",
            Self::Teller => "a party",
            Self::FollowUpReason | Self::DisabledWhy => "a reason",
            Self::AnsweredBy => "an answer's way",
            Self::Day => "a day",
            Self::Language => "a language",
            Self::MailKind | Self::AccountMail => "a kind of mail",
            Self::RegistrationState | Self::MailState | Self::FollowUpState | Self::DeliveryState => {
                "a state"
            }
            Self::Sending => "off, held or on",
            Self::WebhookKinds => "what there is to tell",
            Self::FormSettings | Self::MailSettings | Self::FollowUpSettings => "settings",
            Self::Matter => "what a mail is made of",
            Self::Went => "a mail",
            Self::Errand => "an errand",
            Self::Passkey => "a passkey",
        }
    }

    fn can_be(self, value: &str) -> bool {
        let is_id = |text: &str| Uuid::parse_str(text).is_ok();
        match self {
            Self::Id => is_id(value),
            Self::Ids => value.split_whitespace().all(is_id),
            Self::RoleOfDevice => value.parse::<Role>().is_ok(),
            Self::Role => Role::named(value).is_some(),
            Self::Slug => is_slug(value),
            Self::Sha256 => value.len() == SHA256_CHARS && value.bytes().all(|byte| byte.is_ascii_hexdigit()),
            Self::Audience => value.parse::<Audience>().is_ok(),
            Self::SecurityEvent => SecurityEvent::named(value).is_some(),
            Self::MediaType => value.starts_with("image/"),
            Self::RegistrationState => RegistrationState::named(value).is_some(),
            Self::Teller => value == OFFICE || is_id(value),
            Self::FollowUpState => FollowUpState::named(value).is_some(),
            Self::FollowUpReason => FollowUpReason::named(value).is_some(),
            Self::AnsweredBy => AnsweredBy::named(value).is_some(),
            Self::Day => value.parse::<Date>().is_ok(),
            Self::Entry => serde_json::from_str::<Entry>(value).is_ok(),
            Self::Language => Language::named(value).is_some(),
            Self::MailKind => MailKind::named(value).is_some(),
            Self::MailState => MailState::named(value).is_some(),
            Self::Sending => Sending::named(value).is_some(),
            Self::DeliveryState => DeliveryState::named(value).is_some(),
            Self::DisabledWhy => DisabledWhy::named(value).is_some(),
            Self::WebhookKinds => {
                let mut kinds = value.split_whitespace().peekable();
                kinds.peek().is_some() && kinds.all(|kind| WebhookKind::named(kind).is_some())
            }
            Self::FormSettings => serde_json::from_str::<FormSettings>(value).is_ok(),
            Self::MailSettings => serde_json::from_str::<MailSettings>(value)
                .is_ok_and(|settings| settings.reply_to.is_none_or(|reply_to| is_address(&reply_to))),
            Self::FollowUpSettings => serde_json::from_str::<FollowUpSettings>(value).is_ok(),
            Self::Matter => serde_json::from_str::<Matter>(value).is_ok(),
            Self::Went => serde_json::from_str::<BTreeMap<String, String>>(value)
                .is_ok_and(|went| ["subject", "body"].iter().all(|part| went.contains_key(*part))),
            Self::AccountMail => value.parse::<AccountMail>().is_ok(),
            Self::Errand => Errand::named(value).is_some(),
            Self::Passkey => serde_json::from_str::<Passkey>(value).is_ok(),
            Self::Strokes => {
                serde_json::from_str::<Strokes>(value).is_ok_and(|strokes| strokes.check().is_ok())
            }
        }
    }
}

/// Whether it is the address of a mail, as it is kept of a contact: it stands in the head of a mail.
fn is_address(text: &str) -> bool {
    let contact = Contact {
        email: Some(text.to_owned()),
        ..Contact::default()
    };
    contact
        .checked()
        .is_ok_and(|contact| contact.email.as_deref() == Some(text))
}

/// The columns of a table, and what they hold.
type Columns = (&'static str, &'static [(&'static str, Holds)]);

/// What a signature, or what was done to it, has in common wherever it is kept.
const OF_A_SIGNATURE: &[(&str, Holds)] = &[
    ("exchange_id", Holds::Id),
    ("deal_id", Holds::Id),
    ("participant_id", Holds::Id),
    ("terms_sha256", Holds::Sha256),
    ("strokes", Holds::Strokes),
];
const OF_ITS_HISTORY: &[(&str, Holds)] = &[
    ("exchange_id", Holds::Id),
    ("deal_id", Holds::Id),
    ("participant_id", Holds::Id),
    ("device_id", Holds::Id),
    ("terms_sha256", Holds::Sha256),
    ("strokes", Holds::Strokes),
];

const COLUMNS: [Columns; 43] = [
    (
        "exchanges",
        &[
            ("id", Holds::Id),
            ("slug", Holds::Slug),
            ("epoch", Holds::Id),
            ("former_epochs", Holds::Ids),
        ],
    ),
    ("operator", &[("device_id", Holds::Id)]),
    ("operator_sessions", &[("token_sha256", Holds::Sha256)]),
    (
        "account_challenges",
        &[("account_id", Holds::Id), ("token_sha256", Holds::Sha256)],
    ),
    (
        "account_mails",
        &[
            ("id", Holds::Id),
            ("account_id", Holds::Id),
            ("kind", Holds::AccountMail),
            ("state", Holds::MailState),
        ],
    ),
    (
        "account_passkeys",
        &[
            ("id", Holds::Id),
            ("account_id", Holds::Id),
            ("credential_sha256", Holds::Sha256),
            ("passkey", Holds::Passkey),
        ],
    ),
    (
        "account_exchanges",
        &[("account_id", Holds::Id), ("exchange_id", Holds::Id)],
    ),
    (
        "account_sessions",
        &[
            ("id", Holds::Id),
            ("account_id", Holds::Id),
            ("token_sha256", Holds::Sha256),
        ],
    ),
    (
        "account_tokens",
        &[("account_id", Holds::Id), ("token_sha256", Holds::Sha256)],
    ),
    ("accounts", &[("id", Holds::Id), ("language", Holds::Language)]),
    (
        "afterwards",
        &[("exchange_id", Holds::Id), ("errand", Holds::Errand)],
    ),
    (
        "agreement_links",
        &[
            ("token_sha256", Holds::Sha256),
            ("exchange_id", Holds::Id),
            ("deal_id", Holds::Id),
        ],
    ),
    ("archived_signature_history", OF_ITS_HISTORY),
    ("archived_signatures", OF_A_SIGNATURE),
    (
        "archives",
        &[
            ("exchange_id", Holds::Id),
            ("epoch", Holds::Id),
            ("actor_role", Holds::Role),
            ("actor_device", Holds::Id),
        ],
    ),
    (
        "contacts",
        &[("exchange_id", Holds::Id), ("participant_id", Holds::Id)],
    ),
    (
        "deal_photos",
        &[
            ("exchange_id", Holds::Id),
            ("deal_id", Holds::Id),
            ("id", Holds::Id),
        ],
    ),
    (
        "devices",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("role", Holds::RoleOfDevice),
            ("token_sha256", Holds::Sha256),
            ("account_session_id", Holds::Id),
        ],
    ),
    (
        "events",
        &[
            ("exchange_id", Holds::Id),
            ("audience", Holds::Audience),
            ("actor_role", Holds::Role),
            ("actor_device", Holds::Id),
        ],
    ),
    (
        "follow_up_calls",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("deal_id", Holds::Id),
            ("again_on", Holds::Day),
        ],
    ),
    (
        "follow_up_settings",
        &[("exchange_id", Holds::Id), ("settings", Holds::FollowUpSettings)],
    ),
    (
        "follow_ups",
        &[
            ("exchange_id", Holds::Id),
            ("deal_id", Holds::Id),
            ("teller", Holds::Teller),
            ("state", Holds::FollowUpState),
            ("reason", Holds::FollowUpReason),
            ("answered_by", Holds::AnsweredBy),
        ],
    ),
    (
        "further_contacts",
        &[("exchange_id", Holds::Id), ("participant_id", Holds::Id)],
    ),
    (
        "mail_links",
        &[("exchange_id", Holds::Id), ("token_sha256", Holds::Sha256)],
    ),
    (
        "mail_settings",
        &[
            ("exchange_id", Holds::Id),
            ("sending", Holds::Sending),
            ("settings", Holds::MailSettings),
        ],
    ),
    (
        "mails",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("kind", Holds::MailKind),
            ("state", Holds::MailState),
            ("language", Holds::Language),
            ("matter", Holds::Matter),
            ("went", Holds::Went),
        ],
    ),
    (
        "outcomes",
        &[
            ("exchange_id", Holds::Id),
            ("device_id", Holds::Id),
            ("content_sha256", Holds::Sha256),
        ],
    ),
    (
        "pairing_codes",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("code_sha256", Holds::Sha256),
            ("role", Holds::RoleOfDevice),
        ],
    ),
    (
        "participant_aliases",
        &[
            ("exchange_id", Holds::Id),
            ("gone", Holds::Id),
            ("kept", Holds::Id),
        ],
    ),
    (
        "photo_consents",
        &[
            ("exchange_id", Holds::Id),
            ("deal_id", Holds::Id),
            ("participant_id", Holds::Id),
            ("photo_id", Holds::Id),
        ],
    ),
    (
        "pictures",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("media_type", Holds::MediaType),
        ],
    ),
    ("probes", &[("exchange_id", Holds::Id)]),
    (
        "program_tokens",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("token_sha256", Holds::Sha256),
        ],
    ),
    (
        "promised_erasures",
        &[("exchange_id", Holds::Id), ("promised_on", Holds::Day)],
    ),
    (
        "registration_forms",
        &[("exchange_id", Holds::Id), ("settings", Holds::FormSettings)],
    ),
    (
        "registrations",
        &[
            ("id", Holds::Id),
            ("exchange_id", Holds::Id),
            ("token_sha256", Holds::Sha256),
            ("state", Holds::RegistrationState),
            ("entry", Holds::Entry),
            ("approved", Holds::Entry),
            ("participant_id", Holds::Id),
            ("language", Holds::Language),
        ],
    ),
    // What an earlier version kept of a mapping, and this one cannot read, was not said.
    (
        "roster_mappings",
        &[("exchange_id", Holds::Id), ("heads_sha256", Holds::Sha256)],
    ),
    (
        "security_events",
        &[
            ("exchange_id", Holds::Id),
            ("event", Holds::SecurityEvent),
            ("role", Holds::Role),
            ("device_id", Holds::Id),
            ("about", Holds::Ids),
        ],
    ),
    ("seen_clock", &[]),
    ("signature_history", OF_ITS_HISTORY),
    ("signatures", OF_A_SIGNATURE),
    (
        "webhook_deliveries",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("webhook_id", Holds::Id),
            ("content_sha256", Holds::Sha256),
            ("state", Holds::DeliveryState),
        ],
    ),
    (
        "webhooks",
        &[
            ("exchange_id", Holds::Id),
            ("id", Holds::Id),
            ("kinds", Holds::WebhookKinds),
            ("disabled_why", Holds::DisabledWhy),
        ],
    ),
];

/// The columns that hold a position in a log, or of an archive's end, and the least that it can be.
const POSITIONS: [(&str, &str, i64); 8] = [
    ("archived_signature_history", "last_seq", 1),
    ("archived_signatures", "last_seq", 1),
    ("archives", "first_seq", 1),
    ("archives", "last_seq", 1),
    ("events", "prev_public", 0),
    ("events", "seq", 1),
    ("webhook_deliveries", "seq", 0),
    ("webhooks", "after_seq", 0),
];

/// What cannot be read in them, a sentence a column, but for tables of which nothing can.
pub(super) async fn faults(moment: &mut Moment, unread: &[&str]) -> Vec<String> {
    let mut faults = match kinds_of_columns(moment).await {
        Ok(mut kinds) => {
            kinds.retain(|table, _| !unread.contains(&table.as_str()));
            let mut faults = faults_of_numbers(moment, &kinds).await;
            faults.extend(faults_of_texts(moment, &kinds).await);
            faults
        }
        Err(error) => vec![format!("which columns the tables have cannot be read: {error}")],
    };
    let columns_of_each = COLUMNS.into_iter();
    for (table, columns) in columns_of_each.filter(|(table, _)| !unread.contains(table)) {
        for (column, holds) in columns {
            let statement = format!(
                "SELECT {column}, COUNT(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY {column}"
            );
            let counted: Result<Vec<(String, i64)>, sqlx::Error> = at!(&mut *moment, on => sqlx::query_as(
                AssertSqlSafe(statement)
            )
            .fetch_all(&mut **on)
            .await);
            match counted {
                Ok(counted) => faults.extend(fault(table, column, *holds, &counted)),
                Err(error) => faults.push(not_read(table, column, &error)),
            }
        }
    }
    faults
}

/// Which columns of a table hold numbers, and which texts of which no more is known.
#[derive(Debug, Default)]
struct Kinds {
    numbers: Vec<String>,
    texts: Vec<String>,
}

/// The columns of the tables above by what they hold, as the database says.
async fn kinds_of_columns(moment: &mut Moment) -> Result<BTreeMap<String, Kinds>, sqlx::Error> {
    let statement = match &moment.on {
        Either::Sqlite(_) => {
            "SELECT tables.name, columns.name, lower(columns.type) \
             FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' \
             ORDER BY tables.name, columns.cid"
        }
        Either::Postgres(_) => {
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        }
    };
    let columns: Vec<(String, String, String)> =
        at!(moment, on => sqlx::query_as(statement).fetch_all(&mut **on).await)?;
    let mut kinds = BTreeMap::<String, Kinds>::new();
    for (table, column, kind) in columns {
        let Some((_, judged)) = COLUMNS.into_iter().find(|(listed, _)| *listed == table) else {
            continue;
        };
        let is_judged = judged.iter().any(|(name, _)| *name == column);
        let kinds = kinds.entry(table).or_default();
        match kind.as_str() {
            "integer" | "bigint" => kinds.numbers.push(column),
            "text" if !is_judged => kinds.texts.push(column),
            _ => {}
        }
    }
    Ok(kinds)
}

/// Where a number is one that no row has, or what stands for a position can be none, a sentence a column.
async fn faults_of_numbers(moment: &mut Moment, kinds: &BTreeMap<String, Kinds>) -> Vec<String> {
    let mut faults = Vec::new();
    for (table, column) in of_each(kinds, |kinds| &kinds.numbers) {
        let position = POSITIONS
            .into_iter()
            .find(|(of, named, _)| *of == table && *named == column);
        let least = position.map_or(*NUMBERS.start(), |(.., least)| least);
        let most = *numbers_of(column).end();
        let statement = format!("SELECT COUNT(*) FROM {table} WHERE {column} < {least} OR {column} > {most}");
        let counted: Result<i64, sqlx::Error> = at!(&mut *moment, on => sqlx::query_scalar(
            AssertSqlSafe(statement)
        )
        .fetch_one(&mut **on)
        .await);
        let can_be = match position {
            Some(_) => "a position".to_owned(),
            None => format!("a number from {least} to {most}"),
        };
        match counted {
            Ok(0) => {}
            Ok(rows) => faults.push(format!(
                "the table {table}: {rows} rows have no {column} that can be {can_be}"
            )),
            Err(error) => faults.push(not_read(table, column, &error)),
        }
    }
    faults
}

/// Where a text has a character of number nought in it, which no exchange's file holds, a sentence a column. PostgreSQL has none.
async fn faults_of_texts(moment: &mut Moment, kinds: &BTreeMap<String, Kinds>) -> Vec<String> {
    let mut faults = Vec::new();
    if let Either::Postgres(_) = &moment.on {
        return faults;
    }
    for (table, column) in of_each(kinds, |kinds| &kinds.texts) {
        let statement = format!("SELECT COUNT(*) FROM {table} WHERE instr({column}, char(0)) > 0");
        let counted: Result<i64, sqlx::Error> = at!(&mut *moment, on => sqlx::query_scalar(
            AssertSqlSafe(statement)
        )
        .fetch_one(&mut **on)
        .await);
        match counted {
            Ok(0) => {}
            Ok(rows) => faults.push(format!(
                "the table {table}: {rows} rows have a character of number 0 in their {column}"
            )),
            Err(error) => faults.push(not_read(table, column, &error)),
        }
    }
    faults
}

/// Each column of a kind, with its table.
fn of_each(
    kinds: &BTreeMap<String, Kinds>,
    of: impl Fn(&Kinds) -> &Vec<String>,
) -> impl Iterator<Item = (&str, &str)> {
    kinds.iter().flat_map(move |(table, kinds)| {
        of(kinds)
            .iter()
            .map(move |column| (table.as_str(), column.as_str()))
    })
}

fn not_read(table: &str, column: &str, error: &sqlx::Error) -> String {
    format!("the table {table}: its {column} cannot be read: {error}")
}

/// What cannot be read in a column of these values, each so often.
fn fault(table: &str, column: &str, holds: Holds, values: &[(String, i64)]) -> Option<String> {
    let unread = || values.iter().filter(|(value, _)| !holds.can_be(value));
    let (example, _) = unread().next()?;
    let rows: i64 = unread().map(|(_, rows)| rows).sum();
    let all: i64 = values.iter().map(|(_, rows)| rows).sum();
    let shown: String = example.chars().take(SHOWN_CHARS_MAX).collect();
    Some(format!(
        "the table {table}: {rows} of {all} rows have no {column} that can be read: {shown:?} is not {}",
        holds.as_str()
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::check::tables;

    #[test]
    fn of_every_table_it_is_known_what_its_columns_hold() {
        let listed = COLUMNS.iter().map(|(table, _)| *table);
        assert_eq!(listed.collect::<BTreeSet<_>>(), tables().collect::<BTreeSet<_>>());
    }

    #[test]
    fn an_instant_in_a_table_is_one_that_is_shown_as_it_is() {
        use borsklokka_shared::instant::Instant;

        let last = Instant::parse("9999-12-31T23:59:59.999Z").unwrap();
        assert_eq!(*numbers_of("at_ms").end(), last.unix_ms);
        assert_eq!(*numbers_of("seq").end(), SEQ_MAX);
    }

    #[test]
    fn what_can_be_read_and_what_cannot() {
        let (id, hash) = ("01970000-0000-7000-8000-0000000000c1", "0a".repeat(32));
        for (holds, good, bad) in [
            (Holds::Id, id, "x"),
            (Holds::Ids, "", "x"),
            (Holds::RoleOfDevice, "broker", "clock"),
            (Holds::Role, "clock", "king"),
            (Holds::Slug, "drammen", "../x"),
            (Holds::Sha256, &hash, "0a"),
            (Holds::Audience, "public", "nobody"),
            (Holds::SecurityEvent, "paired", "danced"),
            (Holds::MediaType, "image/png", "text/html"),
            (Holds::Strokes, "[[[1,2]]]", "[]"),
            (Holds::WebhookKinds, "deals results", "deals odd"),
            (Holds::WebhookKinds, "deals", ""),
            (Holds::FormSettings, "{}", "{"),
            (Holds::MailSettings, "{}", "{"),
            (
                Holds::MailSettings,
                r#"{"reply_to":"kari@example.org"}"#,
                r#"{"reply_to":"kari@example.org\r\nBcc: ola@example.org"}"#,
            ),
            (Holds::FollowUpSettings, "{}", r#"{"reminds":"yes"}"#),
            (Holds::Matter, r#"{"gaps":{"name":"Kari"}}"#, "{"),
            (Holds::Went, r#"{"subject":"Hei","body":"Hei"}"#, "{}"),
            (Holds::AccountMail, "invitation", "song"),
            (Holds::Errand, "newspaper", "dance"),
        ] {
            assert!(holds.can_be(good) && !holds.can_be(bad), "{holds:?}");
        }
    }

    #[test]
    fn a_passkey_is_one_by_whose_key_a_signature_can_be_checked() {
        let of_curve = |curve: &str| {
            let coordinate = "A".repeat(43);
            let key = serde_json::json!({ "EC_EC2": { "curve": curve, "x": coordinate, "y": coordinate } });
            let passkey = serde_json::json!({ "cred": {
                "cred_id": "AAAA",
                "cred": { "type_": "ES256", "key": key },
                "counter": 0,
                "transports": null,
                "user_verified": true,
                "backup_eligible": false,
                "backup_state": false,
                "registration_policy": "required",
                "extensions": {},
                "attestation": { "data": "None", "metadata": "None" },
                "attestation_format": "none",
            } });
            passkey.to_string()
        };
        assert!(Holds::Passkey.can_be(&of_curve("SECP256R1")));
        assert!(!Holds::Passkey.can_be(&of_curve("round")));
    }

    #[test]
    fn rows_are_counted_and_one_is_shown() {
        let values = [("broker".to_owned(), 5), ("king".to_owned(), 2)];
        assert_eq!(
            fault("devices", "role", Holds::RoleOfDevice, &values).as_deref(),
            Some("the table devices: 2 of 7 rows have no role that can be read: \"king\" is not a role")
        );
        assert_eq!(fault("devices", "role", Holds::RoleOfDevice, &values[..1]), None);
    }
}
