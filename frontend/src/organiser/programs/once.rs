//! What is shown this once: a secret, a token, a link. It stays until the organiser says that she has it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::components::Button;
use crate::texts::organiser::program_words;

/// What was just made, if it was.
#[component]
pub fn Once(
    /// What tests call it.
    testid: &'static str,
    /// What it is.
    says: &'static str,
    /// What is shown.
    shown: RwSignal<Option<String>>,
) -> impl IntoView {
    let t = program_words();
    let copied = RwSignal::new(None::<&'static str>);
    let copy = move || {
        let Some(text) = shown.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let words = if browser::copy(&text).await {
                t.copied
            } else {
                t.not_copied
            };
            let _gone = copied.try_set(Some(words));
        });
    };
    let put_away = move || {
        copied.set(None);
        shown.set(None);
    };
    view! {
        <div class="shown-once" role="status" hidden=move || shown.with(Option::is_none)>
            <p>{says}</p>
            <p class="secret" data-testid=testid dir="ltr">
                {shown}
            </p>
            <p class="form-acts">
                <Button testid="once-copy" press=copy>
                    {t.copy}
                </Button>
                <Button testid="once-seen" press=put_away>
                    {t.seen}
                </Button>
                <span class="office-note">{copied}</span>
            </p>
        </div>
    }
}
