//! What becomes of an exchange that is there: another is made after it, or it is deleted.

use borsklokka_shared::date::Date;
use borsklokka_shared::limits::{NAME_CHARS_MAX, SLUG_CHARS_MAX};
use borsklokka_shared::screen::Screen;
use borsklokka_shared::slug::slug_of;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::{Value, json};

use super::after::suggested;
use super::listed::Listed;
use crate::components::{Button, TextField};
use crate::texts::{Common, texts};
use crate::typed::fields::Fields;
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

/// What the form for another exchange holds.
#[derive(Clone, Copy)]
struct Another {
    name: RwSignal<String>,
    /// Whether the name was written by hand, and no longer follows the day.
    name_is_own: RwSignal<bool>,
    slug: RwSignal<String>,
    slug_is_own: RwSignal<bool>,
    date: RwSignal<String>,
    with_participants: RwSignal<bool>,
}

impl Another {
    /// What is typed into the form of this name. What follows the day is nobody's to lose.
    fn of(fields: Fields, form: &str) -> Self {
        let named = |name: &str| format!("{form}{name}");
        Self {
            name: fields.kept(named("name"), String::new()),
            name_is_own: fields.field(named("name-is-own"), false),
            slug: fields.kept(named("slug"), String::new()),
            slug_is_own: fields.field(named("slug-is-own"), false),
            date: fields.field(named("date"), String::new()),
            with_participants: fields.field(named("with-participants"), false),
        }
    }

    /// Until somebody writes it, the name follows the day, and the address both.
    fn suggest(self, of: &Listed, all: &[Listed], common: &Common) {
        if self.name_is_own.get_untracked() {
            return;
        }
        let day = self.date.get_untracked().parse().ok();
        let (name, slug) = suggested(of, day, all, &|date| common.date(date));
        self.name.set(name);
        if !self.slug_is_own.get_untracked() {
            self.slug.set(slug);
        }
    }

    fn write_name(self, name: String) {
        self.name_is_own.set(!name.is_empty());
        if !self.slug_is_own.get_untracked() {
            self.slug.set(slug_of(&name));
        }
        self.name.set(name);
    }

    fn write_slug(self, slug: String) {
        self.slug_is_own.set(!slug.is_empty());
        self.slug.set(slug);
    }

    /// What is asked of the server; nothing without a day.
    fn body(self) -> Option<Value> {
        let date = self.date.get_untracked().parse::<Date>().ok()?;
        Some(json!({
            "slug": self.slug.get_untracked().trim(),
            "name": self.name.get_untracked().trim(),
            "date": date,
            "with_participants": self.with_participants.get_untracked(),
        }))
    }
}

/// The form for another exchange like one that is there.
#[component]
pub fn CopyExchange(
    /// Which one.
    of: Listed,
    /// All that are there.
    all: StoredValue<Vec<Listed>>,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called to leave it.
    leave: impl Fn() + 'static,
) -> impl IntoView {
    let (t, fields) = (texts(), Fields::of_page());
    let form = format!("copy {}/", of.slug);
    let another = Another::of(fields, &form);
    let url = format!("/api/v1/exchanges/{}/copy", of.slug);
    let (heading, told) = (t.home().copy_heading(&of.name), of.told_by(t.common()));
    let suggest = move || all.with_value(|all| another.suggest(&of, all, t.common()));
    suggest();
    let given_up = form.clone();
    let give_up = move || {
        fields.clear(&given_up);
        leave();
    };
    let make = move || {
        alert.set(None);
        let Some(body) = another.body() else {
            return alert.set(Some(t.home().date_missing.to_owned()));
        };
        let (url, form) = (url.clone(), form.clone());
        spawn_local(async move {
            match request::ask::<Made>("POST", &url, &body).await {
                Ok(Made { slug }) => {
                    fields.clear(&form);
                    browser::go(&Screen::Organiser.path(&slug));
                }
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
            <h2 class="form-heading" dir="auto">{heading}</h2>
            <p class="office-note">{told}</p>
            <p class="office-note">{t.home().copy_what}</p>
            <TextField
                id="copy-name"
                label=t.home().name
                testid="copy-name"
                chars_max=NAME_CHARS_MAX
                focused=true
                value=another.name
                write=move |text| another.write_name(text)
            />
            <TextField
                id="copy-slug"
                label=t.home().slug
                testid="copy-slug"
                chars_max=SLUG_CHARS_MAX
                value=another.slug
                write=move |text| another.write_slug(text)
            />
            <TextField
                id="copy-date"
                label=t.home().date
                testid="copy-date"
                kind="date"
                value=another.date
                write=move |text| {
                    another.date.set(text);
                    suggest();
                }
            />
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="copy-participants"
                    prop:checked=another.with_participants
                    on:change=move |event| another.with_participants.set(event_target_checked(&event))
                />
                {t.home().with_participants}
            </label>
            <div class="form-acts">
                <button type="submit" class="button button-primary" data-testid="copy-submit">
                    {t.home().copy_make}
                </button>
                <Button press=give_up>{t.home().leave}</Button>
            </div>
        </form>
    }
}

/// What the name is called by that is asked for before an exchange is deleted.
const DELETE: &str = "delete/";

/// Whether what was written names the exchange: its address, where another has its name.
fn confirms(of: &Listed, by_address: bool, written: &str) -> bool {
    let written = written.trim();
    !by_address || written.strip_prefix('/').unwrap_or(written) == of.slug
}

/// Asks for the name before an exchange is deleted, or for the address where another has the same name.
#[component]
pub fn DeleteExchange(
    /// Which one.
    of: Listed,
    /// Whether another has the same name.
    by_address: bool,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called to leave it.
    leave: impl Fn() + 'static,
    /// Called once it is gone.
    gone: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let (t, fields) = (texts(), Fields::of_page());
    // Whoever is asked for the name loses nothing with it.
    let written = fields.kept(format!("{DELETE}{}", of.slug), String::new());
    let wrong = RwSignal::new(None::<String>);
    let url = format!("/api/v1/exchanges/{}", of.slug);
    let (heading, told) = (t.home().delete_heading(&of.name), of.told_by(t.common()));
    let label = if by_address {
        t.home().delete_address
    } else {
        t.home().delete_name
    };
    let give_up = move || {
        fields.clear(DELETE);
        leave();
    };
    let delete = move || {
        alert.set(None);
        let name = written.get_untracked();
        if !confirms(&of, by_address, &name) {
            return wrong.set(Some(t.home().not_its_address(&of.slug)));
        }
        // The server asks for the name; which of those that have it is meant, the address says.
        let name = if by_address { of.name.clone() } else { name };
        let (url, body) = (url.clone(), json!({ "name": name }));
        spawn_local(async move {
            match request::ask::<()>("DELETE", &url, &body).await {
                Ok(()) => {
                    fields.clear(DELETE);
                    gone();
                }
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
            <h2 class="form-heading" dir="auto">{heading}</h2>
            <p class="office-note" data-testid="delete-told">{told}</p>
            <p class="office-note">{t.home().delete_what}</p>
            <TextField
                id="delete-name"
                label=label
                testid="delete-name"
                chars_max=NAME_CHARS_MAX
                focused=true
                value=written
                write=move |text| {
                    written.set(text);
                    wrong.set(None);
                }
                error=wrong
            />
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-danger"
                    data-testid="delete-submit"
                    disabled=move || written.with(|written| written.trim().is_empty())
                >
                    {t.home().delete_for_ever}
                </button>
                <Button press=give_up>{t.home().leave}</Button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_of_the_same_name_the_address_says_which_goes() {
        let of = Listed {
            slug: "drammen-2".to_owned(),
            name: "Børs".to_owned(),
            date: None,
            put_away: false,
            may_keep: true,
            may_delete: true,
        };
        for (written, is_its) in [
            (" drammen-2 ", true),
            ("/drammen-2", true),
            ("drammen", false),
            ("Børs", false),
            ("", false),
        ] {
            assert_eq!(confirms(&of, true, written), is_its, "{written}");
            // What is not its name the server says.
            assert!(confirms(&of, false, written));
        }
    }
}
