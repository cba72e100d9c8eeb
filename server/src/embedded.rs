//! The frontend, embedded: a page for each app, and their assets under hashed names that
//! never change.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::language::Language;
use borsklokka_shared::screen::App;
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `cargo xtask build` made of the frontend.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// What every page begins with, and where the title of one stands that is of an exchange.
const USUAL_LANGUAGE: &str = "<html lang=\"nb\">";
const USUAL_TITLE: &str = "<title>Børsklokka</title>\n\
    <meta name=\"description\" content=\"Børsklokka: frivilligbørs, beursvloer, Marktplatz, volunteer exchange\">";
const USUAL_FIRST: &str = "<div class=\"first\" id=\"first\"><p>Børs<wbr>klokka</p></div>";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// An asset. Its name holds a hash of its content, so it may be kept for ever.
pub(crate) fn asset(file: &str, headers: &HeaderMap) -> Option<Response> {
    serve(&format!("assets/{file}"), FOR_EVER, headers)
}

/// The worker that keeps the desks' apps on a device. Its name never changes, so the browser asks each time.
pub(crate) fn worker(headers: &HeaderMap) -> Option<Response> {
    serve("sw.js", ASK_AGAIN, headers)
}

/// The icon, for whoever asks for it without having read a page.
pub(crate) fn icon(headers: &HeaderMap) -> Option<Response> {
    let file = Dist::iter().find(|name| name.starts_with("assets/icon-192"))?;
    serve(&file, ASK_AGAIN, headers)
}

/// The address of the typeface, if the frontend is there.
pub(crate) fn typeface() -> Option<String> {
    Dist::iter()
        .filter(|name| name.ends_with(".woff2"))
        // The one with Latin letters: `archivo-HASH`, beside `archivo-west-HASH` and `archivo-ext-HASH`.
        .find(|name| name.starts_with("assets/archivo-") && name.matches('-').count() == 1)
        .map(|name| format!("/{name}"))
}

/// The page of an app.
pub(crate) fn page(app: App, headers: &HeaderMap) -> Response {
    serve(&file_of(app), ASK_AGAIN, headers).unwrap_or_else(|| {
        let hint = "This server was built without its screens: build it with `cargo xtask build`.";
        (StatusCode::SERVICE_UNAVAILABLE, hint).into_response()
    })
}

/// The page of an app, whose head says what it is of before its app stands, and whose body is painted until then.
pub(crate) fn page_of(app: App, language: Language, head: &str, body: &str) -> Option<Response> {
    let page = Dist::get(&file_of(app))?;
    let page = String::from_utf8_lossy(&page.data)
        .replacen(
            USUAL_LANGUAGE,
            &format!("<html lang=\"{}\">", language.as_str()),
            1,
        )
        .replacen(USUAL_TITLE, head, 1)
        .replacen(USUAL_FIRST, body, 1);
    let common = [
        (header::CONTENT_TYPE, content_type(".html")),
        (header::CACHE_CONTROL, ASK_AGAIN),
    ];
    Some((common, page).into_response())
}

fn file_of(app: App) -> String {
    format!("{}.html", app.as_str())
}

fn serve(path: &str, cache: &'static str, headers: &HeaderMap) -> Option<Response> {
    let common = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Accept-Encoding"),
    ];
    let compressed = wants_brotli(headers)
        .then(|| Dist::get(&format!("{path}.br")))
        .flatten();
    Some(match compressed {
        Some(file) => (common, [(header::CONTENT_ENCODING, "br")], body(file)).into_response(),
        None => (common, body(Dist::get(path)?)).into_response(),
    })
}

/// Whether a request takes what is compressed with Brotli, and does not rather take what is not compressed.
fn wants_brotli(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let (mut brotli, mut plain) = (0.0, 0.0);
    for (coding, weight) in texts.flat_map(|text| text.split(',')).map(weighed) {
        if coding.eq_ignore_ascii_case("br") {
            brotli = weight;
        } else if coding.eq_ignore_ascii_case("identity") {
            plain = weight;
        }
    }
    brotli > 0.0 && brotli >= plain
}

/// A coding as it is accepted, with its weight: 1 unless one is said, and none of what is no number.
fn weighed(accepted: &str) -> (&str, f32) {
    let mut parts = accepted.split(';');
    let coding = parts.next().unwrap_or_default().trim();
    let weight = parts.find_map(|part| {
        let (name, weight) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(weight)
    });
    let weight = weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or_default());
    (coding, weight)
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
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn brotli_goes_to_those_who_take_it_and_rather_take_nothing_else() {
        for (accepted, wants) in [
            ("gzip, deflate, br, zstd", true),
            ("gzip;q=1.0, BR;Q=0.5", true),
            ("br ; q=0.1", true),
            ("br;q=0.5, identity;q=0.5", true),
            ("br;q=0", false),
            ("br;q=0.000, gzip", false),
            ("br;q=0.5, identity", false),
            ("br;q=x", false),
            ("br;q=NaN", false),
            ("gzip, brx", false),
            ("", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(wants_brotli(&headers), wants, "{accepted}");
        }
        assert!(!wants_brotli(&HeaderMap::new()));
    }
}
