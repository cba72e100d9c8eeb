//! What the browser does with passkeys, and what it is told to by the server.

use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

#[wasm_bindgen(module = "/src/home/passkey.js")]
extern "C" {
    /// Whether this browser has passkeys at a host.
    #[wasm_bindgen(js_name = hasPasskeys)]
    fn has_passkeys(host: &str) -> bool;
    #[wasm_bindgen(catch, js_name = makePasskey)]
    async fn make_passkey(asked: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = signByPasskey)]
    async fn sign_by_passkey(asked: &str) -> Result<JsValue, JsValue>;
}

/// What the server asks, and by what it knows the answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Question {
    /// It goes back with the answer.
    pub token: String,
    options: Value,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It was called off, or nobody came in time.
    Left,
    /// The passkey that it would make is there already.
    Known,
}

/// Whether this browser has passkeys at a host, on a page of it.
pub fn are_there(host: &str) -> bool {
    has_passkeys(host)
}

impl Question {
    /// Has the browser make a passkey.
    ///
    /// # Errors
    /// If it makes none.
    pub async fn made(&self) -> Result<Value, NoAnswer> {
        answer(make_passkey(&self.options.to_string()).await)
    }

    /// Has a passkey sign.
    ///
    /// # Errors
    /// If none does.
    pub async fn signed(&self) -> Result<Value, NoAnswer> {
        answer(sign_by_passkey(&self.options.to_string()).await)
    }
}

fn answer(answer: Result<JsValue, JsValue>) -> Result<Value, NoAnswer> {
    let said = answer.map_err(|error| match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "InvalidStateError" => NoAnswer::Known,
        Some(_) | None => NoAnswer::Left,
    })?;
    let said = said.as_string().and_then(|said| serde_json::from_str(&said).ok());
    said.ok_or(NoAnswer::Left)
}
