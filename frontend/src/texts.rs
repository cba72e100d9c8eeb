//! Every text of the screens, in every language.
//!
//! The texts are in `words/`, a file a language and room: `frontend/build.rs` makes a struct of each room, with a field for
//! each text, and a method for one that is filled in. Here is what chooses between texts, such as a sector's name by the
//! sector. [`Texts`] finds the room of a language; an app loads the rooms that it asks for, and no other.

pub mod agreement;
pub mod broker;
pub mod common;
pub mod home;
pub mod moderator;
pub mod notary;
pub mod organiser;
pub mod outbox;
pub mod pair;
pub mod pause;
mod spoken;
pub mod wall;

use borsklokka_shared::language::Language;
use leptos::prelude::{expect_context, provide_context};

pub use self::spoken::accounts::Accounts;
pub use self::spoken::agreement::Agreement;
pub use self::spoken::broker::Broker;
pub use self::spoken::common::Common;
pub use self::spoken::desk::Desk;
pub use self::spoken::door::Door;
pub use self::spoken::front::Front;
pub use self::spoken::home::Home;
pub use self::spoken::moderator::Moderator;
pub use self::spoken::notary::Notary;
pub use self::spoken::organiser::Organiser;
pub use self::spoken::outbox::Outbox;
pub use self::spoken::pair::Pair;
pub use self::spoken::paper::Paper;
pub use self::spoken::pause::Pause;
pub use self::spoken::phone::Phone;
pub use self::spoken::photo::Photo;
pub use self::spoken::start::Start;
pub use self::spoken::wall::Wall;

/// The texts of the screens in one language, a room at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Which language.
    pub language: Language,
}

impl Texts {
    /// The texts of a language.
    pub const fn of(language: Language) -> Self {
        Self { language }
    }

    /// Lets the components below read these texts.
    pub fn provide(self) {
        provide_context(self);
    }
}

/// The texts of the page. A screen is made anew when the language changes, so they never change under a component.
pub fn texts() -> Texts {
    expect_context()
}

/// A way into each room.
macro_rules! rooms {
    ($of:ident: $($(#[$about:meta])* $way:ident, $room:ident;)+) => {
        impl $of {$(
            $(#[$about])*
            pub fn $way(self) -> &'static $room {
                $room::of(self.language)
            }
        )+}
    };
}
use rooms;

rooms! { Texts:
    /// What several screens say.
    common, Common;
    /// The wall.
    wall, Wall;
    /// What is said in a break.
    pause, Pause;
    /// A wall that is not started.
    start, Start;
    /// The phone.
    phone, Phone;
    /// The photo of a deal.
    photo, Photo;
    /// The desks.
    desk, Desk;
    /// The moderator's desk.
    moderator, Moderator;
    /// The first page, and the page of the icon on a home screen.
    front, Front;
    /// What the operator does on the first page, and the set-up.
    home, Home;
    /// Organisers' accounts.
    accounts, Accounts;
    /// The broker, whose walk-ins an organiser registers in the same words.
    broker, Broker;
    /// The notary.
    notary, Notary;
    /// The entrance.
    door, Door;
    /// Where paper is typed in.
    paper, Paper;
    /// Pairing.
    pair, Pair;
    /// An outbox as a file.
    outbox, Outbox;
    /// Signing, and copies.
    agreement, Agreement;
    /// The organiser's pages.
    organiser, Organiser;
}
