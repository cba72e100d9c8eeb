//! A whole deal, as the notary reads it aloud.

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::{Bargain, Deal, Standing, Terms};
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::instant::Instant;

use crate::components::Party;
use crate::texts::DeskTexts;

/// How many ratified deals stay within reach.
const RATIFIED_MAX: usize = 8;

/// What the notary looks over before the hammer falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Who gives and who receives.
    Parties,
    /// What is agreed.
    Service,
    /// Who moves first.
    FirstStep,
    /// When all is done.
    Deadline,
}

impl Check {
    /// In the order in which they are read.
    pub const ALL: [Self; 4] = [Check::Parties, Check::Service, Check::FirstStep, Check::Deadline];

    /// Its name in tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Check::Parties => "parties",
            Check::Service => "service",
            Check::FirstStep => "first_step",
            Check::Deadline => "deadline",
        }
    }
}

/// What the notary sees of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sheet {
    /// Which one.
    pub id: DealId,
    /// What the wall calls it, if it is there.
    pub number: Option<u32>,
    /// Who gives.
    pub givers: Vec<Party>,
    /// Who receives.
    pub receivers: Vec<Party>,
    /// What is agreed.
    pub text: String,
    /// Everything else, as label and words.
    pub rest: Vec<(&'static str, String)>,
    /// Of what the notary looks over, what it does not have.
    pub lacks: Vec<Check>,
    /// Who wrote it.
    pub broker: String,
    /// When.
    pub written_at: Instant,
}

impl Sheet {
    fn of(board: &Board, deal: &Deal, t: &'static DeskTexts) -> Self {
        let terms = &deal.terms;
        let rest = rest(terms, t, |id| {
            board.participant(id).map(|party| party.symbol.to_string())
        });
        let has = |check: &Check| match check {
            Check::Parties | Check::Service => true,
            Check::FirstStep => terms.first_step.is_some(),
            Check::Deadline => terms.deadline.is_some(),
        };
        Self {
            id: deal.id,
            number: deal.number.map(|number| number.0),
            givers: Party::all(board, &terms.givers),
            receivers: Party::all(board, &terms.receivers),
            text: terms.bargain.service().text.clone(),
            rest,
            lacks: Check::ALL.into_iter().filter(|check| !has(check)).collect(),
            broker: deal.broker.name.clone(),
            written_at: deal.written_at,
        }
    }
}

/// Everything in terms but the parties and the service, as label and words; `symbol` is what the ticker calls a party.
pub fn rest(
    terms: &Terms,
    t: &'static DeskTexts,
    symbol: impl Fn(ParticipantId) -> Option<String>,
) -> Vec<(&'static str, String)> {
    let n = &t.notary;
    let day = |date: Date| (t.common.day)(date.day(), date.month());
    let mut rest = Vec::new();
    match &terms.bargain {
        Bargain::TwoWay { return_service, .. } => rest.push((n.in_return, return_service.text.clone())),
        Bargain::Intention { .. } => rest.push((n.intention, String::new())),
        Bargain::OneWay { .. } => {}
    }
    let minutes: u64 = terms
        .bargain
        .services()
        .filter_map(|service| service.effort_minutes)
        .map(u64::from)
        .sum();
    if minutes > 0 {
        rest.push((n.effort, (t.common.effort)(minutes)));
    }
    if let Some(step) = &terms.first_step {
        let by = symbol(step.by).unwrap_or_default();
        let due = step
            .due
            .map(|due| format!(", {} {}", n.due, day(due)))
            .unwrap_or_default();
        rest.push((n.first_step, format!("{by} {}{due}", step.what)));
    }
    if let Some(deadline) = terms.deadline {
        // A deadline is often a year away.
        rest.push((n.deadline, format!("{} {}", day(deadline), deadline.year())));
    }
    rest
}

/// The deals that wait for the hammer, the oldest first.
pub fn queue(board: &Board, t: &'static DeskTexts) -> Vec<Sheet> {
    let mut waiting: Vec<&Deal> = board
        .deals
        .values()
        .filter(|deal| deal.standing == Standing::Written)
        .collect();
    waiting.sort_by_key(|deal| (deal.written_at, deal.id));
    waiting
        .into_iter()
        .map(|deal| Sheet::of(board, deal, t))
        .collect()
}

/// The deals that were hammered through last, the newest first; none where there is no hammer.
pub fn ratified(board: &Board, t: &'static DeskTexts) -> Vec<Sheet> {
    let by_hammer = board
        .settings
        .as_ref()
        .is_some_and(|settings| settings.ceremony == Ceremony::RatifiedFirst);
    let mut struck: Vec<&Deal> = board
        .deals
        .values()
        .filter(|deal| by_hammer && matches!(deal.standing, Standing::Posted | Standing::Concealed))
        .collect();
    struck.sort_by_key(|deal| std::cmp::Reverse((deal.struck_at, deal.id)));
    struck
        .into_iter()
        .take(RATIFIED_MAX)
        .map(|deal| Sheet::of(board, deal, t))
        .collect()
}
