//! Requests to the server that are not on the socket: same origin, JSON both ways, cookies of this origin alone.

use borsklokka_shared::wire::{ANSWER_HEADER, ANSWER_HEADER_VALUE};
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Blob, Headers, Request, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
    Response,
};

use crate::browser;
use crate::json;

/// What the server itself answered. No status of anything between is one: see [`Reply::read`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It is done, and there is nothing to say.
    Done,
    /// What was asked for, as JSON.
    Content(String),
    /// It was not carried out.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Stable, for programs.
        code: String,
        /// For people.
        message: String,
    },
}

impl Reply {
    /// Reads an answer: `mark` is what stands in the header that the server gives every answer. A sign-in page of the Wi-Fi, a
    /// proxy's error and a cache's echo lack it, and so does a refusal that is not in the server's own shape: whatever was
    /// asked may not have arrived.
    ///
    /// # Errors
    /// If the answer is not the server's.
    pub fn read(status: u16, mark: Option<&str>, body: String) -> Result<Self, Unreachable> {
        #[derive(Deserialize)]
        struct Error {
            code: String,
            message: String,
        }
        if mark != Some(ANSWER_HEADER_VALUE) {
            return Err(Unreachable);
        }
        match status {
            204 => Ok(Reply::Done),
            200..300 => Ok(Reply::Content(body)),
            _ => {
                let Error { code, message } = json::read(&body).map_err(|_| Unreachable)?;
                Ok(Reply::Refused {
                    status,
                    code,
                    message,
                })
            }
        }
    }

    /// What was asked for; none if it was refused, or if there is nothing.
    pub fn content(self) -> Option<String> {
        match self {
            Reply::Content(content) => Some(content),
            Reply::Done | Reply::Refused { .. } => None,
        }
    }
}

/// The server could not be reached, or something between answered in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

/// Reads a resource. The browser asks anew each time and spares the body if it has not changed.
///
/// # Errors
/// If the server cannot be reached; a refusal is a [`Reply`].
pub async fn get(url: &str) -> Result<Reply, Unreachable> {
    request(with("GET"), url, None).await
}

/// Sends a file as it is, under the kind that the browser took it for.
///
/// # Errors
/// If the server cannot be reached; a refusal is a [`Reply`].
pub async fn put(url: &str, file: &Blob) -> Result<Reply, Unreachable> {
    let init = with("PUT");
    init.set_body(file);
    request(init, url, Some(&file.type_())).await
}

/// Hands a file in and waits for what is said of it, until `stopped` says that nobody waits any more.
///
/// # Errors
/// If the server cannot be reached, or it was stopped; a refusal is a [`Reply`].
pub async fn hand_in(url: &str, file: &Blob, stopped: &AbortSignal) -> Result<Reply, Unreachable> {
    let init = with("POST");
    init.set_body(file);
    init.set_signal(Some(stopped));
    request(init, url, Some(&file.type_())).await
}

/// Asks for something with a JSON body.
///
/// # Errors
/// If the server cannot be reached; a refusal is a [`Reply`].
pub async fn send(method: &str, url: &str, body: &Value) -> Result<Reply, Unreachable> {
    let init = with(method);
    init.set_body(&JsValue::from_str(&body.to_string()));
    request(init, url, Some(JSON)).await
}

/// Puts something where nothing is yet, as JSON.
///
/// # Errors
/// If the server cannot be reached; a refusal is a [`Reply`].
pub async fn put_first(url: &str, body: &Value) -> Result<Reply, Unreachable> {
    let headers = Headers::new().map_err(|_| Unreachable)?;
    headers.set("if-none-match", "*").map_err(|_| Unreachable)?;
    let init = with("PUT");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&body.to_string()));
    request(init, url, Some(JSON)).await
}

/// The kind of a JSON body.
const JSON: &str = "application/json";

/// A request as all of ours are.
fn with(method: &str) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_cache(RequestCache::NoCache);
    init.set_credentials(RequestCredentials::SameOrigin);
    // The server's API sends nobody elsewhere: who does stands between.
    init.set_redirect(RequestRedirect::Error);
    init
}

async fn request(init: RequestInit, url: &str, kind: Option<&str>) -> Result<Reply, Unreachable> {
    let Answered { status, mark, body } = fetch(init, url, kind).await.map_err(|_| Unreachable)?;
    Reply::read(status, mark.as_deref(), body)
}

/// What came back, whoever said it.
struct Answered {
    status: u16,
    mark: Option<String>,
    body: String,
}

async fn fetch(init: RequestInit, url: &str, kind: Option<&str>) -> Result<Answered, JsValue> {
    let request = Request::new_with_str_and_init(url, &init)?;
    if let Some(kind) = kind {
        request.headers().set("content-type", kind)?;
    }
    if let Some(tag) = browser::root_attribute("lang") {
        request.headers().set("accept-language", &tag)?;
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_request(&request))
        .await?
        .dyn_into()?;
    let body = JsFuture::from(response.text()?).await?;
    Ok(Answered {
        status: response.status(),
        mark: response.headers().get(ANSWER_HEADER)?,
        body: body.as_string().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a Wi-Fi's sign-in page, a proxy, a cache and a filter say, with and without a header that they copied.
    #[test]
    fn only_the_servers_own_answer_is_one() {
        let read = |status, mark, body: &str| Reply::read(status, mark, body.to_owned());
        let ours = Some(ANSWER_HEADER_VALUE);
        assert_eq!(read(204, ours, ""), Ok(Reply::Done));
        assert_eq!(read(200, ours, "[]"), Ok(Reply::Content("[]".to_owned())));
        let refusal = r#"{"code":"bad_phone","message":"Skriv nummeret."}"#;
        assert_eq!(
            read(422, ours, refusal),
            Ok(Reply::Refused {
                status: 422,
                code: "bad_phone".to_owned(),
                message: "Skriv nummeret.".to_owned(),
            })
        );
        for (status, body) in [
            (200, "<html>Logg inn</html>"),
            (200, "{}"),
            (200, ""),
            (204, ""),
            (201, refusal),
            (302, ""),
            (403, "<html>Blocked</html>"),
            (404, refusal),
            (511, "<html>Sign in</html>"),
        ] {
            for mark in [None, Some(""), Some("v9")] {
                assert_eq!(read(status, mark, body), Err(Unreachable), "{status} {body}");
            }
        }
        for (status, body) in [
            (302, ""),
            (403, "<html>Blocked</html>"),
            (404, "{}"),
            (502, r#"{"error":"x"}"#),
        ] {
            assert_eq!(read(status, ours, body), Err(Unreachable), "{status} {body}");
        }
    }
}
