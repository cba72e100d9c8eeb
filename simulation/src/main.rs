//! `simulate`: plays seeds, or one of them, and says what went wrong.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use borsklokka_simulation::{Piece, Planted, Played, play};
use clap::Parser;

/// After so many seeds it is said how far it has come.
const PROGRESS_SEEDS: u64 = 500;
/// A core plays no further after so many that went wrong.
const WRONG_MAX: usize = 5;

/// Plays evenings on a simulated network, disk and clock, each from its seed.
#[derive(Parser)]
struct Arguments {
    /// How many seeds to play of each piece.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
    /// Play this one alone, and print all that happens.
    #[arg(long, value_name = "N", env = "BORSKLOKKA_SEED")]
    seed: Option<u64>,
    /// What is played; both if it is not said.
    #[arg(long, value_enum)]
    piece: Option<Piece>,
    /// Play each seed twice, and say where the two part.
    #[arg(long)]
    twice: bool,
    /// Something that is made to go wrong, to see that it is found.
    #[arg(long, value_enum)]
    planted: Option<Planted>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let pieces = arguments
        .piece
        .map_or_else(|| vec![Piece::Evening, Piece::Outboxes], |piece| vec![piece]);
    if let Some(seed) = arguments.seed {
        let played = pieces
            .into_iter()
            .map(|piece| (piece, play(piece, seed, arguments.planted)));
        let mut is_whole = true;
        for (piece, played) in played {
            for line in &played.lines {
                println!("{line}");
            }
            is_whole &= tell(piece, &played);
        }
        return code(is_whole);
    }
    let mut is_whole = true;
    for piece in pieces {
        is_whole &= play_many(piece, &arguments);
    }
    code(is_whole)
}

fn code(is_whole: bool) -> ExitCode {
    if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Plays seeds on every core; says whether all went well.
fn play_many(piece: Piece, arguments: &Arguments) -> bool {
    let begun = tokio::time::Instant::now();
    let next = AtomicU64::new(arguments.from);
    let end = arguments.from + arguments.seeds;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<Played> = std::thread::scope(|scope| {
        let players: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut wrong = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= end || wrong.len() >= WRONG_MAX {
                            return wrong;
                        }
                        tell_progress(piece, seed, arguments);
                        let mut played = play(piece, seed, arguments.planted);
                        if arguments.twice {
                            compare(&mut played, &play(piece, seed, arguments.planted));
                        }
                        if played.fault.is_some() {
                            tell(piece, &played);
                            wrong.push(played);
                        }
                    }
                })
            })
            .collect();
        players
            .into_iter()
            .flat_map(|player| player.join().expect("a player does not fall"))
            .collect()
    });
    let minutes = begun.elapsed().max(Duration::from_millis(1)).as_secs_f64() / 60.0;
    let seeds = next.load(Ordering::Relaxed).min(end) - arguments.from;
    println!(
        "{piece}: {seeds} seeds, {:.0} a minute, {} went wrong",
        seeds as f64 / minutes,
        wrong.len()
    );
    wrong.is_empty()
}

/// Notes as a fault of a seed that it is not the same when it is played again.
fn compare(played: &mut Played, again: &Played) {
    if played.hash != again.hash {
        let mut lines = played.lines.iter().zip(&again.lines);
        let apart = lines.find(|(one, other)| one != other);
        played.fault = Some(format!("not the same twice: {apart:?}"));
    }
}

/// Says how far it has come, now and then.
fn tell_progress(piece: Piece, seed: u64, arguments: &Arguments) {
    let played = seed - arguments.from;
    if played > 0 && played.is_multiple_of(PROGRESS_SEEDS) {
        eprintln!("{piece}: {played} of {} seeds", arguments.seeds);
    }
}

/// Says how a seed went, and how to play it again; whether it went well.
fn tell(piece: Piece, played: &Played) -> bool {
    let Played {
        seed,
        fault,
        hash,
        course,
        ..
    } = played;
    let Some(fault) = fault else {
        println!("{piece} {seed}: {hash:016x}, {course:?}");
        return true;
    };
    println!("{piece} {seed} went wrong: {fault}");
    println!("    all of it: cargo xtask simulate --piece {piece} --seed {seed}");
    false
}
