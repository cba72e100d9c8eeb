//! The page of one participant: who it is, how to reach it, and what it offers and wishes for.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use leptos::prelude::*;

use super::contact_form::ContactForm;
use super::listings::Theirs;
use super::office::Office;
use super::participant_form::ParticipantForm;
use crate::browser;
use crate::components::SymbolChip;
use crate::desk::TwicePressed;
use crate::desk::surety::Surety;
use crate::readiness::pages::{Guests, Page};
use crate::texts::organiser::guest_words;

/// The page.
#[component]
pub fn ParticipantPage(
    /// Which one; none is a new one.
    participant: Option<ParticipantId>,
) -> impl IntoView {
    let t = guest_words();
    let live = Office::of_page().desk.live;
    let known = live.board(move |board| participant.map(|id| board.participant(id).cloned()));
    let name = move || match known.get().flatten() {
        Some(Some(known)) => known.name,
        Some(None) | None => t.new.to_owned(),
    };
    let chip = move || {
        let known = known.get()??;
        let known = known?;
        Some(view! { <SymbolChip symbol=known.symbol.to_string() sector=known.sector /> })
    };
    let is_gone = Memo::new(move |_| known.get() == Some(Some(None)));
    let is_here = Memo::new(move |_| known.with(Option::is_some));
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
        {move || match (is_here.get(), is_gone.get()) {
            (false, _) => ().into_any(),
            (true, true) => view! { <p class="card">{t.gone}</p> }.into_any(),
            (true, false) => view! { <Parts participant /> }.into_any(),
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

/// Takes a participant out that no deal names.
#[component]
fn TakeOut(participant: ParticipantId) -> impl IntoView {
    let t = guest_words();
    let desk = Office::of_page().desk;
    let refused = RwSignal::new(None::<String>);
    let remove = move || {
        let command = Command::RemoveParticipant { participant };
        desk.ask_beside(refused, Surety::Pressed, &command, || {
            browser::go_instead(&Page::Participants(Guests::Everyone).address());
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
