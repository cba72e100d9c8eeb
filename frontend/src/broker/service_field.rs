//! What they agree on, in one direction: the parties' offers and wishes to tap, and a line to write on.

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{CategoryId, ListingId};
use borsklokka_shared::limits::SERVICE_CHARS_MAX;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::order;
use leptos::prelude::*;

use super::Intake;
use super::read_as::ReadAs;
use crate::components::field::FieldError;
use crate::components::{LongText, TooLong};
use crate::draft::{Draft, Field, Half, Wording};
use crate::numbers;
use crate::texts::{Common, texts};

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
    let intake = Intake::of_page();
    let t = texts().broker();
    let (id, of_category, label, hint) = match half {
        Half::Service => ("service", "category", t.service, t.service_hint),
        Half::Return => ("return", "return-category", t.returned, t.return_hint),
    };
    let field = half.text_field();
    let is_counted = Memo::new(move |_| intake.draft.with(|draft| !draft.half(half).unit.is_empty()));
    let wrong = intake.wrong_with(field);
    let refused = intake.wrong_with(half.category_field());
    let wrong_category = Signal::derive(move || {
        let gone = intake.draft.with(|draft| draft.half(half).gone.clone());
        gone.map(|name| t.category_gone(&name)).or_else(|| refused.get())
    });
    let text = Signal::derive(move || intake.draft.with(|draft| draft.half(half).text.clone()));
    let tappable = Memo::new(move |_| {
        let draft = intake.draft.get();
        intake
            .live
            .read(|board| tappable(board, &draft, half))
            .unwrap_or_default()
    });
    let met = Memo::new(move |_| intake.draft.with(|draft| intake.met_by(draft, half)));
    view! {
        <div class="service" role="group" aria-label=label class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for=id>{label}</label>
            <Show when=move || !tappable.with(Vec::is_empty)>
                <div class="taps">
                    <For
                        each=move || tappable.get()
                        key=|tappable| (tappable.listing.id, tappable.listing.text.clone())
                        children=move |tappable| view! { <Tap half tappable met /> }
                    />
                </div>
            </Show>
            <div class="service-line" class:counted=move || is_counted.get()>
                <LongText
                    id
                    testid=id
                    hint
                    value=text
                    write=move |text| intake.write(field, |draft| draft.half_mut(half).write(text))
                    wrong=Signal::derive(move || wrong.with(Option::is_some))
                />
                <Show when=move || is_counted.get()>
                    <Amount half />
                </Show>
                <CategoryChoice id=of_category half wrong=wrong_category />
            </div>
            <FieldError id=of_category error=wrong_category />
            <TooLong text chars_max=SERVICE_CHARS_MAX />
            <FieldError id error=wrong />
            {(half == Half::Return).then(|| view! { <ReturnFigures /> })}
        </div>
    }
}

/// What the return says beside its words, where it says it: an offer or a deal of before brought it.
#[component]
fn ReturnFigures() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let returned = move |read: fn(&Wording) -> &String| {
        Signal::derive(move || intake.draft.with(|draft| read(&draft.returned).clone()))
    };
    let (hours, worth) = (
        returned(|wording| &wording.hours),
        returned(|wording| &wording.worth),
    );
    // What was there stays on the page while it is typed over.
    let has = move |figure: Signal<String>, field: Field| {
        Memo::new(move |had: Option<&bool>| {
            let is_there = !figure.with(String::is_empty) || intake.wrong_with(field).with(Option::is_some);
            is_there || (had == Some(&true) && !intake.draft.with(|draft| draft.returned.is_blank()))
        })
    };
    let (has_hours, has_worth) = (has(hours, Field::ReturnHours), has(worth, Field::ReturnWorth));
    let currency = intake.live.board(|board| {
        board
            .settings
            .as_ref()
            .map(|settings| settings.currency.clone())
            .unwrap_or_default()
    });
    view! {
        <div class="return-figures">
            <Show when=move || has_hours.get()>
                <Figure
                    id="return-hours"
                    label=Signal::derive(move || t.hours.to_owned())
                    field=Field::ReturnHours
                    value=hours
                    write=|draft, hours| draft.returned.write_hours(hours)
                    read=|text, language| {
                        numbers::minutes(text).ok()?.map(|minutes| Common::of(language).time(minutes))
                    }
                />
            </Show>
            <Show when=move || has_worth.get()>
                <Figure
                    id="return-worth"
                    label=Signal::derive(move || t.worth(currency.get().unwrap_or_default()))
                    field=Field::ReturnWorth
                    value=worth
                    write=|draft, worth| draft.returned.worth = worth
                    read=|text, language| numbers::whole(text).ok()?.map(|worth| numbers::whole_said(worth, language))
                />
            </Show>
        </div>
    }
}

/// A number of the return's.
#[component]
fn Figure(
    id: &'static str,
    label: Signal<String>,
    field: Field,
    value: Signal<String>,
    write: fn(&mut Draft, String),
    read: fn(&str, borsklokka_shared::language::Language) -> Option<String>,
) -> impl IntoView {
    let intake = Intake::of_page();
    let wrong = intake.wrong_with(field);
    view! {
        <div class="worth" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for=id>{move || label.get()}</label>
            <input
                class="field-input"
                id=id
                data-testid=id
                inputmode="decimal"
                autocomplete="off"
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
                prop:value=move || value.get()
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    intake.write(field, |draft| write(draft, typed));
                }
            />
            <ReadAs text=value read />
            <FieldError id error=wrong />
        </div>
    }
}

/// How many, of what the tapped listing counts.
#[component]
fn Amount(half: Half) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let id = match half {
        Half::Service => "amount",
        Half::Return => "return-amount",
    };
    let field = half.amount_field();
    let wrong = intake.wrong_with(field);
    let unit = Memo::new(move |_| intake.draft.with(|draft| draft.half(half).unit.clone()));
    let amount = Signal::derive(move || intake.draft.with(|draft| draft.half(half).amount.clone()));
    view! {
        <div class="amount" class:wrong=move || wrong.with(Option::is_some)>
            <input
                class="field-input"
                id=id
                data-testid=id
                inputmode="numeric"
                autocomplete="off"
                aria-label=move || unit.with(|unit| t.amount(unit))
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
                prop:value=move || amount.get()
                on:input=move |event| {
                    intake.write(field, |draft| draft.half_mut(half).write_amount(event_target_value(&event)));
                }
            />
            <span class="amount-unit" aria-hidden="true">{move || unit.get()}</span>
            <ReadAs text=amount read=|text, language| numbers::whole(text).ok()?.map(|number| numbers::whole_said(number, language)) />
            <FieldError id error=wrong />
        </div>
    }
}

/// What the givers offer and the receivers wish for; the other way round for the return.
fn tappable(board: &Board, draft: &Draft, half: Half) -> Vec<Tappable> {
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
    order::sort_by(&mut tappable, |a, b| {
        (a.listing.kind, &a.listing.text).cmp(&(b.listing.kind, &b.listing.text))
    });
    tappable.truncate(CHIPS_MAX);
    tappable
}

/// An offer or a wish. One that is met by what was tapped is marked, and can be tapped too.
#[component]
fn Tap(half: Half, tappable: Tappable, met: Memo<Vec<ListingId>>) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let Tappable { listing, symbol } = tappable;
    let id = listing.id;
    let on = Memo::new(move |_| intake.draft.with(|draft| draft.half(half).listings.contains(&id)));
    let is_met = Memo::new(move |_| met.with(|met| met.contains(&id)));
    let whose = match listing.kind {
        ListingKind::Offer => t.offer(&symbol),
        ListingKind::Wish => t.wish(&symbol),
    };
    let text = listing.text.clone();
    let spoken = format!("{text}, {whose}");
    let field = half.text_field();
    view! {
        <button
            type="button"
            class="tap"
            aria-label=move || if is_met.get() { format!("{spoken}, {}", t.met_too) } else { spoken.clone() }
            data-testid="tap"
            aria-pressed=move || {
                match (on.get(), is_met.get()) {
                    (true, _) => "true",
                    (false, true) => "mixed",
                    (false, false) => "false",
                }
            }
            on:click=move |_| {
                intake.write(field, |draft| draft.half_mut(half).tap(&listing, &|id| intake.listing(id)));
            }
        >
            <span dir="auto">{text}</span> <small>{whose}</small>
            {move || is_met.get().then(|| view! { <small class="tap-met">{t.met_too}</small> })}
        </button>
    }
}

/// The category, for the evening's totals.
#[component]
fn CategoryChoice(id: &'static str, half: Half, wrong: Signal<Option<String>>) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let categories = intake.live.board(Board::categories);
    let chosen = Memo::new(move |_| intake.draft.with(|draft| draft.half(half).category.clone()));
    view! {
        <select
            class="field-input service-category"
            aria-label=t.category
            aria-invalid=move || wrong.with(Option::is_some).to_string()
            aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
            on:change=move |event| {
                let key = event_target_value(&event);
                intake
                    .write(
                        half.category_field(),
                        |draft| {
                            let category = (!key.is_empty()).then_some(CategoryId(key));
                            draft.half_mut(half).choose_category(category);
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
