//! What made the tables: the files of `migrations/`, which `build.rs` lists. (The library's own macro does the same, and has the
//! whole library compiled a second time, for the compiler itself.)

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Runs those of a list that a database has not had.
pub(super) fn migrator(list: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = list
        .iter()
        .map(|&(number, name, sql)| {
            let outside_a_transaction = false;
            Migration::new(
                number,
                name.replace('_', " ").into(),
                MigrationType::Simple,
                sql.into_sql_str(),
                outside_a_transaction,
            )
        })
        .collect();
    Migrator::with_migrations(migrations)
}
