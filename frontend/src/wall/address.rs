//! What a wall's address asks for: a scene of its own, or a piece of the wall by itself, for a second screen or a
//! broadcast.

use borsklokka_shared::exchange::Scene;

use crate::route::asked;

/// In the address of the small wall on the moderator's desk, which is no screen of the hall.
pub const PREVIEW: &str = "preview=";

/// A piece of the wall that can stand by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The tape.
    Tape,
    /// The count against the goal.
    Count,
    /// The round's clock.
    Timer,
    /// The index and its line.
    Index,
}

impl Piece {
    const ALL: [Self; 4] = [Piece::Tape, Piece::Count, Piece::Timer, Piece::Index];

    /// Its name in addresses and style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Piece::Tape => "tape",
            Piece::Count => "count",
            Piece::Timer => "timer",
            Piece::Index => "index",
        }
    }
}

/// What a wall's address asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// This scene, whatever the exchange's is.
    pub scene: Option<Scene>,
    /// This piece alone.
    pub only: Option<Piece>,
    /// No ground, so that a picture behind it is seen.
    pub is_transparent: bool,
}

impl Asked {
    /// Reads a query such as `?only=tape&transparent=1`. What it does not know it leaves out.
    pub fn of_query(query: &str) -> Self {
        let asked_scene = asked(query, "scene");
        let asked_piece = asked(query, "only");
        Self {
            scene: asked_scene
                .and_then(Scene::named)
                .filter(|scene| *scene != Scene::Automatic),
            only: Piece::ALL
                .into_iter()
                .find(|piece| asked_piece == Some(piece.name())),
            is_transparent: asked(query, "transparent").is_some_and(|value| value != "0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_knows() {
        let read = Asked::of_query;
        assert_eq!(read("?scene=pause").scene, Some(Scene::Pause));
        assert_eq!(read("?lang=en&only=tape").only, Some(Piece::Tape));
        assert_eq!(read("?only=timer&only=tape").only, Some(Piece::Timer));
        for query in ["", "?scene=kitchen&only=cake&transparent=0", "?scene=automatic"] {
            assert_eq!(read(query), Asked::default(), "{query}");
        }
        assert!(read("?transparent=1").is_transparent && read("?transparent").is_transparent);
    }
}
