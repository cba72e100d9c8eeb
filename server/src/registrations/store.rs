//! Registrations and their form, as they are kept. Of a link only the hash of its token is.

use borsklokka_shared::ids::{CategoryId, ExchangeId, ParticipantId, RegistrationId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::REGISTRATIONS_MAX;
use borsklokka_shared::registration::{Entry, FormSettings, RegistrationState};

use crate::access::{Access, token_sha256};
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};
use crate::links::{self, Page};

/// How many registrations there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Those that wait or were approved.
    pub(super) counting: usize,
    /// All that are kept.
    pub(super) all: usize,
}

/// A registration as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: RegistrationId,
    pub(super) state: RegistrationState,
    pub(super) entry: Entry,
    /// What of it is on the board.
    pub(super) approved: Option<Entry>,
    /// Who it is there.
    pub(super) participant: Option<ParticipantId>,
    pub(super) language: Language,
    pub(super) made_at: Instant,
    pub(super) changed_at: Instant,
}

/// A registration that is not kept yet.
pub(super) struct New<'a> {
    pub(super) id: RegistrationId,
    pub(super) entry: &'a Entry,
    pub(super) language: Language,
    pub(super) consent: &'a str,
    /// Of the link that opens it.
    pub(super) token: &'a str,
    /// How many the form takes.
    pub(super) places: Option<u32>,
}

/// What became of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// It is kept.
    Kept,
    /// Others were quicker: every place is taken.
    Full,
    /// One with the same token is kept.
    Known,
}

/// Its columns.
type Columns = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    i64,
    i64,
);
const COLUMNS: &str = "id, state, entry, approved, participant_id, language, made_at_ms, changed_at_ms";

impl Kept {
    fn of(
        (id, state, entry, approved, participant, language, made_at_ms, changed_at_ms): Columns,
    ) -> Result<Self, Denied> {
        let broken = |what: &str| broken(&id, what);
        let read = |entry: &str| serde_json::from_str(entry).map_err(|_| broken("entry"));
        Ok(Self {
            state: RegistrationState::named(&state).ok_or_else(|| broken("state"))?,
            entry: read(&entry)?,
            approved: approved.as_deref().map(read).transpose()?,
            participant: participant
                .map(|participant| participant.parse())
                .transpose()
                .map_err(|_| broken("participant"))?,
            language: Language::from_tag(&language).ok_or_else(|| broken("language"))?,
            made_at: Instant::from_unix_ms(made_at_ms),
            changed_at: Instant::from_unix_ms(changed_at_ms),
            id: id.parse().map_err(|_| broken("id"))?,
        })
    }
}

/// That of a stored registration something cannot be read.
fn broken(id: &str, what: &str) -> Denied {
    Denied::Broken(format!(
        "the stored registration {id} has no {what} that can be read"
    ))
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("it has string keys only")
}

/// How the organiser wants the form; as nobody has said anything if nothing is kept.
pub(super) async fn form(access: &Access, exchange: ExchangeId) -> Result<FormSettings, Denied> {
    let found: Option<String> = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT settings FROM registration_forms WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_optional(on)
    .await)?;
    let broken = |error| Denied::Broken(format!("a stored registration form cannot be read: {error}"));
    found.map_or_else(
        || Ok(FormSettings::default()),
        |settings| serde_json::from_str(&settings).map_err(broken),
    )
}

pub(super) async fn set_form(
    access: &Access,
    exchange: ExchangeId,
    form: &FormSettings,
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query(
        "INSERT INTO registration_forms (exchange_id, settings) VALUES ($1, $2) \
         ON CONFLICT (exchange_id) DO UPDATE SET settings = excluded.settings",
    )
    .bind(exchange.to_string())
    .bind(json(form))
    .execute(on)
    .await.map(drop))?;
    Ok(())
}

/// How many there are.
pub(super) async fn count(access: &Access, exchange: ExchangeId) -> Result<Held, Denied> {
    let counted: (i64, i64) = on_either!(access.database().reading(), on => sqlx::query_as(COUNTED)
        .bind(exchange.to_string())
        .fetch_one(on)
        .await)?;
    Ok(held(counted))
}

const COUNTED: &str = "SELECT COUNT(CASE WHEN state IN ('waiting', 'approved') THEN 1 END), COUNT(*) FROM registrations WHERE exchange_id = $1";

fn held((counting, all): (i64, i64)) -> Held {
    Held {
        counting: usize::try_from(counting).unwrap_or_default(),
        all: usize::try_from(all).unwrap_or_default(),
    }
}

/// Keeps a new one, if there is a place. Those that are there are counted in the transaction, so that no two get the last one.
pub(super) async fn add(
    access: &Access,
    exchange: ExchangeId,
    new: &New<'_>,
    now: Instant,
) -> Result<Added, Denied> {
    let mut transaction = access.database().begin().await?;
    let counted: (i64, i64) = within!(&mut transaction, on => sqlx::query_as(COUNTED)
        .bind(exchange.to_string())
        .fetch_one(&mut **on)
        .await)?;
    let held = held(counted);
    if held.all >= REGISTRATIONS_MAX {
        return Err(Denied::TooMany {
            thing: Thing::Registrations,
            max: REGISTRATIONS_MAX as u32,
        });
    }
    let known: i64 = within!(&mut transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM registrations WHERE token_sha256 = $1",
    )
    .bind(token_sha256(new.token))
    .fetch_one(&mut **on)
    .await)?;
    if known > 0 {
        return Ok(Added::Known);
    }
    if new.places.is_some_and(|places| held.counting >= places as usize) {
        return Ok(Added::Full);
    }
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO registrations (id, exchange_id, token_sha256, state, entry, language, consent, made_at_ms, changed_at_ms) \
         VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7, $7)",
    )
    .bind(new.id.to_string())
    .bind(exchange.to_string())
    .bind(token_sha256(new.token))
    .bind(json(new.entry))
    .bind(new.language.as_str())
    .bind(new.consent)
    .bind(now.unix_ms)
    .execute(&mut **on)
    .await.map(drop))?;
    transaction.commit().await?;
    Ok(Added::Kept)
}

/// All of an exchange, oldest first.
pub(super) async fn all(access: &Access, exchange: ExchangeId) -> Result<Vec<Kept>, Denied> {
    let statement =
        format!("SELECT {COLUMNS} FROM registrations WHERE exchange_id = $1 ORDER BY made_at_ms, id");
    let rows: Vec<Columns> = on_either!(access.database().reading(), on => sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(exchange.to_string())
        .fetch_all(on)
        .await)?;
    rows.into_iter().map(Kept::of).collect()
}

/// One of an exchange.
pub(super) async fn one(
    access: &Access,
    exchange: ExchangeId,
    id: RegistrationId,
) -> Result<Option<Kept>, Denied> {
    let statement = format!("SELECT {COLUMNS} FROM registrations WHERE exchange_id = $1 AND id = $2");
    let row: Option<Columns> = on_either!(access.database().reading(), on => sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(exchange.to_string())
        .bind(id.to_string())
        .fetch_optional(on)
        .await)?;
    row.map(Kept::of).transpose()
}

/// The one that a link opens, and its exchange.
pub(super) async fn by_token(access: &Access, token: &str) -> Result<Option<(ExchangeId, Kept)>, Denied> {
    let found: Option<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT exchange_id, id FROM registrations WHERE token_sha256 = $1",
    )
    .bind(token_sha256(token))
    .fetch_optional(on)
    .await)?;
    let broken = |_| Denied::Broken("a stored registration has no id".to_owned());
    let (exchange, id) = match found {
        Some((exchange, id)) => (exchange.parse().map_err(broken)?, id.parse().map_err(broken)?),
        // One of those that went in mails, which end.
        None => match links::find(access, Page::Registration, token).await {
            Ok(link) if link.holds_at(access.clock().now()) => (link.exchange, RegistrationId(link.id()?)),
            Ok(_) => return Err(Denied::LinkGone),
            Err(Denied::UnknownLink) => return Ok(None),
            Err(error) => return Err(error),
        },
    };
    let kept = one(access, exchange, id).await?;
    Ok(kept.map(|kept| (exchange, kept)))
}

/// Replaces what was written: it waits again. Gives whether it was done: not if it has changed since it was seen.
pub(super) async fn rewrite(
    access: &Access,
    (exchange, id): (ExchangeId, RegistrationId),
    (entry, language): (&Entry, Language),
    seen: Instant,
    now: Instant,
) -> Result<bool, Denied> {
    let done = write_on!(access.database(), on => sqlx::query(
        "UPDATE registrations SET entry = $1, language = $2, state = 'waiting', changed_at_ms = $3 \
         WHERE exchange_id = $4 AND id = $5 AND changed_at_ms = $6",
    )
    .bind(json(entry))
    .bind(language.as_str())
    .bind(now.unix_ms)
    .bind(exchange.to_string())
    .bind(id.to_string())
    .bind(seen.unix_ms)
    .execute(on)
    .await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// What was sent in a category that was laid into another is in that one, whatever became of it. An entry that changes meanwhile says itself
/// in which category it is.
pub(crate) async fn move_category(
    access: &Access,
    exchange: ExchangeId,
    gone: &CategoryId,
    kept: &CategoryId,
) -> Result<(), Denied> {
    let rows: Vec<(String, String, Option<String>)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT id, entry, approved FROM registrations WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    for (id, entry, approved) in rows {
        let moved = |text: &str| with_moved(text, gone, kept).ok_or_else(|| broken(&id, "entry"));
        let entry_now = moved(&entry)?;
        let approved_now = approved.as_deref().map(moved).transpose()?;
        if (&entry_now, &approved_now) == (&entry, &approved) {
            continue;
        }
        write_on!(access.database(), on => sqlx::query(
            "UPDATE registrations SET entry = $1, approved = $2 \
             WHERE exchange_id = $3 AND id = $4 AND entry = $5 AND COALESCE(approved, '') = $6",
        )
        .bind(entry_now)
        .bind(approved_now)
        .bind(exchange.to_string())
        .bind(id)
        .bind(entry)
        .bind(approved.unwrap_or_default())
        .execute(on)
        .await.map(drop))?;
    }
    Ok(())
}

/// An entry as it is kept, with what was in a category that is gone in the one that was kept; none if it cannot be read.
fn with_moved(text: &str, gone: &CategoryId, kept: &CategoryId) -> Option<String> {
    let mut entry: Entry = serde_json::from_str(text).ok()?;
    if entry.listings.iter().all(|listing| listing.category != *gone) {
        return Some(text.to_owned());
    }
    for listing in &mut entry.listings {
        if listing.category == *gone {
            listing.category.clone_from(kept);
        }
    }
    Some(json(&entry))
}

pub(super) async fn set_state(
    access: &Access,
    (exchange, id): (ExchangeId, RegistrationId),
    state: RegistrationState,
    now: Instant,
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query("UPDATE registrations SET state = $1, changed_at_ms = $2 WHERE exchange_id = $3 AND id = $4")
        .bind(state.as_str())
        .bind(now.unix_ms)
        .bind(exchange.to_string())
        .bind(id.to_string())
        .execute(on)
        .await.map(drop))?;
    Ok(())
}

/// Notes what was said to one as it was seen. Gives whether it was still that.
pub(super) async fn judged(
    access: &Access,
    exchange: ExchangeId,
    seen: &Kept,
    state: RegistrationState,
    participant: Option<ParticipantId>,
) -> Result<bool, Denied> {
    // What a verdict put on the board is there, whatever was written since.
    let approved = (state == RegistrationState::Approved).then(|| json(&seen.entry));
    let participant = participant.map(|participant| participant.to_string());
    let done = write_on!(access.database(), on => sqlx::query(
        "UPDATE registrations SET state = CASE WHEN changed_at_ms = $1 THEN $2 ELSE state END, \
         approved = COALESCE($3, approved), participant_id = CASE WHEN $2 = 'declined' THEN participant_id ELSE $4 END WHERE exchange_id = $5 AND id = $6 \
         AND (changed_at_ms = $1 AND state = $7 OR $2 = 'approved')",
    )
    .bind(seen.changed_at.unix_ms)
    .bind(state.as_str())
    .bind(approved)
    .bind(participant)
    .bind(exchange.to_string())
    .bind(seen.id.to_string())
    .bind(seen.state.as_str())
    .execute(on)
    .await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
