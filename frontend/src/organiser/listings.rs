//! What participants offer and wish for: the page with all of it, and the part of one participant's page.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::limits::{LISTING_CHARS_MAX, QUANTITY_MAX, UNIT_CHARS_MAX};
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::participant::Participant;
use leptos::prelude::*;

use super::fields::{Choice, Text};
use super::office::Office;
use super::rail::Onward;
use super::unsaved::Remembered;
use crate::browser;
use crate::components::{Button, SymbolChip, Weight, drawn};
use crate::desk::TwicePressed;
use crate::desk::surety::Surety;
use crate::readiness::pages::{Kinds, Page};
use crate::spelling::{alphabetical, fold};
use crate::texts::organiser::{listing_words, work_words};

/// Of more lines than this only those under heads that somebody opened are drawn.
const OPEN_MAX: usize = 40;
/// Most digits of an amount.
const DIGITS_MAX: usize = 6;

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

/// How the list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Category,
    Participant,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    /// What stands over those that follow, a category's icon, how many they are, and whether they are drawn.
    Head(String, Option<Icon>, usize, bool),
    /// One of those.
    Line(Box<Found>),
}

impl Item {
    /// A line is drawn anew when anything in it changes.
    fn key(&self) -> String {
        format!("{self:?}")
    }
}

/// The page.
#[component]
#[expect(clippy::too_many_lines, reason = "a page, part by part")]
pub fn Listings() -> impl IntoView {
    let t = listing_words();
    let office = Office::of_page();
    let kinds = office.chosen(|page| match page {
        Page::Listings(kinds) => Some(kinds),
        _ => None,
    });
    let whole = Page::Listings(Kinds::Both);
    let wanted = RwSignal::new(String::new());
    let order = RwSignal::new(Order::Category);
    let (is_new, editing) = (RwSignal::new(false), RwSignal::new(None::<ListingId>));
    let opened = RwSignal::new(BTreeSet::new());
    let items = Memo::new(move |_| {
        let (wanted, order) = (wanted.with(|wanted| fold(wanted.trim())), order.get());
        let kinds = kinds.get().unwrap_or(Kinds::Both);
        let items = office
            .desk
            .live
            .read(|board| opened.with(|opened| list(board, kinds, order, &wanted, opened)));
        items.unwrap_or_default()
    });
    let toggle = move |head: String| {
        opened.update(|opened: &mut BTreeSet<String>| {
            if !opened.remove(&head) {
                opened.insert(head);
            }
        });
    };
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
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(whole)}
            </h1>
            <Button weight=Weight::Primary testid="listing-new" press=move || is_new.set(true)>
                {t.new}
            </Button>
        </div>
        <section class="card">
            <Show when=move || is_new.get()>
                <ListingForm known=None whose=None close=move || is_new.set(false) />
            </Show>
            <div class="filters">
                <input
                    class="field-input"
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
            <p class="office-note" hidden=move || !items.with(Vec::is_empty)>
                {t.nothing}
            </p>
            <ul class="listings">
                <For each=move || items.get() key=Item::key let(item)>
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
                                            on:click=move |_| toggle(head.clone())
                                        >
                                            <span dir="auto">{icon.map(drawn)} {words}</span>
                                            <small>{count}</small>
                                        </button>
                                    </h2>
                                </li>
                            }
                                .into_any()
                        }
                        Item::Line(line) => view! { <ListingLine line=*line editing has_party=true /> }.into_any(),
                    }}
                </For>
            </ul>
        </section>
        <Onward page=whole />
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
    let (is_new, editing) = (RwSignal::new(false), RwSignal::new(None::<ListingId>));
    let own = Memo::new(move |_| {
        let read = |board: &Board| lines(board, Kinds::Both, Order::Participant, "");
        let mut own = office.desk.live.read(read).unwrap_or_default();
        own.retain(|line| line.0.participant == participant);
        own
    });
    view! {
        <ul class="listings">
            <For each=move || own.get() key=|line| format!("{line:?}") let(line)>
                <ListingLine line editing has_party=false />
            </For>
        </ul>
        <p class="office-note" hidden=move || !own.with(Vec::is_empty)>
            {t.nothing}
        </p>
        {move || {
            if is_new.get() {
                let close = move || is_new.set(false);
                view! { <ListingForm known=None whose=Some(participant) close /> }.into_any()
            } else {
                view! {
                    <p class="form-acts">
                        <Button testid="listing-new" press=move || is_new.set(true)>
                            {t.new}
                        </Button>
                    </p>
                }
                    .into_any()
            }
        }}
    }
}

/// A listing, whose it is, and what its category is called.
type Found = (Listing, Participant, String);

/// What fits the search, in order.
fn lines(board: &Board, kinds: Kinds, order: Order, wanted: &str) -> Vec<Found> {
    let Some(settings) = &board.settings else {
        return Vec::new();
    };
    let rank = |category: &CategoryId| settings.categories.iter().position(|one| one.id == *category);
    let name = |category: &CategoryId| {
        let found = settings.categories.iter().find(|one| one.id == *category);
        found.map(|one| one.name.clone()).unwrap_or_default()
    };
    let is_shown = |listing: &&Listing| match kinds {
        Kinds::Both => true,
        Kinds::Offers => listing.kind == ListingKind::Offer,
        Kinds::Wishes => listing.kind == ListingKind::Wish,
    };
    let mut lines: Vec<Found> = board
        .listings
        .values()
        .filter(is_shown)
        .filter_map(|listing| {
            let party = board.participant(listing.participant)?;
            let category = name(&listing.category);
            let fits = [&listing.text, &party.name, &category]
                .into_iter()
                .any(|text| fold(text).contains(wanted))
                || fold(party.symbol.as_str()).contains(wanted);
            fits.then(|| (listing.clone(), party.clone(), category))
        })
        .collect();
    lines.sort_by_cached_key(|(listing, party, _)| {
        let rank = rank(&listing.category);
        let name = alphabetical(&party.name);
        match order {
            Order::Category => (rank, listing.kind, name, listing.text.clone()),
            Order::Participant => (None, listing.kind, name, listing.text.clone()),
        }
    });
    if order == Order::Participant {
        lines.sort_by_cached_key(|(_, party, _)| (alphabetical(&party.name), party.id));
    }
    lines
}

/// The same under heads. A long list is closed but for the heads that somebody opened; in a short one, or one that is searched, it
/// is the other way round.
fn list(board: &Board, kinds: Kinds, order: Order, wanted: &str, toggled: &BTreeSet<String>) -> Vec<Item> {
    let lines = lines(board, kinds, order, wanted);
    let head = |line: &Found| match order {
        Order::Category => line.2.clone(),
        Order::Participant => line.1.name.clone(),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in &lines {
        *counts.entry(head(line)).or_default() += 1;
    }
    let icon = |line: &Found| match order {
        Order::Category => board.settings.as_ref()?.icon_of(&line.0.category),
        Order::Participant => None,
    };
    let is_closed = lines.len() > OPEN_MAX && wanted.is_empty();
    let mut items = Vec::new();
    let mut over = None;
    for line in lines {
        let (icon, head) = (icon(&line), head(&line));
        let is_open = toggled.contains(&head) == is_closed;
        if over.as_ref() != Some(&head) {
            let count = counts.get(&head).copied().unwrap_or_default();
            items.push(Item::Head(head.clone(), icon, count, is_open));
            over = Some(head);
        }
        if is_open {
            items.push(Item::Line(Box::new(line)));
        }
    }
    items
}

/// One offer or wish; its form in its place while it is changed.
#[component]
fn ListingLine(line: Found, editing: RwSignal<Option<ListingId>>, has_party: bool) -> impl IntoView {
    let t = listing_words();
    let office = Office::of_page();
    let (listing, party, category) = line;
    let (id, kind) = (listing.id, listing.kind);
    let is_open = Memo::new(move |_| editing.get() == Some(id));
    let quantity = listing
        .quantity
        .as_ref()
        .map(|quantity| format!("{} {}", quantity.amount, quantity.unit));
    let known = listing.clone();
    let remove = move || office.desk.ask(&Command::RemoveListing { listing: id });
    view! {
        <li class="listing" data-testid="listing" data-kind=kind_key(kind)>
            {move || {
                if is_open.get() {
                    let close = move || editing.set(None);
                    view! { <ListingForm known=Some(known.clone()) whose=Some(known.participant) close /> }.into_any()
                } else {
                    view! {
                        <span class="kind">{t.kind_name(kind)}</span>
                        <div class="listing-words">
                            <b dir="auto">{listing.text.clone()}</b>
                            <small dir="auto">
                                {quantity.clone().map(|quantity| view! { <span>{quantity}</span> })}
                                {(!has_party).then(|| view! { <span>{category.clone()}</span> })}
                            </small>
                        </div>
                        {has_party
                            .then(|| {
                                view! {
                                    <a class="listing-party" href=Page::Participant(Some(party.id)).address()>
                                        <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
                                        <span dir="auto">{party.name.clone()}</span>
                                    </a>
                                }
                            })}
                        <span class="listing-acts">
                            <button
                                type="button"
                                class="row-act"
                                data-testid="listing-edit"
                                on:click=move |_| editing.set(Some(id))
                            >
                                {t.edit}
                            </button>
                            <TwicePressed testid="listing-remove" class="row-act" press=remove>
                                {t.remove}
                            </TwicePressed>
                        </span>
                    }
                        .into_any()
                }
            }}
        </li>
    }
}

/// What a form holds.
#[derive(Clone, Copy)]
struct Form {
    kind: RwSignal<ListingKind>,
    text: RwSignal<String>,
    category: RwSignal<CategoryId>,
    party: RwSignal<String>,
    amount: RwSignal<String>,
    unit: RwSignal<String>,
    text_wrong: RwSignal<Option<String>>,
    party_wrong: RwSignal<Option<String>>,
    amount_wrong: RwSignal<Option<String>>,
}

impl Form {
    fn of(known: Option<&Listing>, categories: &[Category]) -> Self {
        let first = || {
            categories
                .first()
                .map_or_else(|| CategoryId(String::new()), |first| first.id.clone())
        };
        let quantity = known.and_then(|known| known.quantity.as_ref());
        Self {
            kind: RwSignal::new(known.map_or(ListingKind::Offer, |known| known.kind)),
            text: RwSignal::new(known.map(|known| known.text.clone()).unwrap_or_default()),
            category: RwSignal::new(known.map_or_else(first, |known| known.category.clone())),
            party: RwSignal::default(),
            amount: RwSignal::new(quantity.map(|one| one.amount.to_string()).unwrap_or_default()),
            unit: RwSignal::new(quantity.map(|one| one.unit.clone()).unwrap_or_default()),
            text_wrong: RwSignal::new(None),
            party_wrong: RwSignal::new(None),
            amount_wrong: RwSignal::new(None),
        }
    }

    /// The listing, if nothing is wrong with it; what is, is said at its field.
    fn written(
        self,
        known: Option<&Listing>,
        whose: Option<ParticipantId>,
        board: &Board,
    ) -> Option<Listing> {
        let t = listing_words();
        let text = self.text.get_untracked().trim().to_owned();
        self.text_wrong.set(text.is_empty().then(|| t.no_text.to_owned()));
        let whose = whose.or_else(|| party_of(board, &self.party.get_untracked()));
        self.party_wrong
            .set(whose.is_none().then(|| t.no_party.to_owned()));
        let quantity = self.quantity();
        self.amount_wrong
            .set(quantity.is_err().then(|| t.not_a_number.to_owned()));
        let (whose, quantity) = (whose?, quantity.ok()?);
        (!text.is_empty()).then(|| Listing {
            id: known.map_or_else(|| ListingId(browser::fresh_uuid()), |known| known.id),
            participant: whose,
            kind: self.kind.get_untracked(),
            text,
            description: known.and_then(|known| known.description.clone()),
            category: self.category.get_untracked(),
            quantity,
            effort_minutes: known.and_then(|known| known.effort_minutes),
        })
    }

    /// How much, if that is said.
    ///
    /// # Errors
    /// If it cannot be read.
    fn quantity(self) -> Result<Option<Quantity>, ()> {
        let amount = self.amount.get_untracked();
        let unit = self.unit.get_untracked().trim().to_owned();
        if amount.trim().is_empty() && unit.is_empty() {
            return Ok(None);
        }
        let amount = amount.trim().parse().map_err(|_| ())?;
        let is_said = (1..=QUANTITY_MAX).contains(&amount) && !unit.is_empty();
        is_said.then_some(Some(Quantity { amount, unit })).ok_or(())
    }
}

/// The participant that somebody named: by symbol, name, or both as the list offers them.
fn party_of(board: &Board, typed: &str) -> Option<ParticipantId> {
    let typed = typed.trim();
    let found = board.participants.values().find(|party| {
        typed == offered(party)
            || typed.eq_ignore_ascii_case(party.symbol.as_str())
            || fold(typed) == fold(&party.name)
    });
    found.map(|party| party.id)
}

/// A participant as the list under the field offers it.
fn offered(party: &Participant) -> String {
    format!("{} · {}", party.symbol, party.name)
}

/// The form for one offer or wish.
#[component]
fn ListingForm(
    known: Option<Listing>,
    /// Whose it is, if that is not asked.
    whose: Option<ParticipantId>,
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = listing_words();
    let desk = Office::of_page().desk;
    let categories = desk.live.peek(Board::categories).unwrap_or_default();
    let form = Form::of(known.as_ref(), &categories);
    let refused = RwSignal::new(None);
    let is_new = known.is_none();
    let name = match (&known, whose) {
        (Some(known), _) => known.id.to_string(),
        (None, Some(whose)) => whose.to_string(),
        (None, None) => String::new(),
    };
    let of = known.as_ref().map(|known| known.participant).or(whose);
    let remembered = Remembered::start(format!("listing-form {name}"), of, || true);
    let forget = remembered.forget();
    let give_up = move || {
        forget();
        close();
    };
    let saved = give_up.clone();
    let save = move || {
        let written = desk.live.peek(|board| form.written(known.as_ref(), whose, board));
        let Some(listing) = written.flatten() else { return };
        let command = if is_new {
            Command::AddListing { listing }
        } else {
            Command::AmendListing {
                listing,
                expected: known.clone().map(Box::new),
            }
        };
        desk.ask_beside(refused, Surety::Pressed, &command, saved.clone());
    };
    let parties = whose.is_none().then(|| {
        let offered = desk
            .live
            .peek(|board| board.participants.values().map(offered).collect::<Vec<_>>())
            .unwrap_or_default();
        view! {
            <Text
                id="listing-party"
                label=t.whose
                hint=t.whose_hint
                list="listing-parties"
                error=form.party_wrong
                value=form.party
            />
            <datalist id="listing-parties">
                {offered.into_iter().map(|party| view! { <option value=party></option> }).collect_view()}
            </datalist>
        }
    });
    view! {
        <form
            class="form form-inset listing-form"
            node_ref=remembered.form
            data-testid="listing-form"
            on:input=move |event| remembered.hear(&event)
            on:change=move |event| remembered.hear(&event)
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            {parties}
            <Choice
                legend=t.kind
                name="listing-kind"
                options=&[ListingKind::Offer, ListingKind::Wish]
                key=kind_key
                words=|kind| listing_words().kind_name(kind)
                value=form.kind
            />
            <Text
                id="listing-text"
                label=t.what
                chars_max=LISTING_CHARS_MAX
                focused=true
                error=form.text_wrong
                value=form.text
            />
            <div class="form-pair">
                <div class="field">
                    <label class="field-label" for="listing-category">
                        {t.category}
                    </label>
                    <select
                        class="field-input"
                        id="listing-category"
                        data-testid="listing-category"
                        on:change=move |event| form.category.set(CategoryId(event_target_value(&event)))
                    >
                        {categories
                            .into_iter()
                            .map(|Category { id, name, .. }| {
                                let chosen = id == form.category.get_untracked();
                                view! {
                                    <option value=id.0 selected=chosen>
                                        {name}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </div>
                <div class="form-pair form-amount">
                    <Text
                        id="listing-amount"
                        label=t.amount
                        keyboard="numeric"
                        chars_max=DIGITS_MAX
                        error=form.amount_wrong
                        value=form.amount
                    />
                    <Text id="listing-unit" label=t.unit hint=t.unit_hint chars_max=UNIT_CHARS_MAX value=form.unit />
                </div>
            </div>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {move || refused.get()}
            </p>
            <div class="form-acts">
                <button type="submit" class="button button-primary" data-testid="listing-save" disabled=desk.is_cut_off()>
                    {if is_new { t.add } else { t.save }}
                </button>
                <Button testid="listing-cancel" press=give_up>
                    {t.cancel}
                </Button>
            </div>
        </form>
    }
}

const fn kind_key(kind: ListingKind) -> &'static str {
    match kind {
        ListingKind::Offer => "offer",
        ListingKind::Wish => "wish",
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::event::{Event, SCHEMA, decode};

    use super::*;

    fn board() -> Board {
        let mut board = Board::empty(Audience::Staff);
        for name in ["exchange_configured", "participant_registered", "listing_added"] {
            let path = format!(
                "{}/../shared/tests/golden/v1/{name}.json",
                env!("CARGO_MANIFEST_DIR")
            );
            let event: Event = decode(SCHEMA, std::fs::read_to_string(path).unwrap().trim_end()).unwrap();
            apply(&mut board, &event);
        }
        let only = *board.participants.keys().next().unwrap();
        let listings = board.listings.values_mut();
        listings.for_each(|listing| listing.participant = only);
        board
    }

    #[test]
    fn a_listing_stands_under_its_category_or_under_whose_it_is() {
        let board = board();
        let party = board.participants.values().next().unwrap();
        let listing = board.listings.values().next().unwrap();
        let none = BTreeSet::new();
        let heads = |order| {
            let items = list(&board, Kinds::Both, order, "", &none);
            assert_eq!(items.len(), 2);
            match &items[0] {
                Item::Head(head, None, 1, true) => head.clone(),
                Item::Head(..) => panic!("it is one, and few are open"),
                Item::Line(_) => panic!("a line without a head"),
            }
        };
        assert_eq!(heads(Order::Participant), party.name);
        assert_ne!(heads(Order::Category), party.name);
        let other = match listing.kind {
            ListingKind::Offer => Kinds::Wishes,
            ListingKind::Wish => Kinds::Offers,
        };
        assert_eq!(list(&board, other, Order::Category, "", &none), []);
        assert_eq!(
            list(&board, Kinds::Both, Order::Category, "finnes ikke", &none),
            []
        );
        let by_name = list(&board, Kinds::Both, Order::Category, &fold(&party.name), &none);
        assert_eq!(by_name.len(), 2);
        let closed = BTreeSet::from([party.name.clone()]);
        let few = list(&board, Kinds::Both, Order::Participant, "", &closed);
        assert_eq!(few, [Item::Head(party.name.clone(), None, 1, false)]);
        assert_eq!(count(&board, party.id).0 + count(&board, party.id).1, 1);
    }

    #[test]
    fn a_participant_is_named_by_symbol_name_or_what_the_list_offers() {
        let board = board();
        let party = board.participants.values().next().unwrap();
        for typed in [
            offered(party),
            party.symbol.to_string(),
            party.symbol.to_string().to_lowercase(),
            format!(" {} ", party.name.to_uppercase()),
        ] {
            assert_eq!(party_of(&board, &typed), Some(party.id), "{typed}");
        }
        assert_eq!(party_of(&board, ""), None);
    }
}
