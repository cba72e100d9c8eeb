//! Everybody comes back at one instant: how long until the last is served, beside a server that only sends the same bytes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use test_support::raw::RawClient;

use crate::fanout::start_raw;
use crate::ours::Ours;
use crate::publish;
use crate::raw::Part;
use crate::report::{Figure, Report, median};
use crate::viewers::Crowd;

/// Fewer than the 4,096 connections that a kernel queues for one listening socket: beyond it drops them, ours and the reference's alike, and the
/// round measures how long a client waits before it tries again.
const VIEWERS: usize = 4_000;
const ROUNDS: usize = 3;
/// Deals on the board that everybody gets: half an evening's.
const DEALS: u64 = 100;

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let ours = Ours::start()?;
    publish::so_many(&ours, DEALS)?;
    let bytes = welcome_bytes(&ours)?;
    eprintln!("==> storm: {VIEWERS} viewers, each gets a welcome of {bytes} bytes");
    let (raw, raw_crowd) = start_raw(&Part::Welcome { bytes }, VIEWERS)?;
    let (mut served, mut served_raw, mut failed) = (vec![], vec![], 0);
    for _ in 0..ROUNDS {
        let (ms, lost) = storm(ours.crowd(VIEWERS))?;
        served.push(ms);
        failed += lost;
        served_raw.push(storm(raw_crowd.clone())?.0);
    }
    drop(raw);
    let ratios = served
        .iter()
        .zip(&served_raw)
        .map(|(ours, raw)| ours / raw)
        .collect();
    let figure = |name, value, unit| Figure::new("storm", name, value, unit).viewers(VIEWERS);
    report.add(figure("last_served_ms", median(served), "ms").of("ours"));
    report.add(figure("last_served_ms", median(served_raw), "ms").of("the raw reference"));
    report.add(figure("last_served_ratio", median(ratios), "ratio").goal("<= 2"));
    report.add(figure("failed", failed as f64, "viewers").goal("0"));
    Ok(())
}

/// All connect at once; the time until the last has its welcome, in milliseconds, and how many were lost.
fn storm(crowd: Crowd) -> Result<(f64, u64)> {
    // They were here before: their first visit is not measured.
    let before = crowd.clone().watch(None);
    before.all_started()?;
    drop(before);
    let begun = Instant::now();
    let watching = crowd.watch(None);
    watching.all_started()?;
    let took = begun.elapsed();
    // The server sees that they have gone before the next round begins.
    let lost = watching.lost();
    drop(watching);
    std::thread::sleep(Duration::from_millis(500));
    Ok((took.as_secs_f64() * 1_000.0, lost))
}

fn welcome_bytes(ours: &Ours) -> Result<usize> {
    let welcome = ours.runtime.block_on(async {
        let mut viewer = RawClient::viewer(ours.address).await;
        viewer.frame().await
    });
    Ok(welcome.context("the server has gone")?.payload.len())
}
