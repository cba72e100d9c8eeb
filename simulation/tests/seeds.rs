//! A number of seeds of each piece, the same seed twice, and each planted fault, which must be found.

use std::thread;

use borsklokka_simulation::{Piece, Planted, Played, play};

/// Seeds of each piece that are played here; more by `cargo xtask simulate`.
const SEEDS: u64 = 40;
/// Seeds of each piece that are played twice.
const SEEDS_TWICE: u64 = 8;
/// A planted fault is found within so many.
const PLANTED_SEEDS_MAX: u64 = 60;

fn must_go_well(piece: Piece) {
    for seed in 0..SEEDS {
        let Played { fault, lines, .. } = play(piece, seed, None);
        if let Some(fault) = fault {
            let last = lines.len().saturating_sub(60);
            panic!(
                "{fault}\n{}\nall of it: cargo xtask simulate --piece {piece} --seed {seed}",
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

/// A disk fell silent when a delivered deal was to leave it, and another tab went on showing it as one that waits.
#[test]
fn what_a_silent_disk_kept_of_a_delivered_deal_leaves_it_all_the_same() {
    assert_eq!(play(Piece::Outboxes, 108, None).fault, None);
}

/// Of everything that was said on a line and thrown with the dice, not of the lines alone that are shown.
#[test]
fn the_same_seed_is_played_the_same_twice_and_on_another_thread() {
    for piece in [Piece::Evening, Piece::Outboxes] {
        for seed in 0..SEEDS_TWICE {
            let one = play(piece, seed, None);
            let other = thread::spawn(move || play(piece, seed, None))
                .join()
                .expect("a seed that was played");
            let apart = one
                .lines
                .iter()
                .zip(&other.lines)
                .find(|(one, other)| one != other);
            assert_eq!(apart, None, "{piece} {seed}");
            assert_eq!(one.hash, other.hash, "{piece} {seed}");
        }
    }
}

/// Each is found by what it breaks, not by something that comes of it much later.
#[test]
fn each_planted_fault_is_found() {
    for (planted, signs) in [
        (
            Planted::VisibleBeforeCommit,
            &[
                "visible before it is durable",
                "which the log does not have",
                "is not committed",
            ][..],
        ),
        (Planted::LostRetry, &["was called kept, and is nowhere"]),
        (Planted::SkippedPrev, &["is not the fold of the log"]),
        (Planted::ResumeAcrossEpochs, &["in a history that is no more"]),
        (
            Planted::ConflictNotReread,
            &["is not what is committed there", "exchange time goes back"],
        ),
        (Planted::SecretInPublicFrame, &["the public is told of"]),
    ] {
        let found = (0..PLANTED_SEEDS_MAX).find_map(|seed| {
            let fault = play(Piece::Evening, seed, Some(planted)).fault?;
            signs
                .iter()
                .any(|sign| fault.contains(sign))
                .then_some((seed, fault))
        });
        let (seed, fault) = found.unwrap_or_else(|| panic!("{planted:?} is not found"));
        println!("{planted:?}: seed {seed}: {fault}");
    }
}
