//! The frontend, embedded: a page for each app, and their assets under hashed names that
//! never change.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::screen::Address;
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `cargo xtask build` made of the frontend.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../frontend/dist"]
#[allow_missing = true]
struct Dist;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// An asset. Its name holds a hash of its content, so it may be kept for ever.
pub(crate) async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    serve(&format!("assets/{file}"), FOR_EVER, &headers)
        .unwrap_or_else(|| (StatusCode::NOT_FOUND, "no such file").into_response())
}

/// The worker that keeps the desks' apps on a device. Its name never changes, so the browser asks each time.
pub(crate) async fn worker(headers: HeaderMap) -> Response {
    serve("sw.js", ASK_AGAIN, &headers)
        .unwrap_or_else(|| (StatusCode::NOT_FOUND, "no such file").into_response())
}

/// The address of the typeface, if the frontend is there.
pub(crate) fn typeface() -> Option<String> {
    Dist::iter()
        .filter(|name| name.ends_with(".woff2"))
        // The one with Latin letters: `archivo-HASH`, beside `archivo-west-HASH` and `archivo-ext-HASH`.
        .find(|name| name.starts_with("assets/archivo-") && name.matches('-').count() == 1)
        .map(|name| format!("/{name}"))
}

/// The page, for every address that is a screen's.
pub(crate) async fn screen(uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        return (StatusCode::NOT_FOUND, "no such route").into_response();
    }
    serve(&page_at(uri.path()), ASK_AGAIN, &headers).unwrap_or_else(|| {
        let hint = "This server was built without its screens: build it with `cargo xtask build`.";
        (StatusCode::SERVICE_UNAVAILABLE, hint).into_response()
    })
}

/// The page at an address: that of the app which answers for it.
fn page_at(path: &str) -> String {
    format!("{}.html", Address::of_path(path).app().as_str())
}

fn serve(path: &str, cache: &'static str, headers: &HeaderMap) -> Option<Response> {
    let accepts_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|coding| coding.trim().split(';').next() == Some("br"))
        });
    let common = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Accept-Encoding"),
    ];
    let compressed = accepts_brotli.then(|| Dist::get(&format!("{path}.br"))).flatten();
    Some(match compressed {
        Some(file) => (common, [(header::CONTENT_ENCODING, "br")], body(file)).into_response(),
        None => (common, body(Dist::get(path)?)).into_response(),
    })
}

/// A file as it lies in the program: no request has a copy of its own, however slowly it is read.
fn body(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        // Of a debug build, which reads it from the folder.
        Cow::Owned(data) => data.into(),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_gets_the_page_of_its_app() {
        for (path, page) in [
            ("/", "desk.html"),
            ("/setup", "organiser.html"),
            ("/drammen/organiser", "organiser.html"),
            ("/drammen", "phone.html"),
            ("/drammen/kitchen", "phone.html"),
            ("/drammen/wall/", "wall.html"),
            ("/start", "broker.html"),
            ("/drammen/pair", "broker.html"),
            ("/drammen/moderator", "desk.html"),
        ] {
            assert_eq!(page_at(path), page, "{path}");
        }
    }
}
