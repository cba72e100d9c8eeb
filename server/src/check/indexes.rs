//! Whether what keeps rows apart is still there: without it a server that runs may write two where there is to be one.

use crate::database::Either;
use crate::log::{Moment, at};

/// The indexes that let no two rows be the same. What a table itself keeps apart cannot be taken from it in a file.
const UNIQUE: [&str; 2] = ["deal_photos_by_id", "devices_of_accounts"];

/// Those that are gone, a sentence each.
///
/// # Errors
/// If the database cannot say which it has.
pub(super) async fn faults(moment: &mut Moment) -> Result<Vec<String>, sqlx::Error> {
    let statement = match &moment.on {
        Either::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'index'",
        Either::Postgres(_) => "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema()",
    };
    let there: Vec<String> = at!(moment, on => sqlx::query_scalar(statement).fetch_all(&mut **on).await)?;
    let gone = UNIQUE.iter().filter(|name| there.iter().all(|one| one != *name));
    let fault = |name: &&str| format!("the index {name} is gone: rows that it kept apart may be there twice");
    Ok(gone.map(fault).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_index_that_keeps_rows_apart_is_looked_for() {
        for kind in ["sqlite", "postgres"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../migrations")
                .join(kind);
            let mut made = BTreeSet::new();
            for file in fs::read_dir(folder).unwrap() {
                let text = fs::read_to_string(file.unwrap().path()).unwrap();
                let names = text.lines().filter_map(|line| {
                    let name = line.strip_prefix("CREATE UNIQUE INDEX ")?;
                    name.split(' ').next().map(str::to_owned)
                });
                made.extend(names);
            }
            let listed = UNIQUE.map(str::to_owned);
            assert_eq!(made, BTreeSet::from(listed), "{kind}");
        }
    }
}
