//! Links to copies: whoever has one reads one agreement, until it expires or is revoked.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::security::SecurityEvent;
use serde::Serialize;

use super::find::{self, InExchange};
use crate::access::Note;
use crate::agreement::texts::Texts;
use crate::api::{Caller, Denied, language as asked_language};
use crate::copies;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::links::{self, Link, Opens, Page};
use crate::policy::with_sheet;
use crate::qr;

/// For whoever has the link alone: no cache keeps the paper, no search engine lists it, no other page learns its address.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    ),
];

/// How a page looks that has no paper.
const STYLE: &str =
    "body{font:1.25rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem}";

/// A new link.
#[derive(Serialize)]
pub(crate) struct NewLink {
    url: String,
    expires_at: Instant,
    /// Whether the address is still this server's by then; else it holds for as long as the server stands in the hall.
    lasts: bool,
    /// The address as a QR code, as SVG.
    qr: String,
}

/// `POST /api/v1/exchanges/{slug}/deals/{deal}/link`
pub(crate) async fn make(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<(StatusCode, Json<NewLink>), Denied> {
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    let opens = Opens::agreement(deal.id);
    let Link { token, expires_at } = links::make(&hub.access, exchange, &opens, hub.clock.now()).await?;
    let url = links::url(&hub.public_url(), opens.page, &token);
    let qr = qr::svg(&url)?;
    let link = NewLink {
        url,
        expires_at,
        lasts: hub.config.address_lasts(),
        qr,
    };
    Ok((StatusCode::CREATED, Json(link)))
}

/// `DELETE /api/v1/exchanges/{slug}/deals/{deal}/link`: revokes every link of the deal, be there none.
pub(crate) async fn revoke(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<StatusCode, Denied> {
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    links::revoke(&hub.access, exchange, &Opens::agreement(deal.id), hub.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /agreement/{token}`: the paper, for whoever has the link.
pub(crate) async fn open(State(hub): State<Arc<Hub>>, Path(token): Path<String>, caller: Caller) -> Response {
    let response = match read(&hub, &token, &caller).await {
        Ok(copy) => copy.into_response(),
        Err((error, language)) => page(
            &error,
            language.unwrap_or_else(|| asked_language(&caller.headers)),
        ),
    };
    (HEADERS, response).into_response()
}

/// What a link leads to; or why not, with the exchange's language if the link was one of its own.
async fn read(
    hub: &Arc<Hub>,
    token: &str,
    caller: &Caller,
) -> Result<copies::Copy, (Denied, Option<Language>)> {
    let link = links::find(&hub.access, Page::Agreement, token)
        .await
        .map_err(|error| {
            let is_wrong = matches!(error, Denied::UnknownLink);
            let too_many = is_wrong.then(|| hub.access.try_wrong_link(caller.peer.address).err());
            (too_many.flatten().unwrap_or(error), None)
        })?;
    let deal = link.id().map(DealId).map_err(|error| (error, None))?;
    let floor = find::floor(hub, link.exchange)
        .await
        .map_err(|error| (error, None))?;
    let language = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.language));
    if !link.holds_at(hub.clock.now()) {
        return Err((Denied::LinkGone, language));
    }
    hub.access.try_copy(deal).map_err(|error| (error, language))?;
    let copy = copies::one(hub, &floor, deal)
        .await
        .map_err(|error| (error, language))?;
    let opened = Note::of(SecurityEvent::LinkOpened)
        .in_exchange(link.exchange)
        .about([deal.0]);
    hub.access.note(opened.from(caller.peer.address));
    Ok(copy)
}

/// A page that says why there is no paper: whoever opens a link is a person.
fn page(error: &Denied, language: Language) -> Response {
    let texts = Texts::of(language);
    // While it cannot be read, or is asked for too often, nobody says that there is none.
    let is_none = matches!(error.status(), StatusCode::NOT_FOUND | StatusCode::GONE);
    let title = if is_none { texts.no_copy } else { texts.unnumbered };
    // Every sentence of ours is plain text without < and &.
    let html = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{1}</title><style>{STYLE}</style><body><main><h1>{1}</h1><p>{2}</p></main></body></html>",
        language.as_str(),
        title,
        error.message(language),
    );
    let policy = [(header::CONTENT_SECURITY_POLICY, with_sheet(STYLE))];
    let mut response = (error.status(), policy, Html(html)).into_response();
    if let Denied::TooManyTries { wait_s } = error {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*wait_s));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn only_where_there_is_no_agreement_the_page_says_so() {
        for (denied, is_none) in [
            (Denied::UnknownLink, true),
            (Denied::LinkGone, true),
            (Denied::Broken("the database is away".to_owned()), false),
            (Denied::PressBusy, false),
            (Denied::TooManyTries { wait_s: 5 }, false),
        ] {
            let body = to_bytes(page(&denied, Language::Nb).into_body(), 1 << 16).await;
            let html = String::from_utf8_lossy(&body.unwrap()).into_owned();
            assert_eq!(html.contains("Ingen avtale her"), is_none, "{denied}: {html}");
        }
    }
}
