//! Asking the server over HTTP, for what is not on the socket: an answer, or what went wrong in words.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use web_sys::File;

use crate::http::{self, Reply};
use crate::texts;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server could not be reached.
    Unreachable,
    /// It answered what this app cannot read.
    Unreadable,
    /// It refused.
    Refused {
        /// Stable, for programs.
        code: String,
        /// For people.
        message: String,
    },
}

impl Trouble {
    /// For the person at the screen.
    pub fn words(self, t: &texts::Desk) -> String {
        match self {
            Trouble::Unreachable => t.unreachable.to_owned(),
            Trouble::Unreadable => t.unreadable.to_owned(),
            Trouble::Refused { message, .. } => message,
        }
    }
}

/// Reads a resource.
///
/// # Errors
/// With the [`Trouble`].
pub async fn read<T: DeserializeOwned>(url: &str) -> Result<T, Trouble> {
    answer(&http::get(url).await.map_err(|_| Trouble::Unreachable)?)
}

/// Asks for something with a JSON body; `()` is the answer where the server says only that it is done.
///
/// # Errors
/// With the [`Trouble`].
pub async fn ask<T: DeserializeOwned>(method: &str, url: &str, body: &Value) -> Result<T, Trouble> {
    answer(
        &http::send(method, url, body)
            .await
            .map_err(|_| Trouble::Unreachable)?,
    )
}

/// Sends a file; the server says only that it has it.
///
/// # Errors
/// With the [`Trouble`].
pub async fn upload(url: &str, file: &File) -> Result<(), Trouble> {
    let reply = http::put(url, file).await.map_err(|_| Trouble::Unreachable)?;
    answer::<Option<Value>>(&reply).map(drop)
}

fn answer<T: DeserializeOwned>(reply: &Reply) -> Result<T, Trouble> {
    #[derive(Deserialize)]
    struct Refused {
        code: String,
        message: String,
    }
    if reply.is_success() {
        let body = if reply.body.is_empty() {
            "null"
        } else {
            &reply.body
        };
        serde_json::from_str(body).map_err(|_| Trouble::Unreadable)
    } else {
        let Refused { code, message } = serde_json::from_str(&reply.body).map_err(|_| Trouble::Unreadable)?;
        Err(Trouble::Refused { code, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status,
            body: body.to_owned(),
        }
    }

    #[test]
    fn reads_what_is_done_and_what_is_refused() {
        assert_eq!(answer::<()>(&reply(204, "")), Ok(()));
        assert_eq!(answer::<u32>(&reply(200, "7")), Ok(7));
        assert_eq!(answer::<u32>(&reply(200, "{}")), Err(Trouble::Unreadable));
        assert_eq!(
            answer::<u32>(&reply(409, r#"{"code":"slug_taken","message":"…"}"#)),
            Err(Trouble::Refused {
                code: "slug_taken".to_owned(),
                message: "…".to_owned(),
            })
        );
        assert_eq!(answer::<u32>(&reply(502, "<html>")), Err(Trouble::Unreadable));
    }
}
