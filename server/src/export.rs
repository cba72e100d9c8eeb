//! An exchange as one file: written by one server and read in by another, on either kind of database. The format is described in
//! docs/export.md.
//!
//! A file is read in twice: into a database of its own, which is checked as `borsklokka check` does, and only then into the server's. So
//! is one that is written, before it is kept: what cannot be read in again is told while the exchange is there.

mod error;
mod file;
mod manifest;
mod rows;
mod tables;
mod value;

use std::fs::File;
use std::path::Path;

use borsklokka_shared::event;
use borsklokka_shared::ids::{Epoch, ExchangeId};
use borsklokka_shared::instant::Instant;
use uuid::Uuid;

pub use self::error::ExportError;
use self::file::{Content, Writing};
pub use self::manifest::{Listed, Manifest, Origin, Personal};
use self::rows::{Reading, insert, select, without_own_names};
use self::tables::{Table, of_file};
use self::value::Value;
use crate::api::Denied;
use crate::check::{Found, check};
use crate::database::{Database, Either, SLUG, Transaction, on_either, within};
use crate::exchanges::{check_slug, nowhere};
use crate::keeping;
use crate::log::Moment;
use crate::photos::{self, PHOTOS_MAX};
use crate::pictures::{PICTURES_MAX, is_picture};
use crate::signal::EXCHANGES;

/// What came of an export.
#[derive(Debug)]
pub struct Written {
    /// What the file says of itself.
    pub manifest: Manifest,
    /// What a check of what was written found. With a fault in it, no file was kept.
    pub found: Found,
}

/// Writes an exchange into a file, as it is at one moment, also while servers write in it. What was written is tried as if it were read
/// in, and kept only if it could be.
///
/// # Errors
/// See [`ExportError`].
pub async fn write(
    database: &Database,
    slug: &str,
    personal: Personal,
    now: Instant,
    path: &Path,
) -> Result<Written, ExportError> {
    let draft = keeping::draft(path).map_err(ExportError::of(path))?;
    read_out(database, slug, personal, now, draft.as_file()).await?;
    let mut content = Content::open(draft.path())?;
    // Beside the file there is room, or there is none for the file.
    let folder = keeping::draft_folder(keeping::folder_of(path)).map_err(ExportError::of(path))?;
    let tried = match inspect(&mut content) {
        Ok(()) => tried(&mut content, slug, now, folder.path()).await,
        Err(error) => Err(error),
    };
    let found = match tried {
        Ok(found) => found,
        // The exchange has what no file can have, or what no database takes twice.
        Err(error @ (ExportError::Line { .. } | ExportError::Database(_))) => Found {
            faults: vec![error.to_string()],
            ..Found::default()
        },
        Err(error) => return Err(error),
    };
    if found.faults_in_all() == 0 {
        keeping::keep(draft, path).map_err(ExportError::of(path))?;
    }
    Ok(Written {
        manifest: content.manifest,
        found,
    })
}

/// Writes all of an exchange, as it is at one moment, into a file that is empty.
async fn read_out(
    database: &Database,
    slug: &str,
    personal: Personal,
    now: Instant,
    file: &File,
) -> Result<(), ExportError> {
    let mut moment = Moment::of(database).await?;
    let reading = &mut moment.on;
    let (id, origin) = origin(reading, slug).await?;
    let mut writing = Writing::of(file);
    for table in of_file(personal) {
        writing.begin_table(table)?;
        let mut nth = 0;
        let add = |mut row: Vec<Value>| {
            nth += 1;
            if personal == Personal::LeftOut {
                without_own_names(table, &mut row, nth);
            }
            writing.add(table, &row)
        };
        select(reading, table, &id, add).await?;
        writing.end_table();
    }
    moment.end().await;
    writing.finish(origin, personal, now)
}

/// The exchange at an address, by its id, and what it says of itself.
async fn origin(reading: &mut Reading, slug: &str) -> Result<(String, Origin), ExportError> {
    let found: Option<(String, String, String, i64)> = on_either!(&mut *reading, on => sqlx::query_as(
        "SELECT id, epoch, former_epochs, created_at_ms FROM exchanges WHERE slug = $1",
    )
    .bind(slug)
    .fetch_optional(&mut **on)
    .await)?;
    let Some((id, epoch, formerly, created_at_ms)) = found else {
        let there: Vec<String> = on_either!(&mut *reading, on => sqlx::query_scalar("SELECT slug FROM exchanges")
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
    Ok((id, origin))
}

/// Reads a file and says whose it is, without a database: its parts, its checksums, its log and its pictures are judged.
///
/// # Errors
/// See [`ExportError`].
pub fn look(path: &Path) -> Result<Manifest, ExportError> {
    let mut content = Content::open(path)?;
    inspect(&mut content)?;
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
    Database::look(url).await?;
    let _held = Database::hold(url)?;
    let mut content = Content::open(path)?;
    inspect(&mut content)?;
    let slug = address.map_or_else(|| content.manifest.exchange.slug.clone(), str::to_owned);
    check_slug(&slug).map_err(|error| match error {
        Denied::SlugReserved => ExportError::Reserved(slug.clone()),
        _ => ExportError::BadSlug(slug.clone()),
    })?;
    let temporary = std::env::temp_dir();
    let folder = keeping::draft_folder(&temporary).map_err(ExportError::of(&temporary))?;
    let found = tried(&mut content, &slug, now, folder.path()).await?;
    if found.faults_in_all() > 0 {
        return Ok(found);
    }
    let database = Database::open_found(url).await?;
    let filled = fill(&database, &mut content, &slug, now).await;
    database.close().await;
    filled.map(|()| found)
}

/// Reads a file into a database of its own in a folder, and says what is wrong with it.
async fn tried(content: &mut Content, slug: &str, now: Instant, folder: &Path) -> Result<Found, ExportError> {
    let untried = ExportError::untried(folder.parent().unwrap_or(folder));
    let url = Database::url_of(&folder.join("tried.db"));
    let database = Database::open(&url)
        .await
        .map_err(|error| untried(error.into()))?;
    let found = match fill(&database, content, slug, now).await {
        Ok(()) => check(&database).await.map_err(ExportError::from),
        Err(error) => Err(error),
    };
    database.close().await;
    found.map_err(untried)
}

/// Writes all of it, in one transaction.
async fn fill(
    database: &Database,
    content: &mut Content,
    slug: &str,
    now: Instant,
) -> Result<(), ExportError> {
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
        Err(error) if SLUG.is_taken(&error) => {
            return Err(ExportError::SlugTaken(slug.to_owned()));
        }
        made => made?,
    }
    for table in content.tables() {
        let mut rows = content.rows(table)?;
        loop {
            let some = rows.some()?;
            if some.is_empty() {
                break;
            }
            insert(&mut transaction, table, &id, &some, now).await?;
        }
    }
    transaction.tell_nodes(EXCHANGES, slug).await?;
    Ok(transaction.commit().await?)
}

/// What is judged line by line, before any database takes it: the file may be a stranger's. Whatever is read in is checked as a database
/// is besides.
fn inspect(content: &mut Content) -> Result<(), ExportError> {
    let mut judge = Judge::default();
    for table in content.tables() {
        let mut rows = content.rows(table)?;
        while let Some((line, row)) = rows.following()? {
            if let Some(what) = judge.wrong(table, &row, line) {
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

/// Up to which position it was read so far.
#[derive(Default)]
struct Judge {
    events: i64,
    archived: i64,
}

impl Judge {
    /// What is wrong with a row, if anything is.
    fn wrong(&mut self, table: &Table, row: &[Value], line: usize) -> Option<String> {
        match table.name {
            "events" => {
                self.events = line as i64;
                wrong_event(table, row, line)
            }
            "archives" => {
                let (first, last) = (table.number(row, "first_seq"), table.number(row, "last_seq"));
                let follows = first == self.archived + 1 && first <= last && last < self.events;
                self.archived = last;
                (!follows).then(|| format!("positions {first} to {last} are no history before today's"))
            }
            "deal_photos" => wrong_photo(table, row, line),
            "pictures" => wrong_picture(table, row, line),
            _ => None,
        }
    }
}

fn wrong_event(table: &Table, row: &[Value], line: usize) -> Option<String> {
    let (seq, schema) = (table.number(row, "seq"), table.number(row, "schema_version"));
    if seq != line as i64 {
        return Some(format!("position {seq} stands where {line} belongs"));
    }
    let read = event::decode(schema as u32, table.text(row, "event"));
    read.err().map(|error| error.to_string())
}

fn wrong_photo(table: &Table, row: &[Value], line: usize) -> Option<String> {
    if line > PHOTOS_MAX as usize {
        return Some(format!("more than {PHOTOS_MAX} photos"));
    }
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
