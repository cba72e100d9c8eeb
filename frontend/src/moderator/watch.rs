//! Who is there and how each is, followed for as long as the desk stands.

use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::of_event;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::order;
use borsklokka_shared::wire::{ConnectedScreen, EventMessage};
use leptos::prelude::*;

use crate::attendance::health::{self, Mark, Remark};
use crate::attendance::trail::Trail;
use crate::attendance::{Attendance, Attendant, Presence, is_wall};
use crate::desk::Desk;
use crate::evening::scene;
use crate::texts::moderator::details;

/// A screen as the desk lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenLine {
    /// The connection's number.
    pub number: u32,
    /// What it is called.
    pub title: String,
    /// Whether somebody must look.
    pub mark: Mark,
    /// What is to be said of it.
    pub remarks: Vec<Remark>,
    /// Whether it is connected.
    pub is_there: bool,
    /// Whether it is a wall.
    pub is_wall: bool,
    /// The scene that it says was chosen for it alone.
    pub own_scene: Option<Scene>,
    /// The scene that its address asks for.
    pub address_scene: Option<Scene>,
}

impl ScreenLine {
    /// What a screen is called.
    pub fn title(screen: &ConnectedScreen) -> String {
        let ConnectedScreen {
            number, name, status, ..
        } = screen;
        details()
            .screens()
            .called(&status.screen, name.as_deref(), *number)
    }
}

/// Who is there and how each is, followed. Copied freely; made once, by [`Watch::start`].
#[derive(Clone, Copy)]
pub struct Watch {
    /// A line for each, in an order that does not change.
    pub lines: Memo<Vec<ScreenLine>>,
}

impl Watch {
    /// Follows them from now on.
    pub fn start(desk: Desk) -> Self {
        let (live, screens) = (desk.live, desk.live.screens());
        let attendance = RwSignal::new(Attendance::default());
        Effect::new(move || {
            let now = live.now();
            screens.with(|screens| attendance.update(|attendance| attendance.take(screens, now)));
        });
        let trail = RwSignal::new(Trail::default());
        live.on_event(move |message| {
            let EventMessage { seq, at, event, .. } = message;
            if let Some(audience) = live.peek(|board| of_event(board, event)) {
                trail.update(|trail| trail.note(*at, *seq, audience));
            }
        });
        let tick = live.tick();
        let due = live.board_at(due);
        let lines = Memo::new(move |_| {
            let (now, due) = (tick.get(), due.get().flatten());
            attendance
                .with(|attendance| trail.with(|trail| lines_of(attendance.attendants(), trail, now, due)))
        });
        let watch = Self { lines };
        provide_context(watch);
        watch
    }
}

/// The scene that the hall should see just now; none while nobody misses what the walls show otherwise.
fn due(board: &Board, now: Instant) -> Option<Scene> {
    let scene = scene::shown(board, now, None, None);
    match scene {
        Scene::Floor | Scene::Closing | Scene::Prizes => Some(scene),
        Scene::Automatic | Scene::Welcome | Scene::Pause | Scene::Photos | Scene::Blackout => None,
    }
}

/// The lines of screens as they are at a moment, at which the hall should see a scene.
fn lines_of(attendants: &[Attendant], trail: &Trail, now: Instant, due: Option<Scene>) -> Vec<ScreenLine> {
    let is_unseen = due.is_some_and(|due| !health::is_seen(due, attendants));
    attendants
        .iter()
        .map(|attendant| {
            let mut remarks = health::remarks(attendant, trail, now);
            if let Some(aside) = due.and_then(|due| health::aside(attendant, due, is_unseen)) {
                remarks.insert(0, Remark::Aside(aside));
                order::sort_by_key(&mut remarks, |remark| std::cmp::Reverse(remark.mark()));
            }
            ScreenLine {
                number: attendant.screen.number,
                title: ScreenLine::title(&attendant.screen),
                mark: health::mark(&remarks),
                remarks,
                is_there: attendant.presence == Presence::Here,
                is_wall: is_wall(&attendant.screen),
                own_scene: attendant.screen.status.own_scene,
                address_scene: attendant.screen.status.address_scene,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::trading::Trading;

    use super::*;

    #[test]
    fn the_hall_should_see_the_floor_the_result_and_the_prizes() {
        let at = Instant::from_unix_ms;
        let mut board = Board::empty(Audience::Staff);
        assert_eq!(due(&board, at(0)), None);
        board.floor.trading.push(Trading {
            opened_at: at(10),
            closed_at: Some(at(20)),
        });
        assert_eq!(due(&board, at(5)), None);
        assert_eq!(due(&board, at(10)), Some(Scene::Floor));
        assert_eq!(due(&board, at(20)), Some(Scene::Closing));
        for (scene, wanted) in [
            (Scene::Prizes, Some(Scene::Prizes)),
            (Scene::Pause, None),
            (Scene::Blackout, None),
        ] {
            board.scene = scene;
            assert_eq!(due(&board, at(15)), wanted, "{scene:?}");
        }
    }
}
