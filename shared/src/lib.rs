//! The domain and the wire of Børsklokka.
//!
//! Everything here is pure: no input, no output, no clock, no randomness. A [`command::Command`] goes into
//! [`decide::decide`] together with the [`board::Board`], the actor and the time; events come out; [`apply::apply`]
//! folds them into the board. The server, the wall and every tablet run this same code, so they cannot disagree.

#![warn(missing_docs)]

pub mod after_hammer;
pub mod afterwards;
pub mod announcement;
pub mod apply;
pub mod audience;
pub mod bell;
pub mod board;
mod closed_set;
pub mod command;
pub mod contact;
pub mod date;
pub mod deal;
pub mod decide;
pub mod disclosure;
pub mod event;
pub mod exchange;
mod fields;
pub mod follow;
pub mod follow_up;
pub mod icon;
pub mod ids;
pub mod instant;
pub mod kept;
pub mod language;
pub mod likeness;
pub mod limits;
pub mod listing;
pub mod mail;
mod map;
pub mod matching;
pub mod milestone;
pub mod numbers;
pub mod order;
pub mod paper;
pub mod participant;
pub mod photo;
pub mod privacy;
pub mod prize;
pub mod programs;
pub mod rebase;
pub mod redaction;
pub mod refusal;
pub mod registration;
pub mod report;
pub mod right;
pub mod role;
pub mod roster;
pub mod round;
pub mod screen;
pub mod security;
pub mod sleep;
pub mod slug;
mod spoken;
pub mod stand;
pub mod step;
pub mod symbol;
pub mod text;
pub mod totals;
pub mod trading;
pub mod wire;
pub mod words;
