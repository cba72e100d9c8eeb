//! The tables. A delivery is claimed by one statement that says what it was before: of several senders one has it.

use borsklokka_shared::ids::{DeliveryId, ExchangeId, Seq, WebhookId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::WEBHOOKS_MAX;
use borsklokka_shared::programs::{Delivery, DeliveryState, DisabledWhy, Webhook, WebhookKind};
use uuid::Uuid;

use crate::access::Access;
use crate::again::OnItsWay;
use crate::api::{Denied, Thing};
use crate::database::{Database, on_either, within, write_on};

/// What a test is called where events have their names.
const TEST: &str = "test";

/// An address that events may have to be queued for.
#[derive(Clone, Debug)]
pub(super) struct Behind {
    pub(super) exchange: ExchangeId,
    pub(super) webhook: WebhookId,
    pub(super) kinds: Vec<WebhookKind>,
    pub(super) after: Seq,
}

/// An event that is to be queued.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) seq: Seq,
    pub(super) what: String,
}

/// A delivery as its sender needs it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: DeliveryId,
    /// Its event's position in the log; none of a test.
    pub(super) seq: Option<Seq>,
    pub(super) what: String,
    pub(super) content_sha256: Option<String>,
    pub(super) tries: u32,
    pub(super) made_at: Instant,
    pub(super) next_try_at: Instant,
    /// Whether it was looked for before that.
    pub(super) is_early: bool,
}

/// Where a delivery goes, and what it is signed with.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    pub(super) url: String,
    pub(super) secret: String,
}

/// What became of a try.
pub(super) struct Settled<'a> {
    pub(super) state: DeliveryState,
    /// How often it was tried: not with this one, if it was tried before its time.
    pub(super) tries: u32,
    pub(super) next_try_at: Instant,
    pub(super) tried_at: Instant,
    pub(super) status: Option<u16>,
    pub(super) answer: &'a str,
}

fn broken(what: &str) -> Denied {
    Denied::Broken(format!("a stored webhook has no {what} that can be read"))
}

fn kinds_of(names: &str) -> Vec<WebhookKind> {
    names.split_whitespace().filter_map(WebhookKind::named).collect()
}

fn names_of(kinds: &[WebhookKind]) -> String {
    let names = WebhookKind::ALL.into_iter().filter(|kind| kinds.contains(kind));
    names.map(WebhookKind::as_str).collect::<Vec<_>>().join(" ")
}

/// `id, url, kinds, made_at_ms, failing_since_ms, disabled_at_ms, disabled_why`, and how many wait.
type WebhookColumns = (
    String,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
    i64,
);

/// The addresses of an exchange, in the order in which they were added.
pub(super) async fn webhooks(access: &Access, exchange: ExchangeId) -> Result<Vec<Webhook>, Denied> {
    let rows: Vec<WebhookColumns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT id, url, kinds, made_at_ms, failing_since_ms, disabled_at_ms, disabled_why, \
         (SELECT COUNT(*) FROM webhook_deliveries AS d WHERE d.exchange_id = webhooks.exchange_id \
         AND d.webhook_id = webhooks.id AND d.state IN ('waiting', 'sending')) \
         FROM webhooks WHERE exchange_id = $1 ORDER BY made_at_ms, id",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let read = |(id, url, kinds, made, failing, disabled, why, waiting): WebhookColumns| {
        Ok(Webhook {
            id: id.parse().map_err(|_| broken("id"))?,
            url,
            kinds: kinds_of(&kinds),
            made_at: Instant::from_unix_ms(made),
            failing_since: failing.map(Instant::from_unix_ms),
            disabled_at: disabled.map(Instant::from_unix_ms),
            disabled_why: why.as_deref().and_then(DisabledWhy::named),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Adds an address. It is told what happens from now on.
pub(super) async fn add(
    access: &Access,
    exchange: ExchangeId,
    id: WebhookId,
    goal: &Goal,
    kinds: &[WebhookKind],
    now: Instant,
) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    let there: i64 = within!(&mut transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM webhooks WHERE exchange_id = $1")
        .bind(exchange.to_string())
        .fetch_one(&mut **on)
        .await)?;
    if there >= i64::from(WEBHOOKS_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Webhooks,
            max: WEBHOOKS_MAX,
        });
    }
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO webhooks (exchange_id, id, url, kinds, secret, made_at_ms, after_seq) \
         VALUES ($1, $2, $3, $4, $5, $6, (SELECT COALESCE(MAX(seq), 0) FROM events WHERE exchange_id = $1))",
    )
    .bind(exchange.to_string())
    .bind(id.to_string())
    .bind(&goal.url)
    .bind(names_of(kinds))
    .bind(&goal.secret)
    .bind(now.unix_ms)
    .execute(&mut **on)
    .await
    .map(drop))?;
    transaction.commit().await?;
    Ok(())
}

/// Says of what an address is told. Gives whether there is one.
pub(super) async fn set_kinds(
    access: &Access,
    exchange: ExchangeId,
    id: WebhookId,
    kinds: &[WebhookKind],
) -> Result<bool, Denied> {
    let set = write_on!(access.database(), on => sqlx::query(
        "UPDATE webhooks SET kinds = $1 WHERE exchange_id = $2 AND id = $3",
    )
    .bind(names_of(kinds))
    .bind(exchange.to_string())
    .bind(id.to_string())
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(set == 1)
}

/// Stops an address. Gives whether it was going.
pub(super) async fn disable(
    database: &Database,
    exchange: ExchangeId,
    id: WebhookId,
    why: DisabledWhy,
    now: Instant,
) -> Result<bool, Denied> {
    let disabled = write_on!(database, on => sqlx::query(
        "UPDATE webhooks SET disabled_at_ms = $1, disabled_why = $2 WHERE exchange_id = $3 AND id = $4 AND disabled_at_ms IS NULL",
    )
    .bind(now.unix_ms)
    .bind(why.as_str())
    .bind(exchange.to_string())
    .bind(id.to_string())
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(disabled == 1)
}

/// Lets an address go on where it stopped: what waits is tried at once, for as long as if it were new.
pub(super) async fn enable(
    access: &Access,
    exchange: ExchangeId,
    id: WebhookId,
    now: Instant,
) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    for statement in [
        "UPDATE webhooks SET disabled_at_ms = NULL, disabled_why = NULL, failing_since_ms = NULL \
         WHERE exchange_id = $1 AND id = $2 AND $3 = $3",
        "UPDATE webhook_deliveries SET tries = 0, queued_at_ms = $3, next_try_ms = $3 \
         WHERE exchange_id = $1 AND webhook_id = $2 AND state = 'waiting'",
    ] {
        within!(&mut transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .bind(id.to_string())
            .bind(now.unix_ms)
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Takes an address away, with everything that was to go there. Gives whether there was one.
pub(super) async fn remove(access: &Access, exchange: ExchangeId, id: WebhookId) -> Result<bool, Denied> {
    let mut transaction = access.database().begin().await?;
    within!(&mut transaction, on => sqlx::query("DELETE FROM webhook_deliveries WHERE exchange_id = $1 AND webhook_id = $2")
        .bind(exchange.to_string())
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    let removed = within!(&mut transaction, on => sqlx::query("DELETE FROM webhooks WHERE exchange_id = $1 AND id = $2")
        .bind(exchange.to_string())
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(|done| done.rows_affected()))?;
    transaction.commit().await?;
    Ok(removed == 1)
}

/// Where an address is, and its secret.
pub(super) async fn goal(
    access: &Access,
    exchange: ExchangeId,
    id: WebhookId,
) -> Result<Option<Goal>, Denied> {
    let row: Option<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT url, secret FROM webhooks WHERE exchange_id = $1 AND id = $2",
    )
    .bind(exchange.to_string())
    .bind(id.to_string())
    .fetch_optional(on)
    .await)?;
    Ok(row.map(|(url, secret)| Goal { url, secret }))
}

/// The addresses that have not been looked up to the end of their exchange's log.
pub(super) async fn behind(access: &Access) -> Result<Vec<Behind>, Denied> {
    let rows: Vec<(String, String, String, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT exchange_id, id, kinds, after_seq FROM webhooks WHERE disabled_at_ms IS NULL AND after_seq < \
         (SELECT COALESCE(MAX(seq), 0) FROM events WHERE events.exchange_id = webhooks.exchange_id)",
    )
    .fetch_all(on)
    .await)?;
    let read = |(exchange, webhook, kinds, after): (String, String, String, i64)| {
        Ok(Behind {
            exchange: exchange.parse().map_err(|_| broken("exchange"))?,
            webhook: webhook.parse().map_err(|_| broken("id"))?,
            kinds: kinds_of(&kinds),
            after: Seq(after as u64),
        })
    };
    rows.into_iter().map(read).collect()
}

/// The position of the first event of an exchange after another.
pub(super) async fn next_event(
    access: &Access,
    exchange: ExchangeId,
    after: Seq,
) -> Result<Option<Seq>, Denied> {
    let next: Option<i64> = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT MIN(seq) FROM events WHERE exchange_id = $1 AND seq > $2",
    )
    .bind(exchange.to_string())
    .bind(after.0 as i64)
    .fetch_one(on)
    .await)?;
    Ok(next.map(|seq| Seq(seq as u64)))
}

/// Queues events, and notes in the same transaction how far that goes: each is queued once, whoever else looks. Gives whether it was done.
pub(super) async fn queue(
    access: &Access,
    behind: &Behind,
    events: &[Queued],
    to: Seq,
    now: Instant,
) -> Result<bool, Denied> {
    let mut transaction = access.database().begin().await?;
    let moved = within!(&mut transaction, on => sqlx::query(
        "UPDATE webhooks SET after_seq = $1 WHERE exchange_id = $2 AND id = $3 AND after_seq = $4 AND disabled_at_ms IS NULL",
    )
    .bind(to.0 as i64)
    .bind(behind.exchange.to_string())
    .bind(behind.webhook.to_string())
    .bind(behind.after.0 as i64)
    .execute(&mut **on)
    .await
    .map(|done| done.rows_affected()))?;
    if moved != 1 {
        return Ok(false);
    }
    for event in events {
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO webhook_deliveries \
             (exchange_id, id, webhook_id, seq, type, state, tries, made_at_ms, queued_at_ms, next_try_ms) \
             VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $6, $6)",
        )
        .bind(behind.exchange.to_string())
        .bind(Uuid::now_v7().to_string())
        .bind(behind.webhook.to_string())
        .bind(event.seq.0 as i64)
        .bind(&event.what)
        .bind(now.unix_ms)
        .execute(&mut **on)
        .await
        .map(drop))?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Queues a test.
pub(super) async fn queue_test(
    access: &Access,
    exchange: ExchangeId,
    webhook: WebhookId,
    now: Instant,
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query(
        "INSERT INTO webhook_deliveries \
         (exchange_id, id, webhook_id, type, state, tries, made_at_ms, queued_at_ms, next_try_ms) \
         VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5, $5)",
    )
    .bind(exchange.to_string())
    .bind(Uuid::now_v7().to_string())
    .bind(webhook.to_string())
    .bind(TEST)
    .bind(now.unix_ms)
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// The addresses that something is due for. To one that was stopped only a test goes.
pub(super) async fn due_webhooks(
    access: &Access,
    now: Instant,
) -> Result<Vec<(ExchangeId, WebhookId)>, Denied> {
    let rows: Vec<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT DISTINCT d.exchange_id, d.webhook_id FROM webhook_deliveries AS d JOIN webhooks AS w \
         ON w.exchange_id = d.exchange_id AND w.id = d.webhook_id \
         WHERE d.state = 'waiting' AND d.next_try_ms <= $1 AND (w.disabled_at_ms IS NULL OR d.seq IS NULL)",
    )
    .bind(now.unix_ms)
    .fetch_all(on)
    .await)?;
    let read = |(exchange, webhook): (String, String)| {
        Ok((
            exchange.parse().map_err(|_| broken("exchange"))?,
            webhook.parse().map_err(|_| broken("id"))?,
        ))
    };
    rows.into_iter().map(read).collect()
}

/// `id, seq, type, content_sha256, tries, made_at_ms, next_try_ms`.
type KeptColumns = (String, Option<i64>, String, Option<String>, i64, i64, i64);

/// The next delivery that is due for an address: tests first, then in the order of what happened. Once anything that happened is due, so is what
/// was only put off because nobody was there: nothing new overtakes it.
pub(super) async fn next_due(
    access: &Access,
    (exchange, webhook): (ExchangeId, WebhookId),
    now: Instant,
) -> Result<Option<Kept>, Denied> {
    let row: Option<KeptColumns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT d.id, d.seq, d.type, d.content_sha256, d.tries, d.made_at_ms, d.next_try_ms FROM webhook_deliveries AS d \
         JOIN webhooks AS w ON w.exchange_id = d.exchange_id AND w.id = d.webhook_id \
         WHERE d.exchange_id = $1 AND d.webhook_id = $2 AND d.state = 'waiting' \
         AND (d.next_try_ms <= $3 OR d.seq IS NOT NULL AND d.status IS NULL AND EXISTS (\
           SELECT 1 FROM webhook_deliveries WHERE exchange_id = $1 AND webhook_id = $2 AND state = 'waiting' \
           AND seq IS NOT NULL AND next_try_ms <= $3\
         )) \
         AND (w.disabled_at_ms IS NULL OR d.seq IS NULL) ORDER BY COALESCE(d.seq, 0), d.id LIMIT 1",
    )
    .bind(exchange.to_string())
    .bind(webhook.to_string())
    .bind(now.unix_ms)
    .fetch_optional(on)
    .await)?;
    let read = |(id, seq, what, content_sha256, tries, made, next_try): KeptColumns| {
        Ok(Kept {
            id: id.parse().map_err(|_| broken("delivery"))?,
            seq: seq.map(|seq| Seq(seq as u64)),
            what,
            content_sha256,
            tries: u32::try_from(tries).unwrap_or(u32::MAX),
            made_at: Instant::from_unix_ms(made),
            next_try_at: Instant::from_unix_ms(next_try),
            is_early: next_try > now.unix_ms,
        })
    };
    row.map(read).transpose()
}

/// Claims a delivery for one sender, under the id that goes with what it says. Gives whether it has it: that is committed then.
pub(super) async fn claim(
    access: &Access,
    exchange: ExchangeId,
    kept: &Kept,
    (id, content_sha256): (DeliveryId, &str),
    sender: Uuid,
    now: Instant,
) -> Result<bool, Denied> {
    let claimed = write_on!(access.database(), on => sqlx::query(
        "UPDATE webhook_deliveries SET state = 'sending', tries = tries + 1, node = $1, claimed_at_ms = $2, id = $3, content_sha256 = $4 \
         WHERE exchange_id = $5 AND id = $6 AND state = 'waiting'",
    )
    .bind(sender.to_string())
    .bind(now.unix_ms)
    .bind(id.to_string())
    .bind(content_sha256)
    .bind(exchange.to_string())
    .bind(kept.id.to_string())
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(claimed == 1)
}

/// Notes what became of a delivery that this sender had claimed. Whether anything gets through to its address is noted with it, unless
/// it was a test. Where somebody has answered, what was only put off because nobody was there is put off no longer.
pub(super) async fn settle(
    database: &Database,
    (exchange, webhook, id): (ExchangeId, WebhookId, DeliveryId),
    is_test: bool,
    sender: Uuid,
    settled: &Settled<'_>,
) -> Result<(), Denied> {
    let mut transaction = database.begin().await?;
    within!(&mut transaction, on => sqlx::query(
        "UPDATE webhook_deliveries SET state = $1, next_try_ms = $2, tried_at_ms = $3, status = $4, answer = $5, tries = $6, node = NULL \
         WHERE exchange_id = $7 AND id = $8 AND node = $9 AND state = 'sending'",
    )
    .bind(settled.state.as_str())
    .bind(settled.next_try_at.unix_ms)
    .bind(settled.tried_at.unix_ms)
    .bind(settled.status.map(i64::from))
    .bind(settled.answer)
    .bind(i64::from(settled.tries))
    .bind(exchange.to_string())
    .bind(id.to_string())
    .bind(sender.to_string())
    .execute(&mut **on)
    .await
    .map(drop))?;
    if settled.status.is_some() {
        within!(&mut transaction, on => sqlx::query(
            "UPDATE webhook_deliveries SET next_try_ms = $1 WHERE exchange_id = $2 AND webhook_id = $3 AND state = 'waiting' \
             AND seq IS NOT NULL AND status IS NULL AND next_try_ms > $1",
        )
        .bind(settled.tried_at.unix_ms)
        .bind(exchange.to_string())
        .bind(webhook.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    }
    if !is_test {
        let statement = if settled.state == DeliveryState::Delivered {
            "UPDATE webhooks SET failing_since_ms = NULL WHERE exchange_id = $1 AND id = $2 AND $3 = $3"
        } else {
            "UPDATE webhooks SET failing_since_ms = COALESCE(failing_since_ms, $3) WHERE exchange_id = $1 AND id = $2"
        };
        within!(&mut transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .bind(webhook.to_string())
            .bind(settled.tried_at.unix_ms)
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    transaction.commit().await?;
    Ok(())
}

/// What waits for an address that cannot be reached is left alone until an instant, but for what it has refused itself.
pub(super) async fn rest(
    database: &Database,
    (exchange, webhook): (ExchangeId, WebhookId),
    until: Instant,
) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "UPDATE webhook_deliveries SET next_try_ms = $1 WHERE exchange_id = $2 AND webhook_id = $3 AND state = 'waiting' \
         AND next_try_ms < $1 AND seq IS NOT NULL AND status IS NULL",
    )
    .bind(until.unix_ms)
    .bind(exchange.to_string())
    .bind(webhook.to_string())
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// What waits says nothing any more.
pub(super) async fn drop_one(
    database: &Database,
    exchange: ExchangeId,
    id: DeliveryId,
) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "UPDATE webhook_deliveries SET state = 'dropped' WHERE exchange_id = $1 AND id = $2 AND state = 'waiting'",
    )
    .bind(exchange.to_string())
    .bind(id.to_string())
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// What waits can never be said: why.
pub(super) async fn fail_one(
    database: &Database,
    exchange: ExchangeId,
    id: DeliveryId,
    why: &str,
) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "UPDATE webhook_deliveries SET state = 'failed', answer = $1 WHERE exchange_id = $2 AND id = $3 AND state = 'waiting'",
    )
    .bind(why)
    .bind(exchange.to_string())
    .bind(id.to_string())
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// What was being sent when its sender ended waits again: whoever gets it twice knows it by its id.
pub(super) async fn take_back(database: &Database, on_its_way: OnItsWay) -> Result<u64, Denied> {
    let taken_back = write_on!(database, on => sqlx::query(
        "UPDATE webhook_deliveries SET state = 'waiting', node = NULL WHERE state = 'sending' \
         AND (claimed_at_ms < $1 OR claimed_at_ms > $2)",
    )
    .bind(on_its_way.from_ms)
    .bind(on_its_way.to_ms)
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(taken_back)
}

/// Forgets what was settled before an instant.
pub(super) async fn forget(database: &Database, before: Instant) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "DELETE FROM webhook_deliveries WHERE state IN ('delivered', 'failed', 'dropped') AND queued_at_ms < $1",
    )
    .bind(before.unix_ms)
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// Since when nothing gets through to an address that goes.
pub(super) async fn failing_since(
    access: &Access,
    (exchange, webhook): (ExchangeId, WebhookId),
) -> Result<Option<Instant>, Denied> {
    let row: Option<Option<i64>> = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT failing_since_ms FROM webhooks WHERE exchange_id = $1 AND id = $2 AND disabled_at_ms IS NULL",
    )
    .bind(exchange.to_string())
    .bind(webhook.to_string())
    .fetch_optional(on)
    .await)?;
    Ok(row.flatten().map(Instant::from_unix_ms))
}

/// Lets one go again at once, as it was seen. Gives whether it was still that.
pub(super) async fn send_again(
    access: &Access,
    exchange: ExchangeId,
    id: DeliveryId,
    now: Instant,
) -> Result<bool, Denied> {
    let states = DeliveryState::ALL
        .into_iter()
        .filter(|state| state.may_be_sent_again());
    let states = states
        .map(|state| format!("'{}'", state.as_str()))
        .collect::<Vec<_>>()
        .join(", ");
    let statement = format!(
        "UPDATE webhook_deliveries SET state = 'waiting', tries = 0, queued_at_ms = $1, next_try_ms = $1 \
         WHERE exchange_id = $2 AND id = $3 AND state IN ({states})"
    );
    let moved = write_on!(access.database(), on => sqlx::query(sqlx::AssertSqlSafe(statement.as_str()))
        .bind(now.unix_ms)
        .bind(exchange.to_string())
        .bind(id.to_string())
        .execute(on)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(moved == 1)
}

/// Whether an exchange has a delivery.
pub(super) async fn is_known(access: &Access, exchange: ExchangeId, id: DeliveryId) -> Result<bool, Denied> {
    let found: i64 = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM webhook_deliveries WHERE exchange_id = $1 AND id = $2",
    )
    .bind(exchange.to_string())
    .bind(id.to_string())
    .fetch_one(on)
    .await)?;
    Ok(found == 1)
}

/// `id, webhook_id, type, state, tries, made_at_ms, tried_at_ms`, when it is tried next if it is, `status, answer`.
type DeliveryColumns = (
    String,
    String,
    String,
    String,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// The newest deliveries of an exchange. What waits for an address that was stopped is tried at no time yet, unless it is a test.
pub(super) async fn deliveries(
    access: &Access,
    exchange: ExchangeId,
    limit: i64,
) -> Result<Vec<Delivery>, Denied> {
    let rows: Vec<DeliveryColumns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT d.id, d.webhook_id, d.type, d.state, d.tries, d.made_at_ms, d.tried_at_ms, \
         CASE WHEN d.state = 'waiting' AND (w.disabled_at_ms IS NULL OR d.seq IS NULL) THEN d.next_try_ms END, d.status, d.answer \
         FROM webhook_deliveries AS d LEFT JOIN webhooks AS w ON w.exchange_id = d.exchange_id AND w.id = d.webhook_id \
         WHERE d.exchange_id = $1 ORDER BY d.made_at_ms DESC, COALESCE(d.seq, 0) DESC, d.id DESC LIMIT $2",
    )
    .bind(exchange.to_string())
    .bind(limit)
    .fetch_all(on)
    .await)?;
    let read = |(id, webhook, what, state, tries, made, tried, next_try, status, answer): DeliveryColumns| {
        Ok(Delivery {
            id: id.parse().map_err(|_| broken("delivery"))?,
            webhook: webhook.parse().map_err(|_| broken("id"))?,
            what,
            state: DeliveryState::named(&state).ok_or_else(|| broken("state"))?,
            tries: u32::try_from(tries).unwrap_or(u32::MAX),
            made_at: Instant::from_unix_ms(made),
            tried_at: tried.map(Instant::from_unix_ms),
            next_try_at: next_try.map(Instant::from_unix_ms),
            status: status.and_then(|status| u16::try_from(status).ok()),
            answer: answer.filter(|answer| !answer.is_empty()),
        })
    };
    rows.into_iter().map(read).collect()
}
