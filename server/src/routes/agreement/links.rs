//! Links to copies: whoever has one reads one agreement, until it expires or is revoked. Of a link's token only the hash is
//! kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use borsklokka_shared::ids::{DealId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::security::SecurityEvent;
use serde::Serialize;

use super::copies;
use super::find::{self, InExchange};
use crate::access::{Access, Note, link_token, token_sha256};
use crate::agreement::texts::Texts;
use crate::api::{Caller, Denied, Thing, language as asked_language};
use crate::database::{on_either, within, write_on};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::qr;

/// How long a link holds, in days: until the first steps are taken and the deals are followed up.
const LINK_DAYS: i64 = 90;
/// The same, in milliseconds.
const LINK_MS: i64 = LINK_DAYS * 24 * 60 * 60 * 1_000;
/// Links of one deal that hold at a time, counted: some for each party of the largest deal.
const LINKS_MAX: u32 = 64;

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
    let token = link_token()?;
    let now = hub.clock.now();
    let expires_at = now.plus_ms(LINK_MS);
    keep(&hub.access, exchange, deal.id, &token, now, expires_at).await?;
    let url = format!("{}/agreement/{token}", hub.public_url().trim_end_matches('/'));
    let qr = qr::svg(&url)?;
    let link = NewLink {
        url,
        expires_at,
        lasts: hub.config.address_lasts(),
        qr,
    };
    Ok((StatusCode::CREATED, Json(link)))
}

async fn keep(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
    token: &str,
    now: Instant,
    expires_at: Instant,
) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    let held: i64 = within!(&mut transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM agreement_links \
         WHERE exchange_id = $1 AND deal_id = $2 AND revoked_at_ms IS NULL AND expires_at_ms > $3",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(now.unix_ms)
    .fetch_one(&mut **on)
    .await)?;
    if held >= i64::from(LINKS_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Links,
            max: LINKS_MAX,
        });
    }
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO agreement_links (token_sha256, exchange_id, deal_id, made_at_ms, expires_at_ms) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(token_sha256(token))
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(now.unix_ms)
    .bind(expires_at.unix_ms)
    .execute(&mut **on)
    .await.map(drop))?;
    transaction.commit().await?;
    Ok(())
}

/// `DELETE /api/v1/exchanges/{slug}/deals/{deal}/link`: revokes every link of the deal, be there none.
pub(crate) async fn revoke(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<StatusCode, Denied> {
    let InExchange { exchange, deal, .. } = find::own_deal(&hub, entered, &deal).await?;
    write_on!(hub.access.database(), on => sqlx::query(
        "UPDATE agreement_links SET revoked_at_ms = $1 \
         WHERE exchange_id = $2 AND deal_id = $3 AND revoked_at_ms IS NULL",
    )
    .bind(hub.clock.now().unix_ms)
    .bind(exchange.to_string())
    .bind(deal.id.to_string())
    .execute(on)
    .await.map(drop))?;
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
    let link = find_link(&hub.access, token).await.map_err(|error| {
        let is_wrong = matches!(error, Denied::UnknownLink);
        let too_many = is_wrong.then(|| hub.access.try_wrong_link(caller.peer.address).err());
        (too_many.flatten().unwrap_or(error), None)
    })?;
    let floor = find::floor(hub, link.exchange)
        .await
        .map_err(|error| (error, None))?;
    let language = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.language));
    if !link.holds_at(hub.clock.now()) {
        return Err((Denied::LinkGone, language));
    }
    hub.access
        .try_copy(link.deal)
        .map_err(|error| (error, language))?;
    let copy = copies::one(hub, &floor, link.deal)
        .await
        .map_err(|error| (error, language))?;
    let opened = Note::of(SecurityEvent::LinkOpened)
        .in_exchange(link.exchange)
        .about([link.deal.0]);
    hub.access.note(opened.from(caller.peer.address));
    Ok(copy)
}

struct Found {
    exchange: ExchangeId,
    deal: DealId,
    expires_at: Instant,
    is_revoked: bool,
}

impl Found {
    fn holds_at(&self, now: Instant) -> bool {
        !self.is_revoked && now < self.expires_at
    }
}

async fn find_link(access: &Access, token: &str) -> Result<Found, Denied> {
    let row: Option<(String, String, i64, Option<i64>)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT exchange_id, deal_id, expires_at_ms, revoked_at_ms FROM agreement_links WHERE token_sha256 = $1",
    )
    .bind(token_sha256(token))
    .fetch_optional(on)
    .await)?;
    let (exchange, deal, expires_at_ms, revoked_at_ms) = row.ok_or(Denied::UnknownLink)?;
    let broken = |_| Denied::Broken("a stored link names no deal".to_owned());
    Ok(Found {
        exchange: exchange.parse().map_err(broken)?,
        deal: deal.parse().map_err(broken)?,
        expires_at: Instant::from_unix_ms(expires_at_ms),
        is_revoked: revoked_at_ms.is_some(),
    })
}

/// A page that says why there is no paper: whoever opens a link is a person.
fn page(error: &Denied, language: Language) -> Response {
    let texts = Texts::of(language);
    // Every sentence of ours is plain text without < and &.
    let html = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{1}</title><body style=\"font:1.25rem/1.5 system-ui,sans-serif;\
         max-width:32rem;margin:15vh auto;padding:0 1.5rem\"><h1>{1}</h1><p>{2}</p></body></html>",
        language.as_str(),
        texts.no_copy,
        error.message(language),
    );
    let mut response = (error.status(), Html(html)).into_response();
    if let Denied::TooManyTries { wait_s } = error {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*wait_s));
    }
    response
}
