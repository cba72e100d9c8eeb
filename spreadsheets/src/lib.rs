//! Reads and writes spreadsheets: bytes in, rows of texts out, and the other way round. What the rows mean is not known here.
//!
//! A file is somebody's, from anywhere: what it would take to read is bounded before it is read, and what cannot be read is said
//! as something that a person can mend.

mod archive;
mod cell;
mod ods;
mod text;
mod workbook;
mod write;

pub use self::cell::letters;
pub use self::write::{Cell, Cells, Delimiter, csv, xlsx};

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 10 * 1_024 * 1_024;
/// Most bytes that a packed file may come to when it is unpacked.
pub const UNPACKED_BYTES_MAX: u64 = 64 * 1_024 * 1_024;
/// Most files that are packed in one.
pub const PACKED_FILES_MAX: usize = 2_000;
/// Most sheets of a file.
pub const SHEETS_MAX: usize = 32;
/// Most rows of a file that are not empty.
pub const ROWS_MAX: usize = 10_000;
/// Most columns of a sheet.
pub const COLUMNS_MAX: usize = 256;
/// Longest text of a cell, in characters: the longest that Excel has.
pub const CELL_CHARS_MAX: usize = 32_767;
/// Most that all texts of a file may come to, in bytes.
pub const TEXTS_BYTES_MAX: usize = 32 * 1_024 * 1_024;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// What it was read as.
    pub recognised: Recognised,
    /// Its sheets that have rows; a file of text is one.
    pub sheets: Vec<Sheet>,
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; empty in a file of text.
    pub name: String,
    /// Its rows that are not empty, from the top.
    pub rows: Vec<Row>,
}

/// A row that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, as spreadsheet programs count: from 1.
    pub number: u32,
    /// Its texts from column A, as they are shown but for rounding; none after the last that is not empty.
    pub cells: Vec<String>,
}

/// What a file was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// A workbook of Excel's.
    Xlsx,
    /// A spreadsheet of OpenDocument.
    Ods,
    /// Text with a sign between the cells.
    Text {
        /// The encoding, as the web names it, such as `windows-1252`.
        encoding: &'static str,
        /// Whether a mark at the beginning says so.
        marked: bool,
        /// The sign.
        delimiter: char,
    },
}

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Bytes of the file: [`FILE_BYTES_MAX`].
    File,
    /// Bytes when it is unpacked: [`UNPACKED_BYTES_MAX`], [`TEXTS_BYTES_MAX`].
    Unpacked,
    /// Sheets: [`SHEETS_MAX`].
    Sheets,
    /// Rows: [`ROWS_MAX`].
    Rows,
    /// Columns: [`COLUMNS_MAX`].
    Columns,
}

/// What a file is that is no spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture.
    Picture,
    /// A PDF.
    Pdf,
    /// A page of the web.
    WebPage,
    /// A document, or a spreadsheet of a kind that is not read.
    Document,
    /// Nobody knows.
    Unknown,
}

/// A file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("nothing in it")]
    Empty,
    /// It is larger than is read.
    #[error("too large: {0:?}")]
    TooLarge(Measure),
    /// It opens with a password only.
    #[error("protected by a password")]
    Password,
    /// A workbook of Excel's before 2007, or a binary one of later.
    #[error("a workbook of an old kind")]
    OldExcel,
    /// It is no spreadsheet.
    #[error("no spreadsheet: {0:?}")]
    NotASpreadsheet(Kind),
    /// It is a spreadsheet that is damaged.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Whoever asked went away.
    #[error("stopped")]
    Stopped,
}

/// Reads a file, whatever its name says that it is. `is_stopped` is asked again and again whether nobody waits for it any more.
///
/// # Errors
/// If it is no spreadsheet, cannot be read, or is larger than is read.
pub fn read(bytes: &[u8], is_stopped: &dyn Fn() -> bool) -> Result<Book, ReadError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(ReadError::TooLarge(Measure::File));
    }
    let (recognised, sheets) = match Magic::of(bytes) {
        Magic::Zip => match archive::check(bytes, is_stopped)? {
            archive::Packed::Xlsx => (Recognised::Xlsx, workbook::read(bytes, is_stopped)?),
            archive::Packed::Ods => (Recognised::Ods, ods::read(bytes, is_stopped)?),
        },
        Magic::Compound => return Err(compound(bytes)),
        Magic::Other(kind) => return Err(ReadError::NotASpreadsheet(kind)),
        Magic::None => text::read(bytes, is_stopped)?,
    };
    let sheets: Vec<Sheet> = sheets
        .into_iter()
        .filter(|sheet| !sheet.rows.is_empty())
        .collect();
    if sheets.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(Book { recognised, sheets })
}

/// What the first bytes say.
enum Magic {
    Zip,
    /// What Office was before 2007, and what a password makes of it since.
    Compound,
    Other(Kind),
    None,
}

impl Magic {
    fn of(bytes: &[u8]) -> Self {
        const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        const PICTURES: [&[u8]; 8] = [
            b"\x89PNG",
            b"\xFF\xD8\xFF",
            b"GIF8",
            b"RIFF",
            b"II*\0",
            b"MM\0*",
            b"<svg",
            b"\0\0\0\x1Cftyp",
        ];
        const DOCUMENTS: [&[u8]; 3] = [b"{\\rtf", b"\x1F\x8B", b"Rar!"];
        let starts = |with: &[&[u8]]| with.iter().any(|magic| bytes.starts_with(magic));
        let bmp = bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]);
        let text: Vec<u8> = bytes.iter().take(1_024).map(u8::to_ascii_lowercase).collect();
        let text = text
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&text)
            .trim_ascii_start();
        let web = [&b"<!doctype html"[..], b"<html", b"<table", b"<meta"];
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else if bytes.starts_with(COMPOUND) {
            Self::Compound
        } else if starts(&PICTURES) || bmp || bytes.get(4..8) == Some(b"ftyp") {
            Self::Other(Kind::Picture)
        } else if bytes.starts_with(b"%PDF") {
            Self::Other(Kind::Pdf)
        } else if web.iter().any(|tag| text.starts_with(tag)) {
            Self::Other(Kind::WebPage)
        } else if starts(&DOCUMENTS) || text.starts_with(b"<?xml") {
            Self::Other(Kind::Document)
        } else {
            Self::None
        }
    }
}

/// Says why a compound file is not read: by the names in its directory, which are UTF-16.
fn compound(bytes: &[u8]) -> ReadError {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if has("EncryptedPackage") {
        ReadError::Password
    } else if has("Workbook") || has("Book") {
        ReadError::OldExcel
    } else {
        ReadError::NotASpreadsheet(Kind::Document)
    }
}

/// Counts what is read, so that it stays within bounds.
#[derive(Default)]
struct Bounds {
    rows: usize,
    bytes: usize,
}

impl Bounds {
    /// Takes the texts of a row; of an empty one nothing is kept.
    fn row(&mut self, number: u32, mut cells: Vec<String>) -> Result<Option<Row>, ReadError> {
        let filled = cells.iter().rposition(|cell| !cell.trim().is_empty());
        cells.truncate(filled.map_or(0, |last| last + 1));
        if cells.is_empty() {
            return Ok(None);
        }
        if cells.len() > COLUMNS_MAX {
            return Err(ReadError::TooLarge(Measure::Columns));
        }
        self.rows += 1;
        if self.rows > ROWS_MAX {
            return Err(ReadError::TooLarge(Measure::Rows));
        }
        Ok(Some(Row { number, cells }))
    }

    /// Takes a text.
    fn text(&mut self, text: &str) -> Result<(), ReadError> {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > TEXTS_BYTES_MAX || text.chars().count() > CELL_CHARS_MAX {
            return Err(ReadError::TooLarge(Measure::Unpacked));
        }
        Ok(())
    }
}
