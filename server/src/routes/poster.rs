//! `GET /api/v1/exchanges/{slug}/poster.png`: the picture that a link to the exchange shows. Its address never changes; its `ETag` does.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::{Denied, is_known};
use crate::hub::Hub;
use crate::poster;

/// How long it is shown without asking anew, in seconds: whoever shows links keeps it for much longer anyway.
const CACHE: &str = "public, max-age=60";

/// The poster. It is public: nobody needs a session for it.
pub(super) async fn show(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let read = || floor.view.with_public_board(poster::data);
    let now = hub.clock.now();
    let drawn = hub.posters.of(&hub.press, floor.exchange.id, now, read).await?;
    let common = [
        (header::CACHE_CONTROL, CACHE.to_owned()),
        (header::ETAG, drawn.etag.clone()),
        // A page elsewhere may show it: that is what it is for.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin".to_owned(),
        ),
    ];
    if is_known(&headers, &drawn.etag) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    Ok((common, [(header::CONTENT_TYPE, "image/png")], drawn.png).into_response())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Browser, open_hub};

    const POSTER: &str = "/api/v1/exchanges/drammen/poster.png";

    async fn name(organiser: &Browser<'_>, name: &str) {
        let settings = json!({ "command": { "type": "configure", "settings": {
            "name": name, "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo", "language": "nb",
            "goal": 60, "categories": [{ "id": "hands", "name": "Nyttige never" }],
        } } });
        let set = organiser
            .post("/api/v1/exchanges/drammen/commands", settings)
            .await;
        assert_eq!(set.status, 200, "{}", set.text);
    }

    #[tokio::test]
    async fn the_poster_changes_with_what_the_public_sees_and_everybody_has_the_same_one() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        name(&organiser, "Børsen i Drammen").await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let exchange = floor.exchange.id;
        let read = || floor.view.with_public_board(poster::data);
        let of = || {
            hub.hub
                .posters
                .of(&hub.hub.press, exchange, hub.hub.clock.now(), read)
        };
        // A crowd that asks at once has one copy.
        let crowd = futures_util::future::join_all((0..20).map(|_| of())).await;
        let first = crowd[0].as_ref().unwrap().png.as_ptr();
        assert!(
            crowd
                .iter()
                .all(|drawn| drawn.as_ref().unwrap().png.as_ptr() == first)
        );

        let guest = hub.browser();
        let shown = guest.get(POSTER).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        assert_eq!(shown.headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(shown.headers["cross-origin-resource-policy"], "cross-origin");
        let etag = shown.headers[header::ETAG].to_str().unwrap().to_owned();
        // However quickly the board changes, it is drawn once in a while.
        name(&organiser, "Børsen på Bragernes").await;
        assert_eq!(guest.get(POSTER).await.headers[header::ETAG], etag);
        hub.clock.pass_ms(21_000);
        let changed = guest.get(POSTER).await;
        assert_ne!(changed.headers[header::ETAG], etag);
        assert_ne!(changed.bytes, shown.bytes);

        let known = guest.only_first().get(POSTER).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);

        let nowhere = guest.get("/api/v1/exchanges/nosuch/poster.png").await;
        assert_eq!(nowhere.code(), "unknown_exchange");
    }
}
