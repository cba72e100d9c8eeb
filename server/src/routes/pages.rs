//! What a browser loads: the pages of the screens, at every address that no other route has, their assets, and in words what is not
//! here. Only an address that a screen has is answered 200.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use borsklokka_shared::board::Board;
use borsklokka_shared::screen::{Address, Screen};

use super::preview;
use crate::api::{Caller, Denied, language};
use crate::exchanges::check_slug;
use crate::floors::NotOpen;
use crate::hub::Hub;
use crate::policy::with_sheet;
use crate::strangers::Listed;
use crate::{embedded, poster, trust};

/// What is no page's: below these, programs ask.
const OF_PROGRAMS: [&str; 2] = ["api", "assets"];
/// The methods that a page takes.
const OF_PAGES: &str = "GET,HEAD";
/// How long the list for robots is kept by them, in seconds.
const ROBOTS_CACHE: &str = "public, max-age=600";
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
const NOT_LISTED: HeaderValue = HeaderValue::from_static("noindex");
/// The robots that show what a link leads to where somebody passes it on, and read `robots.txt` before.
const LINK_SHOWERS: [&str; 9] = [
    "facebookexternalhit",
    "Twitterbot",
    "LinkedInBot",
    "Slackbot-LinkExpanding",
    "Discordbot",
    "TelegramBot",
    "WhatsApp",
    "SkypeUriPreview",
    "Iframely",
];
/// How soon a page that cannot be shown yet is loaded again by itself, in seconds.
const AGAIN_S: u32 = 30;
/// How that page looks.
const AGAIN_STYLE: &str =
    "body { max-width: 40em; margin: 20vh auto; padding: 0 1em; font: 1.25em/1.5 sans-serif }";

/// `GET /assets/{file}`
pub(super) async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Denied> {
    embedded::asset(&file, &headers).ok_or(Denied::UnknownAddress)
}

/// `GET /sw.js`
pub(super) async fn worker(headers: HeaderMap) -> Result<Response, Denied> {
    embedded::worker(&headers).ok_or(Denied::UnknownAddress)
}

/// `GET /favicon.ico`
pub(super) async fn icon(headers: HeaderMap) -> Result<Response, Denied> {
    embedded::icon(&headers).ok_or(Denied::UnknownAddress)
}

/// `GET /robots.txt`: an evening in a hall is nothing to be found by a search, unless its organiser wants it. Robots that show what a link
/// leads to come all the same: somebody has passed it on.
pub(super) async fn robots(State(hub): State<Arc<Hub>>) -> Response {
    let mut found = Vec::new();
    for exchange in hub.floors.list() {
        let title = hub.floors.title(&exchange).await;
        if title.is_ok_and(|title| title.is_some_and(|title| title.is_found)) {
            found.push(exchange.slug);
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, ROBOTS_CACHE),
    ];
    (headers, robots_of(&found)).into_response()
}

fn robots_of(found: &[String]) -> String {
    let showers = LINK_SHOWERS.iter().map(|name| format!("User-agent: {name}"));
    let mut lines: Vec<String> = showers.collect();
    lines.extend(["Allow: /", "", "User-agent: *"].map(str::to_owned));
    if !found.is_empty() {
        lines.extend(["Allow: /assets/", "Allow: /favicon.ico"].map(str::to_owned));
    }
    for slug in found {
        let poster = poster::url("", slug);
        lines.extend([
            format!("Allow: /{slug}$"),
            format!("Allow: /{slug}/register$"),
            format!("Allow: {poster}"),
        ]);
    }
    lines.push("Disallow: /\n".to_owned());
    lines.join("\n")
}

/// A page that no search engine lists.
fn not_listed(mut page: Response) -> Response {
    page.headers_mut().insert(ROBOTS, NOT_LISTED);
    page
}

/// Every address that no route has. It counts with what else an address asks without a credential.
pub(super) async fn screen(
    State(hub): State<Arc<Hub>>,
    method: Method,
    uri: Uri,
    caller: Caller,
) -> Result<Response, Denied> {
    let headers = &caller.headers;
    let first = uri.path().split('/').find(|part| !part.is_empty());
    if first.is_some_and(|first| OF_PROGRAMS.contains(&first)) {
        return Err(Denied::UnknownAddress);
    }
    let address = Address::of_path(uri.path());
    let is_page = method == Method::GET || method == Method::HEAD;
    if is_page && let Err(denied) = hub.rates.guest(&caller) {
        return Ok(instead(&denied, headers));
    }
    let found = find(&hub, &address).await;
    match found {
        Err(Denied::UnknownExchange | Denied::UnknownAddress) if !is_page => Err(Denied::UnknownAddress),
        _ if !is_page => Err(Denied::MethodNotAllowed {
            allow: Some(OF_PAGES),
        }),
        Ok(()) => Ok(with_preview(&hub, &address)
            .await
            .unwrap_or_else(|| not_listed(embedded::page(address.app(), headers)))),
        Err(Denied::UnknownExchange | Denied::UnknownAddress) => {
            // The app says so in words.
            let mut page = not_listed(embedded::page(address.app(), headers));
            *page.status_mut() = StatusCode::NOT_FOUND;
            Ok(page)
        }
        Err(denied) => Ok(instead(&denied, headers)),
    }
}

/// Whether an address has a screen that can be shown.
async fn find(hub: &Hub, address: &Address) -> Result<(), Denied> {
    let slug = match address {
        Address::Home | Address::Setup | Address::Start | Address::Account | Address::Accounts => {
            return Ok(());
        }
        Address::Unknown => return Err(Denied::UnknownAddress),
        Address::Exchange { slug, .. } => slug,
    };
    check_slug(slug).map_err(|_| Denied::UnknownAddress)?;
    match hub.floors.get(slug).await {
        // While the database is away the page loads all the same: what is in memory is served, and a tablet starts.
        Ok(_) | Err(NotOpen::Log(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The page that strangers see, of an exchange that is open.
async fn with_preview(hub: &Hub, address: &Address) -> Option<Response> {
    let Address::Exchange {
        slug,
        screen: Screen::Phone,
    } = address
    else {
        return None;
    };
    let floor = hub.floors.get(slug).await.ok()?;
    let (url, slug) = (hub.public_url(), &floor.exchange.slug);
    let first = |board: &Board| preview::first(board, url.trim_end_matches('/'), slug);
    let first = floor.view.with_public_board(first)?;
    let mut page = embedded::page_of(address.app(), first.language, &first.head, &first.body)?;
    if first.listed == Listed::No {
        page.headers_mut().insert(ROBOTS, NOT_LISTED);
    }
    Some(page)
}

/// A page that says why the one that was asked for cannot be shown, and loads it again by itself.
fn instead(denied: &Denied, headers: &HeaderMap) -> Response {
    let language = language(headers);
    let html = format!(
        r#"<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{AGAIN_S}">
<title>Børsklokka</title>
<style>{AGAIN_STYLE}</style>
</head>
<body><main><p>{sentence}</p></main></body>
</html>
"#,
        tag = language.as_str(),
        sentence = denied.message(language),
    );
    let headers = [
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::VARY, "Accept-Language".to_owned()),
        (header::RETRY_AFTER, AGAIN_S.to_string()),
    ];
    let policy = [(header::CONTENT_SECURITY_POLICY, with_sheet(AGAIN_STYLE))];
    (denied.status(), headers, policy, Html(html)).into_response()
}

/// The pages of an exchange's public board, which guests have in plain http; every other address leads to https.
pub(super) async fn board_or_https(
    State(hub): State<Arc<Hub>>,
    method: Method,
    uri: Uri,
    caller: Caller,
) -> Result<Response, Denied> {
    let is_board = match Address::of_path(uri.path()) {
        Address::Exchange { slug, screen } => screen.app().is_the_halls() && hub.floors.find(&slug).is_some(),
        Address::Home
        | Address::Setup
        | Address::Start
        | Address::Account
        | Address::Accounts
        | Address::Unknown => false,
    };
    if is_board {
        screen(State(hub), method, uri, caller).await
    } else {
        Ok(trust::to_https(State(hub), uri, caller.headers).await)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::open_hub;

    #[tokio::test]
    async fn only_an_address_that_a_screen_has_is_answered_with_its_page() {
        let hub = open_hub().await;
        let browser = hub.browser();
        let screens = Screen::ALL.map(|screen| screen.path("Drammen"));
        for path in ["/", "/setup", "/start"]
            .into_iter()
            .chain(screens.iter().map(String::as_str))
        {
            let answer = browser.get(path).await;
            let is_built = answer.status == StatusCode::OK;
            assert!(
                is_built
                    || answer
                        .text
                        .starts_with("This server was built without its screens"),
                "{path}: {}",
                answer.status
            );
        }
        for path in [
            "/x/y/z",
            "/nix/kitchen",
            "/drammen/kitchen",
            "/drammen/phone",
            "/drammen/wall/2",
            "/nosuch",
            "/nosuch/wall",
            "/agreement",
            "/wp-login.php",
            "/%ff",
            "/healthz/now",
        ] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn programs_are_told_in_json_and_in_their_language() {
        let hub = open_hub().await;
        let browser = hub.browser().accepting("nb;q=0.1, en");
        let unknown = "There is nothing at this address. See whether it is spelt right.";
        let method = "This address does not take that method. See the protocol’s table of routes.";
        let session = "/api/v1/exchanges/drammen/session";
        for (asked, path, status, code, message, allow) in [
            ("GET", "/api", 404, "unknown_address", unknown, None),
            (
                "GET",
                "/api/v1/exchanges/drammen/more",
                404,
                "unknown_address",
                unknown,
                None,
            ),
            ("GET", "/assets/a/b", 404, "unknown_address", unknown, None),
            ("GET", "/assets/none.js", 404, "unknown_address", unknown, None),
            ("POST", "/nosuch", 404, "unknown_address", unknown, None),
            (
                "POST",
                "/drammen",
                405,
                "method_not_allowed",
                method,
                Some("GET,HEAD"),
            ),
            ("DELETE", "/", 405, "method_not_allowed", method, Some("GET,HEAD")),
            (
                "TRACE",
                "/drammen/wall",
                405,
                "method_not_allowed",
                method,
                Some("GET,HEAD"),
            ),
            (
                "PATCH",
                session,
                405,
                "method_not_allowed",
                method,
                Some("GET,HEAD"),
            ),
        ] {
            let answer = browser.ask(asked, path, None).await;
            let said = (
                answer.status.as_u16(),
                answer.code(),
                answer.json["message"].as_str(),
            );
            assert_eq!(
                said,
                (status, code, Some(message)),
                "{asked} {path}: {}",
                answer.text
            );
            let allowed = answer.headers.get(header::ALLOW);
            assert_eq!(
                allowed.map(|allowed| allowed.to_str().unwrap()),
                allow,
                "{asked} {path}"
            );
            assert_eq!(
                answer.headers[header::CACHE_CONTROL],
                "no-store",
                "{asked} {path}"
            );
        }
    }

    #[tokio::test]
    async fn a_path_a_query_or_a_body_of_another_shape_is_told_by_a_code() {
        let hub = open_hub().await;
        let operator = hub.operator().await;
        let at = |rest: &str| format!("/api/v1/exchanges/drammen/{rest}");
        for path in [
            "/api/v1/exchanges/%ff/catalogue".to_owned(),
            "/assets/%ff".to_owned(),
            at("audit?limit=x"),
            at("audit?before=-1"),
            at("qr.svg?to=%ff"),
        ] {
            let answer = operator.get(&path).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (400, "malformed"),
                "{path}"
            );
            assert!(answer.json["detail"].is_string(), "{path}");
        }
        for (path, code) in [
            (at("pair"), "malformed"),
            (at("commands"), "malformed"),
            (at("pairing-codes"), "malformed"),
            (at("copy"), "malformed"),
            ("/api/v1/exchanges".to_owned(), "malformed"),
            ("/api/v1/login".to_owned(), "malformed"),
        ] {
            let answer = operator.post(&path, json!(["CODE", "name", true])).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{path}");
        }
        let large = "x".repeat(3 << 20);
        let answer = operator.post(&at("commands"), json!({ "command": large })).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (413, "too_large"));
    }

    #[tokio::test]
    async fn what_browsers_and_searches_ask_for_unbidden_is_answered() {
        let hub = open_hub().await;
        let robots = hub.browser().get("/robots.txt").await;
        assert_eq!(robots.status, StatusCode::OK);
        assert!(
            robots.text.ends_with("User-agent: *\nDisallow: /\n"),
            "{}",
            robots.text
        );
        let icon = hub.browser().get("/favicon.ico").await;
        let is_built = icon.status == StatusCode::OK;
        assert!(
            is_built && icon.headers[header::CONTENT_TYPE] == "image/png" || icon.code() == "unknown_address"
        );
    }

    async fn wish_to_be_found(organiser: &crate::fixture::Browser<'_>, slug: &str, is_found: bool) {
        let settings = json!({ "command": { "type": "configure", "settings": {
            "name": slug, "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo", "language": "nb",
            "goal": 60, "categories": [{ "id": "hands", "name": "Nyttige never" }], "is_found": is_found,
        } } });
        let set = organiser
            .post(&format!("/api/v1/exchanges/{slug}/commands"), settings)
            .await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text);
        let form = json!({ "is_on": true });
        let form = organiser
            .put(&format!("/api/v1/exchanges/{slug}/registrations/form"), form)
            .await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    }

    #[tokio::test]
    async fn search_engines_find_the_exchanges_that_wish_it_and_no_other() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let guest = hub.browser();
        wish_to_be_found(&organiser, "drammen", false).await;
        for path in ["/drammen", "/drammen/register"] {
            let page = guest.get(path).await;
            let is_built = page.status == StatusCode::OK;
            assert!(!is_built || page.headers["x-robots-tag"] == "noindex", "{path}");
        }
        assert!(!guest.get("/robots.txt").await.text.contains("drammen"));

        wish_to_be_found(&organiser, "drammen", true).await;
        for path in ["/drammen", "/drammen/register"] {
            let page = guest.get(path).await;
            assert!(!page.headers.contains_key("x-robots-tag"), "{path}");
            assert!(!page.text.contains("noindex"), "{path}");
        }
        let robots = guest.get("/robots.txt").await.text;
        let (of_showers, of_all) = robots.split_once("User-agent: *\n").unwrap();
        assert!(
            of_showers.contains("User-agent: facebookexternalhit\n") && of_showers.contains("Allow: /\n")
        );
        assert_eq!(
            of_all,
            "Allow: /assets/\nAllow: /favicon.ico\nAllow: /drammen$\nAllow: /drammen/register$\n\
             Allow: /api/v1/exchanges/drammen/poster.png\nDisallow: /\n"
        );
        // Desks are nobody's to find, and neither is what a link of somebody's own opens.
        for path in ["/drammen/broker", "/", "/registration/x", "/follow-up/x"] {
            let page = guest.get(path).await;
            assert_eq!(page.headers["x-robots-tag"], "noindex", "{path}");
        }
        let form = guest.get("/drammen/register").await.text;
        for line in [
            r#"<meta property="og:title" content="drammen">"#,
            "Meld dere på: Biblioteket, 26. november 2026.",
            "/api/v1/exchanges/drammen/poster.png",
            r#"/drammen/register">"#,
        ] {
            assert!(form.contains(line), "{line}: {form}");
        }
    }
}
