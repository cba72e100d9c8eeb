//! Badges: the name, the sector's shape and colour, the symbol, and the symbol as a QR code, for the tablet at the door.

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::symbol::code;
use serde::{Deserialize, Serialize};

use super::handout::{BADGES, Handout, Heading, Who, by_name, words};
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::qr;

/// How many badges are on a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum PerSheet {
    /// Eight of 90 by 67 mm.
    #[default]
    #[serde(rename = "8")]
    Eight,
    /// Ten of 90 by 54 mm.
    #[serde(rename = "10")]
    Ten,
}

#[derive(Serialize)]
struct Data {
    per_sheet: usize,
    badges: Vec<Badge>,
}

#[derive(Serialize)]
struct Badge {
    #[serde(flatten)]
    who: Who,
    code: String,
    code_of: String,
}

/// The badges of some participants, by name.
pub(crate) fn badges(
    settings: &Settings,
    mut participants: Vec<&Participant>,
    per_sheet: PerSheet,
) -> Result<Handout, Denied> {
    let (texts, words) = (Texts::of(settings.language), words(settings));
    participants.sort_by_key(|participant| by_name(participant));
    let badges = participants.into_iter().map(|participant| {
        let who = Who::of(participant, texts);
        Ok(Badge {
            code: qr::svg(&code::of_symbol(&participant.symbol))?,
            code_of: words.code_of(&who.symbol),
            who,
        })
    });
    let data = Data {
        per_sheet: match per_sheet {
            PerSheet::Eight => 8,
            PerSheet::Ten => 10,
        },
        badges: badges.collect::<Result<_, Denied>>()?,
    };
    let heading = Heading::of(settings, words.badges);
    Ok(Handout::new(words.file.badges, &BADGES, &heading, data))
}
