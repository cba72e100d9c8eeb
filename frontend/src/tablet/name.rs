//! Who writes on this tablet. It changes hands in two taps: the name, then the next one's name.

use std::cell::RefCell;

use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use crate::components::{HandForm, Modal, ModalRef, TextField};
use crate::http::Reply;
use crate::json;
use crate::live::Live;
use crate::own_language::DeviceLanguage;
use crate::texts::texts;
use crate::typed::fields::lone;
use crate::{browser, http};

/// Where this browser keeps the names that were used on it.
const NAMES: &str = "borsklokka.names";
/// Most names that are kept: as many as share a tablet in an evening.
const NAMES_MAX: usize = 8;

thread_local! {
    /// What is typed as another name: it is there again when its dialog chose another language.
    static FRESH: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The names, the last used first.
fn names() -> Vec<String> {
    let kept = browser::kept(NAMES).and_then(|text| json::read(&text).ok());
    kept.unwrap_or_default()
}

fn with_first(mut names: Vec<String>, name: &str) -> Vec<String> {
    names.retain(|other| other != name);
    names.insert(0, name.to_owned());
    names.truncate(NAMES_MAX);
    names
}

/// The name in the header. Until the tablet has one, the event's.
#[component]
pub fn Name(
    #[prop(into)] name: Signal<Option<String>>,
    #[prop(into)] event: Signal<Option<String>>,
) -> impl IntoView {
    let t = texts().broker();
    let is_open = RwSignal::new(false);
    Effect::new(move || {
        if let Some(name) = name.get().filter(|name| !name.is_empty()) {
            let names = serde_json::to_string(&with_first(names(), &name)).expect("names are strings");
            browser::keep(NAMES, &names);
        }
    });
    view! {
        <h1 class="tablet-name">
            <button
                type="button"
                data-testid="name"
                aria-haspopup="dialog"
                title=t.change_name
                on:click=move |_| is_open.set(true)
            >
                {move || name.get().filter(|name| !name.is_empty()).or_else(|| event.get())}
            </button>
        </h1>
        {move || is_open.get().then(|| view! { <Names name close=move || is_open.set(false) /> })}
    }
}

/// The names to choose from, and a field for a new one.
#[component]
fn Names(name: Signal<Option<String>>, close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let live = Live::of_page();
    let t = texts().broker();
    let modal = ModalRef::new();
    let (fresh, wrong) = (lone(&FRESH), RwSignal::new(None::<String>));
    let put_away = move || {
        fresh.set(String::new());
        close();
    };
    let choose = move |name: String| {
        wrong.set(None);
        spawn_local(async move {
            match rename(live, &name).await {
                Ok(()) => modal.close(),
                Err(Failure::Unreachable) => drop(wrong.try_set(Some(t.needs_connection.to_owned()))),
                Err(Failure::Refused(why)) => drop(wrong.try_set(Some(why))),
            }
        });
    };
    let others = names()
        .into_iter()
        .filter(|other| name.with_untracked(|name| name.as_ref() != Some(other)))
        .map(|other| {
            let chosen = other.clone();
            view! {
                <li>
                    <button
                        type="button"
                        class="paper-button"
                        data-testid="other-name"
                        on:click=move |_| choose(chosen.clone())
                    >
                        {other}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <Modal class="dialog" titled_by="name-title" modal closed=put_away>
            <HandForm class="dialog-form">
                <h2 class="dialog-title" id="name-title">{t.who_writes}</h2>
                <ul class="names">{others}</ul>
                <TextField
                    id="new-name"
                    testid="new-name"
                    label=t.another_name
                    chars_max=DEVICE_NAME_CHARS_MAX
                    value=fresh
                    error=wrong
                    write=move |text| {
                        fresh.set(text);
                        wrong.set(None);
                    }
                />
                <DeviceLanguage />
                <div class="dialog-actions">
                    <button type="button" class="paper-button" on:click=move |_| modal.close()>{t.cancel}</button>
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="name-submit"
                        on:click=move |_| choose(fresh.get_untracked().trim().to_owned())
                    >
                        {t.take_over}
                    </button>
                </div>
            </HandForm>
        </Modal>
    }
}

enum Failure {
    Unreachable,
    Refused(String),
}

/// The server knows the name from the next connection on, so that is made at once.
async fn rename(live: Live, name: &str) -> Result<(), Failure> {
    let url = format!("/api/v1/exchanges/{}/session/name", live.slug());
    let reply = http::send("PUT", &url, &json!({ "name": name }))
        .await
        .map_err(|_| Failure::Unreachable)?;
    match reply {
        Reply::Done => {
            live.connect_anew();
            Ok(())
        }
        Reply::Content(_) => Err(Failure::Unreachable),
        Reply::Refused { message, .. } => Err(Failure::Refused(message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_is_first_and_few_are_kept() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            with_first(names(&["Ingrid", "Kari", "Per"]), "Kari"),
            names(&["Kari", "Ingrid", "Per"])
        );
        let many: Vec<String> = (0..NAMES_MAX).map(|n| n.to_string()).collect();
        let with_kari = with_first(many, "Kari");
        assert_eq!((with_kari.len(), &*with_kari[0]), (NAMES_MAX, "Kari"));
    }
}
