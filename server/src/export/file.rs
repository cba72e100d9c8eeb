//! The file itself: a zip with a manifest and a file of lines for each table. What is read may be a stranger's: nothing is unpacked onto
//! the disk, and nothing is larger than it says or than the bounds here. It is written and read line by line: however many photos are in
//! it, a few of them are in memory at a time.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek, SeekFrom, Write};
use std::mem;
use std::path::Path;

use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::DEALS_MAX;
use sha2::{Digest, Sha256};
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::error::ExportError;
use super::manifest::{Listed, Manifest, Origin, Personal};
use super::rows::{ROWS_PER_STATEMENT, line, read_line};
use super::tables::{Table, of_file};
use super::value::Value;
use crate::keeping;
use crate::photos::PHOTOS_MAX;

/// How a database in a file begins.
const DATABASE: &[u8] = b"SQLite format 3\0";
/// What the manifest is called.
const MANIFEST: &str = "manifest.json";
/// The longest line, in bytes: a photo, also one that could not be made as small as it should be.
const LINE_BYTES_MAX: usize = 2 * 1_024 * 1_024;
/// What a deal takes in all tables but for its photo, in bytes: its events, what became of its commands, its signatures.
const DEAL_BYTES: u64 = 6 * 1_024;
/// All that is in a file, unpacked, in bytes: the largest exchange, with all its photos. Packed it is no longer.
const BYTES_MAX: u64 = PHOTOS_MAX as u64 * LINE_BYTES_MAX as u64 + DEALS_MAX as u64 * DEAL_BYTES;
/// The largest manifest, in bytes.
const MANIFEST_BYTES_MAX: u64 = 64 * 1_024;
/// Lines that are in memory at a time, in bytes, if it is more than one.
const BATCH_BYTES: usize = 1_024 * 1_024;
/// What is read of a file at a time, in bytes.
const READ_BYTES: usize = 64 * 1_024;
/// Only its owner reads what is unpacked, too.
const MODE: u32 = 0o600;

// What is longer is written in another way.
const _: () = assert!(BYTES_MAX < u32::MAX as u64);

/// Where a zip is written to. A zip ends itself when it is let go, and would complain of a full disk once more, past whoever is told of it:
/// once the file cannot be written, what comes after goes nowhere.
struct Sink<'a> {
    file: &'a File,
    is_full: bool,
    at: u64,
    end: u64,
}

impl<'a> Sink<'a> {
    const fn of(file: &'a File) -> Self {
        Self {
            file,
            is_full: false,
            at: 0,
            end: 0,
        }
    }

    fn tried<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        self.is_full |= done
            .as_ref()
            .is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        done
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = if self.is_full {
            bytes.len()
        } else {
            let written = self.file.write(bytes);
            self.tried(written)?
        };
        self.at += written as u64;
        self.end = self.end.max(self.at);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_full {
            return Ok(());
        }
        let flushed = self.file.flush();
        self.tried(flushed)
    }
}

impl Seek for Sink<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = if self.is_full {
            let to = match to {
                SeekFrom::Start(at) => Some(at),
                SeekFrom::Current(by) => self.at.checked_add_signed(by),
                SeekFrom::End(by) => self.end.checked_add_signed(by),
            };
            to.ok_or(io::ErrorKind::InvalidInput)?
        } else {
            let sought = self.file.seek(to);
            self.tried(sought)?
        };
        Ok(self.at)
    }
}

/// A file that is being written.
pub(super) struct Writing<'a> {
    zip: ZipWriter<Sink<'a>>,
    files: Vec<Listed>,
    /// Of the lines of the table that is being written.
    hash: Sha256,
    /// How much is in it, unpacked.
    bytes: u64,
}

impl<'a> Writing<'a> {
    /// Begins a file that is empty.
    pub(super) fn of(file: &'a File) -> Self {
        Self {
            zip: ZipWriter::new(Sink::of(file)),
            files: Vec::new(),
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        let options = SimpleFileOptions::default().unix_permissions(MODE);
        self.zip.start_file(name, options).map_err(unwritten)
    }

    /// Begins a table.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn begin_table(&mut self, table: &Table) -> Result<(), ExportError> {
        self.files.push(Listed {
            name: table.file.to_owned(),
            rows: 0,
            bytes: 0,
            sha256: String::new(),
        });
        self.begin(table.file)
    }

    /// Adds a row to the table that was begun last.
    ///
    /// # Errors
    /// If it cannot be written, or there is more than a file may have.
    pub(super) fn add(&mut self, table: &Table, row: &[Value]) -> Result<(), ExportError> {
        let mut text = line(table, row);
        if text.len() > LINE_BYTES_MAX {
            return Err(ExportError::TooLarge(format!(
                "a line of {} would have more than {LINE_BYTES_MAX} bytes",
                table.file
            )));
        }
        text.push('\n');
        self.bytes += text.len() as u64;
        if self.bytes > BYTES_MAX {
            return Err(ExportError::TooLarge(format!(
                "it would have more than {BYTES_MAX} bytes; without --with-personal-data it has no photos and no signatures"
            )));
        }
        self.zip.write_all(text.as_bytes()).map_err(unsaved)?;
        self.hash.update(text.as_bytes());
        let listed = self.files.last_mut().expect("a table was begun");
        listed.rows += 1;
        listed.bytes += text.len() as u64;
        Ok(())
    }

    /// Ends the table that was begun last.
    pub(super) fn end_table(&mut self) {
        let listed = self.files.last_mut().expect("a table was begun");
        listed.sha256 = hex::encode(mem::take(&mut self.hash).finalize());
    }

    /// Ends the file with what it says of itself.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn finish(
        mut self,
        origin: Origin,
        personal: Personal,
        now: Instant,
    ) -> Result<(), ExportError> {
        let manifest = Manifest::of(origin, personal, now, mem::take(&mut self.files));
        let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest has string keys only");
        text.push('\n');
        self.begin(MANIFEST)?;
        self.zip.write_all(text.as_bytes()).map_err(unsaved)?;
        self.zip.finish().map_err(unwritten)?;
        Ok(())
    }
}

fn unwritten(error: ZipError) -> ExportError {
    unsaved(error.into())
}

fn unsaved(source: io::Error) -> ExportError {
    ExportError::File {
        path: "the file cannot be written".into(),
        source,
    }
}

/// A file that is read.
pub(super) struct Content {
    pub(super) manifest: Manifest,
    zip: ZipArchive<BufReader<File>>,
}

impl Content {
    /// Opens a file, and reads it through: it holds what its manifest says, within bounds.
    ///
    /// # Errors
    /// If it cannot be read, is something else, is damaged, or too large.
    pub(super) fn open(path: &Path) -> Result<Self, ExportError> {
        if keeping::begins_with(path, DATABASE) {
            return Err(ExportError::Backup(path.to_owned()));
        }
        keeping::refuse_device(path).map_err(ExportError::of(path))?;
        let file = File::open(path).map_err(ExportError::of(path))?;
        let length = file.metadata().map_err(ExportError::of(path))?.len();
        if length > BYTES_MAX {
            return Err(ExportError::TooLarge(format!(
                "it has more than {BYTES_MAX} bytes"
            )));
        }
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| of_zip(&error))?;
        if zip.has_duplicate_names() {
            return Err(damaged("the same name is in it twice"));
        }
        let manifest = manifest(&mut zip)?;
        let mut content = Self { manifest, zip };
        let tables = content.tables();
        if content.zip.len() != tables.len() + 1 || content.manifest.files.len() != tables.len() {
            return Err(damaged("it has more or fewer files than belong in it"));
        }
        let bytes = content.manifest.files.iter().map(|listed| listed.bytes);
        if bytes.fold(0, u64::saturating_add) > BYTES_MAX {
            return Err(ExportError::TooLarge(format!(
                "it has more than {BYTES_MAX} bytes, unpacked"
            )));
        }
        for table in tables {
            content.read_through(table)?;
        }
        Ok(content)
    }

    /// The tables that are in it, in the order in which they are read in.
    pub(super) fn tables(&self) -> Vec<&'static Table> {
        of_file(self.manifest.personal()).collect()
    }

    fn listed(&self, table: &Table) -> Result<Listed, ExportError> {
        let listed = self
            .manifest
            .files
            .iter()
            .find(|listed| listed.name == table.file);
        listed
            .cloned()
            .ok_or_else(|| damaged(&format!("its manifest does not list {}", table.file)))
    }

    /// Reads a table's file through: its length and its checksum are those that the manifest says.
    fn read_through(&mut self, table: &Table) -> Result<(), ExportError> {
        let listed = self.listed(table)?;
        let file = self.zip.by_name(table.file).map_err(|error| of_zip(&error))?;
        // However long it is.
        let mut file = file.take(listed.bytes + 1);
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let read = file
                .read(&mut buffer)
                .map_err(|error| damaged(&format!("{}: {error}", table.file)))?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            bytes += read as u64;
        }
        if bytes != listed.bytes || hex::encode(hash.finalize()) != listed.sha256 {
            return Err(damaged(&format!("{} is not what the manifest says", table.file)));
        }
        Ok(())
    }

    /// The rows of a table, from the first.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn rows(&mut self, table: &'static Table) -> Result<Rows<'_>, ExportError> {
        let listed = self.listed(table)?;
        let file = self.zip.by_name(table.file).map_err(|error| of_zip(&error))?;
        Ok(Rows {
            table,
            listed,
            file: BufReader::with_capacity(READ_BYTES, file),
            line: Vec::new(),
            read: 0,
        })
    }
}

fn manifest(zip: &mut ZipArchive<BufReader<File>>) -> Result<Manifest, ExportError> {
    let mut text = String::new();
    let file = zip.by_name(MANIFEST).map_err(|error| of_zip(&error))?;
    file.take(MANIFEST_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|error| damaged(&format!("{MANIFEST}: {error}")))?;
    if text.len() as u64 > MANIFEST_BYTES_MAX {
        return Err(ExportError::TooLarge(format!(
            "{MANIFEST} has more than {MANIFEST_BYTES_MAX} bytes"
        )));
    }
    Manifest::read(&text)
}

/// The rows of a table in a file, one after the other.
pub(super) struct Rows<'a> {
    table: &'static Table,
    listed: Listed,
    file: BufReader<ZipFile<'a, BufReader<File>>>,
    line: Vec<u8>,
    read: usize,
}

impl Rows<'_> {
    /// The next row, and which line it is, the first is 1; none behind the last.
    ///
    /// # Errors
    /// If the line is none of the table, or there are more or fewer than the manifest says.
    pub(super) fn following(&mut self) -> Result<Option<(usize, Vec<Value>)>, ExportError> {
        let table = self.table;
        self.line.clear();
        self.file
            .by_ref()
            .take(LINE_BYTES_MAX as u64 + 1)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| damaged(&format!("{}: {error}", table.file)))?;
        if self.line.is_empty() {
            if self.read as u64 != self.listed.rows {
                return Err(damaged(&format!("{} has {} rows", table.file, self.read)));
            }
            return Ok(None);
        }
        self.read += 1;
        if self.line.ends_with(b"\n") {
            self.line.pop();
        }
        let row = if self.line.len() > LINE_BYTES_MAX {
            Err(format!("more than {LINE_BYTES_MAX} bytes"))
        } else {
            let text = std::str::from_utf8(&self.line).map_err(|error| error.to_string());
            text.and_then(|text| read_line(table, text))
        };
        match row {
            Ok(row) => Ok(Some((self.read, row))),
            Err(what) => Err(ExportError::Line {
                file: table.file,
                line: self.read,
                what,
            }),
        }
    }

    /// The next rows, as many as are in memory at a time; none behind the last.
    ///
    /// # Errors
    /// As of [`Rows::following`].
    pub(super) fn some(&mut self) -> Result<Vec<Vec<Value>>, ExportError> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while rows.len() < ROWS_PER_STATEMENT
            && bytes < BATCH_BYTES
            && let Some((_, row)) = self.following()?
        {
            bytes += self.line.len();
            rows.push(row);
        }
        Ok(rows)
    }
}

fn of_zip(error: &ZipError) -> ExportError {
    damaged(&error.to_string())
}

fn damaged(what: &str) -> ExportError {
    ExportError::Damaged(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tables::TABLES_OF_FILE;
    use super::*;
    use crate::photos::KEPT_BYTES_MAX;

    #[test]
    fn the_largest_exchange_fits_in_a_file_with_all_its_photos() {
        let photos = TABLES_OF_FILE.iter().find(|table| table.name == "deal_photos");
        let id = || Value::Text("01970000-0000-7000-8000-0000000000c1".to_owned());
        let row = [
            id(),
            id(),
            Value::Bytes(vec![0xFF; KEPT_BYTES_MAX]),
            Value::Number(1_795_824_000_000),
        ];
        let line = line(photos.expect("listed"), &row);
        assert!(line.len() <= LINE_BYTES_MAX, "{} bytes", line.len());
        let photos = line.len() as u64 * u64::from(PHOTOS_MAX);
        // All deals of the largest evening beside them.
        assert!(
            photos + DEALS_MAX as u64 * DEAL_BYTES <= BYTES_MAX,
            "{photos} bytes"
        );
    }

    #[test]
    fn a_disk_that_is_full_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drammen");
        File::create(&path).unwrap();
        // It cannot be written, as on a full disk.
        let file = File::open(&path).unwrap();
        let mut zip = ZipWriter::new(Sink::of(&file));
        let begun = zip.start_file("events.jsonl", SimpleFileOptions::default());
        assert!(begun.is_err(), "it is told");
        let ended = zip.finish();
        assert!(ended.is_ok(), "and nothing is when it is let go");
        assert_eq!(file.metadata().unwrap().len(), 0);
    }

    #[test]
    fn what_is_written_is_read_again_some_rows_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drammen");
        let file = File::create(&path).unwrap();
        let mut writing = Writing::of(&file);
        let aliases = |table: &Table| table.name == "participant_aliases";
        let text = |n: usize| Value::Text(format!("{n:04}"));
        for table in of_file(Personal::LeftOut) {
            writing.begin_table(table).unwrap();
            let rows = if aliases(table) { 450 } else { 0 };
            for n in 0..rows {
                writing.add(table, &[text(n), text(n + 1)]).unwrap();
            }
            writing.end_table();
        }
        let origin = Origin {
            slug: "drammen".to_owned(),
            epoch: borsklokka_shared::ids::Epoch(uuid::Uuid::nil()),
            formerly: Vec::new(),
            created_at: Instant::from_unix_ms(5),
        };
        writing
            .finish(origin, Personal::LeftOut, Instant::from_unix_ms(6))
            .unwrap();

        let mut content = Content::open(&path).unwrap();
        for table in content.tables() {
            let mut rows = content.rows(table).unwrap();
            let mut read = Vec::new();
            loop {
                let some = rows.some().unwrap();
                if some.is_empty() {
                    break;
                }
                assert!(some.len() <= ROWS_PER_STATEMENT);
                read.extend(some);
            }
            let written = if aliases(table) { 450 } else { 0 };
            let expected: Vec<Vec<Value>> = (0..written).map(|n| vec![text(n), text(n + 1)]).collect();
            assert_eq!(read, expected, "{}", table.name);
        }
    }
}
