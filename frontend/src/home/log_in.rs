//! The door of the first page: the operator's, and where organisers have accounts, theirs before it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use super::passkey::{Question, are_there};
use crate::components::{Button, TextField};
use crate::request::{self, Trouble};
use crate::texts::texts;
use crate::typed::fields::Fields;

/// Who may log in, and how.
#[derive(Clone, Default, Deserialize)]
struct Ways {
    accounts: bool,
    /// Whether a link goes to whoever has forgotten the passphrase.
    #[serde(default)]
    mail: bool,
    /// The host at which passkeys log in.
    #[serde(default)]
    passkeys_at: Option<String>,
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
    let known = RwSignal::new(None);
    spawn_local(async move {
        let ways = request::read::<Ways>("/api/v1/login").await;
        // Whoever runs the server comes in all the same.
        known.set(Some(ways.unwrap_or_default()));
    });
    move || {
        known.get().map(|ways: Ways| {
            if ways.accounts {
                view! {
                    <AccountForm ways alert logged_in />
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
fn AccountForm(
    ways: Ways,
    alert: RwSignal<Option<String>>,
    logged_in: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = texts();
    let has_passkeys = ways.passkeys_at.as_deref().is_some_and(are_there);
    // The browser may fill them in: nothing is lost with them.
    let fields = Fields::of_page();
    let email = fields.kept("log-in/email", String::new());
    let passphrase = fields.kept("log-in/passphrase", String::new());
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
            {has_passkeys.then(|| view! { <ByPasskey alert asking logged_in /> })}
            {if ways.mail {
                view! { <Forgotten email alert /> }.into_any()
            } else {
                view! { <p class="office-note">{t.home().forgotten}</p> }.into_any()
            }}
        </form>
    }
}

/// Logs in by a passkey: which one, the browser asks.
#[component]
fn ByPasskey(
    alert: RwSignal<Option<String>>,
    asking: RwSignal<bool>,
    logged_in: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = texts();
    let log_in = move || {
        alert.set(None);
        asking.set(true);
        spawn_local(async move {
            let done = by_passkey().await;
            asking.set(false);
            match done {
                Ok(true) => logged_in(),
                Ok(false) => alert.set(Some(t.accounts().passkey_left.to_owned())),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <Button testid="passkey-log-in" disabled=asking press=log_in>
            {t.home().log_in_by_passkey}
        </Button>
    }
}

/// Whether a passkey answered, and the server took it.
async fn by_passkey() -> Result<bool, Trouble> {
    let ask = "/api/v1/account/passkeys/ask";
    let question = request::ask::<Question>("POST", ask, &json!({})).await?;
    let Ok(credential) = question.signed().await else {
        return Ok(false);
    };
    let signed = json!({ "token": question.token, "credential": credential });
    request::ask::<()>("POST", "/api/v1/account/passkeys/log-in", &signed).await?;
    Ok(true)
}

/// Has a link sent to the address above, whether it is an account's or not.
#[component]
fn Forgotten(email: RwSignal<String>, alert: RwSignal<Option<String>>) -> impl IntoView {
    let t = texts();
    let (asking, is_sent) = (RwSignal::new(false), RwSignal::new(false));
    let send = move || {
        alert.set(None);
        let body = json!({ "email": email.get_untracked().trim() });
        if email.with_untracked(|email| email.trim().is_empty()) {
            return alert.set(Some(t.home().forgotten_address.to_owned()));
        }
        asking.set(true);
        spawn_local(async move {
            let sent = request::ask::<()>("POST", "/api/v1/account/forgotten", &body).await;
            asking.set(false);
            match sent {
                Ok(()) => is_sent.set(true),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <p class="form-acts">
            <Button testid="forgotten" disabled=asking press=send>
                {t.home().forgotten_send}
            </Button>
        </p>
        <p class="office-note" role="status" data-testid="forgotten-sent">
            {move || is_sent.get().then_some(t.home().forgotten_sent)}
        </p>
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
    let passphrase = Fields::of_page().kept("log-in/operator", String::new());
    let asking = RwSignal::new(false);
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
