//! `POST /api/v1/exchanges/{slug}/commands`: the same commands as on the socket, for scripts and buttons.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::ids::CommandId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::wire::{ServerMessage, read_command};
use serde::Deserialize;

use crate::access::Session;
use crate::api::{Denied, Peer};
use crate::floor::{FloorHandle, Submission};
use crate::hub::Hub;
use crate::log::Answer;
use crate::socket::{language_of, refused_message};

/// Whom a request reaches, and as whom.
pub(super) struct Caller {
    pub(super) floor: FloorHandle,
    pub(super) session: Option<Session>,
}

/// A request that reaches nobody.
pub(super) enum NoCaller {
    /// No exchange at this address.
    UnknownExchange,
    /// The credential does not hold here.
    Access(Denied),
}

impl IntoResponse for NoCaller {
    fn into_response(self) -> Response {
        match self {
            NoCaller::UnknownExchange => {
                let body = serde_json::json!({
                    "code": "unknown_exchange",
                    "message": "There is no exchange at this address. Check the address, or ask the organiser for it.",
                });
                (StatusCode::NOT_FOUND, Json(body)).into_response()
            }
            NoCaller::Access(error) => error.into_response(),
        }
    }
}

/// The floor at an address, and the session that the request has there.
pub(super) async fn caller(
    hub: &Hub,
    slug: &str,
    headers: &HeaderMap,
    peer: Peer,
) -> Result<Caller, NoCaller> {
    let floor = hub.floors.get(slug).ok_or(NoCaller::UnknownExchange)?;
    let session = hub
        .access
        .session(floor.exchange.id, slug, headers, peer)
        .await
        .map_err(NoCaller::Access)?;
    Ok(Caller { floor, session })
}

/// A command by HTTP. Without an id it gets a fresh one, so that a fixed button works twice.
#[derive(Deserialize)]
pub(super) struct CommandRequest {
    id: Option<CommandId>,
    written_at: Option<Instant>,
    #[serde(default)]
    clock: ClockTrust,
    command: serde_json::Value,
}

/// Hands a command to the floor and answers when it is committed.
pub(super) async fn commands(
    State(hub): State<Arc<Hub>>,
    peer: Peer,
    Path(slug): Path<String>,
    headers: HeaderMap,
    request: Result<Json<CommandRequest>, JsonRejection>,
) -> Response {
    let Caller { floor, session } = match caller(&hub, &slug, &headers, peer).await {
        Ok(caller) => caller,
        Err(refused) => return refused.into_response(),
    };
    let language = language_of_request(&headers).unwrap_or_else(|| language_of(&floor));
    let refuse = |id, refusal: &Refusal| refused(id, refusal, language);
    let request = match request {
        Ok(Json(request)) => request,
        Err(rejection) => {
            return refuse(
                None,
                &Refusal::Malformed {
                    detail: rejection.body_text(),
                },
            );
        }
    };
    let id = request.id.unwrap_or_else(|| CommandId(uuid::Uuid::now_v7()));
    let Some(session) = session else {
        return refuse(Some(id), &Refusal::NotAllowed);
    };
    if !hub.throttle.admits(session.device) {
        return refuse(Some(id), &Refusal::Throttled);
    }
    let command = match read_command(&request.command) {
        Ok(command) => command,
        Err(refusal) => return refuse(Some(id), &refusal),
    };
    let submission = Submission {
        actor: session.actor(),
        id,
        command,
        written_at: request.written_at,
        clock: request.clock,
    };
    match floor.submit(submission).await {
        Answer::Accepted { seq } => Json(ServerMessage::Accepted { id, seq }).into_response(),
        Answer::Refused { refusal } => refuse(Some(id), &refusal),
    }
}

fn refused(id: Option<CommandId>, refusal: &Refusal, language: Language) -> Response {
    let status = match refusal {
        Refusal::NotAllowed => StatusCode::FORBIDDEN,
        Refusal::Malformed { .. } | Refusal::UnknownCommand => StatusCode::BAD_REQUEST,
        Refusal::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    };
    (status, Json(refused_message(id, refusal, language))).into_response()
}

fn language_of_request(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted
        .split(',')
        .find_map(|tag| Language::from_tag(tag.split(';').next().unwrap_or_default().trim()))
}
