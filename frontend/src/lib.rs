//! The screens of Børsklokka, client-side rendered: five apps, in which the address chooses the screen.
//!
//! [`live`] keeps one exchange's board true and hands it out as signals; each screen has a folder and reads them, and knows no
//! other: what two screens show lies in a room below both, such as [`evening`], [`sheet`] or [`components`]. Every text is in
//! [`texts`], which speaks of plain Rust alone, such as [`draft`], [`mod@line`] and [`attendance`]; every colour, size and
//! duration in `styles/both/tokens.css`.

pub mod alike;
pub mod amend;
pub mod app;
pub mod attendance;
pub mod broker;
pub mod browser;
pub mod civil_time;
pub mod components;
pub mod deed;
pub mod desk;
pub mod disk;
pub mod door;
pub mod draft;
pub mod evening;
pub mod home;
pub mod http;
pub mod json;
pub mod kind;
pub mod language;
pub mod line;
pub mod live;
pub mod look;
pub mod moderator;
pub mod newcomer;
pub mod notary;
pub mod numbers;
pub mod offline;
pub mod organiser;
pub mod own_language;
pub mod pair;
pub mod paper;
pub mod party;
pub mod phone;
pub mod photo;
pub mod rank;
pub mod reach;
pub mod readiness;
pub mod request;
pub mod route;
pub mod sheet;
pub mod shortcut;
pub mod signed;
pub mod sound;
pub mod spelling;
pub mod tablet;
pub mod texts;
pub mod tick;
pub mod told;
pub mod typed;
pub mod wall;
