//! Writes an evening that is under way into a new database: `evening sqlite:FILE DEALS`. The bell rang some forty minutes
//! ago, the second round runs, and the deals came one by one. The pictures of the documentation are taken of it. The tokens of a
//! broker and the moderator are printed, a line each.

use anyhow::{Context, bail};
use borsklokka::clock::{Clock, MachineClock};
use borsklokka::database::Database;
use borsklokka::simulate::past::{self, Evening};

/// How long people have traded, in milliseconds.
const TRADED_MS: i64 = 41 * 60_000;
/// Who writes the deals. The first broker's tablet is the one in the pictures.
const BROKERS: [&str; 3] = ["Ingrid", "Jonas", "Amina"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(deals)) = (arguments.next(), arguments.next()) else {
        bail!("say where and how many: evening sqlite:FILE DEALS");
    };
    write(&url, deals.parse().context("DEALS is a number")?).await
}

#[allow(clippy::print_stdout)] // The tokens are what the pictures' script asks for.
async fn write(url: &str, deals: usize) -> anyhow::Result<()> {
    let now = MachineClock::anchored().now();
    let database = Database::open(url).await?;
    past::register(&database, now).await?;
    let evening = Evening {
        traded_ms: TRADED_MS,
        deals,
        brokers: BROKERS.map(str::to_owned).to_vec(),
    };
    let company = past::play(&database, now, &evening).await?;
    let company = company.context("the evening in this database has begun: give another")?;
    println!("{}\n{}", company.broker_tokens[0], company.moderator_token);
    database.close().await;
    Ok(())
}
