//! «Mine avtaler»: what this device has written, from the outbox and from the board, as lines to show.

pub mod done;
pub mod state;

use std::cmp::Reverse;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::{Deal, Terms};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DealId, DeviceId, ParticipantId};
use borsklokka_shared::order;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::symbol::Hall;
use borsklokka_shared::wire::read_command;

use self::state::State;
use crate::draft::Draft;
use crate::kind::Kind;
use crate::live::outbox::personal::Matter;
use crate::live::outbox::queue::{Errand, Item, Stage};
use crate::party::Party;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A deal.
    Deal(DealId),
    /// An amendment that has not been accepted.
    Amendment(DealId),
    /// A withdrawal that has not been accepted.
    Withdrawal(DealId),
    /// A withdrawal is undone, and that has not been accepted.
    Reinstatement(DealId),
    /// A walk-in that has not been accepted.
    WalkIn(ParticipantId),
    /// How to reach somebody, which was refused.
    Contact(CommandId),
    /// A signature that was refused.
    Signature(CommandId),
    /// Something that this version sends and does not know.
    Other(CommandId),
}

impl Subject {
    /// The deal that it is about.
    pub const fn deal(self) -> Option<DealId> {
        match self {
            Subject::Deal(deal)
            | Subject::Amendment(deal)
            | Subject::Withdrawal(deal)
            | Subject::Reinstatement(deal) => Some(deal),
            Subject::WalkIn(_) | Subject::Contact(_) | Subject::Signature(_) | Subject::Other(_) => None,
        }
    }
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// What it is about.
    pub subject: Subject,
    /// The command in the outbox, if it is there.
    pub command: Option<CommandId>,
    /// What the wall calls the deal.
    pub number: Option<u32>,
    /// Who gives, or who is registered.
    pub givers: Vec<Party>,
    /// Who receives.
    pub receivers: Vec<Party>,
    /// What kind of agreement it is.
    pub kind: Kind,
    /// What is agreed.
    pub text: String,
    /// Where it stands.
    pub state: State,
    /// A withdrawal of it, or its undoing, waits here: a second one would be one too many.
    pub is_turning: bool,
}

impl Line {
    /// Whether its broker must mend it, and has not opened it in the form.
    pub fn must_be_opened(&self, draft: &Draft) -> bool {
        let is_open = match self.command {
            Some(_) => draft.mends == self.command,
            None => draft.amends == self.subject.deal(),
        };
        self.state.must_be_mended() && !is_open
    }
}

/// Everyone that a deal can name: those on the board, and walk-ins whose registration waits here.
pub fn parties(board: Option<&Board>, items: &[Item]) -> Vec<Participant> {
    let mut parties: Vec<Participant> = board
        .map(|board| board.participants.values().cloned().collect())
        .unwrap_or_default();
    for item in items {
        if let Some(Command::RegisterParticipant { participant }) = command(item)
            && !matches!(item.stage, Stage::Refused(_))
            && !parties.iter().any(|party| party.id == participant.id)
        {
            let name = borsklokka_shared::participant::shown_name(&participant);
            let symbol = hall(board, &parties).symbol(&name);
            parties.push(Participant {
                id: participant.id,
                name,
                sector: participant.sector,
                symbol,
                place: participant.place,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            });
        }
    }
    parties
}

/// What a walk-in's sign must tell it apart from, as far as this tablet knows: the server decides.
pub fn hall(board: Option<&Board>, parties: &[Participant]) -> Hall {
    let (name, place) = board
        .and_then(|board| board.settings.as_ref())
        .map_or(("", ""), |settings| (&settings.name, &settings.place));
    Hall::new(
        name,
        place,
        parties.iter().map(|party| (party.name.as_str(), &party.symbol)),
    )
}

/// The lines: what asks for its broker before what is still here, and that before what the server has; the newest first.
/// `phase` is the floor's, now.
pub fn lines(
    board: Option<&Board>,
    items: &[Item],
    parties: &[Participant],
    device: Option<DeviceId>,
    phase: Option<Phase>,
) -> Vec<Line> {
    let sides = |ids: &[ParticipantId]| -> Vec<Party> {
        ids.iter()
            .filter_map(|id| parties.iter().find(|party| party.is(*id)))
            .map(Party::of)
            .collect()
    };
    let of_terms = |terms: &Terms| {
        (
            sides(&terms.givers),
            sides(&terms.receivers),
            Kind::of(&terms.bargain),
            terms.bargain.service().text.clone(),
        )
    };
    let on_board = |deal: DealId| board.and_then(|board| board.deals.get(&deal));
    let of_known = |deal: DealId| match on_board(deal).map(|deal| deal.terms.clone()) {
        Some(terms) => of_terms(&terms),
        None => posted_terms(deal, items).map_or_else(Default::default, |terms| of_terms(&terms)),
    };
    let turning: Vec<DealId> = items
        .iter()
        .filter(|item| item.stage.waits())
        .filter_map(|item| match command(item)? {
            Command::WithdrawDeal { deal } | Command::ReinstateDeal { deal } => Some(deal),
            _ => None,
        })
        .collect();
    let waiting = items.iter().rev().filter_map(|item| {
        if let Errand::Personal(personal) = &item.record.errand {
            return refused_personal(item, &personal.matter, &sides);
        }
        let (subject, (givers, receivers, kind, text)) = match command(item) {
            None => (Subject::Other(item.record.id()), Default::default()),
            Some(command) => match command {
                Command::PostDeal { deal, terms, .. } => {
                    let known = on_board(deal).is_some() && !matches!(item.stage, Stage::Refused(_));
                    if known {
                        return None;
                    }
                    (Subject::Deal(deal), of_terms(&terms))
                }
                Command::AmendDeal { deal, terms, .. } => (Subject::Amendment(deal), of_terms(&terms)),
                Command::RegisterParticipant { participant } => (
                    Subject::WalkIn(participant.id),
                    (sides(&[participant.id]), Vec::new(), Kind::Gift, participant.name),
                ),
                Command::WithdrawDeal { deal } => (Subject::Withdrawal(deal), of_known(deal)),
                Command::ReinstateDeal { deal } => (Subject::Reinstatement(deal), of_known(deal)),
                // Nothing else is written on a tablet; what is there all the same is not hidden.
                _ => (Subject::Other(item.record.id()), Default::default()),
            },
        };
        let number = subject.deal().and_then(on_board).and_then(number);
        Some(Line {
            subject,
            command: Some(item.record.id()),
            number,
            givers,
            receivers,
            kind,
            text,
            state: State::of_item(item, phase),
            is_turning: matches!(subject, Subject::Deal(deal) if turning.contains(&deal)),
        })
    });
    let mut own: Vec<&Deal> = board
        .into_iter()
        .flat_map(|board| board.deals.values())
        .filter(|deal| Some(deal.broker.device) == device)
        .collect();
    order::sort_by_key(&mut own, |deal| Reverse((deal.written_at, deal.number)));
    let taken = own.into_iter().map(|deal| {
        let (givers, receivers, kind, text) = of_terms(&deal.terms);
        Line {
            subject: Subject::Deal(deal.id),
            command: None,
            number: number(deal),
            givers,
            receivers,
            kind,
            text,
            state: State::of_deal(deal, board.and_then(|board| board.after_hammer.get(&deal.id))),
            is_turning: turning.contains(&deal.id),
        }
    });
    let mut lines: Vec<Line> = waiting.chain(taken).collect();
    order::sort_by_key(&mut lines, |line| !line.state.asks_for_broker());
    lines
}

/// Something personal asks for its broker once it was refused; until then the outbox counts it.
fn refused_personal(
    item: &Item,
    matter: &Matter,
    sides: &dyn Fn(&[ParticipantId]) -> Vec<Party>,
) -> Option<Line> {
    let Stage::Refused(_) = item.stage else {
        return None;
    };
    let id = item.record.id();
    let (subject, participant, text) = match matter {
        Matter::Contact { participant, contact } => (Subject::Contact(id), participant, contact.to_line()),
        Matter::Signature {
            participant,
            signature,
            ..
        } => (Subject::Signature(id), participant, signature.name.clone()),
    };
    Some(Line {
        subject,
        command: Some(id),
        number: None,
        givers: sides(&[*participant]),
        receivers: Vec::new(),
        kind: Kind::Gift,
        text,
        state: State::Here(item.condition()),
        is_turning: false,
    })
}

/// The terms of a deal that waits here.
fn posted_terms(deal: DealId, items: &[Item]) -> Option<Terms> {
    items.iter().find_map(|item| match command(item)? {
        Command::PostDeal { deal: of, terms, .. } if of == deal => Some(terms),
        _ => None,
    })
}

fn number(deal: &Deal) -> Option<u32> {
    deal.number.map(|number| number.0)
}

/// The command of an item; none if this version cannot read it.
pub fn command(item: &Item) -> Option<Command> {
    match &item.record.errand {
        Errand::Command(message) => read_command(&message.command)
            .ok()
            .map(|command| command.tidied()),
        Errand::Personal(_) => None,
    }
}

#[cfg(test)]
mod tests;
