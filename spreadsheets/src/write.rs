//! Writes rows of texts and numbers as a workbook of Excel's, or as text that spreadsheet programs open by a double click.

use csv::WriterBuilder;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use crate::cell::{neutral, number};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text, which no program takes for a formula, a date or a number.
    Text(String),
    /// A number, which programs add up.
    Number(f64),
}

impl Cell {
    /// As it is read again.
    fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(value) => number(*value),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// What a sheet is made of: its name, its heads, and the cells below.
#[derive(Clone, Debug)]
pub struct Cells {
    /// The sheet's name.
    pub name: String,
    /// The heads.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// The sign between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// Where a comma stands before decimals.
    Semicolon,
    /// Elsewhere.
    Comma,
}

/// Widest column, in characters.
const WIDTH_MAX: f64 = 60.0;

/// Sheets as a workbook. A text is marked as one, so that no program takes it for a formula, a date or a number.
///
/// # Errors
/// If a text or a name is longer than Excel has them, or there are more rows.
pub fn xlsx(sheets: &[Cells]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_align(FormatAlign::Top);
    let text = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    let plain = Format::new().set_align(FormatAlign::Top);
    for cells in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(&cells.name)?;
        for (column, name) in cells.heads.iter().enumerate() {
            let column = column as u16;
            sheet.write_string_with_format(0, column, name, &head)?;
            let longest = cells
                .rows
                .iter()
                .filter_map(|row| row.get(usize::from(column)))
                .map(Cell::shown)
                .chain([name.clone()])
                .map(|cell| cell.chars().count())
                .max();
            sheet.set_column_width(column, (longest.unwrap_or(0) as f64 + 3.0).min(WIDTH_MAX))?;
        }
        for (row, written) in cells.rows.iter().enumerate() {
            for (column, cell) in written.iter().enumerate() {
                let (row, column) = (row as u32 + 1, column as u16);
                match cell {
                    Cell::Text(cell) if cell.is_empty() => {}
                    Cell::Text(cell) => drop(sheet.write_string_with_format(row, column, cell, &text)?),
                    Cell::Number(cell) => drop(sheet.write_number_with_format(row, column, *cell, &plain)?),
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        if !cells.rows.is_empty() {
            sheet.autofilter(0, 0, cells.rows.len() as u32, cells.heads.len() as u16 - 1)?;
        }
    }
    book.save_to_buffer()
}

/// A sheet as text: UTF-8 with the mark that Excel knows it by. What a program would take for a formula is neutralised.
///
/// # Errors
/// Never in memory: the library's writer may fail.
pub fn csv(cells: &Cells, delimiter: Delimiter) -> Result<Vec<u8>, csv::Error> {
    let sign = match delimiter {
        Delimiter::Semicolon => b';',
        Delimiter::Comma => b',',
    };
    let mut writer = WriterBuilder::new()
        .delimiter(sign)
        .terminator(csv::Terminator::CRLF)
        // Whoever reads it has no doubt then which sign parts the cells.
        .quote_style(csv::QuoteStyle::Always)
        .from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(cells.heads.iter().map(|head| neutral(head)))?;
    for row in &cells.rows {
        writer.write_record(row.iter().map(|cell| neutral(&cell.shown())))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
