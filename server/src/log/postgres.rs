//! The log in PostgreSQL, for several nodes. A batch is one statement, so one transaction and one round trip: events,
//! outcomes, and the signal that the other nodes hear; but for one that other tables follow. The primary keys decide between nodes that write at once.

use std::collections::HashMap;

use crate::database::{Database, Either, PostgresDatabase, Transaction, in_time, is_of_damaged_page};
use crate::signal::{APPENDED, EXCHANGES};
use borsklokka_shared::event::{self, Recorded};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CommandId, DeviceId, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use sqlx::postgres::PgRow;

use super::deletion;
use super::{
    ARCHIVES, AppendError, Archive, ArchiveColumns, Batch, EXCHANGE, EXCHANGES_BY_SLUG, Entry, EventRow,
    ExchangeColumns, ExchangeRow, Log, LogError, NEWEST, NEWEST_IN, Newest, Outcome, OutcomeRow, SETTINGS,
    archive_of, beside, entry_of, exchange_of, exchanges_of, is_anothers, last_written_of, newest_of,
    note_append, outcome_of, recorded_of, settings_of, upper_bound,
};

/// What cannot be said of a batch whose statement ended with an error of this class (operator intervention): the server
/// may have stopped after the commit.
const INTERVENTION: &str = "57";

/// The log of every exchange in one PostgreSQL database.
pub struct PostgresLog {
    database: PostgresDatabase,
}

impl PostgresLog {
    /// The log in `database`.
    pub fn new(database: PostgresDatabase) -> Self {
        Self { database }
    }

    /// What the database answers. That it cannot be reached is noted also where it is only read: a deal is refused then before anything
    /// is written. What is damaged of one log keeps no other exchange, and is told of its own.
    async fn asked<T>(&self, asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        let answered = in_time(asked).await;
        if let Err(error) = &answered
            && !is_of_damaged_page(error)
        {
            self.database.writes.cannot_read_log(error);
        }
        answered
    }

    async fn append_batch(&self, exchange: ExchangeId, batch: &Batch) -> Result<(), AppendError> {
        let (entries, outcomes) = (&batch.entries, &batch.outcomes);
        let numbers = |of: fn(&Recorded) -> i64| -> Vec<i64> {
            entries.iter().map(|entry| of(&entry.recorded)).collect()
        };
        let names = |of: fn(&Entry) -> String| -> Vec<String> { entries.iter().map(of).collect() };
        let texts = |of: fn(&Outcome) -> String| -> Vec<String> { outcomes.iter().map(of).collect() };
        let instants = |of: fn(&Outcome) -> Instant| -> Vec<i64> {
            outcomes.iter().map(|outcome| of(outcome).unix_ms).collect()
        };
        let signal = entries
            .last()
            .map(|entry| format!("{exchange} {}", entry.recorded.seq.0));
        let (follows, followed_at) = batch.follows.unzip();
        let insert = sqlx::query(
            "WITH here AS (\
               SELECT 1 WHERE $18::bigint IS NULL \
               OR EXISTS (SELECT 1 FROM events WHERE exchange_id = $1 AND seq = $18 AND at_ms = $19::bigint)\
             ), new_events AS (\
               INSERT INTO events (exchange_id, seq, prev_public, at_ms, audience, actor_role, actor_device, schema_version, event) \
               SELECT $1, seq, prev_public, at_ms, audience, actor_role, actor_device, $2, event \
               FROM UNNEST($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[]) \
               AS new (seq, prev_public, at_ms, audience, actor_role, actor_device, event), here\
             ), new_outcomes AS (\
               INSERT INTO outcomes (exchange_id, command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer) \
               SELECT $1, command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer \
               FROM UNNEST($10::text[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::text[]) \
               AS new (command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer), here\
             ) SELECT CASE WHEN $17::text IS NOT NULL THEN pg_notify($16::text, $17::text)::text END FROM here",
        )
        .bind(exchange.to_string())
        .bind(i64::from(event::SCHEMA))
        .bind(numbers(|recorded| recorded.seq.0 as i64))
        .bind(numbers(|recorded| recorded.prev_public.0 as i64))
        .bind(numbers(|recorded| recorded.at.unix_ms))
        .bind(names(|entry| entry.recorded.audience.as_str().to_owned()))
        .bind(names(|entry| entry.role.as_str().to_owned()))
        .bind(names(|entry| entry.device.to_string()))
        .bind(names(|entry| event::encode(&entry.recorded.event)))
        .bind(texts(|outcome| outcome.command.to_string()))
        .bind(texts(|outcome| outcome.device.to_string()))
        .bind(texts(|outcome| outcome.content.clone()))
        .bind(instants(|outcome| outcome.written_at))
        .bind(instants(|outcome| outcome.answered_at))
        .bind(texts(|outcome| {
            serde_json::to_string(&outcome.answer).expect("an answer has string keys only")
        }))
        .bind(APPENDED)
        .bind(signal)
        .bind(follows.map(|seq| seq.0 as i64))
        .bind(followed_at.map(|at| at.unix_ms));
        if batch.beside.is_empty() {
            let appended = in_time(insert.fetch_optional(&self.database.pool)).await;
            return is_there(appended);
        }
        // What else writes in those tables waits for this, and this for it.
        let begun = in_time(self.database.begin())
            .await
            .map_err(AppendError::NotWritten)?;
        let mut transaction = Transaction::of_floor(Either::Postgres(begun), &self.database.writes);
        if let Either::Postgres(on) = &mut transaction.on {
            is_there(in_time(insert.fetch_optional(&mut **on)).await)?;
        }
        let at = entries
            .last()
            .map_or(Instant::default(), |entry| entry.recorded.at);
        beside::follow(&mut transaction, exchange, &batch.beside, at)
            .await
            .map_err(AppendError::NotWritten)?;
        transaction.commit().await.map_err(AppendError::Unknown)
    }
}

#[async_trait::async_trait]
impl Log for PostgresLog {
    async fn create(&self, exchange: &ExchangeRow, at: Instant) -> Result<(), LogError> {
        let created = self.asked(sqlx::query(
            "WITH new AS (INSERT INTO exchanges (id, slug, epoch, created_at_ms) VALUES ($1, $2, $3, $4)) \
             SELECT pg_notify($5, $2)",
        )
        .bind(exchange.id.to_string())
        .bind(&exchange.slug)
        .bind(exchange.epoch.to_string())
        .bind(at.unix_ms)
        .bind(EXCHANGES)
        .execute(&self.database.pool)).await;
        self.database.writes.saved(&created);
        created?;
        Ok(())
    }

    async fn delete(&self, exchange: &ExchangeRow) -> Result<(), LogError> {
        Ok(deletion::delete(&Database::Postgres(self.database.clone()), exchange).await?)
    }

    async fn exchanges(&self) -> Result<Vec<ExchangeRow>, LogError> {
        let rows: Vec<ExchangeColumns> = self
            .asked(sqlx::query_as(EXCHANGES_BY_SLUG).fetch_all(&self.database.pool))
            .await?;
        Ok(exchanges_of(rows))
    }

    async fn exchange(&self, id: ExchangeId) -> Result<Option<ExchangeRow>, LogError> {
        let row: Option<ExchangeColumns> = self
            .asked(
                sqlx::query_as(EXCHANGE)
                    .bind(id.to_string())
                    .fetch_optional(&self.database.pool),
            )
            .await?;
        row.map(exchange_of).transpose()
    }

    async fn archives(&self, exchange: ExchangeId) -> Result<Vec<Archive>, LogError> {
        let rows: Vec<ArchiveColumns> = self
            .asked(
                sqlx::query_as(ARCHIVES)
                    .bind(exchange.to_string())
                    .fetch_all(&self.database.pool),
            )
            .await?;
        rows.into_iter().map(archive_of).collect()
    }

    async fn newest(&self) -> Result<Vec<Newest>, LogError> {
        let rows: Vec<(String, i64, i64)> = self
            .asked(sqlx::query_as(NEWEST).fetch_all(&self.database.pool))
            .await?;
        rows.into_iter().map(newest_of).collect()
    }

    async fn newest_in(&self, exchange: ExchangeId) -> Result<Option<Newest>, LogError> {
        let row: Option<(String, i64, i64)> = self
            .asked(
                sqlx::query_as(NEWEST_IN)
                    .bind(exchange.to_string())
                    .fetch_optional(&self.database.pool),
            )
            .await?;
        row.map(newest_of).transpose()
    }

    async fn settings(&self, exchange: ExchangeId) -> Result<Option<Settings>, LogError> {
        let row: Option<EventRow> = self
            .asked(
                sqlx::query_as(SETTINGS)
                    .bind(exchange.to_string())
                    .fetch_optional(&self.database.pool),
            )
            .await?;
        row.map_or(Ok(None), settings_of)
    }

    async fn append(&self, exchange: ExchangeId, batch: &Batch) -> Result<(), AppendError> {
        let appended = self.append_batch(exchange, batch).await;
        note_append(&self.database.writes, exchange, &appended);
        appended
    }

    async fn read(&self, exchange: ExchangeId, after: Seq, limit: u32) -> Result<Vec<Recorded>, LogError> {
        let rows: Vec<EventRow> = self
            .asked(
                sqlx::query_as(
                    "SELECT seq, prev_public, at_ms, audience, schema_version, event FROM events \
             WHERE exchange_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                )
                .bind(exchange.to_string())
                .bind(after.0 as i64)
                .bind(i64::from(limit))
                .fetch_all(&self.database.pool),
            )
            .await?;
        rows.into_iter().map(recorded_of).collect()
    }

    async fn entries(
        &self,
        exchange: ExchangeId,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Entry>, LogError> {
        let rows: Vec<(i64, i64, i64, String, i64, String, String, String)> = self.asked(sqlx::query_as(
            "SELECT seq, prev_public, at_ms, audience, schema_version, event, actor_role, actor_device FROM events \
             WHERE exchange_id = $1 AND seq < $2 AND seq > \
             COALESCE((SELECT MAX(last_seq) FROM archives WHERE archives.exchange_id = $1), 0) \
             ORDER BY seq DESC LIMIT $3",
        )
        .bind(exchange.to_string())
        .bind(upper_bound(before))
        .bind(i64::from(limit))
        .fetch_all(&self.database.pool)).await?;
        rows.into_iter()
            .map(|(seq, prev, at, audience, schema, event, role, device)| {
                entry_of((seq, prev, at, audience, schema, event), &role, &device)
            })
            .collect()
    }

    async fn outcomes(
        &self,
        exchange: ExchangeId,
        commands: &[CommandId],
    ) -> Result<HashMap<CommandId, Outcome>, LogError> {
        let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
        let rows: Vec<OutcomeRow> = self.asked(sqlx::query_as(
            "SELECT command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer FROM outcomes \
             WHERE exchange_id = $1 AND command_id = ANY($2)",
        )
        .bind(exchange.to_string())
        .bind(commands)
        .fetch_all(&self.database.pool)).await?;
        rows.into_iter()
            .map(|row| outcome_of(row).map(|outcome| (outcome.command, outcome)))
            .collect()
    }

    async fn last_written(
        &self,
        exchange: ExchangeId,
        devices: &[DeviceId],
    ) -> Result<HashMap<DeviceId, Instant>, LogError> {
        let devices: Vec<String> = devices.iter().map(ToString::to_string).collect();
        // A look into the index for each device, not a count over all of its commands.
        let rows: Vec<(String, i64)> = self
            .asked(
                sqlx::query_as(
                    "SELECT device.id, last.written_at_ms FROM UNNEST($2::text[]) AS device (id), LATERAL (\
               SELECT written_at_ms FROM outcomes WHERE exchange_id = $1 AND device_id = device.id \
               ORDER BY written_at_ms DESC LIMIT 1\
             ) AS last",
                )
                .bind(exchange.to_string())
                .bind(devices)
                .fetch_all(&self.database.pool),
            )
            .await?;
        rows.into_iter().map(last_written_of).collect()
    }
}

/// Whether a batch was appended: not where what it follows is gone, as in a database that went on from a replica. Whoever rereads will
/// see that.
fn is_there(appended: Result<Option<PgRow>, sqlx::Error>) -> Result<(), AppendError> {
    match appended.map_err(append_error)? {
        Some(_) => Ok(()),
        None => Err(AppendError::Conflict),
    }
}

/// What an error says of the batch. An error that the server sent has undone the statement, but for a server that was
/// stopped; without a connection nothing was sent; anything else was lost on the way.
fn append_error(error: sqlx::Error) -> AppendError {
    match &error {
        _ if is_anothers(&error) => AppendError::Conflict,
        sqlx::Error::Database(cause) if !cause.code().is_some_and(|code| code.starts_with(INTERVENTION)) => {
            AppendError::NotWritten(error)
        }
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => AppendError::NotWritten(error),
        _ => AppendError::Unknown(error),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::database::Fault;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_damaged_of_one_log_keeps_no_other_exchange_from_being_saved() {
        let url = test_support::postgres::fresh_database();
        let Database::Postgres(database) = Database::open(&url).await.unwrap() else {
            panic!("not PostgreSQL");
        };
        let log = PostgresLog::new(database);
        for (code, fault) in [("XX001", None), ("58030", Some(Fault::Damaged))] {
            let fails = format!("DO $$ BEGIN RAISE EXCEPTION 'it fails' USING ERRCODE = '{code}'; END $$");
            let asked = sqlx::raw_sql(sqlx::AssertSqlSafe(fails)).execute(&log.database.pool);
            log.asked(asked).await.unwrap_err();
            assert_eq!(log.database.writes.fault(), fault, "{code}");
        }
    }
}
