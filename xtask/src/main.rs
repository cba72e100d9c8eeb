//! The project's own commands, run as `cargo xtask COMMAND`.

mod audit;
mod bench;
mod browser;
mod browsers;
mod build;
mod bundle;
mod chaos;
mod debian;
mod dependencies;
mod dist;
mod engines;
mod film;
mod finish;
mod frontend;
mod fuzz;
mod licences;
mod lists;
mod literals;
mod monitoring;
mod named_tests;
mod nodes;
mod page_size;
mod pictures;
mod progress;
mod proxies;
mod proxy;
mod rooms;
mod run;
mod scripts;
mod simulate;
mod soak;
mod started;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::finish::Finish;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Ask the database of advisories for every dependency; fails if it cannot be had.
    Audit,
    /// Measure the hub beside the machine's limit and its peers, and the way from a tap to the wall.
    Bench(bench::Options),
    /// Build one release binary with the frontend inside, and print its path.
    Build,
    /// Make the files that people download, for Linux and Windows, into target/dist.
    Dist(dist::Options),
    /// Play the evening in Firefox and WebKit, and film the tape there for long.
    Engines(engines::Options),
    /// Film a whole evening in fast-forward and look for faults on two walls and the moderator's desk.
    Film(film::Options),
    /// Spoil evenings with one fault after another, and look whether anything was lost, doubled or leaked.
    Chaos(chaos::Options),
    /// Build the frontend alone, into frontend/dist.
    Frontend,
    /// Fuzz one reader of strangers' bytes with libFuzzer, which takes a nightly compiler and cargo-fuzz.
    Fuzz(fuzz::Options),
    /// Write what every library in the programs asks to be told with it, into target/licences.txt.
    Licences,
    /// Write what scripts and tests know of the closed sets, into end2end/lists.json.
    Lists,
    /// Let a real Prometheus scrape a rehearsal, and ask it every query of the dashboard and the alerts.
    Monitoring,
    /// Restart, kill and stop nodes behind nginx, HAProxy and Caddy under load, with the documented lines.
    Nodes(nodes::Options),
    /// Build, then start the server with the demo exchange.
    Run(run::Options),
    /// Check how much the wall's first visit loads.
    PageSize {
        /// Print one line of JSON instead of the table.
        #[arg(long)]
        json: bool,
    },
    /// Try nginx, HAProxy and Caddy before the server, as they come and with the documented lines.
    Proxies,
    /// Run every check of the project; installs what they need.
    Test {
        /// Run one step alone.
        #[arg(long, value_name = "STEP")]
        only: Option<test::Step>,
        /// Run what takes long and seldom fails alone, too: every page in every language, and the other engines.
        #[arg(long, conflicts_with = "only")]
        all: bool,
    },
    /// Write what each program is made of, as CycloneDX, into target/sbom.
    Sbom,
    /// Play evenings on a simulated network, disk and clock, each from its seed.
    Simulate(simulate::Options),
    /// Watch the wall for long while deals come in fast-forward: smooth as an empty page, and no larger than its board.
    Soak(soak::Options),
    /// Check the house rules.
    Tidy,
    /// Take the pictures of the documentation.
    Pictures {
        /// Only these, by name.
        names: Vec<String>,
    },
}

fn main() -> ExitCode {
    execute(Arguments::parse().command).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn execute(command: Command) -> Result<ExitCode> {
    match command {
        Command::Audit => return audit::audit(),
        Command::Bench(options) => bench::bench(&options)?,
        Command::Build => println!("{}", build::build(Finish::Shipped)?.display()),
        Command::Chaos(options) => chaos::chaos(&options)?,
        Command::Dist(options) => dist::dist(&options)?,
        Command::Engines(options) => engines::engines(&options)?,
        Command::Film(options) => film::film(&options)?,
        Command::Frontend => drop(frontend::build(Finish::Shipped)?),
        Command::Fuzz(options) => fuzz::fuzz(&options)?,
        Command::Licences => println!("{}", licences::licences()?.display()),
        Command::Lists => lists::write()?,
        Command::Monitoring => monitoring::monitoring()?,
        Command::Nodes(options) => nodes::nodes(&options)?,
        Command::Run(options) => run::run(&options)?,
        Command::PageSize { json } => page_size::check(json)?,
        Command::Proxies => proxies::proxies()?,
        Command::Test { only, all } => return Ok(test::test(only, all)),
        Command::Sbom => drop(audit::sbom()?),
        Command::Simulate(options) => simulate::simulate(&options)?,
        Command::Soak(options) => soak::soak(&options)?,
        Command::Tidy => tidy::check()?,
        Command::Pictures { names } => pictures::pictures(&names)?,
    }
    Ok(ExitCode::SUCCESS)
}
