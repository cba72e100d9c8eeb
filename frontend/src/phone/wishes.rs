//! The wishes that are not met, and whom to find about them.

use borsklokka_shared::board::Board;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::matching::left::unmet;
use leptos::prelude::*;

use super::finder::found_view;
use super::search::{Found, Listed};
use crate::components::part;
use crate::evening::is_called_for;
use crate::live::Live;
use crate::party::Party;
use crate::texts::texts;

/// How many wishes the phone lists; the search finds the others.
const WISHES_MAX: usize = 12;

/// The wishes that are not met.
#[component]
pub fn StillWished() -> impl IntoView {
    let live = Live::of_page();
    let wishes = live.board_at(wishes);
    part(move || {
        let wishes = wishes.get().filter(|wishes| !wishes.is_empty())?;
        let lines: Vec<_> = wishes.into_iter().map(found_view).collect();
        let section = view! {
            <section class="phone-wishes" data-testid="wishes">
                <h2>{texts().phone().still_wished}</h2>
                <ul>{lines}</ul>
            </section>
        };
        Some(section.into_any())
    })
}

fn wishes(board: &Board, now: Instant) -> Vec<Found> {
    if !is_called_for(board, now) {
        return Vec::new();
    }
    let wishes = unmet(board).into_iter().filter_map(|listing| {
        Some(Found {
            party: Party::of(board.participant(listing.participant)?),
            listings: vec![Listed::of(board, listing)],
        })
    });
    wishes.take(WISHES_MAX).collect()
}
