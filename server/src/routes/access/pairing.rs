//! Making pairing codes, and taking them back.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use borsklokka_shared::text::readable;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::pairing::{Pairing, pairing_url};
use crate::api::{AskedWhole, Denied};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::qr;

#[derive(Deserialize)]
pub(crate) struct NewCode {
    role: Role,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct MadeCode {
    id: Uuid,
    code: String,
    expires_at: Instant,
    url: String,
    qr_svg: String,
    trust_url: Option<String>,
}

/// `POST /api/v1/exchanges/{slug}/pairing-codes`
pub(crate) async fn make(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    asked: Result<AskedWhole<NewCode>, Denied>,
) -> Result<(StatusCode, Json<MadeCode>), Denied> {
    let AskedWhole(NewCode { role, name }) = asked?;
    if !role.has(Right::BePaired) {
        return Err(Denied::RoleNotPaired);
    }
    let name = name
        .filter(|name| !name.trim().is_empty())
        .map(|name| readable("name", &name, DEVICE_NAME_CHARS_MAX))
        .transpose()?;
    let (id, code, expires_at) = hub.access.make_code(exchange, role, name.as_deref()).await?;
    let url = pairing_url(&hub.public_url(), &slug, &code);
    let qr_svg = qr::svg(&url)?;
    Ok((
        StatusCode::CREATED,
        Json(MadeCode {
            id,
            code: code.to_string(),
            expires_at,
            url,
            qr_svg,
            trust_url: hub.trust_url(),
        }),
    ))
}

/// `GET /api/v1/exchanges/{slug}/pairing-codes`
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Pairing>, Denied> {
    Ok(Json(hub.access.pairing(exchange).await?))
}

/// `DELETE /api/v1/exchanges/{slug}/pairing-codes/{id}`
pub(crate) async fn withdraw(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    hub.access.withdraw_code(exchange, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::pairing::OPEN_CODES_MAX;
    use crate::fixture::{Browser, open_hub};

    const CODES: &str = "/api/v1/exchanges/drammen/pairing-codes";

    #[tokio::test]
    async fn codes_are_the_organisers_and_for_the_floor_only() {
        let hub = open_hub().await;
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
        assert_eq!(
            moderator.post(CODES, json!({ "role": "broker" })).await.code(),
            "not_allowed"
        );
        assert_eq!(
            hub.browser()
                .post(CODES, json!({ "role": "broker" }))
                .await
                .code(),
            "not_paired"
        );
        let organiser = hub.operator().await;
        for role in ["organiser", "viewer", "clock"] {
            assert_eq!(
                organiser.post(CODES, json!({ "role": role })).await.code(),
                "role_not_paired",
                "{role}"
            );
        }
        for _ in 0..OPEN_CODES_MAX {
            let answer = organiser.post(CODES, json!({ "role": "broker" })).await;
            assert_eq!(answer.status, StatusCode::CREATED);
        }
        let answer = organiser.post(CODES, json!({ "role": "broker" })).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "too_many"));
    }
}
