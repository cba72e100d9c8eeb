//! Everyone who trades: a table to search, sort and filter, whose places and missing contacts are written in it.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::PLACE_CHARS_MAX;
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::contact_form::{fault_words, put};
use super::listings::count;
use super::office::{Office, People};
use super::rail::Onward;
use crate::components::SymbolChip;
use crate::components::focus::focus;
use crate::desk::surety::Surety;
use crate::readiness::pages::{Guests, Page};
use crate::readiness::work::{Pair, doubles, without_listings};
use crate::spelling::{alphabetical, fold};
use crate::texts::organiser::{guest_words, work_words};
use crate::texts::{self, office_texts};

/// Rows that are drawn before more are asked for.
const SHOWN: usize = 150;

/// How the table is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Name,
    Sector,
    Place,
}

impl Order {
    const ALL: [Order; 3] = [Order::Name, Order::Sector, Order::Place];

    const fn as_str(self) -> &'static str {
        match self {
            Order::Name => "name",
            Order::Sector => "sector",
            Order::Place => "place",
        }
    }
}

/// What is asked of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    guests: Guests,
    wanted: String,
    sector: Option<Sector>,
    order: Order,
}

/// The participants who are asked for, in order.
fn found(
    board: &Board,
    people: Option<&People>,
    apart: &BTreeSet<Pair>,
    asked: &Asked,
) -> Vec<ParticipantId> {
    let among: Option<BTreeSet<ParticipantId>> = match asked.guests {
        Guests::Everyone => None,
        Guests::WithoutContact => {
            let reachable = |id: &ParticipantId| people.is_none_or(|people| people.contains_key(id));
            Some(
                board
                    .participants
                    .keys()
                    .copied()
                    .filter(|id| !reachable(id))
                    .collect(),
            )
        }
        Guests::WithoutListings => Some(without_listings(board)),
        Guests::Doubles => Some(
            doubles(board, apart)
                .into_iter()
                .flat_map(|(one, other)| [one, other])
                .collect(),
        ),
    };
    let fits = |participant: &&Participant| {
        let person = people.and_then(|people| people.get(&participant.id));
        let texts = [
            participant.name.as_str(),
            participant.symbol.as_str(),
            participant.place.as_deref().unwrap_or_default(),
            person.map(String::as_str).unwrap_or_default(),
        ];
        among.as_ref().is_none_or(|among| among.contains(&participant.id))
            && asked.sector.is_none_or(|sector| participant.sector == sector)
            && texts.iter().any(|text| fold(text).contains(&asked.wanted))
    };
    let mut found: Vec<&Participant> = board.participants.values().filter(fits).collect();
    found.sort_by_cached_key(|participant| {
        let name = alphabetical(&participant.name);
        match asked.order {
            Order::Name => (None, None, name),
            Order::Sector => (Some(participant.sector), None, name),
            // Those without a place are last; table 2 comes before table 10.
            Order::Place => (None, Some(by_number(participant.place.as_deref())), name),
        }
    });
    found.into_iter().map(|participant| participant.id).collect()
}

/// A place so that numbers in it are in their order.
fn by_number(place: Option<&str>) -> (bool, String, u32) {
    let place = fold(place.unwrap_or_default());
    let words = place.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = place[words.len()..].parse().unwrap_or_default();
    (place.is_empty(), words.trim().to_owned(), number)
}

/// What is written of a participant again, as it stands.
pub fn entry_of(participant: &Participant) -> ParticipantEntry {
    ParticipantEntry {
        id: participant.id,
        name: participant.name.clone(),
        sector: participant.sector,
        // What is on the wall already is what was agreed.
        name_shown: NameShown::Full,
        symbol: Some(participant.symbol.to_string()),
        place: participant.place.clone(),
    }
}

/// The table's page.
#[component]
#[expect(clippy::too_many_lines, reason = "a page, part by part")]
pub fn Participants(
    /// Whom it shows.
    guests: Guests,
) -> impl IntoView {
    let (t, o) = (guest_words(), office_texts());
    let office = Office::of_page();
    let people = office.people();
    let wanted = RwSignal::new(String::new());
    let (sector, order) = (RwSignal::new(None::<Sector>), RwSignal::new(Order::Name));
    let shows_all = RwSignal::new(false);
    let all = Memo::new(move |_| {
        let asked = Asked {
            guests,
            wanted: wanted.with(|wanted| fold(wanted.trim())),
            sector: sector.get(),
            order: order.get(),
        };
        let found = office.desk.live.read(|board| {
            let beside = office.beside.get();
            people.with(|people| found(board, people.as_ref(), &beside.apart, &asked))
        });
        found.unwrap_or_default()
    });
    let shown = move || {
        let mut all = all.get();
        if !shows_all.get() {
            all.truncate(SHOWN);
        }
        all
    };
    let alike = Memo::new(move |_| {
        let mut alike: BTreeMap<ParticipantId, ParticipantId> = BTreeMap::new();
        if guests == Guests::Doubles {
            office.desk.live.read(|board| {
                for (one, other) in doubles(board, &office.beside.get().apart) {
                    alike.insert(one, other);
                    alike.insert(other, one);
                }
            });
        }
        alike
    });
    let texts::Organiser {
        symbol, name, place, ..
    } = *o.organiser;
    let count = move || all.with(|all| t.found(all.len()));
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(Page::Participants(guests))}
            </h1>
            <a class="button button-primary" data-testid="participant-add" href=Page::Participant(None).address()>
                {t.new}
            </a>
        </div>
        <section class="card">
            <div class="filters">
                <input
                    class="field-input"
                    type="search"
                    data-testid="participant-search"
                    aria-label=o.organiser.search
                    placeholder=o.organiser.search
                    prop:value=wanted
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
                <select
                    class="field-input"
                    data-testid="participant-sector"
                    aria-label=o.organiser.sector
                    on:change=move |event| sector.set(Sector::named(&event_target_value(&event)))
                >
                    <option value="">{t.sectors}</option>
                    {Sector::ALL
                        .map(|sector| view! { <option value=sector.as_str()>{o.common.sector(sector)}</option> })
                        .collect_view()}
                </select>
                <label class="tabs">
                    <span class="field-label">{t.by}</span>
                    <select
                        class="field-input"
                        data-testid="participant-order"
                        on:change=move |event| {
                            let name = event_target_value(&event);
                            order.set(Order::ALL.into_iter().find(|order| order.as_str() == name).unwrap_or(Order::Name));
                        }
                    >
                        <option value=Order::Name.as_str()>{t.by_name}</option>
                        <option value=Order::Sector.as_str()>{t.by_sector}</option>
                        <option value=Order::Place.as_str()>{t.by_place}</option>
                    </select>
                </label>
                <nav class="tabs" aria-label=t.show>
                    {Guests::ALL
                        .map(|one| {
                            view! {
                                <a
                                    class="tab"
                                    href=Page::Participants(one).address()
                                    data-testid=format!("guests-{}", one.as_str())
                                    aria-current=(one == guests).then_some("true")
                                >
                                    {t.shown(one)}
                                </a>
                            }
                        })
                        .collect_view()}
                </nav>
            </div>
            <p class="office-note" role="status">
                {move || if all.with(Vec::is_empty) { t.none.to_owned() } else { count() }}
            </p>
            <div class="wide">
                <table class="participants" hidden=move || all.with(Vec::is_empty)>
                    <thead>
                        <tr>
                            {[symbol, name, place, t.listings, t.contact]
                                .map(|head| view! { <th scope="col">{head}</th> })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        <For each=shown key=|id| *id let(id)>
                            <Row id alike />
                        </For>
                    </tbody>
                </table>
            </div>
            <p class="form-acts" hidden=move || shows_all.get() || all.with(Vec::len) <= SHOWN>
                <button type="button" class="button" on:click=move |_| shows_all.set(true)>
                    {move || t.show_rest(all.with(Vec::len))}
                </button>
            </p>
        </section>
        <Onward page=Page::Participants(guests) />
    }
}

/// A participant: what is written in the table is kept when the field is left, and Enter goes to the row below.
#[component]
fn Row(id: ParticipantId, alike: Memo<BTreeMap<ParticipantId, ParticipantId>>) -> impl IntoView {
    let t = guest_words();
    let office = Office::of_page();
    let desk = office.desk;
    let known = desk.live.board(move |board| board.participant(id).cloned());
    let known = Memo::new(move |_| known.get().flatten());
    let counts = desk.live.board(move |board| count(board, id));
    let wrong = RwSignal::new(None::<String>);
    let name = move || known.with(|known| known.as_ref().map(|known| known.name.clone()).unwrap_or_default());
    let place = move || {
        known
            .with(|known| known.as_ref()?.place.clone())
            .unwrap_or_default()
    };
    let set_place = move |place: String| {
        let Some(known) = known.get_untracked() else {
            return;
        };
        let place = place.trim().to_owned();
        let entry = ParticipantEntry {
            place: (!place.is_empty()).then_some(place),
            ..entry_of(&known)
        };
        if entry.place == known.place {
            return;
        }
        if entry
            .place
            .as_ref()
            .is_some_and(|place| place.chars().count() > PLACE_CHARS_MAX)
        {
            wrong.set(Some(office_texts().common.chars_too_many(1_usize)));
            return;
        }
        let command = Command::AmendParticipant {
            participant: entry,
            expected: Some(Box::new(known)),
        };
        desk.ask_beside(wrong, Surety::Pressed, &command, || ());
    };
    let set_contact = move |line: String| {
        if line.trim().is_empty() {
            return wrong.set(None);
        }
        match Contact::of_line(&line).checked() {
            Ok(contact) if contact.person.is_none() => wrong.set(Some(t.no_name.to_owned())),
            Ok(contact) => spawn_local(async move {
                let said = put(office, id, &contact).await.err();
                let _gone = wrong.try_set(said);
            }),
            Err(fault) => wrong.set(Some(fault_words(&fault))),
        }
    };
    let row_id = format!("row-{id}");
    let described = row_id.clone();
    let contact = move || {
        let person = office
            .people()
            .with(|people| people.as_ref().map(|people| people.get(&id).cloned()));
        match person {
            None => ().into_any(),
            Some(Some(person)) => view! { <span dir="auto">{person}</span> }.into_any(),
            Some(None) => view! {
                <input
                    class="field-input cell"
                    autocomplete="off"
                    data-testid="contact-line"
                    data-column="contact"
                    placeholder=t.contact_hint
                    aria-label=move || t.contact_of(name())
                    disabled=desk.is_cut_off()
                    on:keydown=move |event| go_below(&event)
                    on:change=move |event| set_contact(event_target_value(&event))
                />
            }
            .into_any(),
        }
    };
    let chip = move || {
        known
            .get()
            .map(|known| view! { <SymbolChip symbol=known.symbol.to_string() sector=known.sector /> })
    };
    view! {
        <tr
            data-testid="participant-row"
            data-symbol=move || known.with(|known| known.as_ref().map(|known| known.symbol.to_string()))
        >
            <td>{chip}</td>
            <th scope="row" dir="auto">
                <a href=Page::Participant(Some(id)).address() data-testid="participant-open">
                    {name}
                </a>
                {move || {
                    let other = alike.with(|alike| alike.get(&id).copied())?;
                    let name = desk.live.peek(|board| Some(board.participant(other)?.symbol.to_string()));
                    let words = t.twice(name.flatten().unwrap_or_default());
                    Some(view! {
                        <a class="button lacks" data-testid="compare" href=Page::Compare(id, other).address()>
                            {words}
                        </a>
                    })
                }}
                <p class="field-error" role="alert" id=row_id>
                    {move || wrong.get()}
                </p>
            </th>
            <td>
                <input
                    class="field-input cell cell-place"
                    autocomplete="off"
                    dir="auto"
                    data-testid="place-cell"
                    data-column="place"
                    aria-label=move || t.place_of(name())
                    aria-describedby=described
                    disabled=desk.is_cut_off()
                    prop:value=place
                    on:keydown=move |event| go_below(&event)
                    on:change=move |event| set_place(event_target_value(&event))
                />
            </td>
            <td>
                {move || counts.get().map(|(offers, wishes)| {
                    let w = work_words();
                    w.listings_of(w.offers(offers), w.wishes(wishes))
                })}
            </td>
            <td>{contact}</td>
        </tr>
    }
}

/// Enter goes to the field below, as in a spreadsheet.
fn go_below(event: &KeyboardEvent) {
    if event.key() != "Enter" {
        return;
    }
    let control = event_target::<HtmlInputElement>(event);
    let below = below(&control);
    match below {
        // Leaving the field keeps what is written in it.
        Some(below) => focus(&below),
        None => drop(control.blur()),
    }
}

fn below(control: &HtmlInputElement) -> Option<HtmlElement> {
    let column = control.get_attribute("data-column")?;
    let mut row: Element = control.closest("tr").ok().flatten()?;
    loop {
        row = row.next_element_sibling()?;
        let found = row
            .query_selector(&format!("[data-column={column}]"))
            .ok()
            .flatten();
        if let Some(found) = found {
            return found.dyn_into().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::participant::Symbol;

    use super::*;

    fn board(guests: &[(&str, &str, Sector, &str)]) -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (number, (name, symbol, sector, place)) in (1..).zip(guests) {
            let id = ParticipantId(uuid::Uuid::from_u128(number));
            let participant = Participant {
                id,
                name: (*name).to_owned(),
                sector: *sector,
                symbol: Symbol::parse(symbol).unwrap(),
                place: (!place.is_empty()).then(|| (*place).to_owned()),
                was: Vec::new(),
                was_symbols: Vec::new(),
            };
            board.participants.insert(id, participant);
        }
        board
    }

    fn names(board: &Board, people: Option<&People>, asked: &Asked) -> Vec<String> {
        let found = found(board, people, &BTreeSet::new(), asked).into_iter();
        found
            .map(|id| board.participant(id).unwrap().symbol.to_string())
            .collect()
    }

    #[test]
    fn the_table_is_searched_sorted_and_filtered() {
        let board = board(&[
            ("Elvestad Rideklubb", "RIDE", Sector::Voluntary, "bord 10"),
            ("Elvestad Taxi AS", "TAXI", Sector::Business, "bord 2"),
            ("Ås barnehage", "BARN", Sector::Public, ""),
            ("Elvestad taxi", "TAX", Sector::Business, "bord 3"),
        ]);
        let everyone = Asked {
            guests: Guests::Everyone,
            wanted: String::new(),
            sector: None,
            order: Order::Name,
        };
        assert_eq!(names(&board, None, &everyone), ["RIDE", "TAX", "TAXI", "BARN"]);
        let by = |order| Asked {
            order,
            ..everyone.clone()
        };
        assert_eq!(
            names(&board, None, &by(Order::Place)),
            ["TAXI", "TAX", "RIDE", "BARN"]
        );
        assert_eq!(names(&board, None, &by(Order::Sector))[..2], ["TAX", "TAXI"]);
        let wanted = |wanted: &str| Asked {
            wanted: fold(wanted),
            ..everyone.clone()
        };
        assert_eq!(names(&board, None, &wanted("aas barn")), ["BARN"]);
        assert_eq!(names(&board, None, &wanted("bord 1")), ["RIDE"]);
        let some = |guests| Asked {
            guests,
            ..everyone.clone()
        };
        assert_eq!(names(&board, None, &some(Guests::Doubles)), ["TAX", "TAXI"]);
        let ride = ParticipantId(uuid::Uuid::from_u128(1));
        let people = People::from([(ride, "Kari Nordmann".to_owned())]);
        assert_eq!(
            names(&board, Some(&people), &some(Guests::WithoutContact)),
            ["TAX", "TAXI", "BARN"]
        );
        assert_eq!(names(&board, Some(&people), &wanted("nordmann")), ["RIDE"]);
        assert_eq!(
            names(&board, None, &some(Guests::WithoutContact)).len(),
            0,
            "nobody knows yet"
        );
        let businesses = Asked {
            sector: Some(Sector::Business),
            ..everyone.clone()
        };
        assert_eq!(names(&board, None, &businesses), ["TAX", "TAXI"]);
    }
}
