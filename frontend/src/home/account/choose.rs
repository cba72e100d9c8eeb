//! Where an invitation leads, and a link to another passphrase: an organiser chooses it, and is logged in.

use borsklokka_shared::limits::PASSPHRASE_CHARS_MIN;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use crate::components::{BellGlyph, TextField};
use crate::desk::Alert;
use crate::home::passphrase::chosen;
use crate::own_language::PageLanguageChoice;
use crate::texts::texts;
use crate::typed::fields::Fields;
use crate::{browser, request};

/// Whose a link is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Linked {
    email: String,
    name: String,
    first: bool,
}

/// The page.
#[component]
pub fn Choose(
    /// What stands at the end of the link.
    token: String,
) -> impl IntoView {
    let t = texts();
    let linked = Fields::of_page().kept("linked", None::<Linked>);
    let alert = RwSignal::new(None);
    let asked = json!({ "token": token });
    if linked.with_untracked(Option::is_none) {
        spawn_local(async move {
            match request::ask::<Linked>("POST", "/api/v1/account/link", &asked).await {
                Ok(found) => linked.set(Some(found)),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    }
    let token = StoredValue::new(token);
    view! {
        <main class="office home" data-testid="choose-page">
            <header class="home-head">
                <BellGlyph />
                <h1 class="home-title" dir="auto">
                    {move || match linked.get() {
                        Some(linked) => t.accounts().open_heading(linked.name),
                        None => t.common().product.to_owned(),
                    }}
                </h1>
            </header>
            <Alert alert />
            {move || match linked.get() {
                Some(linked) => view! { <Form linked token alert /> }.into_any(),
                None => {
                    view! {
                        <p class="home-foot" hidden=move || alert.with(Option::is_none)>
                            <a class="button" href="/">
                                {t.accounts().log_in}
                            </a>
                        </p>
                    }
                        .into_any()
                }
            }}
            <PageLanguageChoice />
        </main>
    }
}

#[component]
fn Form(linked: Linked, token: StoredValue<String>, alert: RwSignal<Option<String>>) -> impl IntoView {
    let t = texts();
    let fields = Fields::of_page();
    let passphrase = fields.field("passphrase/new", String::new());
    let again = fields.field("passphrase/again", String::new());
    let asking = RwSignal::new(false);
    let submit = move || {
        let chosen = match chosen(passphrase, again) {
            Ok(chosen) => chosen,
            Err(why_not) => return alert.set(Some(why_not)),
        };
        alert.set(None);
        asking.set(true);
        let body = json!({ "token": token.get_value(), "passphrase": chosen });
        spawn_local(async move {
            match request::ask::<()>("POST", "/api/v1/account/open", &body).await {
                // The link is used up: there is nothing to go back to.
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
    let why = if linked.first {
        t.accounts().open_first(&linked.email)
    } else {
        t.accounts().open_again(&linked.email)
    };
    view! {
        <p class="office-note">{why}</p>
        <form
            class="form card"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            // So that the browser keeps the passphrase with its address.
            <input type="hidden" autocomplete="username" value=linked.email />
            <TextField
                id="passphrase"
                label=format!("{} · {}", t.home().passphrase, t.home().passphrase_rule(PASSPHRASE_CHARS_MIN))
                testid="passphrase"
                kind="password"
                filled_as="new-password"
                focused=true
                value=passphrase
                write=move |text| passphrase.set(text)
            />
            <TextField
                id="passphrase-again"
                label=t.home().passphrase_again
                testid="passphrase-again"
                kind="password"
                filled_as="new-password"
                value=again
                write=move |text| again.set(text)
            />
            <button
                type="submit"
                class="button button-primary"
                data-testid="choose-submit"
                disabled=move || asking.get()
            >
                {t.accounts().open}
            </button>
        </form>
    }
}
