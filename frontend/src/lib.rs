//! The screens of Børsklokka, client-side rendered: three apps, in which the address chooses the screen.
//!
//! [`live`] keeps one exchange's board true and hands it out as signals; each screen has a folder and reads them;
//! [`components`] are shared and presentational. Every text is in [`texts`], every colour, size and duration in
//! `styles/00-tokens.css`.

pub mod app;
pub mod broker;
pub mod browser;
pub mod civil_time;
pub mod components;
pub mod desk;
pub mod disk;
pub mod home;
pub mod http;
pub mod language;
pub mod live;
pub mod look;
pub mod moderator;
pub mod notary;
pub mod numbers;
pub mod offline;
pub mod organiser;
pub mod pair;
pub mod phone;
pub mod rank;
pub mod request;
pub mod route;
pub mod sound;
pub mod spelling;
pub mod texts;
pub mod wall;
