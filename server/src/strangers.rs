//! Pages for people who have an address of ours and nothing else: no script, little to load, in their language, and for nobody's cache
//! or search engine.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use borsklokka_shared::language::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::api::with_sheet;

const STYLE: &str = include_str!("strangers/page.css");

/// For whoever has the link alone. Without a word of where it comes from, the browser would send the form as nobody's.
pub(crate) const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    ),
];

/// Which language a page is asked for in.
#[derive(serde::Deserialize)]
pub(crate) struct Asking {
    pub(crate) lang: Option<String>,
}

/// What stands behind an address; what cannot be read asks for nothing.
pub(crate) type Asks = Result<Query<Asking>, QueryRejection>;

/// The language that an address asks for.
pub(crate) fn language_of(asks: Asks) -> Option<Language> {
    let Query(asking) = asks.ok()?;
    asking.lang.as_deref().and_then(Language::from_tag)
}

/// A page that is served with [`HEADERS`].
pub(crate) fn respond(status: StatusCode, html: String) -> Response {
    let policy = [(header::CONTENT_SECURITY_POLICY, with_sheet(STYLE))];
    (status, HEADERS, policy, Html(html)).into_response()
}

/// A whole page: what it is called, what a preview of it says, and what stands on it.
pub(crate) fn whole(language: Language, title: &str, about: Option<&str>, main: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                @if let Some(about) = about {
                    meta name="description" content=(about);
                    meta property="og:title" content=(title);
                    meta property="og:description" content=(about);
                    meta property="og:type" content="website";
                }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (main) } }
        }
    };
    page.into_string()
}

/// The same page in the other languages.
pub(crate) fn languages(chosen: Language, label: &str) -> Markup {
    html! {
        nav class="languages" aria-label=(label) {
            @for language in Language::ALL {
                @if language == chosen {
                    span aria-current="true" { (language.own_name()) }
                } @else {
                    a href={ "?lang=" (language.as_str()) } lang=(language.as_str()) { (language.own_name()) }
                }
            }
        }
    }
}
