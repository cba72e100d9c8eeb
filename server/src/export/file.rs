//! The file itself: a zip with a manifest and a file of lines for each table. What is read may be a stranger's: nothing is unpacked onto
//! the disk, and nothing is larger than it says or than the bounds here.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use borsklokka_shared::instant::Instant;
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::error::ExportError;
use super::manifest::{Listed, Manifest, Origin, Personal};
use super::rows::{line, read_line};
use super::tables::{Table, of_file};
use super::value::Value;
use crate::keeping;

/// How a database in a file begins.
const DATABASE: &[u8] = b"SQLite format 3\0";
/// What the manifest is called.
const MANIFEST: &str = "manifest.json";
/// The largest file, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1_024 * 1_024;
/// All that is in it, unpacked, in bytes: hundreds of thousands of deals.
const UNPACKED_BYTES_MAX: u64 = 256 * 1_024 * 1_024;
/// The largest manifest, in bytes.
const MANIFEST_BYTES_MAX: u64 = 64 * 1_024;
/// The longest line, in bytes: a picture.
const LINE_BYTES_MAX: usize = 1_024 * 1_024;
/// Only its owner reads what is unpacked, too.
const MODE: u32 = 0o600;

/// The rows of each table.
pub(super) type Rows = Vec<(&'static Table, Vec<Vec<Value>>)>;

/// What a file holds.
pub(super) struct Content {
    pub(super) manifest: Manifest,
    pub(super) rows: Rows,
}

/// Writes an exchange into a file that is empty.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write_to(
    file: &File,
    origin: Origin,
    personal: Personal,
    now: Instant,
    rows: &Rows,
) -> Result<(), ExportError> {
    let mut zip = ZipWriter::new(file);
    let options = SimpleFileOptions::default().unix_permissions(MODE);
    let mut files = Vec::new();
    for (table, rows) in rows {
        let mut text = String::new();
        for row in rows {
            text.push_str(&line(table, row));
            text.push('\n');
        }
        files.push(Listed {
            name: table.file.to_owned(),
            rows: rows.len() as u64,
            bytes: text.len() as u64,
            sha256: hex::encode(Sha256::digest(&text)),
        });
        zip.start_file(table.file, options).map_err(unwritten)?;
        zip.write_all(text.as_bytes()).map_err(unsaved)?;
    }
    let manifest = Manifest::of(origin, personal, now, files);
    let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest has string keys only");
    text.push('\n');
    zip.start_file(MANIFEST, options).map_err(unwritten)?;
    zip.write_all(text.as_bytes()).map_err(unsaved)?;
    zip.finish().map_err(unwritten)?;
    Ok(())
}

fn unwritten(error: ZipError) -> ExportError {
    unsaved(error.into())
}

fn unsaved(source: std::io::Error) -> ExportError {
    ExportError::File {
        path: "the file cannot be written".into(),
        source,
    }
}

/// Reads a file, within bounds and with its checksums.
///
/// # Errors
/// If it cannot be read, is something else, is damaged, or too large.
pub(super) fn read(path: &Path) -> Result<Content, ExportError> {
    if keeping::begins_with(path, DATABASE) {
        return Err(ExportError::Backup(path.to_owned()));
    }
    let file = File::open(path).map_err(ExportError::of(path))?;
    let length = file.metadata().map_err(ExportError::of(path))?.len();
    if length > FILE_BYTES_MAX {
        return Err(ExportError::TooLarge(format!(
            "it has more than {FILE_BYTES_MAX} bytes"
        )));
    }
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| of_zip(&error))?;
    let manifest = Manifest::read(&unpacked(&mut zip, MANIFEST, MANIFEST_BYTES_MAX)?)?;
    let tables: Vec<&'static Table> = of_file(manifest.personal()).collect();
    if zip.len() != tables.len() + 1 || manifest.files.len() != tables.len() {
        return Err(damaged("it has more or fewer files than belong in it"));
    }
    let mut left = UNPACKED_BYTES_MAX;
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        let listed = manifest.files.iter().find(|listed| listed.name == table.file);
        let listed = listed.ok_or_else(|| damaged(&format!("its manifest does not list {}", table.file)))?;
        let text = unpacked(&mut zip, table.file, left)?;
        left -= text.len() as u64;
        if text.len() as u64 != listed.bytes || hex::encode(Sha256::digest(&text)) != listed.sha256 {
            return Err(damaged(&format!("{} is not what the manifest says", table.file)));
        }
        let read = read_lines(table, &text)?;
        if read.len() as u64 != listed.rows {
            return Err(damaged(&format!("{} has {} rows", table.file, read.len())));
        }
        rows.push((table, read));
    }
    Ok(Content { manifest, rows })
}

/// The text of a file in it, which has at most so many bytes, whatever it says of itself.
fn unpacked(
    zip: &mut ZipArchive<BufReader<File>>,
    name: &str,
    bytes_max: u64,
) -> Result<String, ExportError> {
    let mut text = String::new();
    let file = zip.by_name(name).map_err(|error| of_zip(&error))?;
    file.take(bytes_max + 1)
        .read_to_string(&mut text)
        .map_err(|error| damaged(&format!("{name}: {error}")))?;
    if text.len() as u64 > bytes_max {
        return Err(ExportError::TooLarge(format!(
            "{name} has more than {bytes_max} bytes"
        )));
    }
    Ok(text)
}

fn read_lines(table: &'static Table, text: &str) -> Result<Vec<Vec<Value>>, ExportError> {
    let read = |(line, text): (usize, &str)| {
        let row = if text.len() > LINE_BYTES_MAX {
            Err(format!("more than {LINE_BYTES_MAX} bytes"))
        } else {
            read_line(table, text)
        };
        row.map_err(|what| ExportError::Line {
            file: table.file,
            line,
            what,
        })
    };
    (1..).zip(text.lines()).map(read).collect()
}

fn of_zip(error: &ZipError) -> ExportError {
    damaged(&error.to_string())
}

fn damaged(what: &str) -> ExportError {
    ExportError::Damaged(what.to_owned())
}
