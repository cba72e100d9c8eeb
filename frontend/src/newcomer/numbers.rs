//! How telephone numbers are read: asked of the server while somebody types, since what a number is in a country does not fit on a
//! tablet. Without a network what is typed is kept, and asked once there is one.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use crate::live::Live;
use crate::live::connection::LinkState;
use crate::request;
use crate::texts::Broker;

/// How long the keys rest before the server is asked, in milliseconds.
const REST_MS: u64 = 500;

/// A telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Number {
    /// As it was typed.
    pub written: String,
    /// As it is dialled from anywhere; none if no country has it.
    pub read: Option<String>,
}

#[derive(Deserialize)]
struct Numbers {
    numbers: Vec<Number>,
}

/// The numbers that no country has, each with a question.
#[component]
pub fn Doubts(
    /// How they are read.
    numbers: RwSignal<Vec<Number>>,
    /// The words of the question.
    words: &'static Broker,
) -> impl IntoView {
    let doubts = move || {
        let unread = |number: &Number| number.read.is_none().then(|| words.phone_unread(&number.written));
        numbers.with(|numbers| {
            numbers
                .iter()
                .filter_map(unread)
                .map(|doubt| view! { <p class="phone-doubt" data-testid="phone-doubt">{doubt}</p> })
                .collect_view()
        })
    };
    // The place is there before it speaks, so that a reader of screens hears it.
    view! { <div role="status">{doubts}</div> }
}

/// How the server reads what is typed; empty until it has said so.
pub fn follow(live: Live, typed: Memo<Option<String>>) -> RwSignal<Vec<Number>> {
    let numbers = RwSignal::new(Vec::new());
    let rests = StoredValue::new_local(None::<TimeoutHandle>);
    let link = live.link();
    let forget = move || {
        if let Some(earlier) = rests.try_update_value(Option::take).flatten() {
            earlier.clear();
        }
    };
    Effect::new(move || {
        let asked = typed.get();
        forget();
        numbers.set(Vec::new());
        if let (Some(asked), LinkState::Connected) = (asked, link.get()) {
            let later = set_timeout_with_handle(
                move || spawn_local(ask(live, asked, typed, numbers)),
                Duration::from_millis(REST_MS),
            );
            rests.set_value(later.ok());
        }
    });
    on_cleanup(forget);
    numbers
}

async fn ask(live: Live, asked: String, typed: Memo<Option<String>>, numbers: RwSignal<Vec<Number>>) {
    let url = format!("/api/v1/exchanges/{}/phone-numbers", live.slug());
    // A server that does not say leaves the number as it is.
    if let Ok(read) = request::ask::<Numbers>("POST", &url, &json!({ "line": asked })).await
        && typed.try_get_untracked().flatten() == Some(asked)
    {
        numbers.try_set(read.numbers);
    }
}
