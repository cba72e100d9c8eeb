//! One moment of a database: nothing that is written while it is read is in it. Events, what became of the commands behind them and what
//! follows from them beside the log are written together; whoever holds one against another reads all of them in one moment.

use sqlx::{Postgres, Sqlite};

use crate::database::{Database, Either, in_time, on_either};

/// Where PostgreSQL goes on reading after an error, and how it gets there: else it answers nothing more in a transaction that had one.
const MARK: &str = "SAVEPOINT moment";
const BACK_TO_MARK: &str = "ROLLBACK TO SAVEPOINT moment";

/// One moment of a database, to be read.
pub(crate) struct Moment {
    /// The transaction that reads, for [`at`].
    pub(crate) on: Either<sqlx::Transaction<'static, Sqlite>, sqlx::Transaction<'static, Postgres>>,
}

/// Runs one statement that reads in a moment. After one that fails the others can be run all the same.
macro_rules! at {
    ($moment:expr, $on:ident => $run:expr) => {{
        let moment: &mut $crate::log::Moment = $moment;
        let read = $crate::database::on_either!(&mut moment.on, $on => $run);
        moment.go_on_after(read).await
    }};
}
pub(crate) use at;

impl Moment {
    /// The moment of the first statement that reads in it.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn of(database: &Database) -> Result<Self, sqlx::Error> {
        let on = match database.reading() {
            Either::Sqlite(pool) => Either::Sqlite(pool.begin().await?),
            Either::Postgres(pool) => {
                let begun = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                let mut on = in_time(begun).await?;
                in_time(sqlx::query(MARK).execute(&mut *on)).await?;
                Either::Postgres(on)
            }
        };
        Ok(Self { on })
    }

    /// What a statement gave, or why it failed: the next one finds the moment as it was.
    pub(crate) async fn go_on_after<T>(&mut self, read: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if let (Err(_), Either::Postgres(on)) = (&read, &mut self.on) {
            // If it cannot go back, the next statement says so.
            let _ = in_time(sqlx::query(BACK_TO_MARK).execute(&mut **on)).await;
        }
        read
    }

    /// Lets the moment go, with the connection that it had.
    pub(crate) async fn end(self) {
        // Nothing was written in it: that it cannot be rolled back is of no matter.
        let _ = on_either!(self.on, on => on.rollback().await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::write_on;

    async fn sessions(moment: &mut Moment) -> i64 {
        let counted: Result<i64, sqlx::Error> = at!(moment, on => sqlx::query_scalar("SELECT COUNT(*) FROM operator_sessions")
            .fetch_one(&mut **on)
            .await);
        counted.unwrap()
    }

    async fn nothing_of_later_is_in_it(database: &Database) {
        let mut moment = Moment::of(database).await.unwrap();
        assert_eq!(sessions(&mut moment).await, 0);
        let written = write_on!(database, on => sqlx::query(
            "INSERT INTO operator_sessions (token_sha256, expires_at_ms) VALUES ('x', 1)",
        )
        .execute(on)
        .await
        .map(drop));
        written.unwrap();
        let failed: Result<i64, sqlx::Error> = at!(&mut moment, on => sqlx::query_scalar("SELECT song FROM operator_sessions")
            .fetch_one(&mut **on)
            .await);
        failed.unwrap_err();
        assert_eq!(sessions(&mut moment).await, 0, "also after one that failed");
        moment.end().await;
        let mut later = Moment::of(database).await.unwrap();
        assert_eq!(sessions(&mut later).await, 1);
        later.end().await;
    }

    #[tokio::test]
    async fn nothing_that_is_written_meanwhile_is_in_a_moment_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let url = Database::url_of(&folder.path().join("moment.db"));
        nothing_of_later_is_in_it(&Database::open(&url).await.unwrap()).await;
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_that_is_written_meanwhile_is_in_a_moment_of_a_server() {
        let url = test_support::postgres::fresh_database();
        nothing_of_later_is_in_it(&Database::open(&url).await.unwrap()).await;
    }
}
