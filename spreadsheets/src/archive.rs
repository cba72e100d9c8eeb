//! Packed files: what they would come to is unpacked once, into nothing, before a library reads it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{COLUMNS_MAX, Kind, Measure, PACKED_FILES_MAX, ROWS_MAX, ReadError, UNPACKED_BYTES_MAX};

/// Bytes that are unpacked between two looks whether somebody still waits.
const STEP_BYTES: u64 = 1_024 * 1_024;
/// What of a file is kept that is looked into: the beginning.
const HEAD_BYTES: usize = 4_096;
/// Most cells that a spreadsheet of OpenDocument may come to when its repetitions are written out.
const CELLS_MAX: u64 = 1_000_000;
/// Most spaces that it may write as one.
const SPACES_MAX: u64 = 1_000;

/// What is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    Xlsx,
    Ods,
}

/// Finds out what is packed, and that it can be unpacked within bounds.
pub(crate) fn check(bytes: &[u8], is_stopped: &dyn Fn() -> bool) -> Result<Packed, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(of_zip)?;
    if archive.len() > PACKED_FILES_MAX {
        return Err(ReadError::TooLarge(Measure::Unpacked));
    }
    let mut left = UNPACKED_BYTES_MAX;
    let mut heads = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(of_zip)?;
        let name = file.name().map_err(of_zip)?.to_lowercase().replace('\\', "/");
        let mut head = vec![0; HEAD_BYTES];
        let filled = fill(&mut file, &mut head)?;
        head.truncate(filled);
        left = left
            .checked_sub(filled as u64)
            .ok_or(ReadError::TooLarge(Measure::Unpacked))?;
        loop {
            if is_stopped() {
                return Err(ReadError::Stopped);
            }
            let step =
                std::io::copy(&mut (&mut file).take(STEP_BYTES), &mut std::io::sink()).map_err(damaged)?;
            left = left
                .checked_sub(step)
                .ok_or(ReadError::TooLarge(Measure::Unpacked))?;
            if step == 0 {
                break;
            }
        }
        heads.insert(name, head);
    }
    let has = |name: &str| heads.contains_key(name);
    let head = |name: &str| {
        heads
            .get(name)
            .map_or("".into(), |head| String::from_utf8_lossy(head))
    };
    if has("xl/workbook.bin") {
        return Err(ReadError::OldExcel);
    }
    if head("mimetype").starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        if head("meta-inf/manifest.xml").contains("encryption-data") {
            return Err(ReadError::Password);
        }
        check_repetitions(&mut archive, is_stopped)?;
        return Ok(Packed::Ods);
    }
    if heads.keys().any(|name| name.starts_with("xl/")) && has("[content_types].xml") {
        // The library makes room for as many texts as the file says that it has.
        for (name, head) in &heads {
            if name.ends_with("sharedstrings.xml") && count_of(&String::from_utf8_lossy(head)) > CELLS_MAX {
                return Err(ReadError::TooLarge(Measure::Unpacked));
            }
        }
        return Ok(Packed::Xlsx);
    }
    Err(ReadError::NotASpreadsheet(Kind::Document))
}

fn fill(file: &mut impl Read, head: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..]).map_err(damaged)? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

/// How many texts a file says that it has.
fn count_of(head: &str) -> u64 {
    let said = head.split("uniqueCount").nth(1).unwrap_or_default();
    let digits: String = said
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        0
    } else {
        digits.parse().unwrap_or(u64::MAX)
    }
}

/// A spreadsheet of OpenDocument says "this cell a million times" in a few bytes, and the library writes it out.
fn check_repetitions(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    is_stopped: &dyn Fn() -> bool,
) -> Result<(), ReadError> {
    let file = archive.by_name("content.xml").map_err(of_zip)?;
    let mut reader = Reader::from_reader(std::io::BufReader::new(file));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut table = Table::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => table.opens(&tag, false)?,
            Ok(Event::Empty(tag)) => table.opens(&tag, true)?,
            Ok(Event::End(tag)) => match tag.name().as_ref() {
                "table:table-row" => {
                    table.row_ends()?;
                    if is_stopped() {
                        return Err(ReadError::Stopped);
                    }
                }
                "table:table" => table = Table::default(),
                _ => {}
            },
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(damaged(error)),
        }
    }
}

/// How a table grows when its repetitions are written out.
#[derive(Default)]
struct Table {
    row_repeats: u64,
    /// Empty cells and rows count only if something comes after them.
    empty_columns: u64,
    columns: u64,
    width: u64,
    empty_rows: u64,
    rows: u64,
    cells: u64,
}

impl Table {
    fn opens(&mut self, tag: &BytesStart<'_>, is_empty: bool) -> Result<(), ReadError> {
        match tag.name().as_ref() {
            "table:table-row" => {
                self.row_repeats = repeats(tag, "table:number-rows-repeated");
                (self.empty_columns, self.columns) = (0, 0);
                if is_empty {
                    self.row_ends()?;
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let repeats = repeats(tag, "table:number-columns-repeated");
                let has_value = !is_empty
                    || attribute(tag, "office:value-type").is_some()
                    || attribute(tag, "table:formula").is_some();
                if has_value {
                    self.columns = self
                        .columns
                        .saturating_add(self.empty_columns)
                        .saturating_add(repeats);
                    self.empty_columns = 0;
                    if self.columns > COLUMNS_MAX as u64 {
                        return Err(ReadError::TooLarge(Measure::Columns));
                    }
                } else {
                    self.empty_columns = self.empty_columns.saturating_add(repeats);
                }
            }
            "text:s" if repeats(tag, "text:c") > SPACES_MAX => {
                return Err(ReadError::TooLarge(Measure::Unpacked));
            }
            _ => {}
        }
        Ok(())
    }

    fn row_ends(&mut self) -> Result<(), ReadError> {
        if self.columns == 0 {
            self.empty_rows = self.empty_rows.saturating_add(self.row_repeats);
            return Ok(());
        }
        self.width = self.width.max(self.columns);
        self.cells = self.cells.saturating_add(self.columns);
        self.rows = self
            .rows
            .saturating_add(self.empty_rows)
            .saturating_add(self.row_repeats);
        self.empty_rows = 0;
        if self.row_repeats > ROWS_MAX as u64 {
            return Err(ReadError::TooLarge(Measure::Rows));
        }
        if self.rows.saturating_mul(self.width) > CELLS_MAX || self.cells > CELLS_MAX {
            return Err(ReadError::TooLarge(Measure::Rows));
        }
        Ok(())
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    Some(found.value.to_string())
}

/// How often something is repeated: once, if it does not say.
fn repeats(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).map_or(1, |value| value.trim().parse().unwrap_or(u64::MAX))
}

fn of_zip(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::Password,
        error => damaged(error),
    }
}

pub(crate) fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged(error.to_string())
}
