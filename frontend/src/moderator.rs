//! The moderator's desk: the bell, the rounds, what the wall shows, the count, announcements, and corrections.
//!
//! Nothing is queued here: what cannot be sent now is not sent, and every floor command says what the desk showed.

pub mod announcement;
pub mod bell;
pub mod count;
pub mod deals;
pub mod header;
pub mod hold;
pub mod programme;
pub mod rounds;
pub mod scenes;

use borsklokka_shared::role::Role;
use leptos::prelude::*;

use self::announcement::AnnouncementPanel;
use self::bell::{HeldBell, Stroke};
use self::count::CountPanel;
use self::deals::{LastDeals, LateDeals};
use self::header::Header;
use self::programme::Programme;
use self::rounds::Rounds;
use self::scenes::Scenes;
use crate::desk::{Alert, Desk};
use crate::pair::Gate;

/// The moderator's desk.
#[component]
pub fn Moderator() -> impl IntoView {
    let desk = Desk::start("moderator");
    view! {
        <Gate roles=&[Role::Moderator, Role::Organiser]>
            <main class="desk" data-testid="moderator">
                <Header />
                <Alert alert=desk.alert />
                <div class="desk-columns">
                    <div class="desk-column desk-bell">
                        <HeldBell />
                        <Stroke />
                        <Programme />
                    </div>
                    <div class="desk-column desk-floor">
                        <Rounds />
                        <Scenes />
                        <CountPanel />
                        <AnnouncementPanel />
                    </div>
                    <div class="desk-column desk-deals">
                        <LateDeals />
                        <LastDeals />
                    </div>
                </div>
            </main>
        </Gate>
    }
}
