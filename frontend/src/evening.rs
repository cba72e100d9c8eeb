//! How the evening stands, for every screen that says so: which scene the hall sees, the count against the goal and where it
//! is heading, the round's clock, and what comes after the break.

pub mod count;
pub mod next;
pub mod pace;
pub mod pause;
pub mod round;
pub mod scene;

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;

use crate::live::Live;
use crate::texts::Texts;

/// Whether anyone is still called on for help: not once the closing bell has struck.
pub fn is_called_for(board: &Board, now: Instant) -> bool {
    board.floor.phase(now) != Phase::Closed
}

/// What the organiser calls those of a role, if she has a word of her own for it.
fn title_of(board: &Board, role: Role) -> Option<&str> {
    let title = board.settings.as_ref()?.role_titles.get(role.as_str())?.trim();
    (!title.is_empty()).then_some(title)
}

/// What those of a role are called: as the organiser does, or else by our word for it. Followed where it is read.
pub fn called(live: Live, role: Role, ours: &str) -> String {
    let hers = live.read(|board| title_of(board, role).map(str::to_owned));
    hers.flatten().unwrap_or_else(|| ours.to_owned())
}

/// A broker as the hall is told of them: by what the organiser calls brokers, or else by our word for it.
pub fn broker_said(board: &Board, name: &str, t: Texts) -> String {
    match title_of(board, Role::Broker) {
        Some(title) => format!("{title} {name}"),
        None => t.wall().broker(name),
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::language::Language;
    use test_support::settings;

    use super::*;

    #[test]
    fn a_broker_is_called_what_the_organiser_calls_brokers() {
        let mut board = Board::empty(Audience::Public);
        let said = |board: &Board| broker_said(board, "Ingrid", Texts::of(Language::Nl));
        assert_eq!(said(&board), "hoekman Ingrid");
        board.settings = Some(settings());
        assert_eq!(said(&board), "hoekman Ingrid");
        let mut titled = |title: &str| {
            let settings = board.settings.as_mut().unwrap();
            settings.role_titles.insert("broker".to_owned(), title.to_owned());
            said(&board)
        };
        assert_eq!(titled("Hoekvrouw of -man"), "Hoekvrouw of -man Ingrid");
        assert_eq!(titled(" "), "hoekman Ingrid");
    }
}
