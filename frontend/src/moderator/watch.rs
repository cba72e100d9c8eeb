//! Who is there and how each is, followed for as long as the desk stands.

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
        let shown = live.board_at(|board, now| scene::shown(board, now, None, None));
        let lines = Memo::new(move |_| {
            let (now, shown) = (tick.get(), shown.get());
            attendance
                .with(|attendance| trail.with(|trail| lines_of(attendance.attendants(), trail, now, shown)))
        });
        let watch = Self { lines };
        provide_context(watch);
        watch
    }
}

/// The lines of screens as they are at a moment, at which walls that follow the evening show a scene.
fn lines_of(attendants: &[Attendant], trail: &Trail, now: Instant, shown: Option<Scene>) -> Vec<ScreenLine> {
    let is_unseen = shown.is_some_and(|shown| health::is_unseen(shown, attendants));
    attendants
        .iter()
        .map(|attendant| {
            let mut remarks = health::remarks(attendant, trail, now);
            if let Some(aside) = shown.and_then(|shown| health::aside(attendant, shown, is_unseen)) {
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
