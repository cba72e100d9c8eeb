//! Whether the photos and pictures that are kept are what they are kept as: each is read, and begins as its kind does.

use borsklokka_shared::ids::ExchangeId;

use crate::database::{Database, on_either};
use crate::photos::may_be_one;
use crate::pictures::is_picture;

/// What is wrong with them, a sentence each. One that cannot be read is a fault.
pub(super) async fn faults(database: &Database, exchange: ExchangeId) -> Vec<String> {
    let exchange = exchange.to_string();
    let mut faults = match faults_of_photos(database, &exchange).await {
        Ok(faults) => faults,
        Err(error) => vec![format!("the photos of deals cannot be read: {error}")],
    };
    match faults_of_pictures(database, &exchange).await {
        Ok(more) => faults.extend(more),
        Err(error) => faults.push(format!("the pictures cannot be read: {error}")),
    }
    faults
}

/// One is in memory at a time.
async fn faults_of_photos(database: &Database, exchange: &str) -> Result<Vec<String>, sqlx::Error> {
    let deals: Vec<String> = on_either!(database.reading(), on => sqlx::query_scalar(
        "SELECT deal_id FROM deal_photos WHERE exchange_id = $1 ORDER BY deal_id",
    )
    .bind(exchange)
    .fetch_all(on)
    .await)?;
    let mut faults = Vec::new();
    for deal in deals {
        let content: Option<Vec<u8>> = on_either!(database.reading(), on => sqlx::query_scalar(
            "SELECT content FROM deal_photos WHERE exchange_id = $1 AND deal_id = $2",
        )
        .bind(exchange)
        .bind(&deal)
        .fetch_optional(on)
        .await)?;
        // One that went meanwhile is no fault.
        if content.is_some_and(|content| !may_be_one(&content)) {
            faults.push(format!("the photo of the deal {deal} is no photo"));
        }
    }
    Ok(faults)
}

async fn faults_of_pictures(database: &Database, exchange: &str) -> Result<Vec<String>, sqlx::Error> {
    let pictures: Vec<String> = on_either!(database.reading(), on => sqlx::query_scalar(
        "SELECT id FROM pictures WHERE exchange_id = $1 ORDER BY id",
    )
    .bind(exchange)
    .fetch_all(on)
    .await)?;
    let mut faults = Vec::new();
    for picture in pictures {
        let found: Option<(String, Vec<u8>)> = on_either!(database.reading(), on => sqlx::query_as(
            "SELECT media_type, content FROM pictures WHERE exchange_id = $1 AND id = $2",
        )
        .bind(exchange)
        .bind(&picture)
        .fetch_optional(on)
        .await)?;
        if let Some((media_type, content)) = found
            && !is_picture(&media_type, &content)
        {
            faults.push(format!(
                "the picture {picture} is no picture of the kind {media_type}"
            ));
        }
    }
    Ok(faults)
}
