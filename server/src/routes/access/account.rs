//! What an organiser does with her own account: chooses a passphrase by a link, changes it, and ends sessions.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use borsklokka_shared::language::Language;
use borsklokka_shared::security::SecurityEvent;
use serde::{Deserialize, Serialize};

use super::whose::{became_hers, note_of};
use crate::access::accounts::{Linked, OwnSession, Word};
use crate::access::{Account, Note};
use crate::api::{Asked, AskedWhole, Caller, Denied};
use crate::hub::Hub;

#[derive(Deserialize)]
pub(crate) struct Look {
    token: String,
}

/// `POST /api/v1/account/link`: whose a link is. It stands in the body, so that it is in nobody's log of addresses.
pub(crate) async fn look(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    Asked(Look { token }): Asked<Look>,
) -> Result<Json<Linked>, Denied> {
    Ok(Json(hub.access.linked(&token, &caller).await?))
}

#[derive(Deserialize)]
pub(crate) struct Open {
    token: String,
    /// What she wants to be called, if it is not what the operator wrote.
    name: Option<String>,
    passphrase: String,
}

/// `POST /api/v1/account/open`: chooses the passphrase, and logs in.
pub(crate) async fn open(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    AskedWhole(Open {
        token,
        name,
        passphrase,
    }): AskedWhole<Open>,
) -> Result<Response, Denied> {
    let used = hub
        .access
        .use_link(&token, name.as_deref(), passphrase, word(&hub), &caller)
        .await;
    let (account, token) = used?;
    hub.post.bell.notify_one();
    became_hers(&hub, &caller, SecurityEvent::AccountOpened, &account, &token).await
}

/// Whether owners of accounts hear by mail of what was done to them.
pub(super) fn word(hub: &Hub) -> Word {
    match hub.post.office() {
        Some(_) => Word::Sent,
        None => Word::Unsent,
    }
}

#[derive(Deserialize)]
pub(crate) struct Forgotten {
    email: String,
}

/// `POST /api/v1/account/forgotten`: a mail with a link to another passphrase, if there is such an account. Whoever asks is answered
/// before it is looked for, so that neither the answer nor its time says whether there is.
pub(crate) async fn forgotten(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    Asked(Forgotten { email }): Asked<Forgotten>,
) -> Result<StatusCode, Denied> {
    hub.post.office().ok_or(Denied::NoMailServer)?;
    let email = hub.access.try_forgotten(&email, &caller)?;
    let looking = Arc::clone(&hub);
    hub.tasks.spawn(async move {
        match looking.access.queue_forgotten(&email).await {
            Ok(None) => {}
            Ok(Some(id)) => {
                looking.post.bell.notify_one();
                let note = Note::of(SecurityEvent::PassphraseForgotten).from(caller.peer.address);
                looking.access.note_of_account(id, note).await;
            }
            Err(error) => {
                tracing::warn!(%error, "a link to another passphrase cannot be queued: {error}");
            }
        }
    });
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(crate) struct Own {
    email: String,
    name: String,
    language: Language,
    may_make: bool,
    sessions: Vec<OwnSession>,
}

/// `GET /api/v1/account`
pub(crate) async fn show(State(hub): State<Arc<Hub>>, account: Account) -> Result<Json<Own>, Denied> {
    let sessions = hub.access.sessions_of(&account).await?;
    Ok(Json(Own {
        email: account.email,
        name: account.name,
        language: account.language,
        may_make: account.may_make,
        sessions,
    }))
}

#[derive(Deserialize)]
pub(crate) struct Changed {
    name: Option<String>,
    language: Option<Language>,
}

/// `PATCH /api/v1/account`: what is not there stays.
pub(crate) async fn change(
    State(hub): State<Arc<Hub>>,
    account: Account,
    AskedWhole(Changed { name, language }): AskedWhole<Changed>,
) -> Result<StatusCode, Denied> {
    hub.access
        .change_own_account(account.id, name.as_deref(), language)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(crate) struct ChangePassphrase {
    old: String,
    new: String,
}

/// `POST /api/v1/account/passphrase`. Every other session of hers ends.
pub(crate) async fn change_passphrase(
    State(hub): State<Arc<Hub>>,
    account: Account,
    caller: Caller,
    Asked(ChangePassphrase { old, new }): Asked<ChangePassphrase>,
) -> Result<StatusCode, Denied> {
    hub.access
        .change_account_passphrase(&account, old, new, word(&hub), &caller)
        .await?;
    hub.post.bell.notify_one();
    note_of(&hub, &caller, SecurityEvent::PassphraseChanged, &account).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/account/sessions/{id}`
pub(crate) async fn end_session(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    account: Account,
    caller: Caller,
) -> Result<StatusCode, Denied> {
    let session = id.parse().map_err(|_| Denied::UnknownSession)?;
    hub.access.end_session(account.id, session).await?;
    note_of(&hub, &caller, SecurityEvent::SessionEnded, &account).await;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests;
