//! Deals that 64 brokers post at once, each waiting for its answer; beside it, what the disk alone can do.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use anyhow::Result;
use test_support::postgres::Cluster;

use crate::ours::{self, Ours};
use crate::publish::Broker;
use crate::report::{Figure, Report, median};

const BROKERS: usize = 64;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!("==> append: {BROKERS} brokers");
    // Its data lies in the system's temporary folder, which is the same disk where that is not kept in memory.
    let cluster = Cluster::start();
    let (mut sqlite, mut postgres, mut fsyncs) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        sqlite.push(accepted_per_s(&Ours::start()?)?);
        postgres.push(accepted_per_s(&Ours::start_on(&cluster.fresh_database(), None)?)?);
        fsyncs.push(fsyncs_per_s()?);
    }
    let figure = |name, value| Figure::new("append", name, value, "1/s");
    report.add(
        figure("accepted_per_s", median(sqlite))
            .of("SQLite")
            .goal(">= 2000"),
    );
    report.add(
        figure("accepted_per_s", median(postgres))
            .of("PostgreSQL")
            .goal(">= 2000"),
    );
    report.add(figure("fsyncs_per_s", median(fsyncs)).of("the disk"));
    Ok(())
}

fn accepted_per_s(ours: &Ours) -> Result<f64> {
    ours.runtime.block_on(async {
        let mut brokers = Vec::new();
        for _ in 0..BROKERS {
            brokers.push(Broker::join(ours.address, &ours.token).await?);
        }
        let begun = Instant::now();
        let posting = brokers.into_iter().map(|mut broker| async move {
            let mut accepted = 0_u64;
            while begun.elapsed() < ROUND {
                broker.post().await?;
                broker.answered().await?;
                accepted += 1;
            }
            anyhow::Ok(accepted)
        });
        let accepted: u64 = futures_util::future::try_join_all(posting)
            .await?
            .into_iter()
            .sum();
        Ok(accepted as f64 / begun.elapsed().as_secs_f64())
    })
}

/// A plain loop: write a page, sync it.
fn fsyncs_per_s() -> Result<f64> {
    let folder = ours::folder()?;
    let mut file = File::create(folder.path().join("page"))?;
    let begun = Instant::now();
    let mut fsyncs = 0_u32;
    while begun.elapsed() < Duration::from_secs(1) {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        fsyncs += 1;
    }
    Ok(f64::from(fsyncs) / begun.elapsed().as_secs_f64())
}
