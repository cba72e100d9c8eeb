//! Who do I find where: a search field, and whom it finds.

use std::cell::RefCell;

use borsklokka_shared::listing::ListingKind;
use leptos::html;
use leptos::prelude::*;

use super::deals::deal;
use super::search::{Found, Listed, search};
use crate::components::{CardList, SymbolChip, drawn, part, words};
use crate::live::Live;
use crate::texts::texts;
use crate::typed::fields::lone;

thread_local! {
    /// What is sought, in whichever words.
    static SOUGHT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The search in the catalogue.
#[component]
pub fn Finder() -> impl IntoView {
    let live = Live::of_page();
    let t = texts().phone();
    let query = lone(&SOUGHT);
    let field = NodeRef::<html::Input>::new();
    let results = Memo::new(move |_| {
        query
            .with(|query| live.read(|board| search(board, query)))
            .unwrap_or_default()
    });
    let is_blank = move || query.with(|query| query.trim().is_empty());
    let remark = move || {
        results.with(|results| {
            if is_blank() {
                Some(t.search_hint.to_owned())
            } else if results.found.is_empty() && results.deals.is_empty() {
                Some(t.nothing_found.to_owned())
            } else {
                (results.more > 0).then(|| t.narrow_down(results.more))
            }
        })
    };
    view! {
        <section class="finder" class:in-use=move || !is_blank()>
            <h2>{t.who_to_find}</h2>
            <input
                node_ref=field
                type="search"
                class="finder-field"
                data-testid="search"
                autocomplete="off"
                aria-label=t.who_to_find
                placeholder=t.search
                prop:value=move || query.get()
                on:focus=move |_| to_top(field)
                on:input=move |input| {
                    query.set(event_target_value(&input));
                    to_top(field);
                }
            />
            <ul>
                {part(move || Some(results.get().found.into_iter().map(found_view).collect::<Vec<_>>().into_any()))}
            </ul>
            <ol>
                <CardList cards=Signal::derive(move || results.get().deals) item=deal />
            </ol>
            <p class="phone-hint" role="status">
                {words(remark)}
            </p>
        </section>
    }
}

/// Brings the field to the top of the screen: the keyboard covers the lower half, and what is found stands under the field.
fn to_top(field: NodeRef<html::Input>) {
    request_animation_frame(move || {
        if let Some(field) = field.try_get_untracked().flatten() {
            field.scroll_into_view();
        }
    });
}

/// A participant that was found: where it is, and what it offers and wishes for.
pub fn found_view(found: Found) -> AnyView {
    let t = texts().phone();
    let listings: Vec<_> = found
        .listings
        .into_iter()
        .map(|Listed { kind, text, icon }| {
            let verb = match kind {
                ListingKind::Offer => t.offers,
                ListingKind::Wish => t.wishes,
            };
            view! {
                <li>
                    {icon.map(drawn)}
                    <span class="finder-verb">{verb}</span>
                    " "
                    <span dir="auto">{text}</span>
                </li>
            }
        })
        .collect();
    view! {
        <li class="finder-found" data-testid="found">
            <p class="finder-who">
                <SymbolChip symbol=found.party.symbol sector=found.party.sector />
                <b dir="auto">{found.party.name}</b>
                <span class="finder-place" dir="auto">
                    {found.party.place.unwrap_or_else(|| t.no_place.to_owned())}
                </span>
            </p>
            <ul>{listings}</ul>
        </li>
    }
    .into_any()
}
