//! The screens' texts: made of `words/*/screens/` when this package is built.

#![allow(clippy::all, clippy::pedantic, unreachable_pub)]
#![deny(dead_code)]

include!(concat!(env!("OUT_DIR"), "/words.rs"));
