//! Every text of the screens, in every language. A language that lacks one does not compile.
//!
//! A screen's texts are a struct of its own, with one constant for each language. [`Texts`] joins those of the board, and
//! [`DeskTexts`] those of the desks: apart, so that a phone does not load what the desks say. A text with something in it is
//! a function.

pub mod agreement;
pub mod broker;
pub mod common;
pub mod desk;
pub mod home;
pub mod moderator;
pub mod notary;
pub mod organiser;
pub mod outbox;
pub mod pair;
pub mod phone;
pub mod start;
pub mod wall;

use borsklokka_shared::language::Language;
use leptos::prelude::{expect_context, provide_context};

pub use self::agreement::Agreement;
pub use self::broker::Broker;
pub use self::common::Common;
pub use self::desk::Desk;
pub use self::home::Home;
pub use self::moderator::Moderator;
pub use self::notary::Notary;
pub use self::organiser::Organiser;
pub use self::outbox::Outbox;
pub use self::pair::Pair;
pub use self::phone::Phone;
pub use self::start::Start;
pub use self::wall::Wall;

/// The texts of the wall and the phone, and what every screen says, in one language.
#[derive(Debug)]
pub struct Texts {
    /// The tag for the page's `lang`.
    pub tag: &'static str,
    /// What several screens say.
    pub common: Common,
    /// The wall.
    pub wall: Wall,
    /// A wall that is not started.
    pub start: Start,
    /// The phone.
    pub phone: Phone,
}

/// The texts of the desks, in one language.
#[derive(Debug)]
pub struct DeskTexts {
    /// What several screens say.
    pub common: Common,
    /// The desks.
    pub desk: Desk,
    /// The moderator's desk.
    pub moderator: Moderator,
    /// The organiser's page.
    pub organiser: Organiser,
    /// The first page and the set-up.
    pub home: Home,
    /// The broker.
    pub broker: Broker,
    /// The notary.
    pub notary: Notary,
    /// Pairing.
    pub pair: Pair,
    /// An outbox as a file.
    pub outbox: Outbox,
    /// Signing, and copies.
    pub agreement: Agreement,
}

/// Norwegian bokmål.
pub static NB: Texts = Texts {
    tag: "nb",
    common: common::NB,
    wall: wall::NB,
    start: start::NB,
    phone: phone::NB,
};

/// English.
pub static EN: Texts = Texts {
    tag: "en",
    common: common::EN,
    wall: wall::EN,
    start: start::EN,
    phone: phone::EN,
};

/// Norwegian bokmål, for the desks.
pub static DESK_NB: DeskTexts = DeskTexts {
    common: common::NB,
    desk: desk::NB,
    moderator: moderator::NB,
    organiser: organiser::NB,
    home: home::NB,
    broker: broker::NB,
    notary: notary::NB,
    pair: pair::NB,
    outbox: outbox::NB,
    agreement: agreement::NB,
};

/// English, for the desks.
pub static DESK_EN: DeskTexts = DeskTexts {
    common: common::EN,
    desk: desk::EN,
    moderator: moderator::EN,
    organiser: organiser::EN,
    home: home::EN,
    broker: broker::EN,
    notary: notary::EN,
    pair: pair::EN,
    outbox: outbox::EN,
    agreement: agreement::EN,
};

impl Texts {
    /// The texts of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Nb => &NB,
            Language::En => &EN,
        }
    }

    /// Lets the components below read these texts.
    pub fn provide(&'static self) {
        provide_context(self);
    }
}

impl DeskTexts {
    /// The desks' texts of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Nb => &DESK_NB,
            Language::En => &DESK_EN,
        }
    }

    /// Lets the desks below read these texts.
    pub fn provide(&'static self) {
        provide_context(self);
    }
}

/// The texts of the page. A screen is made anew when the language changes, so they never change under a component.
pub fn texts() -> &'static Texts {
    expect_context()
}

/// The desks' texts of the page.
pub fn desk_texts() -> &'static DeskTexts {
    expect_context()
}
