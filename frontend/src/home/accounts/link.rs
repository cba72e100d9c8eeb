//! A link that was just made, which the operator hands on. It is shown once.

use borsklokka_shared::screen::leads_nowhere;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page::{Page, ToHandOn};
use crate::browser;
use crate::components::focus::focus;
use crate::components::{Button, Weight};
use crate::home::moment::moment;
use crate::texts::texts;

/// The link, while there is one.
#[component]
pub fn ShownLink(
    /// The page.
    page: Page,
) -> impl IntoView {
    move || page.link.get().map(|link| view! { <Shown page link /> })
}

#[component]
fn Shown(page: Page, link: ToHandOn) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let said = RwSignal::new(None::<&'static str>);
    let field = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            focus(&field);
            field.select();
        }
    });
    let ToHandOn { name, link, until } = link;
    let heading = words.link_heading(&name);
    let what = words.link_what(&name, moment(until));
    let leads_nobody = leads_nowhere(&link);
    let shown = link.clone();
    let copy = move || {
        let link = link.clone();
        spawn_local(async move {
            let is_copied = browser::copy(&link).await;
            said.set(Some(if is_copied {
                words.copied
            } else {
                words.copy_by_hand
            }));
        });
    };
    view! {
        <section class="card account-link" data-testid="account-link-shown">
            <h2 class="form-heading" id="account-link-heading" dir="auto">
                {heading}
            </h2>
            <p>{what}</p>
            <input
                class="field-input"
                node_ref=field
                readonly
                aria-labelledby="account-link-heading"
                data-testid="account-link-text"
                value=shown
            />
            <p class="lacks" data-testid="account-link-only-here" hidden=!leads_nobody>
                {t.organiser().leads_nowhere()}
            </p>
            <div class="form-acts">
                <Button weight=Weight::Primary testid="account-link-copy" press=copy>
                    {words.copy}
                </Button>
                <Button testid="account-link-done" press=move || page.link.set(None)>
                    {words.link_done}
                </Button>
                <span role="status">{move || said.get()}</span>
            </div>
        </section>
    }
}
