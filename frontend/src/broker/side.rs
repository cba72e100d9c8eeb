//! The two sides of a deal, and its parties, in words.

use borsklokka_shared::participant::Participant;

use crate::draft::Side;
use crate::texts::{Texts, texts};

/// What is asked of a side.
pub fn label(side: Side, texts: Texts) -> &'static str {
    match side {
        Side::Givers => texts.broker().giver,
        Side::Receivers => texts.broker().receiver,
    }
}

/// Sector and place.
pub fn whereabouts(party: &Participant) -> String {
    let sector = texts().common().sector(party.sector);
    match &party.place {
        Some(place) => format!("{sector} · {place}"),
        None => sector.to_owned(),
    }
}
