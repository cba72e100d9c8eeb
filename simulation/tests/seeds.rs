//! A number of seeds of each piece, the same seed twice, and each planted fault, which must be found.

use borsklokka_simulation::{Piece, Planted, Played, play};

/// Seeds of each piece that are played here; more by `cargo xtask simulate`.
const SEEDS: u64 = 40;
/// A planted fault is found within so many.
const PLANTED_SEEDS_MAX: u64 = 60;

fn must_go_well(piece: Piece) {
    for seed in 0..SEEDS {
        let Played { fault, lines, .. } = play(piece, seed, None);
        if let Some(fault) = fault {
            let last = lines.len().saturating_sub(60);
            panic!(
                "{fault}\n{}\nall of it: cargo xtask simulate --seed {seed}",
                lines[last..].join("\n")
            );
        }
    }
}

#[test]
fn evenings_go_well_whatever_fails() {
    must_go_well(Piece::Evening);
}

#[test]
fn each_written_deal_is_on_the_wall_once_or_in_an_outbox_that_shows_it() {
    must_go_well(Piece::Outboxes);
}

#[test]
fn the_same_seed_is_played_the_same_twice() {
    for piece in [Piece::Evening, Piece::Outboxes] {
        for seed in [3, 7] {
            let (one, other) = (play(piece, seed, None), play(piece, seed, None));
            let apart = one
                .lines
                .iter()
                .zip(&other.lines)
                .find(|(one, other)| one != other);
            assert_eq!(apart, None, "{piece:?} {seed}");
            assert_eq!(one.hash, other.hash, "{piece:?} {seed}");
        }
    }
}

#[test]
fn each_planted_fault_is_found() {
    for planted in Planted::ALL {
        let found = (0..PLANTED_SEEDS_MAX).find_map(|seed| {
            let fault = play(Piece::Evening, seed, Some(planted)).fault?;
            Some((seed, fault))
        });
        let (seed, fault) = found.unwrap_or_else(|| panic!("{planted:?} is not found"));
        println!("{planted:?}: seed {seed}: {fault}");
    }
}
