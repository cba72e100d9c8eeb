//! The phone: the live board and the catalogue in anyone's hand.

pub mod deals;
pub mod finder;
pub mod search;

use borsklokka_shared::wire::ScreenStatus;
use leptos::prelude::*;

use self::deals::NewestDeals;
use self::finder::Finder;
use crate::components::{BellGlyph, ConnectionMark};
use crate::live::Live;
use crate::texts::texts;
use crate::wall::header::phase_name;
use crate::wall::standing::{Count, RoundTimer};

/// The phone.
#[component]
pub fn Phone() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    live.want_catalogue();
    live.report(ScreenStatus {
        screen: "phone".to_owned(),
        ..ScreenStatus::default()
    });
    let name = live.board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    let phase = live.board_at(|board, now| board.floor.phase(now));
    let announcement = live.board_at(|board, now| {
        let announcement = board.announcement.as_ref()?;
        (now < announcement.until).then(|| announcement.text.clone())
    });
    view! {
        <main class="phone" data-testid="phone">
            <header class="phone-header">
                <BellGlyph />
                <h1>{move || name.get().flatten()}</h1>
                <ConnectionMark />
            </header>
            <section class="phone-standing">
                {move || {
                    phase
                        .get()
                        .map(|phase| {
                            view! {
                                <span class="phase" data-testid="phase" data-phase=phase_name(phase)>
                                    {(t.common.phase)(phase)}
                                </span>
                            }
                        })
                }}
                {move || {
                    announcement
                        .get()
                        .flatten()
                        .map(|text| {
                            view! {
                                <p class="announcement" data-testid="announcement">
                                    {text}
                                </p>
                            }
                        })
                }} <Count /> <RoundTimer />
            </section>
            <Finder />
            <NewestDeals />
        </main>
    }
}
