//! The first page: the list of exchanges for the operator and for organisers, and what everyone else should do instead; the first start; and where the
//! icon on a home screen leads.

pub mod account;
pub mod accounts;
pub mod after;
pub mod exchanges;
pub mod head;
pub mod keep;
pub mod known;
pub mod listed;
pub mod log_in;
pub mod mail_language;
pub mod make;
pub mod moment;
pub mod passkey;
pub mod passphrase;
pub mod set_up;
pub mod start;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

pub use self::account::OwnAccount;
pub use self::accounts::OperatorsAccounts;
pub use self::set_up::SetUp;
pub use self::start::Start;

use self::exchanges::Exchanges;
use self::head::Head;
use self::known::KnownDesks;
use self::listed::{Asking, Listed, Listing};
use self::log_in::LogIn;
use crate::browser;
use crate::desk::Alert;
use crate::own_language::PageLanguageChoice;
use crate::request::{self, Trouble};
use crate::route::after_log_in;
use crate::texts::texts;
use crate::typed::fields::Fields;

/// Who looks at the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Visitor {
    /// Nobody knows yet.
    Unknown,
    /// Nobody who is logged in.
    Stranger,
    /// The operator and the exchanges of this server, or an organiser and hers.
    Member(Vec<Listed>, Option<Asking>),
}

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    let t = texts();
    let fields = Fields::of_page();
    let desks = RwSignal::new(known::all());
    let (visitor, alert) = (fields.kept("visitor", Visitor::Unknown), RwSignal::new(None));
    let look = move || {
        spawn_local(async move {
            let seen = match request::read::<Listing>("/api/v1/exchanges").await {
                Ok(Listing { exchanges, account }) => Visitor::Member(exchanges, account),
                Err(Trouble::Refused { code, .. }) => {
                    // What was typed is not for whoever sits there now.
                    if code == "not_logged_in" {
                        fields.clear_all();
                    }
                    Visitor::Stranger
                }
                Err(trouble) => {
                    alert.set(Some(trouble.words(t.desk())));
                    Visitor::Stranger
                }
            };
            visitor.set(seen);
        });
    };
    if visitor.with_untracked(|visitor| *visitor == Visitor::Unknown) {
        look();
    }
    let logged_in = move || {
        fields.clear_all();
        match after_log_in(&browser::fragment()) {
            Some(address) => browser::go_instead(address),
            None => look(),
        }
    };
    let log_out = move || {
        spawn_local(async move {
            match request::ask::<()>("POST", "/api/v1/logout", &json!({})).await {
                Ok(()) => {
                    fields.clear_all();
                    visitor.set(Visitor::Stranger);
                }
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
                        <LogIn alert logged_in />
                        <p class="office-note">{t.front().for_others}</p>
                    }
                        .into_any()
                }
                Visitor::Member(exchanges, account) => {
                    view! { <Exchanges exchanges account alert changed=look log_out /> }.into_any()
                }
            }}
            <PageLanguageChoice />
        </main>
    }
}
