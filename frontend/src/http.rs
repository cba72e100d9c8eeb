//! Requests to the server that are not on the socket: same origin, JSON both ways, cookies of this origin alone.

use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, Request, RequestCache, RequestCredentials, RequestInit, Response};

use crate::browser;

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, as text.
    pub body: String,
}

impl Reply {
    /// Whether the request was carried out.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The server could not be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

/// Reads a resource. The browser asks anew each time and spares the body if it has not changed.
///
/// # Errors
/// If the server cannot be reached; an unhappy status is a [`Reply`].
pub async fn get(url: &str) -> Result<Reply, Unreachable> {
    request("GET", url, None).await.map_err(|_| Unreachable)
}

/// Sends a file as it is, under the kind that the browser took it for.
///
/// # Errors
/// If the server cannot be reached; an unhappy status is a [`Reply`].
pub async fn put(url: &str, file: &File) -> Result<Reply, Unreachable> {
    let body = Body {
        content: file.into(),
        kind: file.type_(),
    };
    request("PUT", url, Some(body)).await.map_err(|_| Unreachable)
}

/// Asks for something with a JSON body.
///
/// # Errors
/// If the server cannot be reached; an unhappy status is a [`Reply`].
pub async fn send(method: &str, url: &str, body: &Value) -> Result<Reply, Unreachable> {
    let body = Body {
        content: JsValue::from_str(&body.to_string()),
        kind: JSON.to_owned(),
    };
    request(method, url, Some(body)).await.map_err(|_| Unreachable)
}

/// The kind of a JSON body.
const JSON: &str = "application/json";

/// What goes with a request.
struct Body {
    content: JsValue,
    kind: String,
}

async fn request(method: &str, url: &str, body: Option<Body>) -> Result<Reply, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_cache(RequestCache::NoCache);
    init.set_credentials(RequestCredentials::SameOrigin);
    if let Some(body) = &body {
        init.set_body(&body.content);
    }
    let request = Request::new_with_str_and_init(url, &init)?;
    if let Some(body) = &body {
        request.headers().set("content-type", &body.kind)?;
    }
    if let Some(tag) = browser::root_attribute("lang") {
        request.headers().set("accept-language", &tag)?;
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_request(&request))
        .await?
        .dyn_into()?;
    let body = JsFuture::from(response.text()?).await?;
    Ok(Reply {
        status: response.status(),
        body: body.as_string().unwrap_or_default(),
    })
}
