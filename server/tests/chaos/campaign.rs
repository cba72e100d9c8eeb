//! One evening after another, each with its fault; and what is told of them.

mod faults;
mod hall;
mod judge;
mod line;
mod machine;
mod people;
mod tablet;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, sleep};

use faults::Fault;
use hall::Hall;
use judge::{Verdict, judge};

/// How many evenings are played at a time: they wait more than they work.
const AT_A_TIME: usize = 9;

/// What it is called among the tests.
const NAME: &str = "chaos";

#[derive(Parser)]
struct Arguments {
    /// How many seeds are tried of each fault
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only faults in whose words this stands
    #[arg(long, default_value = "")]
    fault: String,
    /// What `cargo test` says to every test: the part of a name by which tests are chosen, and what is not for this one.
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

impl Arguments {
    /// Whether it is chosen among all tests.
    fn is_chosen(&self) -> bool {
        let mut names = self.rest.iter().filter(|word| !word.starts_with('-')).peekable();
        names.peek().is_none() || names.any(|name| NAME.contains(name.as_str()))
    }
}

/// Chance that comes again: the same seed, the same numbers.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

async fn evening(fault: Fault, seed: u64) -> Verdict {
    let mut chance = Chance(seed);
    let mut hall = Hall::open(fault).await;
    let mut verdict = Verdict::default();
    sleep(Duration::from_millis(700 + chance.below(600))).await;
    let before = hall.memory_kib();
    fault.befalls(&mut hall, &mut chance).await;
    let mended = Instant::now();
    while !hall.first_accepted_after(mended) && mended.elapsed() < Duration::from_secs(30) {
        sleep(Duration::from_millis(10)).await;
    }
    verdict.recovered = mended.elapsed();
    sleep(Duration::from_millis(600)).await;
    hall.writes.send_replace(false);
    verdict.wrong = hall.settles().await;
    if !fault.ends_a_server() && before > 0 {
        verdict.memory = Some(hall.memory_kib() as f64 / before as f64);
    }
    judge(&mut hall, &mut verdict).await;
    if !fault.was_felt(&verdict) {
        verdict.wrong.push("nobody felt the fault".to_owned());
    }
    verdict
}

/// Plays the campaign that the command line asks for.
#[tokio::main]
pub(crate) async fn play() -> ExitCode {
    let arguments = Arguments::parse();
    if !arguments.is_chosen() {
        println!("the fault campaign is another test");
        return ExitCode::SUCCESS;
    }
    let faults = Fault::ALL
        .iter()
        .filter(|fault| fault.words().contains(&arguments.fault));
    let faults: Vec<Fault> = faults.copied().collect();
    println!(
        "| fault | seeds | written | put off | lost | doubled | leaked | recovered after, at most | memory after, at most |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let seeds = arguments.seed..arguments.seed + arguments.seeds;
    let evenings = faults.iter().map(|fault| {
        let seeds = seeds.clone();
        async move {
            let mut verdicts = Vec::new();
            for seed in seeds {
                let verdict = tokio::spawn(evening(*fault, seed)).await;
                verdicts.push((seed, verdict.expect("no panic")));
            }
            (*fault, verdicts)
        }
    });
    let mut evenings = stream::iter(evenings).buffered(AT_A_TIME);
    let mut is_clean = true;
    while let Some((fault, verdicts)) = evenings.next().await {
        let sum = |of: fn(&Verdict) -> usize| verdicts.iter().map(|(_, verdict)| of(verdict)).sum::<usize>();
        let recovered = verdicts
            .iter()
            .map(|(_, verdict)| verdict.recovered)
            .max()
            .unwrap_or_default();
        let memory = verdicts
            .iter()
            .filter_map(|(_, verdict)| verdict.memory)
            .reduce(f64::max);
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {:.1} s | {} |",
            fault.words(),
            verdicts.len(),
            sum(|verdict| verdict.written),
            sum(|verdict| verdict.put_off),
            sum(|verdict| verdict.lost),
            sum(|verdict| verdict.doubled),
            sum(|verdict| verdict.leaked),
            recovered.as_secs_f64(),
            memory.map_or("–".to_owned(), |share| format!("{:.0} %", share * 100.0)),
        );
        let gone = sum(|verdict| verdict.gone);
        if gone > 0 {
            println!("    {gone} of the deals that were written went with the database that had them");
        }
        for (seed, verdict) in verdicts.iter().filter(|(_, verdict)| !verdict.is_clean()) {
            is_clean = false;
            println!("    seed {seed}: {verdict:?}");
        }
    }
    if is_clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
