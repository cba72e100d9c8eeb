//! What session this browser holds, asked over HTTP: the socket cannot tell why it was not let in.

use borsklokka_shared::role::Role;
use serde_json::Value;

use crate::http::{self, Reply};
use crate::json;

/// What the server knows of this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// It has this role; a viewer if it never was paired.
    As(Role),
    /// It was paired and is no longer. The server says so once, and takes the cookie away.
    Ended,
    /// It has nothing to do here now, and the server says why: its session does not count over plain http, or its account has no right in
    /// this exchange. What waits to be sent goes on waiting.
    NotHere(String),
    /// There is no such exchange any more, in the server's words.
    Gone(String),
    /// The server did not say.
    Unknown,
}

pub(super) async fn ask(slug: &str) -> Held {
    match http::get(&format!("/api/v1/exchanges/{slug}/session")).await {
        Ok(reply) => held(reply),
        Err(_) => Held::Unknown,
    }
}

fn held(reply: Reply) -> Held {
    match reply {
        Reply::Content(content) => match text_of(&content, "role").as_deref() {
            Some("viewer") => text_of(&content, "message").map_or(Held::As(Role::Viewer), Held::NotHere),
            Some(role) => role.parse().map_or(Held::Unknown, Held::As),
            None => Held::Unknown,
        },
        Reply::Refused {
            status: 403, code, ..
        } if code == "not_allowed" => Held::Ended,
        Reply::Refused {
            status: 403,
            code,
            message,
        } if code == "plain_http" => Held::NotHere(message),
        Reply::Refused { code, message, .. } if code == "unknown_exchange" => Held::Gone(message),
        Reply::Done | Reply::Refused { .. } => Held::Unknown,
    }
}

fn text_of(content: &str, name: &str) -> Option<String> {
    let content: Value = json::read(content).ok()?;
    content.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_server_knows() {
        let content = |content: &str| Reply::Content(content.to_owned());
        let refused = |status, code: &str| Reply::Refused {
            status,
            code: code.to_owned(),
            message: "…".to_owned(),
        };
        for (reply, expected) in [
            (content(r#"{"role":"viewer"}"#), Held::As(Role::Viewer)),
            (
                content(r#"{"role":"broker","name":"Ingrid"}"#),
                Held::As(Role::Broker),
            ),
            (
                content(r#"{"role":"viewer","message":"…"}"#),
                Held::NotHere("…".to_owned()),
            ),
            (refused(404, "unknown_exchange"), Held::Gone("…".to_owned())),
            (content("nonsense"), Held::Unknown),
            (refused(403, "not_allowed"), Held::Ended),
            (refused(403, "plain_http"), Held::NotHere("…".to_owned())),
            (refused(403, "foreign_origin"), Held::Unknown),
            (refused(503, "unavailable"), Held::Unknown),
            (Reply::Done, Held::Unknown),
        ] {
            assert_eq!(held(reply.clone()), expected, "{reply:?}");
        }
    }
}
