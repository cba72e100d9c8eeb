//! Whom the party that stands in the form should talk to, and about what.

use borsklokka_shared::ids::ParticipantId;
use leptos::prelude::*;

use super::fits::Fit;
use super::intake::Intake;
use crate::components::SymbolChip;
use crate::texts::texts;

/// Most suggestions that are shown: more than one walk is no suggestion.
const SHOWN_MAX: usize = 3;

/// The suggestions; nothing while nobody stands in the form, or nobody fits.
#[component]
pub fn Suggestions() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    // The last that was chosen, mostly.
    let about = Memo::new(move |_| {
        intake.draft.with(|draft| {
            let last = draft.receivers.last().or(draft.givers.last());
            last.filter(|_| draft.amends.is_none()).copied()
        })
    });
    let fits = Memo::new(move |_| {
        let taken: Vec<ParticipantId> = intake.draft.with(|draft| draft.parties().collect());
        let about = about.get()?;
        let mut fits = intake.fits(about, SHOWN_MAX + taken.len());
        fits.retain(|fit| !taken.contains(&fit.party()));
        fits.truncate(SHOWN_MAX);
        (!fits.is_empty()).then_some((about, fits))
    });
    move || {
        let (about, fits) = fits.get()?;
        let symbol = intake.party(about)?.symbol.to_string();
        Some(view! {
            <aside class="suggestions" data-testid="suggestions" aria-labelledby="suggestions-title">
                <h2 class="mine-title" id="suggestions-title">{t.suggestions(&symbol)}</h2>
                <ul class="suggestion-list">
                    {fits.into_iter().map(|fit| view! { <Suggested fit /> }).collect_view()}
                </ul>
            </aside>
        })
    }
}

#[component]
fn Suggested(fit: Fit) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let party = intake.party(fit.party())?;
    let place = party
        .place
        .as_ref()
        .map(|place| format!(", {place}"))
        .unwrap_or_default();
    let (text, by, why) = (
        fit.listing.text.clone(),
        t.suggested_by(fit.listing.kind),
        t.reasons(&fit.reasons),
    );
    let join = move |_| {
        let (giver, receiver) = fit.sides();
        let own = intake.listing(fit.own_listing);
        let listings: Vec<_> = std::iter::once(&fit.listing).chain(own.as_ref()).collect();
        let mut draft = intake.draft.get_untracked();
        draft.join(giver, receiver, &listings, &|id| intake.listing(id));
        intake.replace(draft);
    };
    Some(view! {
        <li>
            <button type="button" class="suggestion" data-testid="suggestion" on:click=join>
                <b dir="auto">{text}</b>
                <span class="suggestion-who">
                    {by} " " <SymbolChip symbol=party.symbol.to_string() sector=party.sector /> " " <bdi>{party.name}</bdi> {place}
                </span>
                <small>{why}</small>
            </button>
        </li>
    })
}
