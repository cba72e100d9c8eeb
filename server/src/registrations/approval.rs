//! What a yes does to the board: the participant, its contact, its offers and its wishes, or what has changed of them since the last
//! yes. Whoever withdrew is taken out again.

use std::collections::HashMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::listing::Listing;
use borsklokka_shared::participant::{Participant, ParticipantEntry};
use borsklokka_shared::registration::{Entry, EntryListing, RegistrationState};

use super::store::Kept;
use crate::api::Denied;
use crate::phones;

/// What a yes does.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) commands: Vec<Command>,
    pub(super) contacts: Vec<(ParticipantId, Contact)>,
    /// Who it is on the board afterwards.
    pub(super) participant: Option<ParticipantId>,
}

/// Plans a yes on a board as it stands. Done twice it does nothing more.
pub(super) fn of(
    board: &Board,
    kept: &Kept,
    same_as: Option<ParticipantId>,
    contacts: &HashMap<ParticipantId, Contact>,
) -> Result<Plan, Denied> {
    let asked = same_as.or(kept.participant);
    let known = board.participant(asked.unwrap_or(ParticipantId(kept.id.0)));
    if same_as.is_some() && known.is_none() {
        return Err(Denied::NotAParticipant);
    }
    let participant = known.map_or(ParticipantId(kept.id.0), |known| known.id);
    let mut commands = Vec::new();
    if kept.state == RegistrationState::Withdrawn {
        let has_deals = board
            .deals
            .values()
            .any(|deal| deal.terms.parties().any(|party| party == participant));
        if known.is_some() && has_deals {
            // The deals stay, and with them whose they are; nobody is to ask them for more.
            let own = board
                .listings
                .values()
                .filter(|listing| listing.participant == participant);
            commands.extend(own.map(|listing| Command::RemoveListing { listing: listing.id }));
        } else if known.is_some() {
            commands.push(Command::RemoveParticipant { participant });
        }
        return Ok(Plan {
            commands,
            contacts: Vec::new(),
            participant: None,
        });
    }
    commands.extend(participant_of(kept, known, participant));
    commands.extend(listings_of(board, kept, participant));
    let stands = contacts.get(&participant).cloned().unwrap_or_default();
    let contact = contact_of(board, kept, &stands);
    let contacts = (contact != stands).then_some((participant, contact));
    Ok(Plan {
        commands,
        contacts: contacts.into_iter().collect(),
        participant: Some(participant),
    })
}

/// How they are reached: as they say, if what stands is theirs, be it that the office writes the same numbers in its own way, which stays as
/// long as they change none. Where it was said otherwise, what they say is beside that.
fn contact_of(board: &Board, kept: &Kept, stands: &Contact) -> Contact {
    let zone = board.settings.as_ref().map(|settings| &settings.time_zone);
    let home = zone.and_then(|zone| phones::home(zone));
    let is_theirs = |before: &&Contact| {
        (&before.person, &before.email) == (&stands.person, &stands.email)
            && phones::are_the_same(before, stands, home)
    };
    let before = kept.approved.as_ref().map(|before| &before.contact);
    let contact = kept.entry.contact.clone();
    match before.filter(is_theirs) {
        Some(before) if before.phone == contact.phone => Contact {
            phone: stands.phone.clone(),
            ..contact
        },
        Some(_) => contact,
        None => stands.clone().joined(contact).0,
    }
}

/// Registers the participant, or amends what they changed of themselves.
fn participant_of(kept: &Kept, known: Option<&Participant>, participant: ParticipantId) -> Option<Command> {
    let Entry {
        name,
        sector,
        name_shown,
        ..
    } = &kept.entry;
    // Of somebody who was registered otherwise, what stands there stays; only what they changed themselves follows.
    let changed_name = kept.approved.as_ref().is_some_and(|before| {
        (&before.name, before.sector, before.name_shown) != (name, *sector, *name_shown)
    });
    match known {
        None => Some(Command::RegisterParticipant {
            participant: ParticipantEntry {
                id: participant,
                name: name.clone(),
                sector: *sector,
                name_shown: *name_shown,
                symbol: None,
                place: None,
            },
        }),
        Some(known) if changed_name => Some(Command::AmendParticipant {
            participant: ParticipantEntry {
                name: name.clone(),
                sector: *sector,
                name_shown: *name_shown,
                ..known.entry()
            },
            expected: None,
        }),
        Some(_) => None,
    }
}

/// Adds, amends and removes offers and wishes, until they are those of the entry.
fn listings_of(board: &Board, kept: &Kept, participant: ParticipantId) -> Vec<Command> {
    let mut commands = Vec::new();
    let listing = |one: &EntryListing| Listing {
        id: one.id,
        participant,
        kind: one.kind,
        text: one.text.clone(),
        description: None,
        category: one.category.clone(),
        quantity: None,
        effort_minutes: None,
    };
    let before = kept.approved.iter().flat_map(|before| &before.listings);
    for gone in before
        .clone()
        .filter(|one| !kept.entry.listings.iter().any(|now| now.id == one.id))
    {
        if board.listings.contains_key(&gone.id) {
            commands.push(Command::RemoveListing { listing: gone.id });
        }
    }
    for one in &kept.entry.listings {
        match board.listings.get(&one.id) {
            None => commands.push(Command::AddListing {
                listing: listing(one),
            }),
            // What the office made of it since stays, unless they wrote anew.
            Some(_) if before.clone().any(|was| was == one) => {}
            Some(stands) => commands.push(Command::AmendListing {
                listing: Listing {
                    kind: one.kind,
                    text: one.text.clone(),
                    category: one.category.clone(),
                    ..stands.clone()
                },
                expected: None,
            }),
        }
    }
    commands
}
