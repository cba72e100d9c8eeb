//! What the hub costs, measured beside the machine's limit and its peers in the same minute: `cargo xtask bench`.
//!
//! One process plays the viewers and the publisher. The server under measurement, ours or another, is a process of its own,
//! so that its CPU time and memory can be read from `/proc` and nobody else's are in them. Linux only.
#![expect(
    clippy::disallowed_methods,
    reason = "the house rule is about exchange time; this times the machine"
)]
#![allow(clippy::print_stdout, clippy::print_stderr)] // This is what the program is for.

mod agreements;
mod append;
mod country;
mod fanout;
mod form;
mod growth;
mod hall;
mod latency;
mod ours;
mod peers;
mod process;
mod publish;
mod raw;
mod report;
mod siege;
mod start;
mod storm;
mod tls;
mod viewers;
mod wire;

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use report::Report;

/// A group of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// CPU a delivery, and memory a viewer.
    Fanout,
    /// Memory a viewer alone, of `fanout`.
    Memory,
    /// The same of NATS, nginx with nchan, and node's ws.
    Peers,
    /// Everybody reconnects at one instant.
    Storm,
    /// CPU a delivery and memory a viewer over TLS, the server's own and nginx's.
    Tls,
    /// From a broker's post to each viewer.
    Latency,
    /// Deals that many brokers post at once.
    Append,
    /// Until a server with a long log answers.
    Start,
    /// 500 agreements in one file.
    Agreements,
    /// An evening, while one address does everything that a guest can do.
    Siege,
    /// Forty weeks in fast-forward, only if it is named: it takes minutes.
    Growth,
    /// An evening, while people register.
    Form,
    /// One exchange before 10,000 viewers, only if it is named.
    Hall,
    /// 357 exchanges at once, only if it is named.
    Country,
}

#[derive(Parser)]
struct Arguments {
    /// Which figures; all of them if none is named.
    names: Vec<Name>,
    /// One line of JSON a figure, instead of the table.
    #[arg(long)]
    json: bool,
    /// How many weeks `growth` plays.
    #[arg(long, default_value_t = growth::WEEKS, value_parser = clap::value_parser!(u32).range(1..))]
    weeks: u32,
    /// Cargo says it.
    #[arg(long, hide = true)]
    bench: bool,
    /// Be the reference server.
    #[arg(long, hide = true)]
    raw: Option<raw::Part>,
    /// Be the besieger of a server.
    #[arg(long, hide = true, requires = "lasts_s")]
    besiege: Option<SocketAddr>,
    /// For how long, in seconds.
    #[arg(long, hide = true)]
    lasts_s: Option<u64>,
    /// Be people who register at a server.
    #[arg(long, hide = true, requires = "people")]
    register: Option<SocketAddr>,
    /// How many, over `lasts_s`; all at once behind one address if that is nothing.
    #[arg(long, hide = true, requires = "lasts_s")]
    people: Option<u32>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(part) = arguments.raw {
        raw::serve(&part)?;
        return Ok(ExitCode::SUCCESS);
    }
    rlimit::increase_nofile_limit(u64::MAX)?;
    if let (Some(server), Some(lasts_s)) = (arguments.besiege, arguments.lasts_s) {
        siege::besiege(server, lasts_s)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (Some(server), Some(people), Some(lasts_s)) =
        (arguments.register, arguments.people, arguments.lasts_s)
    {
        form::register(server, people, lasts_s)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut report = Report::new(arguments.json);
    let wanted = |name| arguments.names.is_empty() || arguments.names.contains(&name);
    if wanted(Name::Fanout) || wanted(Name::Peers) {
        fanout::measure(&mut report, wanted(Name::Fanout), wanted(Name::Peers))?;
    }
    if wanted(Name::Fanout) || wanted(Name::Memory) {
        fanout::measure_memory(&mut report)?;
    }
    if wanted(Name::Peers) {
        fanout::measure_memory_of_peers(&mut report)?;
    }
    if wanted(Name::Storm) {
        storm::measure(&mut report)?;
    }
    if wanted(Name::Tls) {
        tls::measure(&mut report)?;
    }
    if wanted(Name::Latency) {
        latency::measure(&mut report)?;
    }
    if wanted(Name::Append) {
        append::measure(&mut report)?;
    }
    if wanted(Name::Start) {
        start::measure(&mut report)?;
    }
    if wanted(Name::Agreements) {
        agreements::measure(&mut report)?;
    }
    if wanted(Name::Siege) {
        siege::measure(&mut report)?;
    }
    if arguments.names.contains(&Name::Hall) {
        hall::measure(&mut report)?;
    }
    if arguments.names.contains(&Name::Country) {
        country::measure(&mut report)?;
    }
    if arguments.names.contains(&Name::Growth) {
        growth::measure(&mut report, arguments.weeks)?;
    }
    if wanted(Name::Form) {
        form::measure(&mut report)?;
    }
    report.print();
    Ok(ExitCode::SUCCESS)
}
