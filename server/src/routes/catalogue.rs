//! `GET /api/v1/exchanges/{slug}/catalogue`: every offer and wish, with an `ETag` that changes when the catalogue
//! does. What it says is the same for everybody; its position is of the audience that whoever asks belongs to.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::role::Role;

use crate::api::{Caller, Denied, is_known};
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// The catalogue. It is public: nobody needs a session for it.
pub(super) async fn catalogue(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Result<Response, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let audience = audience_of(&hub, &floor, &caller).await;
    let etag = |seq: u64| format!("\"{}-{seq}\"", audience.epoch(floor.view.epoch()));
    let common = |etag: String| {
        [
            (header::ETAG, etag),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
            (header::VARY, "Authorization, Cookie".to_owned()),
        ]
    };
    let now = etag(floor.view.catalogue_changed_at(audience).0);
    if is_known(&caller.headers, &now) {
        return Ok((StatusCode::NOT_MODIFIED, common(now)).into_response());
    }
    let (seq, catalogue) = floor.view.catalogue(audience);
    let media_type = [(header::CONTENT_TYPE, "application/json")];
    Ok((common(etag(seq.0)), media_type, catalogue).into_response())
}

/// By whose positions the answer is told: those of whoever asks. What does not hold is a guest's here, as nothing is.
async fn audience_of(hub: &Hub, floor: &FloorHandle, caller: &Caller) -> Audience {
    let exchange = &floor.exchange;
    let session = hub
        .access
        .session(exchange.id, &exchange.slug, &caller.headers, caller.peer)
        .await;
    let role = session
        .ok()
        .flatten()
        .map_or(Role::Viewer, |session| session.role);
    Audience::of_role(role)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::command::Command;
    use borsklokka_shared::participant::Sector;
    use test_support::{an_offer, entry, paired_long_ago};

    use super::*;
    use crate::fixture::open_hub;
    use crate::floor::Submission;

    #[tokio::test]
    async fn whoever_asks_between_two_events_shares_one_copy() {
        let hub = open_hub().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let shown = || floor.view.catalogue(Audience::Public).1;
        let empty = shown();
        assert_eq!(shown().as_ptr(), empty.as_ptr());
        for command in [
            Command::RegisterParticipant {
                participant: entry(1, "Bakkerud Bygg", Sector::Business),
            },
            Command::AddListing {
                listing: an_offer(1, 1),
            },
        ] {
            let organiser = paired_long_ago(Role::Organiser);
            floor.submit(Submission::now(organiser, command)).await;
        }
        let asked = hub.browser().get("/api/v1/exchanges/drammen/catalogue").await;
        assert_eq!(asked.headers["content-type"], "application/json");
        assert_eq!(asked.json["listings"][0]["text"], "Snømåking");
        assert_eq!(asked.bytes, shown());
        // Whatever it is, whoever has it need not load it again.
        let catalogue = "/api/v1/exchanges/drammen/catalogue";
        let known = hub.browser().only_first().get(catalogue).await;
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
        assert_eq!(known.headers[header::ETAG], asked.headers[header::ETAG]);
    }
}
