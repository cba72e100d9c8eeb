//! An exchange as one file: written by one server and read in by another, on either kind of database. The format is described in
//! docs/export.md.
//!
//! A file is read in twice: into a database of its own, which is checked as `borsklokka check` does, and only then into the server's.

mod error;
mod file;
mod manifest;
mod rows;
mod tables;
mod value;

use std::path::Path;

use borsklokka_shared::event;
use borsklokka_shared::ids::{Epoch, ExchangeId};
use borsklokka_shared::instant::Instant;
use uuid::Uuid;

pub use self::error::ExportError;
use self::file::{Content, Rows, read, write_to};
pub use self::manifest::{Listed, Manifest, Origin, Personal};
use self::rows::{insert, select, without_own_names};
use self::tables::{Table, of_file};
use self::value::Value;
use crate::api::Denied;
use crate::check::{Found, check};
use crate::database::{Database, Either, Transaction, on_either, within};
use crate::exchanges::{check_slug, nowhere};
use crate::keeping;
use crate::photos;
use crate::pictures::{PICTURES_MAX, is_picture};
use crate::signal::EXCHANGES;

/// Writes an exchange into a file, as it is at one moment, also while servers write in it. What was written is read before it is kept.
///
/// # Errors
/// See [`ExportError`].
pub async fn write(
    database: &Database,
    slug: &str,
    personal: Personal,
    now: Instant,
    path: &Path,
) -> Result<Manifest, ExportError> {
    let draft = keeping::draft(path).map_err(ExportError::of(path))?;
    let (origin, rows) = read_out(database, slug, personal).await?;
    write_to(draft.as_file(), origin, personal, now, &rows)?;
    let manifest = look(draft.path())?;
    keeping::keep(draft, path).map_err(ExportError::of(path))?;
    Ok(manifest)
}

/// Reads all of an exchange at one moment.
async fn read_out(
    database: &Database,
    slug: &str,
    personal: Personal,
) -> Result<(Origin, Rows), ExportError> {
    let mut reading = match database.reading() {
        // The first statement that reads decides which moment it is.
        Either::Sqlite(pool) => Either::Sqlite(pool.begin().await?),
        Either::Postgres(pool) => Either::Postgres(
            pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .await?,
        ),
    };
    let found: Option<(String, String, String, i64)> = on_either!(&mut reading, on => sqlx::query_as(
        "SELECT id, epoch, former_epochs, created_at_ms FROM exchanges WHERE slug = $1",
    )
    .bind(slug)
    .fetch_optional(&mut **on)
    .await)?;
    let Some((id, epoch, formerly, created_at_ms)) = found else {
        let there: Vec<String> = on_either!(&mut reading, on => sqlx::query_scalar("SELECT slug FROM exchanges")
            .fetch_all(&mut **on)
            .await)?;
        let said = nowhere(slug, there.iter().map(String::as_str));
        return Err(ExportError::UnknownExchange(said));
    };
    let ids = |texts: &str| -> Result<Vec<Epoch>, ExportError> {
        let ids = texts.split_whitespace().map(str::parse);
        ids.collect::<Result<_, _>>()
            .map_err(|_| ExportError::Damaged(format!("{texts:?} is not an epoch")))
    };
    let epoch = ids(&epoch)?
        .pop()
        .ok_or_else(|| ExportError::Damaged("the exchange has no epoch".to_owned()))?;
    let origin = Origin {
        slug: slug.to_owned(),
        epoch,
        formerly: ids(&formerly)?,
        created_at: Instant::from_unix_ms(created_at_ms),
    };
    let mut rows = Vec::new();
    for table in of_file(personal) {
        let mut of_it = select(&mut reading, table, &id).await?;
        if personal == Personal::LeftOut {
            without_own_names(table, &mut of_it);
        }
        rows.push((table, of_it));
    }
    Ok((origin, rows))
}

/// Reads a file and says whose it is, without a database: its parts, its checksums, its log and its pictures are judged.
///
/// # Errors
/// See [`ExportError`].
pub fn look(path: &Path) -> Result<Manifest, ExportError> {
    let content = read(path)?;
    inspect(&content)?;
    Ok(content.manifest)
}

/// Reads the exchange in a file into the database at `url`, which no server has, as another exchange with another epoch: all of it, or
/// nothing if it has faults.
///
/// # Errors
/// See [`ExportError`].
pub async fn read_in(
    url: &str,
    path: &Path,
    address: Option<&str>,
    now: Instant,
) -> Result<Found, ExportError> {
    let _held = Database::hold(url)?;
    let content = read(path)?;
    inspect(&content)?;
    let slug = address.unwrap_or(&content.manifest.exchange.slug);
    check_slug(slug).map_err(|error| match error {
        Denied::SlugReserved => ExportError::Reserved(slug.to_owned()),
        _ => ExportError::BadSlug(slug.to_owned()),
    })?;
    let found = tried(&content, slug, now).await?;
    if found.faults_in_all() > 0 {
        return Ok(found);
    }
    let database = Database::open_found(url).await?;
    let filled = fill(&database, &content, slug, now).await;
    database.close().await;
    filled.map(|()| found)
}

/// Reads a file into a database of its own, and says what is wrong with it.
async fn tried(content: &Content, slug: &str, now: Instant) -> Result<Found, ExportError> {
    let folder = tempfile::tempdir().map_err(ExportError::of(&std::env::temp_dir()))?;
    let database = Database::open(&format!("sqlite:{}", folder.path().join("tried.db").display())).await?;
    let found = match fill(&database, content, slug, now).await {
        Ok(()) => check(&database).await.map_err(ExportError::from),
        Err(error) => Err(error),
    };
    database.close().await;
    found
}

/// Writes all of it, in one transaction.
async fn fill(database: &Database, content: &Content, slug: &str, now: Instant) -> Result<(), ExportError> {
    let (id, origin) = (ExchangeId(Uuid::now_v7()).to_string(), &content.manifest.exchange);
    let mut transaction = match database {
        Database::Sqlite(_) => database.begin().await?,
        // Nobody else writes in an exchange that nobody knows of: no node need wait.
        Database::Postgres(postgres) => {
            Transaction::of_floor(Either::Postgres(postgres.pool.begin().await?), &postgres.writes)
        }
    };
    let formerly: Vec<String> = [&origin.epoch]
        .into_iter()
        .chain(&origin.formerly)
        .map(ToString::to_string)
        .collect();
    let made = within!(&mut transaction, on => sqlx::query(
        "INSERT INTO exchanges (id, slug, epoch, former_epochs, created_at_ms) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&id)
    .bind(slug)
    .bind(Epoch(Uuid::now_v7()).to_string())
    .bind(formerly.join(" "))
    .bind(origin.created_at.unix_ms)
    .execute(&mut **on)
    .await
    .map(drop));
    match made {
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => {
            return Err(ExportError::SlugTaken(slug.to_owned()));
        }
        made => made?,
    }
    for (table, rows) in &content.rows {
        insert(&mut transaction, table, &id, rows, now).await?;
    }
    transaction.tell_nodes(EXCHANGES, slug).await?;
    Ok(transaction.commit().await?)
}

/// What a check of the database does not look at: the whole log, also below the history of today, and pictures.
fn inspect(content: &Content) -> Result<(), ExportError> {
    let mut events = 0;
    let mut archived = 0;
    for (table, rows) in &content.rows {
        for (row, line) in rows.iter().zip(1..) {
            let wrong = match table.name {
                "events" => {
                    events = line as i64;
                    wrong_event(table, row, line)
                }
                "archives" => {
                    let (first, last) = (table.number(row, "first_seq"), table.number(row, "last_seq"));
                    let follows = first == archived + 1 && first <= last && last < events;
                    archived = last;
                    (!follows).then(|| format!("positions {first} to {last} are no history before today's"))
                }
                "deal_photos" => wrong_photo(table, row),
                "pictures" => wrong_picture(table, row, line),
                _ => None,
            };
            if let Some(what) = wrong {
                return Err(ExportError::Line {
                    file: table.file,
                    line,
                    what,
                });
            }
        }
    }
    Ok(())
}

fn wrong_event(table: &Table, row: &[Value], line: usize) -> Option<String> {
    let (seq, schema) = (table.number(row, "seq"), table.number(row, "schema_version"));
    if seq != line as i64 {
        return Some(format!("position {seq} stands where {line} belongs"));
    }
    let read = event::decode(schema as u32, table.text(row, "event"));
    read.err().map(|error| error.to_string())
}

fn wrong_photo(table: &Table, row: &[Value]) -> Option<String> {
    let is_one = photos::may_be_one(table.bytes(row, "content"));
    (!is_one).then(|| "this is no photo that a deal can have".to_owned())
}

fn wrong_picture(table: &Table, row: &[Value], line: usize) -> Option<String> {
    if line > PICTURES_MAX as usize {
        return Some(format!("more than {PICTURES_MAX} pictures"));
    }
    let is_one = is_picture(table.text(row, "media_type"), table.bytes(row, "content"));
    (!is_one).then(|| "this is no picture that an exchange can have".to_owned())
}
