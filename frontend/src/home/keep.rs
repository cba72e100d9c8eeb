//! What becomes of an exchange that is there: another is made after it, or it is deleted.

use borsklokka_shared::date::Date;
use borsklokka_shared::limits::{NAME_CHARS_MAX, SLUG_CHARS_MAX};
use borsklokka_shared::screen::Screen;
use borsklokka_shared::slug::slug_of;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use super::listed::Listed;
use crate::components::{Button, TextField};
use crate::texts::texts;
use crate::{browser, request};

/// What is wanted with one of the exchanges, or beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Another like it.
    Copy(Listed),
    /// That it goes.
    Delete(Listed),
    /// Another passphrase.
    ChangePassphrase,
}

#[derive(Deserialize)]
struct Made {
    slug: String,
}

/// The form for another exchange like one that is there.
#[component]
pub fn CopyExchange(
    /// Which one.
    of: Listed,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called to leave it.
    leave: impl Fn() + 'static,
) -> impl IntoView {
    let t = texts();
    let Listed {
        slug: from,
        name: like,
        ..
    } = of;
    let name = RwSignal::new(like.clone());
    let (slug, slug_is_own) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (date, with_participants) = (RwSignal::new(String::new()), RwSignal::new(false));
    let url = format!("/api/v1/exchanges/{from}/copy");
    let make = move || {
        alert.set(None);
        let Ok(date) = date.get_untracked().parse::<Date>() else {
            return alert.set(Some(t.home().date_missing.to_owned()));
        };
        let body = json!({
            "slug": slug.get_untracked().trim(),
            "name": name.get_untracked().trim(),
            "date": date,
            "with_participants": with_participants.get_untracked(),
        });
        let url = url.clone();
        spawn_local(async move {
            match request::ask::<Made>("POST", &url, &body).await {
                Ok(Made { slug }) => browser::go(&Screen::Organiser.path(&slug)),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <form
            class="form card"
            data-testid="copy-form"
            on:submit=move |event| {
                event.prevent_default();
                make();
            }
        >
            <h2 class="form-heading">{t.home().copy_heading(&like)}</h2>
            <p class="office-note">{t.home().copy_what}</p>
            <TextField
                id="copy-name"
                label=t.home().name
                testid="copy-name"
                chars_max=NAME_CHARS_MAX
                focused=true
                value=name
                write=move |text| {
                    if !slug_is_own.get_untracked() {
                        slug.set(slug_of(&text));
                    }
                    name.set(text);
                }
            />
            <TextField
                id="copy-slug"
                label=t.home().slug
                testid="copy-slug"
                chars_max=SLUG_CHARS_MAX
                value=slug
                write=move |text| {
                    slug_is_own.set(!text.is_empty());
                    slug.set(text);
                }
            />
            <TextField
                id="copy-date"
                label=t.home().date
                testid="copy-date"
                kind="date"
                value=date
                write=move |text| date.set(text)
            />
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="copy-participants"
                    prop:checked=with_participants
                    on:change=move |event| with_participants.set(event_target_checked(&event))
                />
                {t.home().with_participants}
            </label>
            <div class="form-acts">
                <button type="submit" class="button button-primary" data-testid="copy-submit">
                    {t.home().copy_make}
                </button>
                <Button press=leave>{t.home().leave}</Button>
            </div>
        </form>
    }
}

/// Asks for the name before an exchange is deleted.
#[component]
pub fn DeleteExchange(
    /// Which one.
    of: Listed,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called to leave it.
    leave: impl Fn() + 'static,
    /// Called once it is gone.
    gone: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let Listed { slug, name: what, .. } = of;
    let name = RwSignal::new(String::new());
    let url = format!("/api/v1/exchanges/{slug}");
    let delete = move || {
        alert.set(None);
        let (url, body) = (url.clone(), json!({ "name": name.get_untracked() }));
        spawn_local(async move {
            match request::ask::<()>("DELETE", &url, &body).await {
                Ok(()) => gone(),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <form
            class="form card"
            data-testid="delete-form"
            on:submit=move |event| {
                event.prevent_default();
                delete();
            }
        >
            <h2 class="form-heading">{t.home().delete_heading(&what)}</h2>
            <p class="office-note">{t.home().delete_what}</p>
            <TextField
                id="delete-name"
                label=t.home().delete_name
                testid="delete-name"
                chars_max=NAME_CHARS_MAX
                focused=true
                value=name
                write=move |text| name.set(text)
            />
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-danger"
                    data-testid="delete-submit"
                    disabled=move || name.with(|name| name.trim().is_empty())
                >
                    {t.home().delete_for_ever}
                </button>
                <Button press=leave>{t.home().leave}</Button>
            </div>
        </form>
    }
}
