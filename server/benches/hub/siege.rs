//! The evening of a hall, quiet and besieged, one after the other, each on a server of its own: what one address that does everything a
//! guest can do costs those who trade and watch.
//!
//! The server has the limits that it has unless it is told otherwise. It is asked for by a name, so that who comes from another loopback
//! address counts as a guest from elsewhere and not as the server's own machine.

mod besieger;
mod evening;
mod guest;
mod ways;

use std::sync::Arc;

use anyhow::{Result, ensure};
use borsklokka::access::Access;
use borsklokka::clock::MachineClock;
use borsklokka::database::Database;
use test_support::http;

use self::besieger::{Account, Besieger, HOST, PICTURES, PROXY};
use self::evening::{BROKERS, Evening, Hall, LASTS, VIEWERS};
use crate::ours::{self, BORSKLOKKA, Ours};
use crate::process::Server;
use crate::report::{Figure, Report};

pub(crate) use self::besieger::besiege;

const ROUNDS: usize = 2;
/// Bytes of a picture: the largest that is hung.
const PICTURE_BYTES: usize = 512 * 1024;
const QUIET: &str = "the quiet evening";
const BESIEGED: &str = "the besieged evening";

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!(
        "==> siege: {BROKERS} brokers, {VIEWERS} viewers, {} s, {ROUNDS} times quiet and besieged",
        LASTS.as_secs()
    );
    let (mut quiet, mut besieged, mut accounts) = (Evening::default(), Evening::default(), vec![]);
    for _ in 0..ROUNDS {
        quiet.add(play(None)?);
        let mut account = None;
        besieged.add(play(Some(&mut account))?);
        accounts.extend(account);
    }
    quiet.settle();
    besieged.settle();
    say_times(report, &quiet, &besieged);
    say_costs(report, &quiet, &besieged, &accounts);
    say_refusals(report, &accounts);
    Ok(())
}

/// An evening on a server of its own, besieged if there is somewhere to write what the besieger says.
fn play(besieged: Option<&mut Option<Account>>) -> Result<Evening> {
    let folder = ours::folder()?;
    let url = ours::sqlite_url(&folder.path().join("borsklokka.db"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(set_up(&url))?;
    let ours = Ours::opened(serve(&url), &url, Some(folder))?;
    ours.runtime.block_on(hang_pictures(&ours, &url))?;
    let hall = Hall::fill(&ours, &url)?;
    let Some(account) = besieged else {
        return hall.play();
    };
    let besieger = Besieger::start(ours.address, LASTS.as_secs())?;
    let evening = hall.play()?;
    *account = Some(besieger.account()?);
    Ok(evening)
}

/// Sets the passphrase, so that there is one to try.
async fn set_up(url: &str) -> Result<()> {
    let database = Database::open(url).await?;
    let access = Access::new(database.clone(), Arc::new(MachineClock::anchored()));
    if let Some(token) = access.set_up_link_token().await? {
        access.set_up(&token, "it is none of those".to_owned()).await?;
    }
    database.close().await;
    Ok(())
}

/// Serves with the limits that are there unless something is said.
fn serve(url: &str) -> (Server, std::net::SocketAddr) {
    let (process, address) = BORSKLOKKA.serve("127.0.0.1:0", url, |command| {
        // Opening the floor asks until it is open.
        command.args(["--demo", "--commands-per-minute", "100000000"]);
        command.args(["--public-url", &format!("http://{HOST}")]);
        command.args(["--trusted-proxy", &PROXY.to_string()]);
        command.env("RUST_LOG", "error");
    });
    (Server(process), address)
}

async fn hang_pictures(ours: &Ours, url: &str) -> Result<()> {
    let organiser = BORSKLOKKA.token(url, "organiser");
    let mut picture = b"\x89PNG\r\n\x1A\n".to_vec();
    picture.resize(PICTURE_BYTES, 7);
    for id in PICTURES {
        let path = format!("/api/v1/exchanges/drammen/pictures/{id}");
        let hung = http::ask(ours.address, "PUT", &path, &organiser, "image/png", &picture).await;
        ensure!(hung.status == 204, "a picture is not hung: {}", hung.head);
    }
    Ok(())
}

/// Milliseconds that so many of sorted times do not exceed.
fn quantile_ms(sorted_us: &[u64], quantile: f64) -> f64 {
    let nth = (sorted_us.len() as f64 * quantile) as usize;
    let us = sorted_us.get(nth.min(sorted_us.len().saturating_sub(1)));
    us.map_or(f64::NAN, |us| *us as f64 / 1_000.0)
}

fn say_times(report: &mut Report, quiet: &Evening, besieged: &Evening) {
    let mut say = |name, ratio_name, times: fn(&Evening) -> &[u64], quantile, goal| {
        let ms = |evening| quantile_ms(times(evening), quantile);
        let figure = |name, value, unit| Figure::new("siege", name, value, unit);
        report.add(figure(name, ms(quiet), "ms").of(QUIET));
        report.add(figure(name, ms(besieged), "ms").of(BESIEGED));
        let ratio = figure(ratio_name, ms(besieged) / ms(quiet), "ratio");
        report.add(match goal {
            Some(goal) => ratio.goal(goal),
            None => ratio,
        });
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

fn say_costs(report: &mut Report, quiet: &Evening, besieged: &Evening, accounts: &[Account]) {
    let mib = |evening: &Evening| evening.peak_kib as f64 / 1_024.0;
    let percent = |cpu_ns: u64, lasted_s: f64| cpu_ns as f64 / 1e7 / lasted_s;
    let figure = |name, value, unit| Figure::new("siege", name, value, unit);
    for (evening, of) in [(quiet, QUIET), (besieged, BESIEGED)] {
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
    report.add(figure("memory_more_mib", mib(besieged) - mib(quiet), "MiB").goal("<= 100"));
    let cpu_ns = accounts.iter().map(|account| account.cpu_ns).sum();
    let lasted_s = accounts.iter().map(|account| account.lasted_s).sum();
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
