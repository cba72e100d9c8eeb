//! Deleting an exchange: every row that is its own, in every table, in one transaction.

use sqlx::AssertSqlSafe;

use super::ExchangeRow;
use super::overwriting::{Rest, overwrite};
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
    transaction.commit().await?;
    overwrite(database, Rest::Deleted).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::{Epoch, ExchangeId, Seq};
    use borsklokka_shared::instant::Instant;
    use uuid::Uuid;

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

    #[tokio::test]
    async fn nothing_of_it_can_be_read_in_the_files_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("deleted.db").display());
        let database = Database::open(&url).await.unwrap();
        let log = super::super::open(&database);
        let exchange = ExchangeRow {
            id: ExchangeId(Uuid::now_v7()),
            slug: "drammen".to_owned(),
            epoch: Epoch(Uuid::now_v7()),
            formerly: Vec::new(),
            begins_after: Seq(0),
        };
        log.create(&exchange, Instant::from_unix_ms(1)).await.unwrap();
        let Database::Sqlite(sqlite) = &database else {
            panic!("opened as a file");
        };
        sqlx::query("INSERT INTO contacts (exchange_id, participant_id, person, changed_at_ms) VALUES (?, 'somebody', 'Unnveig Kvitsund', 1)")
            .bind(exchange.id.to_string())
            .execute(&sqlite.writer)
            .await
            .unwrap();
        let is_there = || {
            let mut files = std::fs::read_dir(folder.path()).unwrap();
            files.any(|file| {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                bytes.windows(8).any(|window| window == b"Kvitsund")
            })
        };
        assert!(is_there());
        log.delete(&exchange).await.unwrap();
        assert!(!is_there());
    }
}
