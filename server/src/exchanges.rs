//! The operator's list of exchanges, and making another.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::screen::SETUP;
use borsklokka_shared::slug::is_slug;
use serde::{Deserialize, Serialize};

use crate::api::{Asked, Denied};
use crate::entered::LoggedIn;
use crate::hub::{Hub, ListedExchange};

/// Addresses that mean something else on this server, or would share the operator's cookie.
const SLUGS_RESERVED: [&str; 10] = [
    "agreement",
    "api",
    "assets",
    SETUP,
    "login",
    "pair",
    "healthz",
    "metrics",
    "operator",
    "trust",
];

/// Checks the shape of an exchange's address: small letters, digits and hyphens between them.
///
/// # Errors
/// If it has another shape, or the server uses it itself.
pub fn check_slug(slug: &str) -> Result<(), Denied> {
    if !is_slug(slug) {
        Err(Denied::BadSlug)
    } else if SLUGS_RESERVED.contains(&slug) {
        Err(Denied::SlugReserved)
    } else {
        Ok(())
    }
}

#[derive(Serialize)]
pub(crate) struct Exchanges {
    exchanges: Vec<ListedExchange>,
}

/// `GET /api/v1/exchanges`
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
) -> Result<Json<Exchanges>, Denied> {
    Ok(Json(Exchanges {
        exchanges: hub.exchanges(),
    }))
}

#[derive(Deserialize)]
pub(crate) struct NewExchange {
    slug: String,
    settings: Settings,
}

#[derive(Serialize)]
pub(crate) struct Made {
    id: ExchangeId,
    slug: String,
}

/// `POST /api/v1/exchanges`
pub(crate) async fn make(
    State(hub): State<Arc<Hub>>,
    LoggedIn(operator): LoggedIn,
    asked: Result<Asked<NewExchange>, Denied>,
) -> Result<(StatusCode, Json<Made>), Denied> {
    let Asked(NewExchange { slug, settings }) = asked?;
    check_slug(&slug)?;
    match hub.make_exchange(&slug, settings, operator.actor()).await {
        Ok(id) => Ok((StatusCode::CREATED, Json(Made { id, slug }))),
        Err(Refusal::AlreadyExists) => Err(Denied::SlugTaken),
        Err(refusal) => Err(refusal.into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::open_hub;

    #[test]
    fn an_address_has_the_shape_of_one_and_is_not_the_servers_own() {
        assert!(check_slug("drammen-2026").is_ok());
        assert!(matches!(check_slug("Drammen"), Err(Denied::BadSlug)));
        for slug in SLUGS_RESERVED {
            assert!(matches!(check_slug(slug), Err(Denied::SlugReserved)), "{slug}");
        }
    }

    #[tokio::test]
    async fn the_operator_makes_and_lists_exchanges() {
        let hub = open_hub().await;
        let settings = json!({
            "name": "Børs i Larvik", "place": "Kulturhuset", "date": "2026-11-26", "time_zone": "Europe/Oslo",
            "goal": 40, "categories": [{ "id": "hands", "name": "Nyttige never" }],
        });
        let asked = |slug: &str| json!({ "slug": slug, "settings": settings });
        let anyone = hub.browser();
        assert_eq!(anyone.get("/api/v1/exchanges").await.code(), "not_logged_in");
        assert_eq!(
            anyone.post("/api/v1/exchanges", asked("larvik")).await.code(),
            "not_logged_in"
        );

        let operator = hub.operator().await;
        let answer = operator.post("/api/v1/exchanges", asked("larvik")).await;
        assert_eq!(
            (answer.status, &answer.json["slug"]),
            (StatusCode::CREATED, &json!("larvik"))
        );
        for (slug, status, code) in [
            ("larvik", StatusCode::CONFLICT, "slug_taken"),
            ("api", StatusCode::UNPROCESSABLE_ENTITY, "slug_reserved"),
            ("L", StatusCode::UNPROCESSABLE_ENTITY, "bad_slug"),
        ] {
            let answer = operator.post("/api/v1/exchanges", asked(slug)).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{slug}");
        }
        let answer = operator
            .post("/api/v1/exchanges", json!({ "slug": "moss" }))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, "malformed")
        );
        assert_eq!(
            answer.json["message"],
            "Tjeneren forsto ikke meldingen (missing field `settings` at line 1 column 15). Last siden på nytt."
        );
        let listed = operator.get("/api/v1/exchanges").await;
        assert_eq!(listed.json["exchanges"][1]["slug"], "larvik");
        assert_eq!(
            operator.at("192.168.1.20").get("/api/v1/exchanges").await.code(),
            "this_machine_only"
        );
    }
}
