//! What the desk does with paired devices, and a tablet with its own name.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::text::readable;
use serde::{Deserialize, Serialize};

use crate::access::devices::Device;
use crate::api::{Asked, Denied};
use crate::entered::Entered;
use crate::hub::Hub;

#[derive(Serialize)]
pub(crate) struct Devices {
    devices: Vec<Device>,
}

/// `GET /api/v1/exchanges/{slug}/devices`
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Devices>, Denied> {
    Ok(Json(Devices {
        devices: hub.access.devices(exchange).await?,
    }))
}

/// `DELETE /api/v1/exchanges/{slug}/devices/{id}`
pub(crate) async fn revoke(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, session }: Entered,
) -> Result<StatusCode, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownDevice)?;
    hub.access.changeable(exchange, id, &session).await?;
    hub.access.revoke(exchange, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(crate) struct Rename {
    name: String,
}

/// `PATCH /api/v1/exchanges/{slug}/devices/{id}`. The name holds from the device's next connection on.
pub(crate) async fn rename(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, session }: Entered,
    asked: Result<Asked<Rename>, Denied>,
) -> Result<StatusCode, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownDevice)?;
    let Asked(Rename { name }) = asked?;
    hub.access.changeable(exchange, id, &session).await?;
    let name = readable("name", &name, DEVICE_NAME_CHARS_MAX)?;
    hub.access.rename(exchange, id, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/v1/exchanges/{slug}/session/name`: a tablet changes hands. The name holds from its next connection on.
pub(crate) async fn rename_own(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, session }: Entered,
    asked: Result<Asked<Rename>, Denied>,
) -> Result<StatusCode, Denied> {
    let Asked(Rename { name }) = asked?;
    let name = readable("name", &name, DEVICE_NAME_CHARS_MAX)?;
    hub.access.rename(exchange, session.device, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::Revocation;
    use crate::access::devices::LAST_SEEN_MS;
    use crate::fixture::{Browser, open_hub};
    use borsklokka_shared::role::Role;
    use uuid::Uuid;

    const DEVICES: &str = "/api/v1/exchanges/drammen/devices";

    #[tokio::test]
    async fn revoking_a_device_ends_its_session_and_tells_the_sockets() {
        let hub = open_hub().await;
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "Per").await);
        hub.clock.pass_ms(1_000);
        let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
        let listed = moderator.get(DEVICES).await;
        assert_eq!(listed.status, StatusCode::OK);
        let device = &listed.json["devices"][1];
        assert_eq!(
            *device,
            json!({
                "id": device["id"], "role": "broker", "name": "Ingrid", "paired_at": "2026-11-26T16:00:01.000Z",
                "last_seen": "2026-11-26T16:00:01.000Z", "expires_at": "2026-12-26T16:00:01.000Z", "revoked": false,
            })
        );
        let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
        let mut revocations = hub.hub.access.revocations();
        assert_eq!(broker.delete(&path).await.code(), "not_allowed");
        assert_eq!(moderator.delete(&path).await.status, StatusCode::NO_CONTENT);
        let Ok(Revocation::Device(revoked)) = revocations.try_recv() else {
            panic!("a revocation is announced")
        };
        assert_eq!(revoked.to_string(), device["id"]);
        assert_eq!(
            broker.get("/api/v1/exchanges/drammen/session").await.code(),
            "not_allowed"
        );
        assert_eq!(moderator.get(DEVICES).await.json["devices"][1]["revoked"], true);
        assert_eq!(
            moderator
                .delete(&format!("{DEVICES}/{}", Uuid::new_v4()))
                .await
                .code(),
            "unknown_device"
        );
        assert_eq!(
            moderator.delete(&format!("{DEVICES}/1")).await.code(),
            "unknown_device"
        );
    }

    #[tokio::test]
    async fn the_desk_renames_devices_but_not_those_above_it() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        hub.token("drammen", Role::Organiser, "Kari").await;
        hub.clock.pass_ms(1);
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "Per").await);
        let listed = moderator.get(DEVICES).await.json;
        let path = |n: usize| format!("{DEVICES}/{}", listed["devices"][n]["id"].as_str().unwrap());
        assert_eq!(
            moderator.patch(&path(0), json!({ "name": "Ola" })).await.code(),
            "not_allowed"
        );
        assert_eq!(moderator.delete(&path(0)).await.code(), "not_allowed");
        assert_eq!(
            organiser.patch(&path(0), json!({ "name": " Ola " })).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(moderator.get(DEVICES).await.json["devices"][0]["name"], "Ola");
        for (name, code) in [
            (" ", "text_missing"),
            ("\u{3164}", "text_missing"),
            ("Ola\u{FFFD}", "text_unprintable"),
        ] {
            assert_eq!(
                moderator.patch(&path(1), json!({ "name": name })).await.code(),
                code
            );
        }
        assert_eq!(
            moderator
                .patch(&path(1), json!({ "name": "a".repeat(41) }))
                .await
                .code(),
            "text_too_long"
        );
    }

    #[tokio::test]
    async fn a_tablet_that_changes_hands_renames_itself_alone() {
        const NAME: &str = "/api/v1/exchanges/drammen/session/name";
        let hub = open_hub().await;
        let ingrid = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
        let other = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Per").await);
        let answer = ingrid.put(NAME, json!({ "name": " Kari " })).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let session = "/api/v1/exchanges/drammen/session";
        assert_eq!(ingrid.get(session).await.json["name"], "Kari");
        assert_eq!(other.get(session).await.json["name"], "Per");
        assert_eq!(
            ingrid.put(NAME, json!({ "name": " " })).await.code(),
            "text_missing"
        );
        assert_eq!(
            hub.browser().put(NAME, json!({ "name": "Ola" })).await.code(),
            "not_paired"
        );
    }

    #[tokio::test]
    async fn a_device_is_seen_once_a_minute() {
        let hub = open_hub().await;
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
        hub.clock.pass_ms(LAST_SEEN_MS);
        moderator.get(DEVICES).await;
        // The writer has one connection: what is noted on the side is done when it is free again.
        loop {
            tokio::task::yield_now().await;
            let device = &moderator.get(DEVICES).await.json["devices"][0];
            if device["last_seen"] == "2026-11-26T16:01:00.000Z" {
                assert_eq!(device["name"], "moderator");
                break;
            }
        }
    }

    #[tokio::test]
    async fn no_token_is_issued_for_what_no_device_can_be() {
        let hub = open_hub().await;
        let drammen = hub.exchange("drammen");
        for role in [Role::Viewer, Role::Clock] {
            let refused = hub.hub.access.issue_token(drammen, role, "x").await;
            assert!(matches!(refused, Err(Denied::RoleNotPaired)));
        }
    }
}
