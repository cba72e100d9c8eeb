//! Two who may be one, side by side: one of them is kept, or they are two after all.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Participant;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::office::Office;
use crate::browser;
use crate::components::{Button, SymbolChip};
use crate::desk::TwicePressed;
use crate::desk::surety::Surety;
use crate::readiness::pages::{Guests, Page};
use crate::request;
use crate::texts::organiser::{guest_words, listing_words};
use crate::texts::texts;

/// What is known of one of them.
#[derive(Clone, Debug, PartialEq)]
struct Side {
    participant: Participant,
    listings: Vec<(&'static str, String)>,
    deals: u32,
}

impl Side {
    fn of(board: &Board, id: ParticipantId) -> Option<Self> {
        let participant = board.participant(id)?.clone();
        let id = participant.id;
        let mut listings: Vec<(&'static str, String)> = board
            .listings
            .values()
            .filter(|listing| listing.participant == id)
            .map(|listing| (listing_words().kind_name(listing.kind), listing.text.clone()))
            .collect();
        listings.sort();
        Some(Self {
            deals: board.deals_of(id),
            participant,
            listings,
        })
    }
}

/// The page.
#[component]
pub fn Compare(
    /// The one.
    one: ParticipantId,
    /// The other.
    other: ParticipantId,
) -> impl IntoView {
    let t = guest_words();
    let office = Office::of_page();
    let refused = RwSignal::new(None::<String>);
    let sides = office
        .desk
        .live
        .board(move |board| [Side::of(board, one), Side::of(board, other)]);
    let keep = move |kept: ParticipantId, gone: ParticipantId| {
        let command = Command::MergeParticipants { kept, gone };
        office
            .desk
            .ask_beside(refused, Surety::Pressed, &command, move || office.read_people());
    };
    let apart = move || {
        office.tell_apart(one, other);
        browser::go(&Page::Participants(Guests::Doubles).address());
    };
    // They are one by now, whoever made them so.
    let merged = Memo::new(move |_| {
        sides.with(|sides| match sides {
            Some([Some(left), Some(right)]) => {
                (left.participant.id == right.participant.id).then_some(left.participant.id)
            }
            Some(_) | None => None,
        })
    });
    Effect::new(move || {
        if let Some(kept) = merged.get() {
            browser::go_instead(&Page::Participant(Some(kept)).address());
        }
    });
    view! {
        <p class="page-back">
            <a href=Page::Participants(Guests::Doubles).address()>{t.back}</a>
        </p>
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {t.compare}
            </h1>
            <Button testid="apart" press=apart>
                {t.are_two}
            </Button>
        </div>
        <p class="office-note">{t.compare_why}</p>
        <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
            {move || refused.get()}
        </p>
        {move || match sides.get() {
            Some([Some(left), Some(right)]) if left.participant.id != right.participant.id => {
                let ids = (left.participant.id, right.participant.id);
                view! {
                    <div class="page-columns page-halves compare">
                        <SideCard side=left keep=move || keep(ids.0, ids.1) />
                        <SideCard side=right keep=move || keep(ids.1, ids.0) />
                    </div>
                }
                    .into_any()
            }
            Some(_) if merged.get().is_none() => view! { <p class="card">{t.gone}</p> }.into_any(),
            Some(_) | None => ().into_any(),
        }}
    }
}

/// One of the two, and the button that keeps it.
#[component]
fn SideCard(side: Side, keep: impl Fn() + 'static) -> impl IntoView {
    let (t, o) = (guest_words(), texts());
    let office = Office::of_page();
    let whereabouts = o.organiser().place;
    let Side {
        participant,
        listings,
        deals,
    } = side;
    let contact = RwSignal::new(Contact::default());
    let url = office.url(&format!("contacts/{}", participant.id));
    spawn_local(async move {
        if let Ok(known) = request::read::<Contact>(&url).await {
            let _gone = contact.try_set(known);
        }
    });
    let reached = move || {
        let Contact { person, phone, email } = contact.get();
        let said: Vec<String> = [person, phone, email].into_iter().flatten().collect();
        said.join(", ")
    };
    let offered = listings
        .into_iter()
        .map(|(kind, text)| {
            view! {
                <li dir="auto">
                    <small>{kind}</small>
                    " "
                    {text}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" data-testid="side">
            <h2 class="form-heading" dir="auto">
                {participant.name.clone()}
            </h2>
            <dl class="facts">
                <dt>{o.organiser().symbol}</dt>
                <dd>
                    <SymbolChip symbol=participant.symbol.to_string() sector=participant.sector />
                </dd>
                <dt>{o.organiser().sector}</dt>
                <dd>{o.common().sector(participant.sector)}</dd>
                <dt>{whereabouts}</dt>
                <dd dir="auto">{participant.place.clone()}</dd>
                <dt>{t.contact}</dt>
                <dd dir="auto">{reached}</dd>
                <dt>{t.theirs}</dt>
                <dd>
                    <ul>{offered}</ul>
                </dd>
                <dt>{t.deals}</dt>
                <dd>{deals}</dd>
            </dl>
            <p class="form-acts">
                <TwicePressed testid="keep" press=keep>
                    {t.keep}
                </TwicePressed>
            </p>
        </section>
    }
}
