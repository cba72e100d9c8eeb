//! The moderator's desk: the bell, the rounds, what the wall shows, the count, announcements, corrections, and how every
//! screen is.
//!
//! Nothing is queued here: what cannot be sent now is not sent, and every floor command says what the desk showed. What
//! buttons and keys do is in [`controls`]; what can be taken back is in [`crate::desk::undo`].

pub mod announcement;
pub mod audit;
pub mod before_doors;
pub mod bell;
pub mod controls;
pub mod count;
pub mod deal_rows;
pub mod deals;
pub mod faults;
pub mod header;
pub mod keys;
pub mod more_rounds;
pub mod preview;
pub mod prizes;
pub mod programme;
pub mod rounds;
pub mod scenes;
pub mod screens;
pub mod sleep;
pub mod steps;
pub mod watch;

use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use self::announcement::AnnouncementPanel;
use self::bell::{Held, HeldBell, Stroke};
use self::controls::Controls;
use self::count::CountPanel;
use self::deals::Deals;
use self::faults::Faults;
use self::header::Header;
use self::keys::Keys;
use self::preview::Preview;
use self::programme::Programme;
use self::rounds::Rounds;
use self::scenes::Scenes;
use self::screens::Screens;
use self::sleep::SleepQuestion;
use self::steps::StepBack;
use self::watch::Watch;
use crate::alike::Alike;
use crate::desk::Desk;
use crate::desk::undo::{Undo, UndoBar};
use crate::pair::Gate;
use crate::sheet::{SheetPlace, Sheets};
use crate::typed::fields::Fields;
use crate::typed::lasting;

/// The moderator's desk.
#[component]
pub fn Moderator() -> impl IntoView {
    let desk = Desk::start(Screen::Moderator);
    let undo = Undo::start(desk);
    Controls::start(desk, undo);
    Held::start(desk);
    steps::follow(desk, undo);
    provide_context(lasting(Fields::start));
    Sheets::start();
    view! {
        <Gate right=Right::RunFloor>
            <Room />
        </Gate>
    }
}

/// The desk itself; its keys are heard only while it is shown.
#[component]
fn Room() -> impl IntoView {
    let desk = Desk::of_page();
    Keys::start();
    Faults::start(desk, Watch::start(desk));
    Alike::start(desk);
    view! {
        <main class="desk" data-testid="moderator">
            <Header />
            <div class="desk-columns">
                <div class="desk-column desk-bell">
                    <HeldBell />
                    <Stroke />
                    <StepBack />
                    <Programme />
                </div>
                <div class="desk-column desk-floor">
                    <Rounds />
                    <Scenes />
                    <AnnouncementPanel />
                    <Deals />
                </div>
                <div class="desk-column desk-hall">
                    <Preview />
                    <CountPanel />
                    <Screens />
                </div>
            </div>
            <UndoBar />
            <SleepQuestion />
            <SheetPlace />
        </main>
    }
}
