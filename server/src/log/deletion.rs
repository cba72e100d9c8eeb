//! Deleting an exchange: every row that is its own, in every table, in one transaction.

use sqlx::AssertSqlSafe;

use super::ExchangeRow;
use crate::database::{Database, within};
use crate::signal::EXCHANGES;

/// The tables whose rows belong to an exchange, all but the list of exchanges itself.
pub(crate) const TABLES: [&str; 33] = [
    "account_exchanges",
    "afterwards",
    "agreement_links",
    "archived_signature_history",
    "archived_signatures",
    "archives",
    "contacts",
    "deal_photos",
    "devices",
    "events",
    "follow_up_calls",
    "follow_up_settings",
    "follow_ups",
    "further_contacts",
    "mail_links",
    "mail_settings",
    "mails",
    "outcomes",
    "pairing_codes",
    "participant_aliases",
    "photo_consents",
    "pictures",
    "probes",
    "program_tokens",
    "promised_erasures",
    "registration_forms",
    "registrations",
    "roster_mappings",
    "security_events",
    "signature_history",
    "signatures",
    "webhook_deliveries",
    "webhooks",
];

pub(super) async fn delete(database: &Database, exchange: &ExchangeRow) -> Result<(), sqlx::Error> {
    let id = exchange.id.to_string();
    let mut transaction = database.begin().await?;
    for table in TABLES {
        let statement = format!("DELETE FROM {table} WHERE exchange_id = $1");
        within!(&mut transaction, on => sqlx::query(AssertSqlSafe(statement))
            .bind(id.as_str())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    within!(&mut transaction, on => sqlx::query("DELETE FROM exchanges WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut **on)
        .await
        .map(drop))?;
    transaction.tell_nodes(EXCHANGES, &exchange.slug).await?;
    transaction.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_table_of_an_exchange_is_on_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tables.db").display());
        let Database::Sqlite(database) = Database::open(&url).await.unwrap() else {
            panic!("opened as a file");
        };
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT tables.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
             WHERE tables.type = 'table' AND columns.name = 'exchange_id' ORDER BY tables.name",
        )
        .fetch_all(&database.readers)
        .await
        .unwrap();
        assert_eq!(tables, TABLES);
    }
}
