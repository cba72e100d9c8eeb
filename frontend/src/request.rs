//! Asking the server over HTTP, for what is not on the socket: an answer, or what went wrong in words.

use serde::de::DeserializeOwned;
use serde_json::Value;
use web_sys::{AbortSignal, Blob};

use crate::http::{self, Reply};
use crate::json;
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
    answer(http::get(url).await.map_err(|_| Trouble::Unreachable)?)
}

/// Asks for something with a JSON body; `()` is the answer where the server says only that it is done.
///
/// # Errors
/// With the [`Trouble`].
pub async fn ask<T: DeserializeOwned>(method: &str, url: &str, body: &Value) -> Result<T, Trouble> {
    answer(
        http::send(method, url, body)
            .await
            .map_err(|_| Trouble::Unreachable)?,
    )
}

/// Sends a file; the server says only that it has it.
///
/// # Errors
/// With the [`Trouble`].
pub async fn upload(url: &str, file: &Blob) -> Result<(), Trouble> {
    let reply = http::put(url, file).await.map_err(|_| Trouble::Unreachable)?;
    answer::<Option<Value>>(reply).map(drop)
}

/// Hands a file in and waits for what is said of it. What was stopped could not be reached.
///
/// # Errors
/// With the [`Trouble`].
pub async fn hand_in<T: DeserializeOwned>(
    url: &str,
    file: &Blob,
    stopped: &AbortSignal,
) -> Result<T, Trouble> {
    answer(
        http::hand_in(url, file, stopped)
            .await
            .map_err(|_| Trouble::Unreachable)?,
    )
}

fn answer<T: DeserializeOwned>(reply: Reply) -> Result<T, Trouble> {
    match reply {
        Reply::Done => json::read("null").map_err(|_| Trouble::Unreadable),
        Reply::Content(content) => json::read(&content).map_err(|_| Trouble::Unreadable),
        Reply::Refused { code, message, .. } => Err(Trouble::Refused { code, message }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_done_and_what_is_refused() {
        let content = |content: &str| Reply::Content(content.to_owned());
        assert_eq!(answer::<()>(Reply::Done), Ok(()));
        assert_eq!(answer::<u32>(content("7")), Ok(7));
        assert_eq!(answer::<u32>(content("{}")), Err(Trouble::Unreadable));
        assert_eq!(answer::<u32>(Reply::Done), Err(Trouble::Unreadable));
        let (code, message) = ("slug_taken".to_owned(), "…".to_owned());
        let refused = Reply::Refused {
            status: 409,
            code: code.clone(),
            message: message.clone(),
        };
        assert_eq!(answer::<u32>(refused), Err(Trouble::Refused { code, message }));
    }
}
