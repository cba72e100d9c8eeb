//! People who register: a process of its own, which then says how it went.

use std::collections::BTreeMap;
use std::io::{BufReader, Lines};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{ChildStdout, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use test_support::process::Process;

use crate::siege::HOST;
use crate::siege::guest::{End, Guest, Target};

const FORM: &str = "/drammen/register?lang=nb";
/// Where a hall is whose guests all come at once.
const HALL: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 44);
/// How long after the evening has begun they do.
const COMES_AFTER: Duration = Duration::from_secs(5);
/// How long somebody is said to have looked at the form: the server takes nothing that nobody can have written.
const LOOKED_MS: i64 = 60_000;
/// What the process says when it begins.
const UNDER_WAY: &str = "under way";

/// How it went.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Account {
    /// From before they connect until they have the form, in microseconds.
    pub(crate) shown_us: Vec<u64>,
    /// From just before they send it until it is answered, in microseconds.
    pub(crate) sent_us: Vec<u64>,
    pub(crate) registered: u64,
    /// Who was asked for a proof of work.
    pub(crate) asked: u64,
    /// How it ended for whoever is not registered.
    pub(crate) refused: BTreeMap<String, u64>,
}

impl Account {
    pub(crate) fn add(&mut self, one: Self) {
        self.shown_us.extend(one.shown_us);
        self.sent_us.extend(one.sent_us);
        self.registered += one.registered;
        self.asked += one.asked;
        for (end, count) in one.refused {
            *self.refused.entry(end).or_default() += count;
        }
    }

    /// Sorts the times.
    pub(crate) fn settle(&mut self) {
        self.shown_us.sort_unstable();
        self.sent_us.sort_unstable();
    }
}

/// The process.
pub(crate) struct Crowd {
    _process: Process,
    said: Lines<BufReader<ChildStdout>>,
}

impl Crowd {
    /// Starts so many people over so many seconds.
    pub(crate) fn start(server: SocketAddr, people: u32, lasts_s: u64) -> Result<Self> {
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).arg(std::env::current_exe()?);
        command.args(["--register", &server.to_string()]);
        command.args(["--people", &people.to_string(), "--lasts-s", &lasts_s.to_string()]);
        let mut process = Process::start(&mut command);
        let mut said = process.lines();
        let first = said.next().context("nobody came")??;
        anyhow::ensure!(first == UNDER_WAY, "who registers says {first}");
        Ok(Self {
            _process: process,
            said,
        })
    }

    /// Waits until everybody is done, and hears how it went.
    pub(crate) fn account(mut self) -> Result<Account> {
        let last = self.said.next().context("they went without a word")??;
        Ok(serde_json::from_str(&last)?)
    }
}

/// Is the process.
pub(crate) fn register(server: SocketAddr, people: u32, lasts_s: u64) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .enable_all()
        .build()?;
    println!("{UNDER_WAY}");
    runtime.block_on(async {
        let mut all = tokio::task::JoinSet::new();
        let every = Duration::from_secs(lasts_s) / people;
        let begin = tokio::time::Instant::now() + COMES_AFTER * u32::from(lasts_s == 0);
        for nth in 0..people {
            let from = if lasts_s == 0 {
                HALL
            } else {
                Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + nth)
            };
            let target = Target {
                server,
                from,
                host: HOST,
            };
            all.spawn(async move {
                tokio::time::sleep_until(begin + every * nth).await;
                once(&target, nth).await
            });
        }
        let mut whole = Account::default();
        while let Some(one) = all.join_next().await {
            whole.add(one?);
        }
        println!("{}", serde_json::to_string(&whole)?);
        Ok(())
    })
}

async fn once(target: &Target, nth: u32) -> Account {
    let mut account = Account::default();
    match registers(target, nth, &mut account).await {
        Ok(()) => account.registered += 1,
        Err(end) => *account.refused.entry(end).or_default() += 1,
    }
    account
}

/// Looks at the form, and sends it until it is taken.
async fn registers(target: &Target, nth: u32, account: &mut Account) -> Result<(), String> {
    let end = |end: End| end.to_owned();
    let us = |from: Instant| from.elapsed().as_micros() as u64;
    let begun = Instant::now();
    let mut guest = Guest::enter(target, None).await.map_err(end)?;
    let mut page = guest.text(FORM).await.map_err(end)?;
    account.shown_us.push(us(begun));
    for _ in 0..3 {
        let proof = match between(&page, "data-challenge=\"", "\"") {
            None => None,
            Some(asked) => {
                account.asked = 1;
                let asked = asked.replace("&quot;", "\"").replace("&amp;", "&");
                let solved = tokio::task::spawn_blocking(move || solve(&asked)).await;
                Some(
                    solved
                        .map_err(|error| error.to_string())?
                        .ok_or("no such number")?,
                )
            }
        };
        let form = filled(&page, nth, proof.as_deref()).ok_or("the page has no form")?;
        // Nobody keeps a connection for as long as it takes to write.
        let mut guest = Guest::enter(target, None).await.map_err(end)?;
        let begun = Instant::now();
        let (status, answer) = guest.send_form(FORM, &form).await.map_err(end)?;
        account.sent_us.push(us(begun));
        match status {
            303 => return Ok(()),
            200 => page = answer,
            _ => return Err(status.to_string()),
        }
    }
    Err("asked again and again".to_owned())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, begun) = text.split_once(before)?;
    begun.split_once(after).map(|(found, _)| found)
}

/// The form of a page, filled in.
fn filled(page: &str, nth: u32, proof: Option<&str>) -> Option<String> {
    let token = between(page, "name=\"form\" value=\"", "\"")?;
    let shown: i64 = between(page, "name=\"shown\" value=\"", "\"")?.parse().ok()?;
    let shown = shown - LOOKED_MS;
    let category = page
        .split("<option value=\"")
        .skip(1)
        .find_map(|option| option.split('"').next().filter(|id| !id.is_empty()))?;
    let proof = proof.unwrap_or_default().replace('+', "%2B").replace('=', "%3D");
    Some(format!(
        "form={token}&shown={shown}&altcha={proof}&website=&name=Forening+{nth}&sector=voluntary&person=Kari+Nordmann&\
         email=kari%40example.org&phone=912+34+567&people=2&offer_1=Ti+par+hender&offer_1_category={category}&\
         wish_1=En+nettside&wish_1_category={category}&consent=yes"
    ))
}

/// The number behind a challenge, as a browser sends it.
fn solve(asked: &str) -> Option<String> {
    let mut solution: Value = serde_json::from_str(asked).ok()?;
    let wanted = hex::decode(solution["challenge"].as_str()?).ok()?;
    let begun = Sha256::new_with_prefix(solution["salt"].as_str()?);
    let is_it = |number: &u64| begun.clone().chain_update(number.to_string()).finalize()[..] == wanted[..];
    let number = (0..=solution["maxnumber"].as_u64()?).find(is_it)?;
    solution["number"] = number.into();
    Some(BASE64_STANDARD.encode(solution.to_string()))
}
