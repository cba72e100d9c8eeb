//! Every reader that meets strangers' bytes, as a function of bytes that panics if something does not hold that must. libFuzzer runs them
//! (`fuzz/fuzz_targets`), and so does `tests/seeded.rs` on a stable compiler, with inputs that [`spoil`] makes of the corpora.
//!
//! A target asserts more than that nothing panics: what was written is read as it was, two readers of the same agree, what is refused
//! is refused with an error of the closed set, and what is taken keeps the invariants.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a target fails by panicking: that is its answer"
)]

pub mod corpus;
mod edge;
mod evening;
mod file;
mod form;
mod outbox;
mod paper;
pub mod server;
pub mod spoil;
mod texts;
mod wire;

use crate::spoil::Shape;

/// A reader under fuzz.
#[derive(Clone, Copy)]
pub struct Target {
    /// What it is called, as is its folder of `fuzz/corpus`.
    pub name: &'static str,
    /// How its inputs are built, and thus spoilt.
    pub shape: Shape,
    /// How many inputs the seeded test tries.
    pub tries: u32,
    /// Reads an input; panics if something does not hold.
    pub run: fn(&[u8]),
}

const fn target(name: &'static str, shape: Shape, tries: u32, run: fn(&[u8])) -> Target {
    Target {
        name,
        shape,
        tries,
        run,
    }
}

/// All of them. The tries are such that all take about a minute on two cores without optimisation.
pub const TARGETS: [Target; 16] = [
    target("client_frame", Shape::Json, 8_000, wire::client_frame),
    target("command", Shape::Json, 8_000, wire::command),
    target("server_frame", Shape::Json, 6_000, wire::server_frame),
    target("event", Shape::Json, 8_000, wire::event),
    target("host", Shape::Text, 40_000, edge::host),
    target("request", Shape::Text, 3_000, edge::request),
    target("strokes", Shape::Json, 8_000, paper::strokes),
    target("agreement", Shape::Json, 80, paper::agreement),
    target("picture", Shape::Bytes, 80, paper::picture),
    target("outbox_file", Shape::Json, 6_000, outbox::file),
    target("form", Shape::Form, 6_000, form::registration),
    target("texts", Shape::Text, 12_000, texts::texts),
    target("csv", Shape::Text, 100, file::spreadsheet),
    target("spreadsheet", Shape::Zip, 20, file::spreadsheet),
    target("archive", Shape::Archive, 120, file::archive),
    target("backup", Shape::Bytes, 20, file::backup),
];

/// The target of a name.
pub fn named(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// The body of a fuzzer: runs a target on what libFuzzer makes, half of which it has spoilt where the shape is built.
#[macro_export]
macro_rules! fuzzer {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            ($crate::named($name).expect("a target").run)(input);
        });

        libfuzzer_sys::fuzz_mutator!(
            |input: &mut [u8], size: usize, size_max: usize, seed: u32| {
                let target = $crate::named($name).expect("a target");
                if seed % 2 == 0 {
                    return libfuzzer_sys::fuzzer_mutate(input, size, size_max);
                }
                let made = $crate::spoil::spoilt(target.shape, &[&input[..size]], seed.into());
                let size = made.len().min(size_max);
                input[..size].copy_from_slice(&made[..size]);
                size
            }
        );
    };
}
