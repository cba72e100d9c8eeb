//! The mails' tables. A row is claimed by one statement that says what it was before: of several senders one has it.

use borsklokka_shared::ids::{ExchangeId, MailId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::MAILS_MAX;
use borsklokka_shared::mail::{MailCount, MailKind, MailSettings, MailState, Sending};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::matter::{Letter, Matter};
use crate::access::Access;
use crate::again::OnItsWay;
use crate::api::Denied;
use crate::database::{Database, Transaction, on_either, within, write_on};
use crate::smtp::Try;

/// Mails in a day that a guest can have sent to one address without the organiser letting them, counted.
const GUESTS_MAILS_A_DAY: i64 = 3;
/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Mails that are looked for at once, counted.
const DUE_MAX: i64 = 50;

/// A mail as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: MailId,
    pub(super) kind: MailKind,
    pub(super) to: String,
    pub(super) language: Language,
    pub(super) matter: Matter,
    pub(super) state: MailState,
    pub(super) tries: u32,
    pub(super) made_at: Instant,
    pub(super) next_try_at: Instant,
    pub(super) sent_at: Option<Instant>,
    pub(super) answer: Option<String>,
    /// How it read when it went.
    pub(super) went: Option<Went>,
}

impl Kept {
    /// Whether nothing is left of what it said: somebody was erased.
    pub(super) fn is_emptied(&self) -> bool {
        self.kind.needs_link() && self.matter.link.is_none()
    }
}

/// How a mail read when it went: with its gaps filled in, but for the link, which nobody keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Went {
    pub(super) subject: String,
    pub(super) body: String,
}

/// What became of a mail that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    Made,
    /// There is one of its kind and matter.
    Known,
    TooMany,
}

/// Its columns.
type Columns = (
    String,
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<String>,
    Option<String>,
);
const COLUMNS: &str =
    "id, kind, recipient, language, matter, state, tries, made_at_ms, next_try_ms, sent_at_ms, answer, went";

impl Kept {
    fn of(
        (id, kind, to, language, matter, state, tries, made, next_try, sent, answer, went): Columns,
    ) -> Result<Self, Denied> {
        let broken =
            |what: &str| Denied::Broken(format!("the stored mail {id} has no {what} that can be read"));
        Ok(Self {
            kind: MailKind::named(&kind).ok_or_else(|| broken("kind"))?,
            state: MailState::named(&state).ok_or_else(|| broken("state"))?,
            language: Language::from_tag(&language).ok_or_else(|| broken("language"))?,
            matter: serde_json::from_str(&matter).map_err(|_| broken("matter"))?,
            went: went
                .map(|went| serde_json::from_str(&went))
                .transpose()
                .map_err(|_| broken("text"))?,
            tries: u32::try_from(tries).unwrap_or(u32::MAX),
            made_at: Instant::from_unix_ms(made),
            next_try_at: Instant::from_unix_ms(next_try),
            sent_at: sent.map(Instant::from_unix_ms),
            id: id.parse().map_err(|_| broken("id"))?,
            to,
            answer,
        })
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("it has string keys only")
}

/// How an exchange wants its mails; none if nobody has said anything.
pub(super) async fn settings(access: &Access, exchange: ExchangeId) -> Result<MailSettings, Denied> {
    let found: Option<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT sending, settings FROM mail_settings WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_optional(on)
    .await)?;
    let Some((sending, settings)) = found else {
        return Ok(MailSettings::default());
    };
    let broken = || Denied::Broken("stored settings of mail cannot be read".to_owned());
    let settings: MailSettings = serde_json::from_str(&settings).map_err(|_| broken())?;
    Ok(MailSettings {
        sending: Sending::named(&sending).ok_or_else(broken)?,
        ..settings
    })
}

/// Keeps how an exchange wants its mails. If they do not go by themselves any more, those that wait are held.
pub(super) async fn set_settings(
    access: &Access,
    exchange: ExchangeId,
    settings: &MailSettings,
) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO mail_settings (exchange_id, sending, settings) VALUES ($1, $2, $3) \
         ON CONFLICT (exchange_id) DO UPDATE SET sending = excluded.sending, settings = excluded.settings",
    )
    .bind(exchange.to_string())
    .bind(settings.sending.as_str())
    .bind(json(settings))
    .execute(&mut **on)
    .await
    .map(drop))?;
    if settings.sending != Sending::On {
        within!(&mut transaction, on => sqlx::query(
            "UPDATE mails SET state = 'held' WHERE exchange_id = $1 AND state = 'waiting'",
        )
        .bind(exchange.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Adds a mail, unless there is one of its kind and matter. What a guest can have sent is held if the address has had enough of it.
pub(super) async fn add(
    access: &Access,
    exchange: ExchangeId,
    id: MailId,
    letter: &Letter,
    state: MailState,
    now: Instant,
) -> Result<Added, Denied> {
    let mut transaction = access.database().begin().await?;
    let (all, to_them): (i64, i64) = within!(&mut transaction, on => sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN kind = $2 AND LOWER(recipient) = LOWER($3) AND made_at_ms > $4 \
         AND made_at_ms <= $5 THEN 1 END) FROM mails WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .bind(letter.kind.as_str())
    .bind(&letter.to)
    .bind(now.unix_ms - DAY_MS)
    .bind(now.unix_ms)
    .fetch_one(&mut **on)
    .await)?;
    let is_enough = letter.kind.is_asked_by_guests() && to_them >= GUESTS_MAILS_A_DAY;
    let state = if is_enough { MailState::Held } else { state };
    let added = within!(&mut transaction, on => sqlx::query(
        "INSERT INTO mails (exchange_id, id, kind, about, recipient, language, matter, state, tries, made_at_ms, queued_at_ms, next_try_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, $9) ON CONFLICT (exchange_id, kind, about) DO NOTHING",
    )
    .bind(exchange.to_string())
    .bind(id.to_string())
    .bind(letter.kind.as_str())
    .bind(&letter.about)
    .bind(&letter.to)
    .bind(letter.language.as_str())
    .bind(json(&letter.matter))
    .bind(state.as_str())
    .bind(now.unix_ms)
    .execute(&mut **on)
    .await
    .map(|done| done.rows_affected()))?;
    if added == 0 && !made_anew(&mut transaction, exchange, letter, state, now).await? {
        return Ok(Added::Known);
    }
    if all >= MAILS_MAX as i64 {
        return Ok(Added::TooMany);
    }
    transaction.commit().await?;
    Ok(Added::Made)
}

/// Makes a mail with an agreement anew that never went, when it is asked for again: the deal may count again, or somebody in it was erased
/// before it went. What the organiser stopped stays so.
async fn made_anew(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    letter: &Letter,
    state: MailState,
    now: Instant,
) -> Result<bool, Denied> {
    if letter.kind != MailKind::Agreement {
        return Ok(false);
    }
    let changed = within!(transaction, on => sqlx::query(
        "UPDATE mails SET recipient = $4, language = $5, matter = $6, state = $7, tries = 0, queued_at_ms = $8, next_try_ms = $8, \
         answer = NULL WHERE exchange_id = $1 AND kind = $2 AND about = $3 AND (state = 'failed' OR state = 'cancelled' AND matter = '{}')",
    )
    .bind(exchange.to_string())
    .bind(letter.kind.as_str())
    .bind(&letter.about)
    .bind(&letter.to)
    .bind(letter.language.as_str())
    .bind(json(&letter.matter))
    .bind(state.as_str())
    .bind(now.unix_ms)
    .execute(&mut **on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed > 0)
}

/// One of an exchange.
pub(super) async fn one(access: &Access, exchange: ExchangeId, id: MailId) -> Result<Option<Kept>, Denied> {
    let statement = format!("SELECT {COLUMNS} FROM mails WHERE exchange_id = $1 AND id = $2");
    let row: Option<Columns> = on_either!(access.database().reading(), on => sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(exchange.to_string())
        .bind(id.to_string())
        .fetch_optional(on)
        .await)?;
    row.map(Kept::of).transpose()
}

/// One that is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) exchange: ExchangeId,
    pub(super) id: MailId,
    /// For what it is tried now.
    pub(super) tried: Try,
}

/// For what a mail is tried next: somebody looks at what becomes of a test, until it was tried.
pub(super) fn tried_for(kind: MailKind, tries: u32) -> Try {
    if kind == MailKind::Test && tries == 0 {
        Try::AskedFor
    } else {
        Try::Due
    }
}

/// Those that are due, of every exchange: what somebody asked for, then the longest due first.
pub(super) async fn due(access: &Access, now: Instant) -> Result<Vec<Due>, Denied> {
    let rows: Vec<(String, String, String, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT exchange_id, id, kind, tries FROM mails WHERE state = 'waiting' AND next_try_ms <= $1 \
         ORDER BY CASE WHEN kind = 'test' AND tries = 0 THEN 0 ELSE 1 END, next_try_ms, id LIMIT $2",
    )
    .bind(now.unix_ms)
    .bind(DUE_MAX)
    .fetch_all(on)
    .await)?;
    let broken = |_| Denied::Broken("a stored mail has no id".to_owned());
    rows.into_iter()
        .map(|(exchange, id, kind, tries)| {
            let tries = u32::try_from(tries).unwrap_or(u32::MAX);
            Ok(Due {
                exchange: exchange.parse().map_err(broken)?,
                id: id.parse().map_err(broken)?,
                tried: MailKind::named(&kind).map_or(Try::Due, |kind| tried_for(kind, tries)),
            })
        })
        .collect()
}

/// Claims a mail that waits, for one sender. Gives whether it has it: it is committed then, and nobody else sends it.
pub(super) async fn claim(
    access: &Access,
    (exchange, id): (ExchangeId, MailId),
    sender: Uuid,
    now: Instant,
) -> Result<bool, Denied> {
    let claimed = write_on!(access.database(), on => sqlx::query(
        "UPDATE mails SET state = 'sending', tries = tries + 1, node = $1, claimed_at_ms = $2 \
         WHERE exchange_id = $3 AND id = $4 AND state = 'waiting'",
    )
    .bind(sender.to_string())
    .bind(now.unix_ms)
    .bind(exchange.to_string())
    .bind(id.to_string())
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(claimed == 1)
}

/// What becomes of a mail that was claimed.
pub(super) struct Settled<'a> {
    pub(super) state: MailState,
    pub(super) answer: &'a str,
    pub(super) next_try_at: Instant,
    pub(super) sent_at: Option<Instant>,
    pub(super) went: Option<&'a Went>,
    /// Whether the mail server heard of it: it may have been away.
    pub(super) is_heard: bool,
}

/// Notes what became of a mail that this sender had claimed; of one that was taken for lost meanwhile too, if nobody else has it since. What the
/// mail server never heard of is as if nobody had claimed it.
pub(super) async fn settle(
    database: &Database,
    (exchange, id): (ExchangeId, MailId),
    sender: Uuid,
    settled: &Settled<'_>,
) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "UPDATE mails SET state = $1, answer = $2, next_try_ms = $3, sent_at_ms = $4, went = COALESCE($5, went), node = NULL, \
         claimed_at_ms = CASE WHEN $9 = 1 THEN claimed_at_ms END \
         WHERE exchange_id = $6 AND id = $7 AND node = $8 AND state IN ('sending', 'unknown')",
    )
    .bind(settled.state.as_str())
    .bind(settled.answer)
    .bind(settled.next_try_at.unix_ms)
    .bind(settled.sent_at.map(|at| at.unix_ms))
    .bind(settled.went.map(json))
    .bind(exchange.to_string())
    .bind(id.to_string())
    .bind(sender.to_string())
    .bind(i64::from(settled.is_heard))
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// What waits only because the mail server was away waits no longer: it can be spoken to. What that has put off itself waits for its own pause.
pub(super) async fn put_off_no_longer(database: &Database, now: Instant) -> Result<(), Denied> {
    for statement in [
        "UPDATE mails SET next_try_ms = $1 WHERE state = 'waiting' AND tries > 0 AND claimed_at_ms IS NULL AND next_try_ms > $1",
        "UPDATE account_mails SET next_try_ms = $1 WHERE state = 'waiting' AND tries > 0 AND claimed_at_ms IS NULL AND next_try_ms > $1",
    ] {
        write_on!(database, on => sqlx::query(statement)
            .bind(now.unix_ms)
            .execute(on)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Which mails that are being sent are taken for lost.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lost {
    /// What this sender had claimed: it has nothing in hand.
    Own(Uuid),
    /// What was claimed when nothing was that is still on its way.
    Besides(OnItsWay),
    /// All: there is no other sender.
    All,
}

/// Of mails that are being sent by nobody any more, it is not known whether they went.
pub(super) async fn give_up(access: &Access, lost: Lost) -> Result<u64, Denied> {
    let (sender, on_its_way) = match lost {
        Lost::Own(sender) => (sender.to_string(), OnItsWay::NOTHING),
        Lost::Besides(on_its_way) => (String::new(), on_its_way),
        Lost::All => (String::new(), OnItsWay::NOTHING),
    };
    let mut given_up = 0;
    for statement in [
        "UPDATE mails SET state = 'unknown' WHERE state = 'sending' AND (claimed_at_ms < $1 OR claimed_at_ms > $2) AND ($3 = '' OR node = $3)",
        "UPDATE account_mails SET state = 'unknown' WHERE state = 'sending' AND (claimed_at_ms < $1 OR claimed_at_ms > $2) AND ($3 = '' OR node = $3)",
    ] {
        given_up += write_on!(access.database(), on => sqlx::query(statement)
            .bind(on_its_way.from_ms)
            .bind(on_its_way.to_ms)
            .bind(&sender)
            .execute(on)
            .await
            .map(|done| done.rows_affected()))?;
    }
    Ok(given_up)
}

/// A page of an exchange's mails, the newest first.
pub(super) async fn page(
    access: &Access,
    exchange: ExchangeId,
    state: Option<MailState>,
    before: Option<MailId>,
    limit: i64,
) -> Result<Vec<Kept>, Denied> {
    // Ids grow with time.
    let statement = format!(
        "SELECT {COLUMNS} FROM mails WHERE exchange_id = $1 AND ($2 = '' OR state = $2) AND ($3 = '' OR id < $3) \
         ORDER BY id DESC LIMIT $4"
    );
    let rows: Vec<Columns> = on_either!(access.database().reading(), on => sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(exchange.to_string())
        .bind(state.map_or("", MailState::as_str))
        .bind(before.map(|id| id.to_string()).unwrap_or_default())
        .bind(limit)
        .fetch_all(on)
        .await)?;
    rows.into_iter().map(Kept::of).collect()
}

/// How many of an exchange's mails are in each state.
pub(super) async fn counts(access: &Access, exchange: ExchangeId) -> Result<Vec<MailCount>, Denied> {
    let rows: Vec<(String, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT state, COUNT(*) FROM mails WHERE exchange_id = $1 GROUP BY state ORDER BY state",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let counts = rows.into_iter().filter_map(|(state, count)| {
        Some(MailCount {
            state: MailState::named(&state)?,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        })
    });
    Ok(counts.collect())
}

/// Lets one go, or keeps it from going, as it was seen. Gives whether it was still that.
pub(super) async fn move_on(
    access: &Access,
    exchange: ExchangeId,
    seen: &Kept,
    state: MailState,
    now: Instant,
) -> Result<bool, Denied> {
    let moved = write_on!(access.database(), on => sqlx::query(
        "UPDATE mails SET state = $1, queued_at_ms = $2, next_try_ms = $2, tries = 0, node = NULL \
         WHERE exchange_id = $3 AND id = $4 AND state = $5",
    )
    .bind(state.as_str())
    .bind(now.unix_ms)
    .bind(exchange.to_string())
    .bind(seen.id.to_string())
    .bind(seen.state.as_str())
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(moved == 1)
}

/// Lets all go that are held, or keeps them from going. Gives how many.
pub(super) async fn move_held(
    access: &Access,
    exchange: ExchangeId,
    state: MailState,
    now: Instant,
) -> Result<u32, Denied> {
    let moved = write_on!(access.database(), on => sqlx::query(
        "UPDATE mails SET state = $1, queued_at_ms = $2, next_try_ms = $2, tries = 0 WHERE exchange_id = $3 AND state = 'held'",
    )
    .bind(state.as_str())
    .bind(now.unix_ms)
    .bind(exchange.to_string())
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(u32::try_from(moved).unwrap_or(u32::MAX))
}
