//! What session this browser holds, asked over HTTP: the socket cannot tell why it was not let in.

use borsklokka_shared::role::Role;
use serde_json::Value;

use crate::http::{self, Reply};

/// What the server knows of this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// It has this role; a viewer if it never was paired.
    As(Role),
    /// It was paired and is no longer. The server says so once, and takes the cookie away.
    Ended,
    /// The server did not say.
    Unknown,
}

pub(super) async fn ask(slug: &str) -> Held {
    match http::get(&format!("/api/v1/exchanges/{slug}/session")).await {
        Ok(reply) => held(&reply),
        Err(_) => Held::Unknown,
    }
}

fn held(reply: &Reply) -> Held {
    let field = |name: &str| {
        let body: Value = serde_json::from_str(&reply.body).ok()?;
        body.get(name)?.as_str().map(str::to_owned)
    };
    match reply.status {
        200 => match field("role").as_deref() {
            Some("viewer") => Held::As(Role::Viewer),
            Some(role) => role.parse().map_or(Held::Unknown, Held::As),
            None => Held::Unknown,
        },
        403 if field("code").as_deref() == Some("not_allowed") => Held::Ended,
        _ => Held::Unknown,
    }
}

/// The sentence of an unhappy reply.
pub(super) fn message(reply: &Reply) -> Option<String> {
    let body: Value = serde_json::from_str(&reply.body).ok()?;
    body.get("message")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_server_knows() {
        for (status, body, expected) in [
            (200, r#"{"role":"viewer"}"#, Held::As(Role::Viewer)),
            (
                200,
                r#"{"role":"broker","name":"Ingrid"}"#,
                Held::As(Role::Broker),
            ),
            (200, "nonsense", Held::Unknown),
            (403, r#"{"code":"not_allowed","message":"…"}"#, Held::Ended),
            (403, r#"{"code":"foreign_origin","message":"…"}"#, Held::Unknown),
            (503, r#"{"code":"unavailable"}"#, Held::Unknown),
        ] {
            let reply = Reply {
                status,
                body: body.to_owned(),
            };
            assert_eq!(held(&reply), expected, "{body}");
        }
    }
}
