//! The wall: what the hall sees on the projector. One hero, one count, one clock, one line, one tape.

pub mod address;
pub mod arrivals;
pub mod awake;
pub mod banner;
pub mod bell;
pub mod chart;
pub mod closing;
pub mod floor;
pub mod frames;
pub mod hammer;
pub mod header;
pub mod hero;
pub mod own_scene;
pub mod pause;
pub mod photos;
pub mod piece;
pub mod prizes;
pub mod rows;
pub mod sponsors;
pub mod standing;
pub mod start;
pub mod tape;
pub mod tape_band;
pub mod tape_items;
pub mod telling;
pub mod wanted;
pub mod welcome;

use borsklokka_shared::exchange::Scene;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use self::address::{Asked, PREVIEW};
use self::banner::MilestoneBanner;
use self::bell::BellOverlay;
use self::closing::Closing;
use self::floor::FloorScene;
use self::header::Header;
use self::pause::Pause;
use self::photos::Photos;
use self::piece::PieceAlone;
use self::prizes::Prizes;
use self::start::{Sound, StartOverlay};
use self::tape::Tape;
use self::welcome::Welcome;
use crate::components::{AnnouncementLine, part};
use crate::evening::scene;
use crate::live::Live;
use crate::{browser, look};

/// What the page does for as long as it lives, whatever language the wall speaks meanwhile: its sound, and the word to staff
/// how it is. Call it once, before the wall is shown.
pub fn begin(live: Live) {
    Sound::start(live);
    let query = browser::query();
    if !query.contains(PREVIEW) {
        live.report(|status| Screen::Wall.as_str().clone_into(&mut status.screen));
        frames::count(live);
        awake::keep(live);
        own_scene::follow(live, Asked::of_query(&query).scene);
    }
}

/// The wall.
#[component]
pub fn Wall() -> impl IntoView {
    let live = Live::of_page();
    live.want_catalogue();
    let asked = Asked::of_query(&browser::query());
    look::follow(live);
    if asked.is_transparent {
        browser::set_root_attribute("data-transparent", "");
    }
    let own_scene = live.own_scene();
    let scene = live.board_at(move |board, now| scene::shown(board, now, own_scene.get(), asked.scene));
    let name = move || scene.get().map_or("connecting", Scene::as_str);
    // A selector that asks the wall for what is in it would have all that it is about styled anew with each deal.
    let announced = live.board_at(|board, now| board.announced(now).is_some());
    let announced = move || announced.get() == Some(true);
    let identified = live.identified();
    let stage = part(move || {
        let scene = match scene.get()? {
            Scene::Blackout => return None,
            Scene::Floor | Scene::Automatic => view! { <FloorScene /> }.into_any(),
            Scene::Welcome => view! { <Welcome /> }.into_any(),
            Scene::Pause => view! { <Pause /> }.into_any(),
            Scene::Closing => view! { <Closing /> }.into_any(),
            Scene::Prizes => view! { <Prizes /> }.into_any(),
            Scene::Photos => view! { <Photos /> }.into_any(),
        };
        Some(scene)
    });
    let number = part(move || {
        let number = identified.get()?;
        Some(view! { <div class="wall-identified">{number}</div> }.into_any())
    });
    if let Some(piece) = asked.only {
        return view! {
            <main class="wall" data-testid="wall" data-scene=name>
                <PieceAlone piece scene />
                {number}
            </main>
        }
        .into_any();
    }
    view! {
        <main class="wall" class:announced=announced data-testid="wall" data-scene=name>
            <Header scene />
            <AnnouncementLine />
            <div class="stage">{stage}</div>
            <Tape />
            <MilestoneBanner />
            <BellOverlay />
            <StartOverlay />
            {number}
        </main>
    }
    .into_any()
}
