//! A database in a file of its own, for tests: what is written in it, and another program that has it open.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;

use super::{Database, on_either, write_on};

pub(super) struct Disk {
    pub(super) folder: TempDir,
    pub(super) database: Database,
}

impl Disk {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&url(&folder.path().join("b.db"))).await.unwrap();
        Self { folder, database }
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn bytes(&self) -> u64 {
        fs::metadata(self.file("b.db")).unwrap().len()
    }

    /// Writes so many rows, and leaves none of those before them.
    pub(super) async fn write(&self, rows: i64) -> Result<(), sqlx::Error> {
        let database = &self.database;
        write_on!(database, on => sqlx::query("DELETE FROM operator_sessions").execute(on).await.map(drop))?;
        write_on!(database, on => sqlx::query(
            "INSERT INTO operator_sessions (token_sha256, expires_at_ms) \
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1) SELECT 'row ' || n, n FROM n",
        )
        .bind(rows)
        .execute(on)
        .await
        .map(drop))
    }

    /// Another program's connection.
    pub(super) async fn other(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::from_str(&url(&self.file("b.db"))).unwrap();
        options.connect().await.unwrap()
    }
}

pub(super) fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

pub(super) async fn rows(database: &Database) -> i64 {
    on_either!(database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM operator_sessions").fetch_one(on).await)
        .unwrap()
}
