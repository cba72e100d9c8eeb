//! Asks for code and name, and trades them for a session.

use std::cell::RefCell;

use borsklokka_shared::language::Language;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::session;
use crate::components::TextField;
use crate::http::Reply;
use crate::live::Live;
use crate::own_language::DeviceLanguage;
use crate::texts::texts;
use crate::typed::fields::lone;
use crate::{browser, http, language};

/// Longest code with its dash, in characters.
const CODE_CHARS_MAX: usize = 16;

thread_local! {
    /// What is typed as the code, in whichever words.
    static CODE: RefCell<String> = const { RefCell::new(String::new()) };
    /// What is typed as the name.
    static NAME: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Asks for code and name, then goes to the role's screen.
#[component]
pub fn PairForm() -> impl IntoView {
    let t = texts().pair();
    let slug = Live::of_page().slug();
    let (code, name) = (lone(&CODE), lone(&NAME));
    if code.with_untracked(String::is_empty) {
        code.set(code_of_address(&browser::query(), &browser::fragment()));
    }
    let error = RwSignal::new(None::<String>);
    let asking = RwSignal::new(false);
    let has_code = code.with_untracked(|code| !code.is_empty());
    let submit = move || {
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        error.set(None);
        let (slug, body) = (
            slug.clone(),
            json!({ "code": code.get_untracked().trim(), "name": name.get_untracked().trim() }),
        );
        spawn_local(async move {
            match pair(&slug, &body).await {
                Ok(role) => browser::go_instead(&screen_address(&slug, role, texts_tag())),
                Err(failure) => {
                    asking.set(false);
                    error.set(Some(match failure {
                        Failure::Unreachable => t.unreachable.to_owned(),
                        Failure::NotUnderstood => t.not_understood.to_owned(),
                        Failure::Refused(message) => message,
                    }));
                }
            }
        });
    };
    view! {
        <form
            class="pair-form"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <h1 class="pair-title">{t.title}</h1>
            <p class="pair-lead">{t.lead}</p>
            <TextField
                id="pair-code"
                label=t.code
                testid="pair-code"
                chars_max=CODE_CHARS_MAX
                focused=!has_code
                value=code
                write=move |text| code.set(text)
            />
            <TextField
                id="pair-name"
                label=t.name
                testid="pair-name"
                chars_max=DEVICE_NAME_CHARS_MAX
                hint=t.name_hint
                focused=has_code
                value=name
                write=move |text| name.set(text)
            />
            {move || {
                error
                    .get()
                    .map(|error| view! { <p class="field-error" data-testid="pair-error" role="alert">{error}</p> })
            }}
            <button
                class="button button-primary"
                type="submit"
                data-testid="pair-submit"
                disabled=move || asking.get()
            >
                {move || if asking.get() { t.submitting } else { t.submit }}
            </button>
            <DeviceLanguage />
        </form>
    }
}

enum Failure {
    Unreachable,
    NotUnderstood,
    Refused(String),
}

/// Trades the code for a session; says as what.
async fn pair(slug: &str, body: &serde_json::Value) -> Result<Role, Failure> {
    let reply = http::send("POST", &format!("/api/v1/exchanges/{slug}/pair"), body)
        .await
        .map_err(|_| Failure::Unreachable)?;
    match reply {
        Reply::Done => {}
        Reply::Content(_) => return Err(Failure::NotUnderstood),
        Reply::Refused { message, .. } => return Err(Failure::Refused(message)),
    }
    match session::ask(slug).await {
        session::Held::As(role) => Ok(role),
        session::Held::NotHere(message) | session::Held::Gone(message) => Err(Failure::Refused(message)),
        session::Held::Unknown => Err(Failure::Unreachable),
        session::Held::Ended => Err(Failure::NotUnderstood),
    }
}

/// The language that the address asks for, to be asked for on.
pub(super) fn texts_tag() -> Option<&'static str> {
    language::of_address().map(Language::as_str)
}

/// Where a role's screen is.
pub(super) fn screen_address(slug: &str, role: Role, language: Option<&str>) -> String {
    let query = language.map(|tag| format!("?lang={tag}")).unwrap_or_default();
    format!("{}{query}", Screen::of_role(role).path(slug))
}

/// The code of a pairing link: after `#`, which never leaves the browser, or as `?code=`.
pub(super) fn code_of_address(query: &str, fragment: &str) -> String {
    let of_query = query
        .trim_start_matches('?')
        .split('&')
        .find_map(|pair| pair.strip_prefix("code="));
    let code = match fragment.trim_start_matches('#') {
        "" => of_query.unwrap_or_default(),
        code => code,
    };
    code.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(CODE_CHARS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_comes_from_either_place_of_the_address() {
        assert_eq!(code_of_address("", "#K7P4-2M"), "K7P4-2M");
        assert_eq!(code_of_address("?lang=en&code=K7P42M", ""), "K7P42M");
        assert_eq!(code_of_address("?code=%3Cb%3E", ""), "3Cb3E");
        assert_eq!(code_of_address("", ""), "");
    }

    #[test]
    fn each_role_has_its_screen() {
        assert_eq!(screen_address("drammen", Role::Broker, None), "/drammen/broker");
        assert_eq!(
            screen_address("drammen", Role::Notary, Some("en")),
            "/drammen/notary?lang=en"
        );
        assert_eq!(screen_address("drammen", Role::Viewer, None), "/drammen");
    }
}
