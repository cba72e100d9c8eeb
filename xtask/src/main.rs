//! The project's own commands, run as `cargo xtask COMMAND`.

mod build;
mod bundle;
mod frontend;
mod page_size;
mod progress;
mod run;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build one release binary with the frontend inside, and print its path.
    Build,
    /// Build the frontend alone, into frontend/dist.
    Frontend,
    /// Build, then start the server with the demo exchange.
    Run(run::Options),
    /// Check how much the wall's first visit loads.
    PageSize {
        /// Print one line of JSON instead of the table.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    match execute(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<()> {
    match command {
        Command::Build => {
            println!("{}", build::build()?.display());
            Ok(())
        }
        Command::Frontend => frontend::build().map(drop),
        Command::Run(options) => run::run(&options),
        Command::PageSize { json } => page_size::check(json),
    }
}
