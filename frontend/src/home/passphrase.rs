//! Another passphrase, for whoever knows the one that holds.

use borsklokka_shared::limits::PASSPHRASE_CHARS_MIN;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use crate::components::{Button, TextField};
use crate::request;
use crate::texts::texts;
use crate::typed::fields::Fields;

/// A new passphrase that was written twice.
///
/// # Errors
///
/// Why it is none, in a sentence.
pub fn chosen(new: RwSignal<String>, again: RwSignal<String>) -> Result<String, String> {
    let (t, chosen) = (texts(), new.get_untracked());
    if chosen.chars().count() < PASSPHRASE_CHARS_MIN {
        Err(t.home().passphrase_rule(PASSPHRASE_CHARS_MIN))
    } else if chosen != again.get_untracked() {
        Err(t.home().passphrases_differ.to_owned())
    } else {
        Ok(chosen)
    }
}

/// What the fields of the form are called by.
const FORM: &str = "passphrase/";

/// The form.
#[component]
pub fn ChangePassphrase(
    /// Where it is asked.
    #[prop(default = "/api/v1/passphrase")]
    url: &'static str,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called when it is done.
    changed: impl Fn() + Copy + 'static,
    /// Called to leave it.
    leave: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let (t, fields) = (texts(), Fields::of_page());
    let named = |name: &str| format!("{FORM}{name}");
    // The browser may fill it in: nothing is lost with it.
    let old = fields.kept(named("old"), String::new());
    let new = fields.field(named("new"), String::new());
    let again = fields.field(named("again"), String::new());
    let give_up = move || {
        fields.clear(FORM);
        leave();
    };
    let asking = RwSignal::new(false);
    let change = move || {
        let chosen = match chosen(new, again) {
            Ok(chosen) => chosen,
            Err(why_not) => return alert.set(Some(why_not)),
        };
        alert.set(None);
        asking.set(true);
        let body = json!({ "old": old.get_untracked(), "new": chosen });
        spawn_local(async move {
            match request::ask::<()>("POST", url, &body).await {
                Ok(()) => {
                    fields.clear(FORM);
                    changed();
                }
                Err(trouble) => {
                    asking.set(false);
                    alert.set(Some(trouble.words(t.desk())));
                }
            }
        });
    };
    let field = move |id: &'static str, label: String, value: RwSignal<String>, focused| {
        let filled_as = if focused {
            "current-password"
        } else {
            "new-password"
        };
        view! { <TextField id label testid=id kind="password" filled_as focused value write=move |text| value.set(text) /> }
    };
    let rule = t.home().passphrase_rule(PASSPHRASE_CHARS_MIN);
    view! {
        <form
            class="form card"
            data-testid="passphrase-form"
            on:submit=move |event| {
                event.prevent_default();
                change();
            }
        >
            <h2 class="form-heading">{t.home().change_passphrase}</h2>
            {field("passphrase-old", t.home().passphrase_old.to_owned(), old, true)}
            {field("passphrase-new", format!("{} · {rule}", t.home().passphrase_new), new, false)}
            {field("passphrase-again", t.home().passphrase_again.to_owned(), again, false)}
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="passphrase-submit"
                    disabled=move || asking.get() || old.with(String::is_empty)
                >
                    {t.home().change_passphrase}
                </button>
                <Button press=give_up>{t.home().leave}</Button>
            </div>
        </form>
    }
}
