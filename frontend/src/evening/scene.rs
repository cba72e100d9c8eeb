//! Which scene the wall shows.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::{Phase, Scene};
use borsklokka_shared::instant::Instant;

/// The scene at `now`: the one that staff chose for this screen, else the one that its address asks for, else the
/// exchange's; each may leave it to the floor's phase. Never [`Scene::Automatic`].
pub fn shown(board: &Board, now: Instant, own: Option<Scene>, asked: Option<Scene>) -> Scene {
    match own.or(asked).unwrap_or(board.scene) {
        Scene::Automatic => match board.floor.phase(now) {
            Phase::Preparing => Scene::Welcome,
            Phase::Open => Scene::Floor,
            Phase::Closed => Scene::Closing,
        },
        chosen @ (Scene::Welcome
        | Scene::Floor
        | Scene::Pause
        | Scene::Closing
        | Scene::Prizes
        | Scene::Photos
        | Scene::Blackout) => chosen,
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::trading::Trading;

    use super::*;

    #[test]
    fn automatic_follows_the_bells_and_a_chosen_scene_stays() {
        let at = Instant::from_unix_ms;
        let mut board = Board::empty(Audience::Public);
        let shown = |board: &Board, now| shown(board, now, None, None);
        assert_eq!(shown(&board, at(0)), Scene::Welcome);
        board.floor.trading.push(Trading {
            opened_at: at(10),
            closed_at: Some(at(20)),
        });
        assert_eq!(shown(&board, at(9)), Scene::Welcome);
        assert_eq!(shown(&board, at(10)), Scene::Floor);
        assert_eq!(shown(&board, at(20)), Scene::Closing);
        board.scene = Scene::Blackout;
        assert_eq!(shown(&board, at(10)), Scene::Blackout);
    }

    #[test]
    fn staff_go_before_the_address_before_the_exchange() {
        let mut board = Board::empty(Audience::Public);
        board.scene = Scene::Pause;
        let (own, asked) = (Some(Scene::Blackout), Some(Scene::Floor));
        for (own, asked, expected) in [
            (own, asked, Scene::Blackout),
            (None, asked, Scene::Floor),
            (None, None, Scene::Pause),
            (Some(Scene::Automatic), asked, Scene::Welcome),
        ] {
            let now = Instant::from_unix_ms(0);
            assert_eq!(shown(&board, now, own, asked), expected, "{own:?} {asked:?}");
        }
    }
}
