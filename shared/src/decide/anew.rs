//! Decides on going back to nought: after a rehearsal by one press, after the evening itself only by the exchange's name.

use super::given::settings;
use crate::apply::apply;
use crate::board::Board;
use crate::event::Event;
use crate::ids::Epoch;
use crate::refusal::Refusal;

pub(super) fn begin_anew(board: &Board, epoch: Epoch, name: Option<&str>) -> Result<Vec<Event>, Refusal> {
    let settings = settings(board)?;
    let mut at_nought = board.clone();
    apply(&mut at_nought, &Event::BegunAnew { epoch, kept: None });
    if at_nought == *board {
        return Err(Refusal::AlreadyAtNought);
    }
    let is_named = name.is_some_and(|name| name.to_lowercase() == settings.name.to_lowercase());
    if has_opened_on_its_day(board) && !is_named {
        return Err(Refusal::NameNeeded {
            name: settings.name.clone(),
        });
    }
    Ok(vec![Event::BegunAnew {
        epoch,
        kept: Some(Box::new(board.kept())),
    }])
}

/// Whether an opening bell that stands was rung on the exchange's day or after it: then it was no rehearsal. The day begins where
/// it begins first on earth, since what a zone's midnight is, is not known here: a rehearsal late on the evening before is taken
/// for the real one, and never the other way round.
pub fn has_opened_on_its_day(board: &Board) -> bool {
    let day = board
        .settings
        .as_ref()
        .map(|settings| settings.date.begins_on_earth());
    let trading = &board.floor.trading;
    day.is_some_and(|day| trading.iter().any(|trading| trading.opened_at >= day))
}
