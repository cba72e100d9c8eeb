//! The operator's list of exchanges: those that are coming, and those that were put away.

use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::keep::{CopyExchange, DeleteExchange, Wish};
use super::listed::Listed;
use super::make::MakeExchange;
use super::passphrase::ChangePassphrase;
use crate::components::Button;
use crate::request;
use crate::texts::texts;

/// Every exchange with its screens, and the form for another.
#[component]
pub fn Exchanges(
    /// The exchanges.
    exchanges: Vec<Listed>,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called when the list is another.
    changed: impl Fn() + Copy + Send + Sync + 'static,
    /// Called to log out.
    log_out: impl Fn() + 'static,
) -> impl IntoView {
    let t = texts();
    let wish = RwSignal::new(None::<Wish>);
    let has_new_passphrase = RwSignal::new(false);
    let change_passphrase = move || {
        has_new_passphrase.set(false);
        wish.set(Some(Wish::ChangePassphrase));
    };
    let changed_passphrase = move || {
        has_new_passphrase.set(true);
        wish.set(None);
    };
    let is_empty = exchanges.is_empty();
    let (put_away, coming): (Vec<_>, Vec<_>) = exchanges.into_iter().partition(|one| one.put_away);
    let rows = move |listed: Vec<Listed>| {
        let rows = listed
            .into_iter()
            .map(|one| row(one, wish, alert, changed))
            .collect_view();
        view! { <ul class="exchange-list">{rows}</ul> }
    };
    let archive = (!put_away.is_empty()).then(|| {
        view! {
            <details class="exchange-archive">
                <summary data-testid="put-away-list">{t.home().put_away_heading}</summary>
                {rows(put_away)}
            </details>
        }
    });
    view! {
        <section class="card">
            <h2 class="form-heading">{t.home().exchanges}</h2>
            {is_empty.then(|| view! { <p class="office-note">{t.home().no_exchanges}</p> })}
            {rows(coming)}
            {archive}
        </section>
        <div class="home-news" role="status" data-testid="home-news">
            {move || has_new_passphrase.get().then(|| view! { <p>{t.home().passphrase_changed}</p> })}
        </div>
        {move || match wish.get() {
            Some(Wish::Copy(of)) => {
                view! { <CopyExchange of alert leave=move || wish.set(None) /> }.into_any()
            }
            Some(Wish::Delete(of)) => {
                view! { <DeleteExchange of alert leave=move || wish.set(None) gone=changed /> }.into_any()
            }
            Some(Wish::ChangePassphrase) => {
                view! { <ChangePassphrase alert changed=changed_passphrase leave=move || wish.set(None) /> }.into_any()
            }
            None => view! { <MakeExchange alert /> }.into_any(),
        }}
        <p class="home-foot form-acts">
            {move || {
                (wish.get() != Some(Wish::ChangePassphrase))
                    .then(|| {
                        view! {
                            <Button testid="change-passphrase" press=change_passphrase>
                                {t.home().change_passphrase}
                            </Button>
                        }
                    })
            }}
            <Button testid="logout" press=log_out>
                {t.home().log_out}
            </Button>
        </p>
    }
}

/// One of them: its name, its screens, and what may be done with it.
fn row(
    one: Listed,
    wish: RwSignal<Option<Wish>>,
    alert: RwSignal<Option<String>>,
    changed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let slug = one.slug.clone();
    let links = [
        (Screen::Organiser, t.home().organiser),
        (Screen::Moderator, t.moderator().title),
        (Screen::Wall, t.home().wall),
    ]
    .map(|(screen, words)| view! { <a href=screen.path(&slug)>{words}</a> })
    .collect_view();
    let put_away = !one.put_away;
    let url = format!("/api/v1/exchanges/{slug}");
    let put = move || {
        let url = url.clone();
        spawn_local(async move {
            match request::ask::<()>("PATCH", &url, &json!({ "put_away": put_away })).await {
                Ok(()) => changed(),
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    let (like, name, href) = (one.clone(), one.name.clone(), Screen::Organiser.path(&slug));
    view! {
        <li>
            <a class="exchange-name" dir="auto" data-testid="exchange-link" data-slug=slug href=href>
                {name}
            </a>
            <span class="exchange-links">{links}</span>
            <span class="exchange-acts">
                <Button testid="copy-exchange" press=move || wish.set(Some(Wish::Copy(like.clone())))>
                    {t.home().copy}
                </Button>
                <Button testid="put-away" press=put>
                    {if put_away { t.home().put_away } else { t.home().take_out }}
                </Button>
                <Button testid="delete-exchange" press=move || wish.set(Some(Wish::Delete(one.clone())))>
                    {t.home().delete}
                </Button>
            </span>
        </li>
    }
}
