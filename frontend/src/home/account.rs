//! An organiser's own page: her name, her passphrase, and where she is logged in; and where a link leads by which she chooses one.

pub mod choose;
pub mod passkeys;
pub mod sessions;

use borsklokka_shared::language::Language;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use self::choose::Choose;
use self::passkeys::Passkeys;
use self::sessions::{Session, Sessions};
use super::head::Head;
use super::mail_language::MailLanguage;
use super::passphrase::ChangePassphrase;
use crate::browser;
use crate::components::{Button, TextField};
use crate::desk::Alert;
use crate::own_language::PageLanguageChoice;
use crate::request::{self, Trouble};
use crate::route::log_in_for;
use crate::texts::texts;
use crate::typed::fields::Fields;

const OWN: &str = "/api/v1/account";

/// Her account, as the server shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Own {
    /// The address that she logs in with.
    pub email: String,
    /// What she is called.
    pub name: String,
    /// The language that she is written to in.
    pub language: Language,
    /// Where she is logged in.
    pub sessions: Vec<Session>,
}

/// The page.
#[component]
pub fn OwnAccount() -> impl IntoView {
    let fragment = browser::fragment();
    let token = fragment.trim_start_matches('#');
    if token.is_empty() {
        view! { <Page /> }.into_any()
    } else {
        view! { <Choose token=token.to_owned() /> }.into_any()
    }
}

#[component]
fn Page() -> impl IntoView {
    let (t, fields) = (texts(), Fields::of_page());
    let (own, alert, news) = (
        RwSignal::new(None::<Own>),
        RwSignal::new(None),
        RwSignal::new(None),
    );
    let look = move || {
        spawn_local(async move {
            match request::read::<Own>(OWN).await {
                Ok(found) => own.set(Some(found)),
                // Nobody is logged in: the log-in is on the first page, and what was typed here is not for whoever sits there now.
                Err(Trouble::Refused { code, .. }) if code == "not_logged_in" => {
                    fields.clear_all();
                    browser::go_instead(&log_in_for(&browser::here()));
                }
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    look();
    let email = move || own.with(|own| own.as_ref().map(|own| own.email.clone()));
    let name = Memo::new(move |_| own.with(|own| own.as_ref().map(|own| own.name.clone())));
    let language = Memo::new(move |_| own.with(|own| own.as_ref().map(|own| own.language)));
    let sessions = Memo::new(move |_| own.with(|own| own.as_ref().map(|own| own.sessions.clone())));
    view! {
        <main class="office home" data-testid="own-account-page">
            <Head />
            <div>
                <h2 class="home-title">{t.accounts().own_heading}</h2>
                <p class="office-note" dir="auto">
                    {email}
                </p>
            </div>
            <Alert alert />
            <div class="home-news" role="status" data-testid="account-news">
                {move || news.get().map(|news: &'static str| view! { <p>{news}</p> })}
            </div>
            {move || name.get().map(|name| view! { <Name name alert news changed=look /> })}
            {move || {
                sessions.get().map(|sessions| view! { <Sessions sessions alert changed=look /> })
            }}
            {move || {
                name.with(Option::is_some).then(|| view! { <Passkeys alert news /> })
            }}
            <Passphrase alert news changed=look />
            {move || {
                language.get().map(|language| view! { <OwnMailLanguage language alert news changed=look /> })
            }}
            <p class="home-foot form-acts">
                <a class="button" data-testid="to-exchanges" href="/">
                    {t.accounts().back}
                </a>
            </p>
            <PageLanguageChoice />
        </main>
    }
}

/// What the field for her name is called by.
const NAME: &str = "own-name";

/// What she is called.
#[component]
fn Name(
    name: String,
    alert: RwSignal<Option<String>>,
    news: RwSignal<Option<&'static str>>,
    changed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let (t, fields) = (texts(), Fields::of_page());
    let name = fields.field(NAME, name);
    let save = move || {
        alert.set(None);
        news.set(None);
        let written = name.get_untracked();
        let body = json!({ "name": written });
        spawn_local(async move {
            match request::ask::<()>("PATCH", OWN, &body).await {
                Ok(()) => {
                    // What was typed meanwhile is not saved.
                    if name.with_untracked(|name| *name == written) {
                        fields.settle(NAME);
                    }
                    news.set(Some(t.accounts().renamed));
                    changed();
                }
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <form
            class="form card"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <TextField
                id="own-name"
                label=t.accounts().own_name
                testid="own-name"
                filled_as="name"
                chars_max=DEVICE_NAME_CHARS_MAX
                value=name
                write=move |text| name.set(text)
            />
            <div class="form-acts">
                <button
                    type="submit"
                    class="button"
                    data-testid="own-rename"
                    disabled=move || name.with(|name| name.trim().is_empty())
                >
                    {t.accounts().rename}
                </button>
            </div>
        </form>
    }
}

/// In which language she is written to.
#[component]
fn OwnMailLanguage(
    language: Language,
    alert: RwSignal<Option<String>>,
    news: RwSignal<Option<&'static str>>,
    changed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let choose = move |language: Language| {
        alert.set(None);
        news.set(None);
        spawn_local(async move {
            match request::ask::<()>("PATCH", OWN, &json!({ "language": language })).await {
                Ok(()) => {
                    news.set(Some(t.accounts().language_saved));
                    changed();
                }
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <section class="form card">
            <MailLanguage value=language choose />
        </section>
    }
}

/// Another passphrase, once it is asked for.
#[component]
fn Passphrase(
    alert: RwSignal<Option<String>>,
    news: RwSignal<Option<&'static str>>,
    changed: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = texts();
    let is_open = Fields::of_page().kept("passphrase-open", false);
    let done = move || {
        is_open.set(false);
        news.set(Some(t.accounts().passphrase_changed));
        changed();
    };
    let open = move || {
        news.set(None);
        is_open.set(true);
    };
    move || {
        if is_open.get() {
            view! {
                <ChangePassphrase
                    url="/api/v1/account/passphrase"
                    alert
                    changed=done
                    leave=move || is_open.set(false)
                />
            }
            .into_any()
        } else {
            view! {
                <p class="form-acts">
                    <Button testid="own-passphrase" press=open>
                        {t.home().change_passphrase}
                    </Button>
                </p>
            }
            .into_any()
        }
    }
}
