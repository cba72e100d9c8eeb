//! What must hold, whatever happens: looked at with each commit, each frame that leaves a server, each step of a page, and at the end.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka::log::{Answer, Batch};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::seen_by;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{CommandId, DealId, Seq};
use borsklokka_shared::totals::Totals;
use borsklokka_shared::wire::{EventMessage, ServerMessage, read_server_message};

use crate::log::Ledger;
use crate::world::Course;

/// What a deal's text begins with: by it a deal is known wherever it is told of.
pub(crate) const TOKEN: &str = "Avtale-";

/// A deal that somebody wrote.
#[derive(Debug)]
pub(crate) struct Written {
    /// On which tablet.
    pub(crate) tablet: usize,
    /// Whether its line said that it is kept.
    pub(crate) is_kept: bool,
    /// Why it need not be anywhere any more.
    pub(crate) excused: Option<&'static str>,
}

/// What is known of a seed.
#[derive(Default)]
pub(crate) struct Audit {
    pub(crate) written: BTreeMap<DealId, Written>,
    /// The deals that the log has, in any of its histories.
    pub(crate) logged: BTreeSet<DealId>,
    /// What was accepted, each once.
    accepted: BTreeSet<CommandId>,
    /// What another version kept, by tablet and key.
    pub(crate) of_tomorrow: BTreeSet<(usize, String)>,
    /// Whether the storm is over, and nobody writes any more.
    pub(crate) is_resting: bool,
    pub(crate) faults: usize,
    pub(crate) frames: usize,
    pub(crate) seconds: u64,
}

impl Audit {
    pub(crate) fn course(&self) -> Course {
        Course {
            written: self.written.len(),
            logged: self
                .written
                .keys()
                .filter(|deal| self.logged.contains(deal))
                .count(),
            events: 0,
            faults: self.faults,
            frames: self.frames,
            seconds: self.seconds,
        }
    }

    /// Need not be anywhere any more.
    pub(crate) fn excuse(&mut self, deal: DealId, why: &'static str) {
        if let Some(written) = self.written.get_mut(&deal) {
            written.excused.get_or_insert(why);
        }
    }

    /// What is wrong with a batch that was committed behind a position.
    pub(crate) fn committed(&mut self, ledger: &Ledger, batch: &Batch, before: Seq) -> Option<String> {
        let committed = &ledger.entries[before.0 as usize..];
        let mut last = before
            .0
            .checked_sub(1)
            .map(|last| &ledger.entries[last as usize].recorded);
        for entry in committed {
            let recorded = &entry.recorded;
            let (seq, at) = (recorded.seq.0, recorded.at);
            if last.is_some_and(|last| at < last.at) {
                return Some(format!("exchange time goes back at {seq}"));
            }
            let public = last.map_or(Seq(0), |last| last.position(Audience::Public));
            if recorded.prev_public != public {
                return Some(format!("the public's positions have a hole at {seq}"));
            }
            if let Some(deal) = posts(&recorded.event) {
                self.logged.insert(deal);
            }
            last = Some(recorded);
        }
        for outcome in &batch.outcomes {
            if matches!(outcome.answer, Answer::Accepted { .. }) && !self.accepted.insert(outcome.command) {
                return Some(format!("{} took effect twice", outcome.command));
            }
        }
        for audience in Audience::ALL {
            let board = ledger
                .board(audience, ledger.head(audience))
                .expect("folded just now");
            let counted = Totals::recount(board.deals.values(), &board.participants);
            if counted != board.totals {
                return Some(format!("the totals of {audience:?} are no recount"));
            }
        }
        twice(ledger)
    }

    /// What was dropped from the log: it may take effect anew.
    pub(crate) fn dropped(&mut self, ledger: &Ledger, gone: impl Iterator<Item = DealId>) {
        for deal in gone {
            self.logged.remove(&deal);
            self.excuse(deal, "a backup was put back that does not have it");
        }
        self.accepted
            .retain(|command| ledger.outcomes.contains_key(command));
    }
}

/// A deal that is on the board under two ids.
fn twice(ledger: &Ledger) -> Option<String> {
    let board = ledger.board(Audience::Staff, ledger.last())?;
    let mut seen = BTreeSet::new();
    let again = board.deals.values().find(|deal| {
        let service = deal.terms.bargain.services().next();
        service.is_some_and(|service| !seen.insert(service.text.clone()))
    })?;
    Some(format!("the deal {} is on the board twice", again.id))
}

/// The deal that an event brings into the log.
pub(crate) fn posts(event: &Event) -> Option<DealId> {
    match event {
        Event::DealPosted { deal } | Event::DealHeld { deal, .. } | Event::DealWritten { deal } => {
            Some(deal.id)
        }
        _ => None,
    }
}

/// What is told of deals in a text.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(TOKEN).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// Hears what a server says to one client.
pub(crate) struct Ear {
    audience: Audience,
    at: Option<Seq>,
    server_ms: i64,
}

impl Ear {
    pub(crate) fn of(audience: Audience) -> Self {
        Self {
            audience,
            at: None,
            server_ms: i64::MIN,
        }
    }

    /// What is wrong with a frame, by what is committed now.
    pub(crate) fn hears(&mut self, ledger: &Ledger, text: &str) -> Option<String> {
        if self.audience == Audience::Public {
            let secret = tokens(text).find(|token| {
                let shown = format!("{TOKEN}{token}\"");
                !ledger.public_texts.contains(&shown)
            });
            if let Some(secret) = secret {
                return Some(format!("the public is told of {TOKEN}{secret}, which is staff's"));
            }
        }
        let message = match read_server_message(text) {
            Ok(message) => message,
            Err(error) => return Some(format!("a frame cannot be read: {error}: {text}")),
        };
        match message {
            ServerMessage::Event(event) => self.event(ledger, &event),
            ServerMessage::Welcome {
                epoch,
                seq,
                at,
                board,
                server_ms,
                ..
            } => {
                self.at = Some(seq);
                if seq > ledger.head(self.audience) {
                    return Some(format!("a welcome at {} is visible before it is durable", seq.0));
                }
                let recorded = ledger.recorded(self.audience, seq);
                let is_there = recorded.map(|recorded| recorded.at) == at
                    && ledger.epoch(self.audience, seq) == Some(epoch);
                if !is_there {
                    return Some(format!("a welcome at {} is of another history", seq.0));
                }
                self.clock(server_ms)
                    .or_else(|| differs(ledger, self.audience, seq, &board, "a welcome"))
            }
            ServerMessage::Resumed { seq, server_ms, .. } => {
                self.at = Some(seq);
                self.clock(server_ms)
            }
            ServerMessage::Pong { server_ms, head, .. } => {
                if self.at.is_some_and(|at| head > at) {
                    return Some(format!("a pong's head {} comes before its events", head.0));
                }
                self.clock(server_ms)
            }
            ServerMessage::Accepted { id, .. } => {
                let is_kept = ledger
                    .outcomes
                    .get(&id)
                    .is_some_and(|outcome| matches!(outcome.answer, Answer::Accepted { .. }));
                (!is_kept).then(|| format!("{id} is said to be accepted, and is not committed"))
            }
            ServerMessage::Refused { .. }
            | ServerMessage::Screens { .. }
            | ServerMessage::Identify { .. }
            | ServerMessage::Reload
            | ServerMessage::ShowScene { .. }
            | ServerMessage::TestSound => None,
        }
    }

    fn event(&mut self, ledger: &Ledger, event: &EventMessage) -> Option<String> {
        let seq = event.seq.0;
        if self.at.replace(event.seq) != Some(event.prev) || event.prev.next() != event.seq {
            return Some(format!(
                "the positions of {:?} have a hole at {seq}",
                self.audience
            ));
        }
        let Some(recorded) = ledger.recorded(self.audience, event.seq) else {
            return Some(format!("the event {seq} is visible before it is durable"));
        };
        let expected = EventMessage::of(recorded, self.audience);
        if is_same(recorded, &expected, event, self.audience) {
            None
        } else {
            Some(format!("the event {seq} is not what is committed there"))
        }
    }

    fn clock(&mut self, server_ms: i64) -> Option<String> {
        let before_ms = std::mem::replace(&mut self.server_ms, server_ms);
        (server_ms < before_ms).then(|| format!("exchange time goes back to {server_ms}"))
    }
}

/// Whether an event is what was recorded. What stays when an exchange begins anew is in the log and not on the wire.
fn is_same(recorded: &Recorded, expected: &EventMessage, event: &EventMessage, audience: Audience) -> bool {
    let is_anew = matches!(recorded.event, Event::BegunAnew { .. });
    let place = (event.seq, event.prev, event.at) == (expected.seq, expected.prev, expected.at);
    place && (is_anew || event.event == expected.event || event.event == *seen_by(audience, &recorded.event))
}

/// How a board differs from the one that is folded from the log.
pub(crate) fn differs(
    ledger: &Ledger,
    audience: Audience,
    seq: Seq,
    board: &Board,
    whose: &str,
) -> Option<String> {
    let Some(expected) = ledger.board(audience, seq) else {
        return Some(format!("{whose} is at {}, which the log does not have", seq.0));
    };
    if expected.listings.is_empty() && **expected == *board {
        return None;
    }
    // The catalogue is in no snapshot.
    let mut expected = Board::clone(expected);
    expected.listings.clone_from(&board.listings);
    (expected != *board).then(|| format!("{whose} at {} is not the fold of the log", seq.0))
}

/// What is wrong with a client's copy.
pub(crate) fn follows(ledger: &Ledger, follower: &Follower, whose: &str) -> Option<String> {
    let (audience, seq) = (follower.board.audience, follower.seq);
    if ledger.epoch(audience, seq) != Some(follower.epoch) {
        return Some(format!(
            "{whose} goes on at {} in a history that is no more",
            seq.0
        ));
    }
    differs(ledger, audience, seq, &follower.board, whose)
}
