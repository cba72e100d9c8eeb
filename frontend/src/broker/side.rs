//! The two sides of a deal, and its parties, in words.

use borsklokka_shared::participant::Participant;

use crate::draft::Side;
use crate::texts::{DeskTexts, desk_texts};

/// What is asked of a side.
pub const fn label(side: Side, texts: &DeskTexts) -> &'static str {
    match side {
        Side::Givers => texts.broker.giver,
        Side::Receivers => texts.broker.receiver,
    }
}

/// Sector and place.
pub fn whereabouts(party: &Participant) -> String {
    let sector = desk_texts().common.sector(party.sector);
    match &party.place {
        Some(place) => format!("{sector} · {place}"),
        None => sector.to_owned(),
    }
}
