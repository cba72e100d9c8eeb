//! How inputs are spoilt: from the same seed always the same. Each shape is spoilt where it is built, so that what comes out is mostly
//! still of that shape and gets past the first reader.

mod bytes;
mod json;
mod packed;
mod text;

use fastrand::Rng;

/// Longest input that is made, in bytes: hostile sizes have tests of their own.
pub const INPUT_BYTES_MAX: usize = 1_024 * 1_024;

/// How an input is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Bytes of any kind.
    Bytes,
    /// Text, mostly.
    Text,
    /// A tree of JSON.
    Json,
    /// Fields of a form.
    Form,
    /// Files packed in one.
    Zip,
    /// The same with a manifest, whose checksums are mostly put right again.
    Archive,
}

/// Makes an input of others.
pub fn spoilt(shape: Shape, corpus: &[&[u8]], seed: u64) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let from = corpus[rng.usize(..corpus.len())];
    let mut made = match shape {
        Shape::Bytes => bytes::spoilt(from, corpus, &mut rng),
        Shape::Text => text::spoilt(from, corpus, &mut rng),
        Shape::Json => json::spoilt(from, corpus, &mut rng),
        Shape::Form => text::spoilt_form(from, corpus, &mut rng),
        Shape::Zip => packed::spoilt(from, corpus, packed::Seal::None, &mut rng),
        Shape::Archive => packed::spoilt(from, corpus, packed::Seal::Manifest, &mut rng),
    };
    // Now and then what no reader of the shape gets through.
    if rng.u8(..16) == 0 {
        made = bytes::spoilt(&made, corpus, &mut rng);
    }
    made.truncate(INPUT_BYTES_MAX);
    made
}

/// How often something is done to one input: mostly once or twice.
fn times(rng: &mut Rng) -> usize {
    1 + (0..6).take_while(|_| rng.bool()).count()
}
