//! Photos of deals: one each, taken by staff, shown to everybody only while all its parties want it. Not in the log and on no socket: a
//! screen that shows photos asks again and again which it may show, so one that cannot ask shows none, and nothing that the public
//! counts moves when one is taken, agreed to by half, or refused.

mod darkroom;

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DealId, Epoch, ExchangeId, ParticipantId, PhotoId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::photo::{KeptPhoto, Photo};
use uuid::Uuid;

#[cfg(test)]
pub(crate) use self::darkroom::KEPT_BYTES_MAX;
use self::darkroom::develop;
use crate::access::Access;
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};
use crate::hub::Hub;
use crate::whole::is_jpeg;

/// Largest photo that is taken in, in KiB. A tablet makes it smaller before it sends it.
const PHOTO_KIB_MAX: usize = 4_096;
/// The same, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = PHOTO_KIB_MAX * 1_024;
/// Photos of one exchange, counted: of each deal of the largest evening there is one.
pub(crate) const PHOTOS_MAX: u32 = 1_000;

/// A photo without its file, as it is stored: of which deal, which, when.
type Row = (String, String, i64);

/// Everything that is known of the photos of an exchange but the files.
struct Album {
    photos: Vec<(DealId, PhotoId, Instant)>,
    agreed: BTreeMap<PhotoId, BTreeSet<ParticipantId>>,
}

fn broken(_: uuid::Error) -> Denied {
    Denied::Broken("a stored photo has no id".to_owned())
}

async fn album(access: &Access, exchange: ExchangeId) -> Result<Album, Denied> {
    let rows: Vec<Row> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT deal_id, id, taken_at_ms FROM deal_photos WHERE exchange_id = $1 ORDER BY taken_at_ms DESC, id",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let consents: Vec<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT photo_id, participant_id FROM photo_consents WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let mut agreed = BTreeMap::<PhotoId, BTreeSet<ParticipantId>>::new();
    for (photo, participant) in consents {
        let who = agreed.entry(photo.parse().map_err(broken)?).or_default();
        who.insert(participant.parse().map_err(broken)?);
    }
    let photos = rows.into_iter().map(|(deal, photo, at)| {
        let (deal, photo) = (deal.parse().map_err(broken)?, photo.parse().map_err(broken)?);
        Ok::<_, Denied>((deal, photo, Instant::from_unix_ms(at)))
    });
    Ok(Album {
        photos: photos.collect::<Result<_, _>>()?,
        agreed,
    })
}

impl Album {
    fn agreed(&self, photo: PhotoId) -> impl Iterator<Item = ParticipantId> + '_ {
        self.agreed.get(&photo).into_iter().flatten().copied()
    }

    /// Whether everybody may see a photo, by the public's board: who stands in the deal today has agreed, each of them.
    fn is_shown(&self, public: &Board, deal: DealId, photo: PhotoId) -> bool {
        let counts = |deal: &&Deal| deal.counts();
        let agreed = self.agreed.get(&photo);
        public.deals.get(&deal).filter(counts).is_some_and(|deal| {
            let mut parties = deal.terms.parties();
            parties.all(|party| agreed.is_some_and(|agreed| agreed.contains(&party)))
        })
    }
}

/// The photos that are kept.
///
/// # Errors
/// If the database or the log cannot be read.
pub(crate) async fn kept(hub: &Hub, exchange: ExchangeId) -> Result<Vec<KeptPhoto>, Denied> {
    let album = album(&hub.access, exchange).await?;
    let floor = hub.floors.by_id(exchange).await?;
    Ok(floor.view.with_public_board(|public| {
        let photos = album.photos.iter();
        let kept = photos.map(|(deal, photo, taken_at)| KeptPhoto {
            deal: *deal,
            photo: *photo,
            taken_at: *taken_at,
            agreed: album.agreed(*photo).collect(),
            is_shown: album.is_shown(public, *deal, *photo),
        });
        kept.collect()
    }))
}

/// The photos that everybody may see, by the numbers of their deals.
///
/// # Errors
/// If the database or the log cannot be read.
pub(crate) async fn shown(hub: &Hub, exchange: ExchangeId) -> Result<Vec<Photo>, Denied> {
    let album = album(&hub.access, exchange).await?;
    let floor = hub.floors.by_id(exchange).await?;
    Ok(floor.view.with_public_board(|public| {
        let photos = album.photos.iter();
        let shown = photos.filter(|(deal, photo, _)| album.is_shown(public, *deal, *photo));
        let mut shown: Vec<Photo> = shown
            .map(|(deal, photo, _)| Photo {
                deal: *deal,
                photo: *photo,
            })
            .collect();
        shown.sort_by_key(|photo| (public.deals.get(&photo.deal).map(|deal| deal.number), photo.deal));
        shown
    }))
}

/// The file of a photo that everybody may see.
///
/// # Errors
/// [`Denied::UnknownPhoto`], whether there is none or nobody may see it; and if the database or the log cannot be read.
pub(crate) async fn shown_file(hub: &Hub, exchange: ExchangeId, photo: PhotoId) -> Result<Vec<u8>, Denied> {
    let shown = shown(hub, exchange).await?;
    let found = shown
        .iter()
        .find(|one| one.photo == photo)
        .ok_or(Denied::UnknownPhoto)?;
    let (of, file) = file(&hub.access, exchange, found.deal).await?;
    if of == photo {
        Ok(file)
    } else {
        Err(Denied::UnknownPhoto)
    }
}

/// The photo of a deal, with its file.
///
/// # Errors
/// [`Denied::UnknownPhoto`] if it has none; and if the database cannot be read.
pub(crate) async fn file(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
) -> Result<(PhotoId, Vec<u8>), Denied> {
    let found: Option<(String, Vec<u8>)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT id, content FROM deal_photos WHERE exchange_id = $1 AND deal_id = $2",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .fetch_optional(on)
    .await)?;
    let (photo, file) = found.ok_or(Denied::UnknownPhoto)?;
    Ok((photo.parse().map_err(broken)?, file))
}

/// Keeps a photo of a deal of the history that its board was of, in place of the one before. Nobody has agreed to have this one shown.
///
/// # Errors
/// [`Denied::NotAPhoto`] if it is none, [`Denied::TooMany`] if there are as many as there may be, [`Denied::UnknownDeal`] if the exchange
/// has another history by now, in which the deal may not be; and if the database cannot be written.
pub(crate) async fn keep(
    access: &Access,
    exchange: ExchangeId,
    epoch: Epoch,
    deal: DealId,
    file: impl AsRef<[u8]> + Send + 'static,
) -> Result<PhotoId, Denied> {
    let file = develop(file).await?;
    let photo = PhotoId(Uuid::new_v4());
    let mut transaction = access.database().begin().await?;
    // Developing takes a while: the exchange may have gone back to nought, and its photos with it.
    let is_its_history: i64 = within!(&mut transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM exchanges WHERE id = $1 AND epoch = $2",
    )
    .bind(exchange.to_string())
    .bind(epoch.to_string())
    .fetch_one(&mut **on)
    .await)?;
    if is_its_history == 0 {
        return Err(Denied::UnknownDeal);
    }
    let others: i64 = within!(&mut transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM deal_photos WHERE exchange_id = $1 AND deal_id <> $2",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .fetch_one(&mut **on)
    .await)?;
    if others >= i64::from(PHOTOS_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Photos,
            max: PHOTOS_MAX,
        });
    }
    for statement in [
        "DELETE FROM photo_consents WHERE exchange_id = $1 AND deal_id = $2",
        "DELETE FROM deal_photos WHERE exchange_id = $1 AND deal_id = $2",
    ] {
        within!(&mut transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .bind(deal.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO deal_photos (exchange_id, deal_id, id, content, taken_at_ms) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(photo.to_string())
    .bind(&file)
    .bind(access.clock().now().unix_ms)
    .execute(&mut **on)
    .await
    .map(drop))?;
    transaction.commit().await?;
    Ok(photo)
}

/// Notes that a party agreed to have this photo shown; again, too.
///
/// # Errors
/// [`Denied::PhotoChanged`] if the deal has another one by now, or none; and if the database cannot be written.
pub(crate) async fn agree(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
    participant: ParticipantId,
    photo: PhotoId,
) -> Result<(), Denied> {
    let noted = write_on!(access.database(), on => sqlx::query(
        "INSERT INTO photo_consents (exchange_id, deal_id, participant_id, photo_id, agreed_at_ms) \
         SELECT exchange_id, deal_id, $3, id, $5 FROM deal_photos WHERE exchange_id = $1 AND deal_id = $2 AND id = $4 \
         ON CONFLICT (exchange_id, deal_id, participant_id) DO UPDATE SET photo_id = excluded.photo_id",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(participant.to_string())
    .bind(photo.to_string())
    .bind(access.clock().now().unix_ms)
    .execute(on)
    .await
    .map(|done| done.rows_affected()))?;
    if noted == 0 {
        return Err(Denied::PhotoChanged);
    }
    Ok(())
}

/// Takes back that a party agreed, whether it had or not. From now on nobody is given the photo.
///
/// # Errors
/// If the database cannot be written.
pub(crate) async fn take_back(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
    participant: ParticipantId,
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query(
        "DELETE FROM photo_consents WHERE exchange_id = $1 AND deal_id = $2 AND participant_id = $3",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(participant.to_string())
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

/// Deletes the photo of a deal, if it has one.
///
/// # Errors
/// If the database cannot be written.
pub(crate) async fn delete(access: &Access, exchange: ExchangeId, deal: DealId) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    for statement in [
        "DELETE FROM photo_consents WHERE exchange_id = $1 AND deal_id = $2",
        "DELETE FROM deal_photos WHERE exchange_id = $1 AND deal_id = $2",
    ] {
        within!(&mut transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .bind(deal.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Whether a file may be one of these photos, and all of it is there: what an export has of one is read in as it is.
pub(crate) fn may_be_one(file: &[u8]) -> bool {
    file.len() <= BODY_BYTES_MAX && is_jpeg(file)
}

/// What a photo is answered that is too large.
pub(crate) fn too_large() -> Denied {
    Denied::PictureTooLarge {
        kib_max: PHOTO_KIB_MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, RgbImage};

    use super::*;
    use crate::fixture::open_hub;

    #[tokio::test]
    async fn no_photo_is_kept_of_a_history_that_is_over_when_it_has_been_developed() {
        let hub = open_hub().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let (exchange, deal) = (floor.exchange.id, DealId(Uuid::new_v4()));
        let mut file = Cursor::new(Vec::new());
        RgbImage::new(8, 8)
            .write_to(&mut file, ImageFormat::Jpeg)
            .unwrap();
        let file = file.into_inner();
        let taken = async |epoch| keep(&hub.hub.access, exchange, epoch, deal, file.clone()).await;
        let late = taken(Epoch(Uuid::now_v7())).await;
        assert!(matches!(late, Err(Denied::UnknownDeal)), "{late:?}");
        let count = async || kept(&hub.hub, exchange).await.unwrap().len();
        assert_eq!(count().await, 0);
        taken(floor.view.epoch()).await.unwrap();
        assert_eq!(count().await, 1);
    }
}
