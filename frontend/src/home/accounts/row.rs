//! One organiser in the operator's list: who she is, what is hers, and what may be done with it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::page::{ACCOUNTS, Account, Page, State, Wish};
use crate::components::Button;
use crate::home::listed::Listed;
use crate::home::moment::moment;
use crate::request;
use crate::texts::texts;

/// The row.
pub fn row(account: Account, exchanges: &[Listed], page: Page) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let state = match account.state {
        State::Invited => words.invited,
        State::Active => words.active,
        State::Disabled => words.disabled,
    };
    let mut stands = vec![state.to_owned()];
    stands.extend(account.last_seen.map(|at| words.seen(moment(at))));
    stands.extend(account.may_make.then(|| words.makes.to_owned()));
    stands.extend(account.link_until.map(|until| words.open_link(moment(until))));
    let named = |slug: &String| {
        let found = exchanges.iter().find(|one| one.slug == *slug);
        found.map_or_else(|| slug.clone(), |one| one.name.clone())
    };
    let hers = account.exchanges.iter().map(named).collect::<Vec<_>>().join(", ");
    let is_disabled = account.state == State::Disabled;
    let url = format!("{ACCOUNTS}/{}", account.id);
    let link_url = format!("{url}/link");
    let disable = move || {
        page.alert.set(None);
        let url = url.clone();
        spawn_local(async move {
            match request::ask::<()>("PATCH", &url, &json!({ "disabled": !is_disabled })).await {
                Ok(()) => page.look(),
                Err(trouble) => page.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    let name = account.name.clone();
    let new_link = move || page.make_link(link_url.clone(), name.clone());
    let (email, name) = (account.email.clone(), account.name.clone());
    let found_by = email.clone();
    let has_none = hers.is_empty();
    let (changed, deleted) = (account.clone(), account);
    let link = (!is_disabled).then(|| {
        view! {
            <Button testid="account-link" press=new_link>
                {words.new_link}
            </Button>
        }
    });
    view! {
        <li data-testid="account-row" data-email=found_by>
            <span class="exchange-name" dir="auto">
                {name}
            </span>
            <span class="office-note" dir="auto">
                {email}
            </span>
            <span class="account-stands" dir="auto" hidden=has_none>
                {hers}
            </span>
            <span class="account-stands office-note">{stands.join(" · ")}</span>
            <span class="exchange-acts">
                <Button testid="account-change" press=move || page.wish.set(Wish::Change(changed.clone()))>
                    {words.change}
                </Button>
                {link}
                <Button testid="account-disable" press=disable>
                    {if is_disabled { words.enable } else { words.disable }}
                </Button>
                <Button testid="account-delete" press=move || page.wish.set(Wish::Delete(deleted.clone()))>
                    {words.delete}
                </Button>
            </span>
        </li>
    }
}
