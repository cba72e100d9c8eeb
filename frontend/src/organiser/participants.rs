//! Everyone who trades: a table to search, sort and filter, whose places and missing contacts are written in it.

pub mod cells;
pub mod found;
pub mod row;
pub mod several;

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use self::cells::Cells;
use self::found::{Asked, Nobody, Order, found};
use self::row::Row;
use self::several::{Chosen, Several};
use super::gone::WhoIsGone;
use super::office::Office;
use super::rail::Onward;
use crate::readiness::pages::{Guests, Page};
use crate::readiness::work::doubles;
use crate::spelling::fold;
use crate::texts::organiser::{guest_words, import_words, work_words};
use crate::texts::{self, texts};
use crate::typed::lasting;

/// Rows that are drawn before more are asked for.
const SHOWN: usize = 150;

/// What is searched for, in whichever words.
#[derive(Clone, Copy)]
struct Wanted(RwSignal<String>);

/// The table's page.
#[component]
#[expect(clippy::too_many_lines, reason = "a page, part by part")]
pub fn Participants() -> impl IntoView {
    let (t, o) = (guest_words(), texts());
    let office = Office::of_page();
    let people = office.people();
    let guests = office.chosen(|page| match page {
        Page::Participants(guests) => Some(guests),
        _ => None,
    });
    let whole = Page::Participants(Guests::Everyone);
    let Wanted(wanted) = lasting(|| Wanted(RwSignal::new(String::new())));
    let (sector, order) = (RwSignal::new(None::<Sector>), RwSignal::new(Order::Name));
    let shows_all = RwSignal::new(false);
    let chosen = Chosen::new();
    let cells = Cells::of_pages(office.desk.live);
    let find = move |held: BTreeSet<ParticipantId>| {
        let asked = Asked {
            guests: guests.get().unwrap_or(Guests::Everyone),
            wanted: wanted.with(|wanted| fold(wanted.trim())),
            sector: sector.get(),
            order: order.get(),
            held,
        };
        let found = office.desk.live.read(|board| {
            let beside = office.beside.get();
            people.with(|people| found(board, people.as_ref(), &beside.apart, &asked))
        });
        found.unwrap_or_default()
    };
    let all = Memo::new(move |_| find(BTreeSet::new()));
    // A row in which something is half typed, or somebody is, is there whoever is asked for.
    let rows = Memo::new(move |_| {
        let held = cells.held();
        if held.is_empty() { all.get() } else { find(held) }
    });
    let shown = move || {
        let (rows, held) = (rows.get(), cells.held());
        let shown = if shows_all.get() { rows.len() } else { SHOWN };
        let is_shown = |(place, id): &(usize, ParticipantId)| *place < shown || held.contains(id);
        let rows = rows.into_iter().enumerate().filter(is_shown);
        rows.map(|(_, id)| id).collect::<Vec<_>>()
    };
    let alike = Memo::new(move |_| {
        let mut alike: BTreeMap<ParticipantId, ParticipantId> = BTreeMap::new();
        if guests.get() == Some(Guests::Doubles) {
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
    } = *o.organiser();
    let nobody = Memo::new(move |_| {
        let live = office.desk.live;
        all.with(|all| live.read(|board| Nobody::of(board, all)))
            .flatten()
    });
    let says = move || match nobody.get() {
        Some(Nobody::IsRegistered) => t.nobody.to_owned(),
        Some(Nobody::Fits) => t.none.to_owned(),
        None => all.with(|all| t.found(all.len())),
    };
    let is_searched = move || nobody.get() != Some(Nobody::IsRegistered);
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(whole)}
            </h1>
            <p class="form-acts">
                <a class="button" data-testid="participant-import" href=Page::Import.address()>
                    {import_words().title}
                </a>
                <a class="button button-primary" data-testid="participant-add" href=Page::Participant(None).address()>
                    {t.new}
                </a>
            </p>
        </div>
        <section class="card">
            <div class="filters" hidden=move || !is_searched()>
                <input
                    class="field-input"
                    id="participant-search"
                    type="search"
                    data-testid="participant-search"
                    aria-label=o.organiser().search
                    placeholder=o.organiser().search
                    prop:value=wanted
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
                <select
                    class="field-input"
                    id="participant-sector"
                    data-testid="participant-sector"
                    aria-label=o.organiser().sector
                    on:change=move |event| sector.set(Sector::named(&event_target_value(&event)))
                >
                    <option value="">{t.sectors}</option>
                    {Sector::ALL
                        .map(|sector| view! { <option value=sector.as_str()>{o.common().sector(sector)}</option> })
                        .collect_view()}
                </select>
                <label class="tabs">
                    <span class="field-label">{t.by}</span>
                    <select
                        class="field-input"
                        id="participant-order"
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
                                    aria-current=move || (guests.get() == Some(one)).then_some("true")
                                >
                                    {t.shown(one)}
                                </a>
                            }
                        })
                        .collect_view()}
                </nav>
            </div>
            <p class="office-note" role="status" data-testid="participants-said">
                {says}
            </p>
            <Several all chosen />
            <WhoIsGone />
            <div class="wide">
                <table class="participants" hidden=move || rows.with(Vec::is_empty)>
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col">{symbol}</th>
                            <th scope="col">{name}</th>
                            <th scope="col">{place}</th>
                            <th scope="col" class="cell-listings">
                                {t.listings}
                            </th>
                            <th scope="col">{t.contact}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=shown key=|id| *id let(id)>
                            <Row id cells alike chosen />
                        </For>
                    </tbody>
                </table>
            </div>
            <p class="form-acts" hidden=move || { shows_all.get() || all.with(Vec::len) <= SHOWN }>
                <button type="button" class="button" on:click=move |_| shows_all.set(true)>
                    {move || t.show_rest(all.with(Vec::len))}
                </button>
            </p>
        </section>
        <Onward page=whole />
    }
}
