//! How long 500 agreements in one file take, and what memory: every party with its contact, every other one signed.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Result, ensure};
use borsklokka::demo::Demo;
use borsklokka::simulate::Client;
use borsklokka_shared::command::Command;
use borsklokka_shared::wire::ServerMessage;
use test_support::http;

use crate::ours::{self, Ours};
use crate::report::{Figure, Report, median};

const AGREEMENTS: usize = 500;
const ROUNDS: usize = 3;
/// Notaries who let the parties sign: a device may write so much a minute, and no broker changes another's deal.
const NOTARIES: usize = 3;
const EXCHANGE: &str = "/api/v1/exchanges/drammen";

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!("==> agreements: {AGREEMENTS} deals, half of them signed");
    let folder = ours::folder()?;
    let url = ours::sqlite_url(&folder.path().join("borsklokka.db"));
    let server = Ours::start_on(&url, Some(folder))?;
    let notaries: [String; NOTARIES] = std::array::from_fn(|_| ours::BORSKLOKKA.token(&url, "notary"));
    server.runtime.block_on(write_deals(&server, &notaries))?;
    let moderator = ours::BORSKLOKKA.token(&url, "moderator");
    let (mut seconds, mut bytes) = (vec![], 0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let asking = ask(server.address, "GET", "agreements.pdf", &moderator, "");
        let pdf = server.runtime.block_on(asking)?;
        seconds.push(begun.elapsed().as_secs_f64());
        ensure!(pdf.starts_with(b"%PDF"), "a PDF");
        bytes = pdf.len();
    }
    let mib = |bytes: f64| bytes / 1_048_576.0;
    let memory = mib(server.server.peak_memory_kib()? as f64 * 1_024.0);
    report.add(Figure::new(
        "agreements",
        "agreements_500_s",
        median(seconds),
        "s",
    ));
    report.add(Figure::new("agreements", "agreements_500_mib", memory, "MiB"));
    report.add(Figure::new(
        "agreements",
        "agreements_500_file_mib",
        mib(bytes as f64),
        "MiB",
    ));
    Ok(())
}

async fn write_deals(server: &Ours, notaries: &[String; NOTARIES]) -> Result<()> {
    let mut broker = Client::connect(&server.address.to_string(), "drammen", Some(&server.token)).await?;
    let demo = Demo::drammen();
    // Opening the floor has written one.
    for index in 1..AGREEMENTS {
        let post = ours::deal(&demo, index);
        let id = broker.command(&post).await?;
        if let ServerMessage::Refused { message, .. } = broker.answer(id).await? {
            anyhow::bail!("a deal was refused: {message}");
        }
        let Command::PostDeal { deal, terms, .. } = post else {
            continue;
        };
        if index.is_multiple_of(2) {
            for party in terms.parties() {
                let path = format!("deals/{deal}/signatures/{party}");
                ask(
                    server.address,
                    "PUT",
                    &path,
                    &notaries[index / 2 % NOTARIES],
                    &signature(),
                )
                .await?;
            }
        }
    }
    Ok(())
}

/// As long as a hand makes it.
fn signature() -> String {
    let stroke = |from: u32| -> String {
        let points = (0..60_u32).map(|step| format!("[{},{}]", from + step * 7, 200 + (step * 37) % 90));
        format!("[{}]", points.collect::<Vec<_>>().join(","))
    };
    let strokes = [stroke(80), stroke(120), stroke(300)].join(",");
    format!("{{\"name\":\"Kari Nordmann\",\"strokes\":[{strokes}]}}")
}

/// The body of an answer that is not a refusal.
async fn ask(server: SocketAddr, method: &str, path: &str, token: &str, body: &str) -> Result<Vec<u8>> {
    let full = format!("{EXCHANGE}/{path}");
    let answer = http::ask(server, method, &full, token, "application/json", body.as_bytes()).await;
    ensure!(
        (200..300).contains(&answer.status),
        "{method} {path}: {}",
        answer.head
    );
    Ok(answer.body)
}
