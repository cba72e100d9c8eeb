//! The evening of a hall, alone and while people register at the same server: so many a minute, each from an address of their own, and a
//! whole hall at one instant behind one address. Each looks at the form and sends it, as they would; whoever is asked for a proof of work
//! finds it, in time that is not counted.
//!
//! Those who register are a process of the lowest priority: the phones that they are in a hall have processors of their own.

mod registrant;

use anyhow::{Result, ensure};
use test_support::http;

use self::registrant::{Account, Crowd};
use crate::ours::BORSKLOKKA;
use crate::report::{Figure, Report};
use crate::siege::evening::{Evening, Hall, LASTS};
use crate::siege::{open, quantile_ms};

pub(crate) use self::registrant::register;

const ROUNDS: usize = 2;
/// How many register in the minute that the evening lasts.
const PER_MINUTE: u32 = 200;
/// And how many more it may become. An exchange keeps 3,000.
const MORE_PER_MINUTE: [u32; 2] = [1_000, 2_800];

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!(
        "==> form: {} s, {ROUNDS} times alone and with {PER_MINUTE} registrations a minute",
        LASTS.as_secs()
    );
    let (mut alone, mut beside, mut accounts) = (Evening::default(), Evening::default(), Account::default());
    for _ in 0..ROUNDS {
        alone.add(play(None)?.0);
        let (evening, account) = play(Some((PER_MINUTE, LASTS.as_secs())))?;
        beside.add(evening);
        accounts.add(account);
    }
    alone.settle();
    let alone_p99 = say_evening(report, &alone, "the evening alone", None);
    let mut say = |mut evening: Evening, mut account: Account, of: String| {
        evening.settle();
        account.settle();
        say_evening(report, &evening, &of, Some(alone_p99));
        say_account(report, &account, &of);
    };
    say(beside, accounts, format!("{PER_MINUTE} a minute"));
    let (evening, account) = play(Some((PER_MINUTE, 0)))?;
    say(
        evening,
        account,
        format!("{PER_MINUTE} at once behind one address"),
    );
    for people in MORE_PER_MINUTE {
        let (evening, account) = play(Some((people, LASTS.as_secs())))?;
        say(evening, account, format!("{people} a minute"));
    }
    Ok(())
}

/// An evening on a server of its own, while so many people register over so many seconds.
fn play(crowd: Option<(u32, u64)>) -> Result<(Evening, Account)> {
    // In the hall's plain http nobody could register else.
    let (ours, url) = open(&["--plain"])?;
    let organiser = BORSKLOKKA.token(&url, "organiser");
    let path = "/api/v1/exchanges/drammen/registrations/form";
    let body = br#"{"is_on":true}"#;
    let set = http::ask(ours.address, "PUT", path, &organiser, "application/json", body);
    let set = ours.runtime.block_on(set);
    ensure!(set.status == 200, "the form is not opened: {}", set.head);
    let hall = Hall::fill(&ours, &url)?;
    let Some((people, lasts_s)) = crowd else {
        return Ok((hall.play()?, Account::default()));
    };
    let crowd = Crowd::start(ours.address, people, lasts_s)?;
    let evening = hall.play()?;
    Ok((evening, crowd.account()?))
}

/// Says how the evening went, and gives the commit's p99.
fn say_evening(report: &mut Report, evening: &Evening, of: &str, alone_p99: Option<f64>) -> f64 {
    let figure = |name, value, unit| Figure::new("form", name, value, unit).of(of.to_owned());
    let p99 = quantile_ms(&evening.commits_us, 0.99);
    report.add(figure(
        "commit_p50_ms",
        quantile_ms(&evening.commits_us, 0.5),
        "ms",
    ));
    report.add(figure("commit_p99_ms", p99, "ms"));
    if let Some(alone) = alone_p99 {
        report.add(figure("commit_p99_ratio", p99 / alone, "ratio"));
    }
    let cpu = evening.cpu_ns as f64 / 1e7 / evening.lasted_s;
    report.add(figure("server_cpu_percent", cpu, "% of one core"));
    report.add(figure(
        "memory_peak_mib",
        evening.peak_kib as f64 / 1_024.0,
        "MiB",
    ));
    let lost = (evening.refused + evening.lost) as f64;
    report.add(figure("lost_in_the_hall", lost, "tries").goal("0"));
    p99
}

fn say_account(report: &mut Report, account: &Account, of: &str) {
    let figure = |name, value, unit| Figure::new("form", name, value, unit).of(of.to_owned());
    for (p50, p99, times_us) in [
        ("shown_p50_ms", "shown_p99_ms", &account.shown_us),
        ("sent_p50_ms", "sent_p99_ms", &account.sent_us),
    ] {
        report.add(figure(p50, quantile_ms(times_us, 0.5), "ms"));
        report.add(figure(p99, quantile_ms(times_us, 0.99), "ms"));
    }
    report.add(figure("registered", account.registered as f64, "people"));
    report.add(figure("asked_for_a_proof", account.asked as f64, "people"));
    let refused: u64 = account.refused.values().sum();
    for (end, count) in &account.refused {
        eprintln!("    refused: {end} {count} times");
    }
    report.add(figure("refused", refused as f64, "people").goal("0"));
}
