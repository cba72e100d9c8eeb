//! The log in SQLite. The writer is one connection, and a floor's writer is one task, so positions cannot collide on a
//! node; the primary key decides all the same.

use std::collections::HashMap;

use borsklokka_shared::event::{self, Recorded};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CommandId, DeviceId, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::deletion;
use super::{
    ARCHIVES, AppendError, Archive, ArchiveColumns, Batch, EXCHANGE, EXCHANGES_BY_SLUG, Entry, EventRow,
    ExchangeColumns, ExchangeRow, Log, LogError, NEWEST, NEWEST_IN, Newest, Outcome, SETTINGS, archive_of,
    beside, entry_of, exchange_of, exchanges_of, is_anothers, newest_of, note_append, read_event,
    settings_of, upper_bound, uuid_of,
};
use crate::database::{Database, Either, SqliteDatabase, Transaction};

/// Rows that go into one statement; SQLite takes 32,766 variables.
const ROWS_PER_STATEMENT: usize = 500;

/// The log of every exchange in one SQLite database.
pub struct SqliteLog {
    database: SqliteDatabase,
}

impl SqliteLog {
    /// The log in `database`.
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }

    async fn append_batch(&self, exchange: ExchangeId, batch: &Batch) -> Result<(), AppendError> {
        let exchange_id = exchange;
        let exchange = exchange.to_string();
        let mut transaction = self.database.begin().await.map_err(AppendError::NotWritten)?;
        for entries in batch.entries.chunks(ROWS_PER_STATEMENT) {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO events (exchange_id, seq, prev_public, at_ms, audience, actor_role, actor_device, \
                 schema_version, event) ",
            );
            insert.push_values(entries, |mut row, entry| {
                let recorded = &entry.recorded;
                row.push_bind(exchange.clone())
                    .push_bind(recorded.seq.0 as i64)
                    .push_bind(recorded.prev_public.0 as i64)
                    .push_bind(recorded.at.unix_ms)
                    .push_bind(recorded.audience.as_str())
                    .push_bind(entry.role.as_str())
                    .push_bind(entry.device.to_string())
                    .push_bind(i64::from(event::SCHEMA))
                    .push_bind(event::encode(&recorded.event));
            });
            insert
                .build()
                .execute(&mut *transaction)
                .await
                .map_err(not_written)?;
        }
        for outcomes in batch.outcomes.chunks(ROWS_PER_STATEMENT) {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO outcomes (exchange_id, command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer) ",
            );
            insert.push_values(outcomes, |mut row, outcome| {
                let answer = serde_json::to_string(&outcome.answer).expect("an answer has string keys only");
                row.push_bind(exchange.clone())
                    .push_bind(outcome.command.to_string())
                    .push_bind(outcome.device.to_string())
                    .push_bind(outcome.content.clone())
                    .push_bind(outcome.written_at.unix_ms)
                    .push_bind(outcome.answered_at.unix_ms)
                    .push_bind(answer);
            });
            insert
                .build()
                .execute(&mut *transaction)
                .await
                .map_err(not_written)?;
        }
        let mut transaction = Transaction::of_floor(Either::Sqlite(transaction), &self.database.writes);
        let at = batch
            .entries
            .last()
            .map_or(Instant::default(), |entry| entry.recorded.at);
        beside::follow(&mut transaction, exchange_id, &batch.beside, at)
            .await
            .map_err(AppendError::NotWritten)?;
        transaction.commit().await.map_err(AppendError::Unknown)
    }
}

#[async_trait::async_trait]
impl Log for SqliteLog {
    async fn create(&self, exchange: &ExchangeRow, at: Instant) -> Result<(), LogError> {
        let writes = &self.database.writes;
        let created = async {
            writes.in_place().await?;
            sqlx::query("INSERT INTO exchanges (id, slug, epoch, created_at_ms) VALUES (?, ?, ?, ?)")
                .bind(exchange.id.to_string())
                .bind(&exchange.slug)
                .bind(exchange.epoch.to_string())
                .bind(at.unix_ms)
                .execute(&self.database.writer)
                .await
        };
        let created = writes.if_in_place(created.await).await;
        writes.saved(&created);
        created?;
        Ok(())
    }

    async fn delete(&self, exchange: &ExchangeRow) -> Result<(), LogError> {
        Ok(deletion::delete(&Database::Sqlite(self.database.clone()), exchange).await?)
    }

    async fn exchanges(&self) -> Result<Vec<ExchangeRow>, LogError> {
        let rows: Vec<ExchangeColumns> = sqlx::query_as(EXCHANGES_BY_SLUG)
            .fetch_all(&self.database.readers)
            .await?;
        Ok(exchanges_of(rows))
    }

    async fn exchange(&self, id: ExchangeId) -> Result<Option<ExchangeRow>, LogError> {
        let row: Option<ExchangeColumns> = sqlx::query_as(EXCHANGE)
            .bind(id.to_string())
            .fetch_optional(&self.database.readers)
            .await?;
        row.map(exchange_of).transpose()
    }

    async fn archives(&self, exchange: ExchangeId) -> Result<Vec<Archive>, LogError> {
        let rows: Vec<ArchiveColumns> = sqlx::query_as(ARCHIVES)
            .bind(exchange.to_string())
            .fetch_all(&self.database.readers)
            .await?;
        rows.into_iter().map(archive_of).collect()
    }

    async fn newest(&self) -> Result<Vec<Newest>, LogError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(NEWEST).fetch_all(&self.database.readers).await?;
        rows.into_iter().map(newest_of).collect()
    }

    async fn newest_in(&self, exchange: ExchangeId) -> Result<Option<Newest>, LogError> {
        let row: Option<(String, i64, i64)> = sqlx::query_as(NEWEST_IN)
            .bind(exchange.to_string())
            .fetch_optional(&self.database.readers)
            .await?;
        row.map(newest_of).transpose()
    }

    async fn settings(&self, exchange: ExchangeId) -> Result<Option<Settings>, LogError> {
        let row: Option<EventRow> = sqlx::query_as(SETTINGS)
            .bind(exchange.to_string())
            .fetch_optional(&self.database.readers)
            .await?;
        row.map_or(Ok(None), settings_of)
    }

    async fn append(&self, exchange: ExchangeId, batch: &Batch) -> Result<(), AppendError> {
        let appended = self.append_batch(exchange, batch).await;
        note_append(&self.database.writes, exchange, &appended);
        appended
    }

    async fn read(&self, exchange: ExchangeId, after: Seq, limit: u32) -> Result<Vec<Recorded>, LogError> {
        let rows = sqlx::query(
            "SELECT seq, prev_public, at_ms, audience, schema_version, event FROM events \
             WHERE exchange_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(exchange.to_string())
        .bind(after.0 as i64)
        .bind(i64::from(limit))
        .fetch_all(&self.database.readers)
        .await?;
        rows.iter()
            .map(|row| {
                read_event(
                    row.try_get("seq")?,
                    row.try_get("prev_public")?,
                    row.try_get("at_ms")?,
                    row.try_get("audience")?,
                    row.try_get("schema_version")?,
                    row.try_get("event")?,
                )
            })
            .collect()
    }

    async fn entries(
        &self,
        exchange: ExchangeId,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Entry>, LogError> {
        let rows: Vec<(i64, i64, i64, String, i64, String, String, String)> = sqlx::query_as(
            "SELECT seq, prev_public, at_ms, audience, schema_version, event, actor_role, actor_device FROM events \
             WHERE exchange_id = ? AND seq < ? AND seq > \
             COALESCE((SELECT MAX(last_seq) FROM archives WHERE archives.exchange_id = events.exchange_id), 0) \
             ORDER BY seq DESC LIMIT ?",
        )
        .bind(exchange.to_string())
        .bind(upper_bound(before))
        .bind(i64::from(limit))
        .fetch_all(&self.database.readers)
        .await?;
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
        // What was answered in a file that is gone is not answered for again.
        if let Err(error) = self.database.writes.in_place().await {
            self.database.writes.failed(&error);
            return Err(error.into());
        }
        let mut found = HashMap::new();
        for commands in commands.chunks(ROWS_PER_STATEMENT) {
            let mut select = QueryBuilder::<Sqlite>::new(
                "SELECT command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer FROM outcomes WHERE exchange_id = ",
            );
            select
                .push_bind(exchange.to_string())
                .push(" AND command_id IN (");
            let mut ids = select.separated(", ");
            for command in commands {
                ids.push_bind(command.to_string());
            }
            select.push(")");
            for row in select.build().fetch_all(&self.database.readers).await? {
                let command = CommandId(uuid_of(row.try_get("command_id")?, "command_id")?);
                let answer: &str = row.try_get("answer")?;
                let outcome = Outcome {
                    command,
                    device: DeviceId(uuid_of(row.try_get("device_id")?, "device_id")?),
                    content: row.try_get("content_sha256")?,
                    written_at: Instant::from_unix_ms(row.try_get("written_at_ms")?),
                    answered_at: Instant::from_unix_ms(row.try_get("answered_at_ms")?),
                    answer: serde_json::from_str(answer).map_err(|_| LogError::Column {
                        column: "answer",
                        value: answer.to_owned(),
                    })?,
                };
                found.insert(command, outcome);
            }
        }
        Ok(found)
    }

    async fn last_written(
        &self,
        exchange: ExchangeId,
        devices: &[DeviceId],
    ) -> Result<HashMap<DeviceId, Instant>, LogError> {
        let mut found = HashMap::new();
        for device in devices {
            let last: Option<i64> = sqlx::query_scalar(
                "SELECT MAX(written_at_ms) FROM outcomes WHERE exchange_id = ? AND device_id = ?",
            )
            .bind(exchange.to_string())
            .bind(device.to_string())
            .fetch_one(&self.database.readers)
            .await?;
            if let Some(last) = last {
                found.insert(*device, Instant::from_unix_ms(last));
            }
        }
        Ok(found)
    }
}

fn not_written(error: sqlx::Error) -> AppendError {
    if is_anothers(&error) {
        AppendError::Conflict
    } else {
        AppendError::NotWritten(error)
    }
}
