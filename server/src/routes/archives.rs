//! `GET /api/v1/exchanges/{slug}/archives` and `…/archives/{epoch}`: what an exchange was before it went back to nought.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use borsklokka_shared::board::Board;
use borsklokka_shared::ids::Epoch;
use serde::Serialize;

use crate::api::Denied;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::log::Archive;

/// Every archive, the newest first.
#[derive(Serialize)]
pub(super) struct Archives {
    archives: Vec<Archive>,
}

/// An archive, and the board as it stood at its end.
#[derive(Serialize)]
pub(super) struct Opened {
    archive: Archive,
    board: Board,
}

pub(super) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Archives>, Denied> {
    let archives = hub.floors.archives(exchange).await?;
    Ok(Json(Archives { archives }))
}

pub(super) async fn open(
    State(hub): State<Arc<Hub>>,
    Path((_, epoch)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Opened>, Denied> {
    let epoch: Epoch = epoch.parse().map_err(|_| Denied::UnknownArchive)?;
    let archives = hub.floors.archives(exchange).await?;
    let archive = archives.into_iter().find(|archive| archive.epoch == epoch);
    let archive = archive.ok_or(Denied::UnknownArchive)?;
    let board = hub.floors.archived_board(exchange, &archive).await?;
    Ok(Json(Opened { archive, board }))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use borsklokka_shared::command::Command;
    use borsklokka_shared::exchange::Scene;
    use borsklokka_shared::role::Role;
    use serde_json::json;
    use test_support::paired_long_ago;
    use uuid::Uuid;

    use super::*;
    use crate::fixture::{Fixture, change_tables, open_hub};
    use crate::floor::Submission;
    use crate::log::Answer;

    const DRAMMEN: &str = "/api/v1/exchanges/drammen";
    const SOMEBODY: &str = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01";

    /// An exchange that went back to nought; what it was called before.
    async fn with_an_archive() -> (Fixture, Epoch) {
        let hub = open_hub().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let before = floor.view.epoch();
        let anew = Command::BeginAnew {
            epoch: Epoch(Uuid::now_v7()),
            name: None,
        };
        for (role, command) in [
            (Role::Moderator, Command::SetScene { scene: Scene::Pause }),
            (Role::Organiser, anew),
        ] {
            let asked = Submission::now(paired_long_ago(role), command);
            let answer = floor.submit(asked).await;
            assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        }
        drop(floor);
        (hub, before)
    }

    #[tokio::test]
    async fn what_needs_a_row_that_cannot_be_read_says_so_until_it_can_be_and_the_evening_goes_on() {
        for (event, code) in [
            ("{", "log_damaged"),
            ("{}", "log_damaged"),
            (r#"{"type":"of_another_year"}"#, "log_newer"),
        ] {
            let (hub, before) = with_an_archive().await;
            let organiser = hub.operator().await;
            let asked = [
                "privacy".to_owned(),
                format!("privacy/{SOMEBODY}"),
                format!("privacy/{SOMEBODY}/data.json"),
                format!("privacy/{SOMEBODY}/data.txt"),
                format!("archives/{before}"),
            ];
            assert_eq!(hub.browser().get("/healthz").await.text, "ok");
            let was = hub.overwrite_first_event("drammen", event).await;
            for what in &asked {
                let answer = organiser.get(&format!("{DRAMMEN}/{what}")).await;
                let found = (answer.status, answer.code());
                assert_eq!(found, (StatusCode::SERVICE_UNAVAILABLE, code), "{event} {what}");
            }
            let erase = json!({ "extent": "whole", "name": "Kari", "mentions": [], "seen": "" });
            let path = format!("{DRAMMEN}/privacy/{SOMEBODY}/erase");
            for language in ["nb", "nn", "en", "nl", "de"] {
                let answer = organiser.accepting(language).post(&path, erase.clone()).await;
                assert_eq!(answer.code(), code, "{event}");
                let says_what_to_do = answer.text.contains("borsklokka check");
                assert_eq!(says_what_to_do, code == "log_damaged", "{}", answer.text);
            }
            // Today's history has all its rows.
            let catalogue = hub.browser().get(&format!("{DRAMMEN}/catalogue")).await;
            assert_eq!(catalogue.status, StatusCode::OK);
            assert_eq!(hub.browser().get("/healthz").await.code(), code);
            assert_eq!(hub.browser().get("/readyz").await.status, StatusCode::OK);

            hub.overwrite_first_event("drammen", &was).await;
            hub.hub.floors.tend().await;
            assert_eq!(
                hub.browser().get("/healthz").await.text,
                "ok",
                "it is tried again"
            );
            let overview = organiser.get(&format!("{DRAMMEN}/privacy")).await;
            assert_eq!(overview.status, StatusCode::OK, "{}", overview.text);
        }
    }

    #[tokio::test]
    async fn a_damaged_row_of_an_archive_hides_none_of_today() {
        let (hub, _) = with_an_archive().await;
        let organiser = hub.operator().await;
        change_tables(
            &hub,
            "UPDATE events SET event = '{' WHERE exchange_id = (SELECT id FROM exchanges WHERE slug = 'drammen')",
        )
        .await;
        let overview = organiser.get(&format!("{DRAMMEN}/privacy")).await;
        assert_eq!(overview.code(), "log_damaged");
        assert_eq!(hub.browser().get("/healthz").await.code(), "log_unopenable");
    }

    #[tokio::test]
    async fn an_archive_whose_row_is_damaged_is_told_as_that() {
        let (hub, _) = with_an_archive().await;
        let organiser = hub.operator().await;
        let listed = async || organiser.get(&format!("{DRAMMEN}/archives")).await;
        assert_eq!(listed().await.status, StatusCode::OK);
        change_tables(&hub, "UPDATE archives SET deals = -1").await;
        let answer = listed().await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::SERVICE_UNAVAILABLE, "log_damaged")
        );
        assert_eq!(hub.browser().get("/healthz").await.code(), "log_damaged");
        change_tables(&hub, "UPDATE archives SET deals = 0").await;
        assert_eq!(listed().await.status, StatusCode::OK);
        hub.hub.floors.tend().await;
        assert_eq!(hub.browser().get("/healthz").await.text, "ok");
    }
}
