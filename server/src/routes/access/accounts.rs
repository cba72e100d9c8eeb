//! What the operator does with the organisers' accounts: invites them, says which exchanges are theirs, and takes it away.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::ids::{AccountId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::security::SecurityEvent;
use serde::{Deserialize, Serialize};

use crate::access::Note;
use crate::access::accounts::{By, Change, Invitee, Link, Listed};
use crate::api::{AskedWhole, Caller, Denied, language as language_of};
use crate::entered::{LoggedIn, find_exchange};
use crate::hub::Hub;
use crate::links::account_url;
use crate::mail::why;

#[derive(Serialize)]
pub(crate) struct Accounts {
    accounts: Vec<Listed>,
    /// Whether the server sends mail.
    mail: bool,
}

/// `GET /api/v1/accounts`
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
    caller: Caller,
) -> Result<Json<Accounts>, Denied> {
    let mut accounts = hub.access.accounts().await?;
    for mail in accounts.iter_mut().flat_map(|account| &mut account.mails) {
        mail.why = why(mail.state, mail.answer.as_deref(), language_of(&caller.headers));
    }
    let mail = hub.post.office().is_some();
    Ok(Json(Accounts { accounts, mail }))
}

#[derive(Deserialize)]
pub(crate) struct Invite {
    email: String,
    name: String,
    #[serde(default)]
    may_make: bool,
    /// The addresses of the exchanges.
    #[serde(default)]
    exchanges: Vec<String>,
    /// The language that she is written to in; the operator's unless given.
    language: Option<Language>,
    /// Whether the invitation goes by mail; else the operator hands its link on.
    #[serde(default)]
    by_mail: bool,
}

/// What was made: the account, and a link that the operator hands on.
#[derive(Serialize)]
pub(crate) struct Made {
    id: AccountId,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    shown: Option<Shown>,
}

#[derive(Serialize)]
struct Shown {
    /// Where she chooses a passphrase.
    link: String,
    until: Instant,
}

impl Made {
    fn of(hub: &Hub, id: AccountId, link: Option<Link>) -> Self {
        let shown = link.map(|link| Shown {
            link: account_url(&hub.public_url(), &link.token),
            until: link.until,
        });
        Self { id, shown }
    }
}

/// `POST /api/v1/accounts`
pub(crate) async fn invite(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
    caller: Caller,
    AskedWhole(Invite {
        email,
        name,
        may_make,
        exchanges,
        language,
        by_mail,
    }): AskedWhole<Invite>,
) -> Result<(StatusCode, Json<Made>), Denied> {
    let exchanges = found(&hub, &exchanges)?;
    let by = if by_mail {
        must_send_mail(&hub)?;
        By::Mail
    } else {
        By::Hand
    };
    let invitee = Invitee {
        email: &email,
        name: &name,
        may_make,
        language: language.unwrap_or_else(|| language_of(&caller.headers)),
        exchanges: &exchanges,
    };
    let (id, link) = hub.access.invite(invitee, by).await?;
    hub.post.bell.notify_one();
    note(&hub, &caller, SecurityEvent::AccountInvited, id).await;
    Ok((StatusCode::CREATED, Json(Made::of(&hub, id, link))))
}

/// Refuses what goes by mail, where none does.
fn must_send_mail(hub: &Hub) -> Result<(), Denied> {
    hub.post.office().map(drop).ok_or(Denied::NoMailServer)
}

#[derive(Deserialize)]
pub(crate) struct Changed {
    email: Option<String>,
    name: Option<String>,
    may_make: Option<bool>,
    language: Option<Language>,
    disabled: Option<bool>,
    exchanges: Option<Vec<String>>,
    /// The form of an invitation says it of every account; of one that is there it says nothing.
    #[serde(rename = "by_mail")]
    _by_mail: Option<bool>,
}

/// `PATCH /api/v1/accounts/{id}`: what is not there stays.
pub(crate) async fn change(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
    Path(id): Path<String>,
    caller: Caller,
    AskedWhole(changed): AskedWhole<Changed>,
) -> Result<StatusCode, Denied> {
    let id = account(&id)?;
    let exchanges = changed.exchanges.map(|slugs| found(&hub, &slugs)).transpose()?;
    let was = hub.access.exchanges_of(id).await?;
    let change = Change {
        email: changed.email,
        name: changed.name,
        may_make: changed.may_make,
        language: changed.language,
        is_disabled: changed.disabled,
        exchanges,
    };
    hub.access.change_account(id, change).await?;
    note_changed(&hub, &caller, id, was).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/accounts/{id}`
pub(crate) async fn delete(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Denied> {
    let id = account(&id)?;
    let was = hub.access.exchanges_of(id).await?;
    hub.access.delete_account(id).await?;
    note_changed(&hub, &caller, id, was).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/accounts/{id}/link`: another link, in place of those that were made before. Without a passphrase it is an invitation.
pub(crate) async fn link(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Made>, Denied> {
    let id = account(&id)?;
    let link = hub.access.make_account_link(id).await?;
    note(&hub, &caller, SecurityEvent::AccountLinkMade, id).await;
    Ok(Json(Made::of(&hub, id, Some(link))))
}

/// `POST /api/v1/accounts/{id}/mail`: the same by mail, in place of none: links that were handed on hold until one is used.
pub(crate) async fn mail(
    State(hub): State<Arc<Hub>>,
    LoggedIn(_): LoggedIn,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Denied> {
    let id = account(&id)?;
    must_send_mail(&hub)?;
    hub.access.queue_account_mail(id, None).await?;
    hub.post.bell.notify_one();
    note(&hub, &caller, SecurityEvent::AccountLinkMade, id).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn note(hub: &Hub, caller: &Caller, event: SecurityEvent, id: AccountId) {
    let note = Note::of(event).by_the_operator().from(caller.peer.address);
    hub.access.note_of_account(id, note).await;
}

/// Notes a change in the exchanges that the account had before, and in those that it has now.
async fn note_changed(hub: &Hub, caller: &Caller, id: AccountId, was: Vec<(ExchangeId, bool)>) {
    let has = hub.access.exchanges_of(id).await.unwrap_or_default();
    let both: BTreeSet<ExchangeId> = was.into_iter().chain(has).map(|(exchange, _)| exchange).collect();
    let note = Note::of(SecurityEvent::AccountChanged).by_the_operator();
    hub.access.note_in(both, id, note.from(caller.peer.address));
}

fn account(id: &str) -> Result<AccountId, Denied> {
    id.parse().map_err(|_| Denied::UnknownAccount)
}

/// The exchanges at some addresses.
fn found(hub: &Hub, slugs: &[String]) -> Result<Vec<ExchangeId>, Denied> {
    slugs.iter().map(|slug| find_exchange(hub, slug)).collect()
}
