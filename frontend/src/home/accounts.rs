//! The operator's page of the organisers: who they are, which exchanges are theirs, and the link by which each chooses a passphrase.

pub mod edit;
pub mod link;
pub mod page;
pub mod row;

use leptos::prelude::*;

use self::edit::{Edit, Remove};
use self::link::ShownLink;
use self::page::{Account, Page, Wish};
use self::row::row;
use super::head::Head;
use crate::desk::Alert;
use crate::own_language::PageLanguageChoice;
use crate::texts::texts;

/// The page.
#[component]
pub fn OperatorsAccounts() -> impl IntoView {
    let t = texts();
    let page = Page::empty();
    page.look();
    let list = move |accounts: Vec<Account>| {
        if accounts.is_empty() {
            view! { <p class="office-note">{t.accounts().none}</p> }.into_any()
        } else {
            let exchanges = page.exchanges();
            let rows = accounts
                .into_iter()
                .map(|account| row(account, &exchanges, page))
                .collect_view();
            view! { <ul class="exchange-list">{rows}</ul> }.into_any()
        }
    };
    view! {
        <main class="office home" data-testid="accounts-page">
            <Head />
            <Alert alert=page.alert />
            <section class="card">
                <h2 class="form-heading">{t.accounts().heading}</h2>
                <p class="office-note">{t.accounts().why}</p>
                {move || page.accounts.get().map(list)}
            </section>
            <ShownLink page />
            {move || {
                page.accounts
                    .with(Option::is_some)
                    .then(|| match page.wish.get() {
                        Wish::Invite => view! { <Edit page of=None /> }.into_any(),
                        Wish::Change(account) => view! { <Edit page of=Some(account) /> }.into_any(),
                        Wish::Delete(of) => view! { <Remove page of /> }.into_any(),
                    })
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
