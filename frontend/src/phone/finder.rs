//! Who do I find where: a search field, and whom it finds.

use borsklokka_shared::listing::ListingKind;
use leptos::prelude::*;

use super::search::{Found, search};
use crate::components::{SymbolChip, part, words};
use crate::live::Live;
use crate::texts::texts;

/// The search in the catalogue.
#[component]
pub fn Finder() -> impl IntoView {
    let live = Live::of_page();
    let t = &texts().phone;
    let query = RwSignal::new(String::new());
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
            } else if results.found.is_empty() {
                Some(t.nothing_found.to_owned())
            } else {
                (results.more > 0).then(|| (t.narrow_down)(results.more))
            }
        })
    };
    view! {
        <section class="finder">
            <h2>{t.who_to_find}</h2>
            <input
                type="search"
                class="finder-field"
                data-testid="search"
                autocomplete="off"
                aria-label=t.who_to_find
                placeholder=t.search
                prop:value=move || query.get()
                on:input=move |input| query.set(event_target_value(&input))
            />
            <ul>
                {part(move || Some(results.get().found.into_iter().map(found_view).collect::<Vec<_>>().into_any()))}
            </ul>
            <p class="phone-hint" role="status">
                {words(remark)}
            </p>
        </section>
    }
}

/// A participant that was found: where it is, and what it offers and wishes for.
pub fn found_view(found: Found) -> AnyView {
    let t = &texts().phone;
    let listings: Vec<_> = found
        .listings
        .into_iter()
        .map(|(kind, text)| {
            let verb = match kind {
                ListingKind::Offer => t.offers,
                ListingKind::Wish => t.wishes,
            };
            view! {
                <li>
                    <span class="finder-verb">{verb}</span>
                    " "
                    {text}
                </li>
            }
        })
        .collect();
    view! {
        <li class="finder-found" data-testid="found">
            <p class="finder-who">
                <SymbolChip symbol=found.party.symbol sector=found.party.sector />
                <b>{found.party.name}</b>
                <span class="finder-place">
                    {found.party.place.unwrap_or_else(|| t.no_place.to_owned())}
                </span>
            </p>
            <ul>{listings}</ul>
        </li>
    }
    .into_any()
}
