//! The page of one participant: who it is, how to reach it, and what it offers and wishes for. Whoever looks at one that somebody else
//! merges into another looks at that one from then on.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use leptos::prelude::*;

use super::contact_form::ContactForm;
use super::gone::{Gone, Told, WhoIsGone, follow};
use super::listings::Theirs;
use super::office::{Office, open_from};
use super::participant_form::ParticipantForm;
use super::unsaved::Unsaved;
use crate::browser;
use crate::components::{Button, SymbolChip};
use crate::desk::TwicePressed;
use crate::desk::surety::Surety;
use crate::readiness::pages::{Guests, Page};
use crate::texts::organiser::{guest_words, plan_words, work_words};

/// What became of whom an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nobody yet: a new one.
    New,
    /// It is there, under its own id.
    Here,
    /// It was merged into this one.
    Merged(ParticipantId),
    /// It was taken out or erased, or never was there.
    Gone,
}

impl Fate {
    fn of(board: &Board, participant: Option<ParticipantId>) -> Self {
        let Some(id) = participant else {
            return Self::New;
        };
        match board.participant(id) {
            Some(known) if board.is_erased(known.id) => Self::Gone,
            Some(known) if known.id == id => Self::Here,
            Some(known) => Self::Merged(known.id),
            None => Self::Gone,
        }
    }
}

/// The page.
#[component]
pub fn ParticipantPage(
    /// Which one; none is a new one.
    participant: Option<ParticipantId>,
) -> impl IntoView {
    let t = guest_words();
    let live = Office::of_page().desk.live;
    let told = Gone::of_page().participants;
    let fate = live.board(move |board| Fate::of(board, participant));
    let known = live.board(move |board| board.participant(participant?).cloned());
    let known = Memo::new(move |_| {
        let is_gone = fate.get() == Some(Fate::Gone);
        known.get().flatten().filter(|_| !is_gone)
    });
    let name = move || match (known.get(), fate.get()) {
        (Some(known), _) => known.name,
        (None, Some(Fate::Gone)) => work_words()
            .page_name(Page::Participants(Guests::Everyone))
            .to_owned(),
        (None, _) => t.new.to_owned(),
    };
    let chip = move || {
        let known = known.get()?;
        Some(view! { <SymbolChip symbol=known.symbol.to_string() sector=known.sector /> })
    };
    // What it is called, for as long as it is there: whoever reads that it was merged knows it by that name.
    Effect::new(move |before: Option<Option<String>>| {
        let name = before.flatten();
        let Some(Fate::Merged(kept)) = fate.get() else {
            return known.get().map(|known| known.name).or(name);
        };
        if let Some(gone) = participant {
            told.update(|told| follow(told, gone, kept, name.clone()));
            browser::go_instead(&Page::Participant(Some(kept)).address());
        }
        name
    });
    view! {
        <p class="page-back">
            <a href=Page::Participants(Guests::Everyone).address()>{t.back}</a>
        </p>
        <div class="page-head">
            <h1 class="page-title" tabindex="-1" dir="auto">
                {name}
            </h1>
            <p>{chip}</p>
        </div>
        {move || match fate.get() {
            // The page of the one that was kept comes in its place.
            None | Some(Fate::Merged(_)) => ().into_any(),
            Some(Fate::Gone) => view! {
                <div class="card">
                    <p>{t.gone}</p>
                    <WhoIsGone />
                </div>
            }
            .into_any(),
            Some(Fate::New | Fate::Here) => view! { <Parts participant /> }.into_any(),
        }}
    }
}

#[component]
fn Parts(participant: Option<ParticipantId>) -> impl IntoView {
    let t = guest_words();
    let rest = match participant {
        Some(participant) => view! {
            <section class="card">
                <h2 class="form-heading">{t.reach}</h2>
                <ContactForm participant />
            </section>
        }
        .into_any(),
        None => view! { <p class="card office-note">{t.after_saving}</p> }.into_any(),
    };
    view! {
        {participant.map(|participant| view! { <WhatWasMerged participant /> })}
        <div class="page-columns page-halves">
            <div class="page-column">
                <section class="card">
                    <h2 class="form-heading">{t.about}</h2>
                    <ParticipantForm participant />
                </section>
                {rest}
                {participant.map(|participant| view! { <TakeOut participant /> })}
            </div>
            <div class="page-column">
                {participant
                    .map(|participant| {
                        view! {
                            <section class="card">
                                <h2 class="form-heading">{t.theirs}</h2>
                                <Theirs participant />
                            </section>
                        }
                    })}
            </div>
        </div>
    }
}

/// Who was merged into a participant while somebody looked at them, and what she had typed there and not saved: it can be read, and written
/// here.
#[component]
fn WhatWasMerged(participant: ParticipantId) -> impl IntoView {
    let t = guest_words();
    let (told, unsaved) = (Gone::of_page().participants, Unsaved::of_page());
    let live = Office::of_page().desk.live;
    let was = live.board(move |board| board.participant(participant).map(|known| known.was.clone()));
    Effect::new(move || {
        let typed = unsaved.take_of(&was.get().flatten().unwrap_or_default());
        if !typed.is_empty() {
            told.update(|told| told.entry(participant).or_default().typed.extend(typed));
        }
    });
    let own = Memo::new(move |_| told.with(|told| told.get(&participant).cloned()));
    let lines = move || {
        let Told { merged, typed } = own.get().unwrap_or_default();
        let merged = merged.into_iter().map(|name| match name {
            Some(name) => t.merged(name),
            None => t.merged_before.to_owned(),
        });
        let typed = typed.into_iter().map(|text| t.merged_typed(text));
        let lines = merged.chain(typed);
        lines
            .map(|line| view! { <p dir="auto">{line}</p> })
            .collect_view()
    };
    let read = move || {
        told.update(|told| {
            told.remove(&participant);
        });
    };
    view! {
        <div class="card" role="alert" data-testid="participant-merged" hidden=move || own.with(Option::is_none)>
            {lines}
            <p class="form-acts">
                <Button testid="participant-merged-read" press=read>
                    {plan_words().gone_read}
                </Button>
            </p>
        </div>
    }
}

/// Takes a participant out that no deal names.
#[component]
fn TakeOut(participant: ParticipantId) -> impl IntoView {
    let t = guest_words();
    let desk = Office::of_page().desk;
    let refused = RwSignal::new(None::<String>);
    let remove = move || {
        let command = Command::RemoveParticipant { participant };
        desk.ask_beside(refused, Surety::Pressed, &command, move || {
            open_from(
                Page::Participant(Some(participant)),
                Page::Participants(Guests::Everyone),
            );
        });
    };
    view! {
        <section class="card">
            <p class="office-note">{t.remove_why}</p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {move || refused.get()}
            </p>
            <p class="form-acts">
                <TwicePressed testid="participant-remove" disabled=desk.is_cut_off() press=remove>
                    {t.remove}
                </TwicePressed>
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::event::Event;
    use borsklokka_shared::participant::{Participant, Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(number))
    }

    fn board(symbols: &[&str]) -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (number, symbol) in (1..).zip(symbols) {
            let participant = Participant {
                id: id(number),
                name: format!("{symbol} AS"),
                sector: Sector::Business,
                symbol: Symbol::parse(symbol).unwrap(),
                place: None,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            };
            apply(&mut board, &Event::ParticipantRegistered { participant });
        }
        board
    }

    fn merge(board: &mut Board, gone: ParticipantId, kept: ParticipantId) {
        let merged = Event::ParticipantsMerged {
            kept,
            gone,
            name: "NORD AS".to_owned(),
            listings: None,
            deals: None,
        };
        apply(board, &merged);
    }

    #[test]
    fn an_address_leads_to_the_one_that_it_is_now() {
        let mut board = board(&["NORD", "SOND", "VEST"]);
        let fate = |board: &Board, number| Fate::of(board, Some(id(number)));
        assert_eq!(Fate::of(&board, None), Fate::New);
        assert_eq!(
            [1, 4].map(|number| fate(&board, number)),
            [Fate::Here, Fate::Gone]
        );
        merge(&mut board, id(1), id(2));
        assert_eq!(
            [1, 2].map(|number| fate(&board, number)),
            [Fate::Merged(id(2)), Fate::Here]
        );
        merge(&mut board, id(2), id(3));
        assert_eq!(
            [1, 2, 3].map(|number| fate(&board, number)),
            [Fate::Merged(id(3)), Fate::Merged(id(3)), Fate::Here]
        );
        board.erased.push(id(3));
        assert_eq!(
            [1, 2, 3].map(|number| fate(&board, number)),
            [Fate::Gone; 3],
            "nothing is said of whom nothing is kept"
        );
    }
}
