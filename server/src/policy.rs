//! What a page may load, do, and be framed by: its `Content-Security-Policy`. No page carries a style or a script of its own that is not
//! named here by its hash, so whatever somebody brings into one is neither run nor shown.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use borsklokka_shared::screen::{Address, App};
use sha2::{Digest, Sha256};

/// Only this server's own scripts, the app's WASM among them. No page has a base or anything embedded, and forms are sent nowhere else.
/// What a page connects to is written behind `connect-src 'self'`, and who else may frame it behind `frame-ancestors 'self'`: the desk
/// frames the wall.
const BEFORE_STYLES: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";
const BEFORE_SOCKETS: &str = "; img-src 'self' data:; connect-src 'self'";
const BEFORE_FRAMES: &str =
    "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// What the pages of a server may load and be framed by.
#[derive(Clone, Debug, Default)]
pub struct ContentPolicy {
    /// Who frames the pages of the hall, each as browsers write it behind a space.
    framed_by: String,
    /// What the organiser's pages show with styles that are not ours to move into a sheet: mails, as they are sent.
    organisers_styles: String,
}

/// Sources as a policy lists them.
fn each_behind_a_space(sources: impl Iterator<Item = String>) -> String {
    sources.flat_map(|source| [" ".to_owned(), source]).collect()
}

impl ContentPolicy {
    /// Lets other sites frame the pages of the hall, the wall and the phone, where nobody pairs anything or signs in.
    #[must_use]
    pub fn framed_by(mut self, origins: &[String]) -> Self {
        self.framed_by = each_behind_a_space(origins.iter().cloned());
        self
    }

    /// Lets the organiser's pages show what has these very styles written in it, and no other.
    #[must_use]
    pub fn showing_to_organisers(mut self, styles: &[&str]) -> Self {
        let hashes = each_behind_a_space(styles.iter().map(|style| hash(style)));
        self.organisers_styles = format!(" 'unsafe-hashes'{hashes}");
        self
    }

    /// The policy of the answer at a path, for whoever asked a host of this server's.
    pub(crate) fn of(&self, path: &str, host: Option<&str>) -> HeaderValue {
        let app = match Address::of_path(path) {
            Address::Exchange { screen, .. } => Some(screen.app()),
            Address::Home
            | Address::Setup
            | Address::Start
            | Address::Account
            | Address::Accounts
            | Address::Unknown => None,
        };
        let styles = match app {
            Some(App::Organiser) => self.organisers_styles.as_str(),
            _ => "",
        };
        let frames = match app {
            Some(app) if app.is_the_halls() => self.framed_by.as_str(),
            _ => "",
        };
        // Browsers of before took 'self' for the page's own scheme alone, which no socket has.
        let sockets = host.map_or_else(String::new, |host| format!(" ws://{host} wss://{host}"));
        HeaderValue::try_from(format!(
            "{BEFORE_STYLES}{styles}{BEFORE_SOCKETS}{sockets}{BEFORE_FRAMES}{frames}"
        ))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
    }
}

/// The policy of a page that is written by the server itself, with this one sheet in its head: no WASM, no sockets, in nobody's frame.
pub(crate) fn with_sheet(sheet: &str) -> HeaderValue {
    HeaderValue::try_from(format!(
        "default-src 'self'; style-src {}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        hash(sheet)
    ))
    .expect("a hash is printable")
}

/// A style or a script as a policy names it.
fn hash(content: &str) -> String {
    format!(
        "'sha256-{}'",
        BASE64_STANDARD.encode(Sha256::digest(content.as_bytes()))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(policy: &HeaderValue) -> &str {
        policy.to_str().unwrap()
    }

    #[test]
    fn no_page_takes_scripts_or_styles_that_somebody_wrote_into_it() {
        let policy = ContentPolicy::default().of("/drammen/broker", Some("192.168.1.5:8080"));
        assert_eq!(
            text(&policy),
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self' ws://192.168.1.5:8080 wss://192.168.1.5:8080; object-src 'none'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'self'"
        );
        let sheet = with_sheet("p{margin:0}");
        for policy in [text(&policy), text(&sheet)] {
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{policy}"
            );
            assert!(
                policy.contains("object-src 'none'; base-uri 'none'; form-action 'self'"),
                "{policy}"
            );
        }
        // echo -n 'p{margin:0}' | openssl dgst -sha256 -binary | base64
        assert!(text(&sheet).contains("style-src 'sha256-"), "{sheet:?}");
    }

    #[test]
    fn another_site_frames_the_pages_of_the_hall_alone() {
        let policy = ContentPolicy::default().framed_by(&["https://portal.example.no".to_owned()]);
        for (path, is_framed) in [
            ("/drammen/wall", true),
            ("/drammen", true),
            ("/drammen/broker", false),
            ("/drammen/organiser", false),
            ("/drammen/pair", false),
            ("/", false),
            ("/api/v1/exchanges/drammen/session", false),
        ] {
            let policy = policy.of(path, None);
            let ends = if is_framed {
                "'self' https://portal.example.no"
            } else {
                "frame-ancestors 'self'"
            };
            assert!(text(&policy).ends_with(ends), "{path}: {policy:?}");
        }
    }

    #[test]
    fn mails_are_shown_to_organisers_with_their_own_styles_and_no_others() {
        let policy = ContentPolicy::default().showing_to_organisers(&["margin:0"]);
        let of = |path| policy.of(path, None);
        let named = format!("style-src 'self' 'unsafe-hashes' {};", hash("margin:0"));
        assert!(text(&of("/drammen/organiser")).contains(&named));
        for path in ["/drammen/moderator", "/"] {
            assert!(text(&of(path)).contains("style-src 'self';"), "{path}");
        }
    }
}
