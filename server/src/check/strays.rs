//! Whether what every row is of is there: where a row was deleted by hand, nothing kept those from staying that are of it, and no page
//! shows them or takes them away.

use super::tables::tables;
use crate::database::Either;
use crate::log::Moment;

/// What most rows are of.
const EXCHANGES: &str = "exchanges";

/// Rows of what there is not, a sentence for each table and what its rows are of, but for tables that cannot be read. PostgreSQL lets nobody
/// leave any.
pub(super) async fn faults(moment: &mut Moment, unread: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let Either::Sqlite(on) = &mut moment.on else {
        return faults;
    };
    // Without those it is known of no row.
    if unread.contains(&EXCHANGES) {
        return faults;
    }
    for table in tables().filter(|table| !unread.contains(table)) {
        let counted: Result<Vec<(String, i64)>, sqlx::Error> = sqlx::query_as(
            "SELECT parent, COUNT(*) FROM pragma_foreign_key_check($1) GROUP BY parent ORDER BY parent",
        )
        .bind(table)
        .fetch_all(&mut **on)
        .await;
        match counted {
            Ok(counted) => faults.extend(counted.iter().map(|(of, rows)| {
                format!(
                    "the table {table}: {rows} rows are of a row of {of} that is gone: put that back from a backup that has it, or \
                     delete them too"
                )
            })),
            Err(error) => faults.push(format!(
                "the table {table}: whether what its rows are of is there cannot be read: {error}"
            )),
        }
    }
    faults
}
