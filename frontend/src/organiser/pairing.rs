//! Pairing codes: one code makes one device one of the exchange's, within a few minutes.

use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::leads_nowhere;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::office::Office;
use super::unsaved::Unsaved;
use crate::components::TextField;
use crate::desk::Desk;
use crate::evening::called;
use crate::request;
use crate::texts::{self, texts};

/// A code that the server made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Invitation {
    id: Uuid,
    code: String,
    expires_at: Instant,
    url: String,
    /// Drawn by the server, of the address.
    qr_svg: String,
    /// Where the device first learns to trust the server, if it must.
    trust_url: Option<String>,
}

/// The codes that hold.
#[derive(Deserialize)]
struct Codes {
    open: Vec<Open>,
}

#[derive(Deserialize)]
struct Open {
    id: Uuid,
}

impl Invitation {
    /// What the device cannot do at the address, or must do before it, in words.
    fn caution(&self, t: &texts::Organiser) -> Option<String> {
        match &self.trust_url {
            Some(url) => Some(t.code_trust(url)),
            None => is_insecure(&self.url).then(|| t.code_plain_http.to_owned()),
        }
    }
}

/// Whether browsers take an address for insecure. This machine itself is secure, however it is asked.
fn is_insecure(url: &str) -> bool {
    let host = url.strip_prefix("http://");
    host.is_some_and(|host| {
        !["localhost", "127.", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    })
}

/// Chooses a role and a name, and shows the code.
#[component]
pub fn Pairing() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts();
    let (role, name) = (
        Unsaved::kept("pairing-role", || Role::Broker),
        // It stays when a code was made, and so is not asked about.
        Unsaved::kept("pairing-name", String::new),
    );
    let code = RwSignal::new(None::<Invitation>);
    let is_used = RwSignal::new(false);
    let devices = Office::of_page().devices();
    // A code is for one device. Whenever another is there, it may have been this one's.
    Effect::new(move || {
        devices.track();
        let Some(id) = code.with_untracked(|code| Some(code.as_ref()?.id)) else {
            return;
        };
        let url = format!("/api/v1/exchanges/{}/pairing-codes", desk.live.slug());
        spawn_local(async move {
            let Ok(Codes { open }) = request::read::<Codes>(&url).await else {
                return;
            };
            // Another may have been made meanwhile.
            let is_shown = code.try_with_untracked(|code| code.as_ref().is_some_and(|code| code.id == id));
            if is_shown == Some(true) {
                let _gone = is_used.try_set(open.iter().all(|one| one.id != id));
            }
        });
    });
    let live = desk.live;
    let make = move || {
        desk.alert.set(None);
        let url = format!("/api/v1/exchanges/{}/pairing-codes", desk.live.slug());
        let name = name.get_untracked();
        let name = Some(name.trim()).filter(|name| !name.is_empty());
        let body = json!({ "role": role.get_untracked(), "name": name });
        spawn_local(async move {
            match request::ask::<Invitation>("POST", &url, &body).await {
                Ok(made) => {
                    let _gone = is_used.try_set(false);
                    let _gone = code.try_set(Some(made));
                }
                Err(trouble) => desk.warn(trouble.words(t.desk())),
            }
        });
    };
    let choose = move |name: String| name.parse().map_or((), |chosen| role.set(chosen));
    view! {
        <section class="card">
            <form
                class="form"
                on:submit=move |event| {
                    event.prevent_default();
                    make();
                }
            >
                <h2 class="form-heading">{t.organiser().pairing}</h2>
                <div class="form-pair">
                    <div class="field">
                        <label class="field-label" for="pairing-role">
                            {t.organiser().role}
                        </label>
                        <select
                            class="field-input"
                            id="pairing-role"
                            data-testid="pairing-role"
                            on:change=move |event| choose(event_target_value(&event))
                        >
                            {Right::BePaired
                                .roles()
                                .iter()
                                .map(|one| {
                                    let words = move || called(live, *one, t.organiser().role_name(*one));
                                    let chosen = *one == role.get_untracked();
                                    view! {
                                        <option value=one.as_str() selected=chosen>
                                            {words}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    </div>
                    <TextField
                        id="pairing-name"
                        label=t.organiser().device_name
                        testid="pairing-name"
                        chars_max=DEVICE_NAME_CHARS_MAX
                        hint=t.organiser().device_name_hint
                        value=name
                        write=move |text| name.set(text)
                    />
                </div>
                <button type="submit" class="button button-primary" data-testid="pairing-make">
                    {t.organiser().make_code}
                </button>
            </form>
            {move || {
                code.get()
                    .map(|code| view! { <ShownCode code is_used /> })
            }}
        </section>
    }
}

/// A code in large letters, its QR code, and how long it holds.
#[component]
fn ShownCode(code: Invitation, is_used: RwSignal<bool>) -> impl IntoView {
    let t = texts().organiser();
    let live = Desk::of_page().live;
    let tick = live.tick();
    let left_s = Memo::new(move |_| code.expires_at.ms_since(tick.get()).div_euclid(1_000));
    let is_over = Memo::new(move |_| left_s.get() <= 0);
    move || {
        if is_used.get() {
            view! {
                <p role="status" data-testid="pairing-used">
                    {t.code_used}
                </p>
            }
            .into_any()
        } else if is_over.get() {
            view! { <p class="office-note">{t.code_expired}</p> }.into_any()
        } else {
            view! {
                <div class="code">
                    {if leads_nowhere(&code.url) {
                        view! {
                            <p class="code-only-here" data-testid="only-here">
                                {t.leads_nowhere()}
                            </p>
                        }
                            .into_any()
                    } else {
                        view! { <div class="code-qr" inner_html=code.qr_svg.clone()></div> }.into_any()
                    }}
                    <div class="code-words">
                        <p class="code-letters" data-testid="pairing-code">
                            {code.code.clone()}
                        </p>
                        <p>{move || t.code_expires(minutes_and_seconds(left_s.get()))}</p>
                        <p class="office-note">{t.code_how}</p>
                        <p class="code-address">{code.url.clone()}</p>
                        {code
                            .caution(t)
                            .map(|words| {
                                view! {
                                    <p class="office-note" data-testid="pairing-caution">
                                        {words}
                                    </p>
                                }
                            })}
                    </div>
                </div>
            }
            .into_any()
        }
    }
}

fn minutes_and_seconds(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_insecure_by_http_but_for_this_machine() {
        for (url, insecure) in [
            ("http://192.168.1.5:8080/drammen/pair#KODE", true),
            ("https://192.168.1.5:8080/drammen/pair#KODE", false),
            ("http://localhost:8080/drammen/pair", false),
            ("http://127.0.0.1:8080/drammen/pair", false),
            ("http://[::1]:8080/drammen/pair", false),
        ] {
            assert_eq!(is_insecure(url), insecure, "{url}");
        }
    }
}
