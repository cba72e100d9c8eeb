//! Whose a browser is: the operator's, or an organiser's with an account, and nobody else's beside.

use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use borsklokka_shared::role::Role;
use borsklokka_shared::security::SecurityEvent;

use crate::access::{Account, Note, cookie};
use crate::api::{Caller, Denied};
use crate::hub::Hub;

/// What a browser is answered that has a new session. It is hers alone: the operator is logged out of it.
pub(super) async fn became_hers(
    hub: &Hub,
    caller: &Caller,
    event: SecurityEvent,
    account: &Account,
    token: &str,
) -> Result<Response, Denied> {
    note_of(hub, caller, event, account).await;
    end_operator(hub, caller).await?;
    let transport = hub.transport(caller);
    let cookies = [
        (header::SET_COOKIE, cookie::clear(cookie::OPERATOR, transport)),
        (header::SET_COOKIE, cookie::set(cookie::ACCOUNT, token, transport)),
    ];
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookies)).into_response())
}

pub(super) async fn note_of(hub: &Hub, caller: &Caller, event: SecurityEvent, account: &Account) {
    let note = Note::of(event)
        .named(Role::Organiser, &account.name)
        .from(caller.peer.address);
    hub.access.note_of_account(account.id, note).await;
}

/// Ends the operator's session that a caller shows.
pub(super) async fn end_operator(hub: &Hub, caller: &Caller) -> Result<(), Denied> {
    if let Some(token) = cookie::value(&caller.headers, cookie::OPERATOR) {
        let ended = hub.access.log_out(&token).await?;
        if let Some(session) = ended {
            let note = Note::of(SecurityEvent::LoggedOut).by(session.actor());
            hub.access.note(note.from(caller.peer.address));
        }
    }
    Ok(())
}

/// Ends the account's session that a caller shows.
pub(super) async fn end_account(hub: &Hub, caller: &Caller) -> Result<(), Denied> {
    if let Some(token) = cookie::value(&caller.headers, cookie::ACCOUNT)
        && let Some(account) = hub.access.log_out_account(&token).await?
    {
        let note = Note::of(SecurityEvent::LoggedOut).named(Role::Organiser, &account.name);
        let note = note.from(caller.peer.address);
        hub.access.note_of_account(account.id, note).await;
    }
    Ok(())
}
