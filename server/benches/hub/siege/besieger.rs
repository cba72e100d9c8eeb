//! The besieger: a process of its own with one thread, which does everything at once from one address, and then says what came of it.
//!
//! It has the machine's lowest priority: on a machine with few cores it would else measure how they are shared. The server works for it
//! in its own time, as it would for somebody in the hall.

use std::io::{BufReader, Lines};
use std::net::SocketAddr;
use std::process::{ChildStdout, Command};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use serde::{Deserialize, Serialize};
use test_support::process::Process;

use super::ground::{Counts, Ground};
use super::guest::End;
use super::ways;
use crate::process::cpu_ns_of;

/// How long it begins before it counts: everything is under way then.
const WARM_UP: Duration = Duration::from_secs(5);
/// What it says then.
const UNDER_WAY: &str = "under way";

/// What came of it all.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Account {
    pub(crate) counts: Counts,
    /// CPU time of the besieger, in nanoseconds, and over how long.
    pub(crate) cpu_ns: u64,
    pub(crate) lasted_s: f64,
}

/// A besieger at work.
pub(crate) struct Besieger {
    _process: Process,
    said: Lines<BufReader<ChildStdout>>,
}

impl Besieger {
    /// Starts one that lasts so long, in seconds, once everything is under way; returns then.
    pub(crate) fn start(server: SocketAddr, lasts_s: u64) -> Result<Self> {
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).arg(std::env::current_exe()?);
        command.args([
            "--besiege",
            &server.to_string(),
            "--lasts-s",
            &lasts_s.to_string(),
        ]);
        let mut process = Process::start(&mut command);
        let mut said = process.lines();
        let first = said.next().context("the besieger ended at once")??;
        anyhow::ensure!(first == UNDER_WAY, "the besieger says {first}");
        Ok(Self {
            _process: process,
            said,
        })
    }

    /// Waits until its time is over, and hears what came of it.
    pub(crate) fn account(mut self) -> Result<Account> {
        let last = self.said.next().context("the besieger ended without a word")??;
        Ok(serde_json::from_str(&last)?)
    }
}

/// Is the besieger, for so many seconds.
pub(crate) fn besiege(server: SocketAddr, lasts_s: u64) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let ground = Ground::look(server).await?;
        let all = everything(&ground);
        let mut all = std::pin::pin!(all);
        tokio::select! {
            () = tokio::time::sleep(WARM_UP) => {}
            () = all.as_mut() => {}
        }
        println!("{UNDER_WAY}");
        ground.counts.borrow_mut().clear();
        let (begun, cpu_ns) = (tokio::time::Instant::now(), cpu_ns_of(std::process::id())?);
        let lasting = tokio::time::sleep(Duration::from_secs(lasts_s));
        tokio::select! {
            () = lasting => {}
            () = all.as_mut() => {}
        }
        let account = Account {
            counts: ground.counts.take(),
            cpu_ns: cpu_ns_of(std::process::id())? - cpu_ns,
            lasted_s: begun.elapsed().as_secs_f64(),
        };
        println!("{}", serde_json::to_string(&account)?);
        Ok(())
    })
}

/// All ways at once. Together they are more connections than one address may have.
async fn everything(ground: &Ground) {
    let mut all: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
    // What is held, most of it for as long as the server lets it.
    put(&mut all, ground, "watchers", 1_200, ways::watcher);
    put(&mut all, ground, "half heads", 600, ways::half_head);
    put(&mut all, ground, "half bodies", 800, ways::half_body);
    put(&mut all, ground, "unread answers", 400, ways::unread_answer);
    put(&mut all, ground, "unread sockets", 400, ways::unread_socket);
    put(&mut all, ground, "no hello", 300, ways::no_hello);
    put(&mut all, ground, "screens", 64, ways::screen);
    put(&mut all, ground, "silent", 300, ways::silent);
    // What is done as often as it goes.
    put(&mut all, ground, "come and go", 16, ways::come_and_go);
    put(&mut all, ground, "ask and go", 16, ways::ask_and_go);
    put(&mut all, ground, "reads", 32, ways::reads);
    put(&mut all, ground, "wrong tokens", 16, ways::wrong_tokens);
    put(&mut all, ground, "pings", 8, ways::pings);
    put(&mut all, ground, "commands", 8, ways::commands);
    put(&mut all, ground, "malformed frames", 8, ways::malformed);
    put(&mut all, ground, "another version", 8, ways::other_version);
    put(&mut all, ground, "pairing codes", 8, ways::codes);
    put(&mut all, ground, "passphrases", 4, ways::passphrases);
    put(&mut all, ground, "links", 8, ways::links);
    put(&mut all, ground, "large posts", 8, ways::large_post);
    put(&mut all, ground, "foreign hosts and heads", 8, ways::foreign);
    while all.next().await.is_some() {}
}

/// One way, so many times at once, each again and again.
fn put<'a>(
    all: &mut FuturesUnordered<LocalBoxFuture<'a, ()>>,
    ground: &'a Ground,
    way: &'static str,
    at_once: usize,
    once: impl AsyncFn(&'a Ground) -> Result<End, End> + Copy + 'a,
) {
    for _ in 0..at_once {
        all.push(Box::pin(async move {
            loop {
                let end = once(ground).await.unwrap_or_else(|end| end);
                ground.note(way, end);
                // What fails at once lets the others have their turn.
                tokio::task::yield_now().await;
            }
        }));
    }
}
