//! Where an organiser is logged in, and how she ends it there.

use borsklokka_shared::instant::Instant;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::components::Button;
use crate::home::moment::moment;
use crate::request;
use crate::texts::texts;

/// A session of hers, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// Which.
    pub id: Uuid,
    /// Such as `Firefox, Windows`; nothing, if nobody knows.
    pub browser: String,
    /// The address that it was begun from.
    pub from: String,
    /// When.
    pub began: Instant,
    /// When it was used last.
    pub last_seen: Instant,
    /// Whether it is this browser's.
    pub own: bool,
}

/// The list.
#[component]
pub fn Sessions(
    /// Her sessions.
    sessions: Vec<Session>,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called when one has ended.
    changed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let end = move |id: Uuid| {
        alert.set(None);
        spawn_local(async move {
            let url = format!("/api/v1/account/sessions/{id}");
            match request::ask::<()>("DELETE", &url, &json!({})).await {
                Ok(()) => changed(),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    let row = move |session: Session| {
        let words = t.accounts();
        let browser = match session.browser.as_str() {
            "" => words.unknown_browser.to_owned(),
            known => known.to_owned(),
        };
        let id = session.id;
        let act = if session.own {
            view! { <span class="office-note">{words.this_browser}</span> }.into_any()
        } else {
            view! {
                <Button testid="end-session" press=move || end(id)>
                    {words.end}
                </Button>
            }
            .into_any()
        };
        view! {
            <li data-testid="session-row">
                <span class="exchange-name">{browser}</span>
                {act}
                <span class="account-stands office-note">
                    {words.began(session.from, moment(session.began))} " · " {words.used(moment(session.last_seen))}
                </span>
            </li>
        }
    };
    let rows = sessions.into_iter().map(row).collect_view();
    view! {
        <section class="card">
            <h2 class="form-heading">{t.accounts().sessions}</h2>
            <ul class="exchange-list">{rows}</ul>
        </section>
    }
}
