//! What is done for a database that is open: nothing is left in it of what was erased, its file is read through for damage, and what a
//! deleted file held is rescued.

use std::path::PathBuf;

use borsklokka_shared::instant::Instant;

use super::{Database, SqliteDatabase, file, in_time};

/// What SQLite says of a file in which nothing is wrong.
pub(crate) const SOUND: &str = "ok";
/// How long a file may be that is read through at every start, in bytes: a slow card takes a second for it.
const READ_THROUGH_BYTES_MAX: i64 = 64 * 1_024 * 1_024;
/// How often what lies beside SQLite's file is tried to be emptied; each time somebody who reads is waited for.
const CHECKPOINT_TRIES_MAX: u32 = 5;

impl Database {
    /// Leaves nothing of what was deleted or replaced: SQLite packs its file anew, which it overwrites what is free in, and empties what lies
    /// beside it. PostgreSQL may use the space again; its own log and backups keep what they have.
    ///
    /// # Errors
    /// If the database fails, or somebody reads in it for so long that what lies beside it cannot be emptied.
    pub(crate) async fn scrub(&self) -> Result<(), sqlx::Error> {
        let _turn = self.turn().await;
        match self {
            Self::Sqlite(sqlite) => {
                self.writes().in_place().await?;
                sqlx::raw_sql("VACUUM").execute(&sqlite.writer).await?;
                sqlite.checkpoint().await?;
                self.writes().in_place().await
            }
            Self::Postgres(postgres) => {
                let mut connection = in_time(postgres.pool.acquire()).await?;
                sqlx::raw_sql("SET statement_timeout = 0")
                    .execute(&mut *connection)
                    .await?;
                let vacuumed = sqlx::raw_sql("VACUUM").execute(&mut *connection).await;
                // Whoever has the connection next is not to wait for ever.
                connection.close().await?;
                vacuumed.map(drop)
            }
        }
    }

    /// Leaves nothing of rows that were deleted: SQLite overwrites them in its file, and what they were lies beside it until that is emptied.
    /// PostgreSQL sees to it by itself.
    ///
    /// # Errors
    /// If the database fails, or somebody reads in it for so long that what lies beside it cannot be emptied.
    pub(crate) async fn forget_deleted(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(sqlite) => {
                let _turn = self.turn().await;
                self.writes().in_place().await?;
                sqlite.checkpoint().await
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Looks whether its file is where it was opened, and notes it if it is not: nobody may be writing.
    pub(crate) async fn look_for_file(&self) {
        if let Err(error) = self.writes().in_place().await {
            self.writes().failed(&error);
        }
    }

    /// What is wrong with its file, as SQLite sees it that reads all of it; nothing if that would take long. A server's own looks after
    /// itself.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn damage(&self) -> Result<Option<String>, sqlx::Error> {
        let Self::Sqlite(sqlite) = self else {
            return Ok(None);
        };
        let bytes: i64 =
            sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(&sqlite.readers)
                .await?;
        if bytes > READ_THROUGH_BYTES_MAX {
            return Ok(None);
        }
        let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&sqlite.readers)
            .await?;
        Ok(Some(said).filter(|said| said != SOUND))
    }

    /// Writes into another file what its own holds, once, if that was deleted: it is lost with the last connection. The other lies
    /// beside it.
    pub(crate) async fn rescue(&self, at: Instant) -> Option<PathBuf> {
        let Self::Sqlite(sqlite) = self else {
            return None;
        };
        let deleted = sqlite.writes.place().deleted()?;
        let rescue = sqlite.rescued.get_or_try_init(|| async {
            let rescued = file::rescue(&sqlite.readers, deleted, at).await?;
            tracing::error!(
                "{} was deleted; everything that was saved lies in {rescued} now: stop the server, and start it with \
                 --database sqlite:{rescued}",
                deleted.display(),
                rescued = rescued.display()
            );
            Ok::<_, sqlx::Error>(rescued)
        });
        match rescue.await {
            Ok(rescued) => Some(rescued.clone()),
            Err(error) => {
                tracing::error!(
                    "{} was deleted, and what was saved cannot be written into another file beside it: {error}; do not stop the \
                     server before it can",
                    deleted.display()
                );
                None
            }
        }
    }
}

impl SqliteDatabase {
    /// Puts what lies beside the file into it, and empties that.
    async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        for _ in 0..CHECKPOINT_TRIES_MAX {
            let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&self.writer)
                .await?;
            if busy == 0 {
                return Ok(());
            }
        }
        Err(sqlx::Error::PoolTimedOut)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    #[cfg(unix)]
    use crate::database::Fault;
    use crate::database::disk::{self, Disk};

    #[tokio::test]
    async fn a_file_that_is_damaged_is_known_when_it_is_read_through() {
        let disk = Disk::new().await;
        disk.write(20_000).await.unwrap();
        assert_eq!(disk.database.damage().await.unwrap(), None);
        disk.database.close().await;
        let mut bytes = fs::read(disk.file("b.db")).unwrap();
        let kept = bytes.len() - 4_096;
        bytes[kept..].fill(0);
        fs::write(disk.file("b.db"), bytes).unwrap();
        let again = Database::open(&disk::url(&disk.file("b.db"))).await.unwrap();
        assert!(again.damage().await.unwrap().is_some());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_a_deleted_file_held_is_rescued_into_another() {
        use std::os::unix::fs::PermissionsExt as _;

        let at = Instant::from_unix_ms(1_795_824_000_000);
        for without_folder in [false, true] {
            let disk = Disk::new().await;
            disk.write(500).await.unwrap();
            assert_eq!(disk.database.rescue(at).await, None, "it is there");
            if without_folder {
                fs::remove_dir_all(disk.folder.path()).unwrap();
            } else {
                fs::remove_file(disk.file("b.db")).unwrap();
            }
            disk.write(1).await.unwrap_err();
            assert_eq!(disk.database.writes().fault(), Some(Fault::Deleted));
            let rescued = disk.database.rescue(at).await.unwrap();
            assert_eq!(
                rescued,
                fs::canonicalize(disk.folder.path())
                    .unwrap()
                    .join("b.db.rescued-1795824000")
            );
            assert_eq!(
                disk.database.rescue(at.plus_ms(5_000)).await,
                Some(rescued.clone()),
                "once"
            );
            assert_eq!(
                fs::metadata(&rescued).unwrap().permissions().mode() & 0o777,
                0o600
            );
            disk.database.close().await;
            assert_eq!(
                disk::rows(&Database::open(&disk::url(&rescued)).await.unwrap()).await,
                500
            );
        }
    }
}
