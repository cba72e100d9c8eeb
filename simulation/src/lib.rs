//! An evening that is played again from its seed: the real floor, its sockets and the tablets' own state machines, on a network,
//! disks and clocks that are simulated, with everything going wrong that a hall has to offer.
//!
//! Real are the domain, `floors` and the floor's writer and rooms, each connection's task and link, and of the client the
//! connection, the follower, the clock, the outbox and the lease. Simulated are the log's disk, the lines, the tablets' disks, time
//! and everybody's hands. What is checked stands in `audit`, after each step and at the end; what the harness can be made to do
//! wrong, to see that it is found, in [`Planted`].
//!
//! One thread plays one seed, on a runtime whose clock moves when everybody waits. Chance comes from the seed alone, so the same
//! seed gives the same trace, line by line.
#![allow(
    clippy::missing_panics_doc,
    reason = "what cannot go on here is a fault of the simulation itself"
)]

mod audit;
mod chaos;
mod evening;
mod hall;
mod line;
mod log;
mod page;
mod planted;
mod tablet;
mod trace;
mod world;

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

pub use planted::Planted;
pub use world::{Course, Piece};

use world::World;

/// How a seed went.
#[derive(Debug)]
pub struct Played {
    /// The seed.
    pub seed: u64,
    /// What the trace comes to: the same for the same seed.
    pub hash: u64,
    /// What was wrong first, if anything was.
    pub fault: Option<String>,
    /// What happened, line by line.
    pub lines: Vec<String>,
    /// What it was made of.
    pub course: Course,
}

thread_local! {
    /// What panicked on this thread while a seed was played.
    static FALLEN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Plays a seed to its end, or to its first fault.
pub fn play(piece: Piece, seed: u64, planted: Option<Planted>) -> Played {
    note_panics();
    hall::warm_up();
    FALLEN.set(Some(Vec::new()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime of one thread");
    let world = runtime.block_on(async {
        let world = World::of(piece, seed, planted);
        evening::play(&world).await;
        world
    });
    runtime.shutdown_background();
    let fallen = FALLEN.take().unwrap_or_default();
    world.end(fallen)
}

/// A panic anywhere in a seed is a fault of that seed, also where the product would go on after it.
fn note_panics() {
    static NOTED: Once = Once::new();
    NOTED.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let is_noted = FALLEN.with_borrow_mut(|fallen| {
                let Some(fallen) = fallen else { return false };
                fallen.push(info.to_string());
                true
            });
            if !is_noted {
                told(info);
            }
        }));
    });
}

/// What has panicked on this thread in the seed that is played.
fn fallen() -> Option<String> {
    FALLEN.with_borrow(|fallen| fallen.as_ref().and_then(|fallen| fallen.first().cloned()))
}
