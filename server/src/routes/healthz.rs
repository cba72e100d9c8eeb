//! Whether the server is well, for a watchdog or a proxy. Everybody may ask, so nothing here tells what happens in an exchange.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use serde_json::json;

use crate::database::Database;
use crate::floor::FloorHandle;
use crate::hub::Hub;
use crate::log::Unreadable;

/// How long a floor's writer and the database have to answer, in seconds.
const ANSWER_WAIT_S: u64 = 2;

/// `GET /livez`: `ok` if the process answers at all. What is amiss with anything else is no reason to start it again.
pub(super) async fn livez() -> &'static str {
    "ok"
}

/// `GET /readyz`: `ok` if the database and the writer of each open floor answer; or 503, a code, what to do, and which exchange.
pub(super) async fn readyz(State(hub): State<Arc<Hub>>) -> Response {
    ready_within(&hub, Duration::from_secs(ANSWER_WAIT_S)).await
}

/// Whether `GET /readyz` would say so.
pub(crate) async fn is_ready(hub: &Hub) -> bool {
    ready_within(hub, Duration::from_secs(ANSWER_WAIT_S))
        .await
        .status()
        == StatusCode::OK
}

async fn ready_within(hub: &Hub, wait: Duration) -> Response {
    if let Some(amiss) = of_database(hub, wait).await {
        return amiss;
    }
    let database = hub.access.database();
    let answered = tokio::time::timeout(wait, database.answers()).await;
    if !matches!(answered, Ok(Ok(()))) {
        let message = "The database does not answer. Start it, or look at the network between.";
        return amiss("database_away", message, None);
    }
    // Where there are several nodes, a newer one may serve what this one cannot; where there is one, the other exchanges are its own.
    if let (Database::Postgres(_), Some(exchange)) = (database, hub.floors.known_too_new()) {
        let sentence = Unreadable::Newer.sentence();
        return amiss("log_newer", sentence, Some(&exchange.slug));
    }
    let floors = hub.floors.all_open();
    let answers = join_all(floors.iter().map(|floor| answers(floor, wait))).await;
    let silent = floors.iter().zip(answers).find(|(_, answers)| !answers);
    if let Some((floor, _)) = silent {
        let slug = &floor.exchange.slug;
        let message = "The floor of an exchange does not answer: commands wait. Look at the database and the server's log.";
        return amiss("floor_silent", message, Some(slug));
    }
    "ok".into_response()
}

/// Whether a floor's writer answers in time. One that has closed meanwhile is wanted by nobody.
async fn answers(floor: &FloorHandle, wait: Duration) -> bool {
    floor.is_closed() || matches!(tokio::time::timeout(wait, floor.answers()).await, Ok(true))
}

/// `GET /healthz`: `ok`; or 503, a code, and what to do, if something cannot be saved.
pub(super) async fn healthz(State(hub): State<Arc<Hub>>) -> Response {
    if let Some(amiss) = of_database(&hub, Duration::from_secs(ANSWER_WAIT_S)).await {
        return amiss;
    }
    if let Some(fault) = hub.floors.known_unreadable() {
        return amiss(&format!("log_{}", fault.as_str()), fault.sentence(), None);
    }
    "ok".into_response()
}

/// What is amiss with the database, as far as the last write tells, and whether its file is where it was.
async fn of_database(hub: &Hub, wait: Duration) -> Option<Response> {
    let database = hub.access.database();
    // A disk that does not answer is told by what is written.
    let _ = tokio::time::timeout(wait, database.look_for_file()).await;
    let fault = database.writes().fault()?;
    Some(amiss(
        &format!("database_{}", fault.as_str()),
        fault.sentence(),
        None,
    ))
}

fn amiss(code: &str, message: &str, exchange: Option<&str>) -> Response {
    let mut body = json!({ "code": code, "message": message });
    if let Some(exchange) = exchange {
        body["exchange"] = json!(exchange);
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::fixture::open_hub;

    #[tokio::test]
    async fn a_server_that_is_well_says_so_and_no_more() {
        let hub = open_hub().await;
        for path in ["/livez", "/readyz", "/healthz"] {
            let answer = hub.browser().at("192.168.1.20").get(path).await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (StatusCode::OK, "ok"),
                "{path}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_floor_that_does_not_answer_is_named() {
        let hub = open_hub().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let ((held, is_held), (release, released)) = (mpsc::channel(), mpsc::channel::<()>());
        // The writer waits for the board.
        let holder = std::thread::spawn(move || {
            floor.view.with_staff_board(|_| {
                held.send(()).unwrap();
                // An error means that the giver is gone.
                let _ = released.recv();
            });
        });
        is_held.recv().unwrap();
        // It may still have been at its select, which answers once.
        let wait = Duration::from_millis(50);
        ready_within(&hub.hub, wait).await;
        let answer = ready_within(&hub.hub, wait).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let body = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (&body["code"], &body["exchange"]),
            (&json!("floor_silent"), &json!("drammen"))
        );
        assert_eq!(hub.browser().get("/livez").await.status, StatusCode::OK);
        drop(release);
        holder.join().unwrap();
        let answer = hub.browser().get("/readyz").await;
        assert_eq!(answer.status, StatusCode::OK, "and it is there again");
    }
}
