//! How a tablet learns to trust the local authority: a page with the steps, the authority's certificate, and the profile that
//! iPads take. All of it is public, and must be, in plain http, since nothing is trusted yet. What makes it safe is the
//! fingerprint: a person compares what the tablet shows with what the server printed.

mod device;
mod page;
mod profile;
mod words;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use crate::api::language;
use crate::embedded;
use crate::hub::Hub;
use crate::policy::with_sheet;
use crate::qr;
use crate::tls::Authority;
use device::Device;
use page::Page;
use words::Words;

pub(crate) use page::{CERTIFICATE, PAIRS_OF_A_LINE, PROFILE};

/// Sends plain http to the same address in https.
pub async fn to_https(State(hub): State<Arc<Hub>>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let location = format!("{}{path}", https(&hub, &headers));
    // Not for ever: next year the same address may be plain.
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
}

/// This server in https, under the name by which it was asked.
fn https(hub: &Hub, headers: &HeaderMap) -> String {
    // The guard has let the host through: it is one of ours.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.map_or_else(|| hub.config.base_url(), |host| format!("https://{host}"))
}

fn authority(hub: &Hub) -> Result<Authority, StatusCode> {
    let authority = hub.tls.as_ref().and_then(|tls| tls.authority());
    authority.ok_or(StatusCode::NOT_FOUND)
}

/// `GET /trust`
pub(crate) async fn page(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> Result<Response, StatusCode> {
    let authority = authority(&hub)?;
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let qr = qr::svg(&hub.config.trust_url()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let page = Page {
        words: Words::of(language(&headers)),
        authority: &authority,
        likely: Device::likely(agent.unwrap_or_default()),
        https: &https(&hub, &headers),
        trust_url: &hub.config.trust_url(),
        qr: &qr,
        typeface: embedded::typeface().map(|asset| asset.replacen("/assets/", "/trust/", 1)),
    };
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "Accept-Language, User-Agent"),
    ];
    let policy = [(header::CONTENT_SECURITY_POLICY, with_sheet(&page.sheet()))];
    Ok((headers, policy, Html(page.html())).into_response())
}

/// `GET /authority.crt`
pub(crate) async fn certificate(State(hub): State<Arc<Hub>>) -> Result<Response, StatusCode> {
    let authority = authority(&hub)?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"borsklokka.crt\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, authority.certificate.to_vec()).into_response())
}

/// `GET /authority.mobileconfig`
pub(crate) async fn profile(State(hub): State<Arc<Hub>>, headers: HeaderMap) -> Result<Response, StatusCode> {
    let authority = authority(&hub)?;
    let words = Words::of(language(&headers));
    let profile = profile::profile(&authority, words.profile_description);
    let headers = [
        (header::CONTENT_TYPE, "application/x-apple-aspen-config"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, profile).into_response())
}
