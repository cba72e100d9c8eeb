//! Who has signed a deal: what waits in this tablet's outbox, and what the server has.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::ids::{CommandId, DealId, ParticipantId};
use borsklokka_shared::instant::Instant;
use serde::Deserialize;

use crate::line;
use crate::live::outbox::personal::{Matter, Signature};
use crate::live::outbox::queue::{Errand, Item, Stage};

/// A signature that the server has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Signatory {
    /// For which party.
    pub participant: ParticipantId,
    /// Who signed.
    pub name: String,
    /// When.
    pub signed_at: Instant,
    /// The deal was amended after it.
    pub stale: bool,
}

/// A signature in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Its name in the outbox.
    pub id: CommandId,
    /// For which party.
    pub participant: ParticipantId,
    /// What was drawn, by whom, under which terms.
    pub signature: Signature,
    /// Why the server refused it, if it did.
    pub refused: Option<String>,
}

/// Whether a party has signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Not yet.
    Missing,
    /// Here, on its way to the server.
    Here {
        /// Who signed.
        name: String,
    },
    /// The server does not take it.
    Refused {
        /// Who signed.
        name: String,
        /// Why, in words.
        why: String,
    },
    /// The server has it.
    There {
        /// Who signed.
        name: String,
        /// When.
        at: Instant,
    },
    /// Under terms that have been amended since.
    Stale {
        /// Who signed.
        name: String,
    },
}

impl Mark {
    /// Its name in style sheets and tests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Mark::Missing => "missing",
            Mark::Here { .. } => "here",
            Mark::Refused { .. } => "refused",
            Mark::There { .. } => "there",
            Mark::Stale { .. } => "stale",
        }
    }

    /// Whether a party has signed a deal with these terms. What was written here last goes before what the server has.
    /// `amended` says that the terms wait here and the server has older ones.
    pub fn of(
        party: ParticipantId,
        terms: &Terms,
        amended: bool,
        waiting: &[Waiting],
        there: &[Signatory],
    ) -> Self {
        if let Some(here) = waiting.iter().rev().find(|here| here.participant == party) {
            let name = here.signature.name.clone();
            return match (&here.refused, &here.signature.terms) {
                (Some(why), _) => Mark::Refused {
                    name,
                    why: why.clone(),
                },
                (None, Some(under)) if **under != *terms => Mark::Stale { name },
                (None, _) => Mark::Here { name },
            };
        }
        match there.iter().find(|there| there.participant == party) {
            None => Mark::Missing,
            Some(Signatory { name, stale, .. }) if *stale || amended => Mark::Stale { name: name.clone() },
            Some(Signatory { name, signed_at, .. }) => Mark::There {
                name: name.clone(),
                at: *signed_at,
            },
        }
    }
}

/// The terms that this tablet has written and the board does not show: of a new deal, or of an amendment.
pub fn unsent_terms(deal: DealId, board: Option<&Board>, items: &[Item]) -> Option<Terms> {
    let is_known = board.is_some_and(|board| board.deals.contains_key(&deal));
    let written = items
        .iter()
        .rev()
        .filter(|item| !matches!(item.stage, Stage::Refused(_)));
    written
        .filter_map(line::command)
        .find_map(|command| match command {
            Command::AmendDeal { deal: of, terms, .. } if of == deal => Some(terms),
            Command::PostDeal { deal: of, terms, .. } if of == deal && !is_known => Some(terms),
            _ => None,
        })
}

/// The signatures under a deal in the outbox, in the order of signing.
pub fn waiting(deal: DealId, items: &[Item]) -> Vec<Waiting> {
    let of_item = |item: &Item| match &item.record.errand {
        Errand::Personal(personal) => match &personal.matter {
            Matter::Signature {
                deal: of,
                participant,
                signature,
            } if *of == deal => Some(Waiting {
                id: personal.id,
                participant: *participant,
                signature: signature.clone(),
                refused: match &item.stage {
                    Stage::Refused(refused) => Some(refused.message.clone()),
                    Stage::Waiting
                    | Stage::Claiming { .. }
                    | Stage::Sending { .. }
                    | Stage::Accepted { .. } => None,
                },
            }),
            Matter::Signature { .. } | Matter::Contact { .. } => None,
        },
        Errand::Command(_) => None,
    };
    items.iter().filter_map(of_item).collect()
}

/// What the server has, with what was signed here a moment ago for as long as the server cannot know it: nobody's signature
/// goes away for the length of a request.
pub fn merged(there: Vec<Signatory>, before: &[Signatory], waiting: &[Waiting]) -> Vec<Signatory> {
    let mut merged = there;
    for here in waiting {
        if let Some(kept) = before.iter().find(|kept| kept.participant == here.participant) {
            merged.retain(|other| other.participant != here.participant);
            merged.push(kept.clone());
        }
    }
    merged
}

#[cfg(test)]
mod tests;
