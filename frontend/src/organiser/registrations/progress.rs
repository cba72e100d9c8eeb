//! How far registration has come: how many of each sector, how many wait, and what nobody has written anything of.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::registration::{Registration, RegistrationState};
use leptos::prelude::*;

use crate::components::SymbolChip;
use crate::organiser::office::Office;
use crate::readiness::work::{Left, Matter};
use crate::texts::organiser::{registration_words, work_words};
use crate::texts::texts;

/// How a sector stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stand {
    sector: Sector,
    registered: usize,
    /// How many were hoped for.
    goal: Option<usize>,
    /// How many are new and wait for an answer.
    waits: usize,
}

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Progress {
    stands: Vec<Stand>,
    /// The categories in which nobody offers anything; who waits counts.
    not_offered: Vec<String>,
    /// Those in which nobody wishes for anything.
    not_wished: Vec<String>,
}

impl Progress {
    fn of(board: &Board, registrations: &[Registration]) -> Self {
        let waiting = || {
            let all = registrations.iter();
            all.filter(|one| one.state == RegistrationState::Waiting)
        };
        let settings = board.settings.as_ref();
        let stands = Sector::ALL.into_iter().map(|sector| {
            let goal = settings.and_then(|settings| settings.sector_goals.get(&sector));
            let of_it = board.participants.values().filter(|one| one.sector == sector);
            let new = waiting().filter(|one| one.participant.is_none() && one.entry.sector == sector);
            Stand {
                sector,
                registered: of_it.count(),
                goal: goal.map(|goal| *goal as usize).filter(|goal| *goal > 0),
                waits: new.count(),
            }
        });
        let without = |kind: ListingKind| {
            let on_board = board.listings.values().map(|one| (one.kind, &one.category));
            let sent = waiting().flat_map(|one| &one.entry.listings);
            let used: BTreeSet<_> = on_board
                .chain(sent.map(|one| (one.kind, &one.category)))
                .filter(|(its, _)| *its == kind)
                .map(|(_, category)| category)
                .collect();
            let categories = settings.into_iter().flat_map(|settings| &settings.categories);
            let lacking = categories.filter(|one| !used.contains(&one.id));
            lacking.map(|one| one.name.clone()).collect()
        };
        Self {
            stands: stands.collect(),
            not_offered: without(ListingKind::Offer),
            not_wished: without(ListingKind::Wish),
        }
    }
}

/// The card.
#[component]
pub fn ProgressCard() -> impl IntoView {
    let t = registration_words();
    let office = Office::of_page();
    let all = office.registrations();
    let progress = Memo::new(move |_| {
        let of = |board: &Board| {
            all.with(|all| {
                let sent = all.as_ref().map(|all| all.registrations.as_slice());
                Progress::of(board, sent.unwrap_or_default())
            })
        };
        office.desk.live.read(of).unwrap_or_default()
    });
    let line = move |stand: Stand| {
        let Stand {
            sector,
            registered,
            goal,
            waits,
        } = stand;
        let registered = match goal {
            Some(goal) => t.of_goal(registered, goal),
            None => registered.to_string(),
        };
        let says = match waits {
            0 => registered,
            waits => t.and_waits(registered, t.waits(waits)),
        };
        view! {
            <li data-testid="sector-stands" data-sector=sector.as_str()>
                <SymbolChip symbol=texts().common().sector(sector).to_owned() sector />
                <span>{says}</span>
            </li>
        }
    };
    let lacks = move |matter, names: &[String]| {
        let words = (!names.is_empty()).then(|| work_words().says_left(matter, &Left::Named(names.to_vec())));
        words.map(|words| view! { <p class="lacks">{words}</p> })
    };
    view! {
        <section class="card" data-testid="registration-progress">
            <h2 class="form-heading">{t.progress}</h2>
            {move || {
                let Progress { stands, not_offered, not_wished } = progress.get();
                view! {
                    <ul class="sector-stands">{stands.into_iter().map(line).collect_view()}</ul>
                    {lacks(Matter::Offers, &not_offered)}
                    {lacks(Matter::Wishes, &not_wished)}
                }
            }}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::ListingId;
    use borsklokka_shared::registration::EntryListing;

    use super::*;
    use crate::organiser::registrations::tests::sent;

    #[test]
    fn a_sector_says_how_many_are_registered_hoped_for_and_waited_for() {
        use RegistrationState::{Approved, Declined, Waiting, Withdrawn};
        let mut board = test_support::open().staff;
        let settings = board.settings.as_mut().unwrap();
        settings.sector_goals.clear();
        settings.sector_goals.insert(Sector::Business, 10);
        let mut all = sent(&[Waiting, Waiting, Approved, Declined, Withdrawn, Waiting]).registrations;
        all[5].participant = board.participants.keys().next().copied();
        let stands = Progress::of(&board, &all).stands;
        let of = |sector| stands.iter().find(|stand| stand.sector == sector).unwrap();
        let registered = |sector| {
            board
                .participants
                .values()
                .filter(|one| one.sector == sector)
                .count()
        };
        assert_eq!(
            of(Sector::Voluntary).waits,
            2,
            "who is in already does not come anew"
        );
        assert_eq!(
            (of(Sector::Voluntary).goal, of(Sector::Business).goal),
            (None, Some(10))
        );
        for sector in Sector::ALL {
            assert_eq!(of(sector).registered, registered(sector));
        }
    }

    #[test]
    fn a_category_lacks_what_neither_the_catalogue_nor_anybody_who_waits_has() {
        let mut board = test_support::open().staff;
        board.listings.clear();
        let categories = board.settings.as_ref().unwrap().categories.clone();
        let mut all = sent(&[RegistrationState::Waiting, RegistrationState::Declined]).registrations;
        for one in &mut all {
            one.entry.listings.push(EntryListing {
                id: ListingId(uuid::Uuid::from_u128(7)),
                kind: ListingKind::Offer,
                category: categories[0].id.clone(),
                text: "Kaker".to_owned(),
            });
        }
        let names = |from: usize| {
            let names = categories[from..].iter().map(|one| one.name.clone());
            names.collect::<Vec<_>>()
        };
        let found = Progress::of(&board, &all);
        assert_eq!((found.not_offered, found.not_wished), (names(1), names(0)));
        assert_eq!(
            Progress::of(&board, &all[1..]).not_offered,
            names(0),
            "who was declined offers nothing"
        );
    }
}
