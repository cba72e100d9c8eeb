//! Looks whether what every request and every command reads first can be read. That something can be written says nothing of it: a user may
//! write in a table and not read there, and of one that is locked or damaged only whoever reads it knows.

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use super::probe::LOCK_MS;
use super::reads::{Reads, Unread};
use super::writes::{Fault, is_of_damaged_page};
use super::{Database, Either, in_time};
use crate::clock::awake;

/// The table of the log. What is damaged in it is told of the exchanges whose it is, by their floors.
const LOG: &str = "events";
/// What a floor opens by, what lets somebody in, what became of a command, and the log: that comes last.
const READ_FIRST: [&str; 11] = [
    "exchanges",
    "archives",
    "devices",
    "operator",
    "operator_sessions",
    "accounts",
    "account_exchanges",
    "account_sessions",
    "program_tokens",
    "outcomes",
    LOG,
];

/// Which table could not be read, by its place among those that are read, and why.
type Failed = (usize, sqlx::Error);

impl Database {
    /// Looks whether what every request reads can be read: one small look into each table. Of those who ask at once one looks for all.
    ///
    /// # Errors
    /// With what cannot be read.
    pub(crate) async fn look_at_tables(&self) -> Result<(), Unread> {
        let asked_at = awake();
        let mut last = self.reads().lock().await;
        if let Some((looked_at, found)) = &*last
            && *looked_at > asked_at
        {
            return found.clone().map_or(Ok(()), Err);
        }
        let found = self.unread_table().await;
        let before = last.replace((awake(), found.clone()));
        tell(before.and_then(|(_, before)| before).as_ref(), found.as_ref());
        found.map_or(Ok(()), Err)
    }

    fn reads(&self) -> &Reads {
        match self {
            Self::Sqlite(sqlite) => &sqlite.reads,
            Self::Postgres(postgres) => &postgres.reads,
        }
    }

    async fn unread_table(&self) -> Option<Unread> {
        let (read, is_on_server) = match self.reading() {
            Either::Sqlite(on) => (read_in_file(on).await, false),
            Either::Postgres(on) => (read_on_server(on).await, true),
        };
        let (at, error) = read.err()?;
        let table = READ_FIRST.get(at).copied().unwrap_or(LOG);
        if table == LOG && is_of_damaged_page(&error) {
            return None;
        }
        Some(Unread {
            table,
            fault: Fault::of(&error).unwrap_or(Fault::Unknown),
            is_on_server,
            why: error.to_string(),
        })
    }
}

/// Tells in the log what cannot be read, once, and that it can again.
fn tell(before: Option<&Unread>, found: Option<&Unread>) {
    match found {
        Some(unread) if before != found => {
            tracing::error!(
                fault = unread.fault.as_str(),
                table = unread.table,
                "{}",
                unread.sentence()
            );
        }
        None if before.is_some() => tracing::info!("what every request reads can be read again"),
        Some(_) | None => {}
    }
}

/// Looks into each table of a file: an index of it would do where no column is asked for that it lacks.
async fn read_in_file(on: &SqlitePool) -> Result<(), Failed> {
    let mut connection = on.acquire().await.map_err(|error| (0, error))?;
    for (at, table) in READ_FIRST.iter().enumerate() {
        let look = format!("SELECT * FROM {table} NOT INDEXED LIMIT 1");
        let read = sqlx::query(AssertSqlSafe(look))
            .fetch_optional(&mut *connection)
            .await;
        read.map_err(|error| (at, error))?;
    }
    Ok(())
}

/// The same on a server. All of it is one message, and a lock is not waited for so long that whoever asks is told nothing.
async fn read_on_server(on: &PgPool) -> Result<(), Failed> {
    let looks = READ_FIRST.map(|table| format!("; SELECT 1 FROM {table} LIMIT 1"));
    let statements = format!("SET LOCAL lock_timeout = {LOCK_MS}{}", looks.concat());
    let mut done = 0_usize;
    let read = in_time(async {
        let mut answers = sqlx::raw_sql(AssertSqlSafe(statements)).execute_many(on);
        while answers.try_next().await?.is_some() {
            done += 1;
        }
        Ok::<_, sqlx::Error>(())
    })
    .await;
    // The first that was done is no look.
    read.map_err(|error| (done.saturating_sub(1), error))
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::{Seek as _, SeekFrom, Write as _};

    use axum::http::StatusCode;
    use serde_json::json;
    use sqlx::{Connection as _, Executor as _};

    use super::*;
    use crate::database::disk::{self, Disk};
    #[cfg(unix)]
    use crate::fixture::open_hub_on_postgres;
    use crate::fixture::{Fixture, change_tables, open_hub};

    /// Overwrites the first page of a table, as a disk that fails leaves one.
    async fn damage(disk: &Disk, table: &str) {
        let mut on = disk.other().await;
        on.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        let (page, bytes): (u32, u32) =
            sqlx::query_as("SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = $1")
                .bind(table)
                .fetch_one(&mut on)
                .await
                .unwrap();
        on.close().await.unwrap();
        let mut file = OpenOptions::new().write(true).open(disk.file("b.db")).unwrap();
        file.seek(SeekFrom::Start(u64::from(page - 1) * u64::from(bytes)))
            .unwrap();
        file.write_all(&vec![0xAA; bytes as usize]).unwrap();
    }

    #[tokio::test]
    async fn a_table_of_a_file_that_lets_people_in_and_is_damaged_is_named() {
        let disk = Disk::new().await;
        assert_eq!(disk.database.look_at_tables().await, Ok(()));
        disk.database.close().await;
        damage(&disk, "devices").await;
        let again = Database::open(&disk::url(&disk.file("b.db"))).await.unwrap();
        let unread = again.look_at_tables().await.unwrap_err();
        assert_eq!(
            (unread.fault, unread.code()),
            (Fault::Damaged, "database_unreadable".to_owned())
        );
        let said = unread.sentence();
        assert!(
            said.contains("The table devices cannot be read") && said.contains("restore --aside"),
            "{said}"
        );
    }

    #[tokio::test]
    async fn a_damaged_page_of_the_log_is_its_exchanges_matter() {
        let disk = Disk::new().await;
        disk.database.close().await;
        damage(&disk, "events").await;
        let again = Database::open(&disk::url(&disk.file("b.db"))).await.unwrap();
        assert_eq!(again.look_at_tables().await, Ok(()));
    }

    /// What those who watch are told of the table in which devices are: the status, the code, and whether it is named.
    async fn told(hub: &Fixture, path: &str) -> (StatusCode, String, bool) {
        let answer = hub.browser().get(path).await;
        let is_named = answer.text.contains("The table devices cannot be read");
        (answer.status, answer.code().to_owned(), is_named)
    }

    #[tokio::test]
    async fn a_server_whose_devices_cannot_be_read_is_not_well_and_lives() {
        let hub = open_hub().await;
        let operator = hub.operator().await;
        change_tables(&hub, "ALTER TABLE devices RENAME TO taken").await;
        let unreadable = (
            StatusCode::SERVICE_UNAVAILABLE,
            "database_unreadable".to_owned(),
            true,
        );
        for path in ["/readyz", "/healthz"] {
            assert_eq!(told(&hub, path).await, unreadable, "{path}");
        }
        assert_eq!(hub.browser().get("/livez").await.text, "ok");
        let checked = operator.get("/api/v1/exchanges/drammen/check").await.json;
        let of_database = json!({ "id": "database", "fault": "unknown", "state": "wrong" });
        assert_eq!(checked["findings"][0], of_database);
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_table_that_somebody_holds_on_a_server_is_named_until_it_is_free() {
        let hub = open_hub_on_postgres().await;
        let Either::Postgres(pool) = hub.database.writing() else {
            panic!("not PostgreSQL");
        };
        let mut held = pool.begin().await.unwrap();
        sqlx::query("LOCK TABLE devices IN ACCESS EXCLUSIVE MODE")
            .execute(&mut *held)
            .await
            .unwrap();
        let unread = hub.database.look_at_tables().await.unwrap_err();
        assert_eq!(unread.fault, Fault::Busy);
        let unreadable = (
            StatusCode::SERVICE_UNAVAILABLE,
            "database_unreadable".to_owned(),
            true,
        );
        for path in ["/readyz", "/healthz"] {
            assert_eq!(told(&hub, path).await, unreadable, "{path}");
        }
        // Those who wait for it take what connections there are.
        hub.database.writes().failed(&sqlx::Error::PoolTimedOut);
        assert_eq!(told(&hub, "/healthz").await, unreadable);
        held.rollback().await.unwrap();
        let at = hub.hub.clock.now();
        hub.database.probe(hub.exchange("drammen"), at).await.unwrap();
        for path in ["/readyz", "/healthz"] {
            assert_eq!(hub.browser().get(path).await.text, "ok", "{path}");
        }
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_table_that_a_server_does_not_let_its_user_read_is_named_with_what_to_grant() {
        let url = test_support::postgres::fresh_database();
        Database::open(&url).await.unwrap().close().await;
        let (server, name) = url.rsplit_once('/').unwrap();
        let at = server.split_once('@').unwrap().1;
        // A user is of the whole server.
        let user = format!("clerk_of_{name}");
        let operator = Database::open_found(&url).await.unwrap();
        let Either::Postgres(pool) = operator.writing() else {
            panic!("not PostgreSQL");
        };
        let change = async |statement: String| {
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(pool)
                .await
                .map(drop)
                .unwrap();
        };
        change(format!("CREATE ROLE {user} LOGIN")).await;
        change(format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}"
        ))
        .await;
        let clerk = Database::open_found(&format!("postgres://{user}@{at}/{name}"))
            .await
            .unwrap();
        assert_eq!(clerk.look_at_tables().await, Ok(()));
        for table in ["devices", "outcomes", "events"] {
            change(format!("REVOKE SELECT ON {table} FROM {user}")).await;
            let unread = clerk.look_at_tables().await.unwrap_err();
            assert_eq!(unread.fault, Fault::Denied, "{table}");
            let said = unread.sentence();
            assert!(
                said.contains(&format!("The table {table} cannot be read")) && said.contains("GRANT SELECT"),
                "{said}"
            );
            change(format!("GRANT SELECT ON {table} TO {user}")).await;
        }
        assert_eq!(clerk.look_at_tables().await, Ok(()));
    }
}
