//! Whether the photos and pictures that are kept are what they are kept as, and no more than there may be: each is read, and is whole.

use borsklokka_shared::ids::ExchangeId;

use crate::log::{Moment, at};
use crate::photos::{PHOTOS_MAX, may_be_one};
use crate::pictures::{PICTURES_MAX, is_picture};

/// What is wrong with them, a sentence each. One that cannot be read is a fault.
pub(super) async fn faults(moment: &mut Moment, exchange: ExchangeId) -> Vec<String> {
    let exchange = exchange.to_string();
    let mut faults = match faults_of_photos(moment, &exchange).await {
        Ok(faults) => faults,
        Err(error) => vec![format!("the photos of deals cannot be read: {error}")],
    };
    match faults_of_pictures(moment, &exchange).await {
        Ok(more) => faults.extend(more),
        Err(error) => faults.push(format!("the pictures cannot be read: {error}")),
    }
    faults
}

/// One is in memory at a time.
async fn faults_of_photos(moment: &mut Moment, exchange: &str) -> Result<Vec<String>, sqlx::Error> {
    let deals: Vec<String> = at!(&mut *moment, on => sqlx::query_scalar(
        "SELECT deal_id FROM deal_photos WHERE exchange_id = $1 ORDER BY deal_id",
    )
    .bind(exchange)
    .fetch_all(&mut **on)
    .await)?;
    let mut faults: Vec<String> = too_many(deals.len(), PHOTOS_MAX, "photos").into_iter().collect();
    for deal in deals {
        let content: Vec<u8> = at!(&mut *moment, on => sqlx::query_scalar(
            "SELECT content FROM deal_photos WHERE exchange_id = $1 AND deal_id = $2",
        )
        .bind(exchange)
        .bind(&deal)
        .fetch_one(&mut **on)
        .await)?;
        if !may_be_one(&content) {
            faults.push(format!(
                "the photo of the deal {deal} is no photo, or not all of one"
            ));
        }
    }
    Ok(faults)
}

async fn faults_of_pictures(moment: &mut Moment, exchange: &str) -> Result<Vec<String>, sqlx::Error> {
    let pictures: Vec<String> = at!(&mut *moment, on => sqlx::query_scalar(
        "SELECT id FROM pictures WHERE exchange_id = $1 ORDER BY id",
    )
    .bind(exchange)
    .fetch_all(&mut **on)
    .await)?;
    let mut faults: Vec<String> = too_many(pictures.len(), PICTURES_MAX, "pictures")
        .into_iter()
        .collect();
    for picture in pictures {
        let (media_type, content): (String, Vec<u8>) = at!(&mut *moment, on => sqlx::query_as(
            "SELECT media_type, content FROM pictures WHERE exchange_id = $1 AND id = $2",
        )
        .bind(exchange)
        .bind(&picture)
        .fetch_one(&mut **on)
        .await)?;
        if !is_picture(&media_type, &content) {
            faults.push(format!(
                "the picture {picture} is no picture of the kind {media_type}, or not all of one"
            ));
        }
    }
    Ok(faults)
}

/// More than an exchange has, and more than its file holds.
fn too_many(there: usize, max: u32, what: &str) -> Option<String> {
    (there > max as usize).then(|| format!("there are {there} {what}, and {max} at most in an exchange"))
}
