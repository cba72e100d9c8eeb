//! Opens the log in whichever database there is.

use std::sync::Arc;

use super::Log;
use super::postgres::PostgresLog;
use super::sqlite::SqliteLog;
use crate::database::Database;

/// The log in a database of either kind.
pub fn open(database: &Database) -> Arc<dyn Log> {
    match database {
        Database::Sqlite(sqlite) => Arc::new(SqliteLog::new(sqlite.clone())),
        Database::Postgres(postgres) => Arc::new(PostgresLog::new(postgres.clone())),
    }
}
