//! Whose texts the papers cannot show, so that whoever prints them knows before they lie in the hall.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::{Deal, Service};
use borsklokka_shared::listing::{Listing, Quantity};
use borsklokka_shared::paper::{Illegible, IllegibleDeal};
use borsklokka_shared::participant::Participant;

use crate::agreement::legible::is_legible;

/// Of everybody who is printed, with what each offers and wishes; and of every deal that stands.
pub(crate) fn illegible(board: &Board) -> Illegible {
    let participants = board.unerased().filter(|one| {
        let mut listings = board
            .listings
            .values()
            .filter(|listing| listing.participant == one.id);
        !is_named_legibly(one) || listings.any(|listing| !is_listed_legibly(listing))
    });
    let named = |one: &Participant| one.name.clone();
    let mut names: Vec<String> = participants.map(named).collect();
    names.sort_unstable();
    let is_printed = |deal: &&Deal| !board.is_of_erased(deal);
    let mut deals: Vec<&Deal> = board
        .standing_deals()
        .filter(is_printed)
        .filter(|deal| !is_dealt_legibly(board, deal))
        .collect();
    deals.sort_by_key(|deal| (deal.number.is_none(), deal.number, deal.written_at, deal.id));
    let deal = |deal: &Deal| IllegibleDeal {
        number: deal.number,
        parties: parties(board, deal).map(named).collect(),
    };
    Illegible {
        participants: names,
        deals: deals.into_iter().map(deal).collect(),
    }
}

fn parties<'a>(board: &'a Board, deal: &Deal) -> impl Iterator<Item = &'a Participant> {
    deal.terms.parties().filter_map(|party| board.participant(party))
}

fn is_named_legibly(participant: &Participant) -> bool {
    is_legible(&participant.name) && participant.place.as_deref().is_none_or(is_legible)
}

fn is_measured_legibly(quantity: Option<&Quantity>) -> bool {
    quantity.is_none_or(|quantity| is_legible(&quantity.unit))
}

fn is_listed_legibly(listing: &Listing) -> bool {
    is_legible(&listing.text)
        && listing.description.as_deref().is_none_or(is_legible)
        && is_measured_legibly(listing.quantity.as_ref())
}

fn is_done_legibly(service: &Service) -> bool {
    is_legible(&service.text) && is_measured_legibly(service.quantity.as_ref())
}

fn is_dealt_legibly(board: &Board, deal: &Deal) -> bool {
    let step = deal.terms.first_step.as_ref();
    deal.terms.bargain.services().all(is_done_legibly)
        && step.is_none_or(|step| is_legible(&step.what))
        && parties(board, deal).all(is_named_legibly)
}
