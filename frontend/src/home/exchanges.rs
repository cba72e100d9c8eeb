//! The list of exchanges, the operator's or an organiser's: those that are coming, and those that were put away.

use borsklokka_shared::screen::{ACCOUNT, ACCOUNTS, Screen};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::keep::{CopyExchange, DeleteExchange, Wish};
use super::listed::{Asking, Listed};
use super::make::MakeExchange;
use super::passphrase::ChangePassphrase;
use crate::components::Button;
use crate::components::focus::{focus_returns_to, has_focus};
use crate::request;
use crate::texts::texts;
use crate::typed::fields::Fields;

/// Every exchange with its screens, and the form for another.
#[component]
pub fn Exchanges(
    /// The exchanges.
    exchanges: Vec<Listed>,
    /// Who looks, if it is an organiser with an account.
    account: Option<Asking>,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called when the list is another.
    changed: impl Fn() + Copy + Send + Sync + 'static,
    /// Called to log out.
    log_out: impl Fn() + 'static,
) -> impl IntoView {
    let t = texts();
    let wish = Fields::of_page().kept("wish", None::<Wish>);
    let has_new_passphrase = RwSignal::new(false);
    let opener = StoredValue::new_local(None);
    let open = move |wanted| {
        opener.set_value(has_focus());
        wish.set(Some(wanted));
    };
    focus_returns_to(Memo::new(move |_| wish.with(Option::is_some)), move || {
        opener.try_get_value().flatten()
    });
    let is_changing = move || wish.with(|wish| *wish == Some(Wish::ChangePassphrase));
    let change_passphrase = move || {
        has_new_passphrase.set(false);
        open(Wish::ChangePassphrase);
    };
    let news = NodeRef::<html::Div>::new();
    let changed_passphrase = move || {
        wish.set(None);
        has_new_passphrase.set(true);
    };
    // After the focus has come back, which on a small screen is far below.
    Effect::new(move || {
        if has_new_passphrase.get() {
            request_animation_frame(move || {
                if let Some(news) = news.try_get_untracked().flatten() {
                    let within = ScrollIntoViewOptions::new();
                    within.set_block(ScrollLogicalPosition::Nearest);
                    news.scroll_into_view_with_scroll_into_view_options(&within);
                }
            });
        }
    });
    let all = StoredValue::new(exchanges.clone());
    let none = exchanges.is_empty().then(|| none_there(account.as_ref()));
    let may_make = account.as_ref().is_none_or(|account| account.may_make);
    let is_operator = account.is_none();
    let (put_away, coming): (Vec<_>, Vec<_>) = exchanges.into_iter().partition(|one| one.put_away);
    let rows = move |listed: Vec<Listed>| {
        let rows = listed
            .into_iter()
            .map(|one| row(one, open, alert, changed))
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
            {none.map(|none| view! { <p class="office-note">{none}</p> })}
            {rows(coming)}
            {archive}
        </section>
        <div node_ref=news class="home-news" role="status" data-testid="home-news">
            {move || has_new_passphrase.get().then(|| view! { <p>{t.home().passphrase_changed}</p> })}
        </div>
        {move || match wish.get() {
            Some(Wish::Copy(of)) => {
                view! { <CopyExchange of all alert leave=move || wish.set(None) /> }.into_any()
            }
            Some(Wish::Delete(of)) => {
                let by_address = all.with_value(|all| of.has_namesake(all));
                let gone = move || {
                    wish.set(None);
                    changed();
                };
                view! { <DeleteExchange of by_address alert leave=move || wish.set(None) gone /> }
                    .into_any()
            }
            Some(Wish::ChangePassphrase) => {
                view! { <ChangePassphrase alert changed=changed_passphrase leave=move || wish.set(None) /> }.into_any()
            }
            None => may_make.then(|| view! { <MakeExchange alert /> }).into_any(),
        }}
        <p class="home-foot form-acts">
            {foot_link(account)}
            <button
                type="button"
                class="button"
                data-testid="change-passphrase"
                hidden=move || !is_operator || is_changing()
                on:click=move |_| change_passphrase()
            >
                {t.home().change_passphrase}
            </button>
            <Button testid="logout" press=log_out>
                {t.home().log_out}
            </Button>
        </p>
    }
}

/// What is said where there is no exchange.
fn none_there(account: Option<&Asking>) -> &'static str {
    match account {
        Some(Asking { may_make: false, .. }) => texts().home().none_is_yours,
        Some(_) | None => texts().home().no_exchanges,
    }
}

/// The way to what is beside the exchanges: the organisers, or an organiser's own page.
fn foot_link(account: Option<Asking>) -> impl IntoView {
    let t = texts().home();
    let (testid, page, words, name) = match account {
        None => ("organisers", ACCOUNTS, t.organisers, None),
        Some(Asking { name, .. }) => ("own-account", ACCOUNT, t.own_account, Some(name)),
    };
    let name = name.map(|name| view! { " · " <bdi>{name}</bdi> });
    view! {
        <a class="button" data-testid=testid href=format!("/{page}")>
            {words}
            {name}
        </a>
    }
}

/// One of them: its name and what tells it from another of that name, its screens, and what may be done with it.
fn row(
    one: Listed,
    open: impl Fn(Wish) + Copy + 'static,
    alert: RwSignal<Option<String>>,
    changed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = texts();
    let (slug, told) = (one.slug.clone(), one.told_by(t.common()));
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
    let (may_keep, may_delete) = (one.may_keep, one.may_delete);
    let acts = may_keep.then(|| {
        view! {
            <span class="exchange-acts">
                <Button testid="copy-exchange" press=move || open(Wish::Copy(like.clone()))>
                    {t.home().copy}
                </Button>
                <Button testid="put-away" press=put>
                    {if put_away { t.home().put_away } else { t.home().take_out }}
                </Button>
                {may_delete
                    .then(|| {
                        view! {
                            <Button testid="delete-exchange" press=move || open(Wish::Delete(one.clone()))>
                                {t.home().delete}
                            </Button>
                        }
                    })}
            </span>
        }
    });
    view! {
        <li>
            <a class="exchange-name" dir="auto" data-testid="exchange-link" data-slug=slug href=href>
                {name}
            </a>
            <span class="exchange-links">{links}</span>
            <span class="account-stands office-note" data-testid="exchange-told">{told}</span>
            {acts}
        </li>
    }
}
