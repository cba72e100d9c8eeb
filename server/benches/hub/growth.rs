//! A server through 40 weeks in fast-forward, on which 1,000 exchanges are made, played, closed and forgotten: what is left of them in memory,
//! in the file and beside it, how many floors are open, whom the limits remember, and how long the next start takes.
//!
//! The server is the library, in this process, with its house kept by a clock that is moved by hand; who comes in, comes through its listener,
//! as through a proxy, each from an address of their own. The start is the real binary's, on a copy of the file.

mod evening;
mod hand;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use borsklokka::access::Access;
use borsklokka::agreement::Press;
use borsklokka::clock::SharedClock;
use borsklokka::config::Config;
use borsklokka::database::Database;
use borsklokka::doors::Doors;
use borsklokka::floors::Floors;
use borsklokka::gallery::Gallery;
use borsklokka::hub::{Hub, PerMinute, Rates};
use borsklokka::listen::{accept, listen};
use borsklokka::poster::Posters;
use borsklokka::privacy::Done;
use borsklokka::smtp::Post;
use borsklokka::stop::Stop;
use borsklokka::{house, log, routes};
use tempfile::TempDir;
use test_support::http;
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;

use self::evening::Evening;
use self::hand::HandClock;
use crate::ours::{self, sqlite_url};
use crate::process::Server;
use crate::report::{Figure, Report};

/// Weeks that are played.
pub(crate) const WEEKS: u32 = 40;
/// Exchanges a week: five on each day from Monday to Friday.
const A_DAY: u32 = 5;
const EVENINGS_A_WEEK: u32 = 5;
const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// One of so many goes back to nought after a rehearsal, so that it has an archive.
const REHEARSED: u32 = 10;
/// One of so many reminds of its deals.
const REMINDING: u32 = 5;
/// One of so many is deleted some weeks after it was held.
const DELETED: u32 = 8;
/// How many exchanges later that is, counted.
const DELETED_AFTER: u32 = 50;
/// What is kept of persons, in months: of one exchange after another.
const KEPT_MONTHS: [u32; 3] = [1, 2, 3];

/// What is left at the end of a week, after a day on which nobody was there.
struct Left {
    week: u32,
    exchanges: usize,
    memory_kib: u64,
    file_kib: u64,
    wal_kib: u64,
    /// Floors that were open at the week's last bell, and that are open now.
    floors: (usize, usize),
    /// Keys of all limits together, then and now.
    keys: (usize, usize),
    /// How long the house was looked after, which it is each hour.
    look_ms: f64,
    start_ms: f64,
    /// Memory of a server that has just started on that file.
    started_kib: u64,
}

pub(crate) fn measure(report: &mut Report, weeks: u32) -> Result<()> {
    let exchanges = weeks * EVENINGS_A_WEEK * A_DAY;
    eprintln!("==> growth: {weeks} weeks in fast-forward, {exchanges} exchanges");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let left = runtime.block_on(live(weeks))?;
    tell(report, &left)
}

/// Lives through the weeks.
async fn live(weeks: u32) -> Result<Vec<Left>> {
    let house = House::open(weeks).await?;
    let (mut all, mut done, mut nth) = (Vec::new(), Done::default(), 0);
    println!(
        "{:>4} {:>9} {:>10} {:>10} {:>8} {:>12} {:>12} {:>9} {:>9} {:>12}",
        "week", "exchanges", "memory", "file", "WAL", "floors", "keys", "look", "start", "then memory"
    );
    for week in 1..=weeks {
        let (mut busiest, mut look_ms) = ((0, 0), 0.0);
        for day in 0..7 {
            if day < EVENINGS_A_WEEK {
                for _ in 0..A_DAY {
                    house.hold(nth).await.with_context(|| format!("exchange {nth}"))?;
                    nth += 1;
                }
                busiest = (house.hub.floors.all_open().len(), house.keys());
            }
            look_ms = house.pass_day(&mut done).await;
        }
        let left = house.left(week, busiest, look_ms).await?;
        print_row(&left);
        all.push(left);
    }
    Ok(all)
}

#[expect(clippy::cast_precision_loss, reason = "figures to look at")]
fn print_row(left: &Left) {
    println!(
        "{:>4} {:>9} {:>6.1} MiB {:>6.1} MiB {:>4.1} MiB {:>12} {:>12} {:>6.0} ms {:>6.0} ms {:>8.1} MiB",
        left.week,
        left.exchanges,
        left.memory_kib as f64 / 1_024.0,
        left.file_kib as f64 / 1_024.0,
        left.wal_kib as f64 / 1_024.0,
        format!("{} -> {}", left.floors.0, left.floors.1),
        format!("{} -> {}", left.keys.0, left.keys.1),
        left.look_ms,
        left.start_ms,
        left.started_kib as f64 / 1_024.0,
    );
}

/// The figures, and what grew in the second half.
#[expect(clippy::cast_precision_loss, reason = "figures to look at")]
fn tell(report: &mut Report, all: &[Left]) -> Result<()> {
    let last = all.last().context("a week was played")?;
    let half = &all[all.len() / 2];
    let weeks = f64::from((last.week - half.week).max(1));
    let held = f64::from(EVENINGS_A_WEEK * A_DAY);
    let each = |then: u64, now: u64| (now as f64 - then as f64) / weeks / held;
    for (name, value, unit) in [
        ("memory", last.memory_kib as f64 / 1_024.0, "MiB"),
        ("file", last.file_kib as f64 / 1_024.0, "MiB"),
        ("look_ms", last.look_ms, "ms"),
        ("start_ms", last.start_ms, "ms"),
        (
            "memory_of_an_exchange_held",
            each(half.memory_kib, last.memory_kib),
            "KiB",
        ),
        (
            "memory_of_a_start_of_an_exchange_held",
            each(half.started_kib, last.started_kib),
            "KiB",
        ),
        (
            "file_of_an_exchange_held",
            each(half.file_kib, last.file_kib),
            "KiB",
        ),
    ] {
        report.add(Figure::new("growth", name, value, unit));
    }
    let most = |of: fn(&Left) -> u64| all.iter().map(of).max().unwrap_or_default() as f64;
    report.add(Figure::new("growth", "wal_at_most", most(|left| left.wal_kib), "KiB").goal("<= 4096"));
    report.add(
        Figure::new(
            "growth",
            "floors_at_rest",
            most(|left| left.floors.1 as u64),
            "open",
        )
        .goal("0"),
    );
    report.add(
        Figure::new(
            "growth",
            "keys_at_rest",
            most(|left| left.keys.1 as u64),
            "remembered",
        )
        .goal("0"),
    );
    Ok(())
}

/// The server, and where it lives.
struct House {
    hub: Arc<Hub>,
    clock: Arc<HandClock>,
    address: SocketAddr,
    file: PathBuf,
    folder: TempDir,
    _stop: DropGuard,
}

impl House {
    /// Opens an empty server so many weeks ago.
    async fn open(weeks: u32) -> Result<Self> {
        let folder = ours::folder()?;
        let file = folder.path().join("borsklokka.db");
        let clock = HandClock::before_ms(i64::from(weeks) * 7 * DAY_MS);
        let shared = Arc::clone(&clock) as SharedClock;
        let mut config = config(&sqlite_url(&file))?;
        let listener = listen(config.listen)?;
        config.listen = listener.local_addr()?;
        let address = config.listen;
        let database = Database::open(&config.database.database).await?;
        let stop = Stop::new();
        let hub = Arc::new(Hub {
            floors: Floors::open(log::open(&database), Arc::clone(&shared), stop.clone()).await?,
            access: Access::new(database, Arc::clone(&shared)),
            press: Arc::new(Press::new()?),
            clock: Arc::clone(&shared),
            gallery: Gallery::default(),
            posters: Posters::default(),
            rates: Rates::of(PerMinute::with_commands(config.commands_per_minute), &shared),
            doors: Doors::new(
                config.connections,
                config.connections_per_address,
                config.trusted_proxies.clone(),
                &shared,
            ),
            post: Post::of(&config)?,
            tls: None,
            tasks: TaskTracker::new(),
            config,
            stop: stop.clone(),
        });
        tokio::spawn(accept(
            listener,
            Arc::clone(&hub),
            routes::routes(Arc::clone(&hub)),
        ));
        Ok(Self {
            hub,
            clock,
            address,
            file,
            folder,
            _stop: stop.drop_guard(),
        })
    }

    /// Holds an exchange, and an hour passes.
    async fn hold(&self, nth: u32) -> Result<()> {
        let evening = Evening {
            hub: &self.hub,
            clock: &self.clock,
            server: self.address,
            nth,
            keep_months: KEPT_MONTHS[nth as usize % KEPT_MONTHS.len()],
            is_rehearsed: nth.is_multiple_of(REHEARSED),
            reminds: nth.is_multiple_of(REMINDING),
        };
        evening.hold().await?;
        if let Some(earlier) = nth
            .checked_sub(DELETED_AFTER)
            .filter(|earlier| earlier.is_multiple_of(DELETED))
        {
            let exchange = self
                .hub
                .floors
                .find(&evening::slug(earlier))
                .context("it was held")?;
            self.hub.floors.delete(&exchange).await?;
        }
        Ok(())
    }

    /// A day passes, in which the house is kept; how long it was looked after then, in milliseconds.
    async fn pass_day(&self, done: &mut Done) -> f64 {
        for _ in 0..4 {
            self.clock.pass_ms(DAY_MS / 4);
            house::tend(&self.hub).await;
        }
        let begun = Instant::now();
        house::look(&self.hub, done).await;
        begun.elapsed().as_secs_f64() * 1_000.0
    }

    fn keys(&self) -> usize {
        self.hub.limited().into_iter().map(|(_, keys)| keys).sum()
    }

    async fn left(&self, week: u32, busiest: (usize, usize), look_ms: f64) -> Result<Left> {
        let (floors, keys) = (self.hub.floors.all_open().len(), self.keys());
        for (limit, keys) in self.hub.limited().into_iter().filter(|(_, keys)| *keys > 0) {
            eprintln!("    {limit} remembers {keys}");
        }
        let (start_ms, started_kib) = self.start().await?;
        Ok(Left {
            week,
            exchanges: self.hub.floors.list().len(),
            memory_kib: memory_kib()?,
            file_kib: kib(&self.file),
            wal_kib: kib(&beside(&self.file, "-wal")),
            floors: (busiest.0, floors),
            keys: (busiest.1, keys),
            look_ms,
            start_ms,
            started_kib,
        })
    }

    /// How long the real server takes until it answers on a copy of the file, in milliseconds, and the memory that it has then, in KiB.
    async fn start(&self) -> Result<(f64, u64)> {
        let copy = self.folder.path().join("copy.db");
        for ending in ["", "-wal"] {
            fs::copy(beside(&self.file, ending), beside(&copy, ending))?;
        }
        let newest = self.hub.floors.list().pop().context("there are some")?;
        let begun = Instant::now();
        let (server, address) = ours::serve(&sqlite_url(&copy), false);
        let board = http::get(
            address,
            &format!("/api/v1/exchanges/{}/catalogue", newest.slug),
            "",
        )
        .await;
        let start_ms = begun.elapsed().as_secs_f64() * 1_000.0;
        ensure!(
            board.status == 200,
            "the exchange {} is not served: {}",
            newest.slug,
            board.head
        );
        let memory_kib = settled_kib(&server).await?;
        drop(server);
        for ending in ["", "-wal", "-shm", ".lock"] {
            // Not all of them are there.
            let _ = fs::remove_file(beside(&copy, ending));
        }
        Ok((start_ms, memory_kib))
    }
}

/// The memory of a server once it has looked what is due, which it does as it starts.
async fn settled_kib(server: &Server) -> Result<u64> {
    let mut memory_kib = server.memory_kib()?;
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let now_kib = server.memory_kib()?;
        if now_kib.abs_diff(memory_kib) < 512 {
            return Ok(now_kib);
        }
        memory_kib = now_kib;
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

fn kib(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |found| found.len() / 1_024)
}

/// What this process has in memory, in KiB.
fn memory_kib() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.context("status says VmRSS")?;
    Ok(resident.trim().trim_end_matches(" kB").parse()?)
}

/// A server behind a proxy.
fn config(url: &str) -> Result<Config> {
    let public_url = format!("https://{}", evening::HOST);
    let words = [
        "--database",
        url,
        "--listen",
        "127.0.0.1:0",
        "--public-url",
        &public_url,
        "--trusted-proxy",
        "127.0.0.1",
    ];
    Ok(Config::of(&words)?)
}
