//! Credentials in headers: one cookie an exchange, one for the operator, one for an account, or a bearer token for native clients.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;

use super::SESSION_DAYS;

/// The operator's cookie.
pub(crate) const OPERATOR: &str = "borsklokka_operator";

/// An account's cookie.
pub(crate) const ACCOUNT: &str = "borsklokka_account";

/// Whether cookies may leave the browser on plain http.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// They may: the hall's own network.
    Plain,
    /// They may not: the server is reached over TLS.
    Tls,
}

/// The name of an exchange's cookie.
pub(crate) fn name(slug: &str) -> String {
    format!("borsklokka_{}", slug.replace('-', "_"))
}

/// The name of the cookie that holds what an exchange's held before its session ended. No slug gives the other's name.
pub(crate) fn earlier_name(slug: &str) -> String {
    format!("borsklokka-earlier_{}", slug.replace('-', "_"))
}

/// The value of a cookie that is not empty.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers)
        .get(name)
        .map(|cookie| cookie.value().to_owned())
        .filter(|value| !value.is_empty())
}

/// The bearer token, if there is an Authorization header; what is no bearer token is an empty one, which nobody holds.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = authorization.split_once(' ').unwrap_or_default();
    Some(if scheme.eq_ignore_ascii_case("bearer") {
        token.trim()
    } else {
        ""
    })
}

/// A `Set-Cookie` that begins a session.
pub(crate) fn set(name: &str, token: &str, transport: Transport) -> HeaderValue {
    write(name, token, SESSION_DAYS * 24 * 60 * 60, transport)
}

/// A `Set-Cookie` that ends a session.
pub(crate) fn clear(name: &str, transport: Transport) -> HeaderValue {
    write(name, "", 0, transport)
}

/// A `Set-Cookie` that keeps what opens nothing any more, for the next pairing alone: by it the tablet shows that it was that
/// device.
pub(crate) fn set_earlier(slug: &str, token: &str, transport: Transport) -> HeaderValue {
    write_at(
        &earlier_name(slug),
        token,
        SESSION_DAYS * 24 * 60 * 60,
        &pair_path(slug),
        transport,
    )
}

/// A `Set-Cookie` that takes that away.
pub(crate) fn clear_earlier(slug: &str, transport: Transport) -> HeaderValue {
    write_at(&earlier_name(slug), "", 0, &pair_path(slug), transport)
}

fn pair_path(slug: &str) -> String {
    format!("/api/v1/exchanges/{slug}/pair")
}

fn write(name: &str, value: &str, max_age_s: i64, transport: Transport) -> HeaderValue {
    write_at(name, value, max_age_s, "/", transport)
}

fn write_at(name: &str, value: &str, max_age_s: i64, path: &str, transport: Transport) -> HeaderValue {
    let secure = match transport {
        Transport::Plain => "",
        Transport::Tls => "; Secure",
    };
    HeaderValue::try_from(format!(
        "{name}={value}; HttpOnly; SameSite=Strict; Path={path}; Max-Age={max_age_s}{secure}"
    ))
    .expect("names, paths and tokens are printable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_closed_to_scripts_and_other_sites() {
        assert_eq!(name("drammen-2026"), "borsklokka_drammen_2026");
        assert_eq!(
            set("borsklokka_drammen", "ab12", Transport::Plain),
            "borsklokka_drammen=ab12; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000"
        );
        assert_eq!(
            set("borsklokka_drammen", "ab12", Transport::Tls),
            "borsklokka_drammen=ab12; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000; Secure"
        );
        assert_eq!(
            clear("borsklokka_operator", Transport::Plain),
            "borsklokka_operator=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
        );
        assert_eq!(
            set_earlier("drammen-2026", "ab12", Transport::Plain),
            "borsklokka-earlier_drammen_2026=ab12; HttpOnly; SameSite=Strict; Path=/api/v1/exchanges/drammen-2026/pair; Max-Age=2592000"
        );
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_letters_of_its_scheme() {
        let with = |text: &'static str| {
            HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(text))])
        };
        assert_eq!(bearer(&HeaderMap::new()), None);
        assert_eq!(bearer(&with("Bearer ab12")), Some("ab12"));
        assert_eq!(bearer(&with("bearer  ab12")), Some("ab12"));
        assert_eq!(bearer(&with("Basic ab12")), Some(""));
        assert_eq!(bearer(&with("ab12")), Some(""));
    }
}
