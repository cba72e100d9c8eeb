//! What an organiser does with her passkeys: adds one, names it, removes it, and logs in with it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use borsklokka_shared::security::SecurityEvent;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::account::word;
use super::whose::{became_hers, note_of};
use crate::access::accounts::{OwnPasskey, Question};
use crate::access::{Account, Note, Passkeys};
use crate::api::{Asked, Caller, Denied};
use crate::hub::Hub;

fn passkeys(hub: &Hub) -> Result<Passkeys, Denied> {
    hub.passkeys().ok_or(Denied::NoPasskeys)
}

#[derive(Serialize)]
pub(crate) struct Own {
    /// The host that they are bound to; none, if this server's address can have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    passkeys: Vec<OwnPasskey>,
}

/// `GET /api/v1/account/passkeys`
pub(crate) async fn list(State(hub): State<Arc<Hub>>, account: Account) -> Result<Json<Own>, Denied> {
    Ok(Json(Own {
        at: hub.passkeys().map(|passkeys| passkeys.host().to_owned()),
        passkeys: hub.access.passkeys_of(account.id).await?,
    }))
}

#[derive(Deserialize)]
pub(crate) struct Begin {
    passphrase: String,
}

/// `POST /api/v1/account/passkeys/begin`: what a browser is asked that makes one. The passphrase is asked for first: a browser that was left
/// open gives nobody a key to the account.
pub(crate) async fn begin(
    State(hub): State<Arc<Hub>>,
    account: Account,
    caller: Caller,
    Asked(Begin { passphrase }): Asked<Begin>,
) -> Result<Json<Question>, Denied> {
    let passkeys = passkeys(&hub)?;
    let begun = hub
        .access
        .begin_passkey(&passkeys, &account, passphrase, &caller)
        .await;
    Ok(Json(begun?))
}

#[derive(Deserialize)]
pub(crate) struct Add {
    token: String,
    name: String,
    credential: RegisterPublicKeyCredential,
}

#[derive(Serialize)]
pub(crate) struct Added {
    id: Uuid,
}

/// `POST /api/v1/account/passkeys`: keeps the one that was made.
pub(crate) async fn add(
    State(hub): State<Arc<Hub>>,
    account: Account,
    caller: Caller,
    Asked(Add {
        token,
        name,
        credential,
    }): Asked<Add>,
) -> Result<(StatusCode, Json<Added>), Denied> {
    let passkeys = passkeys(&hub)?;
    let answer = (token.as_str(), &credential);
    let added = hub
        .access
        .add_passkey(&passkeys, &account, &name, answer, word(&hub))
        .await;
    let id = added?;
    hub.post.bell.notify_one();
    note_of(&hub, &caller, SecurityEvent::PasskeyAdded, &account).await;
    Ok((StatusCode::CREATED, Json(Added { id })))
}

#[derive(Deserialize)]
pub(crate) struct Rename {
    name: String,
}

/// `PATCH /api/v1/account/passkeys/{id}`
pub(crate) async fn rename(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    account: Account,
    Asked(Rename { name }): Asked<Rename>,
) -> Result<StatusCode, Denied> {
    hub.access
        .rename_passkey(account.id, passkey(&id)?, &name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/account/passkeys/{id}`
pub(crate) async fn remove(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    account: Account,
    caller: Caller,
) -> Result<StatusCode, Denied> {
    hub.access.remove_passkey(account.id, passkey(&id)?).await?;
    note_of(&hub, &caller, SecurityEvent::PasskeyRemoved, &account).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/account/passkeys/ask`: what a browser is asked that logs in.
pub(crate) async fn ask_to_log_in(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
) -> Result<Json<Question>, Denied> {
    Ok(Json(hub.access.ask_for_passkey(&passkeys(&hub)?, &caller).await?))
}

#[derive(Deserialize)]
pub(crate) struct LogIn {
    token: String,
    credential: PublicKeyCredential,
}

/// `POST /api/v1/account/passkeys/log-in`
pub(crate) async fn log_in(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    Asked(LogIn { token, credential }): Asked<LogIn>,
) -> Result<Response, Denied> {
    let passkeys = passkeys(&hub)?;
    let answer = (token.as_str(), &credential);
    match hub.access.log_in_by_passkey(&passkeys, answer, &caller).await {
        Ok((account, token)) => became_hers(&hub, &caller, SecurityEvent::LoggedIn, &account, &token).await,
        Err(error @ (Denied::PasskeyUnknown | Denied::PasskeyRefused | Denied::PasskeyCopied)) => {
            let failed = Note::of(SecurityEvent::LoginFailed).from(caller.peer.address);
            hub.access.note(failed);
            Err(error)
        }
        Err(error) => Err(error),
    }
}

fn passkey(id: &str) -> Result<Uuid, Denied> {
    id.parse().map_err(|_| Denied::UnknownPasskey)
}
