//! What there has to be in a database: the tables that its migrations make, each with its columns. What somebody has taken out of it by hand
//! nobody would know of before it is needed, in the middle of an evening.

use std::collections::BTreeSet;
use std::fmt;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

use super::error::{OpenError, named};
use super::migrations::{POSTGRES, SQLITE};
use super::{Database, Either, in_time, on_either};

/// Reads the columns of every table in a file. What other programs keep in tables of their own making is not looked into.
const IN_FILE: &str = "SELECT tables.name, columns.name \
    FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
    WHERE tables.type = 'table' AND tables.rootpage > 0";
/// Reads the columns of every table on a server where this program's tables are made.
const ON_SERVER: &str = "SELECT relname::text, attname::text FROM pg_class AS found JOIN pg_attribute ON attrelid = found.oid \
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p') \
    AND attnum > 0 AND NOT attisdropped";

/// Migrations: the number, name and text of each.
type Migrations = [(i64, &'static str, &'static str)];
/// The columns that there are, each with its table.
type Columns = BTreeSet<(&'static str, &'static str)>;

/// What migrations make, and is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// A table.
    Table(&'static str),
    /// A column of a table.
    Column(&'static str, &'static str),
}

impl fmt::Display for Gone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(formatter, "the table {table}"),
            Self::Column(table, column) => write!(formatter, "the column {table}.{column}"),
        }
    }
}

impl Database {
    /// Opens a database that is there and has all that there has to be, to read it, as [`Database::open_to_read`] does.
    ///
    /// # Errors
    /// As of [`Database::open_to_read`], and if something of it is gone.
    pub async fn open_whole(url: &str) -> Result<Self, OpenError> {
        let database = Self::open_to_read(url).await?;
        let looked = match database.reading() {
            Either::Sqlite(on) => look_in_file(url, on).await,
            Either::Postgres(on) => look_on_server(url, on).await,
        };
        if looked.is_err() {
            database.close().await;
        }
        looked.map(|()| database)
    }
}

/// The columns that migrations make, each with its table. In their texts what begins or ends a statement stands at the margin, and a column of a
/// new table on a line of its own.
pub(super) fn made_by(migrations: &Migrations) -> Columns {
    let mut made = Columns::new();
    for (.., text) in migrations {
        let mut table = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                table = first_word(rest);
            } else if let Some(rest) = line.strip_prefix("DROP TABLE ") {
                made.retain(|(table, _)| Some(*table) != first_word(rest));
            } else if let Some(rest) = line.strip_prefix("ALTER TABLE ") {
                let added = rest.split_once(" ADD COLUMN ");
                made.extend(added.and_then(|(table, column)| Some((table, first_word(column)?))));
            } else if let Some(column) = line.strip_prefix("    ") {
                made.extend(table.zip(first_word(column)));
            } else {
                table = None;
            }
        }
    }
    made
}

/// What a line begins with, if that is a name: what else there is of a table is in capitals.
fn first_word(line: &'static str) -> Option<&'static str> {
    let ends = |letter: char| !(letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    line.split(ends).next().filter(|name| !name.is_empty())
}

/// Looks whether all that the migrations make is in a file.
///
/// # Errors
/// If something of it is gone, or the database fails.
pub(super) async fn look_in_file(url: &str, on: &SqlitePool) -> Result<(), OpenError> {
    let there = sqlx::query_as(IN_FILE).fetch_all(on).await;
    let there: Vec<(String, String)> = there.map_err(|source| OpenError::of_file(url, source))?;
    must_hold(url, SQLITE, &there)
}

/// The same of a database on a server.
///
/// # Errors
/// As of [`look_in_file`].
pub(super) async fn look_on_server(url: &str, on: &PgPool) -> Result<(), OpenError> {
    let there = in_time(sqlx::query_as(ON_SERVER).fetch_all(on)).await;
    let there: Vec<(String, String)> = there.map_err(|source| OpenError::Open {
        url: named(url),
        source,
    })?;
    must_hold(url, POSTGRES, &there)
}

/// What is gone from a database that a transaction reads.
///
/// # Errors
/// If the database fails.
pub(crate) async fn gone_from(
    on: &mut Either<sqlx::Transaction<'static, Sqlite>, sqlx::Transaction<'static, Postgres>>,
) -> Result<Vec<Gone>, sqlx::Error> {
    let statement = match on {
        Either::Sqlite(_) => IN_FILE,
        Either::Postgres(_) => ON_SERVER,
    };
    let migrations: &Migrations = match on {
        Either::Sqlite(_) => SQLITE,
        Either::Postgres(_) => POSTGRES,
    };
    let there: Vec<(String, String)> =
        on_either!(on, on => sqlx::query_as(statement).fetch_all(&mut **on).await)?;
    Ok(gone(migrations, &there))
}

/// What is gone, as it is told.
pub(crate) fn listed(gone: &[Gone]) -> String {
    let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
    gone.join(", ")
}

fn must_hold(url: &str, migrations: &Migrations, there: &[(String, String)]) -> Result<(), OpenError> {
    let gone = gone(migrations, there);
    if gone.is_empty() {
        return Ok(());
    }
    Err(OpenError::Incomplete {
        database: named(url),
        missing: listed(&gone),
    })
}

/// What migrations make and is not there: a table, or a column of one.
fn gone(migrations: &Migrations, there: &[(String, String)]) -> Vec<Gone> {
    let columns: BTreeSet<(&str, &str)> = there
        .iter()
        .map(|(table, column)| (&**table, &**column))
        .collect();
    let tables: BTreeSet<&str> = columns.iter().map(|(table, _)| *table).collect();
    let gone = made_by(migrations)
        .into_iter()
        .filter(|column| !columns.contains(column));
    let mut gone: Vec<Gone> = gone
        .map(|(table, column)| {
            if tables.contains(table) {
                Gone::Column(table, column)
            } else {
                Gone::Table(table)
            }
        })
        .collect();
    // Each column of a table that is gone says that it is; those of one table follow each other.
    gone.dedup();
    gone
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::str::FromStr as _;

    use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
    #[cfg(unix)]
    use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};

    use super::*;
    use crate::database::disk::{self, Disk};

    /// The columns that a database has, but for those of the list of what made them.
    fn but_for_the_list(there: Vec<(String, String)>) -> BTreeSet<(String, String)> {
        let there = there.into_iter();
        there.filter(|(table, _)| table != "_sqlx_migrations").collect()
    }

    fn owned(made: &Columns) -> BTreeSet<(String, String)> {
        let made = made.iter();
        made.map(|(table, column)| ((*table).to_owned(), (*column).to_owned()))
            .collect()
    }

    #[tokio::test]
    async fn what_is_looked_for_in_a_file_is_what_its_migrations_make() {
        let disk = Disk::new().await;
        let mut on = disk.other().await;
        let there = sqlx::query_as(IN_FILE).fetch_all(&mut on).await.unwrap();
        assert_eq!(but_for_the_list(there), owned(&made_by(SQLITE)));
    }

    /// Changes a file as somebody does by hand.
    async fn change(on: &mut SqliteConnection, statements: &str) {
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
            .execute(on)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_file_that_something_was_taken_out_of_is_refused_by_the_name_of_that() {
        for (statements, expected) in [
            ("DROP TABLE events", "lacks the table events,"),
            (
                "DROP TABLE mails; DROP TABLE outcomes",
                "lacks the table mails, the table outcomes,",
            ),
            (
                "DROP TABLE mails; CREATE VIEW mails AS SELECT 1 AS id",
                "lacks the table mails,",
            ),
            (
                "ALTER TABLE exchanges DROP COLUMN put_away_at_ms",
                "lacks the column exchanges.put_away_at_ms,",
            ),
            (
                "ALTER TABLE follow_ups RENAME TO others; ALTER TABLE mails RENAME COLUMN went TO came",
                "lacks the table follow_ups, the column mails.went,",
            ),
            ("DROP TABLE _sqlx_migrations", "lacks the table _sqlx_migrations,"),
        ] {
            let disk = Disk::new().await;
            disk.database.close().await;
            let mut on = disk.other().await;
            change(&mut on, statements).await;
            on.close().await.unwrap();
            let url = disk::url(&disk.file("b.db"));
            for opened in [
                Database::open(&url).await.map(drop),
                Database::open_found(&url).await.map(drop),
            ] {
                let said = opened.unwrap_err().to_string();
                assert!(said.contains(expected), "{statements}: {said}");
                assert!(said.contains("borsklokka restore"), "{said}");
            }
            let beside = std::fs::read_dir(disk.folder.path()).unwrap();
            assert_eq!(beside.count(), 1, "{statements}: nothing lies beside it");
        }
    }

    #[tokio::test]
    async fn what_somebody_has_added_is_in_nobodys_way() {
        let disk = Disk::new().await;
        disk.database.close().await;
        let mut on = disk.other().await;
        change(
            &mut on,
            "CREATE TABLE notes (id INTEGER); CREATE VIEW deals AS SELECT seq FROM events; \
             ALTER TABLE mails ADD COLUMN note TEXT",
        )
        .await;
        on.close().await.unwrap();
        let url = disk::url(&disk.file("b.db"));
        Database::open(&url).await.unwrap().close().await;
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_on_a_server_that_something_was_taken_out_of_is_refused_by_the_name_of_that() {
        let url = test_support::postgres::fresh_database();
        Database::open(&url).await.unwrap().close().await;
        let mut on = PgConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
        let there = sqlx::query_as(ON_SERVER).fetch_all(&mut on).await.unwrap();
        assert_eq!(but_for_the_list(there), owned(&made_by(POSTGRES)));
        sqlx::raw_sql("DROP TABLE events; ALTER TABLE mails DROP COLUMN went")
            .execute(&mut on)
            .await
            .unwrap();
        for opened in [
            Database::open(&url).await.map(drop),
            Database::open_found(&url).await.map(drop),
        ] {
            let said = opened.unwrap_err().to_string();
            let expected = "lacks the table events, the column mails.went,";
            assert!(said.contains(expected) && said.contains("pg_restore"), "{said}");
        }
    }
}
