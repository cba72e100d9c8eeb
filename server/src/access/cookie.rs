//! Credentials in headers: one cookie an exchange, one for the operator, one for an account, or a bearer token for native clients.
//!
//! Over TLS a cookie is called `__Host-…`: no browser takes one of that name from plain http, from another host or for a part of the
//! addresses, so nobody can put a session of theirs in somebody else's browser. What is behind the routes knows the bare names alone:
//! [`bare`] reads them off a request.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;

use super::{SESSION_DAYS, secret};

/// What the name of a cookie begins with over TLS.
const OF_THIS_HOST: &str = "__Host-";
/// How the names of those begin that open nothing any more.
const EARLIER: &str = "borsklokka-earlier_";

/// How the names of those begin that hold what was sent of a form.
const SENT: &str = "borsklokka-sent_";
/// For how long they do, in seconds.
const SENT_S: i64 = 60 * 60;

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
    format!("{EARLIER}{}", slug.replace('-', "_"))
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
    let path = match transport {
        Transport::Plain => pair_path(slug),
        // So `__Host-` asks it.
        Transport::Tls => "/".to_owned(),
    };
    write_at(
        &earlier_name(slug),
        token,
        SESSION_DAYS * 24 * 60 * 60,
        &path,
        transport,
    )
}

/// What takes that away, also as it was called over TLS before.
pub(crate) fn clear_earlier(slug: &str, transport: Transport) -> Vec<HeaderValue> {
    let bare = write_at(&earlier_name(slug), "", 0, &pair_path(slug), Transport::Plain);
    match transport {
        Transport::Plain => vec![bare],
        Transport::Tls => vec![write_at(&earlier_name(slug), "", 0, "/", transport), bare],
    }
}

/// The name of the cookie that holds what a browser sent last of an exchange's form.
pub(crate) fn sent_name(slug: &str) -> String {
    format!("{SENT}{}", slug.replace('-', "_"))
}

/// A `Set-Cookie` that keeps what the form was sent with, for as long as somebody may go back to it and send it again.
pub(crate) fn set_sent(slug: &str, token: &str, transport: Transport) -> HeaderValue {
    let path = match transport {
        Transport::Plain => format!("/{slug}/register"),
        // So `__Host-` asks it.
        Transport::Tls => "/".to_owned(),
    };
    write_at(&sent_name(slug), token, SENT_S, &path, transport)
}

/// A cookie that came over TLS by its bare name, as it was set before cookies were [`OF_THIS_HOST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Older {
    name: String,
    /// What it holds, unless one of this host's goes before it.
    token: Option<String>,
}

/// Gives a request's cookies their bare names. Over TLS one that has none but that counts only if its session began before cookies were
/// called otherwise: somebody on the way, or at a host beside this one, can have put it there. Those are returned, to be set anew.
pub(crate) fn bare(headers: &mut HeaderMap, transport: Transport) -> Vec<Older> {
    let sent: Vec<(String, String)> = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let (hosts, others): (Vec<_>, Vec<_>) = sent
        .into_iter()
        .partition(|(name, _)| name.starts_with(OF_THIS_HOST));
    let mut cookies: Vec<(String, String)> = hosts
        .into_iter()
        .map(|(name, value)| (name[OF_THIS_HOST.len()..].to_owned(), value))
        .collect();
    let mut olders = vec![];
    for (name, value) in others {
        let is_set_anew = cookies.iter().any(|(set, _)| *set == name);
        if transport == Transport::Tls && !secret::is_of_before_host_cookies(&value) {
            continue;
        }
        if transport == Transport::Tls && !name.starts_with(EARLIER) {
            let token = (!is_set_anew).then(|| value.clone());
            olders.push(Older {
                name: name.clone(),
                token,
            });
        }
        if !is_set_anew {
            cookies.push((name, value));
        }
    }
    headers.remove(header::COOKIE);
    let pairs: Vec<String> = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if let Some(line) = (!pairs.is_empty())
        .then(|| HeaderValue::try_from(pairs.join("; ")).ok())
        .flatten()
    {
        headers.insert(header::COOKIE, line);
    }
    olders
}

/// Sets what came by its bare name anew in an answer that no cache keeps. The older one stays beside it, for a server of the version before
/// that is still up, and goes with the first answer that ends the session or begins another.
pub(crate) fn set_anew(olders: Vec<Older>, answer: &mut HeaderMap) {
    let is_stored = !answer
        .get(header::CACHE_CONTROL)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("no-store"));
    for Older { name, token } in olders {
        let written = format!("{OF_THIS_HOST}{name}=");
        let is_written = answer
            .get_all(header::SET_COOKIE)
            .iter()
            .any(|set| set.as_bytes().starts_with(written.as_bytes()));
        if is_written {
            answer.append(header::SET_COOKIE, write(&name, "", 0, Transport::Plain));
        } else if let Some(token) = token.filter(|_| !is_stored) {
            answer.append(header::SET_COOKIE, set(&name, &token, Transport::Tls));
        }
    }
}

fn pair_path(slug: &str) -> String {
    format!("/api/v1/exchanges/{slug}/pair")
}

fn write(name: &str, value: &str, max_age_s: i64, transport: Transport) -> HeaderValue {
    write_at(name, value, max_age_s, "/", transport)
}

fn write_at(name: &str, value: &str, max_age_s: i64, path: &str, transport: Transport) -> HeaderValue {
    let (of, secure) = match transport {
        Transport::Plain => ("", ""),
        Transport::Tls => (OF_THIS_HOST, "; Secure"),
    };
    HeaderValue::try_from(format!(
        "{of}{name}={value}; HttpOnly; SameSite=Strict; Path={path}; Max-Age={max_age_s}{secure}"
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
            "__Host-borsklokka_drammen=ab12; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000; Secure"
        );
        assert_eq!(
            clear("borsklokka_operator", Transport::Plain),
            "borsklokka_operator=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
        );
        assert_eq!(
            set_earlier("drammen-2026", "ab12", Transport::Plain),
            "borsklokka-earlier_drammen_2026=ab12; HttpOnly; SameSite=Strict; Path=/api/v1/exchanges/drammen-2026/pair; Max-Age=2592000"
        );
        assert_eq!(
            set_earlier("drammen-2026", "ab12", Transport::Tls),
            "__Host-borsklokka-earlier_drammen_2026=ab12; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000; Secure"
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

    fn cookies(line: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(line).unwrap())])
    }

    fn set_cookies(headers: &HeaderMap) -> Vec<&str> {
        let set = headers.get_all(header::SET_COOKIE).iter();
        set.map(|value| value.to_str().unwrap()).collect()
    }

    #[test]
    fn over_tls_nobody_puts_a_session_into_somebody_elses_browser() {
        let fresh = secret::session_token().unwrap();
        // As a page in plain http, or at a host beside this one, leaves it in the browser.
        let planted = format!("borsklokka_drammen={fresh}");
        for (line, transport, found) in [
            (planted.clone(), Transport::Tls, None),
            (planted.clone(), Transport::Plain, Some(fresh.as_str())),
            (
                format!("{planted}; __Host-borsklokka_drammen=own"),
                Transport::Tls,
                Some("own"),
            ),
            (
                format!("__Host-borsklokka_drammen=own; {planted}"),
                Transport::Tls,
                Some("own"),
            ),
            (
                format!("__Host-borsklokka_drammen=own; {planted}"),
                Transport::Plain,
                Some("own"),
            ),
        ] {
            let mut headers = cookies(&line);
            let olders = bare(&mut headers, transport);
            assert_eq!(
                value(&headers, "borsklokka_drammen").as_deref(),
                found,
                "{line} {transport:?}"
            );
            assert_eq!(olders, [], "{line} {transport:?}");
        }
    }

    #[test]
    fn a_session_of_before_is_taken_over_and_its_cookie_set_anew() {
        let before = "ab".repeat(32);
        let mut headers = cookies(&format!("borsklokka_drammen={before}"));
        let olders = bare(&mut headers, Transport::Tls);
        assert_eq!(value(&headers, "borsklokka_drammen"), Some(before.clone()));
        // No cache may give it to somebody else.
        let mut kept = HeaderMap::from_iter([(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=60"),
        )]);
        set_anew(olders.clone(), &mut kept);
        assert_eq!(set_cookies(&kept), Vec::<&str>::new());
        let private =
            || HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
        let mut answer = private();
        set_anew(olders.clone(), &mut answer);
        assert_eq!(
            set_cookies(&answer),
            [format!(
                "__Host-borsklokka_drammen={before}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000; Secure"
            )]
        );
        // Whoever logs out is out by either name.
        let mut headers = cookies(&format!(
            "borsklokka_drammen={before}; __Host-borsklokka_drammen={before}"
        ));
        let olders = bare(&mut headers, Transport::Tls);
        let mut answer = private();
        answer.append(header::SET_COOKIE, clear("borsklokka_drammen", Transport::Tls));
        set_anew(olders, &mut answer);
        assert_eq!(
            set_cookies(&answer),
            [
                "__Host-borsklokka_drammen=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0; Secure",
                "borsklokka_drammen=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
            ]
        );
    }
}
