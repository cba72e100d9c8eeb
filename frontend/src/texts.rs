//! Every text of the screens, in every language.
//!
//! The texts are in `words/`, a file a language and room: `frontend/build.rs` makes a struct of each room, with a field for
//! each text, and a method for one that is filled in. Here is what chooses between texts, such as a sector's name by the
//! sector. [`Texts`] joins those of the board, [`DeskTexts`] those of the desks and [`OfficeTexts`] the organiser's: apart, so that a
//! phone does not load what the desks say, nor a tablet what the organiser reads.

pub mod agreement;
pub mod broker;
pub mod common;
pub mod home;
pub mod moderator;
pub mod notary;
pub mod organiser;
pub mod outbox;
pub mod pair;
mod spoken;
pub mod wall;

use borsklokka_shared::language::Language;
use leptos::prelude::{expect_context, provide_context};

pub use self::spoken::agreement::Agreement;
pub use self::spoken::broker::Broker;
pub use self::spoken::common::Common;
pub use self::spoken::desk::Desk;
pub use self::spoken::door::Door;
pub use self::spoken::home::Home;
pub use self::spoken::moderator::Moderator;
pub use self::spoken::notary::Notary;
pub use self::spoken::organiser::Organiser;
pub use self::spoken::outbox::Outbox;
pub use self::spoken::pair::Pair;
pub use self::spoken::paper::Paper;
pub use self::spoken::phone::Phone;
pub use self::spoken::start::Start;
pub use self::spoken::wall::Wall;

/// The texts of the wall and the phone, and what every screen says, in one language.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// Which language.
    pub language: Language,
    /// What several screens say.
    pub common: &'static Common,
    /// The wall.
    pub wall: &'static Wall,
    /// A wall that is not started.
    pub start: &'static Start,
    /// The phone.
    pub phone: &'static Phone,
}

/// The texts of the desks, in one language.
#[derive(Clone, Copy, Debug)]
pub struct DeskTexts {
    /// What several screens say.
    pub common: &'static Common,
    /// The desks.
    pub desk: &'static Desk,
    /// The moderator's desk.
    pub moderator: &'static Moderator,
    /// The first page and the set-up.
    pub home: &'static Home,
    /// The broker.
    pub broker: &'static Broker,
    /// The notary.
    pub notary: &'static Notary,
    /// The entrance.
    pub door: &'static Door,
    /// Where paper is typed in.
    pub paper: &'static Paper,
    /// Pairing.
    pub pair: &'static Pair,
    /// An outbox as a file.
    pub outbox: &'static Outbox,
    /// Signing, and copies.
    pub agreement: &'static Agreement,
}

/// The texts of the organiser's app, in one language.
#[derive(Clone, Copy, Debug)]
pub struct OfficeTexts {
    /// What several screens say.
    pub common: &'static Common,
    /// The desks.
    pub desk: &'static Desk,
    /// The organiser's pages.
    pub organiser: &'static Organiser,
    /// The broker, whose walk-ins are registered in the same words.
    pub broker: &'static Broker,
    /// An outbox as a file.
    pub outbox: &'static Outbox,
    /// Signing, and copies.
    pub agreement: &'static Agreement,
}

impl Texts {
    const fn in_language(language: Language) -> Self {
        Self {
            language,
            common: Common::of(language),
            wall: Wall::of(language),
            start: Start::of(language),
            phone: Phone::of(language),
        }
    }

    /// Lets the components below read these texts.
    pub fn provide(&'static self) {
        provide_context(self);
    }
}

impl DeskTexts {
    const fn in_language(language: Language) -> Self {
        Self {
            common: Common::of(language),
            desk: Desk::of(language),
            moderator: Moderator::of(language),
            home: Home::of(language),
            broker: Broker::of(language),
            notary: Notary::of(language),
            door: Door::of(language),
            paper: Paper::of(language),
            pair: Pair::of(language),
            outbox: Outbox::of(language),
            agreement: Agreement::of(language),
        }
    }

    /// Lets the desks below read these texts.
    pub fn provide(&'static self) {
        provide_context(self);
    }
}

impl OfficeTexts {
    const fn in_language(language: Language) -> Self {
        Self {
            common: Common::of(language),
            desk: Desk::of(language),
            organiser: Organiser::of(language),
            broker: Broker::of(language),
            outbox: Outbox::of(language),
            agreement: Agreement::of(language),
        }
    }

    /// Lets the organiser's pages read these texts.
    pub fn provide(&'static self) {
        provide_context(self);
    }
}

/// Keeps one of a group of texts for each language, and hands it out.
macro_rules! in_each_language {
    ($($group:ident),+) => {$(
        impl $group {
            /// The texts of a language.
            pub fn of(language: Language) -> &'static Self {
                static EACH: [$group; Language::ALL.len()] = {
                    let mut each = [$group::in_language(Language::ALL[0]); Language::ALL.len()];
                    let mut place = 0;
                    while place < each.len() {
                        each[place] = $group::in_language(Language::ALL[place]);
                        place += 1;
                    }
                    each
                };
                &EACH[language as usize]
            }
        }
    )+};
}
use in_each_language;

in_each_language!(Texts, DeskTexts, OfficeTexts);

/// The texts of the page. A screen is made anew when the language changes, so they never change under a component.
pub fn texts() -> &'static Texts {
    expect_context()
}

/// The organiser's texts of the page.
pub fn office_texts() -> &'static OfficeTexts {
    expect_context()
}

/// The desks' texts of the page.
pub fn desk_texts() -> &'static DeskTexts {
    expect_context()
}
