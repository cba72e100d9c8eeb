//! The forms of the operator's page of the organisers: one is invited, changed, or taken away.

use std::collections::BTreeSet;

use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{DEVICE_NAME_CHARS_MAX, EMAIL_CHARS_MAX};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use uuid::Uuid;

use super::page::{ACCOUNTS, Account, Made, Page, ToHandOn, Wish};
use crate::components::{Button, TextField, Weight};
use crate::home::mail_language::MailLanguage;
use crate::request::{self, Trouble};
use crate::texts::texts;

/// What is written in the form.
#[derive(Clone, Copy)]
struct Written {
    /// Who is changed; nobody, if somebody is invited.
    id: Option<Uuid>,
    email: RwSignal<String>,
    name: RwSignal<String>,
    may_make: RwSignal<bool>,
    language: RwSignal<Language>,
    by_mail: RwSignal<bool>,
    exchanges: RwSignal<BTreeSet<String>>,
}

/// What the fields of a form are called by.
fn form(id: Option<Uuid>) -> String {
    id.map_or_else(|| "invite/".to_owned(), |id| format!("change {id}/"))
}

impl Written {
    /// What is typed on the page of an account, or of a new one.
    fn of(account: Option<Account>, page: Page) -> Self {
        let language = account
            .as_ref()
            .map_or(texts().language, |account| account.language);
        let id = account.as_ref().map(|account| account.id);
        let (email, name, may_make, exchanges) = account.map_or_else(Default::default, |account| {
            let exchanges = BTreeSet::from_iter(account.exchanges);
            (account.email, account.name, account.may_make, exchanges)
        });
        let (fields, form) = (page.fields, form(id));
        let named = |name: &str| format!("{form}{name}");
        Self {
            id,
            email: fields.field(named("email"), email),
            name: fields.field(named("name"), name),
            may_make: fields.field(named("may-make"), may_make),
            // How she is written to, as whoever is invited next: it is chosen, not typed.
            language: fields.kept(named("language"), language),
            by_mail: fields.kept(named("by-mail"), page.sends_mail.get_untracked()),
            exchanges: fields.field(named("exchanges"), exchanges),
        }
    }

    fn is_missing(self) -> bool {
        let is_empty = |field: RwSignal<String>| field.with(|text| text.trim().is_empty());
        is_empty(self.email) || is_empty(self.name)
    }

    fn body(self) -> Value {
        json!({
            "language": self.language.get_untracked(),
            "by_mail": self.by_mail.get_untracked(),
            "email": self.email.get_untracked().trim(),
            "name": self.name.get_untracked().trim(),
            "may_make": self.may_make.get_untracked(),
            "exchanges": self.exchanges.get_untracked(),
        })
    }

    fn clear(self) {
        self.email.set(String::new());
        self.name.set(String::new());
        self.may_make.set(false);
        self.exchanges.set(BTreeSet::new());
    }

    fn choose(self, slug: &str, is_hers: bool) {
        self.exchanges.update(|exchanges| {
            if is_hers {
                exchanges.insert(slug.to_owned());
            } else {
                exchanges.remove(slug);
            }
        });
    }

    /// It is saved, or given up.
    fn leave(self, page: Page) {
        page.fields.clear(&form(self.id));
        page.wish.set(Wish::Invite);
    }

    /// Asks the server for it.
    async fn send(self, page: Page) -> Result<(), Trouble> {
        let body = self.body();
        let Some(id) = self.id else {
            let name = self.name.get_untracked().trim().to_owned();
            let made = request::ask::<Made>("POST", ACCOUNTS, &body).await?;
            page.link.set(ToHandOn::of(name, made));
            self.clear();
            return Ok(());
        };
        request::ask::<()>("PATCH", &format!("{ACCOUNTS}/{id}"), &body).await?;
        self.leave(page);
        Ok(())
    }
}

/// Invites somebody, or changes who was invited.
#[component]
pub fn Edit(
    /// The page.
    page: Page,
    /// Who is changed; nobody, if somebody is invited.
    of: Option<Account>,
) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let is_new = of.is_none();
    let written = Written::of(of, page);
    let asking = RwSignal::new(false);
    let save = move || {
        page.alert.set(None);
        asking.set(true);
        spawn_local(async move {
            let done = written.send(page).await;
            // The form may be gone by now.
            let _gone = asking.try_set(false);
            match done {
                Ok(()) => page.look(),
                Err(trouble) => page.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    let leave = (!is_new).then(|| {
        view! { <Button press=move || written.leave(page)>{t.home().leave}</Button> }
    });
    view! {
        <form
            class="form card"
            data-testid="account-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <h2 class="form-heading">{if is_new { words.invite_heading } else { words.change }}</h2>
            <TextField
                id="invite-name"
                label=words.name
                testid="invite-name"
                chars_max=DEVICE_NAME_CHARS_MAX
                focused=!is_new
                value=written.name
                write=move |text| written.name.set(text)
            />
            <TextField
                id="invite-email"
                label=words.email
                testid="invite-email"
                kind="email"
                keyboard="email"
                chars_max=EMAIL_CHARS_MAX
                value=written.email
                write=move |text| written.email.set(text)
            />
            <MailLanguage value=written.language choose=move |one| written.language.set(one) />
            <Choices page written />
            {(is_new && page.sends_mail.get_untracked())
                .then(|| {
                    view! {
                        <label class="check">
                            <input
                                type="checkbox"
                                data-testid="invite-by-mail"
                                prop:checked=written.by_mail
                                on:change=move |event| written.by_mail.set(event_target_checked(&event))
                            />
                            {words.by_mail}
                        </label>
                    }
                })}
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="invite-submit"
                    disabled=move || asking.get() || written.is_missing()
                >
                    {if is_new { words.invite } else { words.save }}
                </button>
                {leave}
            </div>
        </form>
    }
}

/// Which exchanges are hers, and whether she may make others.
#[component]
fn Choices(page: Page, written: Written) -> impl IntoView {
    let words = texts().accounts();
    let exchanges = page.exchanges();
    let none = exchanges
        .is_empty()
        .then(|| view! { <p class="office-note">{words.no_exchanges}</p> });
    let choices = exchanges
        .into_iter()
        .map(|one| {
            let (slug, chosen) = (one.slug.clone(), one.slug.clone());
            let told = one.told_by(texts().common());
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="account-exchange"
                        data-slug=one.slug
                        prop:checked=move || written.exchanges.with(|hers| hers.contains(&slug))
                        on:change=move |event| written.choose(&chosen, event_target_checked(&event))
                    />
                    <span dir="auto">{one.name} " " <small class="office-note">{told}</small></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="choices account-exchanges">
            <legend class="field-label">{words.exchanges}</legend>
            {none}
            {choices}
        </fieldset>
        <label class="check">
            <input
                type="checkbox"
                data-testid="account-may-make"
                prop:checked=written.may_make
                on:change=move |event| written.may_make.set(event_target_checked(&event))
            />
            {words.may_make}
        </label>
    }
}

/// Asks before an account goes.
#[component]
pub fn Remove(
    /// The page.
    page: Page,
    /// Which one.
    of: Account,
) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let Account { id, name, .. } = of;
    let url = format!("{ACCOUNTS}/{id}");
    let heading = words.delete_heading(name);
    let delete = move || {
        page.alert.set(None);
        let url = url.clone();
        spawn_local(async move {
            match request::ask::<()>("DELETE", &url, &json!({})).await {
                Ok(()) => {
                    page.wish.set(Wish::Invite);
                    page.link.set(None);
                    page.look();
                }
                Err(trouble) => page.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <section class="form card" data-testid="account-delete-form">
            <h2 class="form-heading" dir="auto">
                {heading}
            </h2>
            <p class="office-note">{words.delete_what}</p>
            <div class="form-acts">
                <Button weight=Weight::Danger testid="account-delete-now" press=delete>
                    {words.delete_now}
                </Button>
                <Button press=move || page.wish.set(Wish::Invite)>{t.home().leave}</Button>
            </div>
        </section>
    }
}
