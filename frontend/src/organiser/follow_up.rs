//! The year after: what became of each deal, who is called next, and what they say.

pub mod deal;
pub mod desk;
pub mod party;
pub mod settings;

use std::time::Duration;

use borsklokka_shared::follow_up::{FollowUpStand, FollowedDeal};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::numbers::grouped;
use leptos::prelude::*;

use self::deal::DealCard;
use self::desk::Desk;
use self::settings::SettingsCard;
use super::office::Office;
use super::rail::Title;
use super::reading::read_again;
use crate::components::Button;
use crate::readiness::pages::Page;
use crate::texts::organiser::follow_up_words;
use crate::texts::texts;

/// How often the page is read again: parties answer by themselves.
const READ_EVERY: Duration = Duration::from_secs(5);
/// Deals that are shown at first, and further ones at a time.
const AT_ONCE: usize = 25;

/// Which deals are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// Those whose parties are to be called.
    ToCall,
    /// Those that stand so.
    Of(FollowUpStand),
    /// All.
    All,
}

impl Shown {
    fn all() -> impl Iterator<Item = Self> {
        let stands = FollowUpStand::ALL.map(Shown::Of);
        std::iter::once(Self::ToCall).chain(stands).chain([Self::All])
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::ToCall => "to-call",
            Self::Of(stand) => stand.as_str(),
            Self::All => "all",
        }
    }

    fn has(self, deal: &FollowedDeal) -> bool {
        match self {
            Self::ToCall => deal.urgency.calls(),
            Self::Of(stand) => deal.stand == stand,
            Self::All => true,
        }
    }
}

/// The page.
#[component]
pub fn FollowUpPage() -> impl IntoView {
    let t = follow_up_words();
    let office = Office::of_page();
    let desk = Desk::of(office);
    let cut_off = office.desk.is_cut_off();
    Effect::new(move || {
        if !cut_off.get() {
            desk.read();
        }
    });
    read_again(READ_EVERY, move || desk.read());
    let known = desk.known();
    let is_known = Memo::new(move |_| known.with(Option::is_some));
    // The rail says how far it has come.
    Effect::new(move || {
        known.track();
        office.read_afterwards();
    });
    let refused = desk.refused;
    view! {
        <Title page=Page::FollowUp />
        <p class="office-note">{t.why}</p>
        <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
            {refused}
        </p>
        {move || {
            is_known
                .get()
                .then(|| {
                    view! {
                        <Figures desk />
                        <SettingsCard desk />
                        <Deals desk />
                    }
                })
        }}
    }
}

/// The rate, and how much is known.
#[component]
fn Figures(desk: Desk) -> impl IntoView {
    let t = follow_up_words();
    let known = desk.known();
    let counts = Memo::new(move |_| known.with(|known| known.as_ref().map(|known| known.counts)));
    let number = |number: u32| grouped(number.into(), texts().language);
    move || {
        let counts = counts.get()?;
        if counts.deals == 0 {
            return Some(view! { <p class="office-note">{t.no_deals}</p> }.into_any());
        }
        let card = view! {
            <section class="card" data-testid="follow-up-rate">
                <h2 class="form-heading">
                    {t.rate(number(counts.deals), number(counts.done), counts.rate_percent())}
                </h2>
                {(counts.known() > 0).then(|| view! { <p class="office-note">{t.known(number(counts.known()))}</p> })}
            </section>
        };
        Some(card.into_any())
    }
}

/// The list, as it was chosen: who is answered for stays where it stands until another choice is made, so that a slip can be mended.
#[component]
fn Deals(desk: Desk) -> impl IntoView {
    let t = follow_up_words();
    let known = desk.known();
    let count = move |shown: Shown| {
        known.with(|known| {
            let deals = known.iter().flat_map(|known| &known.deals);
            deals.filter(|deal| shown.has(deal)).count()
        })
    };
    let ids_of = move |shown: Shown| -> Vec<DealId> {
        known.with_untracked(|known| {
            let deals = known.iter().flat_map(|known| &known.deals);
            deals
                .filter(|deal| shown.has(deal))
                .map(|deal| deal.deal)
                .collect()
        })
    };
    // What a card says of a deal and its parties, which changes seldom: then the card is another.
    let facts = move |id: DealId| {
        known.with(|known| {
            let deal = known.as_ref()?.deals.iter().find(|deal| deal.deal == id)?;
            let parties = deal.parties.iter();
            let parties: Vec<_> = parties
                .map(|party| (&party.name, &party.contact, party.is_erased))
                .collect();
            serde_json::to_string(&(&deal.what, &deal.in_return, parties)).ok()
        })
    };
    let shown = RwSignal::new(Shown::ToCall);
    let ids = RwSignal::new(ids_of(Shown::ToCall));
    let most = RwSignal::new(AT_ONCE);
    let choose = move |one: Shown| {
        shown.set(one);
        most.set(AT_ONCE);
        ids.set(ids_of(one));
    };
    let choices = Shown::all().map(|one| {
        let name = t.shown_name(match one {
            Shown::ToCall => None,
            Shown::Of(stand) => Some(Some(stand)),
            Shown::All => Some(None),
        });
        view! {
            <button
                type="button"
                class="button"
                data-testid=format!("follow-up-show-{}", one.as_str())
                aria-pressed=move || (shown.get() == one).to_string()
                on:click=move |_| choose(one)
            >
                {name}
                " "
                <b>{move || count(one)}</b>
            </button>
        }
    });
    let has_more = move || ids.with(Vec::len) > most.get();
    view! {
        <div class="form-acts follow-up-choices">{choices.collect_view()}</div>
        <p class="office-note" role="status" hidden=move || !ids.with(Vec::is_empty)>
            {t.none}
        </p>
        <ul class="follow-ups" data-testid="follow-ups">
            <For
                each=move || ids.with(|ids| ids.iter().take(most.get()).map(|id| (*id, facts(*id))).collect::<Vec<_>>())
                key=Clone::clone
                let((id, _))
            >
                <DealCard desk id />
            </For>
        </ul>
        <p class="form-acts" hidden=move || !has_more()>
            <Button testid="follow-up-more" press=move || most.update(|most| *most += AT_ONCE)>
                {t.more}
            </Button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = Shown::all().map(Shown::as_str).collect();
        assert_eq!(names.len(), FollowUpStand::ALL.len() + 2);
    }
}
