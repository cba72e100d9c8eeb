//! The binary `borsklokka`: arguments, tracing, signals and the exit code.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use borsklokka::access::Access;
use borsklokka::check;
use borsklokka::clock::MachineClock;
use borsklokka::config::{Arguments, DatabaseArguments, Task, TokenArguments};
use borsklokka::database::Database;
use borsklokka::log;
use borsklokka::serve::serve;
use clap::Parser;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let done = match Arguments::parse().task {
        Task::Serve(config) => serve(config, stop_signal()).await,
        Task::Token(arguments) => token(arguments).await,
        Task::Check(arguments) => check_database(arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Completes on Ctrl-C, and on SIGTERM where there is one.
async fn stop_signal() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            .expect("a process may listen for its signals");
        tokio::select! {
            _ = ctrl_c => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = ctrl_c.await;
}

#[allow(clippy::print_stdout)] // The token is what was asked for.
async fn token(arguments: TokenArguments) -> anyhow::Result<()> {
    let database = Database::open(&arguments.database.database).await?;
    let exchanges = log::open(&database).exchanges().await?;
    let exchange = exchanges
        .iter()
        .find(|exchange| exchange.slug == arguments.exchange)
        .with_context(|| format!("there is no exchange at the address {}", arguments.exchange))?;
    let access = Access::new(database, Arc::new(MachineClock::anchored()));
    let name = if arguments.name.is_empty() {
        arguments.role.as_str()
    } else {
        &arguments.name
    };
    println!("{}", access.issue_token(exchange.id, arguments.role, name).await?);
    Ok(())
}

#[allow(clippy::print_stdout)] // The report is what was asked for.
async fn check_database(arguments: DatabaseArguments) -> anyhow::Result<()> {
    let database = Database::open(&arguments.database).await?;
    let reports = check::check(log::open(&database).as_ref()).await?;
    let mut faults = 0;
    for report in &reports {
        println!(
            "{}: {} events, {} deals",
            report.exchange.slug, report.events, report.deals
        );
        for fault in &report.faults {
            println!("  {fault}");
        }
        faults += report.faults.len();
    }
    if faults > 0 {
        bail!("{faults} faults found");
    }
    println!("{} exchanges, no faults", reports.len());
    Ok(())
}
