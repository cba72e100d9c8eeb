//! The first page: the operator's list of exchanges, and what everyone else should do instead; and the first start. A browser
//! that has been a desk is led back to it.

pub mod exchanges;
pub mod keep;
pub mod known;
pub mod listed;
pub mod make;
pub mod set_up;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

pub use self::set_up::SetUp;

use self::exchanges::Exchanges;
use self::known::KnownDesks;
use self::listed::{Listed, Listing};
use crate::browser;
use crate::components::{BellGlyph, TextField};
use crate::desk::Alert;
use crate::own_language::DeviceLanguage;
use crate::request::{self, Trouble};
use crate::route::asked;
use crate::texts::desk_texts;

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

/// In the address of the icon on a home screen: whoever taps it wants to go on where they were.
const ICON: &str = "start";

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    let t = desk_texts();
    let desks = RwSignal::new(known::all());
    let goes_on = asked(&browser::query(), ICON).is_some() && desks.with_untracked(|desks| !desks.is_empty());
    if goes_on {
        desks.with_untracked(|desks| known::lead(desks));
        return view! {
            <main class="office home" data-testid="start-page">
                <Head />
                <KnownDesks desks />
                <p class="home-foot">
                    <a class="button" data-testid="front-page" href="/">
                        {t.home.front_page}
                    </a>
                </p>
            </main>
        }
        .into_any();
    }
    let (visitor, alert) = (RwSignal::new(Visitor::Unknown), RwSignal::new(None));
    let look = move || {
        spawn_local(async move {
            let seen = match request::read::<Listing>("/api/v1/exchanges").await {
                Ok(Listing { exchanges }) => Visitor::Operator(exchanges),
                Err(Trouble::Refused { .. }) => Visitor::Stranger,
                Err(trouble) => {
                    alert.set(Some(trouble.words(t.desk)));
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
                Err(trouble) => alert.set(Some(trouble.words(t.desk))),
            }
        });
    };
    view! {
        <main class="office home">
            <Head />
            <Alert alert />
            <KnownDesks desks />
            {move || match visitor.get() {
                Visitor::Unknown => view! { <p>{t.common.connecting}</p> }.into_any(),
                Visitor::Stranger => {
                    view! {
                        <LogIn alert logged_in=look />
                        <p class="office-note">{t.home.for_others}</p>
                    }
                        .into_any()
                }
                Visitor::Operator(exchanges) => view! { <Exchanges exchanges alert changed=look log_out /> }.into_any(),
            }}
            <DeviceLanguage />
        </main>
    }
    .into_any()
}

/// Whose page it is.
#[component]
fn Head() -> impl IntoView {
    let t = desk_texts();
    view! {
        <header class="home-head">
            <BellGlyph />
            <div>
                <h1 class="home-title">{t.common.product}</h1>
                <p class="home-tagline">{t.home.tagline}</p>
            </div>
        </header>
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
    let t = desk_texts();
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
                Err(trouble) => alert.set(Some(trouble.words(t.desk))),
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
            <h2 class="form-heading">{t.home.log_in_heading}</h2>
            <TextField
                id="passphrase"
                label=t.home.passphrase
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
                {t.home.log_in}
            </button>
        </form>
    }
}
