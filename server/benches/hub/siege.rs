//! The evening of a hall, quiet and besieged, one after the other, each on a server of its own: what one address that does everything a
//! guest can do costs those who trade and watch. Between the two, another server on the same machine is besieged: what is due to the
//! machine alone, on which the besieger works too.
//!
//! The server has the limits that it has unless it is told otherwise. It is asked for by a name, so that who comes from another loopback
//! address counts as a guest from elsewhere and not as the server's own machine.

mod besieger;
pub(crate) mod evening;
mod ground;
pub(crate) mod guest;
mod ways;

use std::sync::Arc;

use anyhow::{Result, ensure};
use borsklokka::access::Access;
use borsklokka::clock::MachineClock;
use borsklokka::database::Database;
use test_support::{http, png_of};

use self::besieger::{Account, Besieger};
use self::evening::{BROKERS, Evening, Hall, LASTS, VIEWERS};
pub(crate) use self::ground::HOST;
use self::ground::{PICTURES, PROXY};
use crate::ours::{self, BORSKLOKKA, Ours};
use crate::process::Server;
use crate::report::{Figure, Report};

pub(crate) use self::besieger::besiege;

const ROUNDS: usize = 2;
/// Bytes of a picture: the largest that is hung.
const PICTURE_BYTES: usize = 512 * 1024;
const QUIET: &str = "the quiet evening";
const BESIDE: &str = "the evening beside a besieged server";
const BESIEGED: &str = "the besieged evening";

/// Which server is besieged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Besieged {
    None,
    /// Another on the same machine.
    Neighbour,
    /// The hall's own.
    Ours,
}

/// The same evening three times.
#[derive(Default)]
struct Evenings {
    quiet: Evening,
    beside: Evening,
    besieged: Evening,
    /// What the besiegers of the hall's server say.
    accounts: Vec<Account>,
}

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!(
        "==> siege: {BROKERS} brokers, {VIEWERS} viewers, {} s, {ROUNDS} times quiet, beside a siege and besieged",
        LASTS.as_secs()
    );
    let mut all = Evenings::default();
    for _ in 0..ROUNDS {
        all.quiet.add(play(Besieged::None)?.0);
        all.beside.add(play(Besieged::Neighbour)?.0);
        let (evening, account) = play(Besieged::Ours)?;
        all.besieged.add(evening);
        all.accounts.extend(account);
    }
    for evening in [&mut all.quiet, &mut all.beside, &mut all.besieged] {
        evening.settle();
    }
    say_times(report, &all);
    say_costs(report, &all);
    say_refusals(report, &all.accounts);
    Ok(())
}

/// An evening on a server of its own, and what a besieger says that was at work.
fn play(besieged: Besieged) -> Result<(Evening, Option<Account>)> {
    let (ours, url) = open(&[])?;
    let hall = Hall::fill(&ours, &url)?;
    let neighbour = (besieged == Besieged::Neighbour).then(|| open(&[])).transpose()?;
    let target = match (besieged, &neighbour) {
        (Besieged::None, _) => return Ok((hall.play()?, None)),
        (_, Some((neighbour, _))) => neighbour.address,
        (_, None) => ours.address,
    };
    let besieger = Besieger::start(target, LASTS.as_secs())?;
    let evening = hall.play()?;
    Ok((evening, Some(besieger.account()?)))
}

/// A server with an open floor, a passphrase and pictures, and its database; `more` is said to it.
pub(crate) fn open(more: &[&str]) -> Result<(Ours, String)> {
    let folder = ours::folder()?;
    let url = ours::sqlite_url(&folder.path().join("borsklokka.db"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(set_up(&url))?;
    let ours = Ours::opened(serve(&url, more), &url, Some(folder))?;
    let organiser = BORSKLOKKA.token(&url, "organiser");
    ours.runtime.block_on(hang_pictures(&ours, &organiser))?;
    Ok((ours, url))
}

/// Sets the passphrase, so that there is one to try.
async fn set_up(url: &str) -> Result<()> {
    let database = Database::open(url).await?;
    let access = Access::new(database.clone(), Arc::new(MachineClock::anchored()));
    if let Some(token) = access.set_up_link_token().await? {
        access
            .set_up(&token, "it is none of those".to_owned(), "")
            .await?;
    }
    database.close().await;
    Ok(())
}

/// Serves with the limits that are there unless something is said.
fn serve(url: &str, more: &[&str]) -> (Server, std::net::SocketAddr) {
    let (process, address) = BORSKLOKKA.serve("127.0.0.1:0", url, |command| {
        // Opening the floor asks until it is open.
        command.args(["--demo", "--commands-per-minute", "100000000"]);
        command.args(["--public-url", &format!("http://{HOST}")]);
        command.args(["--trusted-proxy", &PROXY.to_string()]);
        command.args(more);
        command.env("RUST_LOG", "error");
    });
    (Server(process), address)
}

async fn hang_pictures(ours: &Ours, organiser: &str) -> Result<()> {
    let picture = png_of(PICTURE_BYTES);
    for id in PICTURES {
        let path = format!("/api/v1/exchanges/drammen/pictures/{id}");
        let hung = http::ask(ours.address, "PUT", &path, organiser, "image/png", &picture).await;
        ensure!(hung.status == 204, "a picture is not hung: {}", hung.head);
    }
    Ok(())
}

/// Milliseconds that so many of sorted times do not exceed.
pub(crate) fn quantile_ms(sorted_us: &[u64], quantile: f64) -> f64 {
    let nth = (sorted_us.len() as f64 * quantile) as usize;
    let us = sorted_us.get(nth.min(sorted_us.len().saturating_sub(1)));
    us.map_or(f64::NAN, |us| *us as f64 / 1_000.0)
}

fn say_times(report: &mut Report, all: &Evenings) {
    let mut say = |name, ratio_name, times: fn(&Evening) -> &[u64], quantile, goal| {
        let ms = |evening| quantile_ms(times(evening), quantile);
        let figure = |name, value, unit| Figure::new("siege", name, value, unit);
        report.add(figure(name, ms(&all.quiet), "ms").of(QUIET));
        report.add(figure(name, ms(&all.beside), "ms").of(BESIDE));
        report.add(figure(name, ms(&all.besieged), "ms").of(BESIEGED));
        for (reference, of, goal) in [
            (&all.quiet, "besieged to quiet", goal),
            (&all.beside, "besieged to beside", None),
        ] {
            let ratio = figure(ratio_name, ms(&all.besieged) / ms(reference), "ratio").of(of);
            report.add(match goal {
                Some(goal) => ratio.goal(goal),
                None => ratio,
            });
        }
    };
    say(
        "commit_p50_ms",
        "commit_p50_ratio",
        |all| &all.commits_us,
        0.5,
        None,
    );
    say(
        "commit_p99_ms",
        "commit_p99_ratio",
        |all| &all.commits_us,
        0.99,
        Some("<= 2"),
    );
    say(
        "post_to_viewer_p50_ms",
        "post_to_viewer_p50_ratio",
        |all| &all.deliveries_us,
        0.5,
        None,
    );
    say(
        "post_to_viewer_p99_ms",
        "post_to_viewer_p99_ratio",
        |all| &all.deliveries_us,
        0.99,
        None,
    );
    say(
        "coming_in_p50_ms",
        "coming_in_p50_ratio",
        |all| &all.arrivals_us,
        0.5,
        None,
    );
    say(
        "coming_in_p99_ms",
        "coming_in_p99_ratio",
        |all| &all.arrivals_us,
        0.99,
        None,
    );
}

fn say_costs(report: &mut Report, all: &Evenings) {
    let mib = |evening: &Evening| evening.peak_kib as f64 / 1_024.0;
    let percent = |cpu_ns: u64, lasted_s: f64| cpu_ns as f64 / 1e7 / lasted_s;
    let figure = |name, value, unit| Figure::new("siege", name, value, unit);
    for (evening, of) in [
        (&all.quiet, QUIET),
        (&all.beside, BESIDE),
        (&all.besieged, BESIEGED),
    ] {
        report.add(figure("memory_peak_mib", mib(evening), "MiB").of(of));
        let cpu = percent(evening.cpu_ns, evening.lasted_s);
        report.add(figure("server_cpu_percent", cpu, "% of one core").of(of));
        report.add(
            figure("deliveries_lost", evening.lost as f64, "deliveries")
                .of(of)
                .goal("0"),
        );
        report.add(
            figure("refused_in_the_hall", evening.refused as f64, "tries")
                .of(of)
                .goal("0"),
        );
    }
    let more_mib = mib(&all.besieged) - mib(&all.quiet);
    report.add(figure("memory_more_mib", more_mib, "MiB").goal("<= 100"));
    let cpu_ns = all.accounts.iter().map(|account| account.cpu_ns).sum();
    let lasted_s = all.accounts.iter().map(|account| account.lasted_s).sum();
    report.add(figure(
        "besieger_cpu_percent",
        percent(cpu_ns, lasted_s),
        "% of one core",
    ));
}

/// How the besieger's tries ended: of all ways together, and to whoever watches each by itself.
fn say_refusals(report: &mut Report, accounts: &[Account]) {
    let mut ends = std::collections::BTreeMap::<&str, u64>::new();
    for account in accounts {
        for (way, ended) in &account.counts {
            eprintln!("    {way}: {ended:?}");
            for (end, count) in ended {
                *ends.entry(end).or_default() += count;
            }
        }
    }
    for (end, count) in ends {
        report.add(Figure::new("siege", "ended", count as f64, "tries").of(end.to_owned()));
    }
}
