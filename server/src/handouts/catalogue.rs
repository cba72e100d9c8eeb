//! The catalogue: every offer and wish, by category and by participant, with where to find who has it.

use std::collections::BTreeMap;

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{Participant, Sector};
use serde::{Deserialize, Serialize};

use super::handout::{CATALOGUE, Handout, Heading, Who, by_name, words};
use crate::agreement::legible::legible;
use crate::agreement::texts::Texts;

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// First by category, then by participant.
    #[default]
    Both,
    /// By category.
    Category,
    /// By participant.
    Participant,
}

/// On which paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Paper {
    /// A4.
    #[default]
    A4,
    /// Pages of A5, two on each side of A4, to be folded.
    A5Fold,
}

#[derive(Serialize)]
struct Data {
    paper: &'static str,
    sectors: Vec<SectorShape>,
    words: Headings,
    by_category: Vec<OfCategory>,
    by_participant: Vec<OfParticipant>,
}

#[derive(Serialize)]
struct SectorShape {
    shape: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Headings {
    offers: &'static str,
    wishes: &'static str,
    by_category: &'static str,
    by_participant: &'static str,
}

#[derive(Serialize)]
struct OfCategory {
    name: String,
    /// The lines of its icon.
    icon: Option<&'static str>,
    offers: Vec<Entry>,
    wishes: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    text: String,
    detail: Option<String>,
    who: Who,
}

#[derive(Serialize)]
struct OfParticipant {
    #[serde(flatten)]
    who: Who,
    offers: Vec<String>,
    wishes: Vec<String>,
}

/// The catalogue of some participants and their listings.
pub(crate) fn catalogue(
    settings: &Settings,
    mut participants: Vec<&Participant>,
    listings: &[&Listing],
    by: By,
    paper: Paper,
) -> Handout {
    let (texts, words) = (Texts::of(settings.language), words(settings));
    participants.sort_by_key(|participant| by_name(participant));
    let order: BTreeMap<ParticipantId, (usize, &Participant)> = participants
        .iter()
        .enumerate()
        .map(|(index, participant)| (participant.id, (index, *participant)))
        .collect();
    let mut listings: Vec<(usize, &Participant, &Listing)> = listings
        .iter()
        .filter_map(|listing| {
            order
                .get(&listing.participant)
                .map(|(index, who)| (*index, *who, *listing))
        })
        .collect();
    listings.sort_by_key(|(index, _, listing)| (*index, listing.id));
    let (by_category, by_participant) = match by {
        By::Both => (true, true),
        By::Category => (true, false),
        By::Participant => (false, true),
    };
    let entries = |kind: ListingKind, category: &borsklokka_shared::ids::CategoryId| -> Vec<Entry> {
        let wanted = listings
            .iter()
            .filter(|(_, _, listing)| listing.kind == kind && listing.category == *category);
        let entry = wanted.map(|(_, who, listing)| Entry {
            text: legible(&listing.text),
            detail: detail(listing, texts),
            who: Who::of(who, texts),
        });
        entry.collect()
    };
    let own = |kind: ListingKind, id: ParticipantId| -> Vec<String> {
        let own = listings
            .iter()
            .filter(|(_, who, listing)| listing.kind == kind && who.id == id);
        own.map(|(_, _, listing)| legible(&listing.text)).collect()
    };
    let of_categories = settings
        .categories
        .iter()
        .filter(|_| by_category)
        .map(|category| OfCategory {
            name: legible(&category.name),
            icon: category.icon.map(Icon::lines),
            offers: entries(ListingKind::Offer, &category.id),
            wishes: entries(ListingKind::Wish, &category.id),
        });
    let of_participants = participants
        .iter()
        .filter(|_| by_participant)
        .map(|participant| OfParticipant {
            who: Who::of(participant, texts),
            offers: own(ListingKind::Offer, participant.id),
            wishes: own(ListingKind::Wish, participant.id),
        });
    let data = Data {
        paper: match paper {
            Paper::A4 => "a4",
            Paper::A5Fold => "a5",
        },
        sectors: Sector::ALL
            .map(|sector| SectorShape {
                shape: sector.as_str(),
                name: texts.sector(sector),
            })
            .into_iter()
            .collect(),
        words: Headings {
            offers: words.offers,
            wishes: words.wishes,
            by_category: words.by_category,
            by_participant: words.by_participant,
        },
        by_category: of_categories
            .filter(|category| !category.offers.is_empty() || !category.wishes.is_empty())
            .collect(),
        by_participant: of_participants.collect(),
    };
    let heading = Heading::of(settings, words.catalogue);
    let handout = Handout::new(words.file.catalogue, &CATALOGUE, &heading, data);
    match paper {
        Paper::A4 => handout,
        Paper::A5Fold => handout.folded(),
    }
}

/// Quantity and effort of a listing.
fn detail(listing: &Listing, texts: &Texts) -> Option<String> {
    let quantity = listing
        .quantity
        .as_ref()
        .map(|quantity| texts.quantity(u64::from(quantity.amount), &legible(&quantity.unit)));
    let effort = listing
        .effort_minutes
        .map(|minutes| texts.effort(u64::from(minutes)))
        .filter(|effort| quantity.as_ref() != Some(effort));
    let parts: Vec<String> = [quantity, effort].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::exchange::Category;
    use borsklokka_shared::ids::CategoryId;
    use borsklokka_typesetter::{Job, Memory};
    use test_support::an_offer;

    use super::*;
    use crate::agreement::press::Printed;

    #[test]
    fn every_icon_is_printed_and_keeps_nobody_from_reading() {
        let participant = Participant {
            id: test_support::party(1),
            name: "Bakkerud Bygg AS".to_owned(),
            sector: Sector::Business,
            symbol: borsklokka_shared::participant::Symbol::parse("BAKK").unwrap(),
            place: None,
            was: Vec::new(),
            was_symbols: Vec::new(),
            is_erased: false,
        };
        let settings = |icons: &[Option<Icon>]| Settings {
            categories: icons
                .iter()
                .enumerate()
                .map(|(n, icon)| Category {
                    id: CategoryId(format!("c{n}")),
                    name: format!("Kategori {n}"),
                    icon: *icon,
                })
                .collect(),
            ..test_support::settings()
        };
        let listings: Vec<Listing> = (0..)
            .zip(Icon::ALL)
            .map(|(n, _)| Listing {
                category: CategoryId(format!("c{n}")),
                participant: participant.id,
                ..an_offer(n, 1)
            })
            .collect();
        let listings: Vec<&Listing> = listings.iter().collect();
        let print = |icons: &[Option<Icon>]| {
            let handout = catalogue(
                &settings(icons),
                vec![&participant],
                &listings,
                By::Category,
                Paper::A4,
            );
            let set = handout.template().set(Job {
                data: handout.data(false).to_string().into_bytes(),
                logo: None,
                pictures: Vec::new(),
                ident: handout.ident(),
                creator: "test".to_owned(),
                memory: Memory::Emptied,
                fold: handout.fold(),
            });
            set.unwrap()
        };
        let drawn = print(&Icon::ALL.map(Some));
        let bare = print(&Icon::ALL.map(|_| None));
        // Each is drawn anew on its page.
        assert!(
            drawn.len() > bare.len() + Icon::ALL.len() * 100,
            "{} {}",
            drawn.len(),
            bare.len()
        );
        // What a reader of screens is promised holds with them as without.
        for paper in [&drawn, &bare] {
            assert!(String::from_utf8_lossy(paper).contains("pdfuaid:part"));
        }
    }
}
