//! Bytes of any kind.

use fastrand::Rng;

use super::times;

/// Numbers at whose edges readers err, as they lie in files.
const EDGES: [&[u8]; 8] = [
    &[0],
    &[0xFF],
    &[0x7F],
    &[0x80],
    &[0xFF, 0xFF, 0xFF, 0xFF],
    &[0x7F, 0xFF, 0xFF, 0xFF],
    &[0, 0, 0, 0],
    &[0xFF, 0xFF, 0xFF, 0x7F],
];

pub(super) fn spoilt(from: &[u8], corpus: &[&[u8]], rng: &mut Rng) -> Vec<u8> {
    let mut made = from.to_vec();
    for _ in 0..times(rng) {
        let at = rng.usize(..=made.len());
        match rng.u8(..7) {
            0 if at < made.len() => made[at] ^= 1 << rng.u8(..8),
            1 if at < made.len() => made[at] = rng.u8(..),
            2 => {
                let end = (at + rng.usize(..32)).min(made.len());
                drop(made.drain(at..end));
            }
            3 => {
                let end = (at + rng.usize(..64)).min(made.len());
                let again = made[at..end].to_vec();
                drop(made.splice(at..at, again));
            }
            4 => {
                let edge = EDGES[rng.usize(..EDGES.len())];
                let end = (at + edge.len()).min(made.len());
                drop(made.splice(at..end, edge.iter().copied()));
            }
            5 => {
                let other = corpus[rng.usize(..corpus.len())];
                let begin = rng.usize(..=other.len());
                let end = (begin + rng.usize(..256)).min(other.len());
                drop(made.splice(at..at, other[begin..end].iter().copied()));
            }
            _ => made.truncate(at),
        }
    }
    made
}
