//! One WebSocket of the browser. What it says is handed on; a dropped one is silent and closes.

use borsklokka_shared::wire::SUBPROTOCOL;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::connection::Input;

/// An open or opening socket.
pub(super) struct Socket {
    web: WebSocket,
    _on_open: Closure<dyn Fn()>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_close: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Opens the exchange's live socket; none if the browser refuses even to try.
    pub(super) fn open(slug: &str, hand_on: impl Fn(&Input<'_>) + Copy + 'static) -> Option<Self> {
        let socket = WebSocket::new_with_str(&url(slug)?, SUBPROTOCOL).ok()?;
        let on_open = Closure::<dyn Fn()>::new(move || hand_on(&Input::Opened));
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(text) = message.data().as_string() {
                hand_on(&Input::Frame(&text));
            }
        });
        let on_close = Closure::<dyn Fn(CloseEvent)>::new(move |close: CloseEvent| {
            hand_on(&Input::Closed { code: close.code() });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            web: socket,
            _on_open: on_open,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// Sends a text frame. One that cannot be sent is lost; the close event follows, and answers are awaited no more.
    pub(super) fn send(&self, text: &str) {
        if self.web.send_with_str(text).is_err() {
            web_sys::console::warn_1(&"a frame could not be sent".into());
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.web.set_onopen(None);
        self.web.set_onmessage(None);
        self.web.set_onclose(None);
        if self.web.close().is_err() {
            web_sys::console::warn_1(&"a socket could not be closed".into());
        }
    }
}

fn url(slug: &str) -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    Some(format!(
        "{scheme}://{}/api/v1/exchanges/{slug}/live",
        location.host().ok()?
    ))
}
