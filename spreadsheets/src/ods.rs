//! Spreadsheets of OpenDocument. They say "this cell a million times" in a few bytes: what is repeated is counted before it is
//! written out, and what is empty to the end of the sheet, as the programs write it, is passed over.

use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use crate::archive::{damaged, of_zip};
use crate::cell::number;
use crate::{Bounds, COLUMNS_MAX, Measure, ROWS_MAX, ReadError, Row, SHEETS_MAX, Sheet};

/// Most spaces that may be written as one.
const SPACES_MAX: u64 = 1_000;

pub(crate) fn read(bytes: &[u8], is_stopped: &dyn Fn() -> bool) -> Result<Vec<Sheet>, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(of_zip)?;
    let file = archive.by_name("content.xml").map_err(of_zip)?;
    let mut xml = Reader::from_reader(BufReader::new(file));
    xml.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut reading = Reading::default();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => reading.opens(&tag)?,
            Ok(Event::End(tag)) => {
                if tag.name().as_ref() == "table:table-row" && is_stopped() {
                    return Err(ReadError::Stopped);
                }
                reading.closes(tag.name().as_ref())?;
            }
            Ok(Event::Text(text)) => reading.says(&text.xml10_content()),
            Ok(Event::CData(text)) => reading.says(&text.xml10_content()),
            Ok(Event::GeneralRef(entity)) => reading.says(&character(&entity)),
            Ok(Event::Eof) => return Ok(reading.sheets),
            Ok(_) => {}
            Err(error) => return Err(damaged(error)),
        }
    }
}

#[derive(Default)]
struct Reading {
    sheets: Vec<Sheet>,
    bounds: Bounds,
    /// The rows that were passed, the one that is read not among them.
    rows: u32,
    row_repeats: u64,
    cells: Vec<String>,
    /// Empty cells count only if something comes after them.
    empty_columns: u64,
    cell_repeats: u64,
    /// What an attribute says that the cell holds.
    value: Option<String>,
    /// What the cell shows: its paragraphs.
    text: Option<String>,
    paragraphs: usize,
    is_in_paragraph: bool,
    /// Remarks that are open: what they say is none of the cell's.
    remarks: usize,
}

impl Reading {
    fn opens(&mut self, tag: &BytesStart<'_>) -> Result<(), ReadError> {
        match tag.name().as_ref() {
            "table:table" => {
                if self.sheets.len() == SHEETS_MAX {
                    return Err(ReadError::TooLarge(Measure::Sheets));
                }
                let name = attribute(tag, "table:name").unwrap_or_default();
                self.sheets.push(Sheet {
                    name,
                    rows: Vec::new(),
                });
                self.rows = 0;
            }
            "table:table-row" => {
                self.row_repeats = repeats(tag, "table:number-rows-repeated");
                self.cells.clear();
                self.empty_columns = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell_repeats = repeats(tag, "table:number-columns-repeated");
                self.value = value(tag);
                self.text = None;
                self.paragraphs = 0;
            }
            "office:annotation" => self.remarks += 1,
            "text:p" | "text:h" if self.remarks == 0 => {
                self.is_in_paragraph = true;
                if self.paragraphs > 0 {
                    self.says("\n");
                }
                self.paragraphs += 1;
            }
            "text:s" => {
                let spaces = repeats(tag, "text:c");
                if spaces > SPACES_MAX {
                    return Err(ReadError::TooLarge(Measure::Unpacked));
                }
                self.says(&" ".repeat(spaces as usize));
            }
            "text:tab" => self.says("\t"),
            "text:line-break" => self.says("\n"),
            _ => {}
        }
        Ok(())
    }

    fn says(&mut self, text: &str) {
        if self.is_in_paragraph && self.remarks == 0 {
            self.text.get_or_insert_default().push_str(text);
        }
    }

    fn closes(&mut self, name: &str) -> Result<(), ReadError> {
        match name {
            "text:p" | "text:h" if self.remarks == 0 => self.is_in_paragraph = false,
            "office:annotation" => self.remarks = self.remarks.saturating_sub(1),
            "table:table-cell" | "table:covered-table-cell" => self.cell_ends()?,
            "table:table-row" => self.row_ends()?,
            _ => {}
        }
        Ok(())
    }

    fn cell_ends(&mut self) -> Result<(), ReadError> {
        let text = self.value.take().or_else(|| self.text.take()).unwrap_or_default();
        if text.trim().is_empty() {
            self.empty_columns = self.empty_columns.saturating_add(self.cell_repeats);
            return Ok(());
        }
        let before = self.cells.len() as u64;
        let after = before
            .saturating_add(self.empty_columns)
            .saturating_add(self.cell_repeats);
        if after > COLUMNS_MAX as u64 {
            return Err(ReadError::TooLarge(Measure::Columns));
        }
        self.cells
            .resize((before + self.empty_columns) as usize, String::new());
        for _ in 0..self.cell_repeats {
            self.bounds.text(&text)?;
            self.cells.push(text.clone());
        }
        self.empty_columns = 0;
        Ok(())
    }

    fn row_ends(&mut self) -> Result<(), ReadError> {
        let cells = std::mem::take(&mut self.cells);
        let repeats = self.row_repeats;
        if !cells.is_empty() {
            if repeats > ROWS_MAX as u64 {
                return Err(ReadError::TooLarge(Measure::Rows));
            }
            for repeat in 0..repeats as u32 {
                for text in cells.iter().filter(|_| repeat > 0) {
                    self.bounds.text(text)?;
                }
                let row: Option<Row> = self
                    .bounds
                    .row(self.rows.saturating_add(repeat + 1), cells.clone())?;
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.rows.extend(row);
                }
            }
        }
        self.rows = self
            .rows
            .saturating_add(u32::try_from(repeats).unwrap_or(u32::MAX));
        Ok(())
    }
}

/// What a cell's attributes say that it holds; none if its paragraphs do.
fn value(tag: &BytesStart<'_>) -> Option<String> {
    match attribute(tag, "office:value-type")?.as_str() {
        "float" | "percentage" | "currency" => {
            let value = attribute(tag, "office:value")?;
            Some(value.parse().map_or(value, number))
        }
        "date" => Some(attribute(tag, "office:date-value")?.replace('T', " ")),
        "boolean" => attribute(tag, "office:boolean-value"),
        "string" => attribute(tag, "office:string-value").filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// The character that an entity stands for; nothing for one that no spreadsheet has.
fn character(entity: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    match entity.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// How often something is repeated: once, if it does not say.
fn repeats(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).map_or(1, |value| value.trim().parse().unwrap_or(u64::MAX))
}
