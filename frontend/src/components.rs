//! What several screens are built of. Presentational only: props in, callbacks out; they know no exchange.

pub mod button;
pub mod chip;
pub mod connection;
pub mod deal;
pub mod field;
pub mod fits;
pub mod focus;
pub mod glyph;
pub mod hand_form;
pub mod hold;
pub mod lapse;
pub mod modal;
pub mod notice;
pub mod part;
pub mod picture;
pub mod registered;
pub mod timer;

pub use self::button::{Button, Weight};
pub use self::chip::SymbolChip;
pub use self::connection::{ConnectionMark, WhileThere, nowhere};
pub use self::deal::{Card, CardList, SideNames, Sides};
pub use self::field::{FieldError, LongText, TextField, TooLong};
pub use self::fits::fitted;
pub use self::focus::{focus_returns, focus_stays};
pub use self::glyph::{Arrow, BellGlyph, GavelGlyph, Tick, drawn, drawn_or_room, no_icon, trend};
pub use self::hand_form::HandForm;
pub use self::hold::{HoldButton, Holding};
pub use self::lapse::Lapse;
pub use self::modal::{Modal, ModalRef};
pub use self::notice::{AnnouncementLine, PhasePill};
pub use self::part::{Part, Words, part, words};
pub use self::picture::Picture;
pub use self::registered::registered;
pub use self::timer::{Face, Timer};
