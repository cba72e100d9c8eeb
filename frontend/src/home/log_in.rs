//! The door of the first page: the operator's, and where organisers have accounts, theirs before it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use crate::components::TextField;
use crate::request;
use crate::texts::texts;

/// Who may log in.
#[derive(Deserialize)]
struct Ways {
    accounts: bool,
}

/// The door. Nothing of accounts is on it, unless there are some.
#[component]
pub fn LogIn(
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called when it was right.
    logged_in: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = texts();
    let has_accounts = RwSignal::new(None);
    spawn_local(async move {
        let ways = request::read::<Ways>("/api/v1/login").await;
        // Whoever runs the server comes in all the same.
        has_accounts.set(Some(ways.is_ok_and(|ways| ways.accounts)));
    });
    move || {
        has_accounts.get().map(|has_accounts| {
            if has_accounts {
                view! {
                    <AccountForm alert logged_in />
                    <details class="home-operator">
                        <summary data-testid="operator-door">{t.home().operator}</summary>
                        <OperatorForm alert logged_in focused=false />
                    </details>
                }
                .into_any()
            } else {
                view! { <OperatorForm alert logged_in focused=true /> }.into_any()
            }
        })
    }
}

/// Asks for the address and the passphrase of an account.
#[component]
fn AccountForm(alert: RwSignal<Option<String>>, logged_in: impl Fn() + Copy + 'static) -> impl IntoView {
    let t = texts();
    let (email, passphrase) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let asking = RwSignal::new(false);
    let submit = move || {
        let body = json!({ "email": email.get_untracked().trim(), "passphrase": passphrase.get_untracked() });
        ask(body, alert, asking, logged_in);
    };
    view! {
        <form
            class="form card"
            data-testid="account-login"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <h2 class="form-heading">{t.home().log_in_heading}</h2>
            <TextField
                id="account-email"
                label=t.home().email
                testid="account-email"
                kind="email"
                keyboard="email"
                filled_as="username"
                focused=true
                value=email
                write=move |text| email.set(text)
            />
            <TextField
                id="account-passphrase"
                label=t.home().passphrase
                testid="account-passphrase"
                kind="password"
                filled_as="current-password"
                value=passphrase
                write=move |text| passphrase.set(text)
            />
            <button
                type="submit"
                class="button button-primary"
                data-testid="account-submit"
                disabled=move || asking.get() || passphrase.with(String::is_empty) || email.with(String::is_empty)
            >
                {t.home().log_in}
            </button>
            <p class="office-note">{t.home().forgotten}</p>
        </form>
    }
}

/// Asks for the operator's passphrase.
#[component]
fn OperatorForm(
    alert: RwSignal<Option<String>>,
    logged_in: impl Fn() + Copy + 'static,
    focused: bool,
) -> impl IntoView {
    let t = texts();
    let (passphrase, asking) = (RwSignal::new(String::new()), RwSignal::new(false));
    let submit = move || {
        let body = json!({ "passphrase": passphrase.get_untracked() });
        ask(body, alert, asking, logged_in);
    };
    view! {
        <form
            class="form card"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <h2 class="form-heading">{if focused { t.home().log_in_heading } else { t.home().operator }}</h2>
            <TextField
                id="passphrase"
                label=t.home().passphrase
                testid="login-passphrase"
                kind="password"
                focused
                value=passphrase
                write=move |text| passphrase.set(text)
            />
            <button
                type="submit"
                class="button button-primary"
                data-testid="login-submit"
                disabled=move || asking.get() || passphrase.with(String::is_empty)
            >
                {t.home().log_in}
            </button>
        </form>
    }
}

fn ask(
    body: serde_json::Value,
    alert: RwSignal<Option<String>>,
    asking: RwSignal<bool>,
    logged_in: impl Fn() + 'static,
) {
    let t = texts();
    alert.set(None);
    asking.set(true);
    spawn_local(async move {
        let answer = request::ask::<()>("POST", "/api/v1/login", &body).await;
        asking.set(false);
        match answer {
            Ok(()) => logged_in(),
            Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
        }
    });
}
