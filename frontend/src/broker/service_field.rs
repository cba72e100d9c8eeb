//! What they agree on, in one direction: the parties' offers and wishes to tap, and a line to write on.

use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::limits::SERVICE_CHARS_MAX;
use borsklokka_shared::listing::{Listing, ListingKind};
use leptos::prelude::*;

use super::Table;
use super::draft::{Draft, Field, Half};
use crate::components::field::FieldError;
use crate::texts::desk_texts;

/// Most offers and wishes that are shown for one direction.
const CHIPS_MAX: usize = 8;

/// An offer or a wish to tap.
#[derive(Clone, Debug, PartialEq)]
struct Tappable {
    listing: Listing,
    symbol: String,
}

/// One direction of the deal.
#[component]
pub fn ServiceField(half: Half) -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let (id, label, hint) = match half {
        Half::Service => ("service", t.service, t.service_hint),
        Half::Return => ("return", t.returned, t.return_hint),
    };
    let field = half.text_field();
    let is_counted = Memo::new(move |_| table.draft.with(|draft| !draft.half(half).unit.is_empty()));
    let wrong = table.wrong_with(field);
    let tappable = Memo::new(move |_| {
        let draft = table.draft.get();
        table
            .live
            .read(|board| tappable(board, &draft, half))
            .unwrap_or_default()
    });
    view! {
        <div class="service" role="group" aria-label=label class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for=id>{label}</label>
            <Show when=move || !tappable.with(Vec::is_empty)>
                <div class="taps">
                    <For
                        each=move || tappable.get()
                        key=|tappable| (tappable.listing.id, tappable.listing.text.clone())
                        children=move |tappable| view! { <Tap half tappable /> }
                    />
                </div>
            </Show>
            <div class="service-line" class:counted=move || is_counted.get()>
                <input
                    class="field-input"
                    id=id
                    data-testid=id
                    autocomplete="off"
                    maxlength=SERVICE_CHARS_MAX
                    placeholder=hint
                    aria-invalid=move || wrong.with(Option::is_some).to_string()
                    aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
                    prop:value=move || table.draft.with(|draft| draft.half(half).text.clone())
                    on:input=move |event| {
                        table.write(field, |draft| draft.half_mut(half).write(event_target_value(&event)));
                    }
                />
                <Show when=move || is_counted.get()>
                    <Amount half />
                </Show>
                <CategoryChoice half />
            </div>
            <FieldError id error=wrong />
        </div>
    }
}

/// How many, of what the tapped listing counts.
#[component]
fn Amount(half: Half) -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let id = match half {
        Half::Service => "amount",
        Half::Return => "return-amount",
    };
    let field = half.amount_field();
    let wrong = table.wrong_with(field);
    let unit = Memo::new(move |_| table.draft.with(|draft| draft.half(half).unit.clone()));
    view! {
        <div class="amount" class:wrong=move || wrong.with(Option::is_some)>
            <input
                class="field-input"
                id=id
                data-testid=id
                inputmode="numeric"
                autocomplete="off"
                maxlength="7"
                aria-label=move || unit.with(|unit| (t.amount)(unit))
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
                prop:value=move || table.draft.with(|draft| draft.half(half).amount.clone())
                on:input=move |event| {
                    table.write(field, |draft| draft.half_mut(half).amount = event_target_value(&event));
                }
            />
            <span class="amount-unit" aria-hidden="true">{move || unit.get()}</span>
            <FieldError id error=wrong />
        </div>
    }
}

/// What the givers offer and the receivers wish for; the other way round for the return.
fn tappable(board: &borsklokka_shared::board::Board, draft: &Draft, half: Half) -> Vec<Tappable> {
    let (from, to) = match half {
        Half::Service => (&draft.givers, &draft.receivers),
        Half::Return => (&draft.receivers, &draft.givers),
    };
    let mut tappable: Vec<Tappable> = board
        .listings
        .values()
        .filter(|listing| match listing.kind {
            ListingKind::Offer => from.contains(&listing.participant),
            ListingKind::Wish => to.contains(&listing.participant),
        })
        .filter_map(|listing| {
            Some(Tappable {
                symbol: board.participant(listing.participant)?.symbol.to_string(),
                listing: listing.clone(),
            })
        })
        .collect();
    tappable.sort_by(|a, b| (a.listing.kind, &a.listing.text).cmp(&(b.listing.kind, &b.listing.text)));
    tappable.truncate(CHIPS_MAX);
    tappable
}

#[component]
fn Tap(half: Half, tappable: Tappable) -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let Tappable { listing, symbol } = tappable;
    let id = listing.id;
    let on = Memo::new(move |_| table.draft.with(|draft| draft.half(half).listings.contains(&id)));
    let whose = match listing.kind {
        ListingKind::Offer => (t.offer)(&symbol),
        ListingKind::Wish => (t.wish)(&symbol),
    };
    let text = listing.text.clone();
    let spoken = format!("{text}, {whose}");
    let field = half.text_field();
    view! {
        <button
            type="button"
            class="tap"
            aria-label=spoken
            data-testid="tap"
            aria-pressed=move || on.get().to_string()
            on:click=move |_| table.write(field, |draft| draft.half_mut(half).tap(&listing))
        >
            <span dir="auto">{text}</span> <small>{whose}</small>
        </button>
    }
}

/// The category, for the evening's totals.
#[component]
fn CategoryChoice(half: Half) -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let categories = table.live.board(|board| {
        board
            .settings
            .as_ref()
            .map(|settings| settings.categories.clone())
            .unwrap_or_default()
    });
    let chosen = Memo::new(move |_| table.draft.with(|draft| draft.half(half).category.clone()));
    view! {
        <select
            class="field-input service-category"
            aria-label=t.category
            on:change=move |event| {
                let key = event_target_value(&event);
                table
                    .write(
                        Field::Service,
                        |draft| {
                            draft.half_mut(half).category = (!key.is_empty()).then_some(CategoryId(key));
                        },
                    );
            }
        >
            <option value="" selected=move || chosen.with(Option::is_none)>
                {t.no_category}
            </option>
            {move || {
                categories
                    .get()
                    .unwrap_or_default()
                    .into_iter()
                    .map(|category| {
                        let id = category.id.clone();
                        view! {
                            <option
                                dir="auto"
                                value=category.id.0
                                prop:selected=move || chosen.with(|chosen| chosen.as_ref() == Some(&id))
                            >
                                {category.name}
                            </option>
                        }
                    })
                    .collect_view()
            }}
        </select>
    }
}
