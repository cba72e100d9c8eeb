//! The first page: the operator's list of exchanges, and what everyone else should do instead; the first start; and where the
//! icon on a home screen leads.

pub mod exchanges;
pub mod head;
pub mod keep;
pub mod known;
pub mod listed;
pub mod make;
pub mod passphrase;
pub mod set_up;
pub mod start;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

pub use self::set_up::SetUp;
pub use self::start::Start;

use self::exchanges::Exchanges;
use self::head::Head;
use self::known::KnownDesks;
use self::listed::{Listed, Listing};
use crate::components::TextField;
use crate::desk::Alert;
use crate::own_language::DeviceLanguage;
use crate::request::{self, Trouble};
use crate::texts::texts;

/// Who looks at the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Visitor {
    /// Nobody knows yet.
    Unknown,
    /// Not the operator.
    Stranger,
    /// The operator, and the exchanges of this server.
    Operator(Vec<Listed>),
}

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    let t = texts();
    let desks = RwSignal::new(known::all());
    let (visitor, alert) = (RwSignal::new(Visitor::Unknown), RwSignal::new(None));
    let look = move || {
        spawn_local(async move {
            let seen = match request::read::<Listing>("/api/v1/exchanges").await {
                Ok(Listing { exchanges }) => Visitor::Operator(exchanges),
                Err(Trouble::Refused { .. }) => Visitor::Stranger,
                Err(trouble) => {
                    alert.set(Some(trouble.words(t.desk())));
                    Visitor::Stranger
                }
            };
            visitor.set(seen);
        });
    };
    look();
    let log_out = move || {
        spawn_local(async move {
            match request::ask::<()>("POST", "/api/v1/logout", &json!({})).await {
                Ok(()) => visitor.set(Visitor::Stranger),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <main class="office home">
            <Head />
            <Alert alert />
            <KnownDesks desks />
            {move || match visitor.get() {
                Visitor::Unknown => view! { <p>{t.common().connecting}</p> }.into_any(),
                Visitor::Stranger => {
                    view! {
                        <LogIn alert logged_in=look />
                        <p class="office-note">{t.front().for_others}</p>
                    }
                        .into_any()
                }
                Visitor::Operator(exchanges) => view! { <Exchanges exchanges alert changed=look log_out /> }.into_any(),
            }}
            <DeviceLanguage />
        </main>
    }
}

/// The operator's door.
#[component]
fn LogIn(
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called when the passphrase was right.
    logged_in: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let (passphrase, asking) = (RwSignal::new(String::new()), RwSignal::new(false));
    let submit = move || {
        alert.set(None);
        asking.set(true);
        let body = json!({ "passphrase": passphrase.get_untracked() });
        spawn_local(async move {
            let answer = request::ask::<()>("POST", "/api/v1/login", &body).await;
            asking.set(false);
            match answer {
                Ok(()) => logged_in(),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <form
            class="form card"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <h2 class="form-heading">{t.home().log_in_heading}</h2>
            <TextField
                id="passphrase"
                label=t.home().passphrase
                testid="login-passphrase"
                kind="password"
                focused=true
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
