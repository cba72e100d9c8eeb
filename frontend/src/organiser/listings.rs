//! What participants offer and wish for: the page with all of it, and the part of one participant's page.

pub mod form;
pub mod list;

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::{ListingId, ParticipantId};
use borsklokka_shared::listing::ListingKind;
use leptos::html;
use leptos::prelude::*;

use self::form::{ChangedListing, NewListing, kind_key, left, quantity_words};
use self::list::{Asked, Found, Item, Nothing, Order, found, lines, list, staying};
use super::gone::WhoIsGone;
use super::office::Office;
use super::rail::Onward;
use super::unsaved::Unsaved;
use crate::components::focus::AfterRow;
use crate::components::{Button, SymbolChip, drawn, focus_returns};
use crate::desk::TwicePressed;
use crate::readiness::pages::{Kinds, Page};
use crate::spelling::fold;
use crate::texts::organiser::{guest_words, listing_words, plan_words, work_words};
use crate::typed::lasting;

/// What is searched for, in whichever words.
#[derive(Clone, Copy)]
struct Wanted(RwSignal<String>);

/// How many offers and wishes a participant has.
pub fn count(board: &Board, participant: ParticipantId) -> (usize, usize) {
    let mut counts = (0, 0);
    for listing in board.listings.values() {
        if listing.participant == participant {
            match listing.kind {
                ListingKind::Offer => counts.0 += 1,
                ListingKind::Wish => counts.1 += 1,
            }
        }
    }
    counts
}

/// Which one is being changed, and whether a new one is being written, on the page with all of them or on that of one participant. Both
/// stay as what is typed does: nobody is asked to save what she cannot see.
fn opened(of: Option<ParticipantId>) -> (RwSignal<Option<ListingId>>, RwSignal<bool>) {
    let of = of.map(|of| of.to_string()).unwrap_or_default();
    (
        Unsaved::kept(format!("listing-changed {of}"), || None),
        Unsaved::kept(format!("listing-new {of}"), || false),
    )
}

/// Whether a form takes the focus when it appears: not if it was open when its page was made, by somebody who came back to it, or in other
/// words.
fn takes_focus(is_open: bool) -> impl Fn() -> bool + Copy + Send + Sync + 'static {
    let was_open = StoredValue::new(is_open);
    move || !was_open.try_update_value(std::mem::take).unwrap_or_default()
}

/// The list, with one that is being changed where it stood `before`. One that was not seen before is only there though it was removed if
/// something of it is not saved.
fn kept_in(
    items: Vec<Item>,
    before: Option<&[Item]>,
    is_asked_anew: bool,
    unsaved: Unsaved,
    changed: Option<ListingId>,
) -> Vec<Item> {
    let before = before.unwrap_or_default();
    let is_known = |id: &ListingId| before.contains(&Item::Line(*id)) || left(unsaved, *id).is_some();
    match changed.filter(is_known) {
        Some(changed) => staying(items, if is_asked_anew { &[] } else { before }, changed),
        None => items,
    }
}

/// What the page shows, and of what it was asked.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    asked: Asked,
    items: Vec<Item>,
}

/// The page.
#[component]
pub fn Listings() -> impl IntoView {
    let t = listing_words();
    let office = Office::of_page();
    let kinds = office.chosen(|page| match page {
        Page::Listings(kinds) => Some(kinds),
        _ => None,
    });
    let whole = Page::Listings(Kinds::Both);
    let Wanted(wanted) = lasting(|| Wanted(RwSignal::new(String::new())));
    let order = RwSignal::new(Order::Category);
    let (editing, is_new) = opened(None);
    let opener = NodeRef::new();
    focus_returns(Memo::new(move |_| is_new.get()), opener);
    let focuses = takes_focus(is_new.get_untracked());
    let toggled = RwSignal::new(BTreeSet::<String>::new());
    let unsaved = Unsaved::of_page();
    let shown = Memo::new(move |before: Option<&Shown>| {
        let asked = Asked {
            kinds: kinds.get().unwrap_or(Kinds::Both),
            order: order.get(),
            wanted: wanted.with(|wanted| fold(wanted.trim())),
        };
        let live = office.desk.live;
        let items = live.read(|board| toggled.with(|toggled| list(board, &asked, toggled)));
        let is_asked_anew = before.is_some_and(|before| before.asked != asked);
        let before = before.map(|before| before.items.as_slice());
        let items = items.unwrap_or_default();
        Shown {
            items: kept_in(items, before, is_asked_anew, unsaved, editing.get()),
            asked,
        }
    });
    let has_catalogue = office.desk.live.has_catalogue();
    let nothing = Memo::new(move |_| {
        let of = |board: &Board| shown.with(|shown| Nothing::of(board, &shown.asked, &shown.items));
        let why = office.desk.live.read(of).flatten();
        // What has not come says nothing.
        why.filter(|_| has_catalogue.get())
    });
    let says = move || match nothing.get() {
        Some(Nothing::IsThere) => Some(t.nothing),
        Some(Nothing::Fits) => Some(t.no_hit),
        None => None,
    };
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(whole)}
            </h1>
            <NewButton opener class="button button-primary" is_new />
        </div>
        <section class="card">
            <Show when=move || is_new.get()>
                <NewListing whose=None focused=focuses() close=move || is_new.set(false) />
            </Show>
            <WhoIsGone />
            <Filters wanted order kinds />
            <p
                class="office-note"
                role="status"
                data-testid="listings-nothing"
                hidden=move || nothing.with(Option::is_none)
            >
                {says}
            </p>
            <ul class="listings">
                <For each=move || shown.get().items key=Item::key let(item)>
                    {match item {
                        Item::Head(words, icon, count, is_open) => {
                            let head = words.clone();
                            view! {
                                <li class="listings-head">
                                    <h2>
                                        <button
                                            type="button"
                                            class="listings-toggle"
                                            data-testid="listings-head"
                                            aria-expanded=is_open.to_string()
                                            on:click=move |_| toggled.update(|toggled| toggle(toggled, &head))
                                        >
                                            <span dir="auto">{icon.map(drawn)} {words}</span>
                                            <small>{count}</small>
                                        </button>
                                    </h2>
                                </li>
                            }
                                .into_any()
                        }
                        Item::Line(id) => view! { <ListingLine id editing has_party=true /> }.into_any(),
                    }}
                </For>
            </ul>
        </section>
        <Onward page=whole />
    }
}

/// Opens what is under a head, or closes it.
fn toggle(toggled: &mut BTreeSet<String>, head: &str) {
    if !toggled.remove(head) {
        toggled.insert(head.to_owned());
    }
}

/// Opens the form for a new one.
#[component]
fn NewButton(
    /// Where it is on the page.
    opener: NodeRef<html::Button>,
    /// The kind of button.
    class: &'static str,
    /// Whether a new one is being written.
    is_new: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <button
            node_ref=opener
            type="button"
            class=class
            data-testid="listing-new"
            on:click=move |_| is_new.set(true)
        >
            {listing_words().new}
        </button>
    }
}

/// What is searched for, which kinds are shown, and in which order.
#[component]
fn Filters(
    /// What is typed.
    wanted: RwSignal<String>,
    /// In which order.
    order: RwSignal<Order>,
    /// Which kinds the address asks for.
    kinds: Memo<Option<Kinds>>,
) -> impl IntoView {
    let t = listing_words();
    let order_button = move |one: Order, words: &'static str| {
        view! {
            <button
                type="button"
                class="tab"
                aria-pressed=move || (order.get() == one).to_string()
                on:click=move |_| order.set(one)
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="filters">
            <input
                class="field-input"
                id="listing-search"
                type="search"
                data-testid="listing-search"
                aria-label=t.search
                placeholder=t.search
                prop:value=wanted
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            <nav class="tabs" aria-label=t.show>
                {Kinds::ALL
                    .map(|one| {
                        view! {
                            <a
                                class="tab"
                                href=Page::Listings(one).address()
                                data-testid=format!("kinds-{}", one.as_str())
                                aria-current=move || (kinds.get() == Some(one)).then_some("true")
                            >
                                {t.kinds_name(one)}
                            </a>
                        }
                    })
                    .collect_view()}
            </nav>
            <div class="tabs" role="group" aria-label=t.by>
                <span class="field-label">{t.by}</span>
                {order_button(Order::Category, t.by_category)}
                {order_button(Order::Participant, t.by_participant)}
            </div>
        </div>
    }
}

/// The part of a participant's page.
#[component]
pub fn Theirs(
    /// Whose.
    participant: ParticipantId,
) -> impl IntoView {
    let t = listing_words();
    let office = Office::of_page();
    let (editing, is_new) = opened(Some(participant));
    let opener = NodeRef::new();
    focus_returns(Memo::new(move |_| is_new.get()), opener);
    let focuses = takes_focus(is_new.get_untracked());
    let unsaved = Unsaved::of_page();
    let asked = Asked {
        kinds: Kinds::Both,
        order: Order::Participant,
        wanted: String::new(),
    };
    let own = Memo::new(move |before: Option<&Vec<Item>>| {
        let read = |board: &Board| {
            let all = lines(board, &asked).into_iter();
            let own = all.filter(|(listing, ..)| listing.participant == participant);
            own.map(|(listing, ..)| Item::Line(listing.id)).collect()
        };
        let items: Vec<Item> = office.desk.live.read(read).unwrap_or_default();
        kept_in(items, before.map(Vec::as_slice), false, unsaved, editing.get())
    });
    view! {
        <ul class="listings">
            <For each=move || own.get() key=Item::key let(item)>
                {match item {
                    Item::Line(id) => Some(view! { <ListingLine id editing has_party=false /> }),
                    Item::Head(..) => None,
                }}
            </For>
        </ul>
        <p class="office-note" hidden=move || !own.with(Vec::is_empty)>
            {t.nothing}
        </p>
        {move || {
            if is_new.get() {
                let close = move || is_new.set(false);
                view! { <NewListing whose=Some(participant) focused=focuses() close /> }.into_any()
            } else {
                view! {
                    <p class="form-acts">
                        <NewButton opener class="button" is_new />
                    </p>
                }
                    .into_any()
            }
        }}
    }
}

/// Whether a participant is neither taken out nor erased.
fn is_there(board: &Board, participant: ParticipantId) -> bool {
    board
        .participant(participant)
        .is_some_and(|party| !party.is_erased)
}

/// One offer or wish; its form in its place while it is changed.
#[component]
fn ListingLine(
    /// Which one.
    id: ListingId,
    /// Which one is being changed.
    editing: RwSignal<Option<ListingId>>,
    /// Whether it says whose it is.
    has_party: bool,
) -> impl IntoView {
    let live = Office::of_page().desk.live;
    let unsaved = Unsaved::of_page();
    let now = live.board(move |board| found(board, id));
    // Whoever changes one that somebody removes sees what it was.
    let known = Memo::new(move |before: Option<&Option<Found>>| {
        let last = || before.cloned().flatten();
        now.get().flatten().or_else(last)
    });
    let is_open = Memo::new(move |_| editing.get() == Some(id));
    let focuses = takes_focus(is_open.get_untracked());
    let is_nobodys = Memo::new(move |_| {
        let whose = known.with(|known| known.as_ref().map(|(_, party, _)| party.id));
        whose.is_some_and(|whose| live.read(|board| is_there(board, whose)) == Some(false))
    });
    let kind = move || known.with(|known| known.as_ref().map(|(listing, ..)| kind_key(listing.kind)));
    let (row, opener) = (NodeRef::<html::Li>::new(), NodeRef::<html::Button>::new());
    focus_returns(is_open, opener);
    let after = AfterRow::start();
    let leave = move |same| {
        if let Some(row) = row.try_get_untracked().flatten() {
            after.leave(&row, same);
        }
    };
    let close = move || {
        // One that somebody has removed goes with its form.
        if now.get_untracked().flatten().is_none() {
            leave("listing-edit");
        }
        editing.set(None);
    };
    let shown = move || match (is_open.get(), is_nobodys.get()) {
        (false, _) => {
            let leave = move || leave("listing-remove");
            view! { <ListingSaid id known editing opener leave has_party /> }.into_any()
        }
        (true, true) => view! { <Nobodys close /> }.into_any(),
        (true, false) => {
            let known = known.get_untracked().map(|(listing, ..)| listing);
            match known.or_else(|| left(unsaved, id)) {
                Some(first) => view! { <ChangedListing first focused=focuses() close /> }.into_any(),
                None => ().into_any(),
            }
        }
    };
    view! {
        <li node_ref=row class="listing" data-testid="listing" data-kind=kind>
            {shown}
        </li>
    }
}

/// What it says, and what can be done with it.
#[component]
fn ListingSaid(
    /// Which one.
    id: ListingId,
    /// What is known of it.
    known: Memo<Option<Found>>,
    /// Which one is being changed.
    editing: RwSignal<Option<ListingId>>,
    /// Where what opens its form is on the page.
    opener: NodeRef<html::Button>,
    /// Called before it is removed.
    leave: impl Fn() + 'static,
    /// Whether it says whose it is, or else in which category.
    has_party: bool,
) -> impl IntoView {
    let t = listing_words();
    let desk = Office::of_page().desk;
    let kind = move || known.with(|known| known.as_ref().map(|(listing, ..)| t.kind_name(listing.kind)));
    let text = move || known.with(|known| known.as_ref().map(|(listing, ..)| listing.text.clone()));
    let quantity = move || {
        let words = known.with(|known| known.as_ref()?.0.quantity.as_ref().map(quantity_words))?;
        Some(view! { <span>{words}</span> })
    };
    let category = move || {
        let (.., category) = known.get().filter(|_| !has_party)?;
        Some(view! { <span>{category}</span> })
    };
    let party = move || {
        let (_, party, _) = known.get().filter(|_| has_party)?;
        Some(view! {
            <a class="listing-party" href=Page::Participant(Some(party.id)).address()>
                <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
                <span dir="auto">{party.name.clone()}</span>
            </a>
        })
    };
    view! {
        <span class="kind">{kind}</span>
        <div class="listing-words">
            <b dir="auto">{text}</b>
            <small dir="auto">
                {quantity}
                {category}
            </small>
        </div>
        {party}
        <span class="listing-acts">
            <button
                node_ref=opener
                type="button"
                class="row-act"
                data-testid="listing-edit"
                on:click=move |_| editing.set(Some(id))
            >
                {t.edit}
            </button>
            <TwicePressed
                testid="listing-remove"
                class="row-act"
                press=move || {
                    leave();
                    desk.ask(&Command::RemoveListing { listing: id });
                }
            >
                {t.remove}
            </TwicePressed>
        </span>
    }
}

/// In place of the form, should somebody take out the participant whose it is.
#[component]
fn Nobodys(
    /// Takes it away once it has been read.
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    view! {
        <div class="form form-inset listing-form" role="alert" data-testid="listing-nobodys">
            <p>{guest_words().gone}</p>
            <p class="form-acts">
                <Button press=close>{plan_words().gone_read}</Button>
            </p>
        </div>
    }
}
