//! The first start of a server: the operator follows the link that it printed, and chooses the passphrase.

use borsklokka_shared::limits::PASSPHRASE_CHARS_MIN;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::passphrase::chosen;
use crate::components::{BellGlyph, TextField};
use crate::desk::Alert;
use crate::texts::texts;
use crate::typed::fields::Fields;
use crate::{browser, request};

/// Chooses the passphrase, then goes home.
#[component]
pub fn SetUp() -> impl IntoView {
    let t = texts();
    let token = token_of(&browser::query());
    let alert = RwSignal::new(token.is_none().then(|| t.home().setup_link_broken.to_owned()));
    let fields = Fields::of_page();
    let passphrase = fields.field("passphrase/new", String::new());
    let again = fields.field("passphrase/again", String::new());
    let asking = RwSignal::new(false);
    let submit = move || {
        let Some(token) = &token else { return };
        let chosen = match chosen(passphrase, again) {
            Ok(chosen) => chosen,
            Err(why_not) => return alert.set(Some(why_not)),
        };
        alert.set(None);
        asking.set(true);
        let body = json!({ "token": token, "passphrase": chosen });
        spawn_local(async move {
            match request::ask::<()>("POST", "/api/v1/setup", &body).await {
                // Its token is used up: there is nothing to go back to.
                Ok(()) => {
                    fields.clear_all();
                    browser::go_instead("/");
                }
                Err(trouble) => {
                    asking.set(false);
                    alert.set(Some(trouble.words(t.desk())));
                }
            }
        });
    };
    view! {
        <main class="office home">
            <header class="home-head">
                <BellGlyph />
                <h1 class="home-title">{t.home().setup_heading}</h1>
            </header>
            <p class="office-note">{t.home().setup_why}</p>
            <Alert alert />
            <form
                class="form card"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <TextField
                    id="passphrase"
                    label=format!("{} · {}", t.home().passphrase, t.home().passphrase_rule(PASSPHRASE_CHARS_MIN))
                    testid="passphrase"
                    kind="password"
                    focused=true
                    value=passphrase
                    write=move |text| passphrase.set(text)
                />
                <TextField
                    id="passphrase-again"
                    label=t.home().passphrase_again
                    testid="passphrase-again"
                    kind="password"
                    value=again
                    write=move |text| again.set(text)
                />
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="setup-submit"
                    disabled=move || asking.get()
                >
                    {t.home().setup}
                </button>
            </form>
        </main>
    }
}

/// The token of the set-up link.
fn token_of(query: &str) -> Option<String> {
    query
        .trim_start_matches('?')
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_in_the_link() {
        assert_eq!(token_of("?lang=en&token=abc"), Some("abc".to_owned()));
        assert_eq!(token_of("?token="), None);
        assert_eq!(token_of(""), None);
    }
}
