//! The texts that server and screens share, in every language: made of `words/*/both/` when this package is built.

#![allow(clippy::all, clippy::pedantic, unreachable_pub)]
#![deny(dead_code)]

include!(concat!(env!("OUT_DIR"), "/words.rs"));
