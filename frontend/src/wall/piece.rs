//! One piece of the wall by itself: the tape under a broadcast, the count in a foyer.

use borsklokka_shared::exchange::Scene;
use leptos::prelude::*;

use super::address::Piece;
use super::chart::Chart;
use super::tape::Tape;
use crate::components::{ConnectionMark, part};
use crate::evening::count::Count;
use crate::evening::round::RoundTimer;

/// A piece by itself; nothing while the scene is black.
#[component]
pub fn PieceAlone(
    /// Which one.
    piece: Piece,
    /// The scene that the screen shows.
    scene: Memo<Option<Scene>>,
) -> impl IntoView {
    let is_black = Memo::new(move |_| scene.get() == Some(Scene::Blackout));
    let alone = part(move || {
        if is_black.get() {
            return None;
        }
        let alone = match piece {
            Piece::Tape => view! { <Tape /> }.into_any(),
            Piece::Count => view! { <Count /> }.into_any(),
            Piece::Timer => view! { <RoundTimer /> }.into_any(),
            Piece::Index => view! { <Chart /> }.into_any(),
        };
        Some(alone)
    });
    view! {
        <div class="alone" data-testid="alone" data-only=piece.name()>
            {alone}
        </div>
        <ConnectionMark />
    }
}
