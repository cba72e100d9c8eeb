//! Photos of deals over HTTP: taken, agreed to, taken back and deleted by whoever may change the deal; shown to everybody while all
//! parties want it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::ids::{DealId, ExchangeId, PhotoId};
use borsklokka_shared::photo::{Agree, KeptPhoto, KeptPhotos, Photos};

use super::find::{self, InExchange};
use super::signatures::{is_party, today};
use crate::api::{Asked, Denied};
use crate::entered::{Entered, find_exchange};
use crate::hub::Hub;
use crate::photos;
use crate::privacy::must_not_be_erased;

/// `GET /api/v1/exchanges/{slug}/photos`, for everybody: those that everybody may see.
pub(crate) async fn shown(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
) -> Result<Json<Photos>, Denied> {
    let exchange = find_exchange(&hub, &slug)?;
    let photos = photos::shown(&hub, exchange).await?;
    Ok(Json(Photos { photos }))
}

/// `GET /api/v1/exchanges/{slug}/photos/{photo}`, for everybody, while it may be shown.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path((slug, photo)): Path<(String, String)>,
) -> Result<Response, Denied> {
    let exchange = find_exchange(&hub, &slug)?;
    let photo: PhotoId = photo.parse().map_err(|_| Denied::UnknownPhoto)?;
    let file = photos::shown_file(&hub, exchange, photo).await?;
    Ok(answer(file))
}

/// A photo's file. No browser keeps it on its disk, and nobody on the way does: what may be shown now may not be in a minute.
fn answer(file: Vec<u8>) -> Response {
    let nosniff = HeaderValue::from_static("nosniff");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::X_CONTENT_TYPE_OPTIONS, nosniff),
    ];
    (headers, file).into_response()
}

/// `GET /api/v1/exchanges/{slug}/deal-photos`: those that are kept, and who agreed.
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<KeptPhotos>, Denied> {
    let photos = photos::kept(&hub, exchange).await?;
    Ok(Json(KeptPhotos { photos }))
}

/// `GET /api/v1/exchanges/{slug}/deals/{deal}/photo`: the file, for staff.
pub(crate) async fn look(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<Response, Denied> {
    let InExchange { exchange, deal, .. } = find::deal(&hub, entered, &deal).await?;
    let (_, file) = photos::file(&hub.access, exchange, deal.id).await?;
    Ok(answer(file))
}

/// `PUT /api/v1/exchanges/{slug}/deals/{deal}/photo`: the body is a JPEG. It takes the place of the one before, and nobody has agreed to it.
pub(crate) async fn take(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
    file: Bytes,
) -> Result<Json<KeptPhoto>, Denied> {
    // Before the deal is looked for: it is of that history, or of a later one.
    let epoch = find::floor(&hub, entered.exchange).await?.view.epoch();
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    for party in deal.terms.parties() {
        must_not_be_erased(&hub, exchange, party).await?;
    }
    photos::keep(&hub.access, exchange, epoch, deal.id, file).await?;
    kept(&hub, exchange, deal.id).await
}

/// `DELETE /api/v1/exchanges/{slug}/deals/{deal}/photo`; of a deal that has none, too.
pub(crate) async fn delete(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<StatusCode, Denied> {
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    photos::delete(&hub.access, exchange, deal.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/exchanges/{slug}/deals/{deal}/photo/consents/{participant}`: a party wants the photo shown that it has looked at.
pub(crate) async fn agree(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, participant)): Path<(String, String, String)>,
    entered: Entered,
    asked: Result<Asked<Agree>, Denied>,
) -> Result<Json<KeptPhoto>, Denied> {
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    let floor = find::floor(&hub, exchange).await?;
    let participant = today(
        &floor.view,
        participant.parse().map_err(|_| Denied::NotAParticipant)?,
    );
    if !is_party(&deal, participant) {
        return Err(Denied::NotAParty);
    }
    must_not_be_erased(&hub, exchange, participant).await?;
    let Asked(Agree { photo }) = asked?;
    photos::agree(&hub.access, exchange, deal.id, participant, photo).await?;
    kept(&hub, exchange, deal.id).await
}

/// `DELETE /api/v1/exchanges/{slug}/deals/{deal}/photo/consents/{participant}`: a party does not want it shown, any more or at all.
pub(crate) async fn take_back(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, participant)): Path<(String, String, String)>,
    entered: Entered,
) -> Result<StatusCode, Denied> {
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    let floor = find::floor(&hub, exchange).await?;
    let participant = today(
        &floor.view,
        participant.parse().map_err(|_| Denied::NotAParticipant)?,
    );
    photos::take_back(&hub.access, exchange, deal.id, participant).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn kept(hub: &Hub, exchange: ExchangeId, deal: DealId) -> Result<Json<KeptPhoto>, Denied> {
    let all = photos::kept(hub, exchange).await?;
    let found = all.into_iter().find(|photo| photo.deal == deal);
    found.map(Json).ok_or(Denied::PhotoChanged)
}
