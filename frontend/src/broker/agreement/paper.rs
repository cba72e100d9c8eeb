//! What the parts of an agreement's sheet share: what is agreed, and who has signed, here and at the server.

use borsklokka_shared::deal::Terms;
use borsklokka_shared::ids::{DealId, ParticipantId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use crate::broker::Intake;
use crate::live::connection::LinkState;
use crate::request;
use crate::signed::{self, Mark, Signatory, Waiting, merged};

/// What the parts of the sheet share.
#[derive(Clone, Copy)]
pub(super) struct Paper {
    pub(super) intake: Intake,
    pub(super) deal: DealId,
    /// What is agreed, as this tablet knows it; none once the deal is gone from the tablet.
    pub(super) terms: Memo<Option<Terms>>,
    /// Whether the server has older terms.
    pub(super) is_amended: Memo<bool>,
    /// Whether the server has the deal.
    pub(super) is_there: Memo<bool>,
    pub(super) connected: Memo<bool>,
    pub(super) waiting: Memo<Vec<Waiting>>,
    /// What the server has, as it said last.
    pub(super) there: RwSignal<Vec<Signatory>>,
    /// Whose pad is open.
    pub(super) pad: RwSignal<Option<ParticipantId>>,
}

impl Paper {
    pub(super) fn of_deal(deal: DealId) -> Self {
        let intake = Intake::of_page();
        let (live, outbox) = (intake.live, intake.outbox);
        let is_there = known(live.board(move |board| board.deals.contains_key(&deal)));
        let unsent = outbox.items(move |items| {
            live.read(|board| signed::unsent_terms(deal, Some(board), items))
                .unwrap_or_else(|| signed::unsent_terms(deal, None, items))
        });
        let on_board = live.board(move |board| board.deals.get(&deal).map(|deal| deal.terms.clone()));
        let link = live.link();
        Self {
            intake,
            deal,
            terms: Memo::new(move |_| unsent.get().or_else(|| on_board.get().flatten())),
            is_amended: Memo::new(move |_| unsent.with(Option::is_some)),
            is_there,
            connected: Memo::new(move |_| link.get() == LinkState::Connected),
            waiting: outbox.items(move |items| signed::waiting(deal, items)),
            there: RwSignal::new(Vec::new()),
            pad: RwSignal::new(None),
        }
    }

    pub(super) fn of_page() -> Self {
        expect_context()
    }

    /// Where the server keeps something of the deal.
    pub(super) fn address(self, what: &str) -> String {
        let (slug, deal) = (self.intake.live.slug(), self.deal);
        format!("/api/v1/exchanges/{slug}/deals/{deal}/{what}")
    }

    /// Whether a party has signed.
    pub(super) fn mark(self, party: ParticipantId) -> Mark {
        let waiting = self.waiting.get();
        self.terms.with(|terms| {
            terms.as_ref().map_or(Mark::Missing, |terms| {
                self.there
                    .with(|there| Mark::of(party, terms, self.is_amended.get(), &waiting, there))
            })
        })
    }

    /// Asks the server who has signed, now and whenever that may have changed.
    pub(super) fn follow(self) {
        #[derive(Deserialize)]
        struct Signed {
            signatures: Vec<Signatory>,
        }
        Effect::new(move || {
            self.waiting.track();
            self.terms.track();
            if !(self.connected.get() && self.is_there.get()) {
                return;
            }
            let address = self.address("signatures");
            spawn_local(async move {
                // What is not known now is asked again with the next change; the sheet says when it is offline.
                if let Ok(Signed { signatures }) = request::read::<Signed>(&address).await {
                    let waiting = self.waiting.try_get_untracked().unwrap_or_default();
                    let _gone = self
                        .there
                        .try_update(|there| *there = merged(signatures, there, &waiting));
                }
            });
        });
    }
}

fn known(told: Memo<Option<bool>>) -> Memo<bool> {
    Memo::new(move |_| told.get() == Some(true))
}
