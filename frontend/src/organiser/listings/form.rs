//! The forms for an offer or a wish: a new one, and one that is there, which somebody else may change or remove meanwhile.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::limits::{LISTING_CHARS_MAX, QUANTITY_MAX, UNIT_CHARS_MAX};
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::numbers::grouped;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::text::{is_visible, tidy};
use leptos::prelude::*;

use super::list::category_name;
use crate::components::{Button, FieldError};
use crate::desk::surety::Surety;
use crate::live::Live;
use crate::organiser::fields::{Choice, Text};
use crate::organiser::form::{Faults, Filled, Following, InWords, SavedForm};
use crate::organiser::office::Office;
use crate::organiser::unsaved::{Remembered, Unsaved};
use crate::spelling::fold;
use crate::texts::organiser::{Listings as Words, listing_words};
use crate::texts::{Texts, texts};
use crate::{browser, json};

/// Most digits of an amount.
const DIGITS_MAX: usize = 6;

/// The name of a kind in the page.
pub const fn kind_key(kind: ListingKind) -> &'static str {
    match kind {
        ListingKind::Offer => "offer",
        ListingKind::Wish => "wish",
    }
}

/// How much, in words.
pub fn quantity_words(quantity: &Quantity) -> String {
    format!("{} {}", quantity.amount, quantity.unit)
}

/// What the form of one is remembered by.
fn form_name(id: ListingId) -> String {
    format!("listing-form {id}")
}

/// What stood there when somebody began to change one of which something is not saved. Not followed.
pub fn left(unsaved: Unsaved, id: ListingId) -> Option<Listing> {
    json::read(&unsaved.base(&form_name(id))?).ok()
}

/// What a form holds.
#[derive(Clone, Copy)]
struct Form {
    kind: RwSignal<ListingKind>,
    text: RwSignal<String>,
    category: RwSignal<CategoryId>,
    /// Those of the exchange by now, once they are known.
    categories: Memo<Option<Vec<Category>>>,
    amount: RwSignal<String>,
    unit: RwSignal<String>,
    faults: Faults,
}

/// What it says.
struct Content {
    kind: ListingKind,
    text: String,
    category: CategoryId,
    quantity: Option<Quantity>,
}

impl Form {
    fn of(known: Option<&Listing>, categories: Memo<Option<Vec<Category>>>, faults: Faults) -> Self {
        let first = || {
            let first = categories.with_untracked(|all| Some(all.as_ref()?.first()?.id.clone()));
            first.unwrap_or_else(|| CategoryId(String::new()))
        };
        let quantity = known.and_then(|known| known.quantity.as_ref());
        Self {
            kind: RwSignal::new(known.map_or(ListingKind::Offer, |known| known.kind)),
            text: RwSignal::new(known.map(|known| known.text.clone()).unwrap_or_default()),
            category: RwSignal::new(known.map_or_else(first, |known| known.category.clone())),
            categories,
            amount: RwSignal::new(quantity.map(|one| one.amount.to_string()).unwrap_or_default()),
            unit: RwSignal::new(quantity.map(|one| one.unit.clone()).unwrap_or_default()),
            faults,
        }
    }

    /// Whether the exchange has not, or no longer, the category that is chosen.
    fn lacks_category(self) -> bool {
        let is_chosen = |one: &Category| self.category.with(|chosen| one.id == *chosen);
        self.categories
            .with(|all| all.as_ref().is_some_and(|all| !all.iter().any(is_chosen)))
    }

    /// What the form says; what is wrong with it is said at its field.
    fn content(self) -> Content {
        let text = tidy(&self.text.get());
        if !is_visible(&text) {
            self.faults
                .say("listing-text", listing_words().no_text.to_owned());
        }
        if self.lacks_category() {
            self.faults
                .say("listing-category", listing_words().category_gone.to_owned());
        }
        Content {
            kind: self.kind.get(),
            text,
            category: self.category.get(),
            quantity: self.quantity(),
        }
    }

    /// How much, if that is said.
    fn quantity(self) -> Option<Quantity> {
        let (amount, unit) = (self.amount.get(), tidy(&self.unit.get()));
        if let Some(wrong) = wrong_with(&amount, &unit) {
            let (at, words) = wrong.said(listing_words());
            self.faults.say(at, words);
        }
        let is_said = !amount.trim().is_empty() || !unit.is_empty();
        is_said.then(|| Quantity {
            amount: amount.trim().parse().unwrap_or_default(),
            unit,
        })
    }

    /// Writes what the form says. What it does not ask stays.
    fn write(self, listing: &mut Listing) {
        let Content {
            kind,
            text,
            category,
            quantity,
        } = self.content();
        listing.kind = kind;
        listing.text = text;
        listing.category = category;
        listing.quantity = quantity;
    }
}

/// What is wrong with an amount and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// The amount is no number, or none that there can be.
    Number,
    /// It is said of what, and not how much: the amount is missing.
    Amount,
    /// It is said how much, and not of what: the unit is missing.
    Unit,
}

impl Wrong {
    /// At which field it is said, and in which words.
    fn said(self, t: &Words) -> (&'static str, String) {
        match self {
            Self::Number => {
                let max = grouped(QUANTITY_MAX.into(), t.language);
                ("listing-amount", t.not_a_number(max))
            }
            Self::Amount => ("listing-amount", t.no_amount.to_owned()),
            Self::Unit => ("listing-unit", t.no_unit.to_owned()),
        }
    }
}

/// What is wrong with an amount and its unit, if something is: both are said, or neither.
fn wrong_with(amount: &str, unit: &str) -> Option<Wrong> {
    let (amount, unit) = (amount.trim(), unit.trim());
    match amount.parse::<u32>() {
        _ if amount.is_empty() => (!unit.is_empty()).then_some(Wrong::Amount),
        Ok(1..=QUANTITY_MAX) => unit.is_empty().then_some(Wrong::Unit),
        Ok(_) | Err(_) => Some(Wrong::Number),
    }
}

impl InWords for Listing {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Words::of(texts.language);
        match field {
            "kind" => (t.kind, t.kind_name(self.kind).to_owned()),
            "category" => (t.category, name_of(&self.category)),
            "quantity" => (
                t.amount,
                self.quantity.as_ref().map(quantity_words).unwrap_or_default(),
            ),
            _ => (t.what, self.text.clone()),
        }
    }
}

/// What a category is called on the board of the page that asks; its key where there is none.
fn name_of(category: &CategoryId) -> String {
    let live = use_context::<Live>();
    let name = live.and_then(|live| live.peek(|board| category_name(board, category)).flatten());
    name.unwrap_or_else(|| category.0.clone())
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

/// The form for one that is there. What somebody else changes meanwhile is told of where both changed the same; should somebody remove it,
/// that is said, what is written stays, and can be added as a new one.
#[component]
pub fn ChangedListing(
    /// As it is, or was when it was seen last.
    first: Listing,
    /// Whether it takes the focus.
    focused: bool,
    /// Takes the form away.
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = listing_words();
    let (desk, unsaved) = (Office::of_page().desk, Unsaved::of_page());
    let live = desk.live;
    let (id, whose) = (first.id, first.participant);
    let now = live.board(move |board| board.listings.get(&id).cloned());
    let has_catalogue = live.has_catalogue();
    let is_gone = Memo::new(move |_| has_catalogue.get() && now.with(|now| matches!(now, Some(None))));
    let stands = Memo::new(move |before: Option<&Option<Listing>>| {
        let last = || before.cloned().flatten().unwrap_or_else(|| first.clone());
        Some(now.get().flatten().unwrap_or_else(last))
    });
    let form = Following::start(stands, form_name(id), Some(whose));
    let categories = live.board(Board::categories);
    let lies_in = Signal::derive(move || stands.with(|stands| Some(stands.as_ref()?.category.clone())));
    let save = move || {
        let known = live.peek(|board| board.listings.get(&id).cloned()).flatten();
        // A catalogue that has not come says nothing of it.
        if known.is_none() && !is_gone.get_untracked() {
            return;
        }
        let Some(now) = known.clone().or_else(|| form.now()) else {
            return;
        };
        let ready = form.press().and_then(|sending| form.on_top(sending, now));
        let Some(ready) = ready else { return };
        let command = saving(ready.value(), known, ListingId(browser::fresh_uuid()));
        let written = match command.tidied() {
            Command::AddListing { listing } | Command::AmendListing { listing, .. } => listing,
            _ => ready.value(),
        };
        desk.ask_beside(form.refused, Surety::Pressed, &command, move || {
            form.settle_by_board(ready, written);
            // What was typed meanwhile is not saved.
            if !unsaved.remembers(&form_name(id)) {
                close();
            }
        });
    };
    let give_up = move || {
        unsaved.forget(&form_name(id));
        close();
    };
    let focuses = StoredValue::new(focused);
    let fill = move |listing: &Listing, faults| {
        let form = Form::of(Some(listing), categories, faults);
        // What others changed makes the fields anew, and whoever writes elsewhere stays there.
        let focused = focuses.try_update_value(std::mem::take).unwrap_or_default();
        Filled::new(
            move |listing| form.write(listing),
            view! { <Fields form lies_in focused /> },
        )
    };
    let save_words = texts().organiser().save;
    let beside = view! {
        <Button testid="listing-cancel" press=give_up>
            {t.cancel}
        </Button>
    };
    view! {
        <div class="form form-inset listing-form">
            <p class="lacks" role="alert" data-testid="listing-gone" hidden=move || !is_gone.get()>
                {move || is_gone.get().then(|| t.gone(save_words))}
            </p>
            <SavedForm testid="listing-form" button="listing-save" form save beside=beside.into_any()>
                {form.fields(fill)}
            </SavedForm>
        </div>
    }
}

/// How one is saved over what is `known` of it. One that somebody has removed meanwhile is another one from then on.
fn saving(listing: Listing, known: Option<Listing>, another: ListingId) -> Command {
    match known {
        Some(known) => Command::AmendListing {
            listing,
            expected: Some(Box::new(known)),
        },
        None => Command::AddListing {
            listing: Listing {
                id: another,
                ..listing
            },
        },
    }
}

/// The form for a new one.
#[component]
pub fn NewListing(
    /// Whose it is, if that is not asked.
    whose: Option<ParticipantId>,
    /// Whether it takes the focus.
    focused: bool,
    /// Takes the form away.
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let t = listing_words();
    let desk = Office::of_page().desk;
    let faults = Faults::new();
    let form = Form::of(None, desk.live.board(Board::categories), faults);
    let party = RwSignal::new(String::new());
    let refused = RwSignal::new(None);
    let name = whose.map(|whose| whose.to_string()).unwrap_or_default();
    let remembered = Remembered::start(format!("listing-form {name}"), whose, || true);
    let forget = remembered.forget();
    let give_up = move || {
        forget();
        close();
    };
    let added = give_up.clone();
    let add = move || {
        faults.clear();
        let named = || party.with_untracked(|party| desk.live.peek(|board| party_of(board, party)).flatten());
        let whose = whose.or_else(named);
        if whose.is_none() {
            faults.say("listing-party", t.no_party.to_owned());
        }
        let content = untrack(|| form.content());
        let Some(participant) = whose.filter(|_| !faults.any()) else {
            return;
        };
        let listing = Listing {
            id: ListingId(browser::fresh_uuid()),
            participant,
            kind: content.kind,
            text: content.text,
            description: None,
            category: content.category,
            quantity: content.quantity,
            effort_minutes: None,
        };
        let command = Command::AddListing { listing };
        desk.ask_beside(refused, Surety::Pressed, &command, added.clone());
    };
    view! {
        <form
            class="form form-inset listing-form"
            node_ref=remembered.form
            data-testid="listing-form"
            on:input=move |event| remembered.hear(&event)
            on:change=move |event| remembered.hear(&event)
            on:submit=move |event| {
                event.prevent_default();
                add();
            }
        >
            {whose.is_none().then(|| view! { <Whose party error=faults.at("listing-party") /> })}
            <Fields form focused />
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {move || refused.get()}
            </p>
            <div class="form-acts">
                <button type="submit" class="button button-primary" data-testid="listing-save" disabled=desk.is_cut_off()>
                    {t.add}
                </button>
                <Button testid="listing-cancel" press=give_up>
                    {t.cancel}
                </Button>
            </div>
        </form>
    }
}

/// Asks whose it is.
#[component]
fn Whose(
    /// What is written.
    party: RwSignal<String>,
    /// What is wrong with it.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let t = listing_words();
    let live = Office::of_page().desk.live;
    let all = live.board(|board| board.participants.values().map(offered).collect::<Vec<_>>());
    let options = move || {
        let all = all.get().unwrap_or_default().into_iter();
        all.map(|party| view! { <option value=party></option> })
            .collect_view()
    };
    view! {
        <Text id="listing-party" label=t.whose hint=t.whose_hint list="listing-parties" error value=party />
        <datalist id="listing-parties">
            {options}
        </datalist>
    }
}

/// What is asked of any.
#[component]
fn Fields(
    /// What the form holds.
    form: Form,
    /// In which category it lies by now, if it is there.
    #[prop(optional, into)]
    lies_in: Signal<Option<CategoryId>>,
    /// Whether the first field to write in takes the focus.
    focused: bool,
) -> impl IntoView {
    let t = listing_words();
    view! {
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
            focused
            error=form.faults.at("listing-text")
            value=form.text
        />
        <div class="form-pair">
            <CategoryChoice form lies_in />
            <div class="form-pair form-amount">
                <Text
                    id="listing-amount"
                    label=t.amount
                    keyboard="numeric"
                    chars_max=DIGITS_MAX
                    error=form.faults.at("listing-amount")
                    value=form.amount
                />
                <Text
                    id="listing-unit"
                    label=t.unit
                    hint=t.unit_hint
                    chars_max=UNIT_CHARS_MAX
                    error=form.faults.at("listing-unit")
                    value=form.unit
                />
            </div>
        </div>
    }
}

/// Asks for one of the categories that the exchange has by now. If the chosen one has gone, none is chosen, and that is said. A listing
/// that went along into another category is in that one, unless somebody chose otherwise here.
#[component]
fn CategoryChoice(
    /// What the form holds.
    form: Form,
    /// In which category it lies by now, if it is there.
    lies_in: Signal<Option<CategoryId>>,
) -> impl IntoView {
    let t = listing_words();
    let filled_in = form.category.get_untracked();
    Effect::new(move |lay_in: Option<CategoryId>| {
        let lay_in = lay_in.unwrap_or_else(|| filled_in.clone());
        let lies_in = lies_in.get().unwrap_or_else(|| lay_in.clone());
        if lies_in != lay_in && form.category.with_untracked(|chosen| *chosen == lay_in) {
            form.category.set(lies_in.clone());
        }
        lies_in
    });
    let is_gone = Memo::new(move |_| form.lacks_category());
    let error = Signal::derive(move || is_gone.get().then(|| t.category_gone.to_owned()));
    let option = move |Category { id, name, .. }: Category| {
        let key = id.0.clone();
        view! {
            <option
                dir="auto"
                value=key
                prop:selected=move || form.category.with(|chosen| *chosen == id)
            >
                {name}
            </option>
        }
    };
    view! {
        <div class="field" class:wrong=move || is_gone.get()>
            <label class="field-label" for="listing-category">
                {t.category}
            </label>
            <select
                class="field-input"
                id="listing-category"
                data-testid="listing-category"
                aria-invalid=move || is_gone.get().to_string()
                aria-describedby=move || is_gone.get().then_some("listing-category-error")
                on:change=move |event| form.category.set(CategoryId(event_target_value(&event)))
            >
                <option
                    value=""
                    hidden=move || !is_gone.get()
                    disabled=move || !is_gone.get()
                    prop:selected=move || is_gone.get()
                ></option>
                {move || form.categories.get().unwrap_or_default().into_iter().map(option).collect_view()}
            </select>
            <FieldError id="listing-category" error />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::event::{Event, SCHEMA, decode};
    use borsklokka_shared::language::Language;
    use borsklokka_shared::rebase::Rebase;

    use super::*;

    fn event(name: &str) -> Event {
        let path = format!(
            "{}/../shared/tests/golden/v1/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        decode(SCHEMA, std::fs::read_to_string(path).unwrap().trim_end()).unwrap()
    }

    fn listing() -> Listing {
        match event("listing_added") {
            Event::ListingAdded { listing } => listing,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_participant_is_named_by_symbol_name_or_what_the_list_offers() {
        let mut board = Board::empty(Audience::Staff);
        for name in ["exchange_configured", "participant_registered"] {
            apply(&mut board, &event(name));
        }
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

    #[test]
    fn of_an_amount_and_its_unit_the_one_that_is_missing_is_marked() {
        for (amount, unit, wrong) in [
            ("", "", None),
            (" 2 ", "stoler", None),
            ("100000", "stoler", None),
            ("2", " ", Some(Wrong::Unit)),
            ("", "stoler", Some(Wrong::Amount)),
            ("0", "stoler", Some(Wrong::Number)),
            ("100001", "stoler", Some(Wrong::Number)),
            ("to", "", Some(Wrong::Number)),
        ] {
            assert_eq!(wrong_with(amount, unit), wrong, "{amount:?} {unit:?}");
        }
        let t = Words::of(Language::Nb);
        let said = [Wrong::Unit, Wrong::Amount, Wrong::Number].map(|wrong| wrong.said(t));
        assert_eq!(
            said.each_ref().map(|(at, _)| *at),
            ["listing-unit", "listing-amount", "listing-amount"]
        );
        assert!(said[2].1.contains("100\u{a0}000"), "{}", said[2].1);
    }

    #[test]
    fn what_another_wrote_of_the_same_is_told_in_words() {
        let t = Texts::of(Language::En);
        let base = listing();
        let written = Listing {
            text: "Rydding".to_owned(),
            ..base.clone()
        };
        let theirs = Listing {
            kind: ListingKind::Wish,
            text: "Måking".to_owned(),
            quantity: Some(Quantity {
                amount: 20,
                unit: "timer".to_owned(),
            }),
            ..base.clone()
        };
        let both = Listing::rebase(&base, &written, &theirs).both;
        let told: Vec<_> = both.iter().map(|field| theirs.in_words(field, t).1).collect();
        assert_eq!(told, ["Måking"]);
        let said = ["kind", "category", "quantity"].map(|field| theirs.in_words(field, t).1);
        assert_eq!(said, ["wish", base.category.0.as_str(), "20 timer"]);
    }

    #[test]
    fn one_that_was_removed_meanwhile_is_saved_as_another_one() {
        let (known, another) = (listing(), ListingId(uuid::Uuid::from_u128(1)));
        let changed = Listing {
            text: "Rydding".to_owned(),
            ..known.clone()
        };
        let amends = Command::AmendListing {
            listing: changed.clone(),
            expected: Some(Box::new(known.clone())),
        };
        assert_eq!(saving(changed.clone(), Some(known), another), amends);
        let added = Listing {
            id: another,
            ..changed.clone()
        };
        assert_eq!(
            saving(changed, None, another),
            Command::AddListing { listing: added }
        );
    }
}
